using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using ILGPU.Runtime.OpenCL;
using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.Tensors.Devices.Gpu;

/// <summary>
/// An accelerator: a GPU through CUDA or OpenCL, or ILGPU's CPU accelerator. Tensors stay in its memory. Kernels run in order in one
/// stream, but for branches of a CUDA graph, asynchronously to the host; <see cref="Device.Download"/> and
/// <see cref="Device.Synchronize"/> wait for them. On CUDA no other copy waits, where memory can be page-locked
/// (<see cref="Transfers.OverlappedTransfers"/>).
/// </summary>
internal sealed class GpuDevice : Device
{
    /// <summary>The environment variable for the lanes of recorded steps on CUDA; with 1 nothing runs side by side.</summary>
    internal const string LanesVariable = "ILGPUGAN_LANES";

    /// <summary>1 GB, for devices that don't say how much may be allocated at once.</summary>
    private const long UsualBlock = 1 << 28;

    private const int UsualLanes = 4;
    private const int MostLanes = 4;

    private const string FromDevice = "copying numbers from the device";

    /// <summary>Of the environment variable, which all verbs know; <c>--eager</c> is the trainings' alone.</summary>
    private const string InsteadOfGraphs = "runs steps kernel by kernel instead of as CUDA graphs";

    private readonly Context _context;
    private readonly Accelerator _accelerator;
    private readonly KernelQueue _queue;
    private readonly DeviceStepNumbers _numbers;
    private readonly MemoryPool[] _scratch;
    private readonly MemoryPool _tables;
    private readonly GpuKernels _kernels;

    /// <summary>Whether kernels were launched as graphs, whose failures do not name a kernel.</summary>
    private bool _runsGraphs;

    internal GpuDevice(string name, Context context, Accelerator accelerator)
    {
        (Name, _context, _accelerator) = (name, context, accelerator);
        Pool = PoolOfDevice();
        _queue = new KernelQueue(accelerator, accelerator.CreateStream());
        _queue.Transfers.CreateException = Failure;
        while (_queue.CanCapture && _queue.Lanes < WantedLanes())
        {
            _queue.AddLane();
        }

        _numbers = new DeviceStepNumbers(_queue, Numbers);

        // Separate pools for scratch memory, so that memory of a recorded kernel is never given to a tensor, or to a kernel beside it.
        _scratch = [.. Enumerable.Range(0, _queue.Lanes).Select(_ => PoolOfDevice())];
        var firstUse = MatMul.FirstUseTunings.Of(accelerator, MatMul.ProductDevice.Of(accelerator));
        _tables = PoolOfDevice();
        _kernels = new GpuKernels(_queue, _scratch, _tables, _numbers, () => Precision, firstUse: firstUse);
        _kernels.FirstUseTime.Begins = () => Announce?.Invoke(OptionNames.In(
            $"{name}: products of new shapes are measured for up to {_kernels.FirstUseTime.Most.TotalSeconds:0} s, to choose the " +
                $"fastest kernel with the same bits; results are kept in {firstUse!.Path} (--no-tune skips this)."));
    }

    public override string Name { get; }

    public override string Description => AcceleratorSearch.Describe(_accelerator.Device)
        + (_queue.Transfers.FallbackReason is { Length: > 0 } why
            ? $"; copies between host and card wait, since memory can't be page-locked: {why}"
            : "");

    protected internal override IKernels OwnKernels => _kernels;

    public override TuningMode Tuning
    {
        get => _kernels.Products.Mode;
        set => _kernels.Products.Mode = KernelRecording.Unrecorded(value, "how a device chooses kernels");
    }

    /// <summary>For measurements: launches that bypass <see cref="IKernels"/>.</summary>
    internal KernelQueue Queue => _queue;

    /// <summary>Whether its kernels run on ILGPU's CPU accelerator, whose times say nothing of a GPU.</summary>
    public bool IsForDebugging => _accelerator.AcceleratorType == AcceleratorType.CPU;

    public override MemoryPool Pool { get; }

    /// <summary>Unlimited on CUDA, where one launch updates all parameters: saving launches is worth the memory of the gradients.</summary>
    internal override long UpdateBatchElements =>
        _accelerator.AcceleratorType == AcceleratorType.Cuda ? long.MaxValue : base.UpdateBatchElements;

    /// <summary>On OpenCL what the device allows at once: a quarter of its memory or more.</summary>
    internal override long LargestBlock => _accelerator.Device is CLDevice device
        && device.GetDeviceInfo(CLDeviceInfoType.CL_DEVICE_MAX_MEM_ALLOC_SIZE, out long bytes) == CLError.CL_SUCCESS && bytes > 0
            ? bytes / sizeof(float)
            : UsualBlock;

    /// <summary>Only graphs have lanes.</summary>
    internal override int Lanes => _queue.CanCapture ? _queue.Lanes : 1;

    public override long Launches => _queue.Launches;

    internal override string? Fault => _queue.Fault;

    public override bool Supports(ProductPrecision precision) =>
        precision == ProductPrecision.Fp32 || MatMul.ProductDevice.Of(_accelerator).HasTensorCores;

    protected override void CopyFromHost(ReadOnlySpan<float> source, DeviceSpan destination) =>
        _queue.Transfers.Upload(source, destination.View());

    protected override void CopyToHost(DeviceSpan source, Span<float> destination)
    {
        try
        {
            source.View().CopyToHost(_queue.Stream, destination);
        }
        catch (AcceleratorException exception)
        {
            throw Failure(FromDevice, exception);
        }
    }

    private protected override Readback BeginCopyToHost(DeviceSpan source)
    {
        try
        {
            return _queue.Transfers.BeginDownload(source.View());
        }
        catch (AcceleratorException exception)
        {
            throw Failure(FromDevice, exception);
        }
    }

    internal override HostBuffer AllocateHost(long count) => _queue.Transfers.AllocateHost(count);

    internal override int InputSlots => _queue.Transfers.Overlap ? 2 : 1;

    internal override DeviceEvent CreateEvent()
    {
        try
        {
            return _queue.Transfers.CreateEvent();
        }
        catch (AcceleratorException exception)
        {
            throw Failure("preparing inputs", exception);
        }
    }

    internal override void BeginUpload(HostBuffer source, DeviceSpan destination, DeviceEvent after)
    {
        try
        {
            _queue.Transfers.BeginUpload(source, destination.View(), after);
        }
        catch (AcceleratorException exception)
        {
            throw Failure("copying inputs to the device", exception);
        }
    }

    public override void Synchronize()
    {
        try
        {
            _queue.Stream.Synchronize();
        }
        catch (AcceleratorException exception)
        {
            throw Failure("waiting for the device", exception);
        }
    }

    protected internal override void FlushNumbers() => _numbers.Flush();

    /// <summary>One CUDA graph where the queue can capture; otherwise call by call.</summary>
    internal override IReplay Prepare(IReadOnlyList<KernelCall> calls) => Prepare(calls, new CallLanes(calls, Lanes));

    internal override IReplay Prepare(IReadOnlyList<KernelCall> calls, CallLanes lanes)
    {
        _runsGraphs |= _queue.CanCapture;
        return _queue.CanCapture ? new Graphs.GraphReplay(this, _queue, calls, lanes) : base.Prepare(calls);
    }

    private static int WantedLanes() => Environment.GetEnvironmentVariable(LanesVariable) switch
    {
        null or "" => UsualLanes,
        var text when int.TryParse(text, CultureInfo.InvariantCulture, out var count) && count is >= 1 and <= MostLanes => count,
        var text => throw new DeviceException($"The environment variable {LanesVariable} can't be '{text}'; it can be 1 to {MostLanes}"),
    };

    internal override (long Taken, long Total)? OwnMemory =>
        _accelerator.AcceleratorType == AcceleratorType.CPU ? null : (Pool.AllocatedBytes + ScratchBytes, _accelerator.MemorySize);

    /// <summary>Bytes that kernels have taken beside their operands: scratch memory and tables.</summary>
    internal long ScratchBytes => _scratch.Append(_tables).Sum(pool => pool.AllocatedBytes);

    /// <summary>Scratch memory of each lane.</summary>
    internal IReadOnlyList<MemoryPool> Scratch => _scratch;

    internal override void Trim()
    {
        base.Trim();
        foreach (var pool in _scratch)
        {
            pool.Trim();
        }
    }

    private protected override void CountStep()
    {
        base.CountStep();
        foreach (var pool in _scratch)
        {
            pool.EndStep();
        }
    }

    private MemoryPool PoolOfDevice()
    {
        MemoryPool? pool = null;
        return pool = new MemoryPool(capacity => AllocateStorage(pool!, capacity));
    }

    /// <summary>Allocates from the driver; if that fails, retries once after all pools have freed their unused blocks.</summary>
    private GpuStorage AllocateStorage(MemoryPool pool, long capacity)
    {
        try
        {
            return TryAllocateStorage(pool, capacity) ?? Retry();
        }
        catch (Exception exception) when (exception is AcceleratorException or OutOfMemoryException)
        {
            throw OutOfMemory(capacity, exception);
        }

        GpuStorage Retry()
        {
            Synchronize();
            Trim();
            return HasRoom(capacity * sizeof(float))
                ? new GpuStorage(pool, _accelerator.AllocateRaw(capacity, sizeof(float)))
                : throw new OutOfMemoryException("the device's memory is in use");
        }
    }

    /// <summary>
    /// Whether so many bytes fit into the device's memory: a driver may allow more, and fail later (OpenCL) or silently use the machine's
    /// memory, at a fraction of the speed (CUDA on Windows).
    /// </summary>
    private bool HasRoom(long bytes) => _accelerator is CudaAccelerator card
        ? bytes <= card.GetFreeMemory()
        : Pool.AllocatedBytes + ScratchBytes + bytes <= _accelerator.MemorySize;

    /// <summary>Null where the driver refuses, or where the device's memory would be exceeded.</summary>
    private GpuStorage? TryAllocateStorage(MemoryPool pool, long capacity)
    {
        try
        {
            return HasRoom(capacity * sizeof(float)) ? new GpuStorage(pool, _accelerator.AllocateRaw(capacity, sizeof(float))) : null;
        }
        catch (Exception exception) when (exception is AcceleratorException or OutOfMemoryException)
        {
            return null;
        }
    }

    private DeviceException OutOfMemory(long capacity, Exception exception)
    {
        const double Megabyte = 1e6;
        var total = _accelerator.MemorySize == long.MaxValue ? "" : $", the device has {_accelerator.MemorySize / Megabyte:0} MB";
        return new DeviceException(
            $"out of memory on {Name} ({_accelerator.Name}): {capacity * sizeof(float) / Megabyte:0.#} MB more are needed; " +
            $"{Pool.AllocatedBytes / Megabyte:0.#} MB are in use by tensors and {ScratchBytes / Megabyte:0.#} MB by " +
                $"kernels{total}. " +
            $"Take a smaller batch, smaller pictures, a smaller network, or another device. The driver says: " +
                AcceleratorSearch.ReasonOf(exception),
            exception)
        {
            IsOutOfMemory = true,
        };
    }

    /// <summary>The exception for a failure on the device, whose cause may be an earlier launch.</summary>
    internal DeviceException Failure(string doing, AcceleratorException exception)
    {
        _queue.Note(exception);
        return new DeviceException(
            $"{Name} ({_accelerator.Name}) failed while {doing}; what had been launched before may be the cause: " +
                AcceleratorSearch.ReasonOf(exception).TrimEnd('.') + (IsOfWatchdog(exception) ? Watchdog : HowToFindTheKernel), exception);
    }

    private static bool IsOfWatchdog(AcceleratorException exception) =>
        exception is CudaException { Error: nameof(CudaError.CUDA_ERROR_LAUNCH_TIMEOUT) };

    /// <summary>A hint: a card that draws a desktop, too, may not compute for long without a pause, for two seconds on Windows.</summary>
    private string Watchdog => ". The system's watchdog ends what keeps a card that draws the desktop from drawing (on Windows after two " +
        $"seconds, TdrDelay in the registry){(_runsGraphs ? $"; {KernelQueue.BlockingLaunches}=1 {InsteadOfGraphs}" : "")}.";

    /// <summary>A hint: the driver reports a fault after the launch, and in a graph without the kernel.</summary>
    private string HowToFindTheKernel => _accelerator.AcceleratorType != AcceleratorType.Cuda ? ""
        : $". To find a kernel that fails while it runs, wait for each: set {KernelQueue.BlockingLaunches}=1" +
          $"{(_runsGraphs ? $", which also {InsteadOfGraphs}" : "")}.";

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            // After a fault the accelerator stays half disposed, and its memory with the driver until the process ends, as it must by then.
            Freeing.UnlessFaulted(_accelerator.Dispose);
            _context.Dispose();
        }
    }
}
