using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// The left factor, [Rows, Depth], stored with a stride for the row and one for each digit of the depth: a convolution's weight, the
/// gradient that arrives at its output, or a matrix.
/// </summary>
internal struct LeftOperand
{
    public ArrayView<float> Data;

    /// <summary>The place of row 0, depth 0.</summary>
    public int Origin;

    public int RowStride;

    public int HighStride;

    public int MiddleStride;

    public int LowStride;

    public readonly int Offset(Digits depth) =>
        Origin + (depth.High * HighStride) + (depth.Middle * MiddleStride) + (depth.Low * LowStride);

    /// <summary>Whether each row can be read four elements at a time.</summary>
    /// <param name="radix">of the depth</param>
    public readonly bool HasVectorRows(Radix radix, int depth) =>
        radix.HasVectors(4, depth, HighStride, MiddleStride, LowStride) && RowStride % 4 == 0;
}

/// <summary>
/// The right factor, [Depth, Columns], of which nothing is stored: each element is a pixel of an image (or zero, outside of it), found
/// from the digits of depth and column. With pixels as columns and taps as depth it is what "im2col" would write; with taps as columns
/// and pixels as depth, its transpose. A matrix is an image of one channel.
/// </summary>
internal struct RightOperand
{
    /// <summary>Rows further up than any image is high: where columns beyond the last one are put.</summary>
    private const int Outside = -(1 << 30);

    public ArrayView<float> Image;

    /// <summary>The place of the first plane.</summary>
    public int Origin;

    public int Height;

    public int Width;

    /// <summary>Row and column in the image for column 0 and depth 0.</summary>
    public int OriginY, OriginX;

    /// <summary>Elements, rows and columns to go for one more of each digit of the column.</summary>
    public int ColumnPlane, ColumnY, ColumnX;

    /// <summary>Elements, rows and columns to go for one more of each digit of the depth.</summary>
    public int DepthPlane, DepthY, DepthX;

    /// <summary>What a column brings to the place of its elements.</summary>
    public readonly RightColumn Column(Digits column, bool exists)
    {
        RightColumn result = default;
        result.Plane = Origin + (column.High * ColumnPlane);
        result.Y = exists ? OriginY + (column.Middle * ColumnY) : Outside;
        result.X = OriginX + (column.Low * ColumnX);
        return result;
    }

    /// <summary>The place of an element, or -1 outside the image.</summary>
    public readonly int Offset(RightColumn column, Digits depth)
    {
        int y = column.Y + (depth.Middle * DepthY), x = column.X + (depth.Low * DepthX);

        // No short circuit: comparisons are cheaper than one branch that a warp takes both ways. Without signs, what is negative is too
        // large.
        bool inside = ((uint)y < (uint)Height) & ((uint)x < (uint)Width);
        return inside ? column.Plane + (depth.High * DepthPlane) + (y * Width) + x : -1;
    }
}

/// <summary>The part of a <see cref="RightOperand"/>'s address that stays while the depth goes by.</summary>
internal struct RightColumn
{
    public int Plane;

    public int Y;

    public int X;
}

/// <summary>Where the product goes: a stride for the row and one for each digit of the column, and a number to add to each row.</summary>
internal struct TargetOperand
{
    public ArrayView<float> Data;

    /// <summary>[Rows], read if <see cref="HasBias"/> is not 0.</summary>
    public ArrayView<float> Bias;

    public int HasBias;

    public int Origin;

    public int RowStride;

    public int HighStride;

    public int MiddleStride;

    public int LowStride;

    public readonly int Offset(int row, Digits column) =>
        Origin + (row * RowStride) + (column.High * HighStride) + (column.Middle * MiddleStride) + (column.Low * LowStride);

    /// <summary>Whether each row can be written so many columns at a time.</summary>
    /// <param name="width">2 or 4</param>
    /// <param name="radix">of the column</param>
    public readonly bool HasVectorColumns(int width, Radix radix, int columns) =>
        radix.HasVectors(width, columns, HighStride, MiddleStride, LowStride) && RowStride % width == 0;
}
