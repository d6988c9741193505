using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.Tensors.Devices;

/// <summary>Writes a part of an array.</summary>
/// <param name="first">which element of the array the part begins with</param>
/// <param name="part">to be filled</param>
public delegate void PartWriter(long first, Span<float> part);

/// <summary>
/// Where tensors live and kernels run. A device is used by one thread at a time, and says so to a second one; its kernels use as many as
/// they like. Threads that share a device take turns in its <see cref="Line"/>.
/// </summary>
public abstract class Device : IDisposable
{
    private Step? _step;
    private long _steps;
    private DeviceLine? _line;

    /// <summary>Lists of ended steps, whose length the next ones will need again.</summary>
    private readonly Stack<List<Tensor>> _spare = [];

    /// <summary>What the user typed to get it: <c>cpu</c>, <c>cuda:0</c>, …</summary>
    public abstract string Name { get; }

    /// <summary>For people: processor or card, instruction set, threads.</summary>
    public abstract string Description { get; }

    /// <summary>The kernels that ops are made of.</summary>
    /// <exception cref="RecordingException">a step of another device is being recorded, whose replay would not compute here</exception>
    public IKernels Kernels => Recording is { } recording ? recording.Kernels
        : KernelRecording.IsUnderWay ? throw KernelRecording.Elsewhere(this)
        : OwnKernels;

    /// <summary>The device's kernels themselves, which <see cref="Kernels"/> wraps while a step is recorded.</summary>
    protected internal abstract IKernels OwnKernels { get; }

    public abstract MemoryPool Pool { get; }

    /// <summary>Where threads that share the device wait for their turn.</summary>
    public DeviceLine Line => LazyInitializer.EnsureInitialized(ref _line, () => new DeviceLine(this));

    /// <summary>Whether kernels compute on all processors, and leave none to anything else.</summary>
    internal virtual bool TakesAllProcessors => false;

    /// <summary>
    /// Opens <c>cpu</c>, <c>cuda[:n]</c>, <c>opencl[:n]</c>, <c>ilgpu-cpu</c>, or <c>auto</c>, which is the processor.
    /// A device asked for by name that can't be had is an error, never replaced by another.
    /// </summary>
    /// <param name="name">device name as on the command line</param>
    /// <param name="threads">
    /// worker threads of the CPU device; 0, or more than there are processors, takes all the processors this process may use; other devices
    /// have no say in it
    /// </param>
    /// <exception cref="DeviceException">the device can't be had, and why</exception>
    public static Device Open(string name, int threads = 0) => DeviceSearch.Open(name, threads);

    /// <summary>What the factors of convolutions and matrix products are rounded to; float32 unless somebody asks for less.</summary>
    /// <exception cref="DeviceException">set to what the device lacks</exception>
    public ProductPrecision Precision
    {
        get;
        set => field = Supports(value)
            ? value
            : throw new DeviceException(
                $"{Name} computes in fp32; {value.ToString().ToLowerInvariant()} needs a CUDA card with tensor cores, sm_80 or later");
    }

    /// <summary>What may decide which kernels compute what; without a say on devices that have one for each purpose.</summary>
    public virtual TuningMode Tuning { get; set; }

    /// <summary>Told in a line, before the first is measured, that kernels will be; see <see cref="TuningMode.FirstUse"/>.</summary>
    public Action<string>? Announce { get; set; }

    /// <summary>Whether the device computes in a precision.</summary>
    public virtual bool Supports(ProductPrecision precision) => precision == ProductPrecision.Fp32;

    /// <summary>The name as a message gives it that has spoken of a device before, perhaps of the same name.</summary>
    internal string NameBeside(Device first) => Name == first.Name ? $"another {Name}" : Name;

    /// <summary>Begins a step of this thread: tensors made from here on are disposed with it.</summary>
    /// <exception cref="DeviceException">another thread has not ended its own</exception>
    public Step Step()
    {
        RequireThread();
        return _step = new Step(this, _steps++, _step, _spare.TryPop(out var list) ? list : []);
    }

    /// <summary>The refusal of a second thread.</summary>
    internal static DeviceException UsedByAnother(string device) =>
        new($"{device} computes for another thread, and a device is used by one thread at a time: take turns in Device.Line, as " +
            "Translator does, or open a device for each thread");

    private void RequireThread()
    {
        if (_step is { } step && step.Thread != Devices.Step.CurrentThread)
        {
            throw UsedByAnother(Name);
        }
    }

    /// <summary>Ends a step and those begun inside it.</summary>
    internal void End(Step step)
    {
        while (!step.HasEnded && _step is { } innermost)
        {
            _step = innermost.Outer;
            _spare.Push(innermost.Finish());
            if (_step is null)
            {
                Pool.EndStep();
            }
        }
    }

    /// <summary>What changes from step to step, where kernels look it up.</summary>
    public StepNumbers Numbers { get; } = new();

    /// <summary>The step that is being recorded; null while none is.</summary>
    public KernelRecording? Recording { get; internal set; }

    /// <summary>
    /// Makes a list of calls ready to be run many times over. The calls have been run once; their memory stays where it is until the result
    /// is disposed.
    /// </summary>
    protected internal virtual IReplay Prepare(IReadOnlyList<KernelCall> calls) => new CallByCall(this, calls);

    /// <summary>
    /// Brings the device's copy of <see cref="Numbers"/> up to date, in the order of its stream; kernels that read it do so by themselves.
    /// </summary>
    protected internal virtual void FlushNumbers()
    {
    }

    /// <summary>Elements up to which a block of memory may serve many values of a recorded step.</summary>
    internal virtual long LargestBlock => long.MaxValue;

    /// <param name="count">elements</param>
    /// <param name="isBrief">see <see cref="MemoryPool.Rent"/></param>
    internal Storage Allocate(long count, bool isBrief = false)
    {
        RequireThread();
        if (Recording is { } recording)
        {
            return recording.NewStorage(count);
        }

        // A part of a block that nobody returns would keep the whole from all: only what a step will dispose is cut off.
        return Pool.Rent(count, isBrief, isWhole: !isBrief || _step is null);
    }

    /// <summary>Lets the current step, if there is one, dispose a new tensor at its end.</summary>
    internal void Register(Tensor tensor)
    {
        RequireThread();
        _step?.Own(tensor);
    }

    /// <summary>Copies host numbers to the device, in the order of the kernels. They may be overwritten when the call returns.</summary>
    /// <exception cref="RecordingException">in a step that is being recorded: each replay would see the same numbers</exception>
    public void Upload(ReadOnlySpan<float> source, DeviceSpan destination)
    {
        RefuseUpload(source.Length);
        CopyFromHost(source, destination);
    }

    /// <summary>Lets numbers be written that are not in the host's memory yet: straight to the device's where that is the same.</summary>
    /// <param name="write">writes them; called for disjoint parts, possibly by several threads at once</param>
    /// <param name="destination">where they go</param>
    /// <exception cref="RecordingException">in a step that is being recorded</exception>
    public void Upload(PartWriter write, DeviceSpan destination)
    {
        RefuseUpload(destination.Length);
        WriteParts(write, destination);
    }

    /// <summary>Waits for the device and copies its numbers to the host.</summary>
    /// <exception cref="RecordingException">
    /// in a step that is being recorded: what the host does with them would not happen again
    /// </exception>
    public void Download(DeviceSpan source, Span<float> destination)
    {
        RefuseDownload(source.Length);
        CopyToHost(source, destination);
    }

    /// <summary>The same for a look at what a recorded call has computed, which is no part of the step.</summary>
    internal void ReadAnyway(DeviceSpan source, Span<float> destination) => CopyToHost(source, destination);

    /// <summary>Begins to copy numbers to the host, as they are behind the kernels called so far, and waits for nothing.</summary>
    /// <exception cref="RecordingException">in a step that is being recorded</exception>
    public Readback BeginDownload(DeviceSpan source)
    {
        RefuseDownload(source.Length);
        return BeginCopyToHost(source);
    }

    /// <summary>See <see cref="Upload(ReadOnlySpan{float}, DeviceSpan)"/>.</summary>
    protected abstract void CopyFromHost(ReadOnlySpan<float> source, DeviceSpan destination);

    /// <summary>See <see cref="Upload(PartWriter, DeviceSpan)"/>.</summary>
    protected virtual void WriteParts(PartWriter write, DeviceSpan destination)
    {
        var values = new float[destination.Length];
        write(0, values);
        CopyFromHost(values, destination);
    }

    /// <summary>See <see cref="Download"/>.</summary>
    protected abstract void CopyToHost(DeviceSpan source, Span<float> destination);

    /// <summary>See <see cref="BeginDownload"/>.</summary>
    protected virtual Readback BeginCopyToHost(DeviceSpan source)
    {
        var numbers = new float[source.Length];
        CopyToHost(source, numbers);
        return new FinishedReadback(numbers);
    }

    /// <summary>Complains if a step is being recorded.</summary>
    internal void RefuseUpload(long count) => Recording?.Refuse(
        $"copies {count} numbers from the host to the device", "make a tensor of them before the step, or pass it as an input");

    private void RefuseDownload(long count) => Recording?.Refuse(
        $"copies {count} numbers from the device to the host", "return the tensor from the step and read it afterwards");

    /// <summary>Host memory for inputs, see <see cref="InputFeed"/>; from any thread.</summary>
    /// <param name="count">elements needed</param>
    public virtual HostBuffer AllocateHost(long count) => new ArrayHostBuffer(count);

    /// <summary>Places that inputs take turns in: two where a copy can run beside kernels.</summary>
    internal virtual int InputPlaces => 1;

    internal virtual DevicePoint CreatePoint() => new();

    /// <summary>
    /// Copies host numbers to the device once a point is reached, beside kernels called since; kernels called from here on wait for the
    /// copy.
    /// </summary>
    internal virtual void BeginUpload(HostBuffer source, DeviceSpan destination, DevicePoint after) =>
        Upload(source.Numbers[..(int)destination.Length], destination);

    /// <summary>
    /// Elements of parameters whose gradients wait for one update by an optimiser: enough to be worth a call, few enough that the memory of
    /// the gradients soon serves others.
    /// </summary>
    internal virtual long UpdatedTogether => 1 << 22;

    /// <summary>
    /// Launches of kernels so far, a graph of them counting as one, on devices that have such a thing: each costs a few microseconds,
    /// whatever it computes.
    /// </summary>
    public virtual long Launches => 0;

    /// <summary>Waits until all kernels that were called are done. Kernels of the CPU device are done when the call returns.</summary>
    public virtual void Synchronize()
    {
    }

    /// <summary>Closes the device, once the work of its <see cref="Line"/> that has begun is done; what waits there is given up.</summary>
    public void Dispose()
    {
        _line?.Close();
        Dispose(disposing: true);
        GC.SuppressFinalize(this);
    }

    protected virtual void Dispose(bool disposing)
    {
    }
}
