using ILGPU;
using IlgpuGan.Tensors.Devices.Functions;
using IlgpuGan.Tensors.Devices.Gpu.Elementwise;
using IlgpuGan.Tensors.Devices.Gpu.Norm;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels
{
    public bool FusesNorms => true;

    public bool SumsNormGradients => true;

    public bool FusesSkips => true;

    public void NormTo(
        DeviceSpan x, DeviceSpan mean, DeviceSpan variance, DeviceSpan? weight, DeviceSpan? bias, DeviceSpan? addend,
        DeviceSpan y, bool keepY, DeviceSpan? padded, in NormBranch? branch, in TrackedStatistics? tracked, in NormGeometry g,
        float epsilon, in NormTail tail)
    {
        if (y == x || !HasKernel(tail))
        {
            // Not in-place: each group of threads reads a plane's first element, which another group may have overwritten.
            Composition.NormTo(this, x, mean, variance, weight, bias, addend, y, padded, branch, tracked, g, epsilon, tail);
            return;
        }

        DeviceSpan? result = keepY || padded is null ? y : null;
        switch (tail)
        {
            case { Activation: null }:
                NormTo<LeakyRelu, NoDropout>(
                    x, mean, variance, weight, bias, addend, result, padded, branch, tracked, g, epsilon, tail with { Slope = 1 });
                break;
            case { Activation: UnaryFunction.LeakyRelu }:
                NormTo<LeakyRelu, NoDropout>(
                    x, mean, variance, weight, bias, addend, result, padded, branch, tracked, g, epsilon, tail);
                break;
            case { Dropout: null }:
                NormTo<Relu, NoDropout>(x, mean, variance, weight, bias, addend, result, padded, branch, tracked, g, epsilon, tail);
                break;
            default:
                NormTo<Relu, Dropout>(x, mean, variance, weight, bias, addend, result, padded, branch, tracked, g, epsilon, tail);
                break;
        }
    }

    public void NormToGradient(
        DeviceSpan x, DeviceSpan mean, DeviceSpan variance, DeviceSpan? weight, DeviceSpan? bias, DeviceSpan dy, DeviceSpan? sum,
        DeviceSpan? dz,
        DeviceSpan dx, DeviceSpan? dweight, DeviceSpan? dbias, in NormGradientBranch? branch, in NormGeometry g, float epsilon,
        in NormTail tail)
    {
        if (!HasKernel(tail))
        {
            Composition.NormToGradient(this, x, mean, variance, weight, bias, dy, sum, dz, dx, dweight, dbias, branch, g, epsilon, tail);
            return;
        }

        switch (tail)
        {
            case { Activation: null }:
                NormGradient<LeakyRelu, NoDropout>(
                    x, mean, variance, weight, bias, dy, sum, dx, dweight, dbias, branch, g, epsilon, tail with { Slope = 1 });
                break;
            case { Activation: UnaryFunction.LeakyRelu }:
                NormGradient<LeakyRelu, NoDropout>(x, mean, variance, weight, bias, dy, sum, dx, dweight, dbias, branch, g, epsilon, tail);
                break;
            case { Dropout: null }:
                NormGradient<Relu, NoDropout>(x, mean, variance, weight, bias, dy, sum, dx, dweight, dbias, branch, g, epsilon, tail);
                break;
            default:
                NormGradient<Relu, Dropout>(x, mean, variance, weight, bias, dy, sum, dx, dweight, dbias, branch, g, epsilon, tail);
                break;
        }
    }

    /// <summary>Dropout is compiled only after a ReLU, as networks have it.</summary>
    private static bool HasKernel(in NormTail tail) => tail.Activation switch
    {
        null or UnaryFunction.LeakyRelu => tail.Dropout is null,
        UnaryFunction.Relu => true,
        _ => throw new ArgumentOutOfRangeException(nameof(tail), tail, message: null),
    };

    private void NormTo<TActivation, TDropout>(
        DeviceSpan x, DeviceSpan mean, DeviceSpan variance, DeviceSpan? weight, DeviceSpan? bias, DeviceSpan? addend,
        DeviceSpan? y, DeviceSpan? padded, in NormBranch? branch, in TrackedStatistics? tracked, in NormGeometry g, float epsilon,
        in NormTail tail)
        where TActivation : struct, IUnaryFunction
        where TDropout : struct, IDropout
    {
        var shape = NormTailShape.Of(g, epsilon, tail, branch is { } second ? (second.Activation, second.Slope) : null);
        var (layout, past) = (shape.Groups, TrackedStatisticsArgs.Of(tracked));
        var fusion = new NormFusionArgs(
            (branch?.Y).View(), ArrayView<float>.Empty, Accumulates: 0, DropoutMask.Of(tail.Dropout, numbers.View));
        if (layout.Parts == 1)
        {
            queue.Launch(
                NormToKernels.Whole<TActivation, TDropout>, ForParts(layout), x.View(), mean.View(), variance.View(), weight.View(),
                bias.View(), addend.View(), y.View(), padded.View(), fusion, shape, past);
            return;
        }

        using var scratch = new Scratch(pool, 2L * layout.Parts * layout.Groups);
        queue.Launch(MomentKernels.Take, ForParts(layout), x.View(), mean.View(), variance.View(), scratch.View, layout);
        queue.Launch(
            NormToKernels.Apply<TActivation, TDropout>, ForPlanes(g, shape.LargestPlane, NormToKernels.PerThread), x.View(), scratch.View,
            mean.View(), variance.View(), weight.View(), bias.View(), addend.View(), y.View(), padded.View(), fusion, shape, past);
    }

    private void NormGradient<TActivation, TDropout>(
        DeviceSpan x, DeviceSpan mean, DeviceSpan variance, DeviceSpan? weight, DeviceSpan? bias, DeviceSpan dy, DeviceSpan? sum,
        DeviceSpan? dx, DeviceSpan? dweight, DeviceSpan? dbias, in NormGradientBranch? branch, in NormGeometry g, float epsilon,
        in NormTail tail)
        where TActivation : struct, IUnaryFunction
        where TDropout : struct, IDropout
    {
        var shape = NormTailShape.Of(g, epsilon, tail, branch is { } second ? (second.Activation, second.Slope) : null);
        var layout = shape.Groups;

        // With padding, an element's gradient is a sum over its copies; it is computed once and kept.
        var kept = sum ?? (tail.Pad is null ? null : dx);
        var fusion = new NormFusionArgs(
            (branch?.Dy).View(), kept.View(), Flag(sum is not null), DropoutMask.Of(tail.Dropout, numbers.View));
        if (layout.Parts == 1 && (layout.Groups == layout.Channels || (dweight is null && dbias is null)))
        {
            queue.Launch(
                NormGradientKernels.Whole<TActivation, TDropout>, ForParts(layout), x.View(), mean.View(), variance.View(), weight.View(),
                bias.View(), dy.View(), dx.View(), dweight.View(), dbias.View(), fusion, shape);
            return;
        }

        using var sums = new Scratch(pool, 3L * layout.Parts * layout.Groups);
        queue.Launch(
            NormGradientKernels.Sums<TActivation, TDropout>, ForParts(layout), x.View(), mean.View(), variance.View(), weight.View(),
            bias.View(), dy.View(), sums.View, fusion, shape);
        queue.Launch(
            NormGradientKernels.Apply<TActivation, TDropout>, ForPlanes(g, dx is null ? 1 : g.Inner, NormGradientKernels.PerThread),
            x.View(), mean.View(), variance.View(), weight.View(), bias.View(), dy.View(), sums.View, dx.View(), dweight.View(),
            dbias.View(), fusion, shape);
    }
}
