using IlgpuGan.Tensors.Ranks.OpenMpi;

namespace IlgpuGan.Tensors.Ranks;

/// <summary>The job of this process, as the launcher's environment variables describe it.</summary>
internal static class RankJob
{
    /// <summary>Set by Open MPI's mpirun.</summary>
    private const string SizeByOpenMpi = "OMPI_COMM_WORLD_SIZE";

    /// <inheritdoc cref="SizeByOpenMpi"/>
    private const string RankByOpenMpi = "OMPI_COMM_WORLD_RANK";

    /// <summary>
    /// Variables with the number of processes, and with that of a process, which other launchers set: those of MPICH and its derivatives,
    /// and Slurm's.
    /// </summary>
    private static readonly (string Size, string Rank, string Starter)[] s_others =
        [("PMI_SIZE", "PMI_RANK", "a starter of MPICH or its kin"), ("SLURM_STEP_NUM_TASKS", "SLURM_PROCID", "srun")];

    /// <summary>Variable with the time-out in seconds, within which a rank must send a heartbeat.</summary>
    private const string TimeoutVariable = "ILGPUGAN_RANK_TIMEOUT";

    /// <summary>Whether mpirun started this process, alone or with others.</summary>
    public static bool IsStartedByMpirun => Environment.GetEnvironmentVariable(SizeByOpenMpi) is not null;

    /// <summary>Whether this process is part of a job: mpirun started it, or another launcher started several.</summary>
    public static bool Exists => IsSaidBy(Environment.GetEnvironmentVariable);

    /// <summary>Joins the job of several processes; a <see cref="SoleRank"/> if there is none.</summary>
    /// <exception cref="RankFailedException">the job can't be joined, or its launcher is not supported</exception>
    public static IRanks Join()
    {
        if (Size(Environment.GetEnvironmentVariable(SizeByOpenMpi)) > 1)
        {
            return OpenMpiRanks.Join(Timeout());
        }

        RefuseOthers(Environment.GetEnvironmentVariable);
        return new SoleRank();
    }

    /// <summary>Refuses jobs of unsupported launchers, in which every process would do all of the work.</summary>
    /// <param name="environment">returns the value of a variable, null if it is not set</param>
    /// <exception cref="RankFailedException">such a launcher started several processes</exception>
    internal static void RefuseOthers(Func<string, string?> environment)
    {
        if (environment(SizeByOpenMpi) is null && Several(environment) is var (size, _, starter))
        {
            throw new RankFailedException(
                $"{environment(size)} processes were started together by {starter} ({size} says so), which is not supported; start " +
                    "them with Open MPI's mpirun");
        }
    }

    /// <summary>Refuses work that processes can't share, and that means nothing if each does all of it.</summary>
    /// <param name="work">what was asked for, for the message</param>
    /// <param name="environment">returns the value of a variable, null if it is not set; null for the process's own variables</param>
    /// <exception cref="RankFailedException">several processes were started together</exception>
    public static void RequireAlone(string work, Func<string, string?>? environment = null)
    {
        var read = environment ?? Environment.GetEnvironmentVariable;
        if (Several(read) is var (size, _, _))
        {
            throw new RankFailedException(
                $"{work} can't be shared, but {read(size)} processes were started together ({size} says so); start it once");
        }
    }

    /// <summary>
    /// A clause about work that processes don't share, though several were started; null if this process is alone, or not the first of
    /// them. It is no mistake where each has files of its own.
    /// </summary>
    /// <param name="work">what was asked for</param>
    /// <param name="environment">returns the value of a variable, null if it is not set; null for the process's own variables</param>
    public static string? Unshared(string work, Func<string, string?>? environment = null)
    {
        var read = environment ?? Environment.GetEnvironmentVariable;
        return Several(read) is var (size, rank, _) && read(rank) is null or "0"
            ? $"{work} is not shared: each of {read(size)} processes does all of it"
            : null;
    }

    /// <summary>The variables with the number of processes and that of this one, and who has started them, if they are several.</summary>
    private static (string Size, string Rank, string Starter)? Several(Func<string, string?> environment)
    {
        var starters = environment(SizeByOpenMpi) is null ? s_others : [(SizeByOpenMpi, RankByOpenMpi, "mpirun")];
        var found = Array.FindIndex(starters, starter => Size(environment(starter.Size)) > 1);
        return found < 0 ? null : starters[found];
    }

    internal static bool IsSaidBy(Func<string, string?> environment) =>
        environment(SizeByOpenMpi) is not null || Several(environment) is not null;

    private static int Size(string? text) => int.TryParse(text, CultureInfo.InvariantCulture, out var count) ? count : 1;

    private static TimeSpan? Timeout() => Environment.GetEnvironmentVariable(TimeoutVariable) is not { } text ? null
        : double.TryParse(text, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and <= 1e6 ? TimeSpan.FromSeconds(seconds)
        : throw new RankFailedException($"{TimeoutVariable} is '{text}', but must be a number of seconds above 0");
}
