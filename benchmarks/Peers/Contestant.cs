namespace IlgpuGan.Benchmarks.Peers;

/// <summary>One program that takes part; every measurement is a process of its own.</summary>
internal abstract class Contestant
{
    /// <summary>For people.</summary>
    public abstract string Name { get; }

    /// <summary>Why it can't take part on this machine, and what would help; null if it can.</summary>
    public abstract string? Absence { get; }

    /// <summary>What it runs with, as <c>name: value</c>, known after its first measurement.</summary>
    public abstract IEnumerable<(string Name, string Value)> Settings { get; }

    public abstract bool CanRun(Workload work);

    /// <summary>Runs a process and returns what it measured.</summary>
    /// <exception cref="PeerException">it gave no measurement</exception>
    public abstract Sample Run(Workload work, Materials materials);
}
