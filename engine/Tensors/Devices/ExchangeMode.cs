namespace IlgpuGan.Tensors.Devices;

/// <summary>What a pool of earlier pictures does with a new one; see <see cref="IKernels.Exchange"/>.</summary>
public enum ExchangeMode : uint
{
    /// <summary>Shows it and forgets it.</summary>
    PassOn,

    /// <summary>Shows it and puts it in a slot.</summary>
    Store,

    /// <summary>Shows what was in a slot and puts it there.</summary>
    Swap,
}
