namespace IlgpuGan.Models.Families.StarGan;

/// <summary>
/// StarGAN's discriminator: downsamplings without norms, then two heads. [N, 3, side, side] to scores of patches [N, 1, h, w] and logits of
/// the label [N, c]. State-dict keys are the reference's.
/// </summary>
internal sealed class ClassifyingDiscriminator : Module
{
    private const float Slope = 0.01f;

    private readonly Sequential _main;
    private readonly Conv2d _scores;
    private readonly Conv2d _classes;

    public ClassifyingDiscriminator(StarGanOptions o)
    {
        var width = o.DConvDim;
        _main = Add("main", new Sequential(new Conv2d(LabelGenerator.PictureChannels, width, 4, 2, 1), new LeakyRelu(Slope)));
        for (var i = 1; i < o.DRepeatNum; i++, width *= 2)
        {
            _main.Append(new Conv2d(width, 2 * width, 4, 2, 1)).Append(new LeakyRelu(Slope));
        }

        _scores = Add("conv1", new Conv2d(width, 1, 3, 1, 1, bias: false));
        _classes = Add("conv2", new Conv2d(width, o.LabelCount, o.ImageSize >> o.DRepeatNum, bias: false));
    }

    public (Tensor Scores, Tensor Classes) Forward(Tensor x)
    {
        using var features = _main.Forward(x);
        using var classes = _classes.Forward(features);
        return (_scores.Forward(features), classes.Reshape(x.Shape[0], -1));
    }

    /// <summary>The scores alone.</summary>
    public Tensor Scores(Tensor x)
    {
        using var features = _main.Forward(x);
        return _scores.Forward(features);
    }
}
