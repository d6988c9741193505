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

    private static readonly (string, float)[] s_state = [(Velocity, 0)];

    private readonly float _momentum;
    private readonly float _weightDecay;
    private readonly bool _nesterov;

    /// <param name="parameters">what is trained</param>
    /// <param name="learningRate">α</param>
    /// <param name="momentum">0 for none</param>
    /// <param name="weightDecay">L2 penalty added to the gradient</param>
    /// <param name="nesterov">use Nesterov's momentum; the momentum must then be above 0</param>
    public Sgd(IEnumerable<NamedTensor> parameters, float learningRate, float momentum = 0, float weightDecay = 0, bool nesterov = false)
        : base(parameters, learningRate)
    {
        (_momentum, _weightDecay, _nesterov) = (momentum, weightDecay, nesterov);
        if (nesterov && momentum <= 0)
        {
            throw new ArgumentOutOfRangeException(nameof(momentum), momentum, "sgd: Nesterov's momentum must be above 0");
        }

        ProvideState();
    }

    protected override IReadOnlyList<(string Key, float Initial)> StateKeys => _momentum == 0 ? [] : s_state;

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
        parameters[0].Value.Device.Kernels.Run(new SgdCall([.. slots], rate, _momentum, _weightDecay, _nesterov));
    }
}
