using IlgpuGan.Models.Networks;

namespace IlgpuGan.Models.Families.Ebgan;

/// <summary>
/// EBGAN's discriminator: an auto-encoder. [N, C, S, S] in [−1, 1] to the energy of each picture, [N], and its code, [N, numbers]. Keys
/// <c>encoder</c> and <c>decoder</c>.
/// </summary>
internal sealed class AutoEncoder : Module
{
    /// <summary>Keeps the square root's gradient finite.</summary>
    private const float Epsilon = 1e-12f;

    private readonly Sequential _encoder;
    private readonly Sequential _decoder;
    private readonly bool _takesVectors;
    private readonly EbganEnergy _energy;

    public AutoEncoder(EbganOptions o)
    {
        _energy = o.Energy;
        _takesVectors = o.Layers == EbganLayers.Perceptrons;
        (_encoder, _decoder) = _takesVectors ? Perceptrons(o) : Convolutions(o);
        Add("encoder", _encoder);
        Add("decoder", _decoder);
    }

    public (Tensor Energy, Tensor Code) Forward(Tensor x)
    {
        using var pixels = _takesVectors ? x.Reshape(x.Shape[0], -1).Affine(0.5f, 0.5f) : x.Share();
        var code = _encoder.Forward(pixels);
        using var made = _decoder.Forward(code);
        using var squares = made.SquaredDifference(pixels);
        using var numbers = squares.Reshape(x.Shape[0], -1);
        var sum = numbers.Sum([1]);
        return (_energy == EbganEnergy.Distance ? sum.Affine(1, Epsilon).Sqrt() : sum, code.Reshape(x.Shape[0], -1));
    }

    /// <summary>For pixels in [0, 1]: linear layers down to the code, and the same widths in reverse order.</summary>
    private static (Sequential Encoder, Sequential Decoder) Perceptrons(EbganOptions o)
    {
        int[] widths = [o.OutputNc * o.ImageSize * o.ImageSize, .. Widths.Parse(o.DWidths)];
        var (encoder, decoder) = (new Sequential(), new Sequential());
        for (var i = 1; i < widths.Length; i++)
        {
            encoder.AppendAll(new Linear(widths[i - 1], widths[i]), new Relu());
        }

        for (var i = widths.Length - 1; i > 0; i--)
        {
            decoder.AppendAll(new Linear(widths[i], widths[i - 1]), i > 1 ? new Relu() : new Sigmoid());
        }

        return (encoder, decoder);
    }

    /// <summary>For pixels in [−1, 1]: three downsamplings, then three upsamplings.</summary>
    private static (Sequential Encoder, Sequential Decoder) Convolutions(EbganOptions o)
    {
        var encoder = new Sequential(new Conv2d(o.OutputNc, o.Ndf, 4, 2, 1), new LeakyRelu());
        for (var level = 1; level < EbganOptions.Halvings; level++)
        {
            encoder.AppendAll(
                new Conv2d(o.Ndf << (level - 1), o.Ndf << level, 4, 2, 1, bias: false), new BatchNorm2d(o.Ndf << level), new LeakyRelu());
        }

        var decoder = new Sequential();
        for (var level = EbganOptions.Halvings - 1; level > 0; level--)
        {
            decoder.AppendAll(
                new ConvTranspose2d(o.Ndf << level, o.Ndf << (level - 1), 4, 2, 1, bias: false), new BatchNorm2d(o.Ndf << (level - 1)),
                    new Relu());
        }

        return (encoder, decoder.AppendAll(new ConvTranspose2d(o.Ndf, o.OutputNc, 4, 2, 1), new Tanh()));
    }
}
