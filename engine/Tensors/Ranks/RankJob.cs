using IlgpuGan.Tensors.Ranks.OpenMpi;

namespace IlgpuGan.Tensors.Ranks;

/// <summary>The job that a process was started in, told by what its starter has put into the environment.</summary>
public static class RankJob
{
    /// <summary>Set by Open MPI's mpirun.</summary>
    private const string SizeByOpenMpi = "OMPI_COMM_WORLD_SIZE";

    /// <summary>How many processes other starters say that there are: MPICH's and its kin's, and Slurm's.</summary>
    private static readonly (string Size, string Starter)[] s_others =
        [("PMI_SIZE", "a starter of MPICH or its kin"), ("SLURM_STEP_NUM_TASKS", "srun")];

    /// <summary>Seconds that a rank may give no sign: a rank that evaluates or saves lets the others wait.</summary>
    private const string Patience = "ILGPUGAN_RANK_TIMEOUT";

    /// <summary>Whether mpirun has started this process, be it the only one.</summary>
    public static bool IsOfMpirun => Environment.GetEnvironmentVariable(SizeByOpenMpi) is not null;

    /// <summary>Joins the job, or stays alone where there is none.</summary>
    /// <exception cref="RankFailedException">there is one that can't be joined</exception>
    public static IRanks Join()
    {
        if (Size(Environment.GetEnvironmentVariable(SizeByOpenMpi)) > 1)
        {
            return OpenMpiRanks.Join(Timeout());
        }

        RefuseOthers(Environment.GetEnvironmentVariable);
        return new SoleRank();
    }

    /// <summary>Refuses jobs that processes would not know of each other in: each would do all of the work.</summary>
    /// <param name="environment">gives a variable's text, null where there is none</param>
    /// <exception cref="RankFailedException">the process is one of several</exception>
    internal static void RefuseOthers(Func<string, string?> environment)
    {
        foreach (var (name, starter) in s_others)
        {
            if (environment(SizeByOpenMpi) is null && Size(environment(name)) is > 1 and var count)
            {
                throw new RankFailedException(
                    $"{count} processes were started together by {starter} ({name} says so), which is not supported; start them with " +
                        "Open MPI's mpirun");
            }
        }
    }

    private static int Size(string? text) => int.TryParse(text, CultureInfo.InvariantCulture, out var count) ? count : 1;

    private static TimeSpan? Timeout() => Environment.GetEnvironmentVariable(Patience) is not { } text ? null
        : double.TryParse(text, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and <= 1e6 ? TimeSpan.FromSeconds(seconds)
        : throw new RankFailedException($"{Patience} is '{text}', but must be a number of seconds above 0");
}
