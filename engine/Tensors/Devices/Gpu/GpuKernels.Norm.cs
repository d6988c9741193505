using ILGPU;
using IlgpuGan.Tensors.Devices.Functions;
using IlgpuGan.Tensors.Devices.Gpu.Elementwise;
using IlgpuGan.Tensors.Devices.Gpu.Norm;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels
{
    /// <summary>No activation: a leaky ReLU of slope 1 is the identity.</summary>
    private static readonly NormTail s_noTail = new(Activation: null, Slope: 1);

    public void Moments(DeviceSpan x, DeviceSpan mean, DeviceSpan variance, in NormGeometry g)
    {
        var layout = NormLayout.Of(g);
        if (layout.Parts == 1)
        {
            queue.Launch(MomentKernels.Take, ForParts(layout), x.View(), mean.View(), variance.View(), ArrayView<float>.Empty, layout);
            return;
        }

        using var scratch = new Scratch(pool, 2L * layout.Parts * layout.Groups);
        queue.Launch(MomentKernels.Take, ForParts(layout), x.View(), mean.View(), variance.View(), scratch.View, layout);
        queue.Launch(
            MomentKernels.JoinParts, queue.ForElements(layout.Groups), x.View(), scratch.View, mean.View(), variance.View(), layout);
    }

    public void Normalize(
        DeviceSpan x, DeviceSpan mean, DeviceSpan variance, DeviceSpan? weight, DeviceSpan? bias, DeviceSpan y, in NormGeometry g,
        float epsilon) =>
        queue.Launch(
            NormalizeKernels.Apply, ForPlanes(g, g.Inner, Element.PerThread), x.View(), mean.View(), variance.View(), weight.View(),
            bias.View(), y.View(),
            g.Channels, g.Inner, Flag(g.PerInstance), epsilon);

    public void NormalizeGradient(
        DeviceSpan x, DeviceSpan mean, DeviceSpan variance, DeviceSpan? weight, DeviceSpan dy,
        DeviceSpan? dx, DeviceSpan? dweight, DeviceSpan? dbias, in NormGeometry g, float epsilon) =>
        NormGradient<LeakyRelu, NoDropout>(
            x, mean, variance, weight, bias: null, dy, sum: null, dx, dweight, dbias, branch: null, g, epsilon, s_noTail);

    public void TrackStatistics(
        DeviceSpan mean, DeviceSpan variance, DeviceSpan pastMean, DeviceSpan pastVariance, DeviceSpan? batches, float momentum,
        float correction) =>
        queue.Launch(
            StatisticsKernels.Track, queue.ForElements(mean.Length), mean.View(), variance.View(),
            TrackedStatisticsArgs.Of(new TrackedStatistics(pastMean, pastVariance, batches, momentum, correction)));

    private KernelConfig ForParts(in NormLayout layout) => new(
        new Index2D(layout.Groups, layout.Parts), new Index2D(queue.GroupFor(layout.PerPart / Element.PerThread), 1));

    /// <summary>Grid X counts planes, Y the pieces of a plane of <paramref name="most"/> elements.</summary>
    private KernelConfig ForPlanes(in NormGeometry g, int most, int perThread)
    {
        var threads = queue.GroupFor(most / Element.PerThread);
        var pieces = (most + (threads * perThread) - 1) / (threads * perThread);
        return new KernelConfig(new Index2D(g.Outer * g.Channels, pieces), new Index2D(threads, 1));
    }
}
