using ILGPU;
using ILGPU.Runtime.Cuda;
using IlgpuGan.KernelsTests.Ilgpu.PtxMachine.Driver;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.Tensors.Devices.Gpu.Measuring;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Gpu;

/// <summary>What a tuner times, on the driver without a card: graphs in which something else comes between.</summary>
internal sealed class ColdGraphTimerTests
{
    private static readonly TimeSpan Enough = TimeSpan.FromMilliseconds(1);

    private GpuDevice _device = null!;

    [SetUp]
    public void Open()
    {
        PtxDriver.FaultsStay = false;
        var context = Context.Create(builder => builder.Cuda(PtxDriver.Api));
        _device = new GpuDevice("ptx", context, context.GetCudaDevice(1).CreateCudaAccelerator(context));
    }

    [TearDown]
    public void Close() => _device.Dispose();

    [Test]
    public void TheFloodComesBeforeEachTimeOfTheWork()
    {
        using var x = Tensor.From([1, 2, 3], new Shape(3), _device);
        using var y = Tensor.Zeros(x.Shape, _device);
        var timer = new ColdGraphTimer(_device.Queue, () => _device.OwnKernels.Fill(y.Span, 10));
        Assert.That(timer.Measure(() => _device.OwnKernels.AddScaled(2, x.Span, y.Span), Enough), Is.Not.Negative);
        Assert.That(y.ToArray(), Is.EqualTo(new[] { 12f, 14, 16 }), "of all the times one is left, since each begins anew");
    }

    [Test]
    public void AGraphIsMadeForTheWorkAndOneForTheFloodOnce()
    {
        using var y = Tensor.Zeros(new Shape(3), _device);
        var floods = 0;
        var timer = new ColdGraphTimer(_device.Queue, () =>
        {
            floods++;
            _device.OwnKernels.Fill(y.Span, 1);
        });
        timer.Measure(() => _device.OwnKernels.Fill(y.Span, 2), Enough);
        var first = floods;
        PtxDriver.Calls.Clear();
        timer.Measure(() => _device.OwnKernels.Fill(y.Span, 3), Enough);
        var calls = PtxDriver.Calls.Select(call => call.Split(' ')[0]).ToList();
        Assert.Multiple(() =>
        {
            Assert.That(floods - first, Is.EqualTo(first / 2), "without the work it was timed before");
            Assert.That(calls.Count(call => call.Contains("GraphInstantiate", StringComparison.Ordinal)), Is.EqualTo(1));
            Assert.That(calls.Count(call => call.Contains("GraphExecDestroy", StringComparison.Ordinal)), Is.EqualTo(1));
            Assert.That(calls.Count(call => call == "cuGraphLaunch"), Is.GreaterThan(3), "one to bring it there, and samples");
            Assert.That(calls, Has.None.Matches("cuMemAlloc"));
        });
        Assert.That(y.ToArray(), Is.All.EqualTo(3f));
    }
}
