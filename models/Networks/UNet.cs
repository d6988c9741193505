using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Networks;

/// <summary>
/// pix2pix's generator (Isola et al. 2017): downsamplings by 4×4 convolutions, as many upsamplings, and a skip connection at each scale.
/// [N, in, H, W] to [N, out, H, W] in (−1, 1); H and W must be multiples of 2^downs. State-dict keys are the reference's.
/// </summary>
public sealed class UNet : Layer
{
    private const int WidestFactor = 8;
    private const int FirstLevelWithDropout = 5;

    private readonly Block _outermost;

    /// <param name="inputChannels">channels of the input</param>
    /// <param name="outputChannels">channels of the output</param>
    /// <param name="downs">number of downsamplings: 8 for 256 pixels, 7 for 128; at least 3</param>
    /// <param name="ngf">channels after the first convolution; they double up to eightfold</param>
    /// <param name="norm">norm of all but the outermost and innermost convolutions</param>
    /// <param name="dropout">drop half of the values at levels 5 … downs − 1 on the way up</param>
    /// <param name="skips">false omits the skip connections: the paper's encoder–decoder</param>
    /// <param name="upsample">
    /// nearest-neighbour upsampling and a 3×3 convolution (Odena et al. 2016) instead of a transposed convolution: no checkerboard
    /// artifacts
    /// </param>
    public UNet(
        int inputChannels = 3, int outputChannels = 3, int downs = 8, int ngf = 64,
        NormKind norm = NormKind.Batch, bool dropout = true, bool skips = true, bool upsample = false)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(downs, 3);
        Downs = downs;
        Block? inner = null;
        for (var level = downs; level >= 1; level--)
        {
            inner = new Block(new Level
            {
                Input = level == 1 ? inputChannels : Width(level - 1),
                Inside = Width(level),
                Output = level == 1 ? outputChannels : Width(level - 1),
                Norm = norm,
                Outermost = level == 1,
                Dropout = dropout && level >= FirstLevelWithDropout && level < downs,
                Skips = skips,
                Upsample = upsample,
            }, inner);
        }

        _outermost = Add("model", inner!);

        int Width(int level) => ngf * Math.Min(1 << (level - 1), WidestFactor);
    }

    public int Downs { get; }

    public override Tensor Forward(Tensor x)
    {
        var multiple = 1 << Downs;
        return x.Shape.Rank == 4 && x.Shape[2] % multiple == 0 && x.Shape[3] % multiple == 0
            ? _outermost.Forward(x)
            : throw new ShapeException(
                $"unet: {Downs} downsamplings need [N, C, H, W] with sides that are multiples of {multiple}, not {x.Shape}");
    }

    public override string Export(GraphWriter graph, string x) => _outermost.Export(graph, x);

    private sealed record Level
    {
        public required int Input { get; init; }

        public required int Inside { get; init; }

        public required int Output { get; init; }

        public required NormKind Norm { get; init; }

        public required bool Outermost { get; init; }

        public required bool Dropout { get; init; }

        public required bool Skips { get; init; }

        public required bool Upsample { get; init; }
    }

    /// <summary>
    /// One level: downsampling, the inner level, upsampling; all but the outermost concatenate their input to the result.
    /// </summary>
    private sealed class Block : SkipBlock
    {
        public Block(Level level, Block? inner)
            : base(level is { Outermost: false, Skips: true } ? SkipConnection.Concat : SkipConnection.None)
        {
            var bias = level.Norm.HasBias();
            var down = new Conv2d(level.Input, level.Inside, 4, 2, 1, bias);
            var joined = inner is { Skip: SkipConnection.Concat } ? 2 * level.Inside : level.Inside;
            var outwards = bias || level.Outermost;
            Layer[] doubling = level.Upsample
                ? [new Upsample(2), new Conv2d(joined, level.Output, 3, 1, 1, outwards)]
                : [new ConvTranspose2d(joined, level.Output, 4, 2, 1, bias: outwards)];
            Layers = Add("model", (level.Outermost, inner) switch
            {
                (true, _) => new Sequential([down, inner!, new Relu(), .. doubling, new Tanh()]),
                (_, null) => new Sequential([new LeakyRelu(), down, new Relu(), .. doubling, level.Norm.Layer(level.Output)]),
                _ => new Sequential(
                    [new LeakyRelu(), down, level.Norm.Layer(level.Inside), inner, new Relu(), .. doubling,
                        level.Norm.Layer(level.Output)]),
            });
            if (level.Dropout)
            {
                Layers.Append(new Dropout());
            }
        }

        public override Sequential Layers { get; }
    }
}
