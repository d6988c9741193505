using System.Runtime.CompilerServices;

namespace IlgpuGan.Tensors.Devices.Gpu.Registers;

/// <summary>What is done again and again, with a number that is a constant each time.</summary>
internal interface IBody
{
    void Run(int index);
}

/// <summary>
/// A loop that is unrolled: ILGPU unrolls none, and a driver's compiler few. It matters where indices must be constants, and on processors,
/// whose OpenCL makes vectors of neighbouring threads only where no loop stands between two barriers.
/// </summary>
internal interface IRepeat
{
    static abstract int Count { get; }

    static abstract void Run<TBody>(ref TBody body, int first)
        where TBody : struct, IBody;
}

internal readonly struct Once : IRepeat
{
    public static int Count => 1;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TBody>(ref TBody body, int first)
        where TBody : struct, IBody => body.Run(first);
}

internal readonly struct Doubled<T> : IRepeat
    where T : struct, IRepeat
{
    public static int Count => 2 * T.Count;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Run<TBody>(ref TBody body, int first)
        where TBody : struct, IBody
    {
        T.Run(ref body, first);
        T.Run(ref body, first + T.Count);
    }
}
