namespace IlgpuGan.Tensors.Devices.Recording;

/// <summary>
/// The kernel calls of a piece of code in their order, and the memory they use: blocks that tensors took meanwhile stay where they are and
/// are nobody else's until the recording is disposed, so that the calls can be made again.
/// </summary>
public sealed class KernelRecording : IDisposable
{
    [ThreadStatic]
    private static bool s_isUnderWay;

    private readonly Device _device;
    private readonly List<KernelCall> _calls = [];
    private readonly List<(Action Do, Action? Undo)> _preparations = [];
    private readonly List<Action> _conclusions = [];
    private readonly List<(int First, int Words)> _numbers = [];

    /// <summary>Blocks taken while recording, in the order in which they were first taken.</summary>
    private readonly List<Storage> _blocks = [];

    private readonly HashSet<Storage> _temporaries = [];
    private bool _isDisposed;

    private KernelRecording(Device device, Action<KernelCall>? made)
    {
        _device = device;
        Kernels = new RecordingKernels(device.OwnKernels, _calls, made);
    }

    public IReadOnlyList<KernelCall> Calls => _calls;

    /// <summary>Whether code on this thread is being recorded, on whatever device.</summary>
    internal static bool IsUnderWay => s_isUnderWay;

    internal IKernels Kernels { get; }

    /// <summary>What to say where the code that is being recorded computes on a device that takes no notes.</summary>
    internal static RecordingException Elsewhere(Device device) => new(
        $"a step that is being recorded on one device also computes on another, {device.Name}, which a replay would not do; run the step " +
            "eagerly");

    /// <summary>Runs code in a step of its own and records its kernel calls on a device.</summary>
    /// <param name="device">whose calls are recorded</param>
    /// <param name="code">makes them</param>
    /// <param name="made">told of each call after it was made</param>
    /// <exception cref="RecordingException">the code copies between host and device, or a recording is under way already</exception>
    public static KernelRecording Take(Device device, Action code, Action<KernelCall>? made = null)
    {
        if (s_isUnderWay)
        {
            throw new RecordingException(
                "a step that is being recorded can't hold another recorded step; call what that one does directly");
        }

        var recording = new KernelRecording(device, made);
        (device.Recording, s_isUnderWay) = (recording, true);
        try
        {
            using (device.Step())
            {
                code();
            }
        }
        catch
        {
            recording._blocks.ForEach(block => block.IsRecorded = false);
            recording._blocks.Clear();
            recording.Dispose();
            throw;
        }
        finally
        {
            (device.Recording, s_isUnderWay) = (null, false);
        }

        recording._conclusions.ForEach(conclude => conclude());
        recording.HoldBlocks();
        return recording;
    }

    /// <summary>
    /// Whether a block serves tensors of the recorded code alone, none of which is left at its end: what its last writer left there is read
    /// by nobody. Within the list such a block may serve one tensor after the other.
    /// </summary>
    public bool IsTemporary(Storage block) => _temporaries.Contains(block);

    /// <summary>Whether a block was taken while recording, so that no other code knows it but by what the recorded code keeps.</summary>
    public bool IsOwn(Storage block) => _blocks.Contains(block);

    /// <summary>
    /// What the host does before each replay, such as counting an optimiser's steps; it must allocate nothing. It is not done now.
    /// </summary>
    /// <param name="preparation">what is done</param>
    /// <param name="undo">takes it back, for a replay that is only tried; null where nothing but numbers of the recording is set</param>
    public void BeforeReplay(Action preparation, Action? undo = null) => _preparations.Add((preparation, undo));

    /// <summary>What the host does once the code has been recorded to its end.</summary>
    internal void AfterTaking(Action conclusion) => _conclusions.Add(conclusion);

    /// <summary>Words of the device's <see cref="Device.Numbers"/> that are the recording's; returns the first.</summary>
    public int Reserve(int words)
    {
        var first = _device.Numbers.Reserve(words);
        _numbers.Add((first, words));
        return first;
    }

    /// <summary>Lets go of memory and numbers.</summary>
    public void Dispose()
    {
        if (_isDisposed)
        {
            return;
        }

        _isDisposed = true;
        _numbers.ForEach(n => _device.Numbers.Release(n.First, n.Words));
        foreach (var block in _blocks)
        {
            block.IsRecorded = false;
            block.Release();
        }

        _blocks.Clear();
    }

    /// <summary>Brings the host's side of the next step about.</summary>
    internal void Prepare()
    {
        foreach (var (preparation, _) in _preparations)
        {
            preparation();
        }
    }

    /// <summary>Takes back on the host what <see cref="Prepare"/>, or one run of the code, has brought about.</summary>
    internal void Undo()
    {
        for (var i = _preparations.Count - 1; i >= 0; i--)
        {
            _preparations[i].Undo?.Invoke();
        }
    }

    /// <summary>Takes note of a block that a tensor was given.</summary>
    internal void Note(Storage block)
    {
        if (!block.IsRecorded)
        {
            block.IsRecorded = true;
            _blocks.Add(block);
        }
    }

    /// <summary>Memory that recorded calls alone know, and that holds nothing between replays, until the recording is disposed.</summary>
    /// <param name="count">elements</param>
    internal DeviceSpan TakeBlock(long count)
    {
        var block = _device.Pool.Rent(count);
        block.IsRecorded = true;
        block.Acquire();
        _blocks.Add(block);
        _temporaries.Add(block);
        return new DeviceSpan(block, 0, count);
    }

    /// <summary>Says what a step does that can't be recorded.</summary>
    internal void Refuse(string what, string instead) =>
        throw new RecordingException(
            $"a step that is being recorded {what}, which would not happen again when it is replayed; {instead}, or run the step eagerly");

    private void HoldBlocks()
    {
        foreach (var block in _blocks)
        {
            if (block.IsFree)
            {
                _temporaries.Add(block);
                block.Pool.Remove(block);
            }

            block.Acquire();
        }
    }
}
