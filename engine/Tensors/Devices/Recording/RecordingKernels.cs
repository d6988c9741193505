namespace IlgpuGan.Tensors.Devices.Recording;

/// <summary>
/// Appends each call to a list and runs none. Members with a default implementation are here too, or they would be recorded as what they
/// are composed of.
/// </summary>
internal sealed class RecordingKernels(IKernels kernels, List<KernelCall> calls) : IKernels
{
    public void Fill(DeviceSpan y, float value) => Record(new FillCall(y, value));

    public void FillFrom(int word, DeviceSpan y) => Record(new FillFromCall(word, y));

    public void Copy(DeviceSpan x, DeviceSpan y) => Record(new CopyCall(x, y));

    public void CopyBlock(
        DeviceSpan x, Shape xShape, ReadOnlySpan<int> xStart, DeviceSpan y, Shape yShape, ReadOnlySpan<int> yStart, Shape extent,
        bool accumulate) =>
        Record(new CopyBlockCall(x, xShape, xStart.ToArray(), y, yShape, yStart.ToArray(), extent, accumulate));

    public void Permute(DeviceSpan x, Shape xShape, ReadOnlySpan<int> order, DeviceSpan y) =>
        Record(new PermuteCall(x, xShape, order.ToArray(), y));

    public void Unary(UnaryFunction f, float p, float q, DeviceSpan x, DeviceSpan y) => Record(new UnaryCall(f, p, q, x, y));

    public void UnaryGradient(UnaryFunction f, float p, float q, DeviceSpan saved, DeviceSpan dy, DeviceSpan dx) =>
        Record(new UnaryGradientCall(f, p, q, saved, dy, dx));

    public void Binary(BinaryFunction f, DeviceSpan a, Shape aShape, DeviceSpan b, Shape bShape, DeviceSpan y, Shape yShape) =>
        Record(new BinaryCall(f, a, aShape, b, bShape, y, yShape));

    public void AddScaled(float scale, DeviceSpan x, DeviceSpan y) => Record(new AddScaledCall(scale, x, y));

    public void Expand(DeviceSpan x, Shape xShape, DeviceSpan y, Shape yShape) => Record(new ExpandCall(x, xShape, y, yShape));

    public void Reduce(Reduction f, DeviceSpan x, Shape xShape, DeviceSpan y, Shape yShape) =>
        Record(new ReduceCall(f, x, xShape, y, yShape));

    public void Conv2d(DeviceSpan x, DeviceSpan w, DeviceSpan? bias, DeviceSpan y, in ConvGeometry g) =>
        Record(new Conv2dCall(x, w, bias, y, g));

    public bool HasBorderedConv2d => kernels.HasBorderedConv2d;

    public void BorderedConv2d(PadMode mode, DeviceSpan x, DeviceSpan w, DeviceSpan? bias, DeviceSpan y, in ConvGeometry g) =>
        Record(new BorderedConv2dCall(mode, x, w, bias, y, g));

    /// <summary>A promise of now, not a part of the step.</summary>
    public void Hold(DeviceSpan w) => kernels.Hold(w);

    public void Release(DeviceSpan w) => kernels.Release(w);

    public void Conv2dInputGradient(DeviceSpan dy, DeviceSpan w, DeviceSpan? bias, DeviceSpan dx, in ConvGeometry g) =>
        Record(new Conv2dInputGradientCall(dy, w, bias, dx, g));

    public void Conv2dWeightGradient(DeviceSpan x, DeviceSpan dy, DeviceSpan dw, in ConvGeometry g) =>
        Record(new Conv2dWeightGradientCall(x, dy, dw, g));

    public void BorderedConv2dWeightGradient(PadMode mode, DeviceSpan x, DeviceSpan dy, DeviceSpan dw, in ConvGeometry g) =>
        Record(new BorderedConv2dWeightGradientCall(mode, x, dy, dw, g));

    public void MatMul(DeviceSpan a, DeviceSpan b, DeviceSpan c, in MatMulGeometry g) => Record(new MatMulCall(a, b, c, g));

    public void Moments(DeviceSpan x, DeviceSpan mean, DeviceSpan variance, in NormGeometry g) =>
        Record(new MomentsCall(x, mean, variance, g));

    public void Normalize(
        DeviceSpan x, DeviceSpan mean, DeviceSpan variance, DeviceSpan? weight, DeviceSpan? bias, DeviceSpan y, in NormGeometry g,
        float epsilon) =>
        Record(new NormalizeCall(x, mean, variance, weight, bias, y, g, epsilon));

    public void NormalizeGradient(
        DeviceSpan x, DeviceSpan mean, DeviceSpan variance, DeviceSpan? weight, DeviceSpan dy, DeviceSpan? dx, DeviceSpan? dweight,
        DeviceSpan? dbias, in NormGeometry g, float epsilon) =>
        Record(new NormalizeGradientCall(x, mean, variance, weight, dy, dx, dweight, dbias, g, epsilon));

    public void TrackStatistics(
        DeviceSpan mean, DeviceSpan variance, DeviceSpan pastMean, DeviceSpan pastVariance, DeviceSpan? batches, float momentum,
        float correction) =>
        Record(new TrackStatisticsCall(mean, variance, pastMean, pastVariance, batches, momentum, correction));

    public void Pad(PadMode mode, float value, DeviceSpan x, DeviceSpan y, in PadGeometry g) => Record(new PadCall(mode, value, x, y, g));

    public void PadGradient(PadMode mode, DeviceSpan dy, DeviceSpan dx, in PadGeometry g) => Record(new PadGradientCall(mode, dy, dx, g));

    public void Upsample(UpsampleMode mode, DeviceSpan x, DeviceSpan y, in UpsampleGeometry g) => Record(new UpsampleCall(mode, x, y, g));

    public void UpsampleGradient(UpsampleMode mode, DeviceSpan dy, DeviceSpan dx, in UpsampleGeometry g) =>
        Record(new UpsampleGradientCall(mode, dy, dx, g));

    public void AveragePool(DeviceSpan x, DeviceSpan y, in PoolGeometry g) => Record(new AveragePoolCall(x, y, g));

    public void AveragePoolGradient(DeviceSpan dy, DeviceSpan dx, in PoolGeometry g) => Record(new AveragePoolGradientCall(dy, dx, g));

    public void MaxPool(DeviceSpan x, DeviceSpan y, in PoolGeometry g) => Record(new MaxPoolCall(x, y, g));

    public void MaxPoolGradient(DeviceSpan x, DeviceSpan dy, DeviceSpan dx, in PoolGeometry g) =>
        Record(new MaxPoolGradientCall(x, dy, dx, g));

    public void MaxPoolGather(DeviceSpan x, DeviceSpan v, DeviceSpan y, in PoolGeometry g) => Record(new MaxPoolGatherCall(x, v, y, g));

    public void Resample(DeviceSpan x, DeviceSpan y, int outer, int inner, ResampleTaps taps) =>
        Record(new ResampleCall(x, y, outer, inner, taps));

    public void LogSoftmax(DeviceSpan x, DeviceSpan y, int rows, int columns) => Record(new LogSoftmaxCall(x, y, rows, columns));

    public void CopyStrided(DeviceSpan x, DeviceSpan y, in StrideGeometry g) => Record(new CopyStridedCall(x, y, g));

    public void Gather(DeviceSpan x, DeviceSpan places, DeviceSpan y, in GatherGeometry g) => Record(new GatherCall(x, places, y, g));

    public void ScatterAdd(DeviceSpan x, DeviceSpan places, DeviceSpan y, in GatherGeometry g) =>
        Record(new ScatterAddCall(x, places, y, g));

    public void TopK(DeviceSpan x, DeviceSpan places, in TopKGeometry g) => Record(new TopKCall(x, places, g));

    public void Uniform(RandomKey key, DeviceSpan y) => Record(new UniformCall(key, y));

    public void Normal(RandomKey key, DeviceSpan y) => Record(new NormalCall(key, y));

    public void Dropout(RandomKey key, float p, DeviceSpan x, DeviceSpan y) => Record(new DropoutCall(key, p, x, y));

    public void Adam(ReadOnlySpan<AdamSlot> slots, in AdamSettings settings) => Record(new AdamCall(slots.ToArray(), settings));

    public void Sgd(ReadOnlySpan<SgdSlot> slots, int learningRate, float momentum, float weightDecay, bool nesterov) =>
        Record(new SgdCall(slots.ToArray(), learningRate, momentum, weightDecay, nesterov));

    public void RmsProp(ReadOnlySpan<RmsPropSlot> slots, in RmsPropSettings settings) => Record(new RmsPropCall(slots.ToArray(), settings));

    public void Lerp(DeviceSpan x, int weight, DeviceSpan y) => Record(new LerpCall(x, weight, y));

    public void Exchange(DeviceSpan image, DeviceSpan pool, int stride, int choice, DeviceSpan shown) =>
        Record(new ExchangeCall(image, pool, stride, choice, shown));

    public bool CopiesAll => kernels.CopiesAll;

    public void CopyAll(ReadOnlySpan<CopySlot> slots) => Record(new CopyAllCall(slots.ToArray()));

    public bool Chains(KernelCall call) => kernels.Chains(call);

    public void Chain(ReadOnlySpan<KernelCall> links) => Record(new ChainCall(links.ToArray()));

    public bool FusesNorms => kernels.FusesNorms;

    public void NormTo(
        DeviceSpan x, DeviceSpan mean, DeviceSpan variance, DeviceSpan? weight, DeviceSpan? bias, DeviceSpan? addend,
        DeviceSpan y, bool keepY, DeviceSpan? padded, in NormBranch? branch, in TrackedStatistics? tracked, in NormGeometry g,
        float epsilon, in NormTail tail) =>
        Record(new NormToCall(x, mean, variance, weight, bias, addend, y, keepY, padded, branch, tracked, g, epsilon, tail));

    public void NormalizeTo(
        DeviceSpan x, DeviceSpan mean, DeviceSpan variance, DeviceSpan? weight, DeviceSpan? bias, DeviceSpan? addend,
        DeviceSpan y, in NormBranch? branch, in NormGeometry g, float epsilon, in NormTail tail) =>
        Record(new NormalizeToCall(x, mean, variance, weight, bias, addend, y, branch, g, epsilon, tail));

    public void NormToGradient(
        DeviceSpan x, DeviceSpan mean, DeviceSpan variance, DeviceSpan? weight, DeviceSpan? bias, DeviceSpan dy, DeviceSpan? sum,
        DeviceSpan? dz,
        DeviceSpan dx, DeviceSpan? dweight, DeviceSpan? dbias, in NormGradientBranch? branch, in NormGeometry g, float epsilon,
        in NormTail tail) =>
        Record(new NormToGradientCall(x, mean, variance, weight, bias, dy, sum, dz, dx, dweight, dbias, branch, g, epsilon, tail));

    public bool SumsNormGradients => kernels.SumsNormGradients;

    public bool FusesSkips => kernels.FusesSkips;

    public bool UpdatesWeights(in ConvGeometry g) => kernels.UpdatesWeights(g);

    public void Conv2dWeightGradientToAdam(DeviceSpan x, DeviceSpan dy, in AdamSlot slot, in ConvGeometry g, in AdamSettings settings) =>
        Record(new Conv2dWeightGradientToAdamCall(x, dy, slot, g, settings));

    public bool SumsBiasGradients(in ConvGeometry g) => kernels.SumsBiasGradients(g);

    public void Conv2dWeightAndBiasGradient(DeviceSpan x, DeviceSpan dy, DeviceSpan dw, DeviceSpan db, in ConvGeometry g) =>
        Record(new Conv2dWeightAndBiasGradientCall(x, dy, dw, db, g));

    private void Record(KernelCall call) => calls.Add(call);
}
