using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.Tensors.Devices.Gpu.Convolution;

/// <summary>
/// A convolution and its two gradients as a <see cref="Product"/> ("implicit GEMM"): nothing is unfolded or packed, and kernels read each
/// element in place. In a grouped convolution each group is a product, whose arrays begin at the group's first channel.
/// </summary>
internal static class ConvolutionProducts
{
    /// <summary>
    /// y [K, pixels of y] = w [K, taps] · patches of x [taps, pixels of y]. A tap is (channel, row, column), a pixel (image, row, column).
    /// </summary>
    public static Product Forward(ArrayView<float> x, ArrayView<float> w, ArrayView<float> bias, ArrayView<float> y, in ConvGeometry g) =>
        new()
    {
        Rows = g.K / g.Groups,
        Columns = g.N * g.OutH * g.OutW,
        Depth = g.C / g.Groups * g.KernelH * g.KernelW,
        Planes = 1,
        ColumnRadix = new Radix(g.OutH, g.OutW),
        DepthRadix = new Radix(g.KernelH, g.KernelW),
        Left = new LeftOperand
        {
            Data = w,
            RowStride = g.C / g.Groups * g.KernelH * g.KernelW,
            HighStride = g.KernelH * g.KernelW,
            MiddleStride = g.KernelW,
            LowStride = 1,
        },
        Right = new RightOperand
        {
            Image = x,
            Height = g.H,
            Width = g.W,
            OriginY = -g.PadTop,
            OriginX = -g.PadLeft,
            ColumnPlane = g.C * g.H * g.W,
            ColumnY = g.StrideH,
            ColumnX = g.StrideW,
            DepthPlane = g.H * g.W,
            DepthY = g.DilationH,
            DepthX = g.DilationW,
        },
        Target = new TargetOperand
        {
            Data = y,
            Bias = bias,
            HasBias = bias.IntLength > 0 ? 1 : 0,
            RowStride = g.OutH * g.OutW,
            HighStride = g.K * g.OutH * g.OutW,
            MiddleStride = g.OutW,
            LowStride = 1,
        },
    };

    /// <summary>
    /// dx [C, pixels of x] = w [C, taps] · patches of dy [taps, pixels of x], for each phase of the stride (<see cref="PhaseAxis"/>), with
    /// the pixels and taps of that phase. A tap is (output channel, row, column) here.
    /// </summary>
    public static Product InputGradient(
        ArrayView<float> dy, ArrayView<float> w, ArrayView<float> bias, ArrayView<float> dx, in ConvGeometry g)
    {
        PhaseAxis vertical = Axis(g.StrideH, g.DilationH, g.PadTop, g.KernelH, g.H),
            horizontal = Axis(g.StrideW, g.DilationW, g.PadLeft, g.KernelW, g.W);
        return new Product
        {
            Rows = g.C / g.Groups,
            Columns = g.N * vertical.Enter(0).Count * horizontal.Enter(0).Count,
            Depth = g.K / g.Groups,
            Planes = g.StrideH * g.StrideW,
            Images = g.N,
            PhasesX = g.StrideW,
            ColumnRadix = new Radix(g.H, g.W),
            DepthRadix = new Radix(g.KernelH, g.KernelW),
            Vertical = vertical,
            Horizontal = horizontal,
            Left = new LeftOperand
            {
                Data = w,
                RowStride = g.KernelH * g.KernelW,
                HighStride = g.C / g.Groups * g.KernelH * g.KernelW,
                MiddleStride = g.KernelW,
                LowStride = 1,
            },
            Right = new RightOperand
            {
                Image = dy,
                Height = g.OutH,
                Width = g.OutW,
                ColumnPlane = g.K * g.OutH * g.OutW,
                ColumnY = 1,
                ColumnX = 1,
                DepthPlane = g.OutH * g.OutW,
                DepthY = -(g.DilationH / GreatestCommonDivisor(g.StrideH, g.DilationH)),
                DepthX = -(g.DilationW / GreatestCommonDivisor(g.StrideW, g.DilationW)),
            },
            Target = new TargetOperand
            {
                Data = dx,
                Bias = bias,
                HasBias = bias.IntLength > 0 ? 1 : 0,
                RowStride = g.H * g.W,
                HighStride = g.C * g.H * g.W,
                MiddleStride = g.W,
                LowStride = 1,
            },
        };
    }

    /// <summary>dw [K, taps] = dy [K, pixels of y] · patches of x [pixels of y, taps].</summary>
    public static Product WeightGradient(ArrayView<float> x, ArrayView<float> dy, ArrayView<float> dw, in ConvGeometry g) => new()
    {
        Rows = g.K / g.Groups,
        Columns = g.C / g.Groups * g.KernelH * g.KernelW,
        Depth = g.N * g.OutH * g.OutW,
        Planes = 1,
        ColumnRadix = new Radix(g.KernelH, g.KernelW),
        DepthRadix = new Radix(g.OutH, g.OutW),
        Left = new LeftOperand
        {
            Data = dy,
            RowStride = g.OutH * g.OutW,
            HighStride = g.K * g.OutH * g.OutW,
            MiddleStride = g.OutW,
            LowStride = 1,
        },
        Right = new RightOperand
        {
            Image = x,
            Height = g.H,
            Width = g.W,
            OriginY = -g.PadTop,
            OriginX = -g.PadLeft,
            ColumnPlane = g.H * g.W,
            ColumnY = g.DilationH,
            ColumnX = g.DilationW,
            DepthPlane = g.C * g.H * g.W,
            DepthY = g.StrideH,
            DepthX = g.StrideW,
        },
        Target = new TargetOperand
        {
            Data = dw,
            RowStride = g.C / g.Groups * g.KernelH * g.KernelW,
            HighStride = g.KernelH * g.KernelW,
            MiddleStride = g.KernelW,
            LowStride = 1,
        },
    };

    private static PhaseAxis Axis(int stride, int dilation, int pad, int kernel, int extent) =>
        new(stride, dilation, pad, kernel, extent, stride / GreatestCommonDivisor(stride, dilation));

    /// <summary>Euclid's algorithm.</summary>
    private static int GreatestCommonDivisor(int a, int b) => b == 0 ? a : GreatestCommonDivisor(b, a % b);
}
