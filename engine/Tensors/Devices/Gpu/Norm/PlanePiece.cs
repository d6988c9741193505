using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.Norm;

/// <summary>
/// The elements of a plane that a thread writes: from <paramref name="First"/> to before <paramref name="End"/>, a group's width apart.
/// </summary>
internal readonly record struct PlanePiece(int Plane, int First, int End)
{
    /// <summary>Elements of a thread of many pieces. Many, since each group of threads first joins the parts of moments or sums.</summary>
    public const int PerThread = 16;

    /// <summary>Elements that a thread has in flight.</summary>
    public const int Strip = 4;

    /// <summary>A plane that one group of threads writes.</summary>
    public static PlanePiece Whole(int plane, int elements) => new(plane, Group.IdxX, elements);

    /// <summary>The piece of a plane that the grid's Y counts.</summary>
    public static PlanePiece OfGrid(int plane, int elements)
    {
        var first = Grid.IdxY * PerThread * Group.DimX;
        return new(plane, first + Group.IdxX, Math.Min(first + (PerThread * Group.DimX), elements));
    }
}
