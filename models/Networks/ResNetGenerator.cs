using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Nn;
using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Networks;

/// <summary>
/// CycleGAN's generator (Zhu et al. 2017, after Johnson et al. 2016): two halvings, residual blocks, two doublings.
/// [N, in, H, W] to [N, out, H, W] in (−1, 1); H and W must be multiples of 4, and at least 8 where blocks mirror their border or take norms.
/// State-dict keys are the reference's, with <c>upsample</c> those of the PyTorch-GAN collection.
/// </summary>
public sealed class ResNetGenerator : Layer
{
    private const int BorderOf7 = 3;

    private readonly Sequential _model;

    /// <param name="inputChannels">channels read</param>
    /// <param name="outputChannels">channels made</param>
    /// <param name="blocks">residual blocks: 6 for 128 pixels, 9 for 256 and more</param>
    /// <param name="ngf">channels after the first convolution; the blocks have four times as many</param>
    /// <param name="norm">norm of all but the last convolution</param>
    /// <param name="dropout">drop half of the values within each block</param>
    /// <param name="padding">border of the blocks' convolutions</param>
    /// <param name="upsample">double by nearest neighbour and a 3×3 convolution instead of a transposed convolution: no checkerboard</param>
    public ResNetGenerator(
        int inputChannels = 3, int outputChannels = 3, int blocks = 9, int ngf = 64, NormKind norm = NormKind.Instance,
        bool dropout = false, BlockPadding padding = BlockPadding.Reflect, bool upsample = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(blocks);
        var bias = norm.HasBias();
        _model = Add("model", new Sequential(
            new ReflectionPad2d(BorderOf7), new Conv2d(inputChannels, ngf, 7, bias: bias), norm.Layer(ngf), new ReLU()));
        for (var width = ngf; width < 4 * ngf; width *= 2)
        {
            _model.AppendAll(new Conv2d(width, 2 * width, 3, 2, 1, bias), norm.Layer(2 * width), new ReLU());
        }

        for (var i = 0; i < blocks; i++)
        {
            _model.Append(new Block(4 * ngf, norm, dropout, padding, name: upsample ? "block" : "conv_block"));
        }

        for (var width = 4 * ngf; width > ngf; width /= 2)
        {
            _ = upsample
                ? _model.AppendAll(new Upsample(2), new Conv2d(width, width / 2, 3, 1, 1, bias))
                : _model.Append(new ConvTranspose2d(width, width / 2, 3, 2, 1, outputPadding: 1, bias));
            _model.AppendAll(norm.Layer(width / 2), new ReLU());
        }

        _model.AppendAll(new ReflectionPad2d(BorderOf7), new Conv2d(ngf, outputChannels, 7), new Tanh());
    }

    public override Tensor Forward(Tensor x) => x.Shape.Rank == 4 && x.Shape[2] % 4 == 0 && x.Shape[3] % 4 == 0
        ? _model.Forward(x)
        : throw new ShapeException($"resnet: two halvings need [N, C, H, W] with sides that are multiples of 4, not {x.Shape}");

    public override string Export(GraphWriter graph, string x) => _model.Export(graph, x);

    /// <summary>x + f(x), with no activation behind the sum.</summary>
    private sealed class Block : SkipBlock
    {
        public Block(int channels, NormKind norm, bool dropout, BlockPadding padding, string name)
            : base(SkipConnection.Sum)
        {
            Layers = Add(name, new Sequential());
            AppendConvolution();
            Layers.Append(new ReLU());
            if (dropout)
            {
                Layers.Append(new Dropout());
            }

            AppendConvolution();

            void AppendConvolution()
            {
                if (padding != BlockPadding.Zero)
                {
                    Layers.Append(padding == BlockPadding.Reflect ? new ReflectionPad2d(1) : new ReplicationPad2d(1));
                }

                var border = padding == BlockPadding.Zero ? 1 : 0;
                Layers.AppendAll(new Conv2d(channels, channels, 3, 1, border, norm.HasBias()), norm.Layer(channels));
            }
        }

        public override Sequential Layers { get; }
    }
}
