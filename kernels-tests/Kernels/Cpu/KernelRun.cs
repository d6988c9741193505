using IlgpuGan.Tensors.Devices.Cpu;

namespace IlgpuGan.KernelsTests.Cpu;

/// <summary>
/// Calls kernels at the seam, below tensors and ops. Arrays begin at odd addresses and outputs lie between guards,
/// so that a kernel that needs alignment or writes past an end is found out.
/// </summary>
internal sealed class KernelRun : IDisposable
{
    private const int Guard = 19;
    private const float Sentinel = -12345.625f;

    private readonly CpuDevice _device;
    private readonly List<(DeviceSpan Whole, DeviceSpan Inner)> _outputs = [];

    private KernelRun(int threads) => _device = new CpuDevice(threads);

    public IKernels Kernels => _device.Kernels;

    /// <summary>Where kernels look up what changes from step to step.</summary>
    public StepNumbers Numbers => _device.Numbers;

    /// <summary>Runs the same on 1, 2, 3 and 7 threads, asserts equal bits, and returns what all agree on.</summary>
    public static float[] Of(Func<KernelRun, DeviceSpan> call) => Of(run => [call(run)])[0];

    /// <inheritdoc cref="Of(Func{KernelRun, DeviceSpan})"/>
    public static float[][] Of(Func<KernelRun, DeviceSpan[]> call)
    {
        float[][]? first = null;
        foreach (var threads in (int[])[1, 2, 3, 7])
        {
            var results = OnThreads(threads, call);
            if (first is null)
            {
                first = results;
                continue;
            }

            for (var i = 0; i < results.Length; i++)
            {
                TestsCommon.Numbers.AssertSameBits(results[i], first[i], $"result {i}: {threads} threads against 1");
            }
        }

        return first!;
    }

    /// <summary>Runs on one number of threads: for what others are compared with, and is itself proved elsewhere.</summary>
    public static float[][] OnThreads(int threads, Func<KernelRun, DeviceSpan[]> call)
    {
        using var run = new KernelRun(threads);
        var results = call(run).Select(run.Read).ToArray();
        run.CheckGuards();
        return results;
    }

    public DeviceSpan Input(float[] values)
    {
        var storage = _device.Allocate(values.Length + 1);
        var span = new DeviceSpan(storage, 1, values.Length);
        _device.Upload(values, span);
        return span;
    }

    /// <summary>An array that a kernel will fill; NaN until then.</summary>
    public DeviceSpan Output(long count)
    {
        var values = new float[checked((int)count)];
        Array.Fill(values, float.NaN);
        return InOut(values);
    }

    /// <summary>An array that a kernel will read and write.</summary>
    public DeviceSpan InOut(float[] values)
    {
        var storage = _device.Allocate(values.Length + (2 * Guard));
        var whole = new DeviceSpan(storage, 0, values.Length + (2 * Guard));
        var guarded = new float[whole.Length];
        guarded.AsSpan(0, Guard).Fill(Sentinel);
        values.CopyTo(guarded, Guard);
        guarded.AsSpan(Guard + values.Length).Fill(Sentinel);
        _device.Upload(guarded, whole);
        var inner = new DeviceSpan(storage, Guard, values.Length);
        _outputs.Add((whole, inner));
        return inner;
    }

    public void Dispose() => _device.Dispose();

    private float[] Read(DeviceSpan span)
    {
        var values = new float[span.Length];
        _device.Download(span, values);
        return values;
    }

    private void CheckGuards()
    {
        foreach (var (whole, inner) in _outputs)
        {
            var (before, behind) = (new float[Guard], new float[Guard]);
            _device.Download(whole with { Length = Guard }, before);
            _device.Download(whole with { Offset = whole.Offset + Guard + inner.Length, Length = Guard }, behind);
            Assert.That(before, Is.All.EqualTo(Sentinel), "written before the beginning of an output");
            Assert.That(behind, Is.All.EqualTo(Sentinel), "written past the end of an output");
        }
    }
}
