using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>A matrix product, told in the form of <see cref="Product"/>: the right factor is an image of one channel.</summary>
internal static class MatMulProduct
{
    /// <summary>Whether neighbouring depths of the right factor, and not neighbouring columns, are neighbours in memory.</summary>
    public static bool IsAlongDepth(in MatMulGeometry g) => g.TransposeB;

    public static Product Of(ArrayView<float> a, ArrayView<float> b, ArrayView<float> c, in MatMulGeometry g) => new()
    {
        Rows = g.M,
        Columns = g.N,
        Depth = g.K,
        Planes = g.Batch,
        LeftPlane = g.M * g.K,
        RightPlane = g.K * g.N,
        TargetPlane = g.M * g.N,

        // A stored b has a channel for each depth, of one row; the depth of a transposed one goes along the rows of its only channel.
        DepthRadix = g.TransposeB ? new Radix(1, g.K) : new Radix(1, 1),
        ColumnRadix = g.TransposeB ? new Radix(g.N, 1) : new Radix(1, g.N),
        Left = new LeftOperand
        {
            Data = a,
            RowStride = g.TransposeA ? 1 : g.K,
            HighStride = g.TransposeA ? g.M : 1,
            MiddleStride = g.TransposeA ? g.M : 1,
            LowStride = g.TransposeA ? g.M : 1,
        },
        Right = new RightOperand
        {
            Image = b,
            Height = g.TransposeB ? g.N : 1,
            Width = g.TransposeB ? g.K : g.N,
            ColumnY = 1,
            ColumnX = 1,
            DepthPlane = g.N,
            DepthY = 1,
            DepthX = 1,
        },
        Target = new TargetOperand { Data = c, RowStride = g.N, MiddleStride = 1, LowStride = 1 },
    };
}
