#if !USE_ILGPU_PACKAGES
using ILGPU.Runtime.Cuda;
#endif

namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// Copies from global to shared memory that run beside the arithmetic (sm_80 and later), where the compiler has them: the official ILGPU
/// packages do not, and kernels take their other path there.
/// </summary>
internal static class CudaAsyncCopy
{
#if USE_ILGPU_PACKAGES
    public static bool IsSupported => false;

    public static void Start(ref float shared, ref float global) => shared = global;

    public static void Commit()
    {
    }

    public static void WaitForAll()
    {
    }
#else
    /// <summary>A constant in kernels.</summary>
    public static bool IsSupported => AsyncCopy.IsSupported;

    public static void Start(ref float shared, ref float global) => AsyncCopy.Copy4(ref shared, ref global);

    public static void Commit() => AsyncCopy.Commit();

    public static void WaitForAll() => AsyncCopy.Wait(0);
#endif
}
