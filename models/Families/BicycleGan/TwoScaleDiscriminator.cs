using IlgpuGan.Models.Losses;
using IlgpuGan.Models.Networks;

namespace IlgpuGan.Models.Families.BicycleGan;

/// <summary>
/// Two patch discriminators: one of a picture [N, C, H, W], the other of the picture at half size, with half the width. State-dict keys are
/// the reference's.
/// </summary>
internal sealed class TwoScaleDiscriminator : Module
{
    private readonly AvgPool2d _half = new(3, 2, 1, countIncludePad: false);
    private readonly Sequential _atFullSize;
    private readonly Sequential _atHalfSize;

    public TwoScaleDiscriminator(BicycleGanOptions o)
    {
        var channels = o.OutputNc + (o.ConditionalD ? o.InputNc : 0);
        _atFullSize = Add("model_0", PatchGan.Layers(channels, o.Ndf, o.NLayersD, NormKind.Instance));
        _atHalfSize = Add("model_1", PatchGan.Layers(channels, o.Ndf / 2, o.NLayersD, NormKind.Instance));
    }

    /// <summary>Raw scores at both sizes.</summary>
    public (Tensor Full, Tensor Half) Forward(Tensor x)
    {
        using var half = _half.Forward(x);
        return (_atFullSize.Forward(x), _atHalfSize.Forward(half));
    }

    /// <summary>The sum of the scores at both sizes, a scalar.</summary>
    public Tensor SumOfScores(Tensor x)
    {
        var (full, half) = Forward(x);
        return full.Sum() + half.Sum();
    }

    /// <summary>The discriminator's loss: the sum of both scales' losses for fake and for real inputs.</summary>
    public Tensor Loss(GanLoss loss, Tensor fake, Tensor real)
    {
        var ofFake = Forward(fake);
        var ofReal = Forward(real);
        return loss.IsRelative
            ? loss.Relative(ofReal.Full, ofFake.Full) + loss.Relative(ofReal.Half, ofFake.Half)
            : loss.Of(ofFake.Full, real: false) + loss.Of(ofFake.Half, real: false)
                + (loss.Of(ofReal.Full, real: true) + loss.Of(ofReal.Half, real: true));
    }

    /// <summary>The generator's loss: the sum of both scales' losses.</summary>
    /// <param name="loss">the kind of loss</param>
    /// <param name="fake">generated inputs, [N, C, H, W]</param>
    /// <param name="real">the real inputs that they are compared with</param>
    public Tensor LossOfGenerator(GanLoss loss, Tensor fake, Tensor real)
    {
        var (full, half) = Forward(fake);
        return loss.OfGenerator(full, () => Forward(real).Full) + loss.OfGenerator(half, () => Forward(real).Half);
    }
}
