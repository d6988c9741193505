using System.Runtime.InteropServices;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>
/// Working memory outside the garbage collector's heap, aligned to a cache line. Large blocks are aligned to a 2 MB page, and Linux is
/// advised to back them with huge pages: kernels with dozens of concurrent streams, such as Winograd's, then miss the TLB less often.
/// Tensors don't use it. Memory that is touched once gains nothing, and a virtual machine may have to request each huge page from its
/// host: a translation by a U-Net (228 MB of weights) took 0.45 s instead of 0.36 that way after another program had freed its memory.
/// </summary>
internal static unsafe class AlignedMemory
{
    private const uint CacheLine = 64;

    private const uint HugePage = 2 << 20;

    /// <summary>Smaller blocks would lose more to page alignment than they gain.</summary>
    private const long MinHugeBlock = 2L * HugePage;

    /// <summary>MADV_HUGEPAGE of madvise(2).</summary>
    private const int MadvHugePage = 14;

    /// <summary>M_MMAP_THRESHOLD of mallopt(3) in glibc.</summary>
    private const int MapThreshold = -3;

    /// <summary>Bytes from which a block is mapped by itself, so that the system has it back when it is freed.</summary>
    private const int MinMappedBlock = 1 << 20;

    /// <summary>madvise of the C library that the runtime has loaded; null if there is none.</summary>
    private static readonly delegate* unmanaged<void*, nuint, int, int> s_advise = FindAdvise();

    /// <summary>Allocates memory of arbitrary content. Pages become resident when first touched.</summary>
    /// <exception cref="OutOfMemoryException">the system has no memory</exception>
    public static void* Allocate(long bytes)
    {
        var usesHugePages = bytes >= MinHugeBlock && s_advise != null;
        var memory = NativeMemory.AlignedAlloc((nuint)bytes, usesHugePages ? HugePage : CacheLine);
        if (usesHugePages)
        {
            // Only advice: on a kernel without huge pages it fails without harm, so the result is ignored.
            _ = s_advise(memory, (nuint)bytes, MadvHugePage);
        }

        return memory;
    }

    /// <summary>
    /// Fixes the size from which the C library maps blocks by themselves. By default glibc raises it with each such block that is freed, up
    /// to 32 MB, and takes smaller ones from a heap of the thread, which keeps what is freed: a server whose pictures had 200 sizes held
    /// 680 MB of which 170 were in use.
    /// </summary>
    public static void MapLargeBlocks()
    {
        if (OperatingSystem.IsLinux()
            && NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "mallopt", out var address)) // Other C libraries have none.
        {
            _ = ((delegate* unmanaged<int, int, int>)address)(MapThreshold, MinMappedBlock);
        }
    }

    public static void Free(void* memory) => NativeMemory.AlignedFree(memory);

    private static delegate* unmanaged<void*, nuint, int, int> FindAdvise() =>
        OperatingSystem.IsLinux() && NativeLibrary.TryGetExport(NativeLibrary.GetMainProgramHandle(), "madvise", out var address)
            ? (delegate* unmanaged<void*, nuint, int, int>)address
            : null;
}
