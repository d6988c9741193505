using IlgpuGan.Tensors.Autodiff;

namespace IlgpuGan.Tensors.Devices.Recording;

/// <summary>
/// A step that is taken many times, such as a training step. Its code runs once for each shape of inputs and notes its kernel calls, which
/// are fused, given memory, and run in each step, the first included: no tensor, no node of a graph and no closure is made any more, and
/// the bits are those of the code run eagerly.
/// </summary>
/// <remarks>
/// The code must do the same each time but for what is in its inputs, what random states, optimisers and schedules change, and what it
/// reads from <see cref="Device.Numbers"/>: it may not look at values on the host, and <see cref="Nn.RandomState.Step"/> is set before the
/// step, not in it. A number that changes from step to step is a <see cref="StepNumber"/>: a plain one that the code captures stays as it
/// was when it was recorded. Where a captured tensor was disposed, frozen or unfrozen since, or a captured module was put into another mode
/// or given another random state, the step is recorded anew. What the code itself sets, such as a mode or a learning rate, each replay sets
/// again. A step that fails is taken back on the host, but for counts of optimisers and averages that it had updated before: they fit
/// weights and moments. Run eagerly, what the code did before it failed is done. While <see cref="StepCounts.Watching"/> is set, steps run
/// eagerly. For one thread at a time, that of its device.
/// </remarks>
/// <param name="device">where the step runs</param>
/// <param name="code">
/// makes the outputs of the inputs, which are copies without gradient: what it writes to them the caller's tensors don't see; it runs in a
/// <see cref="Devices.Step"/> of its own
/// </param>
public sealed class RecordedStep(Device device, Func<IReadOnlyList<Tensor>, IReadOnlyList<Tensor>> code) : IDisposable
{
    /// <summary>The latest used last.</summary>
    private readonly List<Entry> _entries = [];

    /// <summary>All shapes of inputs that were seen.</summary>
    private readonly HashSet<string> _seen = [];

    private IReadOnlyList<Tensor> _eagerOutputs = [];
    private bool _isDisposed;

    /// <summary>Whether to run the step as written each time.</summary>
    public bool Eager { get; set; }

    /// <summary>
    /// For how many different shapes of inputs recordings are kept; the one that was not used for longest gives way. Each holds the memory
    /// of a whole step. Two have room for the usual batch and the smaller one at an epoch's end; <see cref="Counts"/> tells if that is too
    /// few.
    /// </summary>
    public int Capacity
    {
        get;
        set
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, 1);
            field = value;
            while (_entries.Count > field)
            {
                GiveUpOldest();
            }
        }
    } = 2;

    /// <summary>
    /// For finding what a replay does not repeat: so many replays of each recording run beside the code as written, which must leave the
    /// same bits in all memory. A difference is an error that names the first tensor that differs; the step has not been taken then.
    /// Training goes on exactly as without checks, at the cost of copies of all weights to the host.
    /// </summary>
    public int Checks { get; set; }

    /// <summary>How often the step was replayed, and why not; steps that make up one training may share a count.</summary>
    public StepCounts Counts { get; init; } = new();

    /// <summary>Takes the step.</summary>
    /// <param name="inputs">tensors on the device; their numbers are copied where the recorded calls read them</param>
    /// <returns>
    /// the outputs, valid until the next call of this method, whose inputs they may be; they may be disposed before. A slice of one is
    /// a copy, and stays as it is.
    /// </returns>
    /// <exception cref="RecordingException">
    /// the code does what a replay would not repeat, or did not repeat; the message names it
    /// </exception>
    /// <exception cref="DeviceException">an input is on another device</exception>
    /// <exception cref="ObjectDisposedException">the step was disposed</exception>
    public IReadOnlyList<Tensor> Run(params ReadOnlySpan<Tensor> inputs)
    {
        ObjectDisposedException.ThrowIf(_isDisposed, this);
        foreach (var input in inputs)
        {
            ArgumentNullException.ThrowIfNull(input, nameof(inputs));
            if (input.Device != device)
            {
                throw new DeviceException(
                    $"a step on {device.Name} has an input {input.Shape} on {input.Device.NameBeside(device)}; move it there first");
            }
        }

        var isEager = Eager || StepCounts.Watching is not null;
        if (isEager)
        {
            Count(Eager ? StepPath.Eager : StepPath.Profiled);
        }

        var outputs = isEager ? RunEagerly(inputs) : RunRecorded(inputs);
        DisposeAll(_eagerOutputs); // Not before: the step may have read them.
        _eagerOutputs = isEager ? outputs : [];
        return outputs;
    }

    /// <summary>Drops what was recorded: for when something has changed that the step does, such as a number that the code
    /// captured.</summary>
    public void Forget()
    {
        _entries.ForEach(entry => entry.Dispose());
        _entries.Clear();
        _seen.Clear();
    }

    /// <summary>Gives back the memory of all recordings and of the latest outputs. Final.</summary>
    public void Dispose()
    {
        _isDisposed = true;
        Forget();
        DisposeAll(_eagerOutputs);
        _eagerOutputs = [];
    }

    private IReadOnlyList<Tensor> RunRecorded(ReadOnlySpan<Tensor> inputs)
    {
        KernelRecording.RefuseInAnother();
        if (Find(inputs, out var hasChanged) is not { } entry)
        {
            entry = Record(inputs);
            Count(_seen.Add(ShapesOf(inputs)) || hasChanged ? StepPath.Recorded : StepPath.GivenUp);
            return entry.Give();
        }

        using var step = device.Step();
        entry.Accept(inputs);
        if (entry.Checked < Checks)
        {
            ReplayCheck.Run(device, entry.Recording, entry.Replay, entry.Outputs, () => code(entry.Given()));
            entry.Checked++;
        }
        else
        {
            entry.Recording.Prepare();
            try
            {
                entry.Replay.Run();
            }
            catch
            {
                entry.Recording.Undo(entry.Replay);
                throw;
            }

            entry.CountAgain();
        }

        Count(StepPath.Replayed);
        return entry.Give();
    }

    private static void DisposeAll(IReadOnlyList<Tensor> tensors)
    {
        for (var i = 0; i < tensors.Count; i++)
        {
            tensors[i].Dispose();
        }
    }

    private static string ShapesOf(ReadOnlySpan<Tensor> inputs)
    {
        var shapes = new string[inputs.Length];
        for (var i = 0; i < shapes.Length; i++)
        {
            shapes[i] = inputs[i].Shape.ToString();
        }

        return string.Join(' ', shapes);
    }

    private void Count(StepPath path)
    {
        Counts.Add(path);
        StepCounts.Watching?.Add(path);
    }

    private IReadOnlyList<Tensor> RunEagerly(ReadOnlySpan<Tensor> inputs)
    {
        using var step = device.Step();
        var copies = new Tensor[inputs.Length];
        for (var i = 0; i < copies.Length; i++)
        {
            copies[i] = inputs[i].Detach().Whole();
        }

        return Kept(code(copies));
    }

    /// <summary>Handles that outlive the step.</summary>
    private Tensor[] Kept(IReadOnlyList<Tensor> outputs) => [.. outputs.Select(Kept)];

    private Tensor Kept(Tensor output) => KernelRecording.MakeState(device, () => output.Detach().Keep());

    /// <summary>Records the step at the shapes of these inputs, and takes it.</summary>
    private Entry Record(ReadOnlySpan<Tensor> inputs)
    {
        var entry = new Entry(device, inputs);
        try
        {
            entry.Accept(inputs);
            if (_entries.Count == Capacity)
            {
                GiveUpOldest(); // Not before: the inputs may be its outputs.
            }

            var first = IOpCount.Current?.Ops ?? 0;
            entry.Recording = KernelRecording.Take(
                device, () => entry.Outputs = Kept([.. code(entry.Given()).Select(entry.Apart)]));
            entry.Counted = IOpCount.Current is { } count ? (count, first, count.Ops - first) : null;
            var (calls, lanes) =
                entry.Recording.Place(CallPasses.Apply(entry.Recording.Calls, KernelRecording.IsTemporary, device.OwnKernels));
            entry.Replay = device.Prepare(calls, lanes);
            using var step = device.Step();
            entry.Replay.Run();
            entry.Recording.ReturnFreed();
        }
        catch
        {
            entry.Recording?.Undo(entry.Replay);
            entry.Dispose();
            throw;
        }

        _entries.Add(entry);
        return entry;
    }

    /// <param name="inputs">the inputs</param>
    /// <param name="hasChanged">whether there is a recording for their shapes, but of another state of what the code captured</param>
    private Entry? Find(ReadOnlySpan<Tensor> inputs, out bool hasChanged)
    {
        hasChanged = false;
        for (var i = _entries.Count - 1; i >= 0; i--)
        {
            var entry = _entries[i];
            if (entry.Fits(inputs))
            {
                if (!entry.IsCurrent)
                {
                    hasChanged = true;
                    continue;
                }

                if (i < _entries.Count - 1)
                {
                    _entries.RemoveAt(i);
                    _entries.Add(entry);
                }

                return entry;
            }
        }

        return null;
    }

    private void GiveUpOldest()
    {
        _entries[0].Dispose();
        _entries.RemoveAt(0);
    }

    /// <summary>The step at some shapes of inputs.</summary>
    private sealed class Entry : IDisposable
    {
        private readonly Device _device;
        private readonly bool _recordsGradients = GradMode.IsEnabled;
        private readonly ProductPrecision _precision;
        private readonly Shape[] _shapes;

        /// <summary>The outputs as callers have them, who may dispose them.</summary>
        private Tensor[]? _given;

        public Entry(Device device, ReadOnlySpan<Tensor> inputs)
        {
            (_device, _precision) = (device, device.Precision);
            _shapes = new Shape[inputs.Length];
            Inputs = new Tensor[inputs.Length];
            for (var i = 0; i < inputs.Length; i++)
            {
                _shapes[i] = inputs[i].Shape;
                Inputs[i] = Tensor.Empty(_shapes[i], device).Keep();
            }
        }

        /// <summary>Where the recorded calls read the inputs.</summary>
        public Tensor[] Inputs { get; }

        /// <summary>What keeps the outputs' memory.</summary>
        public Tensor[] Outputs { get; set; } = [];

        public KernelRecording Recording { get; set; } = null!;

        public IReplay Replay { get; set; } = null!;

        /// <summary>Where the step's ops are in a count; null if it was recorded without one.</summary>
        public (IOpCount By, int First, int Ops)? Counted { get; set; }

        /// <summary>Replays that were checked.</summary>
        public int Checked { get; set; }

        /// <summary>Whether the code would do now what was recorded.</summary>
        public bool IsCurrent =>
            GradMode.IsEnabled == _recordsGradients && _device.Precision == _precision && Recording.IsCurrent;

        /// <summary>Counts the ops that a replay has computed, if the count is the one in which they were recorded.</summary>
        public void CountAgain()
        {
            if (Counted is { } counted && counted.By == IOpCount.Current)
            {
                counted.By.Repeat(counted.First, counted.Ops);
            }
        }

        public bool Fits(ReadOnlySpan<Tensor> inputs)
        {
            if (inputs.Length != _shapes.Length)
            {
                return false;
            }

            for (var i = 0; i < inputs.Length; i++)
            {
                if (inputs[i].Shape != _shapes[i])
                {
                    return false;
                }
            }

            return true;
        }

        /// <summary>The inputs for one run of the code: handles that end with it.</summary>
        public Tensor[] Given() => Array.ConvertAll(Inputs, input => input.Detach());

        /// <summary>
        /// An output as each replay leaves it. What the step has made stays where it is, also as a slice, which the next replay would part
        /// from it; what lies in an input's memory, where the next inputs go, and slices of other memory are copied.
        /// </summary>
        public Tensor Apart(Tensor output)
        {
            var memory = output.Span.Storage;
            if (memory is TracedStorage)
            {
                return output.Shared();
            }

            if (!output.IsSlice && !Array.Exists(Inputs, input => input.Span.Storage == memory))
            {
                return output;
            }

            var copy = Tensor.Empty(output.Shape, _device);
            copy.CopyFrom(output);
            return copy;
        }

        public void Accept(ReadOnlySpan<Tensor> inputs)
        {
            for (var i = 0; i < inputs.Length; i++)
            {
                if (inputs[i].Count > 0)
                {
                    _device.Kernels.Run(new CopyCall(inputs[i].Span, Inputs[i].Span));
                }
            }
        }

        /// <summary>The outputs for a caller: the same handles each time, but for those that were disposed.</summary>
        public IReadOnlyList<Tensor> Give()
        {
            _given ??= new Tensor[Outputs.Length];
            for (var i = 0; i < _given.Length; i++)
            {
                if (_given[i] is not { IsUsable: true })
                {
                    _given[i] = Outputs[i].Detach().Keep();
                }
            }

            return _given;
        }

        public void Dispose()
        {
            Replay?.Dispose();
            Recording?.Dispose();
            DisposeAll(_given ?? []);
            DisposeAll(Outputs);
            DisposeAll(Inputs);
        }
    }
}
