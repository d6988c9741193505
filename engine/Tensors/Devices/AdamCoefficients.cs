namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// What an Adam step multiplies by, worked out in float64 as PyTorch does, the same for every device:
/// g += WeightDecay·w; m = Beta1·m + OneMinusBeta1·g; v = Beta2·v + OneMinusBeta2·g²; w −= StepSize·m / (InverseRootCorrection·√v + Epsilon).
/// </summary>
public readonly struct AdamCoefficients
{
    public AdamCoefficients(in AdamSettings settings)
    {
        var beta1 = AsWritten(settings.Beta1);
        var beta2 = AsWritten(settings.Beta2);
        Beta1 = settings.Beta1;
        Beta2 = settings.Beta2;
        OneMinusBeta1 = (float)(1 - beta1);
        OneMinusBeta2 = (float)(1 - beta2);
        StepSize = (float)(AsWritten(settings.LearningRate) / (1 - Math.Pow(beta1, settings.Step)));
        InverseRootCorrection = (float)(1 / Math.Sqrt(1 - Math.Pow(beta2, settings.Step)));
        Epsilon = settings.Epsilon;
        WeightDecay = settings.WeightDecay;
    }

    public float Beta1 { get; }

    public float OneMinusBeta1 { get; }

    public float Beta2 { get; }

    public float OneMinusBeta2 { get; }

    /// <summary>α / (1 − β₁ᵗ).</summary>
    public float StepSize { get; }

    /// <summary>1 / √(1 − β₂ᵗ).</summary>
    public float InverseRootCorrection { get; }

    public float Epsilon { get; }

    public float WeightDecay { get; }

    /// <summary>0.999f stands for 0.999: its own value would make 1 − β₂ wrong by 1.3e-5.</summary>
    private static double AsWritten(float value) => (double)(decimal)value;
}
