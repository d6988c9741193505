using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.Tensors.Devices.Gpu.Measuring;
using IlgpuGan.Tensors.Devices.Tuning;
using IlgpuGan.TestsCommon.PtxMachine.Driver;

namespace IlgpuGan.KernelsTests.Gpu;

/// <summary>What a tuner times, on the driver without a card: graphs in which something else comes between.</summary>
internal sealed class ColdGraphTimerTests : InFolder
{
    private static readonly TimeSpan s_enough = TimeSpan.FromMilliseconds(1);

    private GpuDevice _device = null!;


    [SetUp]
    public void Open()
    {
        Environment.SetEnvironmentVariable(Tunings.FolderVariable, Folder);
        PtxDriver.FaultsPersist = false;
        _device = PtxDriver.Open();
    }

    [TearDown]
    public void Close()
    {
        PtxDriver.SkipsWork = false;
        _device.Dispose();
        Environment.SetEnvironmentVariable(Tunings.FolderVariable, "");
    }

    [Test]
    public void TheFloodComesBeforeEachTimeOfTheWork()
    {
        using var x = Tensor.From([1, 2, 3], new Shape(3), _device);
        using var y = Tensor.Zeros(x.Shape, _device);
        var timer = new ColdGraphTimer(_device.Queue, () => _device.OwnKernels.Run(new FillCall(y.Span, 10)));
        Assert.That(timer.Measure(() => _device.OwnKernels.Run(new AddScaledCall(2, x.Span, y.Span)), s_enough).Min, Is.Positive);
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
            _device.OwnKernels.Run(new FillCall(y.Span, 1));
        });
        timer.Measure(() => _device.OwnKernels.Run(new FillCall(y.Span, 2)), s_enough);
        var first = floods;
        PtxDriver.ClearCalls();
        timer.Measure(() => _device.OwnKernels.Run(new FillCall(y.Span, 3)), s_enough);
        var calls = Calls();
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

    /// <summary>Each variant is captured, and the file then knows the shape. Nothing runs: the driver is told to do nothing.</summary>
    [Test]
    [Exhaustive]
    public void AProductIsTunedInGraphsAndOnce()
    {
        const int Side = 64;
        using var a = Tensor.Zeros(new Shape(Side, Side), _device);
        using var b = Tensor.Zeros(a.Shape, _device);
        using var c = Tensor.Zeros(a.Shape, _device);
        var g = new MatMulGeometry(1, Side, Side, Side, false, false);
        var kernels = (GpuKernels)_device.OwnKernels;
        kernels.Tunes = true;
        PtxDriver.SkipsWork = true;
        PtxDriver.ClearCalls();
        kernels.Run(new MatMulCall(a.Span, b.Span, c.Span, g));
        var graphs = Calls().Count(call => call == "cuGraphInstantiateWithFlags");
        Assert.That(graphs, Is.GreaterThan(6), "the flush's and those of rungs and tiles");
        Assert.That(Calls().Count(call => call == "cuGraphExecDestroy"), Is.EqualTo(graphs));
        Assert.That(Directory.GetFiles(Folder), Has.Length.EqualTo(1));
        Assert.That(File.ReadAllText(Directory.GetFiles(Folder)[0]), Does.Contain("64x64x64"));

        PtxDriver.ClearCalls();
        kernels.Run(new MatMulCall(a.Span, b.Span, c.Span, g));
        Assert.That(Calls(), Has.None.Contains("Graph"));
    }

    private static List<string> Calls() => [.. PtxDriver.Calls.Select(call => call.Split(' ')[0])];
}
