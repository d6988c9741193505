namespace IlgpuGan.Tensors.Devices.Gpu.MatMul;

/// <summary>
/// How many groups of threads run beside each other on a multiprocessor of sm_90: while one waits, another goes on (CUDA C++ Programming
/// Guide, "Compute Capabilities").
/// </summary>
internal static class Residency
{
    private const int Registers = 65536, Threads = 2048, Groups = 32, SharedBytes = 228 * 1024;

    /// <summary>A warp's registers come in pieces of 256: of 8 a thread.</summary>
    private const int RegisterStep = 8;

    /// <summary>Of shared memory, what the system takes for each group.</summary>
    private const int ReservedBytes = 1024;

    /// <param name="registers">of a thread</param>
    /// <param name="threads">of a group, whole warps</param>
    /// <param name="sharedBytes">of a group</param>
    /// <returns>at least 1</returns>
    public static int Of(int registers, int threads, int sharedBytes)
    {
        var taken = (registers + RegisterStep - 1) / RegisterStep * RegisterStep;
        var byRegisters = Registers / (taken * threads);
        var byShared = SharedBytes / (sharedBytes + ReservedBytes);
        return Math.Max(1, Math.Min(Math.Min(byRegisters, byShared), Math.Min(Threads / threads, Groups)));
    }
}
