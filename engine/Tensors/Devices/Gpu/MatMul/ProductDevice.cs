using ILGPU.Runtime;
using ILGPU.Runtime.CPU;
using ILGPU.Runtime.OpenCL;

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>The properties of a device that the choice of a variant depends on.</summary>
/// <param name="Kind">CUDA, OpenCL or ILGPU's CPU accelerator</param>
/// <param name="IsProcessor">
/// whether it is a CPU (PoCL, or ILGPU's CPU accelerator): shared memory is ordinary memory, and a group runs on one core
/// </param>
/// <param name="Multiprocessors">number of multiprocessors</param>
/// <param name="MaxThreads">largest group</param>
/// <param name="HasTensorCores">whether TF32 and bfloat16 are supported</param>
/// <param name="SharedBytes">shared memory of a group: at least 32 KB with OpenCL, 48 KB with CUDA</param>
internal sealed record ProductDevice(
    AcceleratorType Kind, bool IsProcessor, int Multiprocessors, int MaxThreads, bool HasTensorCores, int SharedBytes = 48 * 1024)
{
    private const int FirstMajorWithTensorCores = 8;

    /// <summary>The largest grid dimension in Y and Z that every device supports.</summary>
    public const int MaxGridYZ = 65535;

    /// <summary>Whether the last group of a launch can process the others' results (<see cref="ArrivalCounters"/>).</summary>
    public bool CountsGroups => Kind == AcceleratorType.Cuda;

    /// <summary>Whether row sums are computed in a product's launch (<see cref="RowSums"/>).</summary>
    public bool FusesRowSums => CountsGroups;

    /// <summary>Whether a variant can compute a product of a shape.</summary>
    public bool Accepts(in ProductShape shape, ProductVariant variant, ProductPrecision precision)
    {
        if (shape.IsPacked && variant.Rung < ProductRung.TensorCore)
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
            && (variant.Rung is < ProductRung.DoubleBuffered or >= ProductRung.TensorCore || shape.HasFewTaps)
            && (variant.Rung < ProductRung.TensorCore || HasTensorCores);
    }

    public static ProductDevice Of(Accelerator accelerator) => new(
        accelerator.AcceleratorType,
        accelerator is CPUAccelerator || (accelerator.Device is CLDevice cl && cl.DeviceType.HasFlag(CLDeviceType.CL_DEVICE_TYPE_CPU)),
        Math.Max(accelerator.NumMultiprocessors, 1),
        accelerator.MaxNumThreadsPerGroup,
        IsSm80OrLater(accelerator),
        accelerator.MaxSharedMemoryPerGroup);

    /// <summary>Whether an accelerator is CUDA on sm_80 or later, with tensor cores for these kernels and asynchronous copies.</summary>
    public static bool IsSm80OrLater(Accelerator accelerator) =>
        accelerator is ILGPU.Runtime.Cuda.CudaAccelerator { Architecture.Major: >= FirstMajorWithTensorCores };
}
