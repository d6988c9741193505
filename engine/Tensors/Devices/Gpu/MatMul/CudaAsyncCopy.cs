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

    public static void Start(ref float shared, ref float global, int bytes) => shared = bytes > 0 ? global : 0;

    public static void Commit()
    {
    }

    public static void WaitForAll()
    {
    }

    public static void WaitForAllButOne()
    {
    }
#else
    /// <summary>A constant in kernels.</summary>
    public static bool IsSupported => AsyncCopy.IsSupported;

    /// <summary>
    /// Starts copying an element, 4 bytes, or a zero, 0 bytes: without a branch, which a warp at the edge of an image would take both ways.
    /// </summary>
    public static void Start(ref float shared, ref float global, int bytes) => AsyncCopy.Copy4(ref shared, ref global, bytes);

    public static void Commit() => AsyncCopy.Commit();

    public static void WaitForAll() => AsyncCopy.Wait(0);

    /// <summary>Waits for all groups of copies but the latest.</summary>
    public static void WaitForAllButOne() => AsyncCopy.Wait(1);
#endif
}
