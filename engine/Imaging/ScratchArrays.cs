using System.Buffers;
using System.Runtime.CompilerServices;

namespace IlgpuGan.Imaging;

/// <summary>
/// Arrays for the time of a decoding or resizing. Small ones come from the shared pool. It would keep a large one for a long time, for each
/// thread that ever used one: those are left to the garbage collector.
/// </summary>
internal static class ScratchArrays
{
    private const long MostPooledBytes = 4 << 20;

    /// <summary>An array of any content, at least as long as requested.</summary>
    public static T[] Rent<T>(int length)
        where T : unmanaged =>
        IsPooled<T>(length) ? ArrayPool<T>.Shared.Rent(length) : GC.AllocateUninitializedArray<T>(length);

    public static void Return<T>(T[] array)
        where T : unmanaged
    {
        if (IsPooled<T>(array.Length))
        {
            ArrayPool<T>.Shared.Return(array);
        }
    }

    /// <summary>The pool's arrays have lengths of powers of two, as the limit is: what was rented below it is below it.</summary>
    private static bool IsPooled<T>(int length) => (long)length * Unsafe.SizeOf<T>() <= MostPooledBytes;
}
