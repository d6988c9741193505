using ILGPU;
using IlgpuGan.Tensors.Devices.Functions;
using IlgpuGan.Tensors.Devices.Gpu.Images;
using IlgpuGan.Tensors.Devices.Gpu.Reductions;

namespace IlgpuGan.Tensors.Devices.Gpu.Norm;

/// <summary>
/// Gradients of a norm and of the operations fused with it: <see cref="NormalizeGradientCall"/> (nothing fused) and
/// <see cref="NormToGradientCall"/>. The activation's input is recomputed.
/// </summary>
internal static class NormGradientKernels
{
    /// <summary>
    /// The whole gradient in one launch, for small groups, where each channel has one group or the parameters need no gradient. Grid X
    /// counts groups.
    /// </summary>
    public static void Whole<TActivation, TDropout>(
        NormalizationArgs norm, NormGradientSources from, NormGradientResults results, NormTailShape g)
        where TActivation : struct, IUnaryFunction
        where TDropout : struct, IDropout
    {
        var shared = SharedMemory.Allocate<float>(GroupTree.SharedLength);
        var group = Grid.IdxX;
        var channel = group % g.Groups.Channels;
        var row = NormFactors.Of(norm.Mean[group], norm.Variance[group], norm, channel, g.Epsilon);
        var sums = OfPart<TActivation, TDropout>(norm.X, from, g, row, group, 0, shared);
        var gradients = NormGradientSums.Corrected(sums.Gradient.Value, sums.Product.Value, sums.Deviation.Value, norm.Variance[group], g);
        if (Group.IdxX == 0)
        {
            results.WriteParameters(channel, gradients.Normalized / g.Groups.Unit, gradients.Gradient / g.Groups.Unit);
        }

        if (results.Dx.IntLength > 0)
        {
            var slopes = NormGradientSlopes.Of(gradients, norm.Variance[group], norm.Weight, channel, g);
            var planes = g.Groups.GroupElements / g.Groups.Inner;
            for (var plane = 0; plane < planes; plane++)
            {
                Write<TActivation, TDropout>(
                    norm.X, from, results.Dx, g, row, slopes, PlanePiece.Whole(group + (plane * g.Groups.Channels), g.Groups.Inner));
            }
        }
    }

    /// <summary>
    /// Writes the sums of a part (<see cref="NormGradientSums.Write"/>), with the gradient of the activation's input for dy; Σ (x − mean)
    /// comes from the mean's rounding. A group of threads for each group (grid X) and part (grid Y).
    /// </summary>
    public static void Sums<TActivation, TDropout>(
        NormalizationArgs norm, NormGradientSources from, ArrayView<float> sums, NormTailShape g)
        where TActivation : struct, IUnaryFunction
        where TDropout : struct, IDropout
    {
        var shared = SharedMemory.Allocate<float>(GroupTree.SharedLength);
        var (group, part) = (Grid.IdxX, Grid.IdxY);
        var row = NormFactors.Of(norm.Mean[group], norm.Variance[group], norm, group % g.Groups.Channels, g.Epsilon);
        var ofPart = OfPart<TActivation, TDropout>(norm.X, from, g, row, group, part, shared);
        if (Group.IdxX == 0)
        {
            NormGradientSums.Write(sums, g, group, part, ofPart);
        }
    }

    /// <summary>
    /// The second launch: writes dx and, for each channel, the gradients of weight and bias, summed over its groups in order; each if its
    /// array is not empty. Grid X counts planes, Y the pieces of a plane.
    /// </summary>
    public static void Apply<TActivation, TDropout>(
        NormalizationArgs norm, NormGradientSources from, ArrayView<float> sums, NormGradientResults results, NormTailShape g)
        where TActivation : struct, IUnaryFunction
        where TDropout : struct, IDropout
    {
        var shared = SharedMemory.Allocate<float>(2);
        var plane = Grid.IdxX;
        var channel = plane % g.Groups.Channels;
        var group = g.PerInstance != 0 ? plane : channel;
        if (Group.IdxX == 0)
        {
            var joined = NormGradientSums.Joined(sums, norm.Variance[group], g, group);
            shared[0] = joined.Gradient;
            shared[1] = joined.Normalized;
            if (plane < g.Groups.Channels && Grid.IdxY == 0 && results.HasParameters)
            {
                WriteParameters(sums, norm.Variance, results, g, channel);
            }
        }

        Group.Barrier();
        if (results.Dx.IntLength > 0)
        {
            var row = NormFactors.Of(norm.Mean[group], norm.Variance[group], norm, channel, g.Epsilon);
            var slopes = NormGradientSlopes.Of(new NormGradientSums(shared[0], shared[1]), norm.Variance[group], norm.Weight, channel, g);
            Write<TActivation, TDropout>(norm.X, from, results.Dx, g, row, slopes, PlanePiece.OfGrid(plane, g.Groups.Inner));
        }
    }

    private static (Compensated Gradient, Compensated Product, Compensated Deviation) OfPart<TActivation, TDropout>(
        ArrayView<float> x, NormGradientSources from, NormTailShape g, NormFactors row, int group, int part, ArrayView<float> shared)
        where TActivation : struct, IUnaryFunction
        where TDropout : struct, IDropout
    {
        var end = Math.Min((part + 1) * g.Groups.PerPart, g.Groups.GroupElements);
        var unit = g.Groups.Unit;
        var gradient = default(Compensated);
        var product = default(Compensated);
        var deviation = default(Compensated);
        for (var i = (part * g.Groups.PerPart) + Group.IdxX; i < end; i += Group.DimX)
        {
            var place = g.Groups.Place(group, i);
            var value = x[place];
            var upstream = g.Padding.IsPadding ? PadKernels.Gather(from.Dy, place, g.Padding) : from.Dy[place];
            var slope = ActivationInputGradient<TActivation, TDropout>(row.Of(value), upstream, place, from, g);
            if (from.Kept.IntLength > 0)
            {
                slope = from.Addend.IntLength > 0 ? from.Addend[place] + slope : slope;
                from.Kept[place] = slope;
            }

            var difference = value - row.Centre;
            gradient = gradient.Add(slope * unit);
            product = product.Add(slope * unit * difference);
            deviation = deviation.Add(difference);
        }

        gradient = GroupTree.Join<CompensatedReducers.Sum>(gradient, shared);
        product = GroupTree.Join<CompensatedReducers.Sum>(product, shared);
        deviation = GroupTree.Join<CompensatedReducers.Sum>(deviation, shared);
        return (gradient, product, deviation);
    }

    /// <summary>Writes dx for elements of a plane; dx may be dy.</summary>
    private static void Write<TActivation, TDropout>(
        ArrayView<float> x, NormGradientSources from, ArrayView<float> dx, NormTailShape g, NormFactors row, NormGradientSlopes slopes,
        PlanePiece piece)
        where TActivation : struct, IUnaryFunction
        where TDropout : struct, IDropout
    {
        for (var i = piece.First; i < piece.End; i += PlanePiece.Strip * Group.DimX)
        {
            for (var k = 0; k < PlanePiece.Strip; k++)
            {
                var element = i + (k * Group.DimX);
                if (element < piece.End)
                {
                    var place = (piece.Plane * g.Groups.Inner) + element;
                    var value = x[place];
                    var slope = from.Kept.IntLength > 0
                        ? from.Kept[place]
                        : ActivationInputGradient<TActivation, TDropout>(row.Of(value), from.Dy[place], place, from, g);
                    dx[place] = slopes.InputGradient(slope, value - row.Centre);
                }
            }
        }
    }

    /// <summary>The gradient of the activation's input, with the second activation's contribution.</summary>
    /// <param name="normalized">the norm's output</param>
    /// <param name="upstream">the gradient of the dropout's output</param>
    private static float ActivationInputGradient<TActivation, TDropout>(
        float normalized, float upstream, int place, NormGradientSources from, NormTailShape g)
        where TActivation : struct, IUnaryFunction
        where TDropout : struct, IDropout
    {
        var slope = TActivation.Gradient(
            TActivation.Apply(normalized, g.Slope, 0), TDropout.Of(upstream, place, g.Mask), g.Slope, 0);
        if (from.Branch.IntLength > 0)
        {
            slope += g.Branch.Gradient(normalized, from.Branch[place]);
        }

        return slope;
    }

    private static void WriteParameters(
        ArrayView<float> sums, ArrayView<float> variance, NormGradientResults results, NormTailShape g, int channel)
    {
        var weightSum = default(Compensated);
        var biasSum = default(Compensated);
        for (var group = channel; group < g.Groups.Groups; group += g.Groups.Channels)
        {
            var joined = NormGradientSums.Joined(sums, variance[group], g, group);
            weightSum = weightSum.Add(joined.Normalized);
            biasSum = biasSum.Add(joined.Gradient);
        }

        results.WriteParameters(channel, weightSum.Value / g.Groups.Unit, biasSum.Value / g.Groups.Unit);
    }
}
