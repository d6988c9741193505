using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// Which part of a product a group of threads computes: grid X counts tiles of columns, Y tiles of rows, Z planes and splits.
/// </summary>
internal struct GroupPlace
{
    public int FirstRow;

    public int FirstColumn;

    /// <summary>The depths of this group's split.</summary>
    public int Begin, End;

    /// <summary>The number among the partial sums.</summary>
    public int PartialNumber;

    /// <summary>Finds the place and turns the product to its plane.</summary>
    public static GroupPlace Enter(ref Product product, int tileRows, int tileColumns)
    {
        int plane = Grid.IdxZ / product.Splits;
        GroupPlace place = default;
        place.PartialNumber = Grid.IdxZ;
        product.EnterPlane(plane);
        place.FirstRow = Grid.IdxY * tileRows;
        place.FirstColumn = Grid.IdxX * tileColumns;
        place.Begin = (Grid.IdxZ - (plane * product.Splits)) * product.SplitDepth;
        place.End = IntrinsicMath.Min(place.Begin + product.SplitDepth, product.Depth);
        return place;
    }
}
