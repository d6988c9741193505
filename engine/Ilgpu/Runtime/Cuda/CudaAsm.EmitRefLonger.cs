namespace ILGPU.Runtime.Cuda;

/// <content>Text whose arguments are <see cref="Input{T}"/>, <see cref="Output{T}"/> and <see cref="Ref{T}"/>, 25 to 34 of them.</content>
public static partial class CudaAsm
{
    public static void EmitRef<
        T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T20, T21, T22, T23, T24>(
        string asm,
        ref T0 arg0, ref T1 arg1, ref T2 arg2, ref T3 arg3, ref T4 arg4, ref T5 arg5, ref T6 arg6, ref T7 arg7, ref T8 arg8,
        ref T9 arg9, ref T10 arg10, ref T11 arg11, ref T12 arg12, ref T13 arg13, ref T14 arg14, ref T15 arg15, ref T16 arg16,
        ref T17 arg17, ref T18 arg18, ref T19 arg19, ref T20 arg20, ref T21 arg21, ref T22 arg22, ref T23 arg23, ref T24 arg24)
        where T0 : struct, ICudaAsmEmitParameter where T1 : struct, ICudaAsmEmitParameter where T2 : struct, ICudaAsmEmitParameter
        where T3 : struct, ICudaAsmEmitParameter where T4 : struct, ICudaAsmEmitParameter where T5 : struct, ICudaAsmEmitParameter
        where T6 : struct, ICudaAsmEmitParameter where T7 : struct, ICudaAsmEmitParameter where T8 : struct, ICudaAsmEmitParameter
        where T9 : struct, ICudaAsmEmitParameter where T10 : struct, ICudaAsmEmitParameter
        where T11 : struct, ICudaAsmEmitParameter where T12 : struct, ICudaAsmEmitParameter
        where T13 : struct, ICudaAsmEmitParameter where T14 : struct, ICudaAsmEmitParameter
        where T15 : struct, ICudaAsmEmitParameter where T16 : struct, ICudaAsmEmitParameter
        where T17 : struct, ICudaAsmEmitParameter where T18 : struct, ICudaAsmEmitParameter
        where T19 : struct, ICudaAsmEmitParameter where T20 : struct, ICudaAsmEmitParameter
        where T21 : struct, ICudaAsmEmitParameter where T22 : struct, ICudaAsmEmitParameter
        where T23 : struct, ICudaAsmEmitParameter where T24 : struct, ICudaAsmEmitParameter =>
        KernelOnly.Call();

    public static void EmitRef<
        T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T20, T21, T22, T23, T24, T25>(
        string asm,
        ref T0 arg0, ref T1 arg1, ref T2 arg2, ref T3 arg3, ref T4 arg4, ref T5 arg5, ref T6 arg6, ref T7 arg7, ref T8 arg8,
        ref T9 arg9, ref T10 arg10, ref T11 arg11, ref T12 arg12, ref T13 arg13, ref T14 arg14, ref T15 arg15, ref T16 arg16,
        ref T17 arg17, ref T18 arg18, ref T19 arg19, ref T20 arg20, ref T21 arg21, ref T22 arg22, ref T23 arg23, ref T24 arg24,
        ref T25 arg25)
        where T0 : struct, ICudaAsmEmitParameter where T1 : struct, ICudaAsmEmitParameter where T2 : struct, ICudaAsmEmitParameter
        where T3 : struct, ICudaAsmEmitParameter where T4 : struct, ICudaAsmEmitParameter where T5 : struct, ICudaAsmEmitParameter
        where T6 : struct, ICudaAsmEmitParameter where T7 : struct, ICudaAsmEmitParameter where T8 : struct, ICudaAsmEmitParameter
        where T9 : struct, ICudaAsmEmitParameter where T10 : struct, ICudaAsmEmitParameter
        where T11 : struct, ICudaAsmEmitParameter where T12 : struct, ICudaAsmEmitParameter
        where T13 : struct, ICudaAsmEmitParameter where T14 : struct, ICudaAsmEmitParameter
        where T15 : struct, ICudaAsmEmitParameter where T16 : struct, ICudaAsmEmitParameter
        where T17 : struct, ICudaAsmEmitParameter where T18 : struct, ICudaAsmEmitParameter
        where T19 : struct, ICudaAsmEmitParameter where T20 : struct, ICudaAsmEmitParameter
        where T21 : struct, ICudaAsmEmitParameter where T22 : struct, ICudaAsmEmitParameter
        where T23 : struct, ICudaAsmEmitParameter where T24 : struct, ICudaAsmEmitParameter
        where T25 : struct, ICudaAsmEmitParameter =>
        KernelOnly.Call();

    public static void EmitRef<
        T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T20, T21, T22, T23, T24, T25, T26>(
        string asm,
        ref T0 arg0, ref T1 arg1, ref T2 arg2, ref T3 arg3, ref T4 arg4, ref T5 arg5, ref T6 arg6, ref T7 arg7, ref T8 arg8,
        ref T9 arg9, ref T10 arg10, ref T11 arg11, ref T12 arg12, ref T13 arg13, ref T14 arg14, ref T15 arg15, ref T16 arg16,
        ref T17 arg17, ref T18 arg18, ref T19 arg19, ref T20 arg20, ref T21 arg21, ref T22 arg22, ref T23 arg23, ref T24 arg24,
        ref T25 arg25, ref T26 arg26)
        where T0 : struct, ICudaAsmEmitParameter where T1 : struct, ICudaAsmEmitParameter where T2 : struct, ICudaAsmEmitParameter
        where T3 : struct, ICudaAsmEmitParameter where T4 : struct, ICudaAsmEmitParameter where T5 : struct, ICudaAsmEmitParameter
        where T6 : struct, ICudaAsmEmitParameter where T7 : struct, ICudaAsmEmitParameter where T8 : struct, ICudaAsmEmitParameter
        where T9 : struct, ICudaAsmEmitParameter where T10 : struct, ICudaAsmEmitParameter
        where T11 : struct, ICudaAsmEmitParameter where T12 : struct, ICudaAsmEmitParameter
        where T13 : struct, ICudaAsmEmitParameter where T14 : struct, ICudaAsmEmitParameter
        where T15 : struct, ICudaAsmEmitParameter where T16 : struct, ICudaAsmEmitParameter
        where T17 : struct, ICudaAsmEmitParameter where T18 : struct, ICudaAsmEmitParameter
        where T19 : struct, ICudaAsmEmitParameter where T20 : struct, ICudaAsmEmitParameter
        where T21 : struct, ICudaAsmEmitParameter where T22 : struct, ICudaAsmEmitParameter
        where T23 : struct, ICudaAsmEmitParameter where T24 : struct, ICudaAsmEmitParameter
        where T25 : struct, ICudaAsmEmitParameter where T26 : struct, ICudaAsmEmitParameter =>
        KernelOnly.Call();

    public static void EmitRef<
        T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T20, T21, T22, T23, T24, T25,
        T26, T27>(
        string asm,
        ref T0 arg0, ref T1 arg1, ref T2 arg2, ref T3 arg3, ref T4 arg4, ref T5 arg5, ref T6 arg6, ref T7 arg7, ref T8 arg8,
        ref T9 arg9, ref T10 arg10, ref T11 arg11, ref T12 arg12, ref T13 arg13, ref T14 arg14, ref T15 arg15, ref T16 arg16,
        ref T17 arg17, ref T18 arg18, ref T19 arg19, ref T20 arg20, ref T21 arg21, ref T22 arg22, ref T23 arg23, ref T24 arg24,
        ref T25 arg25, ref T26 arg26, ref T27 arg27)
        where T0 : struct, ICudaAsmEmitParameter where T1 : struct, ICudaAsmEmitParameter where T2 : struct, ICudaAsmEmitParameter
        where T3 : struct, ICudaAsmEmitParameter where T4 : struct, ICudaAsmEmitParameter where T5 : struct, ICudaAsmEmitParameter
        where T6 : struct, ICudaAsmEmitParameter where T7 : struct, ICudaAsmEmitParameter where T8 : struct, ICudaAsmEmitParameter
        where T9 : struct, ICudaAsmEmitParameter where T10 : struct, ICudaAsmEmitParameter
        where T11 : struct, ICudaAsmEmitParameter where T12 : struct, ICudaAsmEmitParameter
        where T13 : struct, ICudaAsmEmitParameter where T14 : struct, ICudaAsmEmitParameter
        where T15 : struct, ICudaAsmEmitParameter where T16 : struct, ICudaAsmEmitParameter
        where T17 : struct, ICudaAsmEmitParameter where T18 : struct, ICudaAsmEmitParameter
        where T19 : struct, ICudaAsmEmitParameter where T20 : struct, ICudaAsmEmitParameter
        where T21 : struct, ICudaAsmEmitParameter where T22 : struct, ICudaAsmEmitParameter
        where T23 : struct, ICudaAsmEmitParameter where T24 : struct, ICudaAsmEmitParameter
        where T25 : struct, ICudaAsmEmitParameter where T26 : struct, ICudaAsmEmitParameter
        where T27 : struct, ICudaAsmEmitParameter =>
        KernelOnly.Call();

    public static void EmitRef<
        T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T20, T21, T22, T23, T24, T25,
        T26, T27, T28>(
        string asm,
        ref T0 arg0, ref T1 arg1, ref T2 arg2, ref T3 arg3, ref T4 arg4, ref T5 arg5, ref T6 arg6, ref T7 arg7, ref T8 arg8,
        ref T9 arg9, ref T10 arg10, ref T11 arg11, ref T12 arg12, ref T13 arg13, ref T14 arg14, ref T15 arg15, ref T16 arg16,
        ref T17 arg17, ref T18 arg18, ref T19 arg19, ref T20 arg20, ref T21 arg21, ref T22 arg22, ref T23 arg23, ref T24 arg24,
        ref T25 arg25, ref T26 arg26, ref T27 arg27, ref T28 arg28)
        where T0 : struct, ICudaAsmEmitParameter where T1 : struct, ICudaAsmEmitParameter where T2 : struct, ICudaAsmEmitParameter
        where T3 : struct, ICudaAsmEmitParameter where T4 : struct, ICudaAsmEmitParameter where T5 : struct, ICudaAsmEmitParameter
        where T6 : struct, ICudaAsmEmitParameter where T7 : struct, ICudaAsmEmitParameter where T8 : struct, ICudaAsmEmitParameter
        where T9 : struct, ICudaAsmEmitParameter where T10 : struct, ICudaAsmEmitParameter
        where T11 : struct, ICudaAsmEmitParameter where T12 : struct, ICudaAsmEmitParameter
        where T13 : struct, ICudaAsmEmitParameter where T14 : struct, ICudaAsmEmitParameter
        where T15 : struct, ICudaAsmEmitParameter where T16 : struct, ICudaAsmEmitParameter
        where T17 : struct, ICudaAsmEmitParameter where T18 : struct, ICudaAsmEmitParameter
        where T19 : struct, ICudaAsmEmitParameter where T20 : struct, ICudaAsmEmitParameter
        where T21 : struct, ICudaAsmEmitParameter where T22 : struct, ICudaAsmEmitParameter
        where T23 : struct, ICudaAsmEmitParameter where T24 : struct, ICudaAsmEmitParameter
        where T25 : struct, ICudaAsmEmitParameter where T26 : struct, ICudaAsmEmitParameter
        where T27 : struct, ICudaAsmEmitParameter where T28 : struct, ICudaAsmEmitParameter =>
        KernelOnly.Call();

    public static void EmitRef<
        T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T20, T21, T22, T23, T24, T25,
        T26, T27, T28, T29>(
        string asm,
        ref T0 arg0, ref T1 arg1, ref T2 arg2, ref T3 arg3, ref T4 arg4, ref T5 arg5, ref T6 arg6, ref T7 arg7, ref T8 arg8,
        ref T9 arg9, ref T10 arg10, ref T11 arg11, ref T12 arg12, ref T13 arg13, ref T14 arg14, ref T15 arg15, ref T16 arg16,
        ref T17 arg17, ref T18 arg18, ref T19 arg19, ref T20 arg20, ref T21 arg21, ref T22 arg22, ref T23 arg23, ref T24 arg24,
        ref T25 arg25, ref T26 arg26, ref T27 arg27, ref T28 arg28, ref T29 arg29)
        where T0 : struct, ICudaAsmEmitParameter where T1 : struct, ICudaAsmEmitParameter where T2 : struct, ICudaAsmEmitParameter
        where T3 : struct, ICudaAsmEmitParameter where T4 : struct, ICudaAsmEmitParameter where T5 : struct, ICudaAsmEmitParameter
        where T6 : struct, ICudaAsmEmitParameter where T7 : struct, ICudaAsmEmitParameter where T8 : struct, ICudaAsmEmitParameter
        where T9 : struct, ICudaAsmEmitParameter where T10 : struct, ICudaAsmEmitParameter
        where T11 : struct, ICudaAsmEmitParameter where T12 : struct, ICudaAsmEmitParameter
        where T13 : struct, ICudaAsmEmitParameter where T14 : struct, ICudaAsmEmitParameter
        where T15 : struct, ICudaAsmEmitParameter where T16 : struct, ICudaAsmEmitParameter
        where T17 : struct, ICudaAsmEmitParameter where T18 : struct, ICudaAsmEmitParameter
        where T19 : struct, ICudaAsmEmitParameter where T20 : struct, ICudaAsmEmitParameter
        where T21 : struct, ICudaAsmEmitParameter where T22 : struct, ICudaAsmEmitParameter
        where T23 : struct, ICudaAsmEmitParameter where T24 : struct, ICudaAsmEmitParameter
        where T25 : struct, ICudaAsmEmitParameter where T26 : struct, ICudaAsmEmitParameter
        where T27 : struct, ICudaAsmEmitParameter where T28 : struct, ICudaAsmEmitParameter
        where T29 : struct, ICudaAsmEmitParameter =>
        KernelOnly.Call();

    public static void EmitRef<
        T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T20, T21, T22, T23, T24, T25,
        T26, T27, T28, T29, T30>(
        string asm,
        ref T0 arg0, ref T1 arg1, ref T2 arg2, ref T3 arg3, ref T4 arg4, ref T5 arg5, ref T6 arg6, ref T7 arg7, ref T8 arg8,
        ref T9 arg9, ref T10 arg10, ref T11 arg11, ref T12 arg12, ref T13 arg13, ref T14 arg14, ref T15 arg15, ref T16 arg16,
        ref T17 arg17, ref T18 arg18, ref T19 arg19, ref T20 arg20, ref T21 arg21, ref T22 arg22, ref T23 arg23, ref T24 arg24,
        ref T25 arg25, ref T26 arg26, ref T27 arg27, ref T28 arg28, ref T29 arg29, ref T30 arg30)
        where T0 : struct, ICudaAsmEmitParameter where T1 : struct, ICudaAsmEmitParameter where T2 : struct, ICudaAsmEmitParameter
        where T3 : struct, ICudaAsmEmitParameter where T4 : struct, ICudaAsmEmitParameter where T5 : struct, ICudaAsmEmitParameter
        where T6 : struct, ICudaAsmEmitParameter where T7 : struct, ICudaAsmEmitParameter where T8 : struct, ICudaAsmEmitParameter
        where T9 : struct, ICudaAsmEmitParameter where T10 : struct, ICudaAsmEmitParameter
        where T11 : struct, ICudaAsmEmitParameter where T12 : struct, ICudaAsmEmitParameter
        where T13 : struct, ICudaAsmEmitParameter where T14 : struct, ICudaAsmEmitParameter
        where T15 : struct, ICudaAsmEmitParameter where T16 : struct, ICudaAsmEmitParameter
        where T17 : struct, ICudaAsmEmitParameter where T18 : struct, ICudaAsmEmitParameter
        where T19 : struct, ICudaAsmEmitParameter where T20 : struct, ICudaAsmEmitParameter
        where T21 : struct, ICudaAsmEmitParameter where T22 : struct, ICudaAsmEmitParameter
        where T23 : struct, ICudaAsmEmitParameter where T24 : struct, ICudaAsmEmitParameter
        where T25 : struct, ICudaAsmEmitParameter where T26 : struct, ICudaAsmEmitParameter
        where T27 : struct, ICudaAsmEmitParameter where T28 : struct, ICudaAsmEmitParameter
        where T29 : struct, ICudaAsmEmitParameter where T30 : struct, ICudaAsmEmitParameter =>
        KernelOnly.Call();

    public static void EmitRef<
        T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T20, T21, T22, T23, T24, T25,
        T26, T27, T28, T29, T30, T31>(
        string asm,
        ref T0 arg0, ref T1 arg1, ref T2 arg2, ref T3 arg3, ref T4 arg4, ref T5 arg5, ref T6 arg6, ref T7 arg7, ref T8 arg8,
        ref T9 arg9, ref T10 arg10, ref T11 arg11, ref T12 arg12, ref T13 arg13, ref T14 arg14, ref T15 arg15, ref T16 arg16,
        ref T17 arg17, ref T18 arg18, ref T19 arg19, ref T20 arg20, ref T21 arg21, ref T22 arg22, ref T23 arg23, ref T24 arg24,
        ref T25 arg25, ref T26 arg26, ref T27 arg27, ref T28 arg28, ref T29 arg29, ref T30 arg30, ref T31 arg31)
        where T0 : struct, ICudaAsmEmitParameter where T1 : struct, ICudaAsmEmitParameter where T2 : struct, ICudaAsmEmitParameter
        where T3 : struct, ICudaAsmEmitParameter where T4 : struct, ICudaAsmEmitParameter where T5 : struct, ICudaAsmEmitParameter
        where T6 : struct, ICudaAsmEmitParameter where T7 : struct, ICudaAsmEmitParameter where T8 : struct, ICudaAsmEmitParameter
        where T9 : struct, ICudaAsmEmitParameter where T10 : struct, ICudaAsmEmitParameter
        where T11 : struct, ICudaAsmEmitParameter where T12 : struct, ICudaAsmEmitParameter
        where T13 : struct, ICudaAsmEmitParameter where T14 : struct, ICudaAsmEmitParameter
        where T15 : struct, ICudaAsmEmitParameter where T16 : struct, ICudaAsmEmitParameter
        where T17 : struct, ICudaAsmEmitParameter where T18 : struct, ICudaAsmEmitParameter
        where T19 : struct, ICudaAsmEmitParameter where T20 : struct, ICudaAsmEmitParameter
        where T21 : struct, ICudaAsmEmitParameter where T22 : struct, ICudaAsmEmitParameter
        where T23 : struct, ICudaAsmEmitParameter where T24 : struct, ICudaAsmEmitParameter
        where T25 : struct, ICudaAsmEmitParameter where T26 : struct, ICudaAsmEmitParameter
        where T27 : struct, ICudaAsmEmitParameter where T28 : struct, ICudaAsmEmitParameter
        where T29 : struct, ICudaAsmEmitParameter where T30 : struct, ICudaAsmEmitParameter
        where T31 : struct, ICudaAsmEmitParameter =>
        KernelOnly.Call();

    public static void EmitRef<
        T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T20, T21, T22, T23, T24, T25,
        T26, T27, T28, T29, T30, T31, T32>(
        string asm,
        ref T0 arg0, ref T1 arg1, ref T2 arg2, ref T3 arg3, ref T4 arg4, ref T5 arg5, ref T6 arg6, ref T7 arg7, ref T8 arg8,
        ref T9 arg9, ref T10 arg10, ref T11 arg11, ref T12 arg12, ref T13 arg13, ref T14 arg14, ref T15 arg15, ref T16 arg16,
        ref T17 arg17, ref T18 arg18, ref T19 arg19, ref T20 arg20, ref T21 arg21, ref T22 arg22, ref T23 arg23, ref T24 arg24,
        ref T25 arg25, ref T26 arg26, ref T27 arg27, ref T28 arg28, ref T29 arg29, ref T30 arg30, ref T31 arg31, ref T32 arg32)
        where T0 : struct, ICudaAsmEmitParameter where T1 : struct, ICudaAsmEmitParameter where T2 : struct, ICudaAsmEmitParameter
        where T3 : struct, ICudaAsmEmitParameter where T4 : struct, ICudaAsmEmitParameter where T5 : struct, ICudaAsmEmitParameter
        where T6 : struct, ICudaAsmEmitParameter where T7 : struct, ICudaAsmEmitParameter where T8 : struct, ICudaAsmEmitParameter
        where T9 : struct, ICudaAsmEmitParameter where T10 : struct, ICudaAsmEmitParameter
        where T11 : struct, ICudaAsmEmitParameter where T12 : struct, ICudaAsmEmitParameter
        where T13 : struct, ICudaAsmEmitParameter where T14 : struct, ICudaAsmEmitParameter
        where T15 : struct, ICudaAsmEmitParameter where T16 : struct, ICudaAsmEmitParameter
        where T17 : struct, ICudaAsmEmitParameter where T18 : struct, ICudaAsmEmitParameter
        where T19 : struct, ICudaAsmEmitParameter where T20 : struct, ICudaAsmEmitParameter
        where T21 : struct, ICudaAsmEmitParameter where T22 : struct, ICudaAsmEmitParameter
        where T23 : struct, ICudaAsmEmitParameter where T24 : struct, ICudaAsmEmitParameter
        where T25 : struct, ICudaAsmEmitParameter where T26 : struct, ICudaAsmEmitParameter
        where T27 : struct, ICudaAsmEmitParameter where T28 : struct, ICudaAsmEmitParameter
        where T29 : struct, ICudaAsmEmitParameter where T30 : struct, ICudaAsmEmitParameter
        where T31 : struct, ICudaAsmEmitParameter where T32 : struct, ICudaAsmEmitParameter =>
        KernelOnly.Call();

    public static void EmitRef<
        T0, T1, T2, T3, T4, T5, T6, T7, T8, T9, T10, T11, T12, T13, T14, T15, T16, T17, T18, T19, T20, T21, T22, T23, T24, T25,
        T26, T27, T28, T29, T30, T31, T32, T33>(
        string asm,
        ref T0 arg0, ref T1 arg1, ref T2 arg2, ref T3 arg3, ref T4 arg4, ref T5 arg5, ref T6 arg6, ref T7 arg7, ref T8 arg8,
        ref T9 arg9, ref T10 arg10, ref T11 arg11, ref T12 arg12, ref T13 arg13, ref T14 arg14, ref T15 arg15, ref T16 arg16,
        ref T17 arg17, ref T18 arg18, ref T19 arg19, ref T20 arg20, ref T21 arg21, ref T22 arg22, ref T23 arg23, ref T24 arg24,
        ref T25 arg25, ref T26 arg26, ref T27 arg27, ref T28 arg28, ref T29 arg29, ref T30 arg30, ref T31 arg31, ref T32 arg32,
        ref T33 arg33)
        where T0 : struct, ICudaAsmEmitParameter where T1 : struct, ICudaAsmEmitParameter where T2 : struct, ICudaAsmEmitParameter
        where T3 : struct, ICudaAsmEmitParameter where T4 : struct, ICudaAsmEmitParameter where T5 : struct, ICudaAsmEmitParameter
        where T6 : struct, ICudaAsmEmitParameter where T7 : struct, ICudaAsmEmitParameter where T8 : struct, ICudaAsmEmitParameter
        where T9 : struct, ICudaAsmEmitParameter where T10 : struct, ICudaAsmEmitParameter
        where T11 : struct, ICudaAsmEmitParameter where T12 : struct, ICudaAsmEmitParameter
        where T13 : struct, ICudaAsmEmitParameter where T14 : struct, ICudaAsmEmitParameter
        where T15 : struct, ICudaAsmEmitParameter where T16 : struct, ICudaAsmEmitParameter
        where T17 : struct, ICudaAsmEmitParameter where T18 : struct, ICudaAsmEmitParameter
        where T19 : struct, ICudaAsmEmitParameter where T20 : struct, ICudaAsmEmitParameter
        where T21 : struct, ICudaAsmEmitParameter where T22 : struct, ICudaAsmEmitParameter
        where T23 : struct, ICudaAsmEmitParameter where T24 : struct, ICudaAsmEmitParameter
        where T25 : struct, ICudaAsmEmitParameter where T26 : struct, ICudaAsmEmitParameter
        where T27 : struct, ICudaAsmEmitParameter where T28 : struct, ICudaAsmEmitParameter
        where T29 : struct, ICudaAsmEmitParameter where T30 : struct, ICudaAsmEmitParameter
        where T31 : struct, ICudaAsmEmitParameter where T32 : struct, ICudaAsmEmitParameter
        where T33 : struct, ICudaAsmEmitParameter =>
        KernelOnly.Call();
}
