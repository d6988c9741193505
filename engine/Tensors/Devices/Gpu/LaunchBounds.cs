using System.Reflection;
using ILGPU.Runtime;
using IlgpuGan.Tensors.Devices.Gpu.ChannelsLast;
using IlgpuGan.Tensors.Devices.Gpu.Convolution;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.Tensors.Devices.Gpu;

/// <summary>
/// Launch bounds for the driver's assembler: the largest group, and how many groups must be resident to hide latency. They limit the
/// registers of a thread and are written into the PTX (<c>.maxntid</c>, <c>.minnctapersm</c>); other back ends only check the group size.
/// </summary>
internal static class LaunchBounds
{
    private static readonly Dictionary<MethodInfo, KernelSpecialization> s_products =
        ProductKernels.All.DistinctBy(kernel => kernel.Kernel.Method).ToDictionary(kernel => kernel.Kernel.Method, kernel => kernel.Bounds);

    /// <summary>Without a bound their groups would need more registers than a multiprocessor has.</summary>
    private static readonly HashSet<Type> s_fewPixels =
        [typeof(FewPixelsKernel), typeof(FewPixelsInputGradientKernel), typeof(FewPixelsWeightGradientKernel)];

    /// <summary>The bounds of a product, channels-last or few-pixels kernel; empty for other kernels.</summary>
    /// <param name="copiesPastRegisters">
    /// whether global memory is copied to shared memory asynchronously (sm_80 and later). Elsewhere the next tile waits in registers, and
    /// room for two resident groups would spill up to 300 bytes a thread, so it is not requested.
    /// </param>
    public static KernelSpecialization Of(MethodInfo kernel, bool copiesPastRegisters)
    {
        if (s_fewPixels.Contains(kernel.DeclaringType!))
        {
            return new KernelSpecialization(FewPixels.Threads, null);
        }

        if (kernel.DeclaringType == typeof(TurnsKernel) || kernel.DeclaringType == typeof(GradientKernel))
        {
            return new KernelSpecialization(TurnsTile.Threads, copiesPastRegisters ? TurnsTile.Groups : null);
        }

        var bounds = s_products.GetValueOrDefault(kernel);
        return copiesPastRegisters ? bounds : new KernelSpecialization(bounds.MaxNumThreadsPerGroup, null);
    }
}
