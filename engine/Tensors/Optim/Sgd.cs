using System.Runtime.InteropServices;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Nn;

namespace IlgpuGan.Tensors.Optim;

/// <summary>Gradient descent, w −= α·v with v = momentum·v + gradient. State: <c>NAME.momentum_buffer</c> if there is momentum.</summary>
public sealed class Sgd : Optimizer
{
    private readonly Dictionary<string, Tensor> _velocities = [];
    private readonly List<SgdSlot> _slots = [];
    private readonly float _momentum;
    private readonly float _weightDecay;

    /// <param name="parameters">what is trained</param>
    /// <param name="learningRate">α</param>
    /// <param name="momentum">0 for none</param>
    /// <param name="weightDecay">L2 penalty added to the gradient</param>
    public Sgd(IEnumerable<NamedTensor> parameters, float learningRate, float momentum = 0, float weightDecay = 0)
        : base(parameters, learningRate)
    {
        (_momentum, _weightDecay) = (momentum, weightDecay);

        // Before the first step, which would otherwise give them blocks that the second one then lacks.
        foreach (var parameter in Parameters)
        {
            if (momentum != 0 && parameter.Tensor.Device is not null)
            {
                VelocityOf(parameter);
            }
        }
    }

    public override IEnumerable<(string Name, Tensor Value)> State()
    {
        foreach (var parameter in Parameters)
        {
            if (_velocities.TryGetValue(parameter.Name, out var velocity))
            {
                yield return ($"{parameter.Name}.momentum_buffer", velocity);
            }
        }
    }

    public override void LoadState(Func<string, float[]?> read)
    {
        foreach (var parameter in Parameters)
        {
            if (read($"{parameter.Name}.momentum_buffer") is { } values)
            {
                VelocityOf(parameter).CopyFrom(values);
            }
        }
    }

    protected override void Update(IReadOnlyList<NamedTensor> parameters)
    {
        _slots.Clear();
        foreach (var parameter in parameters)
        {
            if (GradientOf(parameter) is { } gradient)
            {
                _slots.Add(new SgdSlot(parameter.Value.Span, gradient.Span, _momentum == 0 ? null : VelocityOf(parameter).Span));
            }
        }

        var device = parameters[0].Value.Device;
        var rate = StepNumbers.AtOnce;
        if (device.Recording is { } recording)
        {
            rate = recording.Reserve(1);
            recording.BeforeReplay(() => device.Numbers.SetSingle(rate, LearningRate));
        }

        device.Numbers.SetSingle(rate, LearningRate);
        device.Kernels.Sgd(CollectionsMarshal.AsSpan(_slots), rate, _momentum, _weightDecay);
        _slots.Clear();
    }

    private Tensor VelocityOf(NamedTensor parameter)
    {
        if (!_velocities.TryGetValue(parameter.Name, out var velocity))
        {
            _velocities.Add(parameter.Name, velocity = ZerosLike(parameter));
        }

        return velocity;
    }
}
