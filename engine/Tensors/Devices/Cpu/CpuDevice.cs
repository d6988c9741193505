using System.Runtime.Intrinsics;
using IlgpuGan.Tensors.Devices.Cpu.Convolution;
using IlgpuGan.Tensors.Devices.Cpu.Winograd;
using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>The processor: hand-written SIMD kernels on all cores. The default, with nothing to install.</summary>
internal sealed unsafe class CpuDevice : Device
{
    /// <summary>Elements from which a copy to the host takes all threads: one core reads memory more slowly than it is.</summary>
    private const int LongCopy = 1 << 20;

    private readonly CpuThreads _threads;

    /// <param name="threads">worker threads, the caller included; 0 takes all processors that this process may use</param>
    /// <param name="useWinograd">
    /// use Winograd's algorithm for convolutions of 2 × 2 to 4 × 4 taps, strided ones too, where that is faster (two to three times on
    /// wide layers of stride 1); the relative error is then up to 4e-6 instead of 9e-7
    /// </param>
    public CpuDevice(int threads = 0, bool useWinograd = true)
        : this(threads, useWinograd ? WinogradUse.WhereFaster : WinogradUse.Never)
    {
    }

    internal CpuDevice(int threads, WinogradUse winograd)
    {
        AlignedMemory.MapLargeBlocks();
        _threads = new CpuThreads(threads > 0 ? threads : Environment.ProcessorCount);
        OwnKernels = new CpuKernels(_threads, Numbers) { Winograd = winograd };
        MemoryPool? pool = null;
        Pool = pool = new MemoryPool(capacity => CpuStorage.Take(pool!, capacity));
    }

    public override string Name => "cpu";

    public override string Description => $"{InstructionSet}, {Threads} thread{(Threads == 1 ? "" : "s")}";

    public override string Hardware => $"{Processor.Name}{Processor.Model}, {InstructionSet}";

    /// <summary>Worker threads, the caller included.</summary>
    public int Threads => _threads.Count;

    internal override bool UsesAllProcessors => Threads >= Environment.ProcessorCount;

    protected internal override IKernels OwnKernels { get; }

    public override MemoryPool Pool { get; }

    /// <summary>Text for users: the width of the SIMD registers that the kernels use.</summary>
    internal static string InstructionSet =>
        Vector512.IsHardwareAccelerated ? "512-bit SIMD" : Vector256.IsHardwareAccelerated ? "256-bit SIMD" : "128-bit SIMD";

    internal override IReplay Prepare(IReadOnlyList<KernelCall> calls) =>
        _threads.Count > 1 ? new CpuReplay(this, (CpuKernels)OwnKernels, _threads, calls) : base.Prepare(calls);

    /// <summary>Uses all threads: for weights of a memory-mapped file, page faults cost more than copying.</summary>
    protected override void CopyFromHost(ReadOnlySpan<float> source, DeviceSpan destination)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(source.Length, destination.Length);
        OwnKernels.Release(destination);
        fixed (float* from = source)
        {
            _threads.For(Blocks.Count(source.Length), new UploadTask(from, destination));
        }

        GC.KeepAlive(destination.Storage); // Pointers alone don't keep the tensor's storage from being finalized.
    }

    private protected override void WriteParts(PartWriter write, DeviceSpan destination)
    {
        OwnKernels.Release(destination);
        _threads.For(checked((int)((destination.Length + WriteTask.Size - 1) / WriteTask.Size)), new WriteTask(write, destination));
        GC.KeepAlive(destination.Storage);
    }

    protected override void CopyToHost(DeviceSpan source, Span<float> destination)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(source.Length, destination.Length);
        fixed (float* to = destination)
        {
            if (source.Length < LongCopy)
            {
                Runs.Copy(source.Pointer(), to, source.Length);
            }
            else
            {
                _threads.For(Blocks.Count(source.Length), new DownloadTask(source, to));
            }
        }

        GC.KeepAlive(source.Storage); // Pointers alone don't keep the tensor's storage from being finalized.
    }

    private readonly struct UploadTask(float* from, DeviceSpan to) : ITask
    {
        public void Run(int task, int worker)
        {
            var (start, count) = Blocks.Range(task, to.Length);
            Runs.Copy(from + start, to.Pointer() + start, count);
        }
    }

    private readonly struct DownloadTask(DeviceSpan from, float* to) : ITask
    {
        public void Run(int task, int worker)
        {
            var (start, count) = Blocks.Range(task, from.Length);
            Runs.Copy(from.Pointer() + start, to + start, count);
        }
    }

    private readonly struct WriteTask(PartWriter write, DeviceSpan to) : ITask
    {
        /// <summary>Elements of a task: half a megabyte amortises a system call.</summary>
        public const int Size = 4 * Blocks.Size;

        public void Run(int task, int worker)
        {
            var start = (long)task * Size;
            write(start, new Span<float>(to.Pointer() + start, (int)Math.Min(Size, to.Length - start)));
        }
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _threads.Dispose();
        }
    }
}

internal static unsafe class CpuSpanExtensions
{
    /// <summary>The first element's address.</summary>
    public static float* Pointer(this DeviceSpan span) => ((CpuStorage)span.Storage).Pointer + span.Offset;
}
