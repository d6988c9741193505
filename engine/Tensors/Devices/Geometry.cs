namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// A convolution x [N, C, H, W] * w [K, C / Groups, KernelH, KernelW] -> y [N, K, OutH, OutW]; padding is zeros, as many below and right as
/// the last output reads. A transposed convolution is described by the convolution whose data gradient it is.
/// Of several groups each has its part of the channels, and makes its part of the filters from them.
/// </summary>
public readonly record struct ConvGeometry(
    int N, int C, int H, int W,
    int K, int KernelH, int KernelW,
    int StrideH, int StrideW, int PadTop, int PadLeft, int DilationH, int DilationW,
    int OutH, int OutW, int Groups = 1)
{
    /// <summary>Two a multiply-add, padding counted; the same for forward, data gradient and weight gradient.</summary>
    public long Flops => 2L * N * K * OutH * OutW * (C / Groups) * KernelH * KernelW;

    /// <summary>The convolution of one group, as if it were alone. A method, since a record prints its properties.</summary>
    public ConvGeometry OneGroup() => this with { C = C / Groups, K = K / Groups, Groups = 1 };
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

/// <summary>Windows over planes [H, W]; the padding is the same on opposite sides. Only maxima have dilations.</summary>
/// <param name="CountsPadding">
/// 1 where a mean divides by all that its window covers of the padded plane, 0 where by what it covers of the plane
/// </param>
public readonly record struct PoolGeometry(
    int Planes, int H, int W, int KernelH, int KernelW, int StrideH, int StrideW, int PadTop, int PadLeft, int OutH, int OutW,
    int DilationH = 1, int DilationW = 1, int CountsPadding = 1)
{
    /// <summary>Distance from the first to the last row of a window.</summary>
    public int ReachH => (KernelH - 1) * DilationH;

    /// <summary>Distance from the first to the last column of a window.</summary>
    public int ReachW => (KernelW - 1) * DilationW;

    /// <summary>Rows by which a mean divides.</summary>
    public int CountedRows(int outRow) => Counted((outRow * StrideH) - PadTop, KernelH, H, PadTop * CountsPadding);

    /// <summary>Columns by which a mean divides.</summary>
    public int CountedColumns(int outColumn) => Counted((outColumn * StrideW) - PadLeft, KernelW, W, PadLeft * CountsPadding);

    private static int Counted(int start, int kernel, int extent, int margin) =>
        Math.Min(start + kernel, extent + margin) - Math.Max(start, -margin);
}

/// <summary>
/// Elements of a dimension of x [Outer, XExtent, Inner] that go to a dimension of y [Outer, YExtent, Inner]: XStart + k·XStep to YStart +
/// k·YStep for k below Count. Steps may be negative.
/// </summary>
public readonly record struct StrideGeometry(
    int Outer, int Count, int Inner, int XExtent, int XStart, int XStep, int YExtent, int YStart, int YStep);

/// <summary>
/// Count places of the Extent along the middle dimension of [Outer, Extent, Inner], for element (o, k, i) written in an array at
/// o·IndexOuter + k·IndexStep + i·IndexInner. Strides of 0 share a place.
/// </summary>
public readonly record struct GatherGeometry(int Outer, int Extent, int Count, int Inner, int IndexOuter, int IndexStep, int IndexInner);

/// <summary>The first Count elements in order along the middle dimension of [Outer, Extent, Inner].</summary>
/// <param name="Outer">in front</param>
/// <param name="Extent">elements to choose from</param>
/// <param name="Count">how many are wanted</param>
/// <param name="Inner">behind</param>
/// <param name="Sign">1 for the largest first, −1 for the smallest</param>
public readonly record struct TopKGeometry(int Outer, int Extent, int Count, int Inner, int Sign);

/// <summary>One parameter of an Adam step: all four arrays of one length; Weight, FirstMoment and SecondMoment are updated.</summary>
public readonly record struct AdamSlot(DeviceSpan Weight, DeviceSpan Gradient, DeviceSpan FirstMoment, DeviceSpan SecondMoment)
{
    /// <summary>The same with other memory in place of each array.</summary>
    internal AdamSlot Map(Func<DeviceSpan, DeviceSpan> map) => new(map(Weight), map(Gradient), map(FirstMoment), map(SecondMoment));
}

/// <summary>What stays from one Adam step to the next.</summary>
/// <param name="Beta1">decay of the first moment</param>
/// <param name="Beta2">decay of the second moment</param>
/// <param name="Epsilon">added to √v̂</param>
/// <param name="WeightDecay">L2 penalty added to the gradient</param>
/// <param name="Rates">
/// the first of <see cref="AdamCoefficients.Rates"/> words of <see cref="Device.Numbers"/>, where the present step's rates are
/// </param>
/// <param name="DecoupledDecay">AdamW's decay of the weight itself; for <see cref="AdamCoefficients.SetRates"/></param>
/// <param name="Convention">to what ε is added; for <see cref="AdamCoefficients.SetRates"/></param>
public readonly record struct AdamSettings(
    float Beta1, float Beta2, float Epsilon, float WeightDecay, int Rates, float DecoupledDecay = 0,
        AdamEpsilon Convention = AdamEpsilon.PyTorch);

/// <summary>To what Adam's ε is added.</summary>
public enum AdamEpsilon
{
    /// <summary>To the bias-corrected √v̂: α/(1 − β₁ᵗ)·m/(√v/√(1 − β₂ᵗ) + ε).</summary>
    PyTorch,

    /// <summary>To √v as it is: α·√(1 − β₂ᵗ)/(1 − β₁ᵗ)·m/(√v + ε).</summary>
    TensorFlow1,
}

public readonly record struct SgdSlot(DeviceSpan Weight, DeviceSpan Gradient, DeviceSpan? Velocity)
{
    /// <summary>The same with other memory in place of each array.</summary>
    internal SgdSlot Map(Func<DeviceSpan, DeviceSpan> map) => new(map(Weight), map(Gradient), Velocity is { } v ? map(v) : null);
}

/// <summary>
/// One parameter of a step of RMSProp: all arrays of one length; Weight, MeanSquare and Velocity (for momentum) are updated.
/// </summary>
public readonly record struct RmsPropSlot(DeviceSpan Weight, DeviceSpan Gradient, DeviceSpan MeanSquare, DeviceSpan? Velocity)
{
    /// <summary>The same with other memory in place of each array.</summary>
    internal RmsPropSlot Map(Func<DeviceSpan, DeviceSpan> map) =>
        new(map(Weight), map(Gradient), map(MeanSquare), Velocity is { } v ? map(v) : null);
}

/// <summary>Whose formula RMSProp follows.</summary>
public enum RmsPropConvention
{
    /// <summary>ε is added to the root, the rate multiplies the velocity.</summary>
    PyTorch,

    /// <summary>ε is added inside the root, the rate goes into the velocity.</summary>
    TensorFlow1,
}

/// <summary>What stays from one step of RMSProp to the next.</summary>
/// <param name="Decay">of the mean square</param>
/// <param name="Epsilon">added to the mean square or to its root</param>
/// <param name="Momentum">of the velocity, if there is one</param>
/// <param name="WeightDecay">L2 penalty added to the gradient</param>
/// <param name="Convention">whose formula</param>
/// <param name="Rates">
/// the first of <see cref="Words"/> words of <see cref="Device.Numbers"/>: factor of the quotient, and of the step along it
/// </param>
public readonly record struct RmsPropSettings(
    float Decay, float Epsilon, float Momentum, float WeightDecay, RmsPropConvention Convention, int Rates)
{
    /// <summary>Words in the table of numbers that <see cref="SetRates"/> fills.</summary>
    public const int Words = 2;

    /// <summary>1 − ρ as it is meant: 0.9f is 2.4e-8 off.</summary>
    public float OneMinusDecay => (float)(1 - (double)(decimal)Decay);

    /// <summary>Writes a step's rates where kernels look them up.</summary>
    public static void SetRates(StepNumbers numbers, int first, RmsPropConvention convention, float learningRate)
    {
        numbers.SetSingle(first, convention == RmsPropConvention.PyTorch ? 1 : learningRate);
        numbers.SetSingle(first + 1, convention == RmsPropConvention.PyTorch ? learningRate : 1);
    }
}
