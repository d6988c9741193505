using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.Reductions;

/// <summary>
/// Reductions. Partial results are written as [part, output], first all <see cref="Compensated.High"/>, then all
/// <see cref="Compensated.Low"/>; where there is but one part, the result itself.
/// </summary>
internal static class ReduceKernels
{
    /// <summary>A group an output and part, X and Y of the grid: for long runs of neighbouring elements.</summary>
    public static void ByGroup<TReducer>(ArrayView<float> x, ArrayView<float> results, ReduceGeometry g, float scale)
        where TReducer : struct, IReducer
    {
        var shared = SharedMemory.Allocate<float>(GroupTree.SharedLength);
        var end = Math.Min((Grid.IdxY + 1) * g.PerPart, g.Reduced);
        var sum = TReducer.Identity;
        for (var i = (Grid.IdxY * g.PerPart) + Group.IdxX; i < end; i += Group.DimX)
        {
            sum = TReducer.Join(sum, new Compensated(x[g.Place(Grid.IdxX, i)], 0));
        }

        sum = GroupTree.Join<TReducer>(sum, shared);
        if (Group.IdxX == 0)
        {
            Write(results, g, Grid.IdxX, Grid.IdxY, sum, scale);
        }
    }

    /// <summary>
    /// A thread an output and part: for few elements behind an output, or where neighbouring elements belong to neighbouring outputs.
    /// </summary>
    public static void ByThread<TReducer>(ArrayView<float> x, ArrayView<float> results, ReduceGeometry g, float scale)
        where TReducer : struct, IReducer
    {
        var output = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (output >= g.Outputs)
        {
            return;
        }

        var end = Math.Min((Grid.IdxY + 1) * g.PerPart, g.Reduced);
        var sum = TReducer.Identity;
        for (var i = Grid.IdxY * g.PerPart; i < end; i++)
        {
            sum = TReducer.Join(sum, new Compensated(x[g.Place(output, i)], 0));
        }

        Write(results, g, output, Grid.IdxY, sum, scale);
    }

    /// <summary>Joins the parts of each output in order; a thread an output.</summary>
    public static void JoinParts<TReducer>(ArrayView<float> partials, ArrayView<float> y, int parts, float scale)
        where TReducer : struct, IReducer
    {
        var output = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (output >= y.IntLength)
        {
            return;
        }

        var sum = TReducer.Identity;
        for (var part = 0; part < parts; part++)
        {
            var place = (part * y.IntLength) + output;
            sum = TReducer.Join(sum, new Compensated(partials[place], partials[(parts * y.IntLength) + place]));
        }

        y[output] = sum.Value * scale;
    }

    private static void Write(ArrayView<float> results, ReduceGeometry g, int output, int part, Compensated sum, float scale)
    {
        if (g.Parts == 1)
        {
            results[output] = sum.Value * scale;
            return;
        }

        var place = (part * g.Outputs) + output;
        results[place] = sum.High;
        results[(g.Parts * g.Outputs) + place] = sum.Low;
    }
}
