namespace IlgpuGan.Benchmarks.Peers;

/// <summary>Settings with which a runner may run a workload.</summary>
/// <param name="Name">name for tables; empty if there is no choice</param>
/// <param name="Arguments">arguments of the program</param>
internal sealed record RunnerVariant(string Name, params IReadOnlyList<string> Arguments)
{
    /// <summary>The only variant of a runner without a choice.</summary>
    public static RunnerVariant Default { get; } = new("");
}
