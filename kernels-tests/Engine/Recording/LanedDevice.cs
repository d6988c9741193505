using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.EngineTests.Recording;

/// <summary>Another device's memory and kernels, on which recorded steps have lanes.</summary>
/// <param name="inner">the other device</param>
/// <param name="kernels">kernels that read the given numbers</param>
/// <param name="lanes">how many lanes</param>
/// <param name="prepare">makes a replay of placed calls</param>
internal sealed class LanedDevice(
    Device inner, Func<StepNumbers, IKernels> kernels, int lanes, Func<LanedDevice, IReadOnlyList<KernelCall>, CallLanes, IReplay> prepare)
    : Device
{
    private IKernels? _kernels;

    public override string Name => "laned";

    public override string Description => $"{inner.Description}, {lanes} lanes";

    public override MemoryPool Pool => inner.Pool;

    internal override int Lanes => lanes;

    internal override long UpdateBatchElements => inner.UpdateBatchElements;

    protected internal override IKernels OwnKernels => _kernels ??= kernels(Numbers);

    internal override IReplay Prepare(IReadOnlyList<KernelCall> calls, CallLanes lanes) => prepare(this, calls, lanes);

    protected override void CopyFromHost(ReadOnlySpan<float> source, DeviceSpan destination) => inner.Upload(source, destination);

    protected override void CopyToHost(DeviceSpan source, Span<float> destination) => inner.Download(source, destination);

    protected override void Dispose(bool disposing)
    {
    }
}
