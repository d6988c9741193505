using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Nn;

namespace IlgpuGan.Tensors.Optim;

/// <content>The state of each parameter between steps, and its form in checkpoints.</content>
public abstract partial class Optimizer
{
    /// <summary>
    /// Gives back the memory of its state and of gradients that it accumulated; the parameters stay their module's. Final: every step from
    /// then on is an <see cref="ObjectDisposedException"/>.
    /// </summary>
    public void Dispose()
    {
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    /// <summary>A subclass with memory of its own beside <see cref="StateKeys"/> gives that back, too.</summary>
    protected virtual void Dispose(bool disposing)
    {
        _isDisposed = true;
        foreach (var entry in _entries.Values)
        {
            foreach (var state in entry.State.Values)
            {
                state.Dispose();
            }

            entry.GradientSum?.Dispose();
            entry.State.Clear();
            entry.GradientSum = null;
        }
    }

    /// <summary>
    /// The state to save in a checkpoint. Names begin with the parameter's; scalars named <c>.step</c> are step counts.
    /// </summary>
    public IEnumerable<NamedValue> State()
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        foreach (var parameter in _parameters)
        {
            var entry = _entries[parameter.Tensor];
            if (!CountsSteps || entry.Steps > 0)
            {
                foreach (var (key, _) in StateKeys)
                {
                    if (entry.State.TryGetValue(key, out var tensor))
                    {
                        yield return new NamedValue($"{parameter.Name}.{key}", tensor);
                    }
                }

                if (CountsSteps)
                {
                    yield return new NamedValue($"{parameter.Name}.step", Tensor.Full(Shape.Scalar, entry.Steps, parameter.Value.Device));
                }
            }

            if (entry.GradientSum is { } sum)
            {
                yield return new NamedValue($"{parameter.Name}.gradient_sum", sum);
            }
        }
    }

    /// <summary>Restores what <see cref="State"/> returned; what it did not return had not begun, and begins anew.</summary>
    /// <param name="read">returns the values stored under a name, null if there are none</param>
    /// <exception cref="ArgumentException">a step count is stored without the tensors that belong to it</exception>
    public void LoadState(Func<string, float[]?> read)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        Restart();
        foreach (var parameter in _parameters)
        {
            var steps = CountsSteps ? read($"{parameter.Name}.step") : null;
            _entries[parameter.Tensor].Steps = steps is null ? 0 : (long)steps[0];
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

    /// <summary>
    /// Resets the state, the step counts and the sums of micro-batches to what they were before the first step; parameters keep their
    /// values. Call it between steps, and <c>Forget()</c> on recorded steps that update by this optimiser.
    /// </summary>
    /// <exception cref="RecordingException">in a step that is being recorded</exception>
    public void Restart()
    {
        KernelRecording.Current?.Refuse("restarts or loads an optimiser", "do it between steps");
        foreach (var entry in _entries.Values)
        {
            entry.Steps = 0;
            foreach (var (key, initial) in StateKeys)
            {
                if (entry.State.TryGetValue(key, out var state))
                {
                    state.Device.Kernels.Run(new FillCall(state.Span, initial));
                }
            }

            entry.GradientSum?.Dispose();
            entry.GradientSum = null;
        }
    }

    /// <summary>A tensor of <see cref="StateKeys"/>, of the parameter's shape and on its device.</summary>
    protected Tensor StateOf(NamedTensor parameter, string key)
    {
        var state = _entries[parameter.Tensor].State;
        var device = parameter.Value.Device;
        if (state.TryGetValue(key, out var tensor))
        {
            return state[key] = Companion.On(device, tensor);
        }

        var initial = StateKeys.Single(k => k.Key == key).Initial;
        tensor = KernelRecording.MakeState(device, () => Tensor.Full(parameter.Tensor.Shape, initial, device).Keep());
        state.Add(key, tensor);
        return tensor;
    }

    /// <summary>
    /// Creates the state of the parameters that are on a device. Constructors call it once settings are known, so that steps allocate
    /// nothing that lasts.
    /// </summary>
    protected void ProvideState() => ProvideState(_parameters);

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

    private Tensor SumOf(NamedTensor parameter)
    {
        var (entry, device) = (_entries[parameter.Tensor], parameter.Value.Device);
        return entry.GradientSum = entry.GradientSum is { } sum
            ? Companion.On(device, sum)
            : KernelRecording.MakeState(device, () => Tensor.Zeros(parameter.Tensor.Shape, device).Keep());
    }

    /// <summary>A parameter's group, step count and state.</summary>
    private sealed class Entry(ParameterGroup group)
    {
        public ParameterGroup Group { get; } = group;

        public long Steps { get; set; }

        public Dictionary<string, Tensor> State { get; } = [];

        /// <summary>Gradients of micro-batches so far; null before there were any.</summary>
        public Tensor? GradientSum { get; set; }
    }
}
