namespace IlgpuGan.Tensors.Ranks.OpenMpi;

/// <summary>What a rank's heartbeats since the last check say. Of several the largest value counts.</summary>
internal enum HeartbeatState : byte
{
    /// <summary>No heartbeat arrived.</summary>
    None,

    /// <summary>The rank waits for others.</summary>
    Waiting,

    /// <summary>The rank does work of its own.</summary>
    Working,
}
