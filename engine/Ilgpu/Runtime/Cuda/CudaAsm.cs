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

    public static void Emit<T0>(string asm, T0 arg0)
        where T0 : struct => KernelOnly.Call();

    public static void Emit<T0>(string asm, out T0 arg0)
        where T0 : struct => arg0 = KernelOnly.Value<T0>();

    public static void Emit<T0, T1>(string asm, T0 arg0, T1 arg1)
        where T0 : struct where T1 : struct => KernelOnly.Call();

    public static void Emit<T0, T1>(string asm, out T0 arg0, T1 arg1)
        where T0 : struct where T1 : struct => arg0 = KernelOnly.Value<T0>();

    public static void Emit<T0, T1, T2>(string asm, T0 arg0, T1 arg1, T2 arg2)
        where T0 : struct where T1 : struct where T2 : struct => KernelOnly.Call();

    public static void Emit<T0, T1, T2>(string asm, out T0 arg0, T1 arg1, T2 arg2)
        where T0 : struct where T1 : struct where T2 : struct => arg0 = KernelOnly.Value<T0>();

    public static void Emit<T0, T1, T2, T3>(string asm, T0 arg0, T1 arg1, T2 arg2, T3 arg3)
        where T0 : struct where T1 : struct where T2 : struct where T3 : struct => KernelOnly.Call();

    public static void Emit<T0, T1, T2, T3>(string asm, out T0 arg0, T1 arg1, T2 arg2, T3 arg3)
        where T0 : struct where T1 : struct where T2 : struct where T3 : struct => arg0 = KernelOnly.Value<T0>();

    public static void Emit<T0, T1, T2, T3, T4>(string asm, T0 arg0, T1 arg1, T2 arg2, T3 arg3, T4 arg4)
        where T0 : struct where T1 : struct where T2 : struct where T3 : struct where T4 : struct => KernelOnly.Call();

    public static void Emit<T0, T1, T2, T3, T4>(string asm, out T0 arg0, T1 arg1, T2 arg2, T3 arg3, T4 arg4)
        where T0 : struct where T1 : struct where T2 : struct where T3 : struct where T4 : struct => arg0 = KernelOnly.Value<T0>();

    public static void Emit<T0, T1, T2, T3, T4, T5>(string asm, T0 arg0, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5)
        where T0 : struct where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct => KernelOnly.Call();

    public static void Emit<T0, T1, T2, T3, T4, T5>(string asm, out T0 arg0, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5)
        where T0 : struct
            where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct => arg0 = KernelOnly.Value<T0>();

    public static void Emit<T0, T1, T2, T3, T4, T5, T6>(string asm, T0 arg0, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6)
        where T0 : struct where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct => KernelOnly.Call();

    public static void Emit<T0, T1, T2, T3, T4, T5, T6>(string asm, out T0 arg0, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6)
        where T0 : struct where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct => arg0 = KernelOnly.Value<T0>();

    public static void Emit<T0, T1, T2, T3, T4, T5, T6, T7>(
        string asm, T0 arg0, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6, T7 arg7)
        where T0 : struct where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct => KernelOnly.Call();

    public static void Emit<T0, T1, T2, T3, T4, T5, T6, T7>(
        string asm, out T0 arg0, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6, T7 arg7)
        where T0 : struct where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct => arg0 = KernelOnly.Value<T0>();

    public static void Emit<T0, T1, T2, T3, T4, T5, T6, T7, T8>(
        string asm, T0 arg0, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6, T7 arg7, T8 arg8)
        where T0 : struct where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct => KernelOnly.Call();

    public static void Emit<T0, T1, T2, T3, T4, T5, T6, T7, T8>(
        string asm, out T0 arg0, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6, T7 arg7, T8 arg8)
        where T0 : struct where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct => arg0 = KernelOnly.Value<T0>();

    public static void Emit<T0, T1, T2, T3, T4, T5, T6, T7, T8, T9>(
        string asm, T0 arg0, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6, T7 arg7, T8 arg8, T9 arg9)
        where T0 : struct where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct => KernelOnly.Call();

    public static void Emit<T0, T1, T2, T3, T4, T5, T6, T7, T8, T9>(
        string asm, out T0 arg0, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6, T7 arg7, T8 arg8, T9 arg9)
        where T0 : struct where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct
        where T6 : struct where T7 : struct where T8 : struct where T9 : struct => arg0 = KernelOnly.Value<T0>();
}
