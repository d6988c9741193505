using System.Runtime.InteropServices;
using IlgpuGan.Tensors.Autodiff;

namespace IlgpuGan.Tensors.Devices.Recording;

/// <summary>
/// The kernel calls of a piece of code, in order. The code runs and no kernel does: tensors made meanwhile are values without memory
/// (<see cref="TracedStorage"/>). <see cref="Place(ValueGraph)"/> gives the calls memory that is theirs until the recording is disposed, so
/// that they can be run again and again.
/// </summary>
internal sealed class KernelRecording : IDisposable
{
    [ThreadStatic]
    private static KernelRecording? s_current;

    private readonly Device _device;
    private readonly List<KernelCall> _calls = [];

    /// <summary>The values that have their maker.</summary>
    private readonly HashSet<Storage> _made = [];

    private readonly List<(Action Do, Action<IReadOnlySet<Storage>>? Undo)> _preparations = [];
    private readonly List<(int First, int Words)> _numbers = [];
    private readonly List<Storage> _blocks = [];

    /// <summary>
    /// What the code depends on and did not decide itself, by tensor, module and the like: whether it is as it was. Null for what the code
    /// decided.
    /// </summary>
    private readonly Dictionary<object, Func<bool>?> _dependencies = [];
    private Func<bool>[] _conditions = [];
    private Storage[] _overwritten = [];

    /// <summary>Values that tensors hold after the code, such as its outputs.</summary>
    private readonly List<TracedStorage> _kept = [];

    /// <summary>Memory from outside of which the code let go.</summary>
    private readonly List<Storage> _freed = [];

    private bool _isDisposed;

    private KernelRecording(Device device)
    {
        _device = device;
        Kernels = new NotingKernels(device.OwnKernels, _calls, _made);
    }

    public IReadOnlyList<KernelCall> Calls => _calls;

    /// <summary>The recording of code on this thread, on whatever device; null if there is none.</summary>
    internal static KernelRecording? Current => s_current;

    /// <summary>
    /// Whether everything that the code depends on is as it was when it was recorded: the tensors that it captured exist, are trained or
    /// frozen, modules are in their modes.
    /// </summary>
    internal bool IsCurrent => Array.TrueForAll(_conditions, condition => condition());

    internal IKernels Kernels { get; }

    /// <summary>The error where recorded code computes on another device.</summary>
    internal static RecordingException Elsewhere(Device device) => new(
        $"a step that is being recorded on one device also computes on another, {device.Name}, which a replay would not do; run the step " +
            "eagerly");

    /// <summary>Throws in code that is being recorded, which can't note that a recorded step was taken.</summary>
    internal static void RefuseInAnother() => s_current?.Refuse("takes another recorded step", "call what that one does directly");

    /// <summary>Runs code in a step of its own and records its kernel calls on a device. No kernel runs.</summary>
    /// <exception cref="RecordingException">the code copies between host and device, or a recording is under way already</exception>
    public static KernelRecording Take(Device device, Action code)
    {
        RefuseInAnother();
        var recording = new KernelRecording(device);
        (device.Recording, s_current) = (recording, recording);
        var recordsGradients = GradMode.IsEnabled;
        try
        {
            using (device.Step())
            {
                code();
            }

            if (GradMode.IsEnabled != recordsGradients)
            {
                GradMode.Set(recordsGradients);
                recording.Refuse("leaves gradients off or on", "dispose what NoGrad() returned where it began");
            }
        }
        catch
        {
            recording.Undo();
            recording.Dispose();
            throw;
        }
        finally
        {
            (device.Recording, s_current) = (null, null);
        }

        recording._conditions = [.. recording._dependencies.Values.OfType<Func<bool>>()];
        recording._overwritten = [.. recording._calls.SelectMany(call => call.Writes).Select(span => span.Storage)
            .Where(storage => !IsTemporary(storage)).Distinct()];
        return recording;
    }

    /// <summary>Makes lasting state inside recorded code, such as an optimiser's moments: once, now, and not in each replay.</summary>
    internal static T MakeState<T>(Device device, Func<T> make)
    {
        var (recording, current) = (device.Recording, s_current);
        (device.Recording, s_current) = (null, null);
        try
        {
            return make();
        }
        finally
        {
            (device.Recording, s_current) = (recording, current);
        }
    }

    /// <summary>Whether a storage is that of a value which no tensor holds after the code: nobody reads it after the last call.</summary>
    public static bool IsTemporary(Storage storage) => storage is TracedStorage { IsFree: true };

    /// <summary>What the host does before each replay, such as counting an optimiser's steps. It must allocate nothing.</summary>
    /// <param name="preparation">runs before each replay; not now, since the recorded code has done it, or is about to</param>
    /// <param name="undo">
    /// takes it back, for a step that fails or is only tried, but for what belongs to memory that the step has written before it failed;
    /// null where nothing but numbers of the recording is set
    /// </param>
    public void BeforeReplay(Action preparation, Action<IReadOnlySet<Storage>>? undo = null) => _preparations.Add((preparation, undo));

    /// <summary>Notes something that the code depends on; the first note counts.</summary>
    /// <param name="key">what it is</param>
    /// <param name="holds">whether it is still as it is now; must allocate nothing</param>
    internal void DependsOn(object key, Func<bool> holds) => _dependencies.TryAdd(key, holds);

    /// <summary>Notes something that the code itself decides, on which it does not depend then; false if it was noted before.</summary>
    internal bool Decides(object key) => _dependencies.TryAdd(key, null);

    /// <summary>
    /// Takes memory whose last handle the code has let go of. The calls that read it before have not run yet, so it must not be given to
    /// others until <see cref="ReturnFreed"/>.
    /// </summary>
    internal void Free(Storage storage) => _freed.Add(storage);

    /// <summary>Returns to the pool what the code let go of, once its calls have run.</summary>
    internal void ReturnFreed()
    {
        _freed.ForEach(storage => storage.Pool.Return(storage));
        _freed.Clear();
    }

    /// <summary>Reserves words of the device's <see cref="Device.Numbers"/> for the recording; returns the first.</summary>
    public int Reserve(int words)
    {
        var first = _device.Numbers.Reserve(words);
        _numbers.Add((first, words));
        return first;
    }

    /// <summary>Gives memory and numbers back.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _numbers.ForEach(n => _device.Numbers.Release(n.First, n.Words));
        _kept.ForEach(value => value.Release());
        _blocks.ForEach(block => block.Release());
        ReturnFreed();
    }

    /// <summary>Does the host's part of the next step.</summary>
    internal void Prepare()
    {
        foreach (var storage in _overwritten)
        {
            storage.Overwrite("a recorded step");
        }

        foreach (var (preparation, _) in CollectionsMarshal.AsSpan(_preparations))
        {
            preparation();
        }
    }

    /// <summary>Takes back on the host what <see cref="Prepare"/>, or one run of the code as far as it came, has done.</summary>
    /// <param name="failed">the replay that failed on the way, if it had begun</param>
    internal void Undo(IReplay? failed = null)
    {
        var written = (failed?.Made ?? []).SelectMany(call => call.Writes).Select(span => span.Storage).ToHashSet();
        for (var i = _preparations.Count - 1; i >= 0; i--)
        {
            _preparations[i].Undo?.Invoke(written);
        }
    }

    /// <summary>Whether a call of the code has made the value that a storage is.</summary>
    internal bool HasMade(Storage storage) => _made.Contains(storage);

    /// <summary>The storage of a new value of so many elements.</summary>
    internal TracedStorage NewStorage(long count) => new(_device.Pool, count);

    /// <summary>
    /// The calls that passes made of the recorded ones, on memory, in as many lanes as the device has: <see cref="MemoryPlan"/> places what
    /// is temporary, and each value that tensors hold gets a block of its own.
    /// </summary>
    internal (IReadOnlyList<KernelCall> Calls, CallLanes Lanes) Place(ValueGraph graph)
    {
        var calls = graph.Calls();
        var lanes = new CallLanes(calls, _device.Lanes);
        var (plan, placed) = PlanOf(calls, lanes);
        if (StepGraph.IsCollected)
        {
            StepGraph.Add(Calls, graph, plan);
        }

        return (placed, lanes);
    }

    /// <summary>The calls as they were recorded, on memory, to be run one after the other.</summary>
    internal IReadOnlyList<KernelCall> Place() => PlanOf(Calls, lanes: null).Placed;

    private (MemoryPlan Plan, IReadOnlyList<KernelCall> Placed) PlanOf(IReadOnlyList<KernelCall> calls, CallLanes? lanes)
    {
        foreach (var value in calls.SelectMany(call => call.Writes).Select(span => span.Storage).OfType<TracedStorage>().Distinct())
        {
            if (!value.IsFree && !value.IsPlaced)
            {
                value.Place(_device.Pool.Rent(value.Capacity));
                value.Acquire();
                _kept.Add(value);
            }
        }

        var plan = new MemoryPlan(calls, IsTemporary, _device.LargestBlock, lanes, _device.OwnKernels.WorksInPlace);
        var blocks = plan.Blocks.Select(_device.Pool.RentForStep).ToArray();
        foreach (var block in blocks)
        {
            block.Acquire();
            _blocks.Add(block);
        }

        return (plan, plan.On(calls, blocks));
    }

    /// <summary>Complains of what a recorded step does that no replay would repeat.</summary>
    internal void Refuse(string what, string instead) =>
        throw new RecordingException(
            $"a step that is being recorded {what}, which would not happen again when it is replayed; {instead}, or run the step eagerly");

    /// <summary>A setting that recorded code may not change, since what was recorded goes by it.</summary>
    internal static T Unrecorded<T>(T value, string of)
    {
        s_current?.Refuse($"sets {of}", "set it before the step");
        return value;
    }

    /// <summary>The seam while code is recorded: notes each call and runs none.</summary>
    private sealed class NotingKernels(IKernels kernels, List<KernelCall> calls, HashSet<Storage> made) : IKernels
    {
        public void Run(KernelCall call)
        {
            foreach (var write in call.Writes)
            {
                if (write.Storage is TracedStorage value && !(write.IsWhole() && made.Add(value)))
                {
                    throw new RecordingException(
                        $"{call.Name} writes {write.Length} of {value.Capacity} elements of a value of a step that is being recorded" +
                            (made.Contains(value) ? ", which another call has made" : "") + ": a value is made whole, by one call; let " +
                            "what comes first go into a tensor of its own (Tensor.Empty)");
                }
            }

            calls.Add(call);
        }

        public bool Fuses(KernelCall call) => kernels.Fuses(call);

        public bool Chains(KernelCall call) => kernels.Chains(call);

        public bool WorksInPlace(KernelCall call) => kernels.WorksInPlace(call);

        public long ScratchOf(KernelCall call) => kernels.ScratchOf(call);

        public Form Reads(KernelCall call, int operand) => kernels.Reads(call, operand);

        public bool Writes(KernelCall call, DeviceSpan result, Form form) => kernels.Writes(call, result, form);

        public void Hold(DeviceSpan w) => s_current!.Refuse("holds weights for a cache", "hold them before the step");

        public void Release(DeviceSpan w) => kernels.Release(w);
    }
}
