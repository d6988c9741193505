namespace IlgpuGan.Benchmarks.Peers;

/// <summary>Settings that a contestant may run a workload with.</summary>
/// <param name="Name">for people; empty where there is no choice</param>
/// <param name="Arguments">for its program</param>
internal sealed record Way(string Name, params IReadOnlyList<string> Arguments)
{
    /// <summary>The only way of a contestant that has no choice.</summary>
    public static Way Plain { get; } = new("");
}
