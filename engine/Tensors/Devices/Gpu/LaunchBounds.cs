using System.Reflection;
using ILGPU.Runtime;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.Tensors.Devices.Gpu;

/// <summary>
/// What kernels ask of the driver's assembler: registers for no larger groups than launches have, and for as many groups at once as the
/// kernel needs to hide its waiting. It is written into the PTX (<c>.maxntid</c>, <c>.minnctapersm</c>); other back ends check the group's
/// size and do without.
/// </summary>
internal static class LaunchBounds
{
    private static readonly Dictionary<MethodInfo, KernelSpecialization> s_products =
        ProductKernels.All.DistinctBy(kernel => kernel.Kernel.Method).ToDictionary(kernel => kernel.Kernel.Method, kernel => kernel.Bounds);

    /// <summary>Empty for kernels whose groups are of any size.</summary>
    /// <param name="copiesPastRegisters">
    /// whether global memory is copied to shared memory past the registers (sm_80 and later). Elsewhere the next tile waits in them, room
    /// for two groups would cost up to 300 bytes of memory a thread, and nobody asks for it.
    /// </param>
    public static KernelSpecialization Of(MethodInfo kernel, bool copiesPastRegisters)
    {
        var bounds = s_products.GetValueOrDefault(kernel);
        return copiesPastRegisters ? bounds : new KernelSpecialization(bounds.MaxNumThreadsPerGroup, null);
    }
}
