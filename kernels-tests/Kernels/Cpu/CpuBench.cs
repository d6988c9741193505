using IlgpuGan.Tensors.Devices.Cpu;
using IlgpuGan.Tensors.Devices.Cpu.Convolution;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using IlgpuGan.Tensors.Devices.Cpu.Winograd;
using IlgpuGan.TestsCommon.Kernels;

namespace IlgpuGan.KernelsTests.Cpu;

/// <summary>
/// The processor's kernels with a chosen micro-kernel and thread count. Arrays begin at odd addresses, hold NaN until they are written,
/// and lie between guards.
/// </summary>
internal sealed class CpuBench : CallArrays, IDisposable
{
    private const int Guard = 19;
    private const float Sentinel = -12345.625f;

    private readonly CpuThreads _threads;
    private readonly MemoryPool _pool;

    public CpuBench(
        int threads, MicroKernel kernel, WinogradUse winograd = WinogradUse.WhereFaster)
    {
        _threads = new CpuThreads(threads);
        Kernels = new CpuKernels(_threads, Numbers) { MicroKernel = kernel, Winograd = winograd };
        MemoryPool? pool = null;
        _pool = pool = new MemoryPool(capacity => CpuStorage.Take(pool!, capacity));
    }

    public CpuKernels Kernels { get; }

    public override StepNumbers Numbers { get; } = new();

    /// <summary>Whether a weight stays as it is.</summary>
    public bool HoldsWeights { get; private set; }

    public unsafe DeviceSpan New(int count)
    {
        var span = new DeviceSpan(_pool.Rent(count + 2 * Guard), Guard, count);
        var all = new Span<float>(span.Pointer() - Guard, count + 2 * Guard);
        all.Fill(Sentinel);
        all.Slice(Guard, count).Fill(float.NaN);
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
        Assert.That(new Span<float>(span.Pointer() - Guard, Guard).ToArray(), Is.All.EqualTo(Sentinel), "written before the beginning");
        Assert.That(new Span<float>(span.Pointer() + values.Length, Guard).ToArray(), Is.All.EqualTo(Sentinel), "written past the end");
        GC.KeepAlive(span.Storage);
        return values;
    }

    public void Dispose() => _threads.Dispose();

    protected override DeviceSpan Upload(float[] values) => Put(values);

    protected override void Hold(DeviceSpan weight)
    {
        HoldsWeights = true;
        Kernels.Hold(weight);
    }
}
