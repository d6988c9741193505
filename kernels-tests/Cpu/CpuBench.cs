using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Cpu;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.KernelsTests.Cpu;

/// <summary>The processor's kernels on a bench: a chosen micro-kernel and thread count, no tensors, memory poisoned so that what is not written shows.</summary>
internal sealed class CpuBench : IDisposable
{
    private readonly CpuThreads _threads;
    private readonly MemoryPool _pool;

    public CpuBench(int threads, MicroKernel kernel)
    {
        _threads = new CpuThreads(threads);
        Kernels = new CpuKernels(_threads) { MicroKernel = kernel };
        MemoryPool? pool = null;
        _pool = pool = new MemoryPool(capacity => new CpuStorage(pool!, capacity));
    }

    public CpuKernels Kernels { get; }

    public unsafe DeviceSpan New(int count)
    {
        var span = new DeviceSpan(_pool.Rent(count), 0, count);
        new Span<float>(span.Pointer(), count).Fill(float.NaN);
        return span;
    }

    public unsafe DeviceSpan Put(float[] values)
    {
        var span = New(values.Length);
        values.CopyTo(new Span<float>(span.Pointer(), values.Length));
        return span;
    }

    public unsafe float[] Get(DeviceSpan span)
    {
        var values = new Span<float>(span.Pointer(), (int)span.Length).ToArray();
        GC.KeepAlive(span.Storage);
        return values;
    }

    public void Dispose() => _threads.Dispose();
}
