using System.Runtime.InteropServices;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Nn;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Optim;

/// <summary>
/// Adam (Kingma and Ba 2015): w −= α·m̂/(√v̂ + ε), with bias-corrected moments as in PyTorch.
/// State: <c>NAME.exp_avg</c>, <c>NAME.exp_avg_sq</c> and <c>NAME.step</c> for each parameter that has had a step.
/// </summary>
public sealed class Adam : Optimizer
{
    private readonly Dictionary<string, Moments> _moments = [];
    private readonly List<AdamSlot> _slots = [];
    private readonly float _beta1;
    private readonly float _beta2;
    private readonly float _epsilon;
    private readonly float _weightDecay;

    /// <param name="parameters">what is trained</param>
    /// <param name="learningRate">α</param>
    /// <param name="beta1">decay of the first moment</param>
    /// <param name="beta2">decay of the second moment</param>
    /// <param name="epsilon">ε</param>
    /// <param name="weightDecay">L2 penalty added to the gradient</param>
    public Adam(
        IEnumerable<NamedTensor> parameters, float learningRate = 1e-3f, float beta1 = 0.9f, float beta2 = 0.999f,
        float epsilon = 1e-8f, float weightDecay = 0)
        : base(parameters, learningRate)
    {
        (_beta1, _beta2, _epsilon, _weightDecay) = (beta1, beta2, epsilon, weightDecay);

        // Before the first step, which would otherwise give them blocks that the second one then lacks.
        foreach (var parameter in Parameters)
        {
            if (parameter.Tensor.Device is not null)
            {
                MomentsOf(parameter);
            }
        }
    }

    /// <summary>Steps taken: the most of any parameter.</summary>
    public long StepCount => _moments.Count == 0 ? 0 : _moments.Values.Max(m => m.Steps);

    public override IEnumerable<(string Name, Tensor Value)> State()
    {
        foreach (var parameter in Parameters)
        {
            if (_moments.TryGetValue(parameter.Name, out var moments) && moments.Steps > 0)
            {
                yield return ($"{parameter.Name}.exp_avg", moments.First);
                yield return ($"{parameter.Name}.exp_avg_sq", moments.Second);
                yield return ($"{parameter.Name}.step", Tensor.Full(Shape.Scalar, moments.Steps, moments.First.Device));
            }
        }
    }

    public override void LoadState(Func<string, float[]?> read)
    {
        foreach (var parameter in Parameters)
        {
            if (read($"{parameter.Name}.step") is { } steps)
            {
                var moments = MomentsOf(parameter);
                moments.Steps = (long)steps[0];
                moments.First.CopyFrom(Required($"{parameter.Name}.exp_avg"));
                moments.Second.CopyFrom(Required($"{parameter.Name}.exp_avg_sq"));
            }
        }

        float[] Required(string name) => read(name) ?? throw new ArgumentException($"adam: the stored state lacks '{name}'");
    }

    protected override void Update(IReadOnlyList<NamedTensor> parameters)
    {
        // Bias correction counts a parameter's own steps. They only differ where a parameter sat out, so this is one kernel call nearly always.
        foreach (var parameter in parameters)
        {
            MomentsOf(parameter).Steps++;
        }

        long? done = null;
        while (NextStepCount(parameters, done) is { } steps)
        {
            Update(parameters, steps);
            done = steps;
        }
    }

    private void Update(IReadOnlyList<NamedTensor> parameters, long steps)
    {
        _slots.Clear();
        long numbers = 0;
        foreach (var parameter in parameters)
        {
            if (GradientOf(parameter) is { } gradient && MomentsOf(parameter) is var moments && moments.Steps == steps)
            {
                _slots.Add(new AdamSlot(parameter.Value.Span, gradient.Span, moments.First.Span, moments.Second.Span));
                numbers += gradient.Count;
            }
        }

        var device = Parameters[0].Value.Device;
        var settings = new AdamSettings(_beta1, _beta2, _epsilon, _weightDecay, StepNumbers.AtOnce);
        if (device.Recording is { } recording)
        {
            settings = settings with { Rates = recording.Reserve(AdamCoefficients.Rates) };
            Moments[] updated = [.. parameters.Select(MomentsOf).Where(moments => moments.Steps == steps)];
            recording.BeforeReplay(() => Advance(device.Numbers, settings, updated));
        }

        AdamCoefficients.SetRates(device.Numbers, settings, LearningRate, steps);
        using var measured = OpProfile.MeasureUpdate("adam", numbers, flops: 12, accesses: 7);
        device.Kernels.Adam(CollectionsMarshal.AsSpan(_slots), settings);
        _slots.Clear();
    }

    /// <summary>The host's part of an update that is replayed.</summary>
    private void Advance(StepNumbers numbers, in AdamSettings settings, Moments[] updated)
    {
        var steps = ++updated[0].Steps;
        for (var i = 1; i < updated.Length; i++)
        {
            if (++updated[i].Steps != steps)
            {
                throw new RecordingException(
                    "adam: parameters that a recorded step updates together have taken different numbers of steps since; call Forget() on the step");
            }
        }

        AdamCoefficients.SetRates(numbers, settings, LearningRate, steps);
    }

    /// <summary>The smallest step count of some parameters above the one just done.</summary>
    private long? NextStepCount(IReadOnlyList<NamedTensor> parameters, long? done)
    {
        long? next = null;
        foreach (var parameter in parameters)
        {
            if (MomentsOf(parameter).Steps is var steps && steps > (done ?? 0))
            {
                next = Math.Min(next ?? steps, steps);
            }
        }

        return next;
    }

    private Moments MomentsOf(NamedTensor parameter)
    {
        if (!_moments.TryGetValue(parameter.Name, out var moments))
        {
            _moments.Add(parameter.Name, moments = new Moments(ZerosLike(parameter), ZerosLike(parameter)));
        }

        return moments;
    }

    private sealed class Moments(Tensor first, Tensor second)
    {
        public Tensor First { get; } = first;

        public Tensor Second { get; } = second;

        public long Steps { get; set; }
    }
}
