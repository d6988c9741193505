namespace IlgpuGan.Tensors.Devices.Gpu.Measuring;

/// <summary>What one variant of one kernel call took.</summary>
/// <param name="Name">the call, <c>conv2d</c></param>
/// <param name="Variant">the rung of the ladder, its tile and its splits; or nothing where there is but one</param>
/// <param name="Shape">for people</param>
/// <param name="IsChosen">whether the table takes this variant for this shape</param>
/// <param name="Cost">what the work is nominally: padding counted, each array moved once</param>
/// <param name="Times">null on the simulator, whose time means nothing</param>
/// <param name="Counts">null on devices, which can't count</param>
public sealed record KernelMeasurement(
    string Name, string Variant, string Shape, bool IsChosen, OpCost Cost, LaunchTimes? Times, KernelCounts? Counts)
{
    /// <summary>Floating-point operations for each byte that must be moved.</summary>
    public double Intensity => (double)Cost.Flops / Cost.Bytes;
}

/// <summary>What the simulator counted, all threads together.</summary>
/// <param name="Instructions">of the kernel's IR before loops are unrolled</param>
/// <param name="Multiplications">of floating-point numbers, those with zeros at the edges of tiles included</param>
/// <param name="GlobalAccesses">elements read from memory and written to it</param>
/// <param name="GlobalBytes">what warps asked memory for, in sectors of 32 bytes</param>
/// <param name="SharedAccesses">elements read from shared memory and written to it</param>
/// <param name="Barriers">passed, once a group</param>
/// <param name="BankConflicts">turns of shared memory that warps waited because words lay in the same bank</param>
/// <param name="Branches">conditions and switches that warps came to</param>
/// <param name="DivergentBranches">those at which threads of a warp went different ways</param>
public sealed record KernelCounts(
    long Instructions, long Multiplications, long GlobalAccesses, long GlobalBytes, long SharedAccesses, long Barriers, long BankConflicts,
    long Branches, long DivergentBranches)
{
#if !USE_ILGPU_PACKAGES
    internal static KernelCounts Of(ILGPU.Runtime.CPU.SimulationCounts c) => new(
        c.Instructions, c.Multiplications, c.GlobalReads + c.GlobalWrites, c.GlobalSectors * ILGPU.Runtime.CPU.SimulationCounts.SectorBytes,
        c.SharedReads + c.SharedWrites, c.Barriers, c.BankConflicts, c.Branches, c.DivergentBranches);
#endif
}
