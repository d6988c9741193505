namespace IlgpuGan.Benchmarks.Peers;

/// <summary>Runs workloads with one of the compared programs; every measurement is a separate process.</summary>
internal abstract class Runner
{
    /// <summary>The program's name in tables.</summary>
    public abstract string Name { get; }

    /// <summary>Why the program can't run on this machine, and what would help; null if it can.</summary>
    public abstract string? Absence { get; }

    /// <summary>Whether it computes in float32, as we do.</summary>
    public virtual bool IsFloat32 => true;

    /// <summary>Versions and settings of the program, for the page; read only if it is not absent.</summary>
    public abstract IEnumerable<(string Name, string Value)> Settings { get; }

    public abstract bool CanRun(Workload work);

    /// <summary>The variants among which a short scan finds the fastest; at least one.</summary>
    public virtual IReadOnlyList<RunnerVariant> Variants(Workload work) => [RunnerVariant.Default];

    /// <summary>Runs a process and returns its measurement.</summary>
    /// <param name="work">the workload</param>
    /// <param name="variant">one of <see cref="Variants"/></param>
    /// <param name="files">the workload's files</param>
    /// <exception cref="PeerException">the process gave no measurement</exception>
    public abstract Sample Run(Workload work, RunnerVariant variant, BenchmarkFiles files);
}
