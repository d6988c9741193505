namespace IlgpuGan.Models.Networks;

/// <summary>A discriminator or critic of pictures [N, C, H, W], optionally with labels [N, labels]: one raw score per picture.</summary>
internal abstract class PictureDiscriminator(Sequential main) : Module
{
    public abstract Tensor Forward(Tensor x, Tensor? labels);

    /// <summary>The layers; subclasses register them under the key of the published programs.</summary>
    protected Sequential Main { get; } = main;
}

/// <summary>A convolutional discriminator: labels are concatenated to the picture as planes. State-dict key <c>main</c>.</summary>
internal sealed class ConvolutionalDiscriminator : PictureDiscriminator
{
    public ConvolutionalDiscriminator(Sequential layers)
        : base(layers) => Add("main", layers);

    public override Tensor Forward(Tensor x, Tensor? labels)
    {
        using var input = labels is null ? x.Share() : x.WithPlanes(labels);
        return Main.Forward(input);
    }
}

/// <summary>A perceptron: labels are concatenated to the flattened picture. State-dict key <c>model</c>.</summary>
internal sealed class PerceptronDiscriminator : PictureDiscriminator
{
    public PerceptronDiscriminator(Sequential layers)
        : base(layers) => Add("model", layers);

    public override Tensor Forward(Tensor x, Tensor? labels)
    {
        using var flat = x.Reshape(x.Shape[0], -1);
        using var input = labels is null ? flat.Share() : TensorOps.Concat(1, flat, labels);
        return Main.Forward(input);
    }
}
