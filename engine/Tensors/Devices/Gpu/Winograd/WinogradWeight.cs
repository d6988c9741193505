namespace IlgpuGan.Tensors.Devices.Gpu.Winograd;

/// <summary>
/// How 3 x 3 taps of a weight are found for a filter and a channel. A data gradient is a convolution whose filters are the weight's
/// channels, with its taps in reverse.
/// </summary>
internal struct WinogradWeight
{
    /// <summary>Pairs of a filter and a channel: numbers of a point.</summary>
    public int Plane;

    /// <summary>Elements to go for one more filter, channel and tap, and those to the first tap.</summary>
    public int FilterStride, ChannelStride, TapStride, FirstTap;

    private const int Taps = 9;

    public static WinogradWeight Forward(in ConvGeometry g) => new()
    {
        Plane = g.K * g.C,
        FilterStride = g.C * Taps,
        ChannelStride = Taps,
        TapStride = 1,
    };

    public static WinogradWeight InputGradient(in ConvGeometry g) => new()
    {
        Plane = g.K * g.C,
        FilterStride = Taps,
        ChannelStride = g.C * Taps,
        TapStride = -1,
        FirstTap = Taps - 1,
    };
}
