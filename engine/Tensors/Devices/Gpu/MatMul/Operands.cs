using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// The left factor, [Rows, Depth], stored with a stride for the row and one for each digit of the depth: a convolution's weight, the
/// gradient that arrives at its output, or a matrix.
/// </summary>
internal struct LeftOperand
{
    public ArrayView<float> Data;

    /// <summary>The offset of row 0, depth 0.</summary>
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
/// The right factor, [Depth, Columns], which is not stored: each element is a pixel of an image (or zero, outside of it), addressed by the
/// digits of depth and column. With pixels as columns and taps as depth it is the matrix of im2col; with taps as columns and pixels as
/// depth, its transpose. A matrix is an image of one channel.
/// </summary>
internal struct RightOperand
{
    /// <summary>A row outside of any image, for columns beyond the last one.</summary>
    private const int Outside = -(1 << 30);

    public ArrayView<float> Image;

    /// <summary>The offset of the first plane.</summary>
    public int Origin;

    public int Height;

    public int Width;

    /// <summary>Row and column in the image for column 0 and depth 0.</summary>
    public int OriginY, OriginX;

    /// <summary>Steps in elements, rows and columns of the image for the high, middle and low digit of the column.</summary>
    public int ColumnPlane, ColumnY, ColumnX;

    /// <summary>Steps in elements, rows and columns of the image for the high, middle and low digit of the depth.</summary>
    public int DepthPlane, DepthY, DepthX;

    /// <summary>The column's part of its elements' addresses.</summary>
    public readonly RightColumn Column(Digits column, bool exists)
    {
        RightColumn result = default;
        result.Plane = Origin + (column.High * ColumnPlane);
        result.Y = exists ? OriginY + (column.Middle * ColumnY) : Outside;
        result.X = OriginX + (column.Low * ColumnX);
        return result;
    }

    /// <summary>The offset of an element, or -1 outside the image.</summary>
    public readonly int Offset(RightColumn column, Digits depth)
    {
        int y = column.Y + (depth.Middle * DepthY), x = column.X + (depth.Low * DepthX);

        // No short circuit: comparisons are cheaper than a divergent branch. As unsigned numbers, negative ones are too large.
        bool inside = ((uint)y < (uint)Height) & ((uint)x < (uint)Width);
        return inside ? column.Plane + (depth.High * DepthPlane) + (y * Width) + x : -1;
    }
}

/// <summary>The part of a <see cref="RightOperand"/>'s address that does not depend on the depth.</summary>
internal struct RightColumn
{
    public int Plane;

    public int Y;

    public int X;
}

/// <summary>The target, [Rows, Columns]: a stride for the row and one for each digit of the column, and a bias for each row.</summary>
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

    /// <summary>Whether each row can be written in vectors of <paramref name="width"/> columns.</summary>
    /// <param name="width">2 or 4</param>
    /// <param name="radix">of the column</param>
    public readonly bool HasVectorColumns(int width, Radix radix, int columns) =>
        radix.HasVectors(width, columns, HighStride, MiddleStride, LowStride) && RowStride % width == 0;
}
