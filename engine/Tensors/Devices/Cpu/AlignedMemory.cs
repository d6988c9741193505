using System.Runtime.InteropServices;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>
/// Working memory outside the garbage collector's heap, aligned to a cache line. Big blocks begin at a 2 MB page, and Linux is asked to
/// back them with such pages: a kernel that walks dozens of places at once, as Winograd's do, runs out of address translations later.
/// Tensors are not kept here. What is touched once gains nothing, and a virtual machine may have to ask its host for each large page: a
/// translation by a U-Net (228 MB of weights) took 0.45 s instead of 0.36 that way after another program had given its memory back.
/// </summary>
internal static unsafe class AlignedMemory
{
    private const uint CacheLine = 64;

    private const uint LargePage = 2 << 20;

    /// <summary>Blocks smaller than this would lose more at their ends than they gain.</summary>
    private const long LeastLarge = 2L * LargePage;

    /// <summary>MADV_HUGEPAGE of madvise(2).</summary>
    private const int UseLargePages = 14;

    /// <summary>madvise of the C library that the runtime itself has loaded; null where there is none.</summary>
    private static readonly delegate* unmanaged<void*, nuint, int, int> s_advise = FindAdvise();

    /// <summary>
    /// Memory of arbitrary content, or <see cref="OutOfMemoryException"/>. Nothing of it is resident before it is touched.
    /// </summary>
    public static void* Allocate(long bytes)
    {
        var isLarge = bytes >= LeastLarge && s_advise != null;
        var memory = NativeMemory.AlignedAlloc((nuint)bytes, isLarge ? LargePage : CacheLine);
        if (isLarge)
        {
            // A kernel without such pages says no and loses nothing: the answer is not needed.
            _ = s_advise(memory, (nuint)bytes, UseLargePages);
        }

        return memory;
    }

    public static void Free(void* memory) => NativeMemory.AlignedFree(memory);

    private static delegate* unmanaged<void*, nuint, int, int> FindAdvise() =>
        OperatingSystem.IsLinux() && NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "madvise", out var address)
            ? (delegate* unmanaged<void*, nuint, int, int>)address
            : null;
}
