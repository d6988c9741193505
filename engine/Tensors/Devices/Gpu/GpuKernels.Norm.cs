using IlgpuGan.Tensors.Devices.Gpu.Elementwise;
using IlgpuGan.Tensors.Devices.Gpu.Norm;
using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels
{
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
        queue.Launch(MomentKernels.JoinParts, queue.ForElements(layout.Groups), x.View(), scratch.View, mean.View(), variance.View(), layout);
    }

    public void Normalize(
        DeviceSpan x, DeviceSpan mean, DeviceSpan variance, DeviceSpan? weight, DeviceSpan? bias, DeviceSpan y, in NormGeometry g, float epsilon) =>
        queue.Launch(
            NormalizeKernels.Apply, ForRows(g), x.View(), mean.View(), variance.View(), weight.View(), bias.View(), y.View(),
            g.Channels, g.Inner, Flag(g.PerInstance), epsilon);

    public void NormalizeGradient(
        DeviceSpan x, DeviceSpan mean, DeviceSpan variance, DeviceSpan? weight, DeviceSpan dy,
        DeviceSpan? dx, DeviceSpan? dweight, DeviceSpan? dbias, in NormGeometry g, float epsilon)
    {
        var layout = NormLayout.Of(g);
        using var sums = new Scratch(pool, 3L * layout.Parts * layout.Groups);
        using var means = new Scratch(pool, 2L * layout.Groups);
        queue.Launch(NormalizeKernels.GradientSums, ForParts(layout), x.View(), mean.View(), dy.View(), sums.View, layout);
        queue.Launch(
            NormalizeKernels.JoinSums, queue.ForElements(layout.Channels),
            sums.View, variance.View(), means.View, dweight.View(), dbias.View(), layout, epsilon);
        if (dx is { } gradient)
        {
            queue.Launch(
                NormalizeKernels.ApplyGradient, ForRows(g), x.View(), mean.View(), variance.View(), weight.View(), dy.View(),
                means.View, gradient.View(), layout, Flag(g.PerInstance), epsilon);
        }
    }

    public void TrackStatistics(
        DeviceSpan mean, DeviceSpan variance, DeviceSpan pastMean, DeviceSpan pastVariance, DeviceSpan? batches, float momentum, float correction) =>
        queue.Launch(
            StatisticsKernels.Track, queue.ForElements(mean.Length),
            mean.View(), variance.View(), pastMean.View(), pastVariance.View(), batches.View(), momentum, correction);

    private KernelConfig ForParts(in NormLayout layout) => new(
        new Index2D(layout.Groups, layout.Parts), new Index2D(queue.GroupFor(layout.PerPart / Element.PerThread), 1));

    private KernelConfig ForRows(in NormGeometry g)
    {
        var threads = queue.GroupFor(g.Inner / Element.PerThread);
        var pieces = (g.Inner + (threads * Element.PerThread) - 1) / (threads * Element.PerThread);
        return new KernelConfig(new Index2D(g.Outer * g.Channels, pieces), new Index2D(threads, 1));
    }
}
