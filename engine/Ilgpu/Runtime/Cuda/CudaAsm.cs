namespace ILGPU.Runtime.Cuda;

/// <summary>
/// PTX written into kernels. <c>%0</c>, <c>%1</c>, … stand for the arguments in order, <c>%%</c> for a percent sign; the text must be a
/// constant, and each argument a primitive, which becomes a register. Only CUDA kernels have it: guard with <see cref="IsSupported"/>.
/// </summary>
public static partial class CudaAsm
{
    /// <summary>In kernels, a constant: whether the kernel is compiled for CUDA. On the host, false.</summary>
    public static bool IsSupported => false;

    public static void Emit(string asm) => KernelOnly.Call();
}
