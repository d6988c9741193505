using ILGPU;
using IlgpuGan.Tensors.Devices.Functions;
using IlgpuGan.Tensors.Devices.Gpu.Elementwise;
using IlgpuGan.Tensors.Devices.Gpu.Images;
using IlgpuGan.Tensors.Devices.Gpu.Reductions;

namespace IlgpuGan.Tensors.Devices.Gpu.Norm;

/// <summary>
/// Gradients of a norm and of the operations fused with it: <see cref="NormalizeGradientCall"/> (nothing fused) and
/// <see cref="NormToGradientCall"/>. The activation's input is recomputed.
/// </summary>
/// <remarks>
/// Common parameters: dy is the gradient of the output, after activation, dropout and padding; fusion has the gradient of the second
/// activation's output, and the array that keeps the gradient of the activation's input between the two passes over the elements.
/// </remarks>
internal static class NormGradientKernels
{
    /// <summary>
    /// Elements of a plane that a thread of <see cref="Apply"/> processes. Many, since each group of threads first joins partial sums.
    /// </summary>
    public const int PerThread = 16;

    /// <summary>Elements that a thread has in flight.</summary>
    private const int Strip = 4;

    /// <summary>
    /// The whole gradient in one launch, for small groups, where each channel has one group or the parameters need no gradient. Grid X
    /// counts groups.
    /// </summary>
    public static void Whole<TActivation, TDropout>(
        ArrayView<float> x, ArrayView<float> mean, ArrayView<float> variance, ArrayView<float> weight, ArrayView<float> bias,
        ArrayView<float> dy,
        ArrayView<float> dx, ArrayView<float> dweight, ArrayView<float> dbias, NormFusionArgs fusion, NormTailShape g)
        where TActivation : struct, IUnaryFunction
        where TDropout : struct, IDropout
    {
        var shared = SharedMemory.Allocate<float>(GroupTree.SharedLength);
        var group = Grid.IdxX;
        var channel = group % g.Groups.Channels;
        var row = NormFactors.Of(mean[group], variance[group], weight, bias, channel, g.Epsilon);
        var sums = OfPart<TActivation, TDropout>(x, dy, fusion, g, row, group, 0, shared);
        var gradients = NormGradientSums.Corrected(sums.Gradient.Value, sums.Product.Value, sums.Deviation.Value, variance[group], g);
        if (Group.IdxX == 0)
        {
            WriteParameters(dweight, dbias, channel, gradients.Centred, gradients.Gradient);
        }

        if (dx.IntLength > 0)
        {
            var slopes = NormGradientSlopes.Of(gradients, variance[group], weight, channel, g);
            var planes = g.Groups.GroupElements / g.Groups.Inner;
            for (var plane = 0; plane < planes; plane++)
            {
                Write<TActivation, TDropout>(
                    x, dy, fusion, dx, g, row, slopes, group + (plane * g.Groups.Channels), Group.IdxX, g.Groups.Inner);
            }
        }
    }

    /// <summary>
    /// Writes Σ d, Σ d · (x − mean) and Σ (x − mean) as [3, part, group], where d is the gradient of the activation's input; the last sum
    /// comes from the mean's rounding. A group of threads for each group (grid X) and part (grid Y).
    /// </summary>
    public static void Sums<TActivation, TDropout>(
        ArrayView<float> x, ArrayView<float> mean, ArrayView<float> variance, ArrayView<float> weight, ArrayView<float> bias,
        ArrayView<float> dy,
        ArrayView<float> sums, NormFusionArgs fusion, NormTailShape g)
        where TActivation : struct, IUnaryFunction
        where TDropout : struct, IDropout
    {
        var shared = SharedMemory.Allocate<float>(GroupTree.SharedLength);
        var (group, part) = (Grid.IdxX, Grid.IdxY);
        var row = NormFactors.Of(mean[group], variance[group], weight, bias, group % g.Groups.Channels, g.Epsilon);
        var ofPart = OfPart<TActivation, TDropout>(x, dy, fusion, g, row, group, part, shared);
        if (Group.IdxX == 0)
        {
            var place = (part * g.Groups.Groups) + group;
            var all = g.Groups.Parts * g.Groups.Groups;
            sums[place] = ofPart.Gradient.Value;
            sums[all + place] = ofPart.Product.Value;
            sums[(2 * all) + place] = ofPart.Deviation.Value;
        }
    }

    /// <summary>
    /// The second launch: writes dx and, for each channel, the gradients of weight and bias, summed over its groups in order; each if its
    /// array is not empty. Grid X counts planes, Y the pieces of a plane.
    /// </summary>
    public static void Apply<TActivation, TDropout>(
        ArrayView<float> x, ArrayView<float> mean, ArrayView<float> variance, ArrayView<float> weight, ArrayView<float> bias,
        ArrayView<float> dy,
        ArrayView<float> sums, ArrayView<float> dx, ArrayView<float> dweight, ArrayView<float> dbias, NormFusionArgs fusion,
        NormTailShape g)
        where TActivation : struct, IUnaryFunction
        where TDropout : struct, IDropout
    {
        var shared = SharedMemory.Allocate<float>(2);
        var plane = Grid.IdxX;
        var channel = plane % g.Groups.Channels;
        var group = g.PerInstance != 0 ? plane : channel;
        if (Group.IdxX == 0)
        {
            var joined = NormGradientSums.Joined(sums, variance[group], g, group);
            shared[0] = joined.Gradient;
            shared[1] = joined.Centred;
            if (plane < g.Groups.Channels && Grid.IdxY == 0 && (dweight.IntLength > 0 || dbias.IntLength > 0))
            {
                WriteParameters(sums, variance, dweight, dbias, g, channel);
            }
        }

        Group.Barrier();
        if (dx.IntLength > 0)
        {
            var row = NormFactors.Of(mean[group], variance[group], weight, bias, channel, g.Epsilon);
            var slopes = NormGradientSlopes.Of(new NormGradientSums(shared[0], shared[1]), variance[group], weight, channel, g);
            var first = Grid.IdxY * PerThread * Group.DimX;
            Write<TActivation, TDropout>(
                x, dy, fusion, dx, g, row, slopes, plane, first + Group.IdxX, Math.Min(first + (PerThread * Group.DimX), g.Groups.Inner));
        }
    }

    private static (Compensated Gradient, Compensated Product, Compensated Deviation) OfPart<TActivation, TDropout>(
        ArrayView<float> x, ArrayView<float> dy, NormFusionArgs fusion, NormTailShape g, NormFactors row, int group, int part,
        ArrayView<float> shared)
        where TActivation : struct, IUnaryFunction
        where TDropout : struct, IDropout
    {
        var end = Math.Min((part + 1) * g.Groups.PerPart, g.Groups.GroupElements);
        var gradient = default(Compensated);
        var product = default(Compensated);
        var deviation = default(Compensated);
        for (var i = (part * g.Groups.PerPart) + Group.IdxX; i < end; i += Group.DimX)
        {
            var place = g.Groups.Place(group, i);
            var value = x[place];
            var upstream = g.IsPadded != 0 ? PadKernels.Gather(dy, place, g.Rows, g.Columns, g.Pad) : dy[place];
            var slope = ActivationInputGradient<TActivation, TDropout>(row.Of(value), upstream, place, fusion, g);
            if (fusion.Kept.IntLength > 0)
            {
                slope = fusion.Addend.IntLength > 0 ? fusion.Addend[place] + slope : slope;
                fusion.Kept[place] = slope;
            }

            var difference = value - row.Centre;
            gradient = gradient.Add(slope);
            product = product.Add(slope * difference);
            deviation = deviation.Add(difference);
        }

        gradient = GroupTree.Join<CompensatedReducers.Sum>(gradient, shared);
        product = GroupTree.Join<CompensatedReducers.Sum>(product, shared);
        deviation = GroupTree.Join<CompensatedReducers.Sum>(deviation, shared);
        return (gradient, product, deviation);
    }

    /// <summary>Writes dx for a plane's elements from <paramref name="first"/> on, a group's width apart; dx may be dy.</summary>
    private static void Write<TActivation, TDropout>(
        ArrayView<float> x, ArrayView<float> dy, NormFusionArgs fusion, ArrayView<float> dx, NormTailShape g, NormFactors row,
        NormGradientSlopes slopes, int plane, int first, int end)
        where TActivation : struct, IUnaryFunction
        where TDropout : struct, IDropout
    {
        for (var i = first; i < end; i += Strip * Group.DimX)
        {
            for (var k = 0; k < Strip; k++)
            {
                var element = i + (k * Group.DimX);
                if (element < end)
                {
                    var place = (plane * g.Groups.Inner) + element;
                    var value = x[place];
                    var slope = fusion.Kept.IntLength > 0
                        ? fusion.Kept[place]
                        : ActivationInputGradient<TActivation, TDropout>(row.Of(value), dy[place], place, fusion, g);
                    dx[place] = slopes.InputGradient(slope, value - row.Centre);
                }
            }
        }
    }

    /// <summary>The gradient of the activation's input, with the second activation's contribution.</summary>
    /// <param name="normalized">the norm's output</param>
    /// <param name="upstream">the gradient of the dropout's output</param>
    private static float ActivationInputGradient<TActivation, TDropout>(
        float normalized, float upstream, int place, NormFusionArgs fusion, NormTailShape g)
        where TActivation : struct, IUnaryFunction
        where TDropout : struct, IDropout
    {
        var slope = TActivation.Gradient(
            TActivation.Apply(normalized, g.Slope, 0), TDropout.Of(upstream, place, fusion.Mask), g.Slope, 0);
        if (fusion.Branch.IntLength > 0)
        {
            var other = fusion.Branch[place];
            slope += g.BranchIsRelu != 0
                ? Relu.Gradient(Relu.Apply(normalized, g.BranchSlope, 0), other, g.BranchSlope, 0)
                : LeakyRelu.Gradient(LeakyRelu.Apply(normalized, g.BranchSlope, 0), other, g.BranchSlope, 0);
        }

        return slope;
    }

    private static void WriteParameters(
        ArrayView<float> sums, ArrayView<float> variance, ArrayView<float> dweight, ArrayView<float> dbias, NormTailShape g, int channel)
    {
        var weightSum = default(Compensated);
        var biasSum = default(Compensated);
        for (var group = channel; group < g.Groups.Groups; group += g.Groups.Channels)
        {
            var joined = NormGradientSums.Joined(sums, variance[group], g, group);
            weightSum = weightSum.Add(joined.Centred);
            biasSum = biasSum.Add(joined.Gradient);
        }

        WriteParameters(dweight, dbias, channel, weightSum.Value, biasSum.Value);
    }

    private static void WriteParameters(
        ArrayView<float> dweight, ArrayView<float> dbias, int channel, float weightGradient, float biasGradient)
    {
        if (dweight.IntLength > 0)
        {
            dweight[channel] = weightGradient;
        }

        if (dbias.IntLength > 0)
        {
            dbias[channel] = biasGradient;
        }
    }
}
