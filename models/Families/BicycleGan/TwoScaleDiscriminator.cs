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

    /// <summary>The sum of the losses of both scales' scores.</summary>
    public Tensor Loss(GanLoss loss, Tensor x, bool real)
    {
        var (full, half) = Forward(x);
        return loss.Of(full, real) + loss.Of(half, real);
    }
}
