namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// Coefficients of a step of RMSProp, the same on every device: g += WeightDecay·w; s = Decay·s + OneMinusDecay·g²;
/// q = rate₀·g/(√(s + InnerEpsilon) + OuterEpsilon); v = Momentum·v + q with a velocity, else v = q; w −= rate₁·v. The two rates are
/// those of <see cref="RmsPropSettings.SetRates"/>.
/// </summary>
internal readonly struct RmsPropFactors(in RmsPropSettings settings)
{
    public float Decay { get; } = settings.Decay;

    public float OneMinusDecay { get; } = settings.OneMinusDecay;

    public float InnerEpsilon { get; } = settings.Convention == RmsPropConvention.TensorFlow1 ? settings.Epsilon : 0;

    public float OuterEpsilon { get; } = settings.Convention == RmsPropConvention.TensorFlow1 ? 0 : settings.Epsilon;

    public float Momentum { get; } = settings.Momentum;

    public float WeightDecay { get; } = settings.WeightDecay;
}
