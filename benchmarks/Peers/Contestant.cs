namespace IlgpuGan.Benchmarks.Peers;

/// <summary>One program that takes part; every measurement is a process of its own.</summary>
internal abstract class Contestant
{
    /// <summary>For people.</summary>
    public abstract string Name { get; }

    /// <summary>Why it can't take part on this machine, and what would help; null if it can.</summary>
    public abstract string? Absence { get; }

    /// <summary>Whether it computes in float32, as we do.</summary>
    public virtual bool IsFloat32 => true;

    /// <summary>What it runs with, as <c>name: value</c>; asked only where it is not absent.</summary>
    public abstract IEnumerable<(string Name, string Value)> Settings { get; }

    public abstract bool CanRun(Workload work);

    /// <summary>Settings among which a short scan finds the fastest; at least one.</summary>
    public virtual IReadOnlyList<Way> Ways(Workload work) => [Way.Plain];

    /// <summary>Runs a process and returns what it measured.</summary>
    /// <param name="work">what it does</param>
    /// <param name="way">one of <see cref="Ways"/></param>
    /// <param name="materials">files to work on</param>
    /// <exception cref="PeerException">it gave no measurement</exception>
    public abstract Sample Run(Workload work, Way way, Materials materials);
}
