using ILGPU;
using IlgpuGan.Tensors.Devices.Functions;
using IlgpuGan.Tensors.Devices.Gpu.Elementwise;
using IlgpuGan.Tensors.Devices.Gpu.Norm;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels
{
    public bool FusesNorms => true;

    public bool SumsNormGradients => true;

    public void NormTo(
        DeviceSpan x, DeviceSpan mean, DeviceSpan variance, DeviceSpan? weight, DeviceSpan? bias, DeviceSpan? addend,
        DeviceSpan y, bool keepY, DeviceSpan? padded, in NormBranch? branch, in TrackedStatistics? tracked, in NormGeometry g,
        float epsilon, in NormTail tail)
    {
        if (y == x)
        {
            // Each group of threads looks at a plane's first element, which another may have overwritten by then.
            Composition.NormTo(this, x, mean, variance, weight, bias, addend, y, padded, branch, tracked, g, epsilon, tail);
            return;
        }

        DeviceSpan? result = keepY || padded is null ? y : null;
        switch (tail.Activation)
        {
            case null:
                NormTo<LeakyRelu>(
                    x, mean, variance, weight, bias, addend, result, padded, branch, tracked, g, epsilon, tail with { Slope = 1 });
                break;
            case UnaryFunction.Relu:
                NormTo<Relu>(x, mean, variance, weight, bias, addend, result, padded, branch, tracked, g, epsilon, tail);
                break;
            case UnaryFunction.LeakyRelu:
                NormTo<LeakyRelu>(x, mean, variance, weight, bias, addend, result, padded, branch, tracked, g, epsilon, tail);
                break;
            default: throw new ArgumentOutOfRangeException(nameof(tail), tail, message: null);
        }
    }

    public void NormToGradient(
        DeviceSpan x, DeviceSpan mean, DeviceSpan variance, DeviceSpan? weight, DeviceSpan? bias, DeviceSpan dy, DeviceSpan? sum,
        DeviceSpan? dz,
        DeviceSpan dx, DeviceSpan? dweight, DeviceSpan? dbias, in NormGeometry g, float epsilon, in NormTail tail)
    {
        switch (tail.Activation)
        {
            case null:
                NormGradient<LeakyRelu>(x, mean, variance, weight, bias, dy, sum, dx, dweight, dbias, g, epsilon, tail with { Slope = 1 });
                break;
            case UnaryFunction.Relu:
                NormGradient<Relu>(x, mean, variance, weight, bias, dy, sum, dx, dweight, dbias, g, epsilon, tail);
                break;
            case UnaryFunction.LeakyRelu:
                NormGradient<LeakyRelu>(x, mean, variance, weight, bias, dy, sum, dx, dweight, dbias, g, epsilon, tail);
                break;
            default: throw new ArgumentOutOfRangeException(nameof(tail), tail, message: null);
        }
    }

    private void NormTo<TActivation>(
        DeviceSpan x, DeviceSpan mean, DeviceSpan variance, DeviceSpan? weight, DeviceSpan? bias, DeviceSpan? addend,
        DeviceSpan? y, DeviceSpan? padded, in NormBranch? branch, in TrackedStatistics? tracked, in NormGeometry g, float epsilon,
        in NormTail tail)
        where TActivation : struct, IUnaryFunction
    {
        var shape = NormTailShape.Of(g, epsilon, tail, branch);
        var (layout, other, past) = (shape.Groups, branch?.Y, PastStatistics.Of(tracked));
        if (layout.Parts == 1)
        {
            queue.Launch(
                NormToKernels.Whole<TActivation>, ForParts(layout), x.View(), mean.View(), variance.View(), weight.View(), bias.View(),
                addend.View(),
                y.View(), padded.View(), other.View(), shape, past);
            return;
        }

        using var scratch = new Scratch(pool, 2L * layout.Parts * layout.Groups);
        queue.Launch(MomentKernels.Take, ForParts(layout), x.View(), mean.View(), variance.View(), scratch.View, layout);
        queue.Launch(
            NormToKernels.Apply<TActivation>, ForPlanes(g, shape.MostOfPlane, NormToKernels.PerThread), x.View(), scratch.View, mean.View(),
            variance.View(),
            weight.View(), bias.View(), addend.View(), y.View(), padded.View(), other.View(), shape, past);
    }

    private void NormGradient<TActivation>(
        DeviceSpan x, DeviceSpan mean, DeviceSpan variance, DeviceSpan? weight, DeviceSpan? bias, DeviceSpan dy, DeviceSpan? sum,
        DeviceSpan? dx, DeviceSpan? dweight, DeviceSpan? dbias, in NormGeometry g, float epsilon, in NormTail tail)
        where TActivation : struct, IUnaryFunction
    {
        var shape = NormTailShape.Of(g, epsilon, tail);
        var (layout, accumulate) = (shape.Groups, Flag(sum is not null));

        // What the padding shows of an element is not added up twice.
        var kept = sum ?? (tail.Pad is null ? null : dx);
        if (layout.Parts == 1 && (layout.Groups == layout.Channels || (dweight is null && dbias is null)))
        {
            queue.Launch(
                NormGradientKernels.Whole<TActivation>, ForParts(layout), x.View(), mean.View(), variance.View(), weight.View(),
                bias.View(), dy.View(),
                kept.View(), dx.View(), dweight.View(), dbias.View(), shape, accumulate);
            return;
        }

        using var sums = new Scratch(pool, 3L * layout.Parts * layout.Groups);
        queue.Launch(
            NormGradientKernels.Sums<TActivation>, ForParts(layout), x.View(), mean.View(), variance.View(), weight.View(), bias.View(),
            dy.View(),
            kept.View(), sums.View, shape, accumulate);
        queue.Launch(
            NormGradientKernels.Apply<TActivation>, ForPlanes(g, dx is null ? 1 : g.Inner, NormGradientKernels.PerThread), x.View(),
            mean.View(), variance.View(),
            weight.View(), bias.View(), dy.View(), kept.View(), sums.View, dx.View(), dweight.View(), dbias.View(), shape);
    }
}
