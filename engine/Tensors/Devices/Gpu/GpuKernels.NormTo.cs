using IlgpuGan.Tensors.Devices.Functions;
using IlgpuGan.Tensors.Devices.Gpu.Norm;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels : IKernel<NormToCall>, IKernel<NormToGradientCall>
{
    public void Run(NormToCall call)
    {
        if (call.Y == call.Norm.X || !HasKernel(call.Tail))
        {
            call.RunParts(this);
            return;
        }

        switch (call.Tail)
        {
            case { Activation: null }: NormTo<LeakyRelu, NoDropout>(call, call.Tail with { Slope = 1 }); break;
            case { Activation: UnaryFunction.LeakyRelu }: NormTo<LeakyRelu, NoDropout>(call, call.Tail); break;
            case { Dropout: null }: NormTo<Relu, NoDropout>(call, call.Tail); break;
            default: NormTo<Relu, WithDropout>(call, call.Tail); break;
        }
    }

    public void Run(NormToGradientCall call)
    {
        var (norm, dy, dx, dweight, dbias, tail) = call;
        if (!HasKernel(tail))
        {
            call.RunParts(this);
            return;
        }

        // With padding, an element's gradient is a sum over its copies; with an addend it is one, too. It is computed once and kept.
        var kept = call.Sum ?? (tail.Pad is null && call.Addend is null ? null : dx);
        var from = new NormGradientSources(dy.View(), (call.Branch?.Dy).View(), call.Addend.View(), kept.View());
        var (arrays, results) = (NormalizationArgs.Of(norm), NormGradientResults.Of(dx, dweight, dbias));
        var branch = BranchActivation.Of(call.Branch?.Activation, call.Branch?.Slope);
        var shape = NormTailShape.Of(norm, tail, branch, numbers.View);
        switch (tail)
        {
            case { Activation: null }: NormGradient<LeakyRelu, NoDropout>(arrays, from, results, norm.G, shape with { Slope = 1 }); break;
            case { Activation: UnaryFunction.LeakyRelu }: NormGradient<LeakyRelu, NoDropout>(arrays, from, results, norm.G, shape); break;
            case { Dropout: null }: NormGradient<Relu, NoDropout>(arrays, from, results, norm.G, shape); break;
            default: NormGradient<Relu, WithDropout>(arrays, from, results, norm.G, shape); break;
        }
    }

    /// <summary>Dropout is compiled only after a ReLU, as networks have it.</summary>
    private static bool HasKernel(in NormTail tail) => tail.Activation switch
    {
        null or UnaryFunction.LeakyRelu => tail.Dropout is null,
        UnaryFunction.Relu => true,
        _ => throw new ArgumentOutOfRangeException(nameof(tail), tail, message: null),
    };

    private void NormTo<TActivation, TDropout>(NormToCall call, in NormTail tail)
        where TActivation : struct, IUnaryFunction
        where TDropout : struct, IDropout
    {
        var (norm, addend, y, padded, branch, tracked, _) = call;
        var shape = NormTailShape.Of(norm, tail, BranchActivation.Of(branch?.Activation, branch?.Slope), numbers.View);
        var (layout, past) = (shape.Groups, TrackedStatisticsArgs.Of(tracked));
        var (arrays, results) = (NormalizationArgs.Of(norm), new NormToResults(y.View(), padded.View(), (branch?.Y).View()));
        if (layout.Parts == 1)
        {
            queue.Launch(NormToKernels.Whole<TActivation, TDropout>, ForParts(layout), arrays, addend.View(), results, shape, past);
            return;
        }

        using var scratch = new PooledScratch(Pool, 2L * layout.Parts * layout.Groups);
        queue.Launch(MomentKernels.Take, ForParts(layout), arrays.X, arrays.Mean, arrays.Variance, scratch.View, layout);
        queue.Launch(
            NormToKernels.Apply<TActivation, TDropout>, ForPlanes(norm.G, shape.LargestPlane, PlanePiece.PerThread), arrays, scratch.View,
            addend.View(), results, shape, past);
    }

    private void NormGradient<TActivation, TDropout>(
        NormalizationArgs norm, NormGradientSources from, NormGradientResults results, in NormGeometry g, NormTailShape shape)
        where TActivation : struct, IUnaryFunction
        where TDropout : struct, IDropout
    {
        var layout = shape.Groups;
        if (layout.Parts == 1 && (layout.Groups == layout.Channels || !results.HasParameters))
        {
            queue.Launch(NormGradientKernels.Whole<TActivation, TDropout>, ForParts(layout), norm, from, results, shape);
            return;
        }

        using var sums = new PooledScratch(Pool, 3L * layout.Parts * layout.Groups);
        queue.Launch(NormGradientKernels.Sums<TActivation, TDropout>, ForParts(layout), norm, from, sums.View, shape);
        queue.Launch(
            NormGradientKernels.Apply<TActivation, TDropout>, ForPlanes(g, results.Dx.Length == 0 ? 1 : g.Inner, PlanePiece.PerThread),
            norm, from, sums.View, results, shape);
    }
}
