namespace IlgpuGan.Tensors.Devices.Gpu.Winograd;

/// <summary>
/// The layout of a weight's 3 x 3 taps by filter and channel. A data gradient is a convolution whose filters are the weight's channels,
/// with the taps reversed.
/// </summary>
internal struct WinogradWeight
{
    /// <summary>Filters times channels: values of a point.</summary>
    public int Plane;

    /// <summary>Strides of filter, channel and tap, and the offset of the first tap, in elements.</summary>
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
