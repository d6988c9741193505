using System.Collections.Concurrent;
using System.Diagnostics;
using ILGPU.Backends;
using ILGPU.Runtime.CPU.Simulation;

namespace ILGPU.Runtime.CPU;

/// <summary>How the simulator uses the host's threads.</summary>
public enum CPUAcceleratorMode
{
    /// <summary>Sequential while a debugger is attached, else parallel.</summary>
    Auto,

    /// <summary>One group after the other.</summary>
    Sequential,

    /// <summary>Several groups at once.</summary>
    Parallel,
}

/// <summary>
/// The simulator: kernels run on the host with every access checked. Out-of-bounds accesses, barriers that not all threads reach and reads
/// of uninitialised memory end in a <see cref="SimulatorException"/> that names kernel, source line, group and thread; data races are
/// reported, or end in one (<see cref="RaceChecks"/>). A launch is complete when it returns; launches run one after the other. In a
/// context built with <see cref="CPUContextExtensions.Unchecked"/> kernels run for speed, and nothing of this is looked for.
/// </summary>
public sealed class CPUAccelerator : Accelerator
{
    private readonly ConcurrentDictionary<(TranslatedKernel Kernel, (int Site, int Other) Places), bool> _racesPrinted = [];

    internal CPUAccelerator(Context context, CPUDevice device, CPUAcceleratorMode mode, ThreadPriority threadPriority)
        : base(context, device)
    {
        Mode = mode;
        ThreadPriority = threadPriority;
        NativePtr = 1;
        IsChecked = !context.Properties.RunsUnchecked;
        Target = IsChecked ? new SimulatorTarget(device.WarpSize) : new ProcessorTarget(device.WarpSize);
        (BufferRaces, SharedRaces) = context.Properties.RaceChecks ?? RaceChecksVariable.Read();
        Bind();
        DefaultStream = new CPUStream(this);
    }

    public new CPUDevice Device => (CPUDevice)base.Device;

    public CPUAcceleratorMode Mode { get; }

    public ThreadPriority ThreadPriority { get; }

    /// <summary>Whether groups run one after the other.</summary>
    public bool UsesSequentialExecution =>
        Mode == CPUAcceleratorMode.Sequential || (Mode == CPUAcceleratorMode.Auto && Debugger.IsAttached);

    public int NumThreads => Device.NumThreads;

    /// <summary>Whether the simulator's checks are made. An addition to ILGPU's API.</summary>
    public bool IsChecked { get; }

    /// <summary>
    /// Where kernels that are loaded from now on count what they do; null, the default, for no counting. Unchecked kernels count nothing.
    /// An addition to ILGPU's API.
    /// </summary>
    public SimulationCounts? Counts { get; set; }

    /// <summary>
    /// Whether races in buffers, and reads of what neither host nor kernels have written there, are errors. True, the default, costs some
    /// eight bytes a byte that kernels touch, and time: a tenth where tiles lie in shared memory, two thirds of a kernel that only reads
    /// buffers. It counts for buffers and launches from now on. An addition to ILGPU's API.
    /// </summary>
    public bool ChecksBuffers { get; set; } = true;

    /// <summary>How races in buffers are met, for launches from now on. An addition to ILGPU's API.</summary>
    public RaceChecks BufferRaces { get; set; }

    /// <summary>How races in shared memory are met, for launches from now on. An addition to ILGPU's API.</summary>
    public RaceChecks SharedRaces { get; set; }

    /// <summary>
    /// Raised where races are reported (<see cref="RaceChecks.Report"/>), once a launch for each pair of places in the source, with what an
    /// exception would say; without a handler it goes to the standard error output, once for all launches. An addition to ILGPU's API.
    /// </summary>
    public event EventHandler<string>? RaceReported;

    internal override KernelTarget Target { get; }

    /// <summary>What happens in the running launch.</summary>
    internal LaunchTimeline Timeline { get; } = new();

    /// <summary>Held by the launch that runs.</summary>
    internal Lock Launching { get; } = new();

    internal AllocationTable Allocations { get; } = new();

    public override bool CanAccessPeer(Accelerator otherAccelerator) => otherAccelerator is CPUAccelerator;

    public override bool HasPeerAccess(Accelerator otherAccelerator) => otherAccelerator is CPUAccelerator;

    public override bool EnablePeerAccess(Accelerator otherAccelerator) => otherAccelerator is CPUAccelerator;

    /// <param name="kernel">The kernel that races.</param>
    /// <param name="places">Its two accesses.</param>
    internal void OnRaceReported(TranslatedKernel kernel, (int Site, int Other) places, string message)
    {
        if (RaceReported is { } handler)
        {
            handler(this, message);
        }
        else if (_racesPrinted.TryAdd((kernel, places), true))
        {
            Console.Error.WriteLine($"{message} (Reported once; the launch goes on. {RaceChecksVariable.Name}=stop ends it here.)");
        }
    }

    protected override void OnBind()
    {
    }

    protected override void SynchronizeCore()
    {
    }

    protected override AcceleratorStream CreateStreamCore() => new CPUStream(this);

    protected override MemoryBuffer AllocateRawCore(long length, int elementSize) => new CPUMemoryBuffer(this, length, elementSize);

    private protected override Kernel CreateKernel(CompiledKernel compiled) => new CPUKernel(this, compiled);

    /// <summary>One warp a group, as the reference does.</summary>
    private protected override (int GroupSize, int MinGridSize) SuggestGroupSize(
        Kernel kernel, Func<int, int> dynamicSharedMemoryInBytes, int maxGroupSize) =>
        (Math.Min(WarpSize, maxGroupSize), NumThreads / WarpSize);

    private protected override void DisposeAccelerator()
    {
    }
}
