namespace ILGPU.Backends;

/// <summary>What a kernel is compiled for. Equal targets give equal code.</summary>
public abstract record KernelTarget;

/// <param name="Sm">Compute capability times ten: 70, 75, 80, 86, 89, 90.</param>
/// <param name="Isa">PTX ISA version times ten: 78 is 7.8.</param>
public sealed record PtxTarget(int Sm, int Isa) : KernelTarget
{
    private static readonly int[] s_knownSm = [70, 72, 75, 80, 86, 87, 89, 90];

    /// <summary>The newest known target that runs on the device; later devices run sm_90's code.</summary>
    /// <param name="sm">The device's compute capability times ten.</param>
    /// <param name="driverIsa">The newest PTX ISA that the driver reads, times ten.</param>
    /// <exception cref="NotSupportedException">The device is older than sm_70, or the driver too old for it.</exception>
    public static PtxTarget ForDevice(int sm, int driverIsa)
    {
        var best = Array.FindLast(s_knownSm, known => known <= sm && RequiredIsa(known) <= driverIsa);
        return best == 0
            ? throw new NotSupportedException(
                $"sm_{sm} with PTX ISA {driverIsa / 10}.{driverIsa % 10} is not supported; kernels need sm_70 and PTX ISA 6.0 or later")
            : new PtxTarget(best, RequiredIsa(best));
    }

    /// <summary>The first PTX ISA version that knows the target and every instruction that we use on it.</summary>
    public static int RequiredIsa(int sm) => sm switch
    {
        >= 89 => 78,
        >= 86 => 74,
        >= 80 => 70,
        >= 75 => 63,
        _ => 60,
    };
}

/// <param name="Float64">The device reports cl_khr_fp64 (or doubles in its core).</param>
/// <param name="Float16">The device reports cl_khr_fp16.</param>
/// <param name="Int64Atomics">The device reports cl_khr_int64_base_atomics and cl_khr_int64_extended_atomics.</param>
public sealed record OpenCLTarget(bool Float64, bool Float16, bool Int64Atomics) : KernelTarget
{
    /// <summary>What warps are; null where a warp is one thread.</summary>
    public OpenCLSubGroups? SubGroups { get; init; }
}

/// <summary>Sub-groups as warps.</summary>
/// <param name="Size">Threads of each, a power of two.</param>
/// <param name="IsDemanded">Whether kernels must ask for the size, by cl_intel_required_subgroup_size.</param>
/// <param name="IsKhronos">Built-in functions of cl_khr_subgroups and cl_khr_subgroup_shuffle; else of cl_intel_subgroups.</param>
public sealed record OpenCLSubGroups(int Size, bool IsDemanded, bool IsKhronos);

/// <param name="WarpSize">Lanes of the simulated warp.</param>
public sealed record SimulatorTarget(int WarpSize) : KernelTarget;

/// <summary>The host's processor, without the simulator's checks.</summary>
/// <param name="WarpSize">Lanes of a warp.</param>
public sealed record ProcessorTarget(int WarpSize) : KernelTarget;
