using ILGPU;
using IlgpuGan.Tensors.Devices.Functions;
using IlgpuGan.Tensors.Devices.Gpu.Elementwise;
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
        var (norm, dy, addend, sum, dx, dweight, dbias, branch, tail) = call;
        if (!HasKernel(tail))
        {
            call.RunParts(this);
            return;
        }

        switch (tail)
        {
            case { Activation: null }:
                NormGradient<LeakyRelu, NoDropout>(norm, dy, addend, sum, dx, dweight, dbias, branch, tail with { Slope = 1 });
                break;
            case { Activation: UnaryFunction.LeakyRelu }:
                NormGradient<LeakyRelu, NoDropout>(norm, dy, addend, sum, dx, dweight, dbias, branch, tail);
                break;
            case { Dropout: null }:
                NormGradient<Relu, NoDropout>(norm, dy, addend, sum, dx, dweight, dbias, branch, tail);
                break;
            default: NormGradient<Relu, WithDropout>(norm, dy, addend, sum, dx, dweight, dbias, branch, tail); break;
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
        var ((x, mean, variance, weight, bias, g, epsilon), addend, y, padded, branch, tracked, _) = call;
        var shape = NormTailShape.Of(g, epsilon, tail, branch is { } second ? (second.Activation, second.Slope) : null);
        var (layout, past) = (shape.Groups, TrackedStatisticsArgs.Of(tracked));
        var fusion = new NormFusionArgs(
            (branch?.Y).View(), ArrayView<float>.Empty, ArrayView<float>.Empty, DropoutMask.Of(tail.Dropout, numbers.View));
        if (layout.Parts == 1)
        {
            queue.Launch(
                NormToKernels.Whole<TActivation, TDropout>, ForParts(layout), x.View(), mean.View(), variance.View(), weight.View(),
                bias.View(), addend.View(), y.View(), padded.View(), fusion, shape, past);
            return;
        }

        using var scratch = new PooledScratch(Pool, 2L * layout.Parts * layout.Groups);
        queue.Launch(MomentKernels.Take, ForParts(layout), x.View(), mean.View(), variance.View(), scratch.View, layout);
        queue.Launch(
            NormToKernels.Apply<TActivation, TDropout>, ForPlanes(g, shape.LargestPlane, NormToKernels.PerThread), x.View(), scratch.View,
            mean.View(), variance.View(), weight.View(), bias.View(), addend.View(), y.View(), padded.View(), fusion, shape, past);
    }

    private void NormGradient<TActivation, TDropout>(
        in Normalization norm, DeviceSpan dy, DeviceSpan? addend, DeviceSpan? sum, DeviceSpan? dx, DeviceSpan? dweight, DeviceSpan? dbias,
        in NormGradientBranch? branch, in NormTail tail)
        where TActivation : struct, IUnaryFunction
        where TDropout : struct, IDropout
    {
        var (x, mean, variance, weight, bias, g, epsilon) = norm;
        var shape = NormTailShape.Of(g, epsilon, tail, branch is { } second ? (second.Activation, second.Slope) : null);
        var layout = shape.Groups;

        // With padding, an element's gradient is a sum over its copies; with an addend it is one, too. It is computed once and kept.
        var kept = sum ?? (tail.Pad is null && addend is null ? null : dx);
        var fusion = new NormFusionArgs(
            (branch?.Dy).View(), kept.View(), addend.View(), DropoutMask.Of(tail.Dropout, numbers.View));
        if (layout.Parts == 1 && (layout.Groups == layout.Channels || (dweight is null && dbias is null)))
        {
            queue.Launch(
                NormGradientKernels.Whole<TActivation, TDropout>, ForParts(layout), x.View(), mean.View(), variance.View(), weight.View(),
                bias.View(), dy.View(), dx.View(), dweight.View(), dbias.View(), fusion, shape);
            return;
        }

        using var sums = new PooledScratch(Pool, 3L * layout.Parts * layout.Groups);
        queue.Launch(
            NormGradientKernels.Sums<TActivation, TDropout>, ForParts(layout), x.View(), mean.View(), variance.View(), weight.View(),
            bias.View(), dy.View(), sums.View, fusion, shape);
        queue.Launch(
            NormGradientKernels.Apply<TActivation, TDropout>, ForPlanes(g, dx is null ? 1 : g.Inner, NormGradientKernels.PerThread),
            x.View(), mean.View(), variance.View(), weight.View(), bias.View(), dy.View(), sums.View, dx.View(), dweight.View(),
            dbias.View(), fusion, shape);
    }
}
