// Written by tools/type-tables: change it there.
namespace ILGPU.Runtime.Cuda;

/// <content>Text whose first argument may be a result; 1 to 10 arguments.</content>
public static partial class CudaAsm
{
    /// <summary>Text that reads its arguments.</summary>
    public static void Emit<T0>(
        string asm, T0 arg0)
        where T0 : struct =>
        KernelOnly.Call();

    /// <summary>Text that writes its first argument and reads the others.</summary>
    public static void Emit<T0>(
        string asm, out T0 arg0)
        where T0 : struct =>
        arg0 = KernelOnly.Value<T0>();

    /// <summary>Text that reads its arguments.</summary>
    public static void Emit<T0, T1>(
        string asm, T0 arg0, T1 arg1)
        where T0 : struct where T1 : struct =>
        KernelOnly.Call();

    /// <summary>Text that writes its first argument and reads the others.</summary>
    public static void Emit<T0, T1>(
        string asm, out T0 arg0, T1 arg1)
        where T0 : struct where T1 : struct =>
        arg0 = KernelOnly.Value<T0>();

    /// <summary>Text that reads its arguments.</summary>
    public static void Emit<T0, T1, T2>(
        string asm, T0 arg0, T1 arg1, T2 arg2)
        where T0 : struct where T1 : struct where T2 : struct =>
        KernelOnly.Call();

    /// <summary>Text that writes its first argument and reads the others.</summary>
    public static void Emit<T0, T1, T2>(
        string asm, out T0 arg0, T1 arg1, T2 arg2)
        where T0 : struct where T1 : struct where T2 : struct =>
        arg0 = KernelOnly.Value<T0>();

    /// <summary>Text that reads its arguments.</summary>
    public static void Emit<T0, T1, T2, T3>(
        string asm, T0 arg0, T1 arg1, T2 arg2, T3 arg3)
        where T0 : struct where T1 : struct where T2 : struct where T3 : struct =>
        KernelOnly.Call();

    /// <summary>Text that writes its first argument and reads the others.</summary>
    public static void Emit<T0, T1, T2, T3>(
        string asm, out T0 arg0, T1 arg1, T2 arg2, T3 arg3)
        where T0 : struct where T1 : struct where T2 : struct where T3 : struct =>
        arg0 = KernelOnly.Value<T0>();

    /// <summary>Text that reads its arguments.</summary>
    public static void Emit<T0, T1, T2, T3, T4>(
        string asm, T0 arg0, T1 arg1, T2 arg2, T3 arg3, T4 arg4)
        where T0 : struct where T1 : struct where T2 : struct where T3 : struct where T4 : struct =>
        KernelOnly.Call();

    /// <summary>Text that writes its first argument and reads the others.</summary>
    public static void Emit<T0, T1, T2, T3, T4>(
        string asm, out T0 arg0, T1 arg1, T2 arg2, T3 arg3, T4 arg4)
        where T0 : struct where T1 : struct where T2 : struct where T3 : struct where T4 : struct =>
        arg0 = KernelOnly.Value<T0>();

    /// <summary>Text that reads its arguments.</summary>
    public static void Emit<T0, T1, T2, T3, T4, T5>(
        string asm, T0 arg0, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5)
        where T0 : struct where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct =>
        KernelOnly.Call();

    /// <summary>Text that writes its first argument and reads the others.</summary>
    public static void Emit<T0, T1, T2, T3, T4, T5>(
        string asm, out T0 arg0, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5)
        where T0 : struct where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct =>
        arg0 = KernelOnly.Value<T0>();

    /// <summary>Text that reads its arguments.</summary>
    public static void Emit<T0, T1, T2, T3, T4, T5, T6>(
        string asm, T0 arg0, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6)
        where T0 : struct where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct =>
        KernelOnly.Call();

    /// <summary>Text that writes its first argument and reads the others.</summary>
    public static void Emit<T0, T1, T2, T3, T4, T5, T6>(
        string asm, out T0 arg0, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6)
        where T0 : struct where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct =>
        arg0 = KernelOnly.Value<T0>();

    /// <summary>Text that reads its arguments.</summary>
    public static void Emit<T0, T1, T2, T3, T4, T5, T6, T7>(
        string asm, T0 arg0, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6, T7 arg7)
        where T0 : struct where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
        where T7 : struct =>
        KernelOnly.Call();

    /// <summary>Text that writes its first argument and reads the others.</summary>
    public static void Emit<T0, T1, T2, T3, T4, T5, T6, T7>(
        string asm, out T0 arg0, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6, T7 arg7)
        where T0 : struct where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
        where T7 : struct =>
        arg0 = KernelOnly.Value<T0>();

    /// <summary>Text that reads its arguments.</summary>
    public static void Emit<T0, T1, T2, T3, T4, T5, T6, T7, T8>(
        string asm, T0 arg0, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6, T7 arg7, T8 arg8)
        where T0 : struct where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
        where T7 : struct where T8 : struct =>
        KernelOnly.Call();

    /// <summary>Text that writes its first argument and reads the others.</summary>
    public static void Emit<T0, T1, T2, T3, T4, T5, T6, T7, T8>(
        string asm, out T0 arg0, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6, T7 arg7, T8 arg8)
        where T0 : struct where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
        where T7 : struct where T8 : struct =>
        arg0 = KernelOnly.Value<T0>();

    /// <summary>Text that reads its arguments.</summary>
    public static void Emit<T0, T1, T2, T3, T4, T5, T6, T7, T8, T9>(
        string asm, T0 arg0, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6, T7 arg7, T8 arg8, T9 arg9)
        where T0 : struct where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
        where T7 : struct where T8 : struct where T9 : struct =>
        KernelOnly.Call();

    /// <summary>Text that writes its first argument and reads the others.</summary>
    public static void Emit<T0, T1, T2, T3, T4, T5, T6, T7, T8, T9>(
        string asm, out T0 arg0, T1 arg1, T2 arg2, T3 arg3, T4 arg4, T5 arg5, T6 arg6, T7 arg7, T8 arg8, T9 arg9)
        where T0 : struct where T1 : struct where T2 : struct where T3 : struct where T4 : struct where T5 : struct where T6 : struct
        where T7 : struct where T8 : struct where T9 : struct =>
        arg0 = KernelOnly.Value<T0>();
}
