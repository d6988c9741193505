namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// What an Adam step multiplies by, worked out in float64 as PyTorch does, the same for every device:
/// g += WeightDecay·w; m = Beta1·m + OneMinusBeta1·g; v = Beta2·v + OneMinusBeta2·g²;
/// w = WeightKept·w − StepSize·m / (InverseRootCorrection·√v + Epsilon), where WeightKept is 1 but for AdamW.
/// </summary>
public readonly struct AdamCoefficients
{
    /// <summary>Words in the table of numbers that <see cref="SetRates"/> fills.</summary>
    public const int Rates = 3;

    /// <param name="settings">what stays from step to step</param>
    /// <param name="numbers">where the rest of the present step is</param>
    public AdamCoefficients(in AdamSettings settings, StepNumbers numbers)
        : this(settings, numbers.Single(settings.Rates), numbers.Single(settings.Rates + 1), numbers.Single(settings.Rates + 2))
    {
    }

    private AdamCoefficients(in AdamSettings settings, float stepSize, float inverseRootCorrection, float weightKept)
    {
        Beta1 = settings.Beta1;
        Beta2 = settings.Beta2;
        OneMinusBeta1 = (float)(1 - AsWritten(settings.Beta1));
        OneMinusBeta2 = (float)(1 - AsWritten(settings.Beta2));
        StepSize = stepSize;
        InverseRootCorrection = inverseRootCorrection;
        WeightKept = weightKept;
        Epsilon = settings.Epsilon;
        WeightDecay = settings.WeightDecay;
    }

    public float Beta1 { get; }

    public float OneMinusBeta1 { get; }

    public float Beta2 { get; }

    public float OneMinusBeta2 { get; }

    /// <summary>α / (1 − β₁ᵗ).</summary>
    public float StepSize { get; }

    /// <summary>1 / √(1 − β₂ᵗ); 1 in TensorFlow 1's convention, where the step size has the correction.</summary>
    public float InverseRootCorrection { get; }

    /// <summary>1 − α times AdamW's decay of the weight.</summary>
    public float WeightKept { get; }

    public float Epsilon { get; }

    public float WeightDecay { get; }

    /// <summary>For kernels that look the rates up on the device.</summary>
    internal static AdamCoefficients WithoutRates(in AdamSettings settings) => new(settings, 0, 0, 0);

    /// <summary>
    /// Writes <see cref="StepSize"/>, <see cref="InverseRootCorrection"/> and <see cref="WeightKept"/> of a step where kernels look them
    /// up.
    /// </summary>
    /// <param name="numbers">the device's table</param>
    /// <param name="settings">whose <see cref="AdamSettings.Rates"/> are written</param>
    /// <param name="learningRate">α</param>
    /// <param name="step">1 for the first step: exponent of the bias corrections</param>
    public static void SetRates(StepNumbers numbers, in AdamSettings settings, float learningRate, long step)
    {
        var stepSize = AsWritten(learningRate) / (1 - Math.Pow(AsWritten(settings.Beta1), step));
        var correction = 1 / Math.Sqrt(1 - Math.Pow(AsWritten(settings.Beta2), step));
        var isPyTorch = settings.Convention == AdamEpsilon.PyTorch;
        numbers.SetSingle(settings.Rates, (float)(isPyTorch ? stepSize : stepSize / correction));
        numbers.SetSingle(settings.Rates + 1, isPyTorch ? (float)correction : 1);
        numbers.SetSingle(settings.Rates + 2, (float)(1 - (AsWritten(learningRate) * AsWritten(settings.DecoupledDecay))));
    }

    /// <summary>0.999f stands for 0.999: its own value would make 1 − β₂ wrong by 1.3e-5.</summary>
    private static double AsWritten(float value) => (double)(decimal)value;
}
