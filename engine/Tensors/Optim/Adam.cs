using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Nn;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Optim;

/// <summary>
/// Adam (Kingma and Ba 2015): w −= α·m̂/(√v̂ + ε), with bias-corrected moments as in PyTorch, or with TensorFlow 1's ε.
/// State: <c>NAME.exp_avg</c>, <c>NAME.exp_avg_sq</c> and <c>NAME.step</c> for each parameter that has had a step.
/// </summary>
public class Adam : Optimizer
{
    private const string First = "exp_avg";
    private const string Second = "exp_avg_sq";

    private static readonly (string, float)[] s_state = [(First, 0), (Second, 0)];

    private AdamSettings _settings;
    private readonly Action<StepNumbers, int, UpdateMoment> _setRates;

    /// <param name="parameters">what is trained</param>
    /// <param name="learningRate">α</param>
    /// <param name="beta1">decay of the first moment</param>
    /// <param name="beta2">decay of the second moment</param>
    /// <param name="epsilon">ε</param>
    /// <param name="weightDecay">L2 penalty added to the gradient</param>
    /// <param name="convention">where ε is added: PyTorch's or TensorFlow 1's formula</param>
    public Adam(
        IEnumerable<NamedTensor> parameters, float learningRate = 1e-3f, float beta1 = 0.9f, float beta2 = 0.999f,
        float epsilon = 1e-8f, float weightDecay = 0, AdamEpsilon convention = AdamEpsilon.PyTorch)
        : this(parameters, learningRate, new AdamSettings(beta1, beta2, epsilon, weightDecay, StepNumbers.AtOnce, Convention: convention))
    {
    }

    private protected Adam(IEnumerable<NamedTensor> parameters, float learningRate, AdamSettings settings)
        : base(parameters, learningRate)
    {
        _settings = settings;
        _setRates = (numbers, first, now) =>
            AdamCoefficients.SetRates(numbers, _settings with { Rates = first }, now.LearningRate, now.Step);
        ProvideState();
    }

    /// <summary>Decay of the second moment. Steps that are already recorded keep the one that they were recorded with.</summary>
    public float Beta2
    {
        get => _settings.Beta2;
        set => _settings = _settings with { Beta2 = value };
    }

    protected sealed override IReadOnlyList<(string Key, float Initial)> StateKeys => s_state;

    /// <summary>All parameters in one kernel call.</summary>
    protected sealed override void Update(IReadOnlyList<NamedTensor> parameters)
    {
        var slots = new List<AdamSlot>(parameters.Count);
        long numbers = 0;
        foreach (var parameter in parameters)
        {
            var gradient = GradientOf(parameter)!;
            slots.Add(new AdamSlot(parameter.Value.Span, gradient.Span, StateOf(parameter, First).Span, StateOf(parameter, Second).Span));
            numbers += gradient.Count;
        }

        var settings = _settings with { Rates = Numbers(AdamCoefficients.Rates, _setRates) };
        using var measured = OpProfile.MeasureUpdate("adam", numbers, flops: 12, accesses: 7);
        parameters[0].Value.Device.Kernels.Run(new AdamCall([.. slots], settings));
    }
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
    public AdamW(
        IEnumerable<NamedTensor> parameters, float learningRate = 1e-3f, float beta1 = 0.9f, float beta2 = 0.999f, float epsilon = 1e-8f,
            float weightDecay = 1e-2f)
        : base(parameters, learningRate, new AdamSettings(beta1, beta2, epsilon, WeightDecay: 0, StepNumbers.AtOnce, weightDecay))
    {
    }
}
