using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Nn;

namespace IlgpuGan.Tensors.Optim;

/// <summary>
/// Gradient descent as in PyTorch: w −= α·v with v = momentum·v + gradient, or with Nesterov's momentum w −= α·(gradient + momentum·v).
/// State: <c>NAME.momentum_buffer</c> if there is momentum.
/// </summary>
public sealed class Sgd : Optimizer
{
    private const string Velocity = "momentum_buffer";

    private static readonly OptimizerState[] s_state = [new(Velocity, 0)];

    private readonly float _momentum;
    private readonly float _weightDecay;
    private readonly Dictionary<ParameterGroup, float> _decays = [];
    private readonly bool _nesterov;

    /// <param name="parameters">what is trained</param>
    /// <param name="learningRate">α</param>
    /// <param name="momentum">0 for none</param>
    /// <param name="weightDecay">L2 penalty added to the gradient</param>
    /// <param name="nesterov">use Nesterov's momentum; the momentum must then be above 0</param>
    /// <exception cref="ArgumentOutOfRangeException">a setting is out of range</exception>
    public Sgd(IEnumerable<NamedTensor> parameters, float learningRate, float momentum = 0, float weightDecay = 0, bool nesterov = false)
        : base(parameters, learningRate)
    {
        _momentum = NumberSetting.NotNegative(momentum, nameof(momentum), "sgd: the momentum");
        _weightDecay = NumberSetting.NotNegative(weightDecay, nameof(weightDecay), "sgd: the weight decay");
        _nesterov = nesterov;
        if (nesterov && momentum <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(momentum), momentum, "sgd: Nesterov's momentum must be above 0");
        }

        ProvideState();
    }

    /// <summary>Adds parameters with settings of their own. Call it between steps; recorded ones are recorded anew.</summary>
    /// <param name="parameters">with names and tensors that the optimiser does not have yet</param>
    /// <param name="rateFactor">factor of the learning rate</param>
    /// <param name="weightDecay">L2 penalty added to the gradient; null for the optimiser's</param>
    /// <exception cref="ArgumentOutOfRangeException">a setting is out of range</exception>
    public ParameterGroup AddGroup(IEnumerable<NamedTensor> parameters, float rateFactor = 1, float? weightDecay = null)
    {
        var decay = NumberSetting.NotNegative(weightDecay ?? _weightDecay, nameof(weightDecay), "sgd: the weight decay");
        var group = base.AddGroup(parameters, rateFactor);
        _decays.Add(group, decay);
        return group;
    }

    protected override IReadOnlyList<OptimizerState> StateKeys => _momentum == 0 ? [] : s_state;

    protected override bool CountsSteps => false;

    protected override void Update(IReadOnlyList<NamedTensor> parameters)
    {
        var slots = new List<SgdSlot>(parameters.Count);
        foreach (var parameter in parameters)
        {
            slots.Add(
                new SgdSlot(parameter.Value.Span, GradientOf(parameter)!.Span, _momentum == 0 ? null : StateOf(parameter, Velocity).Span));
        }

        var rate = Numbers(1, static (numbers, first, now) => numbers.SetSingle(first, now.LearningRate));
        parameters[0].Value.Device.Kernels.Run(new SgdCall(
            [.. slots], rate, _momentum, _decays.GetValueOrDefault(GroupOf(parameters[0]), _weightDecay), _nesterov));
    }
}
