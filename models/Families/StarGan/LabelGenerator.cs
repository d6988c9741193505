using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Families.StarGan;

/// <summary>
/// StarGAN's generator: a picture and a plane for each element of the target's label, two downsamplings, residual blocks, two upsamplings.
/// [N, 3, H, W] and [N, c] to [N, 3, H, W] in (−1, 1); H and W are multiples of 4. State-dict keys are the reference's. Padding is with
/// zeros: reflection would keep a constant label plane constant, and the norm after the convolution would remove it.
/// </summary>
internal sealed class LabelGenerator : Module
{
    public const int PictureChannels = 3;

    private readonly Sequential _main;

    public LabelGenerator(StarGanOptions o)
    {
        _main = Add("main", new Sequential());
        var width = o.GConvDim;
        Append(new Conv2d(PictureChannels + o.LabelPlaces, width, 7, 1, 3, bias: false), width);
        for (var i = 0; i < 2; i++, width *= 2)
        {
            Append(new Conv2d(width, 2 * width, 4, 2, 1, bias: false), 2 * width);
        }

        for (var i = 0; i < o.GRepeatNum; i++)
        {
            _main.Append(new Block(width));
        }

        for (var i = 0; i < 2; i++, width /= 2)
        {
            Append(new ConvTranspose2d(width, width / 2, 4, 2, 1, bias: false), width / 2);
        }

        _main.AppendAll(new Conv2d(width, PictureChannels, 7, 1, 3, bias: false), new Tanh());

        void Append(Layer convolution, int channels) =>
            _main.AppendAll(convolution, new InstanceNorm2d(channels, affine: true), new Relu());
    }

    /// <param name="x">[N, 3, H, W]</param>
    /// <param name="label">the target's, [N, c]</param>
    public Tensor Forward(Tensor x, Tensor label)
    {
        using var input = x.WithPlanes(label);
        return _main.Forward(input);
    }

    public override IReadOnlyList<string> Export(GraphWriter graph, IReadOnlyList<string> inputs) =>
        [_main.Export(graph, graph.WithPlanes(inputs[0], inputs[1]))];

    /// <summary>x + f(x), without an activation after the sum.</summary>
    private sealed class Block : SkipBlock
    {
        public Block(int channels)
            : base(SkipConnection.Sum) => Layers = Add("main", new Sequential(
                new Conv2d(channels, channels, 3, 1, 1, bias: false), new InstanceNorm2d(channels, affine: true), new Relu(),
                new Conv2d(channels, channels, 3, 1, 1, bias: false), new InstanceNorm2d(channels, affine: true)));

        public override Sequential Layers { get; }
    }
}
