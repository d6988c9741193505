using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Nn;
using IlgpuGan.Tensors.Ops;
using IlgpuGan.Tensors.Samples;

namespace IlgpuGan.Tensors.Optim;

/// <summary>
/// Updates parameters by their gradients. A step leaves frozen parameters, and those without a gradient, unchanged.
/// </summary>
/// <remarks>
/// A custom optimiser derives from this class, names its tensors in <see cref="StateKeys"/> and computes one step in
/// <see cref="Update"/>. Values that change from step to step, such as the learning rate, come from <see cref="Number"/>: kernels read them
/// on the device, so that replayed steps use the current value. The state follows parameters that are moved to another device with the next
/// step, until which the old device is needed. For one thread at a time, that of its device.
/// </remarks>
public abstract partial class Optimizer : IDisposable
{
    private readonly List<NamedTensor> _parameters = [];
    private readonly List<ParameterGroup> _groups = [];
    private readonly HashSet<string> _names = [];
    private readonly Dictionary<ModuleTensor, Entry> _entries = [];

    /// <summary>Parameters that the next update changes: their gradients are complete.</summary>
    private readonly List<NamedTensor> _due = [];

    /// <summary>Those of them that are updated together: of one group, with one count of steps.</summary>
    private readonly List<NamedTensor> _together = [];

    private readonly Setting<float> _learningRate;
    private UpdateUnderWay? _update;
    private bool _isDisposed;

    /// <param name="parameters">what is trained; names must be distinct, a tensor that is shared is trained once</param>
    /// <param name="learningRate">step size</param>
    /// <exception cref="ArgumentOutOfRangeException">the learning rate is negative or not a finite number</exception>
    protected Optimizer(IEnumerable<NamedTensor> parameters, float learningRate)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        _learningRate = new(NumberSetting.NotNegative(learningRate, nameof(learningRate), $"{Name}: the learning rate"));
        Gather(parameters, rateFactor: 1);
    }

    /// <summary>Step size; schedules set it between steps. A recorded step that sets it sets it in each replay, too.</summary>
    /// <exception cref="ArgumentOutOfRangeException">set to a negative number, or to one that is not finite</exception>
    /// <exception cref="RecordingException">
    /// it is read in <see cref="Update"/>, where a recorded step would repeat this value for ever; use a <see cref="Number"/>
    /// </exception>
    public float LearningRate
    {
        get
        {
            if (_update is not null)
            {
                throw new RecordingException(
                    $"{Name}: an update that reads LearningRate would keep it for ever in a recorded step; use Rate, or Number(now => " +
                        "now.LearningRate)");
            }

            return _learningRate.Value;
        }

        set => _learningRate.Value = NumberSetting.NotNegative(value, nameof(value), $"{Name}: the learning rate");
    }

    /// <summary>The trained tensors, in the order given.</summary>
    public IReadOnlyList<NamedTensor> Parameters => _parameters;

    /// <summary>Parameters by learning rate; the first group holds those that were passed to the constructor.</summary>
    public IReadOnlyList<ParameterGroup> Groups => _groups;

    /// <summary>
    /// Steps taken: the largest count of any parameter. Where checkpoints hold no counts (<see cref="Sgd"/>, as in PyTorch) it begins at 0
    /// again after <see cref="LoadState"/>.
    /// </summary>
    public long StepCount => _entries.Values.Max(entry => entry.Steps);

    /// <summary>The sum of all parameters' step counts: every update of any of them adds to it. Begins again as they do.</summary>
    public long UpdateCount => _entries.Values.Sum(entry => entry.Steps);

    /// <summary>
    /// The largest norm of all gradients together: larger ones are scaled down to it before each step, as PyTorch's
    /// <c>clip_grad_norm_</c> does. No parameter is changed then before the last gradient is known. Null (the default) for no limit.
    /// </summary>
    public float? ClipNorm
    {
        get;
        init => field = Limit(value, nameof(ClipNorm));
    }

    /// <summary>
    /// Each element of a gradient is limited to [−ClipValue, ClipValue] before the step; null (the default) for no limit.
    /// </summary>
    public float? ClipValue
    {
        get;
        init => field = Limit(value, nameof(ClipValue));
    }

    /// <summary>
    /// Each weight is limited to [−ClipWeights, ClipWeights] after the step, as in WGAN; null (the default) for no limit.
    /// </summary>
    public float? ClipWeights
    {
        get;
        init => field = Limit(value, nameof(ClipWeights));
    }

    /// <summary>
    /// Combines the gradients of this step with those of other samples before any parameter changes, as the reduction between processes
    /// does; null (the default) where the step has the gradients of all samples.
    /// </summary>
    internal SampleReduction? GradientReducer { get; set; }

    /// <summary>
    /// Tensors of a parameter's shape that persist between steps and are saved in checkpoints as <c>NAME.key</c>, each with its initial
    /// value. <see cref="StateOf"/> returns them. None by default.
    /// </summary>
    protected virtual IReadOnlyList<OptimizerState> StateKeys => [];

    /// <summary>
    /// Whether checkpoints hold each parameter's step count, as <c>NAME.step</c>; required where <see cref="UpdateMoment.Step"/> is read.
    /// </summary>
    protected virtual bool CountsSteps => true;

    /// <summary>In <see cref="Update"/>: the learning rate of the parameters that are updated.</summary>
    protected StepNumber Rate => Number(static now => now.LearningRate);

    private string Name => GetType().Name.ToLowerInvariant();

    /// <summary>
    /// Adds parameters that are trained at a multiple of <see cref="LearningRate"/>. Call it between steps; recorded ones are recorded
    /// anew.
    /// </summary>
    /// <param name="parameters">with names and tensors that the optimiser does not have yet</param>
    /// <param name="rateFactor">factor of the learning rate</param>
    public ParameterGroup AddGroup(IEnumerable<NamedTensor> parameters, float rateFactor)
    {
        ArgumentNullException.ThrowIfNull(parameters);
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        var group = Gather(parameters, rateFactor);
        ProvideState(group.Parameters);
        return group;
    }

    /// <summary>Takes a step by the gradients that backward passes have left on the parameters.</summary>
    /// <exception cref="ObjectDisposedException">the optimiser was disposed</exception>
    public void Step()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ReduceAndUpdate(clear: false);
    }

    /// <summary>Clears the gradients, computes those of a one-element loss, takes a step and clears them again.</summary>
    public void Minimize(Tensor loss)
    {
        ClearGradients();
        FinishStep(loss);
    }

    /// <summary>
    /// Adds the gradients of a one-element loss to those of earlier backward passes, takes a step by the sums and clears them.
    /// A parameter is updated as soon as its gradient is complete and no op that is still to be differentiated reads it: the memory of its
    /// gradient is then free for the next one, so that a step never holds all gradients. Where a device updates all parameters in one
    /// launch, or with <see cref="ClipNorm"/>, updates wait for the last gradient. The result is that of <see cref="Tensor.Backward"/>
    /// and <see cref="Step"/>.
    /// </summary>
    /// <exception cref="ObjectDisposedException">the optimiser was disposed</exception>
    public void FinishStep(Tensor loss)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        if (ClipNorm is not null || GradientReducer is not null)
        {
            BackwardTo(GradientReducer, loss);
            ReduceAndUpdate(clear: true);
            ClearGradients();
            return;
        }

        var parameters = new Dictionary<Variable, NamedTensor>();
        foreach (var parameter in _parameters)
        {
            if (parameter.Value.Variable is { } variable)
            {
                parameters.Add(variable, parameter);
            }
        }

        long waiting = 0;
        _due.Clear();
        Differentiation.Backward(loss, completed: leaf =>
        {
            // Another handle of its memory may be something that the walk has yet to read.
            if (parameters.TryGetValue(leaf, out var parameter) && GradientOf(parameter) is not null && parameter.Value.IsExclusive)
            {
                _due.Add(parameter);
                waiting += parameter.Value.Count;
            }

            if (waiting >= loss.Device.UpdateBatchElements)
            {
                UpdateDue(clear: true);
                waiting = 0;
            }
        });
        UpdateDue(clear: true);
        UpdateAll(clear: true);
        ClearGradients();
    }

    /// <summary>
    /// Accumulates the gradients of a micro-batch: adds those of its one-element loss to sums that persist between steps, so that only one
    /// micro-batch is in memory at a time. Leaves no gradients. <see cref="StepAccumulated"/> takes the step.
    /// </summary>
    /// <param name="loss">of the micro-batch</param>
    /// <param name="weight">of the gradients in the sum, such as one over the number of micro-batches</param>
    public void Accumulate(Tensor loss, float weight = 1)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ClearGradients();
        loss.Backward();
        foreach (var parameter in _parameters)
        {
            if (GradientOf(parameter) is { } gradient)
            {
                gradient.Device.Kernels.Run(new AddScaledCall(weight, gradient.Span, SumOf(parameter).Span));
            }
        }

        ClearGradients();
    }

    /// <summary>
    /// Takes a step by the sums of <see cref="Accumulate"/>, for all parameters that ever had a gradient there, and sets the sums to 0.
    /// </summary>
    public void StepAccumulated()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        ClearGradients();
        foreach (var parameter in _parameters)
        {
            var entry = _entries[parameter.Tensor];
            var sum = entry.GradientSum is null ? null : SumOf(parameter);
            parameter.Value.Device.Recording?.DependsOn(entry, () => entry.GradientSum == sum);
            if (parameter.Tensor.RequiresGrad && sum is not null)
            {
                parameter.Value.Variable!.Gradient = sum.Share();
            }
        }

        UpdateAll(clear: true);
        foreach (var entry in _entries.Values)
        {
            if (entry.GradientSum is { } sum)
            {
                sum.Device.Kernels.Run(new FillCall(sum.Span, 0));
            }
        }
    }

    /// <summary>
    /// Updates some parameters, each of which has a gradient; they share a learning rate and a step count. No graph is recorded. Values
    /// that change from step to step come from <see cref="Number"/>; the rest is computed by ops and kernels, with
    /// <c>parameter.Value.CopyFrom(…)</c> at the end.
    /// </summary>
    protected abstract void Update(IReadOnlyList<NamedTensor> parameters);

    public void ClearGradients()
    {
        NoteParameters();
        foreach (var parameter in _parameters)
        {
            parameter.Value.ClearGradient();
        }
    }

    /// <summary>The group of a parameter.</summary>
    private protected ParameterGroup GroupOf(NamedTensor parameter) => _entries[parameter.Tensor].Group;

    /// <summary>The parameter's gradient; null if there is none or the parameter is frozen.</summary>
    protected internal static Tensor? GradientOf(NamedTensor parameter) => parameter.Tensor.RequiresGrad ? parameter.Value.Gradient : null;

    /// <summary>A recording of what goes through the parameters is void once there are more of them.</summary>
    private void NoteParameters()
    {
        if (KernelRecording.Current is { } recording)
        {
            var count = _parameters.Count;
            recording.DependsOn(_parameters, () => _parameters.Count == count);
        }
    }

    private static float? Limit(float? value, string name) =>
        value is null or > 0 ? value : throw new ArgumentOutOfRangeException(name, value, "a limit must be above 0");

    private ParameterGroup Gather(IEnumerable<NamedTensor> parameters, float rateFactor)
    {
        KernelRecording.Current?.Refuse("makes an optimiser, or adds to one", "do it before the step");

        // All is checked before anything is added: a group that is refused leaves no trace, and can be added once it is mended.
        var group = new ParameterGroup(rateFactor);
        var names = new HashSet<string>(_names);
        var entries = new Dictionary<ModuleTensor, Entry>();
        foreach (var parameter in parameters)
        {
            if (!names.Add(parameter.Name))
            {
                throw new ArgumentException(
                    $"two parameters are named '{parameter.Name}'; give each network a prefix: NamedTensors(\"netG_A.\")");
            }

            if (parameter.Tensor.Role == TensorRole.Parameter && !_entries.ContainsKey(parameter.Tensor)
                && entries.TryAdd(parameter.Tensor, new Entry(group)))
            {
                group.Add(parameter);
            }
        }

        if (group.Parameters.Count == 0)
        {
            throw new ArgumentException($"{Name}: there are no parameters to train", nameof(parameters));
        }

        _names.UnionWith(names);
        _parameters.AddRange(group.Parameters);
        foreach (var (tensor, entry) in entries)
        {
            _entries.Add(tensor, entry);
        }

        _groups.Add(group);
        return group;
    }
}
