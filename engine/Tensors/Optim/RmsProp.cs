using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Nn;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Optim;

/// <summary>
/// RMSProp (Tieleman and Hinton 2012), with s = ρ·s + (1 − ρ)·g². PyTorch's: w −= α·b with b = momentum·b + g/(√s + ε), s beginning at 0.
/// TensorFlow 1's: w −= b with b = momentum·b + α·g/√(s + ε), s beginning at 1.
/// State: <c>NAME.square_avg</c>, <c>NAME.momentum_buffer</c> if there is momentum, and <c>NAME.step</c>.
/// </summary>
public sealed class RmsProp : Optimizer
{
    private const string MeanSquare = "square_avg";
    private const string Velocity = "momentum_buffer";

    private readonly RmsPropSettings _settings;
    private readonly Dictionary<ParameterGroup, float> _decays = [];
    private readonly OptimizerState[] _state;
    private readonly Action<StepNumbers, int, UpdateMoment> _setRates;

    /// <param name="parameters">what is trained</param>
    /// <param name="learningRate">α</param>
    /// <param name="decay">ρ: PyTorch's default is 0.99, TensorFlow's 0.9</param>
    /// <param name="epsilon">ε; null for the convention's: 1e-8 in PyTorch, 1e-10 in TensorFlow 1</param>
    /// <param name="momentum">0 for none</param>
    /// <param name="weightDecay">L2 penalty added to the gradient</param>
    /// <param name="convention">whose formula</param>
    /// <exception cref="ArgumentOutOfRangeException">a setting is out of range</exception>
    public RmsProp(
        IEnumerable<NamedTensor> parameters, float learningRate = 1e-2f, float decay = 0.99f, float? epsilon = null, float momentum = 0,
        float weightDecay = 0, RmsPropConvention convention = RmsPropConvention.PyTorch)
        : base(parameters, learningRate)
    {
        var isPyTorch = convention == RmsPropConvention.PyTorch;
        _settings = new RmsPropSettings(
            NumberSetting.Decay(decay, nameof(decay), "rmsprop: the decay"),
            NumberSetting.NotNegative(epsilon ?? (isPyTorch ? 1e-8f : 1e-10f), nameof(epsilon), "rmsprop: epsilon"),
            NumberSetting.NotNegative(momentum, nameof(momentum), "rmsprop: the momentum"),
            NumberSetting.NotNegative(weightDecay, nameof(weightDecay), "rmsprop: the weight decay"), convention, StepNumbers.AtOnce);
        var meanSquare = new OptimizerState(MeanSquare, isPyTorch ? 0 : 1);
        _state = momentum == 0 ? [meanSquare] : [meanSquare, new(Velocity, 0)];
        _setRates = (numbers, first, now) => RmsPropSettings.SetRates(numbers, first, convention, now.LearningRate);
        ProvideState();
    }

    /// <inheritdoc cref="Sgd.AddGroup(IEnumerable{NamedTensor}, float, float?)"/>
    public ParameterGroup AddGroup(IEnumerable<NamedTensor> parameters, float rateFactor = 1, float? weightDecay = null)
    {
        var decay = NumberSetting.NotNegative(weightDecay ?? _settings.WeightDecay, nameof(weightDecay), "rmsprop: the weight decay");
        var group = base.AddGroup(parameters, rateFactor);
        _decays.Add(group, decay);
        return group;
    }

    protected override IReadOnlyList<OptimizerState> StateKeys => _state;

    protected override void Update(IReadOnlyList<NamedTensor> parameters)
    {
        var slots = new List<RmsPropSlot>(parameters.Count);
        long numbers = 0;
        foreach (var parameter in parameters)
        {
            var gradient = GradientOf(parameter)!;
            slots.Add(new RmsPropSlot(
                parameter.Value.Span, gradient.Span, StateOf(parameter, MeanSquare).Span, _settings.Momentum == 0
                    ? null
                    : StateOf(parameter, Velocity).Span));
            numbers += gradient.Count;
        }

        var settings = _settings with
        {
            Rates = Numbers(RmsPropSettings.Words, _setRates),
            WeightDecay = _decays.GetValueOrDefault(GroupOf(parameters[0]), _settings.WeightDecay),
        };
        using var measured = OpProfile.MeasureUpdate("rmsprop", numbers, flops: 10, accesses: _settings.Momentum == 0 ? 5 : 7);
        parameters[0].Value.Device.Kernels.Run(new RmsPropCall([.. slots], settings));
    }
}
