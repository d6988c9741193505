using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// The seam between ops and devices. All arrays are dense row-major float32. Outputs overlap inputs only where a member allows it, and
/// every element of an output is written. Ops check the geometry, so kernels trust it. Results don't depend on the number of threads.
/// </summary>
public interface IKernels
{
    // Memory

    /// <summary>y[i] = value.</summary>
    void Fill(DeviceSpan y, float value);

    /// <summary>y[i] = the float32 in a word of <see cref="Device.Numbers"/>.</summary>
    void FillFrom(int word, DeviceSpan y);

    /// <summary>y[i] = x[i].</summary>
    void Copy(DeviceSpan x, DeviceSpan y);

    /// <summary>
    /// Copies (or adds) the box of size <paramref name="extent"/> from x at <paramref name="xStart"/> to y at <paramref name="yStart"/>.
    /// The rest of y keeps its values.
    /// </summary>
    void CopyBlock(
        DeviceSpan x, Shape xShape, ReadOnlySpan<int> xStart, DeviceSpan y, Shape yShape, ReadOnlySpan<int> yStart, Shape extent,
        bool accumulate);

    /// <summary>y = x with dimension i of y being dimension <paramref name="order"/>[i] of x.</summary>
    void Permute(DeviceSpan x, Shape xShape, ReadOnlySpan<int> order, DeviceSpan y);

    // Element-wise

    /// <summary>y[i] = f(x[i]); y may be x. See <see cref="UnaryFunction"/> for p and q.</summary>
    void Unary(UnaryFunction f, float p, float q, DeviceSpan x, DeviceSpan y);

    /// <summary>
    /// dx[i] = dy[i] * f', computed from saved, which is x or f(x): see <see cref="UnaryFunctions.GradientReadsOutput"/>. dx may be dy or
    /// saved.
    /// </summary>
    void UnaryGradient(UnaryFunction f, float p, float q, DeviceSpan saved, DeviceSpan dy, DeviceSpan dx);

    /// <summary>y = f(a, b), both broadcast to y's shape by NumPy's rule; y may be an argument of the same shape.</summary>
    void Binary(BinaryFunction f, DeviceSpan a, Shape aShape, DeviceSpan b, Shape bShape, DeviceSpan y, Shape yShape);

    /// <summary>y[i] += scale * x[i].</summary>
    void AddScaled(float scale, DeviceSpan x, DeviceSpan y);

    /// <summary>y = x repeated along the dimensions that xShape lacks or has with extent 1.</summary>
    void Expand(DeviceSpan x, Shape xShape, DeviceSpan y, Shape yShape);

    /// <summary>
    /// Reduces x over the dimensions in which yShape, of the same rank, has extent 1. Sums are pairwise or compensated: relative error at
    /// most 1e-6.
    /// </summary>
    void Reduce(Reduction f, DeviceSpan x, Shape xShape, DeviceSpan y, Shape yShape);

    // Convolution and matrix product

    // Weights are [K, C / groups, KH, KW]

    /// <summary>y [N, K, OH, OW] = x [N, C, H, W] * w + bias [K] (if given). A cross-correlation, as everywhere in the field.</summary>
    void Conv2d(DeviceSpan x, DeviceSpan w, DeviceSpan? bias, DeviceSpan y, in ConvGeometry g);

    /// <summary>Whether the device has <see cref="BorderedConv2d"/> and its weight gradient; if not, ops pad and convolve.</summary>
    bool HasBorderedConv2d => false;

    /// <summary><see cref="Conv2d"/> with reflected or replicated borders instead of zeros, without a padded copy.</summary>
    void BorderedConv2d(PadMode mode, DeviceSpan x, DeviceSpan w, DeviceSpan? bias, DeviceSpan y, in ConvGeometry g) =>
        throw new NotSupportedException();

    /// <summary>
    /// dx [N, C, H, W] from dy [N, K, OH, OW] and w, plus bias [C] (if given): the data gradient of
    /// <see cref="Conv2d"/>, and the forward of a transposed convolution whose weight [in = K, out / groups = C / groups, KH, KW] this is.
    /// </summary>
    void Conv2dInputGradient(DeviceSpan dy, DeviceSpan w, DeviceSpan? bias, DeviceSpan dx, in ConvGeometry g);

    /// <summary>dw [K, C / groups, KH, KW] from x [N, C, H, W] and dy [N, K, OH, OW].</summary>
    void Conv2dWeightGradient(DeviceSpan x, DeviceSpan dy, DeviceSpan dw, in ConvGeometry g);

    /// <summary><see cref="Conv2dWeightGradient"/> of <see cref="BorderedConv2d"/>.</summary>
    void BorderedConv2dWeightGradient(PadMode mode, DeviceSpan x, DeviceSpan dy, DeviceSpan dw, in ConvGeometry g) =>
        throw new NotSupportedException();

    /// <summary>c [B, M, N] = a [B, M, K] · b [B, K, N], where a is stored [B, K, M] if transposed and b [B, N, K] if transposed.</summary>
    void MatMul(DeviceSpan a, DeviceSpan b, DeviceSpan c, in MatMulGeometry g);

    /// <summary>
    /// Promises that a convolution's weight doesn't change until <see cref="Release"/>, an upload to it, or an optimiser's update.
    /// Convolutions may then cache it packed or transformed, and use algorithms that are fastest with a cached weight.
    /// </summary>
    void Hold(DeviceSpan w)
    {
    }

    /// <summary>Ends the promise of <see cref="Hold"/>: the weight may change.</summary>
    void Release(DeviceSpan w)
    {
    }

    // Normalisation: x is [Outer, Channels, Inner]; statistics are taken over Inner, and over Outer too for batch norm

    /// <summary>mean and biased variance of each group, numerically stable (no E[x²] − E[x]²).</summary>
    void Moments(DeviceSpan x, DeviceSpan mean, DeviceSpan variance, in NormGeometry g);

    /// <summary>y = (x − mean) / √(variance + epsilon) · weight + bias; weight and bias [Channels] optional; y may be x.</summary>
    void Normalize(
        DeviceSpan x, DeviceSpan mean, DeviceSpan variance, DeviceSpan? weight, DeviceSpan? bias, DeviceSpan y, in NormGeometry g,
        float epsilon);

    /// <summary>
    /// Gradients of <see cref="Normalize"/> with mean and variance being functions of x.
    /// dx, dweight [Channels] and dbias [Channels] are each written if given.
    /// </summary>
    void NormalizeGradient(
        DeviceSpan x, DeviceSpan mean, DeviceSpan variance, DeviceSpan? weight, DeviceSpan dy,
        DeviceSpan? dx, DeviceSpan? dweight, DeviceSpan? dbias, in NormGeometry g, float epsilon);

    /// <summary>
    /// Updates running statistics [Channels]: past = (1 − momentum)·past + momentum·present, the present variance multiplied by
    /// <paramref name="correction"/>; and adds one to <paramref name="batches"/> [1], if given. Optional: composed here.
    /// </summary>
    void TrackStatistics(
        DeviceSpan mean, DeviceSpan variance, DeviceSpan pastMean, DeviceSpan pastVariance, DeviceSpan? batches, float momentum,
        float correction)
    {
        Unary(UnaryFunction.Affine, 1 - momentum, 0, pastMean, pastMean);
        AddScaled(momentum, mean, pastMean);
        Unary(UnaryFunction.Affine, 1 - momentum, 0, pastVariance, pastVariance);
        AddScaled(momentum * correction, variance, pastVariance);
        if (batches is { } count)
        {
            Unary(UnaryFunction.Affine, 1, 1, count, count);
        }
    }

    // Geometry of images

    /// <summary>y = x [planes, H, W] padded (negative amounts crop) to [planes, OH, OW].</summary>
    void Pad(PadMode mode, float value, DeviceSpan x, DeviceSpan y, in PadGeometry g);

    /// <summary>dx = the gradient of <see cref="Pad"/>: every element of dy added to the element of x it was copied from.</summary>
    void PadGradient(PadMode mode, DeviceSpan dy, DeviceSpan dx, in PadGeometry g);

    /// <summary>y [planes, H·scale, W·scale] from x [planes, H, W]; bilinear with half-pixel centres (align_corners = false).</summary>
    void Upsample(UpsampleMode mode, DeviceSpan x, DeviceSpan y, in UpsampleGeometry g);

    void UpsampleGradient(UpsampleMode mode, DeviceSpan dy, DeviceSpan dx, in UpsampleGeometry g);

    /// <summary>y [planes, OH, OW]: mean of each window; see <see cref="PoolGeometry.CountsPadding"/> for the divisor.</summary>
    void AveragePool(DeviceSpan x, DeviceSpan y, in PoolGeometry g);

    void AveragePoolGradient(DeviceSpan dy, DeviceSpan dx, in PoolGeometry g);

    /// <summary>y [planes, OH, OW]: maximum of each window; the first of equals counts; padding never wins.</summary>
    void MaxPool(DeviceSpan x, DeviceSpan y, in PoolGeometry g);

    /// <summary>dx: each dy added to its window's maximum, which is found again from x.</summary>
    void MaxPoolGradient(DeviceSpan x, DeviceSpan dy, DeviceSpan dx, in PoolGeometry g);

    /// <summary>y [planes, OH, OW] = v at the place of each window's maximum of x: the gradient of <see cref="MaxPoolGradient"/>.</summary>
    void MaxPoolGather(DeviceSpan x, DeviceSpan v, DeviceSpan y, in PoolGeometry g);

    // Resampling

    /// <summary>
    /// y [outer, outputs, inner] from x [outer, inputs, inner]: each element of y along the axis is the weighted sum of the elements of x
    /// that its taps name, in float64 or compensated. The gradient is the same call with the transposed taps.
    /// </summary>
    void Resample(DeviceSpan x, DeviceSpan y, int outer, int inner, ResampleTaps taps);

    // Rows

    /// <summary>y = x − log Σ exp x over each row of [rows, columns], stable.</summary>
    void LogSoftmax(DeviceSpan x, DeviceSpan y, int rows, int columns);

    // Indexing: elements that are copied with steps, found through an array of indices, or sorted. Indices are whole numbers

    /// <summary>Copies strided elements of x's middle dimension to strided elements of y's; the rest of y keeps its values.</summary>
    void CopyStrided(DeviceSpan x, DeviceSpan y, in StrideGeometry g);

    /// <summary>
    /// y [Outer, Count, Inner] = x [Outer, Extent, Inner] at indices along the middle dimension. An index out of range is an error if the
    /// kernel can tell at once; else y is NaN there.
    /// </summary>
    void Gather(DeviceSpan x, DeviceSpan places, DeviceSpan y, in GatherGeometry g);

    /// <summary>
    /// y [Outer, Extent, Inner] += x [Outer, Count, Inner] at indices along the middle dimension, in the order of x where several are
    /// equal. An index out of range is an error if the kernel can tell at once; else nothing is added.
    /// </summary>
    void ScatterAdd(DeviceSpan x, DeviceSpan places, DeviceSpan y, in GatherGeometry g);

    /// <summary>
    /// Indices [Outer, Count, Inner] of the first elements in sorted order along the middle dimension of x [Outer, Extent, Inner]: NaN
    /// first, then the largest (or smallest), the earlier of equals before the later.
    /// </summary>
    void TopK(DeviceSpan x, DeviceSpan places, in TopKGeometry g);

    // Random numbers: Philox4x32-10, the same on every device; see RandomKey for the counter

    /// <summary>Uniform on [0, 1) with 24 bits.</summary>
    void Uniform(RandomKey key, DeviceSpan y);

    /// <summary>Standard normal deviates by Box–Muller.</summary>
    void Normal(RandomKey key, DeviceSpan y);

    /// <summary>
    /// y = x · 1/(1 − p) where the element's uniform deviate is ≥ p, else 0. The backward is the same call on dy. y may be x.
    /// </summary>
    void Dropout(RandomKey key, float p, DeviceSpan x, DeviceSpan y);

    // Optimisers, for all parameters in one call

    /// <summary>
    /// One Adam step (Kingma and Ba 2015, with √v̂ + ε outside the bias correction's root as in PyTorch); see
    /// <see cref="AdamCoefficients"/>.
    /// </summary>
    void Adam(ReadOnlySpan<AdamSlot> slots, in AdamSettings settings);

    /// <summary>
    /// One step of gradient descent with momentum: v = momentum·v + g, w −= lr·v (v may be null for momentum 0),
    /// where lr is the word <paramref name="learningRate"/> of <see cref="Device.Numbers"/>; with Nesterov's momentum w −= lr·(momentum·v +
    /// g).
    /// </summary>
    void Sgd(ReadOnlySpan<SgdSlot> slots, int learningRate, float momentum, float weightDecay, bool nesterov = false);

    /// <summary>One step of RMSProp; see <see cref="RmsPropFactors"/>.</summary>
    void RmsProp(ReadOnlySpan<RmsPropSlot> slots, in RmsPropSettings settings);

    /// <summary>y += weight·(x − y), the weight being a word of <see cref="Device.Numbers"/>.</summary>
    void Lerp(DeviceSpan x, int weight, DeviceSpan y);

    // Pools of earlier pictures

    /// <summary>
    /// Exchanges an image with a pool, as word <paramref name="choice"/> of <see cref="Device.Numbers"/> says: 0 shows the image; 1 shows
    /// it and stores it in slot s; 2 shows the content of slot s and stores the image there. s is the next word.
    /// </summary>
    /// <param name="image">its elements</param>
    /// <param name="pool">
    /// slots of <paramref name="stride"/> elements each, at least as many as an image or <paramref name="shown"/> has
    /// </param>
    /// <param name="stride">elements from slot to slot</param>
    /// <param name="choice">the first of two words</param>
    /// <param name="shown">as many elements as what is shown has, which may be fewer or more than the image's</param>
    void Exchange(DeviceSpan image, DeviceSpan pool, int stride, int choice, DeviceSpan shown);

    // Fused kernels: optional; each is several of the kernels above in one call, with their bits. Fusion puts them in recorded steps

    /// <summary>Whether <see cref="CopyAll"/> is faster than its parts; the composition is not.</summary>
    bool CopiesAll => false;

    /// <summary>Several copies and sums; no array is written by one of them and touched by another.</summary>
    void CopyAll(ReadOnlySpan<CopySlot> slots) => Composition.CopyAll(this, slots);

    /// <summary>Whether a call can be a link of a <see cref="Chain"/>, and is faster there than by itself.</summary>
    bool Chains(KernelCall call) => false;

    /// <summary>
    /// Calls for which <see cref="Chains"/> holds, one after the other; each may read the results of those before it. For arrays that are
    /// all small, or that all have one length and overlap only where they are the same.
    /// </summary>
    void Chain(ReadOnlySpan<KernelCall> links) => Composition.Chain(this, links);

    /// <summary>
    /// <see cref="Normalize"/> of x by given statistics, then + addend and the tail's activation if given, into y. y may be x, or the
    /// addend if x may be overwritten. A branch is another activation of the same value. The tail has no padding.
    /// </summary>
    void NormalizeTo(
        DeviceSpan x, DeviceSpan mean, DeviceSpan variance, DeviceSpan? weight, DeviceSpan? bias, DeviceSpan? addend,
        DeviceSpan y, in NormBranch? branch, in NormGeometry g, float epsilon, in NormTail tail) =>
        Composition.NormalizeTo(this, x, mean, variance, weight, bias, addend, y, branch, g, epsilon, tail);

    /// <summary>
    /// Whether <see cref="NormTo"/> and <see cref="NormToGradient"/> are faster than their parts; the compositions are not.
    /// </summary>
    bool FusesNorms => false;

    /// <summary>
    /// <see cref="Moments"/> and <see cref="Normalize"/> of x, then + addend (of x's shape), the tail's activation and dropout if given,
    /// into y; then y's planes padded into padded. With padding, y is working memory: its content is arbitrary afterwards unless
    /// <paramref name="keepY"/>. Without padding, y may be x, or the addend if x may be overwritten. A branch is another activation of the
    /// same value. Running statistics are updated if given; each channel must be a group then.
    /// </summary>
    void NormTo(
        DeviceSpan x, DeviceSpan mean, DeviceSpan variance, DeviceSpan? weight, DeviceSpan? bias, DeviceSpan? addend,
        DeviceSpan y, bool keepY, DeviceSpan? padded, in NormBranch? branch, in TrackedStatistics? tracked, in NormGeometry g,
        float epsilon, in NormTail tail) =>
        Composition.NormTo(this, x, mean, variance, weight, bias, addend, y, padded, branch, tracked, g, epsilon, tail);

    /// <summary>
    /// <see cref="NormalizeGradient"/> of x, where dy is the gradient of the result of <see cref="NormTo"/> without addend: of padded if
    /// the tail has a padding. dz is working memory of x's size, needed if the tail is not empty. With an activation and no padding, dx may
    /// be dy. If sum is given, the gradient of the normalised value is added to it, and dx computed from the sum: others read that value
    /// too. dx is apart from all other arrays then, except that dz may be dx unless the tail has two of activation, dropout and padding. A
    /// branch adds the gradient of the norm's second activation; it needs an activation in the tail, a dz that is neither dy nor dx, and no
    /// sum.
    /// </summary>
    void NormToGradient(
        DeviceSpan x, DeviceSpan mean, DeviceSpan variance, DeviceSpan? weight, DeviceSpan? bias, DeviceSpan dy, DeviceSpan? sum,
        DeviceSpan? dz,
        DeviceSpan dx, DeviceSpan? dweight, DeviceSpan? dbias, in NormGradientBranch? branch, in NormGeometry g, float epsilon,
        in NormTail tail) =>
        Composition.NormToGradient(this, x, mean, variance, weight, bias, dy, sum, dz, dx, dweight, dbias, branch, g, epsilon, tail);

    /// <summary>Whether <see cref="NormToGradient"/> with a sum is faster than its parts; the composition is not.</summary>
    bool SumsNormGradients => false;

    /// <summary>
    /// Whether <see cref="NormTo"/> and <see cref="NormToGradient"/> with a dropout, and the latter with a branch, are faster than their
    /// parts; the compositions are not. The skip connections of a U-Net need them.
    /// </summary>
    bool FusesSkips => false;

    /// <summary>Whether <see cref="Conv2dWeightGradientToAdam"/> is faster than its two parts; the composition is not.</summary>
    bool UpdatesWeights(in ConvGeometry g) => false;

    /// <summary>
    /// <see cref="Conv2dWeightGradient"/>, then <see cref="Adam"/> with that gradient. The slot's gradient is working memory: its content
    /// is arbitrary afterwards.
    /// </summary>
    void Conv2dWeightGradientToAdam(DeviceSpan x, DeviceSpan dy, in AdamSlot slot, in ConvGeometry g, in AdamSettings settings) =>
        Composition.Conv2dWeightGradientToAdam(this, x, dy, slot, g, settings);

    /// <summary>Whether <see cref="Conv2dWeightAndBiasGradient"/> is faster than its two parts; the composition is not.</summary>
    bool SumsBiasGradients(in ConvGeometry g) => false;

    /// <summary>
    /// <see cref="Conv2dWeightGradient"/>, and db [K], the sum of dy [N, K, OH, OW] over images and pixels, with the bits of
    /// <see cref="Reduce"/>.
    /// </summary>
    void Conv2dWeightAndBiasGradient(DeviceSpan x, DeviceSpan dy, DeviceSpan dw, DeviceSpan db, in ConvGeometry g) =>
        Composition.Conv2dWeightAndBiasGradient(this, x, dy, dw, db, g);
}
