using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// The fused kernels of <see cref="IKernels"/>, composed of the plain ones: what they mean, what a device does that has none of its own,
/// and what tests hold those of devices against.
/// </summary>
internal static class Composition
{
    /// <inheritdoc cref="IKernels.CopyAll"/>
    public static void CopyAll(IKernels kernels, ReadOnlySpan<CopySlot> slots)
    {
        foreach (var slot in slots)
        {
            if (slot.Accumulate)
            {
                kernels.AddScaled(1, slot.X, slot.Y);
            }
            else
            {
                kernels.Copy(slot.X, slot.Y);
            }
        }
    }

    /// <inheritdoc cref="IKernels.Chain"/>
    public static void Chain(IKernels kernels, ReadOnlySpan<KernelCall> links)
    {
        foreach (var link in links)
        {
            link.Run(kernels);
        }
    }

    /// <inheritdoc cref="IKernels.NormTo"/>
    public static void NormTo(
        IKernels kernels, DeviceSpan x, DeviceSpan mean, DeviceSpan variance, DeviceSpan? weight, DeviceSpan? bias, DeviceSpan? addend,
        DeviceSpan y, DeviceSpan? padded, in NormBranch? branch, in TrackedStatistics? tracked, in NormGeometry g, float epsilon,
        in NormTail tail)
    {
        kernels.Moments(x, mean, variance, g);
        if (tracked is { } past)
        {
            kernels.TrackStatistics(mean, variance, past.Mean, past.Variance, past.Batches, past.Momentum, past.Correction);
        }

        NormalizeTo(kernels, x, mean, variance, weight, bias, addend, y, branch, g, epsilon, tail);
        if (tail.Dropout is { } dropout)
        {
            kernels.Dropout(dropout.Key, dropout.P, y, y);
        }

        if (tail.Pad is { } pad && padded is { } destination)
        {
            kernels.Pad(tail.PadMode, tail.PadValue, y, destination, pad);
        }
    }

    /// <inheritdoc cref="IKernels.NormalizeTo"/>
    public static void NormalizeTo(
        IKernels kernels, DeviceSpan x, DeviceSpan mean, DeviceSpan variance, DeviceSpan? weight, DeviceSpan? bias, DeviceSpan? addend,
        DeviceSpan y, in NormBranch? branch, in NormGeometry g, float epsilon, in NormTail tail)
    {
        if (addend == y)
        {
            kernels.Normalize(x, mean, variance, weight, bias, x, g, epsilon);
            kernels.AddScaled(1, x, y);
        }
        else
        {
            kernels.Normalize(x, mean, variance, weight, bias, y, g, epsilon);
            if (addend is { } other)
            {
                kernels.AddScaled(1, other, y);
            }
        }

        if (branch is { } another)
        {
            kernels.Unary(another.Activation, another.Slope, 0, y, another.Y);
        }

        if (tail.Activation is { } activation)
        {
            kernels.Unary(activation, tail.Slope, 0, y, y);
        }
    }

    /// <inheritdoc cref="IKernels.NormToGradient"/>
    public static void NormToGradient(
        IKernels kernels, DeviceSpan x, DeviceSpan mean, DeviceSpan variance, DeviceSpan? weight, DeviceSpan? bias, DeviceSpan dy,
        DeviceSpan? sum, DeviceSpan? dz,
        DeviceSpan dx, DeviceSpan? dweight, DeviceSpan? dbias, in NormGradientBranch? branch, in NormGeometry g, float epsilon,
        in NormTail tail)
    {
        var behind = dy;
        if (tail.Pad is { } pad)
        {
            kernels.PadGradient(tail.PadMode, dy, dz!.Value, pad);
            behind = dz.Value;
        }

        if (tail.Dropout is { } dropout)
        {
            kernels.Dropout(dropout.Key, dropout.P, behind, dz!.Value);
            behind = dz.Value;
        }

        if (tail.Activation is { } activation)
        {
            // Where the output is computed again nobody else may need the memory: dx is dy perhaps.
            var output = behind == dy ? dz!.Value : dx;
            kernels.Normalize(x, mean, variance, weight, bias, output, g, epsilon);
            kernels.Unary(activation, tail.Slope, 0, output, output);
            kernels.UnaryGradient(activation, tail.Slope, 0, output, behind, dz!.Value);
            behind = dz.Value;
        }

        if (branch is { } other)
        {
            kernels.Normalize(x, mean, variance, weight, bias, dx, g, epsilon);
            kernels.Unary(other.Activation, other.Slope, 0, dx, dx);
            kernels.UnaryGradient(other.Activation, other.Slope, 0, dx, other.Dy, dx);
            kernels.AddScaled(1, dx, behind);
        }

        if (sum is { } all)
        {
            kernels.AddScaled(1, behind, all);
            behind = all;
        }

        kernels.NormalizeGradient(x, mean, variance, weight, behind, dx, dweight, dbias, g, epsilon);
    }

    /// <inheritdoc cref="IKernels.Conv2dWeightGradientToAdam"/>
    public static void Conv2dWeightGradientToAdam(
        IKernels kernels, DeviceSpan x, DeviceSpan dy, in AdamSlot slot, in ConvGeometry g, in AdamSettings settings)
    {
        kernels.Conv2dWeightGradient(x, dy, slot.Gradient, g);
        kernels.Adam([slot], settings);
    }

    /// <inheritdoc cref="IKernels.Conv2dWeightAndBiasGradient"/>
    public static void Conv2dWeightAndBiasGradient(
        IKernels kernels, DeviceSpan x, DeviceSpan dy, DeviceSpan dw, DeviceSpan db, in ConvGeometry g)
    {
        kernels.Conv2dWeightGradient(x, dy, dw, g);
        kernels.Reduce(Reduction.Sum, dy, new Shape(g.N, g.K, g.OutH, g.OutW), db, new Shape(1, g.K, 1, 1));
    }
}
