using System.Runtime.InteropServices;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Nn;

namespace IlgpuGan.Tensors.Optim;

/// <summary>Gradient descent, w −= α·v with v = momentum·v + gradient. State: <c>NAME.momentum_buffer</c> if there is momentum.</summary>
/// <param name="parameters">what is trained</param>
/// <param name="learningRate">α</param>
/// <param name="momentum">0 for none</param>
/// <param name="weightDecay">L2 penalty added to the gradient</param>
public sealed class Sgd(IEnumerable<NamedTensor> parameters, float learningRate, float momentum = 0, float weightDecay = 0)
    : Optimizer(parameters, learningRate)
{
    private readonly Dictionary<string, Tensor> _velocities = [];
    private readonly List<SgdSlot> _slots = [];

    public override void Step()
    {
        _slots.Clear();
        foreach (var parameter in Parameters)
        {
            if (GradientOf(parameter) is { } gradient)
            {
                _slots.Add(new SgdSlot(parameter.Value.Span, gradient.Span, momentum == 0 ? null : VelocityOf(parameter).Span));
            }
        }

        if (_slots.Count > 0)
        {
            Parameters[0].Value.Device.Kernels.Sgd(CollectionsMarshal.AsSpan(_slots), LearningRate, momentum, weightDecay);
            _slots.Clear();
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

    private Tensor VelocityOf(NamedTensor parameter)
    {
        if (!_velocities.TryGetValue(parameter.Name, out var velocity))
        {
            _velocities.Add(parameter.Name, velocity = ZerosLike(parameter));
        }

        return velocity;
    }
}
