namespace IlgpuGan.Tensors.Devices;

/// <summary>What an image pool does with a new image; see <see cref="ExchangeCall"/>.</summary>
public enum ExchangeMode : uint
{
    /// <summary>Shows the new image and does not store it.</summary>
    PassOn,

    /// <summary>Shows the new image and stores it in a slot.</summary>
    Store,

    /// <summary>Shows the image of a slot and stores the new one in its place.</summary>
    Swap,
}
