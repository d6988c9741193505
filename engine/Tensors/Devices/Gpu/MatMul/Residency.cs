namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// Occupancy: how many groups of threads are resident on a multiprocessor of sm_90 (CUDA C++ Programming Guide, "Compute
/// Capabilities").
/// </summary>
internal static class Residency
{
    private const int Registers = 65536, Threads = 2048, Groups = 32, SharedBytes = 228 * 1024;

    /// <summary>Registers are allocated in units of 256 a warp: 8 a thread.</summary>
    private const int RegisterStep = 8;

    /// <summary>Shared memory that the system reserves for each group.</summary>
    private const int ReservedBytes = 1024;

    /// <param name="registers">registers a thread</param>
    /// <param name="threads">threads of a group, a multiple of 32</param>
    /// <param name="sharedBytes">shared memory of a group</param>
    /// <returns>at least 1</returns>
    public static int Of(int registers, int threads, int sharedBytes)
    {
        var taken = (registers + RegisterStep - 1) / RegisterStep * RegisterStep;
        var byRegisters = Registers / (taken * threads);
        var byShared = SharedBytes / (sharedBytes + ReservedBytes);
        return Math.Max(1, Math.Min(Math.Min(byRegisters, byShared), Math.Min(Threads / threads, Groups)));
    }
}
