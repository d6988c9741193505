using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Families.Cut;

/// <summary>
/// CUT's generator: CycleGAN's ResNet, antialiased (<see cref="ScalingKind.Antialias"/>). [N, in, H, W] to [N, out, H, W] in (−1, 1); H
/// and W must be multiples of 4 and at least 8. Its first half is the encoder whose features the contrastive loss compares, by the index of
/// a layer in <c>model</c>: 0 the padded picture, 4 and 8 the widening convolutions, from 12 on the residual blocks. State-dict keys are
/// the reference's.
/// </summary>
internal sealed class AntialiasedResNet : CutGenerator
{
    /// <summary>Index of the first residual block.</summary>
    internal const int FirstBlock = 12;

    private const int Halvings = 2;

    private readonly Sequential _model;
    private readonly List<Layer> _layers;

    /// <param name="inputChannels">channels of the input</param>
    /// <param name="outputChannels">channels of the output</param>
    /// <param name="blocks">residual blocks</param>
    /// <param name="ngf">channels after the first convolution; each downsampling doubles them</param>
    public AntialiasedResNet(int inputChannels = 3, int outputChannels = 3, int blocks = 9, int ngf = 64)
    {
        _model = Add("model", ResNetGenerator.Trunk(inputChannels, blocks, ngf, scaling: ScalingKind.Antialias));
        _model.AppendAll(ResNetGenerator.Painting(ngf, outputChannels));
        _layers = [.. Enumerable.Range(0, _model.Count).Select(i => _model[i])];
    }

    /// <summary>Channels of a layer's output.</summary>
    /// <param name="layer">index in <c>model</c>, up to the last residual block</param>
    /// <param name="inputChannels">channels of the input</param>
    /// <param name="ngf">channels after the first convolution</param>
    public static int ChannelsOf(int layer, int inputChannels, int ngf) => layer switch
    {
        0 => inputChannels,
        < 4 => ngf,
        < 8 => 2 * ngf,
        _ => 4 * ngf,
    };

    private protected override IReadOnlyList<Layer> Layers => _layers;

    public override Tensor Forward(Tensor x) => _model.Forward(Checked(x));

    public override string Export(GraphWriter graph, string x) => _model.Export(graph, x);

    private protected override Tensor Checked(Tensor x) => Divisible(x);

    /// <summary>x [N, C, H, W].</summary>
    /// <exception cref="ShapeException">its sides can't be halved twice</exception>
    internal static Tensor Divisible(Tensor x) =>
        x.Shape.Rank == 4 && x.Shape[2] % (1 << Halvings) == 0 && x.Shape[3] % (1 << Halvings) == 0
        ? x
        : throw new ShapeException(
            $"antialiased resnet: two downsamplings need [N, C, H, W] with sides that are multiples of 4, not {x.Shape}");
}
