namespace IlgpuGan.Models.Families.Cut;

/// <summary>
/// SinCUT's generator: StyleGAN2's layers without styles, one downsampling, residual blocks, one upsampling, an unbounded output. [N, in,
/// H, W] to [N, out, H, W]; H and W must be even. Layers that can be compared: 0 the picture, 1 its first convolution, 2 the downsampling
/// block, 3 and later the encoder's other blocks. Keys are the reference's, <c>encoder.convs.1.0.weight</c>.
/// </summary>
internal sealed class StyleGenerator : CutGenerator
{
    private const int WidthFactor = 8;
    private const int Widest = 512;

    /// <summary>Number of layers before the first block at half size.</summary>
    private const int LayersBeforeBlocks = 3;

    private readonly List<Layer> _layers = [];
    private readonly StyleUpsample _upsample;

    /// <param name="inputChannels">channels of the input</param>
    /// <param name="outputChannels">channels of the output</param>
    /// <param name="blocks">residual blocks, half of them in the encoder</param>
    /// <param name="ngf">an eighth of the channels at full size, which are doubled at half the size, up to 512</param>
    public StyleGenerator(int inputChannels = 3, int outputChannels = 3, int blocks = 6, int ngf = 10)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(blocks);
        var (full, half) = Widths(ngf);
        var encoder = new Convs();
        Add("encoder", encoder);
        Append(encoder, new Identity());
        Append(encoder, StyleLayers.Convolution(inputChannels, full, 1));
        Append(encoder, new StyleBlock(full, half, halves: true));
        for (var i = 0; i < EncoderBlocks(blocks); i++)
        {
            Append(encoder, new StyleBlock(half, half, halves: false));
        }

        var decoder = new Convs();
        Add("decoder", decoder);
        for (var i = 0; i < EncoderBlocks(blocks); i++)
        {
            Append(decoder, new StyleBlock(half, half, halves: false));
        }

        _upsample = new StyleUpsample(half, full);
        Append(decoder, _upsample);
        Append(decoder, StyleLayers.Convolution(full, outputChannels, 1));

        void Append(Convs half, Layer layer)
        {
            half.Layers.Append(layer);
            _layers.Add(layer);
        }
    }

    /// <summary>Draws the noise of a forward pass in training, of shape [N, 1, H, W]; null for none.</summary>
    public Func<Shape, Tensor>? Noise
    {
        get => _upsample.Noise;
        set => _upsample.Noise = value;
    }

    private protected override IReadOnlyList<Layer> Layers => _layers;

    /// <summary>The last layer whose output can be compared.</summary>
    internal static int LastCompared(int blocks) => LayersBeforeBlocks - 1 + EncoderBlocks(blocks);

    /// <summary>Channels of a layer's output.</summary>
    internal static int ChannelsOf(int layer, int inputChannels, int ngf) => layer switch
    {
        0 => inputChannels,
        1 => Widths(ngf).Full,
        _ => Widths(ngf).Half,
    };

    private protected override Tensor Checked(Tensor x) => x.Shape.Rank == 4 && x.Shape[2] % 2 == 0 && x.Shape[3] % 2 == 0
        ? x
        : throw new ShapeException($"stylegan2 generator: its downsampling needs [N, C, H, W] with even sides, not {x.Shape}");

    private static int EncoderBlocks(int blocks) => blocks / 2;

    private static (int Full, int Half) Widths(int ngf) => (Math.Min(Widest, WidthFactor * ngf), Math.Min(Widest, 2 * WidthFactor * ngf));

    /// <summary>Puts its layers under the key <c>convs</c>.</summary>
    private sealed class Convs : Module
    {
        public Convs() => Layers = Add("convs", new Sequential());

        public Sequential Layers { get; }
    }
}
