using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Networks;

/// <summary>
/// CycleGAN's generator (Zhu et al. 2017, after Johnson et al. 2016): two downsamplings, residual blocks, two upsamplings; with four
/// instead of two, pix2pixHD's global generator (Wang et al. 2018). [N, in, H, W] to [N, out, H, W] in (−1, 1); H and W must be multiples
/// of 2^halvings, and at least twice that if blocks use reflection padding or norms. State-dict keys are the reference's, with
/// <c>upsample</c> those of the PyTorch-GAN collection.
/// </summary>
public sealed class ResNetGenerator : Layer
{
    private const int BorderOf7 = 3;

    private readonly Sequential _model;
    private readonly int _sideMultiple;

    /// <param name="inputChannels">channels of the input</param>
    /// <param name="outputChannels">channels of the output</param>
    /// <param name="blocks">residual blocks: 6 for 128 pixels, 9 for 256 and more</param>
    /// <param name="ngf">channels after the first convolution; each downsampling doubles them</param>
    /// <param name="norm">norm of all but the last convolution</param>
    /// <param name="dropout">drop half of the values within each block</param>
    /// <param name="padding">padding of the blocks' convolutions</param>
    /// <param name="upsample">
    /// nearest-neighbour upsampling and a 3×3 convolution instead of a transposed convolution: no checkerboard artifacts
    /// </param>
    /// <param name="halvings">downsamplings before the blocks, and upsamplings after them</param>
    /// <param name="spectral">spectral norms on all convolutions but the last</param>
    public ResNetGenerator(
        int inputChannels = 3, int outputChannels = 3, int blocks = 9, int ngf = 64, NormKind norm = NormKind.Instance,
        bool dropout = false, BlockPadding padding = BlockPadding.Reflect, bool upsample = false, int halvings = 2, bool spectral = false)
    {
        _sideMultiple = 1 << halvings;
        _model = Add("model", Trunk(inputChannels, blocks, ngf, norm, dropout, padding, upsample, halvings, spectral));
        _model.AppendAll(new ReflectionPad2d(BorderOf7), new Conv2d(ngf, outputChannels, 7), new Tanh());
    }

    /// <summary>All but the last three layers: [N, in, H, W] to [N, ngf, H, W].</summary>
    /// <inheritdoc cref="ResNetGenerator(int, int, int, int, NormKind, bool, BlockPadding, bool, int, bool)"/>
    internal static Sequential Trunk(
        int inputChannels, int blocks, int ngf, NormKind norm = NormKind.Instance, bool dropout = false,
        BlockPadding padding = BlockPadding.Reflect,
        bool upsample = false, int halvings = 2, bool spectral = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(blocks);
        ArgumentOutOfRangeException.ThrowIfNegative(halvings);
        var widest = ngf << halvings;
        var bias = norm.HasBias();
        var trunk = new Sequential(
            new ReflectionPad2d(BorderOf7), Weighted(new Conv2d(inputChannels, ngf, 7, bias: bias)), norm.Layer(ngf), new ReLU());
        for (var width = ngf; width < widest; width *= 2)
        {
            trunk.AppendAll(Weighted(new Conv2d(width, 2 * width, 3, 2, 1, bias)), norm.Layer(2 * width), new ReLU());
        }

        for (var i = 0; i < blocks; i++)
        {
            trunk.Append(new ResidualBlock(widest, norm, dropout, padding, upsample ? "block" : "conv_block", spectral));
        }

        for (var width = widest; width > ngf; width /= 2)
        {
            _ = upsample
                ? trunk.AppendAll(new Upsample(2), Weighted(new Conv2d(width, width / 2, 3, 1, 1, bias)))
                : trunk.Append(Weighted(new ConvTranspose2d(width, width / 2, 3, 2, 1, outputPadding: 1, bias)));
            trunk.AppendAll(norm.Layer(width / 2), new ReLU());
        }

        return trunk;

        Layer Weighted(Layer convolution) => spectral ? new SpectralNorm(convolution) : convolution;
    }

    public override Tensor Forward(Tensor x) => x.Shape.Rank == 4 && x.Shape[2] % _sideMultiple == 0 && x.Shape[3] % _sideMultiple == 0
        ? _model.Forward(x)
        : throw new ShapeException(
            $"resnet: {int.Log2(_sideMultiple)} downsamplings need [N, C, H, W] with sides that are multiples of {_sideMultiple}, not " +
                $"{x.Shape}");

    public override string Export(GraphWriter graph, string x) => _model.Export(graph, x);
}
