using ILGPU;
using IlgpuGan.Tensors.Devices.Functions;
using IlgpuGan.Tensors.Devices.Gpu.Elementwise;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.Tensors.Devices.Gpu.Norm;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels
    : IKernel<MomentsCall>, IKernel<NormalizeCall>, IKernel<NormalizeGradientCall>, IKernel<TrackStatisticsCall>
{
    /// <summary>No activation: a leaky ReLU of slope 1 is the identity.</summary>
    private static readonly NormTail s_noTail = new(Activation: null, Slope: 1);

    public void Run(MomentsCall call)
    {
        var (x, mean, variance, g) = call;
        var layout = NormLayout.Of(g);
        if (layout.Parts == 1)
        {
            queue.Launch(MomentKernels.Take, ForParts(layout), x.View(), mean.View(), variance.View(), ArrayView<float>.Empty, layout);
            return;
        }

        using var scratch = new PooledScratch(Pool, 2L * layout.Parts * layout.Groups);
        queue.Launch(MomentKernels.Take, ForParts(layout), x.View(), mean.View(), variance.View(), scratch.View, layout);
        queue.Launch(
            MomentKernels.JoinParts, queue.ForElements(layout.Groups), x.View(), scratch.View, mean.View(), variance.View(), layout);
    }

    public void Run(NormalizeCall call)
    {
        var (norm, y) = call;
        queue.Launch(
            NormalizeKernels.Apply, ForNormalize(norm.G), NormalizationArgs.Of(norm), y.View(), norm.G.Channels, norm.G.Inner,
            Flag(norm.G.PerInstance), norm.Epsilon);
    }

    public void Run(NormalizeGradientCall call)
    {
        var (norm, dy, dx, dweight, dbias) = call;
        NormGradient<LeakyRelu, NoDropout>(
            NormalizationArgs.Of(norm with { Bias = null }), new NormGradientSources { Dy = dy.View() },
            NormGradientResults.Of(dx, dweight, dbias), norm.G, NormTailShape.Of(norm, s_noTail, default, numbers.View));
    }

    public void Run(TrackStatisticsCall call) => queue.Launch(
        StatisticsKernels.Track, queue.ForElements(call.Mean.Length), call.Mean.View(), call.Variance.View(),
        TrackedStatisticsArgs.Of(call.Past));

    private KernelConfig ForParts(in NormLayout layout) => new(
        new Index2D(layout.Groups, layout.Parts), new Index2D(queue.GroupFor(layout.PerPart / Element.PerThread), 1));

    /// <summary>Grid X counts planes, Y their pieces; from 8192 x 8192 on groups take several, since no grid counts so far.</summary>
    internal KernelConfig ForNormalize(in NormGeometry g)
    {
        var all = ForPlanes(g, g.Inner, Element.PerThread);
        return new KernelConfig(new Index3D(all.GridDim.X, Math.Min(all.GridDim.Y, ProductDevice.MaxGridYZ), 1), all.GroupDim);
    }

    /// <summary>Grid X counts planes, Y the pieces of a plane of <paramref name="most"/> elements.</summary>
    private KernelConfig ForPlanes(in NormGeometry g, int most, int perThread)
    {
        var threads = queue.GroupFor(most / Element.PerThread);
        var pieces = (most + (threads * perThread) - 1) / (threads * perThread);
        return new KernelConfig(new Index2D(g.Outer * g.Channels, pieces), new Index2D(threads, 1));
    }
}
