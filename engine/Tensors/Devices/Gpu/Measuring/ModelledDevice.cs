using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.CPU;

namespace IlgpuGan.Tensors.Devices.Gpu.Measuring;

/// <summary>
/// A modelled card. The host does everything as for a real one, down to the choice of every kernel, its grid and its arguments, but
/// launches are recorded instead of run (<see cref="Log"/>). Arrays have addresses, but nothing is written; reading back gives zeros.
/// </summary>
internal sealed class ModelledDevice : Device
{
    private readonly Context _context;
    private readonly Accelerator _accelerator;
    private readonly LaunchLog _log;

    public ModelledDevice(GpuCard card)
    {
        Card = card;
        _context = Context.Create(builder => builder.CPU(CPUDeviceKind.Nvidia));
        _accelerator = _context.Devices[0].CreateAccelerator(_context);
        _log = new LaunchLog(card.Multiprocessors);
        Pool = new MemoryPool(Take);
        var queue = new KernelQueue(_accelerator, _accelerator.CreateStream(), _log);
        OwnKernels = new GpuKernels(queue, [Pool], Pool, new DeviceStepNumbers(queue, Numbers), () => Precision, card.Traits);
    }

    public GpuCard Card { get; }

    public override string Name => "model";

    public override string Description => $"{Card.Name}, modelled";

    protected internal override IKernels OwnKernels { get; }

    public override MemoryPool Pool { get; }

    internal override long UpdateBatchElements => long.MaxValue;

    public override long Launches => _log.Launches.Count;

    /// <summary>The launches since the last <see cref="Forget"/>, in order.</summary>
    public IReadOnlyList<ModelledLaunch> Log => _log.Launches;

    /// <summary>Clears <see cref="Log"/>.</summary>
    public void Forget() => _log.Launches.Clear();

    public override bool Supports(ProductPrecision precision) => true;

    protected override void CopyFromHost(ReadOnlySpan<float> source, DeviceSpan destination)
    {
    }

    protected override void CopyToHost(DeviceSpan source, Span<float> destination) => destination.Clear();

    protected override void Dispose(bool disposing)
    {
        _accelerator.Dispose();
        _context.Dispose();
    }

    /// <summary>Virtual memory only: the operating system assigns pages on the first write, and nothing is written.</summary>
    private GpuStorage Take(long capacity) => new(Pool, _accelerator.AllocateRaw(capacity, sizeof(float)));
}
