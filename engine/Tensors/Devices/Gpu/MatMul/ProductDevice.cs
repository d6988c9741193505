using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.OpenCL;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>What the choice of a variant asks of a device.</summary>
/// <param name="Kind">how kernels reach it</param>
/// <param name="IsProcessor">its "shared memory" is memory, its group one core: PoCL, and ILGPU's own</param>
/// <param name="Multiprocessors">groups that certainly run beside each other</param>
/// <param name="MaxThreads">of a group</param>
/// <param name="HasTensorCores">whether precisions other than float32 can be had</param>
/// <param name="SharedBytes">shared memory of a group: 32 KB on the least of OpenCL's devices, 48 KB with CUDA</param>
internal sealed record ProductDevice(
    AcceleratorType Kind, bool IsProcessor, int Multiprocessors, int MaxThreads, bool HasTensorCores, int SharedBytes = 48 * 1024)
{
    private const int FirstMajorWithTensorCores = 8;

    /// <summary>What grids may be at most in Y and Z on every device.</summary>
    public const int MaxGridYZ = 65535;

    /// <summary>Whether the last group of a launch can go on with what others left (<see cref="Arrivals"/>).</summary>
    public bool CountsGroups => Kind == AcceleratorType.Cuda;

    /// <summary>Whether sums go with a product's launch where they can (<see cref="RowSums"/>).</summary>
    public bool FusesRowSums => CountsGroups;

    /// <summary>Whether a variant can compute a product of a shape.</summary>
    public bool Accepts(in ProductShape shape, ProductVariant variant, ProductPrecision precision)
    {
        if (shape.IsPacked && variant.Rung != ProductRung.TensorCore)
        {
            return false;
        }

        if (variant.Rung == ProductRung.Naive)
        {
            return true;
        }

        return shape.Depth > 0
            && ProductKernels.Find(variant, shape, precision) is { } kernel
            && kernel.Tile.Threads <= MaxThreads
            && kernel.SharedBytes <= SharedBytes
            && (shape.Rows + kernel.Tile.Rows - 1) / kernel.Tile.Rows <= MaxGridYZ
            && (long)shape.Planes * variant.Splits <= MaxGridYZ
            && (variant.Rung is < ProductRung.DoubleBuffered or ProductRung.TensorCore || shape.HasFewTaps)
            && (variant.Rung != ProductRung.TensorCore || HasTensorCores);
    }

    public static ProductDevice Of(Accelerator accelerator) => new(
        accelerator.AcceleratorType,
        accelerator is CPUAccelerator || (accelerator.Device is CLDevice cl && cl.DeviceType.HasFlag(CLDeviceType.CL_DEVICE_TYPE_CPU)),
        Math.Max(accelerator.NumMultiprocessors, 1),
        accelerator.MaxNumThreadsPerGroup,
        IsSm80OrLater(accelerator),
        accelerator.MaxSharedMemoryPerGroup);

    /// <summary>Whether it is CUDA of sm_80 or later: tensor cores for these kernels, and asynchronous copies.</summary>
    public static bool IsSm80OrLater(Accelerator accelerator) =>
        accelerator is ILGPU.Runtime.Cuda.CudaAccelerator { Architecture.Major: >= FirstMajorWithTensorCores };
}
