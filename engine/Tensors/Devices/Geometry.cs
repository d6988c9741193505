namespace IlgpuGan.Tensors.Devices;

/// <summary>How the windows of a convolution or pooling lie on a plane, by axis.</summary>
/// <param name="Kernel">rows and columns of a window</param>
/// <param name="Stride">distance of neighbouring windows</param>
/// <param name="Padding">rows above the plane and columns left of it</param>
/// <param name="Dilation">distance of neighbouring elements of a window</param>
internal readonly record struct SlidingWindow(Size2d Kernel, Size2d Stride, Size2d Padding, Size2d Dilation);

/// <summary>
/// A convolution x [N, C, H, W] * w [K, C / Groups, KernelH, KernelW] -> y [N, K, OutH, OutW]. Padding is zeros; below and right there are
/// as many as the last output reads. A transposed convolution is described by the convolution whose data gradient it is.
/// Each of several groups convolves its share of the channels with its share of the filters.
/// </summary>
internal readonly record struct ConvGeometry(
    int N, int C, Size2d Input, int K, SlidingWindow Window, Size2d Output, int Groups = 1)
{
    // Names for one axis. They are not public, since a record prints its public properties.
    internal int H => Input.Height;

    internal int W => Input.Width;

    internal int KernelH => Window.Kernel.Height;

    internal int KernelW => Window.Kernel.Width;

    internal int StrideH => Window.Stride.Height;

    internal int StrideW => Window.Stride.Width;

    internal int PadTop => Window.Padding.Height;

    internal int PadLeft => Window.Padding.Width;

    internal int DilationH => Window.Dilation.Height;

    internal int DilationW => Window.Dilation.Width;

    internal int OutH => Output.Height;

    internal int OutW => Output.Width;

    /// <summary>Two per multiply-add, padding counted; the same for forward, data gradient and weight gradient.</summary>
    public long Flops => 2L * N * K * OutH * OutW * (C / Groups) * KernelH * KernelW;

    /// <summary>
    /// The padding as a border that a copy of x's planes has; below and right as many rows and columns as the last output reads.
    /// </summary>
    internal PadGeometry Border() => new(
        N * C, H, W, PadTop, Math.Max(0, ((OutH - 1) * StrideH) + ((KernelH - 1) * DilationH) + 1 - H - PadTop), PadLeft,
        Math.Max(0, ((OutW - 1) * StrideW) + ((KernelW - 1) * DilationW) + 1 - W - PadLeft));

    /// <summary>The convolution of planes with <see cref="Border"/>.</summary>
    internal ConvGeometry OfPadded() =>
        this with { Input = (Border().OutH, Border().OutW), Window = Window with { Padding = 0 } };

    /// <summary>The convolution of one group by itself. A method, since a record prints its properties.</summary>
    public ConvGeometry OneGroup() => this with { C = C / Groups, K = K / Groups, Groups = 1 };
}

/// <summary>c [Batch, M, N] = a · b with inner extent K; see <see cref="MatMulCall"/>.</summary>
internal readonly record struct MatMulGeometry(int Batch, int M, int N, int K, bool TransposeA, bool TransposeB);

/// <summary>x seen as [Outer, Channels, Inner]. Instance norm takes Outer·Channels groups, batch norm Channels.</summary>
/// <param name="Outer">images</param>
/// <param name="Channels">channels</param>
/// <param name="Inner">pixels</param>
/// <param name="PerInstance">separate statistics for each image</param>
internal readonly record struct NormGeometry(int Outer, int Channels, int Inner, bool PerInstance)
{
    /// <summary>Number of means and variances.</summary>
    public int Groups => PerInstance ? Outer * Channels : Channels;

    /// <summary>Elements of a group.</summary>
    public long GroupSize => PerInstance ? Inner : (long)Outer * Inner;
}

/// <summary>Padding of planes [H, W] on each side; negative amounts crop.</summary>
internal readonly record struct PadGeometry(int Planes, int H, int W, int Top, int Bottom, int Left, int Right)
{
    public int OutH => H + Top + Bottom;

    public int OutW => W + Left + Right;

    /// <summary>Elements of the padded planes. A method, since a record prints its properties.</summary>
    public long Count() => (long)Planes * OutH * OutW;
}

internal readonly record struct UpsampleGeometry(int Planes, int H, int W, int Scale)
{
    public int OutH => H * Scale;

    public int OutW => W * Scale;

    /// <summary>
    /// The two source elements of a bilinear sample along an axis, and the weight of the second; pixel centres are at halves, edges repeat.
    /// </summary>
    /// <param name="index">of the sample</param>
    /// <param name="extent">elements of the axis</param>
    public (int First, int Second, float Weight) Sample(int index, int extent)
    {
        var place = Math.Max(((index + 0.5f) / Scale) - 0.5f, 0);
        var first = (int)place;
        return (first, Math.Min(first + 1, extent - 1), place - first);
    }
}

/// <summary>Pooling windows over planes [H, W], padded equally on opposite sides. Only max pooling has dilation.</summary>
/// <param name="CountsPadding">
/// 1 if average pooling divides by the elements that its window covers of the padded plane, 0 if by those of the plane alone
/// </param>
internal readonly record struct PoolGeometry(int Planes, Size2d Input, SlidingWindow Window, Size2d Output, int CountsPadding = 1)
{
    internal int H => Input.Height;

    internal int W => Input.Width;

    internal int KernelH => Window.Kernel.Height;

    internal int KernelW => Window.Kernel.Width;

    internal int StrideH => Window.Stride.Height;

    internal int StrideW => Window.Stride.Width;

    internal int PadTop => Window.Padding.Height;

    internal int PadLeft => Window.Padding.Width;

    internal int DilationH => Window.Dilation.Height;

    internal int DilationW => Window.Dilation.Width;

    internal int OutH => Output.Height;

    internal int OutW => Output.Width;

    /// <summary>Distance from the first to the last row of a window.</summary>
    public int ReachH => (KernelH - 1) * DilationH;

    /// <summary>Distance from the first to the last column of a window.</summary>
    public int ReachW => (KernelW - 1) * DilationW;

    /// <summary>Rows in the divisor of average pooling.</summary>
    public int CountedRows(int outRow) => Counted((outRow * StrideH) - PadTop, KernelH, H, PadTop * CountsPadding);

    /// <summary>Columns in the divisor of average pooling.</summary>
    public int CountedColumns(int outColumn) => Counted((outColumn * StrideW) - PadLeft, KernelW, W, PadLeft * CountsPadding);

    private static int Counted(int start, int kernel, int extent, int margin) =>
        Math.Min(start + kernel, extent + margin) - Math.Max(start, -margin);
}

/// <summary>The elements Start, Start + Step, … of a dimension. Steps may be negative.</summary>
internal readonly record struct StridedAxis(int Extent, int Start = 0, int Step = 1);

/// <summary>
/// A strided copy along the middle dimension, from x [Outer, XExtent, Inner] to y [Outer, YExtent, Inner]: index XStart + k·XStep to index
/// YStart + k·YStep for 0 ≤ k &lt; Count.
/// </summary>
internal readonly record struct StrideGeometry(int Outer, int Count, int Inner, StridedAxis X, StridedAxis Y)
{
    internal int XExtent => X.Extent;

    internal int XStart => X.Start;

    internal int XStep => X.Step;

    internal int YExtent => Y.Extent;

    internal int YStart => Y.Start;

    internal int YStep => Y.Step;
}

/// <summary>
/// A gather of Count elements along the middle dimension of [Outer, Extent, Inner]. The index for element (o, k, i) is stored at
/// o·IndexOuter + k·IndexStep + i·IndexInner of the index array; a stride of 0 shares indices.
/// </summary>
internal readonly record struct GatherGeometry(int Outer, int Extent, int Count, int Inner, int IndexOuter, int IndexStep, int IndexInner);

/// <summary>The first Count elements in sorted order along the middle dimension of [Outer, Extent, Inner].</summary>
/// <param name="Outer">product of the leading dimensions</param>
/// <param name="Extent">elements to choose from</param>
/// <param name="Count">number of elements to return</param>
/// <param name="Inner">product of the trailing dimensions</param>
/// <param name="Sign">1 for the largest first, −1 for the smallest</param>
/// <param name="NanFirst">1 if NaN precedes all numbers, 0 if it follows them</param>
internal readonly record struct TopKGeometry(int Outer, int Extent, int Count, int Inner, int Sign, int NanFirst = 1);

/// <summary>One parameter of an Adam step: all four arrays of one length; Weight, FirstMoment and SecondMoment are updated.</summary>
internal readonly record struct AdamSlot(DeviceSpan Weight, DeviceSpan Gradient, DeviceSpan FirstMoment, DeviceSpan SecondMoment)
{
    /// <summary>The same with other memory in place of each array.</summary>
    internal AdamSlot Map(Func<DeviceSpan, DeviceSpan> map) => new(map(Weight), map(Gradient), map(FirstMoment), map(SecondMoment));
}

/// <summary>Settings that are the same in all Adam steps.</summary>
/// <param name="Beta1">decay of the first moment</param>
/// <param name="Beta2">decay of the second moment</param>
/// <param name="Epsilon">added to √v̂</param>
/// <param name="WeightDecay">L2 penalty added to the gradient</param>
/// <param name="Rates">
/// index of the first of <see cref="AdamCoefficients.Rates"/> words of <see cref="Device.Numbers"/> with the present step's rates
/// </param>
/// <param name="DecoupledDecay">AdamW's decay of the weight itself; for <see cref="AdamCoefficients.SetRates"/></param>
/// <param name="Convention">where ε is added; for <see cref="AdamCoefficients.SetRates"/></param>
internal readonly record struct AdamSettings(
    float Beta1, float Beta2, float Epsilon, float WeightDecay, int Rates, float DecoupledDecay = 0,
        AdamEpsilon Convention = AdamEpsilon.PyTorch);

/// <summary>Where Adam's ε is added.</summary>
public enum AdamEpsilon
{
    /// <summary>To the bias-corrected √v̂: α/(1 − β₁ᵗ)·m/(√v/√(1 − β₂ᵗ) + ε).</summary>
    PyTorch,

    /// <summary>To the uncorrected √v: α·√(1 − β₂ᵗ)/(1 − β₁ᵗ)·m/(√v + ε).</summary>
    TensorFlow1,
}

internal readonly record struct SgdSlot(DeviceSpan Weight, DeviceSpan Gradient, DeviceSpan? Velocity)
{
    /// <summary>The same with other memory in place of each array.</summary>
    internal SgdSlot Map(Func<DeviceSpan, DeviceSpan> map) => new(map(Weight), map(Gradient), Velocity is { } v ? map(v) : null);
}

/// <summary>
/// One parameter of a step of RMSProp: arrays of equal length; Weight, MeanSquare and Velocity (for momentum) are updated.
/// </summary>
internal readonly record struct RmsPropSlot(DeviceSpan Weight, DeviceSpan Gradient, DeviceSpan MeanSquare, DeviceSpan? Velocity)
{
    /// <summary>The same with other memory in place of each array.</summary>
    internal RmsPropSlot Map(Func<DeviceSpan, DeviceSpan> map) =>
        new(map(Weight), map(Gradient), map(MeanSquare), Velocity is { } v ? map(v) : null);
}

/// <summary>Which implementation's formula RMSProp follows.</summary>
public enum RmsPropConvention
{
    /// <summary>ε is added to the root; the learning rate multiplies the velocity.</summary>
    PyTorch,

    /// <summary>ε is added inside the root; the learning rate is part of the velocity.</summary>
    TensorFlow1,
}

/// <summary>Settings that are the same in all steps of RMSProp.</summary>
/// <param name="Decay">decay of the mean square, ρ</param>
/// <param name="Epsilon">added to the mean square or to its root</param>
/// <param name="Momentum">momentum of the velocity, if there is one</param>
/// <param name="WeightDecay">L2 penalty added to the gradient</param>
/// <param name="Convention">which formula</param>
/// <param name="Rates">
/// index of the first of <see cref="Words"/> words of <see cref="Device.Numbers"/>: factor of the quotient, then of the update
/// </param>
internal readonly record struct RmsPropSettings(
    float Decay, float Epsilon, float Momentum, float WeightDecay, RmsPropConvention Convention, int Rates)
{
    /// <summary>Words of <see cref="StepNumbers"/> that <see cref="SetRates"/> fills.</summary>
    public const int Words = 2;

    /// <summary>1 − ρ for the decimal number that was written: 0.9f itself is 2.4e-8 off.</summary>
    public float OneMinusDecay => (float)(1 - WrittenNumber.Of(Decay));

    /// <summary>Writes a step's rates to the table from which kernels read them.</summary>
    public static void SetRates(StepNumbers numbers, int first, RmsPropConvention convention, float learningRate)
    {
        numbers.SetSingle(first, convention == RmsPropConvention.PyTorch ? 1 : learningRate);
        numbers.SetSingle(first + 1, convention == RmsPropConvention.PyTorch ? learningRate : 1);
    }
}
