namespace IlgpuGan.Tensors.Devices;

/// <summary>One of several copies; see <see cref="CopyAllCall"/>.</summary>
/// <param name="X">source</param>
/// <param name="Y">destination, of the same length</param>
/// <param name="Accumulate">y += x instead of y = x</param>
public readonly record struct CopySlot(DeviceSpan X, DeviceSpan Y, bool Accumulate)
{
    /// <summary>The same with other memory in place of each array.</summary>
    internal CopySlot Map(Func<DeviceSpan, DeviceSpan> map) => new(map(X), map(Y), Accumulate);
}
