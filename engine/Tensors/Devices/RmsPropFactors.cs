namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// What a step of RMSProp multiplies and adds, the same for every device: g += WeightDecay·w; s = Decay·s + OneMinusDecay·g²;
/// q = g/(√(s + InnerEpsilon) + OuterEpsilon) times the first rate; v = Momentum·v + q, if there is a velocity, else q; w −= v times the
/// second rate.
/// </summary>
public readonly struct RmsPropFactors(in RmsPropSettings settings)
{
    public float Decay { get; } = settings.Decay;

    public float OneMinusDecay { get; } = settings.OneMinusDecay;

    public float InnerEpsilon { get; } = settings.Convention == RmsPropConvention.TensorFlow1 ? settings.Epsilon : 0;

    public float OuterEpsilon { get; } = settings.Convention == RmsPropConvention.TensorFlow1 ? 0 : settings.Epsilon;

    public float Momentum { get; } = settings.Momentum;

    public float WeightDecay { get; } = settings.WeightDecay;
}
