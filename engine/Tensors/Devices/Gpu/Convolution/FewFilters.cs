namespace IlgpuGan.Tensors.Devices.Gpu.Convolution;

/// <summary>
/// A convolution that the kernels for few filters are compiled for: square, and with too few results a pixel for tiles of a matrix.
/// </summary>
internal interface IFewFilters
{
    static abstract int Filters { get; }

    /// <summary>Taps in each direction.</summary>
    static abstract int Side { get; }
}

/// <summary>The layer of a ResNet generator that makes a picture in colour.</summary>
internal readonly struct Filters3Taps7 : IFewFilters
{
    public static int Filters => 3;

    public static int Side => 7;
}

/// <summary>The same in gray.</summary>
internal readonly struct Filters1Taps7 : IFewFilters
{
    public static int Filters => 1;

    public static int Side => 7;
}

/// <summary>The layer of a PatchGAN that judges.</summary>
internal readonly struct Filters1Taps4 : IFewFilters
{
    public static int Filters => 1;

    public static int Side => 4;
}

/// <summary>The layer of a U-Net that makes a picture in colour: stride 2.</summary>
internal readonly struct Filters3Taps4 : IFewFilters
{
    public static int Filters => 3;

    public static int Side => 4;
}

/// <summary>The layer with which a discriminator reads a pair of pictures in colour: stride 2, backwards.</summary>
internal readonly struct Filters6Taps4 : IFewFilters
{
    public static int Filters => 6;

    public static int Side => 4;
}

/// <summary>
/// A forward pass of few filters, or the data gradient of few channels, which is one with its taps in reverse: y [Images, filters,
/// OutHeight, OutWidth] of x [Images, Channels, Height, Width].
/// </summary>
internal struct FewFiltersPass
{
    /// <summary>Read by the host: kernels are compiled for a number of filters, and of a filter's taps in a channel.</summary>
    public int Filters, ChannelTaps;

    public int Images, Channels, Height, Width;

    public int OutHeight, OutWidth;

    /// <summary>Row and column in the image of the first tap of the first pixel.</summary>
    public int OriginY, OriginX;

    /// <summary>Elements of the weight to go for one more filter, channel and tap, and those to the first tap.</summary>
    public int FilterStride, ChannelStride, TapStride, FirstTap;

    public static FewFiltersPass Forward(in ConvGeometry g) => new()
    {
        Filters = g.K,
        Images = g.N,
        Channels = g.C,
        Height = g.H,
        Width = g.W,
        OutHeight = g.OutH,
        OutWidth = g.OutW,
        OriginY = -g.PadTop,
        OriginX = -g.PadLeft,
        FilterStride = g.C * g.KernelH * g.KernelW,
        ChannelStride = g.KernelH * g.KernelW,
        TapStride = 1,
        ChannelTaps = g.KernelH * g.KernelW,
    };

    public static FewFiltersPass InputGradient(in ConvGeometry g) => new()
    {
        Filters = g.C,
        Images = g.N,
        Channels = g.K,
        Height = g.OutH,
        Width = g.OutW,
        OutHeight = g.H,
        OutWidth = g.W,
        OriginY = g.PadTop - g.KernelH + 1,
        OriginX = g.PadLeft - g.KernelW + 1,
        FilterStride = g.KernelH * g.KernelW,
        ChannelStride = g.C * g.KernelH * g.KernelW,
        TapStride = -1,
        ChannelTaps = g.KernelH * g.KernelW,
        FirstTap = (g.KernelH * g.KernelW) - 1,
    };

    /// <summary>Two for each multiply-add, those with padding too.</summary>
    public readonly long Flops => 2L * Images * OutHeight * OutWidth * Channels * Filters * ChannelTaps;
}
