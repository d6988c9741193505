using System.Globalization;
using IlgpuGan.Tensors.Ranks.OpenMpi;

namespace IlgpuGan.Tensors.Ranks;

/// <summary>The job that a process was started in, told by what its starter has put into the environment.</summary>
public static class RankJob
{
    /// <summary>Set by Open MPI's mpirun, and by Slurm's <c>srun --mpi=pmix</c>.</summary>
    private static readonly string[] s_openMpi = ["OMPI_COMM_WORLD_SIZE", "PMIX_RANK"];

    /// <summary>Set by the starters of MPICH and of what descends from it.</summary>
    private static readonly string[] s_others = ["PMI_SIZE", "PMI_RANK"];

    /// <summary>Seconds that a rank may give no sign: a rank that evaluates or saves lets the others wait.</summary>
    private const string Patience = "ILGPUGAN_RANK_TIMEOUT";

    /// <summary>Whether the process is one of several that were started together.</summary>
    public static bool IsOne => s_openMpi.Concat(s_others).Any(name => Environment.GetEnvironmentVariable(name) is not null);

    /// <summary>Joins the job, or stays alone where there is none.</summary>
    /// <exception cref="RankFailedException">there is one that can't be joined</exception>
    public static IRanks Join() =>
        s_openMpi.Any(name => Environment.GetEnvironmentVariable(name) is not null) ? OpenMpiRanks.Join(Timeout())
        : IsOne
            ? throw new RankFailedException(
                "the process was started by a starter of MPICH or its kin (PMI_RANK is set), which is not supported; start it with " +
                    "Open MPI's mpirun, or with srun --mpi=pmix")
            : new SoleRank();

    private static TimeSpan? Timeout() => Environment.GetEnvironmentVariable(Patience) is not { } text ? null
        : double.TryParse(text, CultureInfo.InvariantCulture, out var seconds) && seconds is > 0 and <= 1e6 ? TimeSpan.FromSeconds(seconds)
        : throw new RankFailedException($"{Patience} is '{text}', but must be a number of seconds above 0");
}
