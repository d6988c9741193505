using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.Elementwise;
using IlgpuGan.Tensors.Devices.Gpu.Reductions;

namespace IlgpuGan.Tensors.Devices.Gpu.Norm;

/// <summary>
/// Normalisation with given statistics and its gradient. A run of Inner elements of one channel of one picture is a row: X of the grid counts
/// rows, Y the pieces of a row, so that a group of threads has one mean.
/// </summary>
internal static class NormalizeKernels
{
    /// <summary>y = (x − mean) · weight/√(variance + ε) + bias.</summary>
    public static void Apply(
        ArrayView<float> x, ArrayView<float> mean, ArrayView<float> variance, ArrayView<float> weight, ArrayView<float> bias,
        ArrayView<float> y, int channels, int inner, byte perInstance, float epsilon)
    {
        var row = Grid.IdxX;
        var channel = row % channels;
        var group = perInstance != 0 ? row : channel;
        var centre = mean[group];
        var scale = (weight.IntLength > 0 ? weight[channel] : 1) / MathF.Sqrt(variance[group] + epsilon);
        var shift = bias.IntLength > 0 ? bias[channel] : 0;
        var first = (Grid.IdxY * Group.DimX * Element.PerThread) + Group.IdxX;
        for (var k = 0; k < Element.PerThread; k++)
        {
            var column = first + (k * Group.DimX);
            if (column < inner)
            {
                var i = (row * inner) + column;
                y[i] = MathF.FusedMultiplyAdd(x[i] - centre, scale, shift);
            }
        }
    }

    /// <summary>
    /// [part, group] of Σ dy, of Σ dy · (x − mean), and of Σ (x − mean), which is what float32 cost the mean; a group of threads a group and part.
    /// </summary>
    public static void GradientSums(ArrayView<float> x, ArrayView<float> mean, ArrayView<float> dy, ArrayView<float> sums, NormLayout g)
    {
        var shared = SharedMemory.Allocate<float>(GroupTree.SharedLength);
        var (group, part) = (Grid.IdxX, Grid.IdxY);
        var centre = mean[group];
        var end = Math.Min((part + 1) * g.PerPart, g.GroupElements);
        var gradient = default(Compensated);
        var product = default(Compensated);
        var deviation = default(Compensated);
        for (var i = (part * g.PerPart) + Group.IdxX; i < end; i += Group.DimX)
        {
            var place = g.Place(group, i);
            var difference = x[place] - centre;
            var slope = dy[place];
            gradient = gradient.Add(slope);
            product = product.Add(slope * difference);
            deviation = deviation.Add(difference);
        }

        gradient = GroupTree.Join<Reducers.Sum>(gradient, shared);
        product = GroupTree.Join<Reducers.Sum>(product, shared);
        deviation = GroupTree.Join<Reducers.Sum>(deviation, shared);
        if (Group.IdxX == 0)
        {
            var place = (part * g.Groups) + group;
            var all = g.Parts * g.Groups;
            sums[place] = gradient.Value;
            sums[all + place] = product.Value;
            sums[(2 * all) + place] = deviation.Value;
        }
    }

    /// <summary>
    /// For each group, over its parts in order: Σ dy / m and Σ dy · (x − mean) · r / m, with r = 1/√(variance + ε) and m elements in the group;
    /// and for each channel, over its groups in order, the gradients of weight and bias where they are wanted. A thread a channel.
    /// </summary>
    public static void JoinSums(
        ArrayView<float> sums, ArrayView<float> variance, ArrayView<float> means, ArrayView<float> dweight, ArrayView<float> dbias,
        NormLayout g, float epsilon)
    {
        var channel = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (channel >= g.Channels)
        {
            return;
        }

        var all = g.Parts * g.Groups;
        var weightSum = default(Compensated);
        var biasSum = default(Compensated);
        for (var group = channel; group < g.Groups; group += g.Channels)
        {
            var gradient = default(Compensated);
            var product = default(Compensated);
            var deviation = default(Compensated);
            for (var part = 0; part < g.Parts; part++)
            {
                var place = (part * g.Groups) + group;
                gradient = gradient.Add(sums[place]);
                product = product.Add(sums[all + place]);
                deviation = deviation.Add(sums[(2 * all) + place]);
            }

            // What the product would be had the mean not been rounded.
            var meanGradient = gradient.Value / g.GroupElements;
            var centred = (product.Value - (meanGradient * deviation.Value)) / MathF.Sqrt(variance[group] + epsilon);
            means[group] = meanGradient;
            means[g.Groups + group] = centred / g.GroupElements;
            biasSum = biasSum.Add(gradient);
            weightSum = weightSum.Add(centred);
        }

        if (dweight.IntLength > 0)
        {
            dweight[channel] = weightSum.Value;
        }

        if (dbias.IntLength > 0)
        {
            dbias[channel] = biasSum.Value;
        }
    }

    /// <summary>dx = weight · r · (dy − mean of dy − x̂ · mean of dy·x̂) with x̂ = (x − mean) · r: mean and variance depend on every x.</summary>
    public static void ApplyGradient(
        ArrayView<float> x, ArrayView<float> mean, ArrayView<float> variance, ArrayView<float> weight, ArrayView<float> dy,
        ArrayView<float> means, ArrayView<float> dx, NormLayout g, byte perInstance, float epsilon)
    {
        var row = Grid.IdxX;
        var channel = row % g.Channels;
        var group = perInstance != 0 ? row : channel;
        var centre = mean[group];
        var r = 1 / MathF.Sqrt(variance[group] + epsilon);
        var scale = r * (weight.IntLength > 0 ? weight[channel] : 1);
        var xScale = -scale * r * means[g.Groups + group];
        var shift = -scale * means[group];
        var first = (Grid.IdxY * Group.DimX * Element.PerThread) + Group.IdxX;
        for (var k = 0; k < Element.PerThread; k++)
        {
            var column = first + (k * Group.DimX);
            if (column < g.Inner)
            {
                var i = (row * g.Inner) + column;
                dx[i] = MathF.FusedMultiplyAdd(dy[i], scale, MathF.FusedMultiplyAdd(x[i] - centre, xScale, shift));
            }
        }
    }
}
