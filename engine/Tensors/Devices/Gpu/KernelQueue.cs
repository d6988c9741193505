using System.Reflection;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.Tensors.Devices.Gpu.Transfers;

namespace IlgpuGan.Tensors.Devices.Gpu;

/// <summary>
/// The stream of a device and the kernels loaded for it. A kernel is an explicitly grouped static method, compiled at its first launch and
/// cached; launches run in order, but for lanes of a graph, and allocate nothing.
/// </summary>
/// <param name="loader">creates the launchers; null for those of <paramref name="accelerator"/></param>
internal sealed partial class KernelQueue(Accelerator accelerator, AcceleratorStream stream, IKernelLoader? loader = null)
{
    /// <summary>The environment variable that makes CUDA programs wait for each kernel.</summary>
    public const string BlockingLaunches = "CUDA_LAUNCH_BLOCKING";

    private const int LargestGroup = 256;

    /// <summary>Two warps: enough to show a race, few enough that small arrays don't keep the processor busy with idle threads.</summary>
    private const int SmallGroup = 64;

    /// <summary>
    /// Keyed by delegate, not by method: the compiler caches one delegate for each call site, and comparing references costs nothing.
    /// </summary>
    private readonly Dictionary<Delegate, Delegate> _launchers = new(ReferenceEqualityComparer.Instance);

    private string? _fault;

    public Accelerator Accelerator { get; } = accelerator;

    /// <summary>Where launches go: the device's stream, or that of <see cref="Lane"/> while lanes are captured.</summary>
    public AcceleratorStream Stream => _streams[_isInLanes ? Lane : 0];

    /// <summary>Copies between host and device, in launch order or concurrent with kernels.</summary>
    public HostTransfers Transfers { get; } = HostTransfers.Of(accelerator, stream);

    /// <summary>
    /// Whether each launch waits for its kernel, so that the message names a kernel that fails while it runs. Slow.
    /// <see cref="BlockingLaunches"/> sets the default.
    /// </summary>
    public bool WaitsForEachKernel { get; set; } = Environment.GetEnvironmentVariable(BlockingLaunches) == "1";

    /// <summary>Kernels and graphs launched so far.</summary>
    public long Launches { get; private set; }

    /// <summary>The distinct kernels launched so far.</summary>
    public IEnumerable<MethodInfo> Kernels => _launchers.Keys.Select(kernel => kernel.Method);

    /// <summary>The default number of threads of a group: a power of two.</summary>
    public int GroupSize { get; } = accelerator.AcceleratorType == AcceleratorType.CPU && loader is null
        ? SmallGroup
        : Math.Min(LargestGroup, (int)System.Numerics.BitOperations.RoundUpToPowerOf2((uint)accelerator.MaxNumThreadsPerGroup + 1) / 2);

    /// <summary>
    /// The driver's words for the fault after which it refuses every call; null while there was none. Any thread may ask.
    /// </summary>
    public string? Fault => Volatile.Read(ref _fault);

    /// <summary>
    /// Remembers a failure if it is a fault that persists. The driver tells, whose every call fails so then: what it refuses once, such as
    /// a size or memory that is not there, leaves the card as it was.
    /// </summary>
    public void Note(AcceleratorException failure)
    {
        if (Fault is not null || Accelerator is not CudaAccelerator card || failure is not CudaException first)
        {
            return;
        }

        try
        {
            using var binding = card.BindScoped();
            _ = card.GetFreeMemory();
        }
        catch (CudaException again) when (again.Error == first.Error)
        {
            Volatile.Write(ref _fault, AcceleratorSearch.ReasonOf(first));
        }
        catch (CudaException)
        {
            // A call of another kind is refused for another reason.
        }
    }

    /// <summary>A grid for <paramref name="count"/> elements, <paramref name="perThread"/> of them a thread.</summary>
    public KernelConfig ForElements(long count, int perThread = 1)
    {
        var perGroup = (long)GroupSize * perThread;
        return new KernelConfig((int)((count + perGroup - 1) / perGroup), GroupSize);
    }

    /// <summary>
    /// The size of a group that shares <paramref name="work"/> items. One of two sizes, since some drivers compile a kernel for each size.
    /// </summary>
    public int GroupFor(long work) => work <= SmallGroup ? Math.Min(SmallGroup, GroupSize) : GroupSize;

    private TLauncher Loaded<TLauncher>(Delegate kernel)
        where TLauncher : Delegate
    {
        if (!_launchers.TryGetValue(kernel, out var launcher))
        {
            Accelerator.Context.ClearMethodCache();
            launcher = loader is null
                ? Accelerator.LoadKernel<TLauncher>(kernel.Method, LaunchBounds.Of(kernel.Method, ProductDevice.IsSm80OrLater(Accelerator)))
                : loader.Load<TLauncher>(kernel.Method);
            _launchers.Add(kernel, launcher);
        }

        Launches++;
        return (TLauncher)launcher;
    }

    private void AfterLaunch()
    {
        if (WaitsForEachKernel)
        {
            Stream.Synchronize();
        }
    }

    private DeviceException Failure(Delegate kernel, in KernelConfig config, Exception exception)
    {
        if (exception is AcceleratorException failure)
        {
            Note(failure);
        }

        return new DeviceException(
            $"the kernel {kernel.Method.Name} failed on {Accelerator.Name} with {config.GridDim} groups of {config.GroupDim} threads: " +
                AcceleratorSearch.ReasonOf(exception).TrimEnd('.') +
                (Fault is null || WaitsForEachKernel ? "" : $"; one before it may be the cause: set {BlockingLaunches}=1 to wait for each"),
            exception)
        {
            IsOutOfMemory = exception is ArgumentOutOfRangeException,
        };
    }
}
