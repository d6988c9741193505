using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// The part of a product that a group of threads computes: grid X counts tiles of columns, Y tiles of rows, Z planes and splits.
/// </summary>
internal struct GroupPlace
{
    public int FirstRow;

    public int FirstColumn;

    /// <summary>The depth range of this group's split.</summary>
    public int Begin, End;

    /// <summary>Computes the group's part, and moves the product to its plane and its target to its split.</summary>
    public static GroupPlace Enter(ref Product product, int tileRows, int tileColumns)
    {
        int plane = product.Splits.Quotient(Grid.IdxZ), split = Grid.IdxZ - (plane * product.Splits.Value);
        GroupPlace place = default;
        product.EnterPlane(plane);
        product.Target.Origin += split * product.TargetSplit;
        place.FirstRow = Grid.IdxY * tileRows;
        place.FirstColumn = Grid.IdxX * tileColumns;
        place.Begin = split * product.SplitDepth;
        place.End = IntrinsicMath.Min(place.Begin + product.SplitDepth, product.Depth);
        return place;
    }
}
