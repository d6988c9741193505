using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>A matrix product as a <see cref="Product"/>: the right factor is an image of one channel.</summary>
internal static class MatMulProduct
{
    /// <summary>Whether the right factor is contiguous along the depth, not along columns.</summary>
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

        // An untransposed b has a channel of one row for each depth; in a transposed b the depth runs along the rows of its only channel.
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
