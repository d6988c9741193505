namespace IlgpuGan.Tensors.Ranks.OpenMpi;

/// <summary>
/// Counts the checks in which a rank sent no heartbeat. It counts checks instead of time: a process that was itself stopped for a while
/// made no checks, so it does not report the others when it goes on.
/// </summary>
internal struct TimeoutCounter
{
    /// <summary>
    /// A rank that itself waits may do so for this many time-outs: it is given the time to find and report the rank that is silent.
    /// </summary>
    public const int WaitingFactor = 4;

    private int _silentChecks;
    private int _idleChecks;

    /// <summary>Whether no heartbeat arrived for the whole time-out.</summary>
    public readonly bool IsTimedOut => _silentChecks >= HeartbeatChannel.PerTimeout;

    /// <summary>Whether the rank has only waited for so long that the ranks must be waiting for each other.</summary>
    public readonly bool IsDeadlocked => _idleChecks >= HeartbeatChannel.PerTimeout * WaitingFactor;

    /// <summary>Counts a check.</summary>
    /// <param name="state">what arrived since the last check</param>
    public void Add(HeartbeatState state)
    {
        _silentChecks = state == HeartbeatState.None ? _silentChecks + 1 : 0;
        _idleChecks = state == HeartbeatState.Working ? 0 : _idleChecks + 1;
    }
}
