namespace IlgpuGan.Models.Networks;

/// <summary>
/// A discriminator or critic of pictures [N, C, H, W], optionally with labels [N, places]: one raw score per picture.
/// </summary>
internal abstract class PictureDiscriminator(Sequential main) : Module
{
    public abstract Tensor Forward(Tensor x, Tensor? labels);

    /// <summary>The layers, under the name that published programs give them.</summary>
    protected Sequential Main { get; } = main;
}

/// <summary>Convolutions: labels are planes beside the picture's. Key <c>main</c>.</summary>
internal sealed class ConvolutionalDiscriminator : PictureDiscriminator
{
    public ConvolutionalDiscriminator(Sequential layers)
        : base(layers) => Add("main", layers);

    public override Tensor Forward(Tensor x, Tensor? labels)
    {
        using var told = labels is null ? x.Share() : x.WithPlanes(labels);
        return Main.Forward(told);
    }
}

/// <summary>A perceptron: labels stand behind the picture's numbers. Key <c>model</c>.</summary>
internal sealed class PerceptronDiscriminator : PictureDiscriminator
{
    public PerceptronDiscriminator(Sequential layers)
        : base(layers) => Add("model", layers);

    public override Tensor Forward(Tensor x, Tensor? labels)
    {
        using var numbers = x.Reshape(x.Shape[0], -1);
        using var told = labels is null ? numbers.Share() : TensorOps.Concat(1, numbers, labels);
        return Main.Forward(told);
    }
}
