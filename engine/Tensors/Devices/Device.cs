using System.Diagnostics.CodeAnalysis;
using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.Tensors.Devices;

/// <summary>Writes a part of an array.</summary>
/// <param name="first">index in the array of the part's first element</param>
/// <param name="part">the part, to be filled</param>
internal delegate void PartWriter(long first, Span<float> part);

/// <summary>
/// Where tensors live and kernels run. A device is used by one thread at a time; its kernels may use several. While a step is open, a
/// second thread can make no tensor; without one, its kernel calls are refused where they meet another's, and it never gets another's
/// memory. Threads that share a device take turns in its <see cref="WorkQueue"/>.
/// </summary>
public abstract class Device : IDisposable
{
    /// <summary>Held while a step begins or ends.</summary>
    private readonly Lock _stepLock = new();
    private volatile Step? _step;
    private long _steps;
    private WorkQueue? _workQueue;

    /// <summary>Emptied lists of ended steps, reused for their capacity.</summary>
    private readonly Stack<List<Tensor>> _emptiedLists = [];

    /// <summary>Its name on the command line: <c>cpu</c>, <c>cuda:0</c>, …</summary>
    public abstract string Name { get; }

    /// <summary>Text for users: processor or card, instruction set, threads.</summary>
    public abstract string Description { get; }

    /// <summary>
    /// Text for users: what the bits of a result depend on, whatever the number of threads; the processor and its instruction set, or the
    /// card.
    /// </summary>
    public virtual string Hardware => Description;

    /// <summary>The kernels that ops call: those of the device, or those of the recording while a step is recorded.</summary>
    /// <exception cref="RecordingException">a step of another device is being recorded, whose replay would not run kernels here</exception>
    public IKernels Kernels => Recording is { } recording ? recording.Kernels
        : KernelRecording.Current is not null ? throw KernelRecording.Elsewhere(this)
        : OwnKernels;

    /// <summary>The device's kernels themselves, which <see cref="Kernels"/> wraps while a step is recorded.</summary>
    protected internal abstract IKernels OwnKernels { get; }

    public abstract MemoryPool Pool { get; }

    /// <summary>Bytes taken of its own memory, and bytes of that memory; null for a device that computes in the machine's.</summary>
    internal virtual (long Taken, long Total)? OwnMemory => null;

    /// <summary>
    /// The driver's words for a fault after which the device computes nothing more in this process; null while there was none.
    /// </summary>
    internal virtual string? Fault => null;

    /// <summary>Queue for threads that share the device.</summary>
    public WorkQueue WorkQueue => LazyInitializer.EnsureInitialized(ref _workQueue, () => new WorkQueue(this));

    /// <summary>Whether kernels occupy all processors.</summary>
    internal virtual bool UsesAllProcessors => false;

    /// <summary>
    /// Opens <c>cpu</c>, <c>cuda[:n]</c>, <c>opencl[:n]</c>, <c>ilgpu-cpu</c>, or <c>auto</c>: the first CUDA card, else the processor.
    /// A device that was named but is not available is an error; it is never replaced by another.
    /// </summary>
    /// <param name="name">device name as on the command line</param>
    /// <param name="threads">
    /// worker threads of the CPU device; 0, or more than there are processors, takes all processors that this process may use; other
    /// devices ignore it
    /// </param>
    /// <exception cref="DeviceException">the device is not available; the message says why</exception>
    public static Device Open(string name, int threads = 0) => DeviceSearch.Open(name, threads);

    /// <summary>Opens the first CUDA card; without one, the processor.</summary>
    /// <param name="threads">worker threads of the processor, as for <see cref="Open"/></param>
    /// <exception cref="DeviceException">the card is there, but its driver refuses it; the message says why</exception>
    public static Device OpenBest(int threads = 0) => Open("auto", threads);

    /// <summary>Opens the processor, which is there on every machine.</summary>
    /// <param name="threads">worker threads, as for <see cref="Open"/></param>
    public static Device Cpu(int threads = 0) => Open("cpu", threads);

    /// <summary>Opens a CUDA card.</summary>
    /// <param name="index">number of the card, from 0</param>
    /// <exception cref="DeviceException">there is no such card; the message says why</exception>
    public static Device Cuda(int index = 0)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(index);
        return Open($"cuda:{index}");
    }

    /// <summary>Opens a device if it is available. <see cref="List"/> says why one is not.</summary>
    /// <param name="name">as for <see cref="Open"/></param>
    /// <param name="device">the device; null if it is not available</param>
    /// <returns>whether it is available</returns>
    public static bool TryOpen(string name, [NotNullWhen(true)] out Device? device)
    {
        try
        {
            device = Open(name);
        }
        catch (DeviceException)
        {
            device = null;
        }

        return device is not null;
    }

    /// <summary>All devices that are present, and the kinds that are not, with the reason.</summary>
    public static IReadOnlyList<DeviceEntry> List() => DeviceSearch.List();

    /// <summary>Format to which the factors of convolutions and matrix products are rounded; float32 by default.</summary>
    /// <exception cref="DeviceException">set to a precision that the device does not support</exception>
    public ProductPrecision Precision
    {
        get;
        set => field = Supports(KernelRecording.Unrecorded(value, "the precision of a device"))
            ? value
            : throw new DeviceException(
                $"{Name} computes in fp32; {value.ToString().ToLowerInvariant()} needs a CUDA card with tensor cores, sm_80 or later");
    }

    /// <summary>How kernel variants are selected; without effect on devices with one variant per kernel.</summary>
    public virtual TuningMode Tuning
    {
        get;
        set => field = KernelRecording.Unrecorded(value, "how a device chooses kernels");
    }

    /// <summary>Receives one line of text before kernels are first measured; see <see cref="TuningMode.FirstUse"/>.</summary>
    public Action<string>? Announce { get; set; }

    /// <summary>Whether the device supports a precision.</summary>
    public virtual bool Supports(ProductPrecision precision) => precision == ProductPrecision.Fp32;

    /// <summary>The name in a message that has already named another device, which may have the same name.</summary>
    internal string NameBeside(Device first) => Name == first.Name ? $"another {Name}" : Name;

    /// <summary>Begins a step on this thread: tensors made from here on are disposed with it.</summary>
    /// <exception cref="DeviceException">another thread's step has not ended</exception>
    public Step Step()
    {
        lock (_stepLock)
        {
            var outer = RequireThread();
            return _step = new Step(this, _steps++, outer, _emptiedLists.TryPop(out var list) ? list : []);
        }
    }

    /// <summary>Whether a step is open, on whatever thread.</summary>
    internal bool IsInStep => _step is not null;

    /// <summary>The error for a second thread.</summary>
    internal static DeviceException UsedByAnother(string device) =>
        new($"{device} computes for another thread, and a device is used by one thread at a time: take turns in Device.WorkQueue, as " +
            "Translator does, or open a device for each thread");

    /// <summary>Checks that this thread may compute; returns its step, null where there is none.</summary>
    /// <exception cref="DeviceException">another thread's step has not ended</exception>
    internal Step? RequireThread()
    {
        var step = _step; // Once: another thread may begin or end one meanwhile.
        return step is null || step.Thread == Devices.Step.CurrentThread ? step : throw UsedByAnother(Name);
    }

    /// <summary>Ends a step and those begun inside it.</summary>
    internal void End(Step step)
    {
        lock (_stepLock)
        {
            while (!step.HasEnded && _step is { } innermost)
            {
                _step = innermost.Outer;
                _emptiedLists.Push(innermost.Finish());
                if (_step is null)
                {
                    CountStep();
                }
            }
        }
    }

    /// <summary>Tells the pools that a step has ended, by which they see what is no longer used.</summary>
    private protected virtual void CountStep() => Pool.EndStep();

    /// <summary>Gives memory that nothing uses back to the device or the system.</summary>
    internal virtual void Trim() => Pool.Trim();

    /// <summary>Kernel arguments that change from step to step.</summary>
    internal StepNumbers Numbers { get; } = new();

    /// <summary>The recording in progress, or null.</summary>
    internal KernelRecording? Recording { get; set; }

    /// <summary>
    /// Prepares a list of calls for repeated replay. None of them need have run before; their memory stays in place until the result is
    /// disposed.
    /// </summary>
    internal virtual IReplay Prepare(IReadOnlyList<KernelCall> calls) => new CallByCall(this, calls);

    /// <summary>Prepares calls that may run side by side where lanes allow it, which a device need not do.</summary>
    internal virtual IReplay Prepare(IReadOnlyList<KernelCall> calls, CallLanes lanes) => Prepare(calls);

    /// <summary>The number of lanes of a recorded step's calls.</summary>
    internal virtual int Lanes => 1;

    /// <summary>
    /// Updates the device's copy of <see cref="Numbers"/>, in stream order; kernels that read it call this themselves.
    /// </summary>
    protected internal virtual void FlushNumbers()
    {
    }

    /// <summary>Elements up to which a block of memory may serve many values of a recorded step.</summary>
    internal virtual long LargestBlock => long.MaxValue;

    /// <param name="count">elements</param>
    /// <param name="isShortLived">see <see cref="MemoryPool.Rent"/></param>
    internal Storage Allocate(long count, bool isShortLived = false)
    {
        var step = RequireThread();
        if (Recording is { } recording)
        {
            return recording.NewStorage(count);
        }

        // A part of a block that nobody returns would keep the whole from all: only what a step will dispose is cut off.
        return Pool.Rent(count, isShortLived, isWhole: !isShortLived || step is null);
    }

    /// <summary>Registers a new tensor with the current step, if any, which disposes it at its end.</summary>
    internal void Register(Tensor tensor) => RequireThread()?.Own(tensor);

    /// <summary>Copies host numbers to the device, in stream order. The source may be overwritten when the call returns.</summary>
    /// <exception cref="RecordingException">in a step that is being recorded: each replay would see the same numbers</exception>
    public void Upload(ReadOnlySpan<float> source, DeviceSpan destination)
    {
        RefuseUpload(source.Length);
        if (!source.IsEmpty)
        {
            CopyFromHost(source, destination);
        }
    }

    /// <summary>Uploads numbers that a callback writes: directly into device memory where the host can address it.</summary>
    /// <param name="write">writes a part; called for disjoint parts, possibly by several threads at once</param>
    /// <param name="destination">destination on the device</param>
    /// <exception cref="RecordingException">in a step that is being recorded</exception>
    internal void Upload(PartWriter write, DeviceSpan destination)
    {
        RefuseUpload(destination.Length);
        if (destination.Length > 0)
        {
            WriteParts(write, destination);
        }
    }

    /// <summary>Waits for the device and copies its numbers to the host.</summary>
    /// <exception cref="RecordingException">
    /// in a step that is being recorded: a replay would not repeat what the host does with them
    /// </exception>
    public void Download(DeviceSpan source, Span<float> destination)
    {
        RefuseDownload(source.Length);
        if (source.Length > 0)
        {
            CopyToHost(source, destination);
        }
    }

    /// <summary>Begins to copy numbers to the host, as they are after the kernels called so far, and returns without waiting.</summary>
    /// <exception cref="RecordingException">in a step that is being recorded</exception>
    internal Readback BeginDownload(DeviceSpan source)
    {
        RefuseDownload(source.Length);
        return BeginCopyToHost(source);
    }

    /// <summary>See <see cref="Upload(ReadOnlySpan{float}, DeviceSpan)"/>.</summary>
    protected abstract void CopyFromHost(ReadOnlySpan<float> source, DeviceSpan destination);

    /// <summary>See <see cref="Upload(PartWriter, DeviceSpan)"/>.</summary>
    private protected virtual void WriteParts(PartWriter write, DeviceSpan destination)
    {
        var values = new float[destination.Length];
        write(0, values);
        CopyFromHost(values, destination);
    }

    /// <summary>See <see cref="Download"/>.</summary>
    protected abstract void CopyToHost(DeviceSpan source, Span<float> destination);

    /// <summary>See <see cref="BeginDownload"/>.</summary>
    private protected virtual Readback BeginCopyToHost(DeviceSpan source)
    {
        var numbers = new float[source.Length];
        CopyToHost(source, numbers);
        return new FinishedReadback(numbers);
    }

    /// <summary>Throws if a step is being recorded.</summary>
    internal void RefuseUpload(long count) => Recording?.Refuse(
        $"copies {count} numbers from the host to the device", "make a tensor of them before the step, or pass it as an input");

    private void RefuseDownload(long count) => Recording?.Refuse(
        $"copies {count} numbers from the device to the host", "return the tensor from the step and read it afterwards");

    /// <summary>Allocates host memory for inputs, see <see cref="InputFeed"/>. Any thread may call it.</summary>
    /// <param name="count">elements needed</param>
    internal virtual HostBuffer AllocateHost(long count) => new ArrayHostBuffer(count);

    /// <summary>Buffers per input: two where a copy can overlap kernels.</summary>
    internal virtual int InputSlots => 1;

    internal virtual DeviceEvent CreateEvent() => new();

    /// <summary>
    /// Copies host numbers to the device once an event is reached, overlapping kernels called since; kernels called from here on wait for
    /// the copy.
    /// </summary>
    internal virtual void BeginUpload(HostBuffer source, DeviceSpan destination, DeviceEvent after) =>
        Upload(source.Numbers[..(int)destination.Length], destination);

    /// <summary>
    /// Parameter elements that an optimiser updates in one call: enough to amortise the call, few enough that the gradients' memory is soon
    /// free for reuse.
    /// </summary>
    internal virtual long UpdateBatchElements => 1 << 22;

    /// <summary>
    /// Kernel launches so far, a graph counting as one, on devices with launches: each costs a few microseconds, whatever it computes.
    /// </summary>
    public virtual long Launches => 0;

    /// <summary>Waits until all kernels called so far are complete. Kernels of the CPU device are complete when they return.</summary>
    public virtual void Synchronize()
    {
    }

    /// <summary>Closes the device after the running work of its <see cref="WorkQueue"/> has ended; waiting work is cancelled.</summary>
    public void Dispose()
    {
        Recording?.Refuse($"closes {Name}", "close it after the step");
        _workQueue?.Close();
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}
