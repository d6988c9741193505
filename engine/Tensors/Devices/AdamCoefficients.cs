namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// Coefficients of an Adam step, computed in float64 as in PyTorch, the same on every device:
/// g += WeightDecay·w; m = Beta1·m + OneMinusBeta1·g; v = Beta2·v + OneMinusBeta2·g²;
/// w = WeightKept·w − StepSize·m / (InverseRootCorrection·√v + Epsilon), where WeightKept is 1 except for AdamW.
/// </summary>
internal readonly struct AdamCoefficients
{
    /// <summary>Words of <see cref="StepNumbers"/> that <see cref="SetRates"/> fills.</summary>
    public const int Rates = 3;

    /// <param name="settings">coefficients that are the same in all steps</param>
    /// <param name="numbers">the table with the present step's rates</param>
    public AdamCoefficients(in AdamSettings settings, StepNumbers numbers)
        : this(settings, numbers.Single(settings.Rates), numbers.Single(settings.Rates + 1), numbers.Single(settings.Rates + 2))
    {
    }

    private AdamCoefficients(in AdamSettings settings, float stepSize, float inverseRootCorrection, float weightKept)
    {
        Beta1 = settings.Beta1;
        Beta2 = settings.Beta2;
        // From the numbers that were written: with the value of 0.999f, 1 − β₂ would be wrong by 1.3e-5.
        OneMinusBeta1 = (float)(1 - WrittenNumber.Of(settings.Beta1));
        OneMinusBeta2 = (float)(1 - WrittenNumber.Of(settings.Beta2));
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

    /// <summary>For kernels that read the rates from the device's copy of the table.</summary>
    internal static AdamCoefficients WithoutRates(in AdamSettings settings) => new(settings, 0, 0, 0);

    /// <summary>
    /// Writes a step's <see cref="StepSize"/>, <see cref="InverseRootCorrection"/> and <see cref="WeightKept"/> to the table from which
    /// kernels read them.
    /// </summary>
    /// <param name="numbers">the device's table</param>
    /// <param name="settings">the words to write are those at its <see cref="AdamSettings.Rates"/></param>
    /// <param name="learningRate">α</param>
    /// <param name="step">exponent of the bias corrections; 1 for the first step</param>
    public static void SetRates(StepNumbers numbers, in AdamSettings settings, float learningRate, long step)
    {
        var (stepSize, correction, kept) = RatesOf(settings, learningRate, step);
        numbers.SetSingle(settings.Rates, stepSize);
        numbers.SetSingle(settings.Rates + 1, correction);
        numbers.SetSingle(settings.Rates + 2, kept);
    }

    /// <summary>A step's <see cref="StepSize"/>, <see cref="InverseRootCorrection"/> and <see cref="WeightKept"/>.</summary>
    internal static (float StepSize, float InverseRootCorrection, float WeightKept) RatesOf(
        in AdamSettings settings, float learningRate, long step)
    {
        var stepSize = WrittenNumber.Of(learningRate) / (1 - Math.Pow(WrittenNumber.Of(settings.Beta1), step));
        var correction = 1 / Math.Sqrt(1 - Math.Pow(WrittenNumber.Of(settings.Beta2), step));
        var isPyTorch = settings.Convention == AdamEpsilon.PyTorch;
        return (
            (float)(isPyTorch ? stepSize : stepSize / correction), isPyTorch ? (float)correction : 1,
            (float)(1 - (WrittenNumber.Of(learningRate) * WrittenNumber.Of(settings.DecoupledDecay))));
    }
}
