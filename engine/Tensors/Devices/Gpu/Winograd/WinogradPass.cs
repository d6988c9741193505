using IlgpuGan.Tensors.Devices.Gpu.Convolution;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.Tensors.Devices.Gpu.Winograd;

/// <summary>The passes of a convolution.</summary>
internal enum ConvolutionPass
{
    Forward,
    InputGradient,
    WeightGradient,
}

/// <summary>
/// A pass by Winograd's algorithm: its tiles, its products in the Winograd domain, and its estimated time, to compare with the pass as one
/// product.
/// </summary>
internal readonly struct WinogradPass
{
    /// <summary>The most floats of a call in the Winograd domain: 256 MB. Larger batches are computed in slices of images.</summary>
    public const long MaxScratch = 64L << 20;

    private const int Side = 3;

    private readonly ConvGeometry _g;
    private readonly ConvolutionPass _pass;

    /// <param name="g">a geometry that <see cref="Suits"/></param>
    /// <param name="most">the most floats in the Winograd domain</param>
    public WinogradPass(in ConvGeometry g, ConvolutionPass pass, long most = MaxScratch)
    {
        (_g, _pass) = (g, pass);
        var one = ScratchFor(1) - Weights;
        Images = pass == ConvolutionPass.WeightGradient
            ? (ScratchFor(g.N) <= most ? g.N : 0)
            : (int)Math.Clamp((most - Weights) / Math.Max(one, 1), 0, g.N);
    }

    /// <summary>Images of a slice; 0 where there is no room for one image, or, in a weight gradient, for all.</summary>
    public int Images { get; }

    private long Weights => (long)SixPointLine.PointsPerTile * _g.K * _g.C;

    /// <summary>Whether a convolution has 3 x 3 taps, stride 1, no dilation, one group, and arrays that kernels can index.</summary>
    public static bool Suits(in ConvGeometry g) =>
        (g.KernelH, g.KernelW, g.StrideH, g.StrideW, g.DilationH, g.DilationW, g.Groups) == (Side, Side, 1, 1, 1, 1, 1)
        && (long)g.N * Math.Max(g.C, g.K) * Math.Max(g.H, g.OutH) * Math.Max(g.W, g.OutW) <= int.MaxValue / 2;

    /// <summary>The tiles of the array that a pass reads: 6 x 6 pixels.</summary>
    /// <param name="images">images of the slice</param>
    public WinogradTiles Inputs(int images) => _pass == ConvolutionPass.InputGradient
        ? new(images, _g.K, (_g.OutH, _g.OutW), (_g.H, _g.W), (_g.PadTop - Side + 1, _g.PadLeft - Side + 1))
        : new(images, _g.C, (_g.H, _g.W), (_g.OutH, _g.OutW), (-_g.PadTop, -_g.PadLeft));

    /// <summary>The tiles of the array that a forward pass or a data gradient writes, or of a weight gradient's dy: 4 x 4 pixels.</summary>
    /// <param name="images">images of the slice</param>
    public WinogradTiles Outputs(int images) => _pass == ConvolutionPass.InputGradient
        ? new(images, _g.C, (_g.H, _g.W), (_g.H, _g.W), (0, 0))
        : new(images, _g.K, (_g.OutH, _g.OutW), (_g.OutH, _g.OutW), (0, 0));

    public Divisor WeightChannels => new(_pass == ConvolutionPass.InputGradient ? _g.K : _g.C);

    public WinogradWeight Weight =>
        _pass == ConvolutionPass.InputGradient ? WinogradWeight.InputGradient(_g) : WinogradWeight.Forward(_g);

    /// <summary>
    /// The products in the Winograd domain: u [36, filters, channels] · v [36, channels, tiles], or for a weight gradient [36, filters,
    /// tiles] · [36, channels, tiles] transposed.
    /// </summary>
    public MatMulGeometry Products(int images)
    {
        WinogradTiles inputs = Inputs(images), outputs = Outputs(images);
        return _pass == ConvolutionPass.WeightGradient
            ? new(SixPointLine.PointsPerTile, _g.K, _g.C, inputs.Stride.Value, TransposeA: false, TransposeB: true)
            : new(SixPointLine.PointsPerTile, outputs.Channels, inputs.Stride.Value, inputs.Channels, TransposeA: false, TransposeB: false);
    }

    /// <summary>Floats in the Winograd domain, of all three arrays.</summary>
    private long ScratchFor(int images) =>
        ((long)SixPointLine.PointsPerTile * (Inputs(images).Channels + Outputs(images).Channels) * Inputs(images).Stride.Value) + Weights;

    /// <summary>The shape of the products in the Winograd domain.</summary>
    public ProductShape Shape
    {
        get
        {
            var g = Products(Images);
            return ProductShape.Of(MatMulProduct.Of(default, default, default, g), MatMulProduct.IsAlongDepth(g), isAligned: true);
        }
    }

    /// <summary>The shape of the pass as one product.</summary>
    public ProductShape Direct => _pass switch
    {
        ConvolutionPass.Forward =>
            ProductShape.Of(ConvolutionProducts.Forward(default, default, default, default, _g), isAlongDepth: false, isAligned: true),
        ConvolutionPass.InputGradient => ProductShape.Of(
            ConvolutionProducts.InputGradient(default, default, default, default, _g), isAlongDepth: false, isAligned: true),
        _ => ProductShape.Of(ConvolutionProducts.WeightGradient(default, default, default, _g), isAlongDepth: true, isAligned: true),
    };

    /// <summary>
    /// The estimated cycles of the pass on a GPU: the products, the memory traffic of the transforms, and the launches. To compare with
    /// <see cref="SplitTime.Least"/> of <see cref="Direct"/>.
    /// </summary>
    public double Cycles(ProductDevice device)
    {
        const int Launches = 3;
        var slices = (_g.N + Images - 1) / Images;
        var weights = Weights + ((long)Side * Side * _g.K * _g.C);
        var pixels = (long)_g.N * ((_g.C * _g.H * _g.W) + (_g.K * _g.OutH * _g.OutW));
        var transforms = Time(sizeof(float) * ((slices * (ScratchFor(Images) - Weights)) + weights + pixels));
        var products = Math.Max(SplitTime.Least(Shape, device), Time(sizeof(float) * ScratchFor(Images)));
        return transforms + (slices * (products + (Launches * (ProductTime.LaunchCycles + (2 * ProductTime.MemoryLatency)))));

        double Time(long bytes) => bytes / (ProductTime.BytesPerCycle * device.Multiprocessors);
    }
}
