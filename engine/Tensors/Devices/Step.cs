namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// The lifetime of temporaries: every tensor made between <see cref="Device.Step"/> and <see cref="Dispose"/> is disposed
/// at the end, except those on which <see cref="Tensor.Keep"/> was called.
/// Parameters, their optimiser state and anything made outside a step live on. Steps nest; ending one ends those inside it.
/// A step belongs to the thread that began it: until it ends, the device refuses others.
/// </summary>
public sealed class Step : IDisposable
{
    private readonly Device _device;
    private readonly List<Tensor> _made;

    internal Step(Device device, long index, Step? outer, List<Tensor> made) =>
        (_device, Index, Outer, _made) = (device, index, outer, made);

    /// <summary>0 for the first step on the device, then 1, 2, …</summary>
    public long Index { get; }

    internal Step? Outer { get; }

    /// <summary>Id of the thread that began the step.</summary>
    internal int Thread { get; } = CurrentThread;

    /// <summary>
    /// Id of the thread on whose behalf this one runs: its own by default; on the thread of a run in lockstep that of the thread which
    /// began the run and is waiting.
    /// </summary>
    [field: ThreadStatic]
    internal static int CurrentThread { get => field != 0 ? field : Environment.CurrentManagedThreadId; set; }

    internal bool HasEnded { get; private set; }

    internal void Own(Tensor tensor) => _made.Add(tensor);

    public void Dispose()
    {
        if (!HasEnded)
        {
            _device.End(this);
        }
    }

    /// <summary>Disposes the step's tensors and returns the emptied list for reuse by a later step.</summary>
    internal List<Tensor> Finish()
    {
        HasEnded = true;
        foreach (var tensor in _made)
        {
            tensor.EndStep();
        }

        _made.Clear();
        return _made;
    }
}
