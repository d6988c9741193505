namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// A convolution x [N, C, H, W] * w [K, C, KernelH, KernelW] -> y [N, K, OutH, OutW]; padding is zeros.
/// A transposed convolution is described by the convolution whose data gradient it is.
/// </summary>
public readonly record struct ConvGeometry(
    int N, int C, int H, int W,
    int K, int KernelH, int KernelW,
    int StrideH, int StrideW, int PadTop, int PadLeft, int DilationH, int DilationW,
    int OutH, int OutW)
{
    /// <summary>Two a multiply-add, padding counted; the same for forward, data gradient and weight gradient.</summary>
    public long Flops => 2L * N * K * OutH * OutW * C * KernelH * KernelW;
}

/// <summary>c [Batch, M, N] = a · b with inner extent K; see <see cref="IKernels.MatMul"/>.</summary>
public readonly record struct MatMulGeometry(int Batch, int M, int N, int K, bool TransposeA, bool TransposeB);

/// <summary>x seen as [Outer, Channels, Inner]. Instance norm takes Outer·Channels groups, batch norm Channels.</summary>
/// <param name="Outer">images</param>
/// <param name="Channels">channels</param>
/// <param name="Inner">pixels</param>
/// <param name="PerInstance">statistics for each image apart</param>
public readonly record struct NormGeometry(int Outer, int Channels, int Inner, bool PerInstance)
{
    /// <summary>Number of means and variances.</summary>
    public int Groups => PerInstance ? Outer * Channels : Channels;

    /// <summary>Elements behind each.</summary>
    public long GroupSize => PerInstance ? Inner : (long)Outer * Inner;
}

/// <summary>Amounts to add on each side of planes [H, W]; negative ones crop.</summary>
public readonly record struct PadGeometry(int Planes, int H, int W, int Top, int Bottom, int Left, int Right)
{
    public int OutH => H + Top + Bottom;

    public int OutW => W + Left + Right;
}

public readonly record struct UpsampleGeometry(int Planes, int H, int W, int Scale)
{
    public int OutH => H * Scale;

    public int OutW => W * Scale;
}

public readonly record struct PoolGeometry(
    int Planes, int H, int W, int KernelH, int KernelW, int StrideH, int StrideW, int PadTop, int PadLeft, int OutH, int OutW);

/// <summary>One parameter of an Adam step: all four arrays of one length; Weight, FirstMoment and SecondMoment are updated.</summary>
public readonly record struct AdamSlot(DeviceSpan Weight, DeviceSpan Gradient, DeviceSpan FirstMoment, DeviceSpan SecondMoment);

/// <summary>What stays from one Adam step to the next.</summary>
/// <param name="Beta1">decay of the first moment</param>
/// <param name="Beta2">decay of the second moment</param>
/// <param name="Epsilon">added to √v̂</param>
/// <param name="WeightDecay">L2 penalty added to the gradient</param>
/// <param name="Rates">the first of <see cref="AdamCoefficients.Rates"/> words of <see cref="Device.Numbers"/>, where the present step's rates are</param>
public readonly record struct AdamSettings(float Beta1, float Beta2, float Epsilon, float WeightDecay, int Rates);

public readonly record struct SgdSlot(DeviceSpan Weight, DeviceSpan Gradient, DeviceSpan? Velocity);
