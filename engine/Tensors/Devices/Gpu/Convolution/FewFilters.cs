namespace IlgpuGan.Tensors.Devices.Gpu.Convolution;

/// <summary>
/// A convolution that few-filters kernels are compiled for: a square kernel, and too few results a pixel for tiles of a product.
/// </summary>
internal interface IFewFilters
{
    static abstract int Filters { get; }

    /// <summary>Kernel height and width.</summary>
    static abstract int Side { get; }

    /// <summary>Whether a convolution has this shape: so many filters, or channels of a data gradient, in one group, not dilated.</summary>
    static bool Has<TShape>(in ConvGeometry g, int filters, int stride)
        where TShape : struct, IFewFilters => (filters, g.Groups) == (TShape.Filters, 1)
        && (g.KernelH, g.KernelW, g.StrideH, g.StrideW, g.DilationH, g.DilationW) == (TShape.Side, TShape.Side, stride, stride, 1, 1);
}

/// <summary>3 filters of 7 x 7 taps: the output layer of a ResNet generator for colour pictures.</summary>
internal readonly struct Filters3Taps7 : IFewFilters
{
    public static int Filters => 3;

    public static int Side => 7;
}

/// <summary>1 filter of 7 x 7 taps: the same layer for gray pictures.</summary>
internal readonly struct Filters1Taps7 : IFewFilters
{
    public static int Filters => 1;

    public static int Side => 7;
}

/// <summary>1 filter of 4 x 4 taps: the output layer of a PatchGAN.</summary>
internal readonly struct Filters1Taps4 : IFewFilters
{
    public static int Filters => 1;

    public static int Side => 4;
}

/// <summary>3 filters of 4 x 4 taps, stride 2: the output layer of a U-Net for colour pictures.</summary>
internal readonly struct Filters3Taps4 : IFewFilters
{
    public static int Filters => 3;

    public static int Side => 4;
}

/// <summary>6 channels, 4 x 4 taps, stride 2: the data gradient of a conditional discriminator's input, two colour pictures.</summary>
internal readonly struct Filters6Taps4 : IFewFilters
{
    public static int Filters => 6;

    public static int Side => 4;
}

/// <summary>
/// A forward pass of few filters, or the data gradient of few channels, which is a forward pass with reversed taps: x [Images, Channels,
/// Height, Width] to y [Images, Filters, OutHeight, OutWidth].
/// </summary>
internal struct FewFiltersPass
{
    /// <summary>Filters, and taps of a filter in a channel. Read by the host only: kernels are compiled for them.</summary>
    public int Filters, ChannelTaps;

    public int Images, Channels, Height, Width;

    public int OutHeight, OutWidth;

    /// <summary>Row and column in x of the first output pixel's first tap.</summary>
    public int OriginY, OriginX;

    /// <summary>Strides of filter, channel and tap in the weight, and the offset of the first tap, in elements.</summary>
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

    /// <summary>Operations, two for each multiply-add, padding included.</summary>
    public readonly long Flops => 2L * Images * OutHeight * OutWidth * Channels * Filters * ChannelTaps;
}
