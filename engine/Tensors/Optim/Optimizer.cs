using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Nn;
using IlgpuGan.Tensors.Ops;
using IlgpuGan.Tensors.Samples;

namespace IlgpuGan.Tensors.Optim;

/// <summary>
/// Changes parameters along their gradients. Parameters without a gradient are left alone in a step, and frozen ones too.
/// </summary>
/// <remarks>
/// An optimiser of one's own derives from this class, names its tensors in <see cref="StateKeys"/> and computes one step in
/// <see cref="Update"/>. What changes from step to step, such as the rate, it asks for by <see cref="Number"/>: kernels then look it up, in
/// a replayed step, too.
/// </remarks>
public abstract class Optimizer
{
    private readonly List<NamedTensor> _parameters = [];
    private readonly List<ParameterGroup> _groups = [];
    private readonly HashSet<string> _names = [];
    private readonly Dictionary<ModuleTensor, Entry> _entries = [];

    /// <summary>Parameters that the next update changes.</summary>
    private readonly List<NamedTensor> _due = [];

    /// <summary>Those of them that are updated together: of one group, with one count of steps.</summary>
    private readonly List<NamedTensor> _together = [];

    private float _learningRate;
    private UpdateUnderWay? _update;

    /// <param name="parameters">what is trained; names must be distinct, a tensor that is shared is trained once</param>
    /// <param name="learningRate">step size</param>
    protected Optimizer(IEnumerable<NamedTensor> parameters, float learningRate)
    {
        Gather(parameters, rateFactor: 1);
        _learningRate = learningRate;
    }

    /// <summary>Step size; schedules set it between steps.</summary>
    /// <exception cref="RecordingException">
    /// read in <see cref="Update"/>, where a recorded step would keep it for ever; ask for a <see cref="Number"/>
    /// </exception>
    public float LearningRate
    {
        get => _update is null ? _learningRate : throw new RecordingException(
            $"{Name}: an update that reads LearningRate would keep it for ever in a recorded step; use Rate, or Number(now => " +
                "now.LearningRate)");
        set => _learningRate = value;
    }

    /// <summary>The trained tensors, in the order given.</summary>
    public IReadOnlyList<NamedTensor> Parameters => _parameters;

    /// <summary>Parameters by learning rate; the first group holds those that the optimiser was made with.</summary>
    public IReadOnlyList<ParameterGroup> Groups => _groups;

    /// <summary>Steps taken: the most of any parameter.</summary>
    public long StepCount => _entries.Values.Max(entry => entry.Steps);

    /// <summary>Steps of all parameters together: every update of any of them adds to it.</summary>
    public long UpdateCount => _entries.Values.Sum(entry => entry.Steps);

    /// <summary>
    /// Where the norm of all gradients together exceeds this, they are scaled down to it before each step, as PyTorch's
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
    /// Where the step's gradients meet those of other samples before anything is changed; null (the default) where a step has them all.
    /// </summary>
    public IGradientMeeting? Meeting { get; set; }

    /// <summary>
    /// Tensors of a parameter's shape that outlive steps and go into checkpoints as <c>NAME.key</c>, with the number that they begin as.
    /// Get them by <see cref="StateOf"/>. None by default.
    /// </summary>
    protected virtual IReadOnlyList<(string Key, float Initial)> StateKeys => [];

    /// <summary>
    /// Whether a checkpoint holds each parameter's count of steps, as <c>NAME.step</c>: so it must where <see cref="UpdateMoment.Step"/> is
    /// read.
    /// </summary>
    protected virtual bool CountsSteps => true;

    /// <summary>In <see cref="Update"/>: the learning rate of the parameters in question.</summary>
    protected StepNumber Rate => Number(static now => now.LearningRate);

    private string Name => GetType().Name.ToLowerInvariant();

    /// <summary>Adds parameters that learn with a multiple of <see cref="LearningRate"/>. Before the first step.</summary>
    /// <param name="parameters">whose names and tensors are others than those of the optimiser so far</param>
    /// <param name="rateFactor">how many times the learning rate</param>
    public ParameterGroup AddGroup(IEnumerable<NamedTensor> parameters, float rateFactor)
    {
        var group = Gather(parameters, rateFactor);
        ProvideState(group.Parameters);
        return group;
    }

    /// <summary>
    /// What a checkpoint must hold besides the parameters: names begin with the parameter's. Scalars named <c>.step</c> count.
    /// </summary>
    public IEnumerable<(string Name, Tensor Value)> State()
    {
        foreach (var parameter in _parameters)
        {
            var entry = _entries[parameter.Tensor];
            if (!CountsSteps || entry.Steps > 0)
            {
                foreach (var (key, _) in StateKeys)
                {
                    if (entry.State.TryGetValue(key, out var tensor))
                    {
                        yield return ($"{parameter.Name}.{key}", tensor);
                    }
                }

                if (CountsSteps)
                {
                    yield return ($"{parameter.Name}.step", Tensor.Full(Shape.Scalar, entry.Steps, parameter.Value.Device));
                }
            }

            if (entry.GradientSum is { } sum)
            {
                yield return ($"{parameter.Name}.gradient_sum", sum);
            }
        }
    }

    /// <summary>Restores what <see cref="State"/> gave out.</summary>
    /// <param name="read">the numbers stored under a name, null if there are none</param>
    /// <exception cref="ArgumentException">a count of steps is there without the tensors that belong to it</exception>
    public void LoadState(Func<string, float[]?> read)
    {
        foreach (var parameter in _parameters)
        {
            var entry = _entries[parameter.Tensor];
            var steps = CountsSteps ? read($"{parameter.Name}.step") : null;
            entry.Steps = steps is null ? entry.Steps : (long)steps[0];
            foreach (var (key, _) in CountsSteps && steps is null ? [] : StateKeys)
            {
                var name = $"{parameter.Name}.{key}";
                if (read(name) is { } values)
                {
                    StateOf(parameter, key).CopyFrom(values);
                }
                else if (CountsSteps)
                {
                    throw new ArgumentException($"{Name}: the stored state lacks '{name}'");
                }
            }

            if (read($"{parameter.Name}.gradient_sum") is { } sum)
            {
                SumOf(parameter).CopyFrom(sum);
            }
        }
    }

    /// <summary>One step along the gradients that backwards have left on the parameters.</summary>
    public void Step() => UpdateMet(clear: false);

    /// <summary>Clears the gradients, computes those of a one-element loss, and takes a step. Leaves no gradients.</summary>
    public void Minimize(Tensor loss)
    {
        ClearGradients();
        FinishStep(loss);
    }

    /// <summary>
    /// Adds the gradients of a one-element loss to those that earlier backwards left, takes the step along the sums and clears them.
    /// A parameter is changed as soon as its gradient is complete and nothing that is still to be differentiated reads it:
    /// the memory of its gradient then serves the next one, so that a step never holds all gradients; but where a device updates any number
    /// of parameters in one launch, they all wait for that, and with <see cref="ClipNorm"/> for the norm. The result is that of
    /// <see cref="Tensor.Backward"/> and <see cref="Step"/>.
    /// </summary>
    public void FinishStep(Tensor loss)
    {
        if (ClipNorm is not null || Meeting is not null)
        {
            BackwardTo(Meeting, loss);
            UpdateMet(clear: true);
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

            if (waiting >= loss.Device.UpdatedTogether)
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
    /// Begins again: state, counts of steps and sums of micro-batches are what they were before the first step; parameters stay. Between
    /// steps; a recorded step is to be forgotten.
    /// </summary>
    public void Restart()
    {
        foreach (var entry in _entries.Values)
        {
            entry.Steps = 0;
            foreach (var (key, initial) in StateKeys)
            {
                if (entry.State.TryGetValue(key, out var state))
                {
                    state.Device.Kernels.Fill(state.Span, initial);
                }
            }

            if (entry.GradientSum is { } sum)
            {
                sum.Device.Kernels.Fill(sum.Span, 0);
            }
        }
    }

    /// <summary>
    /// Adds the gradients of a one-element loss to sums that outlive the step: a micro-batch, of which only one needs to be in memory at a
    /// time. Leaves no gradients. <see cref="StepAccumulated"/> takes the step.
    /// </summary>
    /// <param name="loss">of the micro-batch</param>
    /// <param name="weight">what the gradients count, such as one over the number of micro-batches</param>
    public void Accumulate(Tensor loss, float weight = 1)
    {
        ClearGradients();
        loss.Backward();
        foreach (var parameter in _parameters)
        {
            if (GradientOf(parameter) is { } gradient)
            {
                gradient.Device.Kernels.AddScaled(weight, gradient.Span, SumOf(parameter).Span);
            }
        }

        ClearGradients();
    }

    /// <summary>
    /// One step along the sums that <see cref="Accumulate"/> has gathered, for all parameters that ever had a gradient there; the sums are
    /// 0 afterwards.
    /// </summary>
    public void StepAccumulated()
    {
        ClearGradients();
        foreach (var parameter in _parameters)
        {
            if (parameter.Tensor.RequiresGrad && _entries[parameter.Tensor].GradientSum is { } sum)
            {
                parameter.Value.Variable!.Gradient = sum.Share();
            }
        }

        UpdateAll(clear: true);
        foreach (var entry in _entries.Values)
        {
            if (entry.GradientSum is { } sum)
            {
                sum.Device.Kernels.Fill(sum.Span, 0);
            }
        }
    }

    /// <summary>
    /// One step of some parameters, each of which has a gradient: those of one learning rate that have taken equally many steps. Nothing is
    /// recorded in a graph. What changes from step to step comes from <see cref="Number"/>; all else may be computed in ops and kernels,
    /// <c>parameter.Value.CopyFrom(…)</c> at the end.
    /// </summary>
    protected abstract void Update(IReadOnlyList<NamedTensor> parameters);

    public void ClearGradients()
    {
        foreach (var parameter in _parameters)
        {
            parameter.Value.ClearGradient();
        }
    }

    /// <summary>The parameter's gradient, or null where there is none or the parameter is frozen.</summary>
    protected static Tensor? GradientOf(NamedTensor parameter) => parameter.Tensor.RequiresGrad ? parameter.Value.Gradient : null;

    /// <summary>A tensor of <see cref="StateKeys"/>, of the parameter's shape.</summary>
    protected Tensor StateOf(NamedTensor parameter, string key)
    {
        var state = _entries[parameter.Tensor].State;
        if (!state.TryGetValue(key, out var tensor))
        {
            var initial = StateKeys.Single(k => k.Key == key).Initial;
            state.Add(key, tensor = Tensor.Full(parameter.Tensor.Shape, initial, parameter.Value.Device).Keep());
        }

        return tensor;
    }

    /// <summary>
    /// Makes the state of parameters that are on a device. Constructors call it once settings are known: made in the first step, it would
    /// be given blocks that the second one then lacks.
    /// </summary>
    protected void ProvideState() => ProvideState(_parameters);

    /// <summary>
    /// In <see cref="Update"/>: a number that kernels look up, worked out now and, in a recorded step, before each replay. It may be used
    /// until the update is over.
    /// </summary>
    /// <param name="value">of the present step; it depends on its argument and on settings alone</param>
    protected StepNumber Number(Func<UpdateMoment, float> value)
    {
        var word = Numbers(1, (numbers, first, now) => numbers.SetSingle(first, value(now)), isAlone: false);
        return new StepNumber(_parameters[0].Value.Device, word, isBorrowed: true);
    }

    /// <summary>In <see cref="Update"/>: words of the table that kernels are given the place of, set now and before each replay.</summary>
    /// <param name="words">how many</param>
    /// <param name="set">sets those from a place on</param>
    /// <param name="isAlone">whether the update asks for no other numbers</param>
    private protected int Numbers(int words, Action<StepNumbers, int, UpdateMoment> set, bool isAlone = true)
    {
        var update = _update ?? throw new InvalidOperationException($"{Name}: numbers of a step are asked for in Update");
        var numbers = _parameters[0].Value.Device.Numbers;
        var first = update.Recorded is { } recorded ? recorded.Reserve(words, set)
            : isAlone && words <= StepNumbers.WordsAtOnce ? StepNumbers.AtOnce
            : update.Borrow(numbers, words);
        set(numbers, first, update.Moment);
        return first;
    }

    private static float? Limit(float? value, string name) =>
        value is null or > 0 ? value : throw new ArgumentOutOfRangeException(name, value, "a limit must be above 0");

    private ParameterGroup Gather(IEnumerable<NamedTensor> parameters, float rateFactor)
    {
        var group = new ParameterGroup(rateFactor);
        foreach (var parameter in parameters)
        {
            if (!_names.Add(parameter.Name))
            {
                throw new ArgumentException(
                    $"two parameters are named '{parameter.Name}'; give each network a prefix: NamedTensors(\"netG_A.\")");
            }

            if (parameter.Tensor.Role == TensorRole.Parameter && _entries.TryAdd(parameter.Tensor, new Entry(group)))
            {
                _parameters.Add(parameter);
                group.Add(parameter);
            }
        }

        if (group.Parameters.Count == 0)
        {
            throw new ArgumentException($"{Name}: there are no parameters to train", nameof(parameters));
        }

        _groups.Add(group);
        return group;
    }

    private void ProvideState(IReadOnlyList<NamedTensor> parameters)
    {
        foreach (var parameter in parameters)
        {
            foreach (var (key, _) in parameter.Tensor.Device is null ? [] : StateKeys)
            {
                StateOf(parameter, key);
            }
        }
    }

    private Tensor SumOf(NamedTensor parameter) =>
        _entries[parameter.Tensor].GradientSum ??= Tensor.Zeros(parameter.Tensor.Shape, parameter.Value.Device).Keep();

    /// <summary>A backward that tells a meeting of each parameter whose gradient is final.</summary>
    private void BackwardTo(IGradientMeeting? meeting, Tensor loss)
    {
        if (meeting is null)
        {
            loss.Backward();
            return;
        }

        var places = new Dictionary<Variable, int>();
        for (var i = 0; i < _parameters.Count; i++)
        {
            if (_parameters[i].Tensor.RequiresGrad && _parameters[i].Value.Variable is { } variable)
            {
                places.Add(variable, i);
            }
        }

        Differentiation.Backward(loss, completed: leaf =>
        {
            if (places.TryGetValue(leaf, out var place))
            {
                meeting.Complete(this, place);
            }
        });
    }

    /// <summary>The same once the gradients of all samples have met.</summary>
    private void UpdateMet(bool clear)
    {
        if (Meeting is { } meeting)
        {
            meeting.Meet(this, () => UpdateAll(clear));
        }
        else
        {
            UpdateAll(clear);
        }
    }

    /// <summary>Updates all parameters that have a gradient.</summary>
    private void UpdateAll(bool clear)
    {
        _due.Clear();
        _due.AddRange(_parameters.Where(parameter => GradientOf(parameter) is not null));
        UpdateDue(clear);
    }

    /// <summary>Updates the parameters that are due, and clears their gradients if nobody is to see them.</summary>
    private void UpdateDue(bool clear)
    {
        if (_due.Count > 0)
        {
            using var constants = GradMode.NoGrad();
            GradientClipping.Clip(_due, ClipNorm, ClipValue);
            foreach (var parameter in _due)
            {
                _entries[parameter.Tensor].Steps++;
            }

            foreach (var group in _groups)
            {
                long? done = null;
                while (NextStepCount(group, done) is { } steps)
                {
                    UpdateTogether(group, steps);
                    done = steps;
                }
            }
        }

        foreach (var parameter in _due)
        {
            if (clear)
            {
                parameter.Value.ClearGradient();
            }
        }

        _due.Clear();
    }

    /// <summary>
    /// The smallest step count of a group's due parameters above the one just done: nearly always there is one, and one update.
    /// </summary>
    private long? NextStepCount(ParameterGroup group, long? done)
    {
        long? next = null;
        foreach (var parameter in _due)
        {
            if (_entries[parameter.Tensor] is var entry && entry.Group == group && entry.Steps > (done ?? 0))
            {
                next = Math.Min(next ?? entry.Steps, entry.Steps);
            }
        }

        return next;
    }

    private void UpdateTogether(ParameterGroup group, long steps)
    {
        _together.Clear();
        foreach (var parameter in _due)
        {
            if (_entries[parameter.Tensor] is var entry && entry.Group == group && entry.Steps == steps)
            {
                _together.Add(parameter);
            }
        }

        var device = _together[0].Value.Device;
        var recorded = device.Recording is { } recording
            ? new RecordedUpdate(this, group, [.. _together.Select(p => _entries[p.Tensor])], recording, device.Numbers)
            : null;
        var update = _update = new UpdateUnderWay(new UpdateMoment(_learningRate * group.RateFactor, steps), recorded);
        try
        {
            Update(_together);
        }
        finally
        {
            _update = null;
            update.Return(device.Numbers);
        }

        foreach (var parameter in _together)
        {
            if (ClipWeights is { } limit)
            {
                device.Kernels.Unary(UnaryFunction.Clamp, -limit, limit, parameter.Value.Span, parameter.Value.Span);
            }
        }
    }

    /// <summary>What belongs to a parameter.</summary>
    private sealed class Entry(ParameterGroup group)
    {
        public ParameterGroup Group { get; } = group;

        public long Steps { get; set; }

        public Dictionary<string, Tensor> State { get; } = [];

        /// <summary>Gradients of micro-batches so far; null before there were any.</summary>
        public Tensor? GradientSum { get; set; }
    }

    /// <summary>A call of <see cref="Update"/>.</summary>
    private sealed class UpdateUnderWay(UpdateMoment moment, RecordedUpdate? recorded)
    {
        private List<(int First, int Words)>? _borrowed;

        public UpdateMoment Moment { get; } = moment;

        public RecordedUpdate? Recorded { get; } = recorded;

        public int Borrow(StepNumbers numbers, int words)
        {
            var first = numbers.Reserve(words);
            (_borrowed ??= []).Add((first, words));
            return first;
        }

        public void Return(StepNumbers numbers) => _borrowed?.ForEach(b => numbers.Release(b.First, b.Words));
    }

    /// <summary>The host's part of an update that is replayed.</summary>
    private sealed class RecordedUpdate
    {
        private readonly Optimizer _optimizer;
        private readonly ParameterGroup _group;
        private readonly Entry[] _updated;
        private readonly KernelRecording _recording;
        private readonly StepNumbers _numbers;
        private readonly List<(int First, Action<StepNumbers, int, UpdateMoment> Set)> _sets = [];

        public RecordedUpdate(Optimizer optimizer, ParameterGroup group, Entry[] updated, KernelRecording recording, StepNumbers numbers)
        {
            (_optimizer, _group, _updated, _recording, _numbers) = (optimizer, group, updated, recording, numbers);
            recording.BeforeReplay(Advance, () => Array.ForEach(_updated, entry => entry.Steps--));
        }

        public int Reserve(int words, Action<StepNumbers, int, UpdateMoment> set)
        {
            var first = _recording.Reserve(words);
            _sets.Add((first, set));
            return first;
        }

        private void Advance()
        {
            var steps = ++_updated[0].Steps;
            for (var i = 1; i < _updated.Length; i++)
            {
                if (++_updated[i].Steps != steps && _optimizer.CountsSteps)
                {
                    throw new RecordingException(
                        $"{_optimizer.Name}: parameters that a recorded step updates together have taken different numbers of steps " +
                            "since; call Forget() on the step");
                }
            }

            var now = new UpdateMoment(_optimizer._learningRate * _group.RateFactor, steps);
            foreach (var (first, set) in _sets)
            {
                set(_numbers, first, now);
            }
        }
    }
}
