using ILGPU;
using IlgpuGan.Tensors.Devices.Cpu;

namespace IlgpuGan.Tensors.Devices.Gpu.Measuring;

/// <summary>
/// A device's measured roofline: the peak of independent multiply-adds, and the bandwidth of copies larger than any cache.
/// </summary>
internal static class GpuRoofline
{
    /// <summary>Floats copied on GPUs: several times the largest caches.</summary>
    private const int CopiedFloats = 64 << 20;

    /// <summary>Floats copied on processors behind OpenCL.</summary>
    private const int FewCopiedFloats = 8 << 20;

    /// <summary>Floats copied where each thread of a kernel is one of the processor.</summary>
    private const int VeryFewCopiedFloats = 1 << 14;

    private const int Turns = 512;

    private const int GroupsPerMultiprocessor = 16;

    /// <summary>Measures a device, in about a second.</summary>
    public static Roofline Measure(GpuDevice device)
    {
        var isProcessor = MatMul.ProductDevice.Of(device.Queue.Accelerator).IsProcessor;
        return device.IsForDebugging
            ? new Roofline(Arithmetic(device, groups: 1, turns: 1), Traffic(device, VeryFewCopiedFloats))
            : new Roofline(
                Arithmetic(device, GroupsPerMultiprocessor * Math.Max(device.Queue.Accelerator.NumMultiprocessors, 1), Turns),
                Traffic(device, isProcessor ? FewCopiedFloats : CopiedFloats));
    }

    private static double Arithmetic(GpuDevice device, int groups, int turns)
    {
        var queue = device.Queue;
        var config = new KernelConfig(groups, queue.GroupSize);
        using var results = new PooledScratch(device.Pool, config.Size);
        var view = results.View;
        var times = LaunchTimer.Measure(device.Synchronize, () => queue.Launch(PeakKernels.FusedMultiplyAdd, config, view, 0.5f, turns));
        return 2.0 * PeakKernels.Chains * PeakKernels.Unrolled * turns * config.Size / times.Min;
    }

    private static double Traffic(GpuDevice device, int floats)
    {
        using var from = Tensor.Zeros(new Shape(floats), device);
        using var to = Tensor.Zeros(new Shape(floats), device);
        var times = LaunchTimer.Measure(device.Synchronize, () => device.Kernels.Run(new CopyCall(from.Span, to.Span)));
        return 2.0 * sizeof(float) * floats / times.Min;
    }
}
