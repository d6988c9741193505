using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Nn;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Optim;

/// <summary>
/// Adam (Kingma and Ba 2015): w −= α·m̂/(√v̂ + ε), with bias-corrected moments as in PyTorch, or with TensorFlow 1's ε.
/// State: <c>NAME.exp_avg</c>, <c>NAME.exp_avg_sq</c> and <c>NAME.step</c> for each parameter that has had a step, and
/// <c>NAME.max_exp_avg_sq</c> with AMSGrad.
/// </summary>
public class Adam : Optimizer
{
    private const string First = "exp_avg";
    private const string Second = "exp_avg_sq";
    private const string Largest = "max_exp_avg_sq";

    private static readonly OptimizerState[] s_state = [new(First, 0), new(Second, 0)];
    private static readonly OptimizerState[] s_stateWithLargest = [new(First, 0), new(Second, 0), new(Largest, 0)];

    private readonly Dictionary<ParameterGroup, OwnSettings> _own = [];
    private readonly bool _keepsLargest;
    private readonly AdamSettings _settings;
    private readonly Setting<float> _beta1;
    private readonly Setting<float> _beta2;

    /// <param name="parameters">what is trained</param>
    /// <param name="learningRate">α</param>
    /// <param name="beta1">decay of the first moment</param>
    /// <param name="beta2">decay of the second moment</param>
    /// <param name="epsilon">ε</param>
    /// <param name="weightDecay">L2 penalty added to the gradient</param>
    /// <param name="convention">where ε is added: PyTorch's or TensorFlow 1's formula</param>
    /// <param name="amsGrad">
    /// divide by the largest second moment so far (Reddi et al. 2018), as PyTorch's <c>amsgrad</c>; an update then takes several kernels
    /// </param>
    /// <exception cref="ArgumentOutOfRangeException">a setting is out of range</exception>
    public Adam(
        IEnumerable<NamedTensor> parameters, float learningRate = 1e-3f, float beta1 = 0.9f, float beta2 = 0.999f,
        float epsilon = 1e-8f, float weightDecay = 0, AdamEpsilon convention = AdamEpsilon.PyTorch, bool amsGrad = false)
        : this(
            parameters, learningRate, new AdamSettings(beta1, beta2, epsilon, weightDecay, StepNumbers.AtOnce, Convention: convention),
            amsGrad)
    {
    }

    private protected Adam(IEnumerable<NamedTensor> parameters, float learningRate, AdamSettings settings, bool amsGrad)
        : base(parameters, learningRate)
    {
        _beta1 = new(NumberSetting.Decay(settings.Beta1, "beta1", "adam: β₁"));
        _beta2 = new(NumberSetting.Decay(settings.Beta2, "beta2", "adam: β₂"));
        _ = NumberSetting.NotNegative(settings.Epsilon, "epsilon", "adam: ε");
        _ = NumberSetting.NotNegative(settings.WeightDecay, "weightDecay", "adam: the weight decay");
        _ = NumberSetting.NotNegative(settings.DecoupledDecay, "weightDecay", "adam: the weight decay");
        (_settings, _keepsLargest) = (settings, amsGrad);
        ProvideState();
    }

    /// <summary>
    /// Decay of the first moment. Where it is changed between steps, recorded ones are recorded anew; a step may also set it itself.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">set to a number that is not from 0 to below 1</exception>
    public float Beta1
    {
        get => _beta1.Value;
        set => _beta1.Value = NumberSetting.Decay(value, nameof(value), "adam: β₁");
    }

    /// <summary>Decay of the second moment; to be changed as <see cref="Beta1"/>.</summary>
    /// <exception cref="ArgumentOutOfRangeException">set to a number that is not from 0 to below 1</exception>
    public float Beta2
    {
        get => _beta2.Value;
        set => _beta2.Value = NumberSetting.Decay(value, nameof(value), "adam: β₂");
    }

    protected sealed override IReadOnlyList<OptimizerState> StateKeys => _keepsLargest ? s_stateWithLargest : s_state;

    /// <summary>Whether a weight decay is AdamW's, of the weight itself.</summary>
    private protected virtual bool DecaysWeights => false;

    /// <summary>Adds parameters with settings of their own. Call it between steps; recorded ones are recorded anew.</summary>
    /// <param name="parameters">with names and tensors that the optimiser does not have yet</param>
    /// <param name="rateFactor">factor of the learning rate</param>
    /// <param name="weightDecay">L2 penalty added to the gradient, or AdamW's λ; null for the optimiser's</param>
    /// <param name="beta1">decay of the first moment; null for the optimiser's</param>
    /// <param name="beta2">decay of the second moment; null for the optimiser's</param>
    /// <exception cref="ArgumentOutOfRangeException">a setting is out of range</exception>
    public ParameterGroup AddGroup(
        IEnumerable<NamedTensor> parameters, float rateFactor = 1, float? weightDecay = null, float? beta1 = null, float? beta2 = null)
    {
        _ = NumberSetting.Decay(beta1 ?? 0, nameof(beta1), "adam: β₁");
        _ = NumberSetting.Decay(beta2 ?? 0, nameof(beta2), "adam: β₂");
        _ = NumberSetting.NotNegative(weightDecay ?? 0, nameof(weightDecay), "adam: the weight decay");
        var group = base.AddGroup(parameters, rateFactor);
        _own.Add(group, new OwnSettings(weightDecay, beta1, beta2));
        return group;
    }

    /// <summary>All parameters in one kernel call.</summary>
    protected sealed override void Update(IReadOnlyList<NamedTensor> parameters)
    {
        var settings = SettingsOf(GroupOf(parameters[0]));
        if (_keepsLargest)
        {
            UpdateByLargest(parameters, settings);
            return;
        }

        var slots = new List<AdamSlot>(parameters.Count);
        long numbers = 0;
        foreach (var parameter in parameters)
        {
            var gradient = GradientOf(parameter)!;
            slots.Add(new AdamSlot(parameter.Value.Span, gradient.Span, StateOf(parameter, First).Span, StateOf(parameter, Second).Span));
            numbers += gradient.Count;
        }

        // Of these settings in each replay: another update of the step may have other betas.
        var rates = Numbers(AdamCoefficients.Rates, (table, first, now) =>
            AdamCoefficients.SetRates(table, settings with { Rates = first }, now.LearningRate, now.Step));
        var call = new AdamCall([.. slots], settings with { Rates = rates });
        using var measured = OpProfile.MeasureUpdate("adam", numbers, flops: 12, accesses: 7);
        parameters[0].Value.Device.Kernels.Run(call);
    }

    /// <summary>AMSGrad, composed of ops.</summary>
    private void UpdateByLargest(IReadOnlyList<NamedTensor> parameters, AdamSettings settings)
    {
        var coefficients = AdamCoefficients.WithoutRates(settings);
        var stepSize = Number(now => AdamCoefficients.RatesOf(settings, now.LearningRate, now.Step).StepSize);
        var correction = Number(now => AdamCoefficients.RatesOf(settings, now.LearningRate, now.Step).InverseRootCorrection);
        var kept = Number(now => AdamCoefficients.RatesOf(settings, now.LearningRate, now.Step).WeightKept);
        foreach (var parameter in parameters)
        {
            var (m, v, largest) = (StateOf(parameter, First), StateOf(parameter, Second), StateOf(parameter, Largest));
            var w = parameter.Value;
            var gradient = GradientOf(parameter)!;
            using var decay = w * settings.WeightDecay;
            using var g = settings.WeightDecay == 0 ? gradient.Share() : gradient + decay;
            using var square = g.Square();
            m.CopyFrom((m * settings.Beta1) + (g * coefficients.OneMinusBeta1));
            v.CopyFrom((v * settings.Beta2) + (square * coefficients.OneMinusBeta2));
            largest.CopyFrom(largest.Maximum(v));
            w.CopyFrom((w * kept) - (m * stepSize / ((largest.Sqrt() * correction) + settings.Epsilon)));
        }
    }

    private AdamSettings SettingsOf(ParameterGroup group)
    {
        var own = _own.GetValueOrDefault(group);
        var settings = _settings with { Beta1 = own?.Beta1 ?? Beta1, Beta2 = own?.Beta2 ?? Beta2 };
        return own?.WeightDecay is not { } decay ? settings
            : DecaysWeights ? settings with { DecoupledDecay = decay }
            : settings with { WeightDecay = decay };
    }

    /// <summary>What a group does not share with the optimiser.</summary>
    private sealed record OwnSettings(float? WeightDecay, float? Beta1, float? Beta2);
}

/// <summary>
/// Adam with decoupled weight decay (Loshchilov and Hutter 2019), as in PyTorch: w −= α·λ·w before Adam's step. Same state as
/// <see cref="Adam"/>.
/// </summary>
public sealed class AdamW : Adam
{
    /// <param name="parameters">what is trained</param>
    /// <param name="learningRate">α</param>
    /// <param name="beta1">decay of the first moment</param>
    /// <param name="beta2">decay of the second moment</param>
    /// <param name="epsilon">ε</param>
    /// <param name="weightDecay">λ</param>
    /// <param name="amsGrad">divide by the largest second moment so far, as for <see cref="Adam"/></param>
    /// <exception cref="ArgumentOutOfRangeException">a setting is out of range</exception>
    public AdamW(
        IEnumerable<NamedTensor> parameters, float learningRate = 1e-3f, float beta1 = 0.9f, float beta2 = 0.999f, float epsilon = 1e-8f,
            float weightDecay = 1e-2f, bool amsGrad = false)
        : base(parameters, learningRate, new AdamSettings(beta1, beta2, epsilon, WeightDecay: 0, StepNumbers.AtOnce, weightDecay), amsGrad)
    {
    }

    private protected override bool DecaysWeights => true;
}
