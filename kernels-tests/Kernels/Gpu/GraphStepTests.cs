using System.Diagnostics;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using IlgpuGan.KernelsTests.Cpu;
using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.Tensors.Devices.Gpu;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.TestsCommon.PtxMachine.Driver;

namespace IlgpuGan.KernelsTests.Gpu;

/// <summary>
/// Training steps as CUDA graphs, on the driver without a card: the same bits as eager ones, whatever order the streams work in.
/// </summary>
/// <remarks>Several whole steps are interpreted.</remarks>
[MaxSeconds(20)]
internal sealed class GraphStepTests
{
    private const int Side = 16;

    private static readonly Dictionary<string, Outcome> s_eager = [];

    private GpuDevice _device = null!;

    [SetUp]
    public void Open()
    {
        PtxDriver.FaultsPersist = false;
        _device = PtxDriver.Open();
        TestDevices.ForcePlainProducts(_device);
    }

    [TearDown]
    public void Close()
    {
        (PtxDriver.NextFailure, PtxDriver.SkipsWork) = (null, false);
        _device.Dispose();
    }

    /// <summary>
    /// Pix2pix takes five samples in batches of two: each shape is recorded, captured and replayed, and in between comes the other.
    /// CycleGAN's pools are full after the first step and swap from the second on.
    /// </summary>
    [TestCase("pix2pix", StreamOrder.AllLazy)]
    [TestCase("pix2pix", StreamOrder.OthersEager, Category = Exhaustive.Category)]
    [TestCase("cyclegan", StreamOrder.FirstEager, Category = Exhaustive.Category)]
    public void StepsAsGraphsAreTheSameBits(string model, StreamOrder order)
    {
        if (!s_eager.TryGetValue(model, out var expected))
        {
            s_eager.Add(model, expected = Train(Options(model) with { Eager = true }));
            Assert.That(expected.GraphLaunches, Is.Zero);
        }

        using var followed = StreamOrders.Follow(order);
        var trained = Train(Options(model));

        // The first step of each shape runs call by call, which loads the kernels: batches of 2, 2, 1, 2, 2, 1, 2, or of 2, 2, 2, 2.
        Assert.That(trained.GraphLaunches, Is.EqualTo(model == "pix2pix" ? 5 : 3));
        Assert.That(trained.Losses, Is.EqualTo(expected.Losses));
        Assert.That(trained.Weights, Is.EqualTo(expected.Weights));
    }

    /// <summary>
    /// With channels last: a recorded step makes each form of an image or weight once, an eager one before each convolution.
    /// </summary>
    [TestCase("pix2pix", Precision.Tf32)]
    [TestCase("cyclegan", Precision.Bf16)]
    [Exhaustive] // Tiles of 128 x 128 are interpreted.
    public void StepsWithChannelsLastAreTheSameBits(string model, Precision precision)
    {
        ((GpuKernels)_device.OwnKernels).Products.Forced = new ProductVariant(ProductRung.ChannelsLast, TileShape.Large, 2);
        var options = Options(model) with { Precision = precision };
        var (eager, graphs) = (Train(options with { Eager = true }), Train(options));
        Assert.That(graphs.GraphLaunches, Is.EqualTo(model == "pix2pix" ? 5 : 3));
        Assert.That(graphs.Losses, Is.EqualTo(eager.Losses));
        Assert.That(graphs.Weights, Is.EqualTo(eager.Weights));
        var launched = KernelCatalog.All.Where(entry => _device.Queue.Kernels.Contains(entry.Method)).Select(entry => entry.Name).ToList();
        Assert.That(
            launched.Count(name => name.StartsWith("channels-last/", StringComparison.Ordinal)),
            Is.EqualTo(6), "two forms, of weights one by one and together, products, weight gradients and the sums of their parts");
    }

    [Test]
    public void NothingIsAllocatedOnceAStepIsAGraph()
    {
        using var trainer = GanModel.Create(Options("pix2pix"), _device);
        var losses = new List<IReadOnlyList<Loss>>();
        long step = 0;
        foreach (var pair in Samples(2).Shuffled(seed: 1, batchSize: 1).On(_device, count: 6))
        {
            if (step == 4)
            {
                PtxDriver.ClearCalls();
            }

            losses.Add(trainer.Step(pair, step++));
            _ = losses[Math.Max(0, losses.Count - 2)][0];
        }

        var calls = PtxDriver.Calls.Select(PtxDriver.NameOf).ToList();
        Assert.That(
            calls,
            Has.None.Matches(
                "cuMemAlloc|cuMemHostRegister|cuModuleLoad|cuEventCreate|cuStreamSynchronize|cuCtxSynchronize|Capture|Instantiate"));
        Assert.That(calls.Count(call => call == "cuGraphLaunch"), Is.EqualTo(2));

        // Pictures from their place to where the graph reads them; those of the second step from the host, and the numbers of both; losses
        // back.
        Assert.That(calls.Count(call => call == "cuLaunchKernel"), Is.EqualTo(4));
        Assert.That(calls.Count(call => call == "cuMemcpyAsync to"), Is.EqualTo(4));
        Assert.That(calls.Count(call => call == "cuMemcpyAsync from"), Is.EqualTo(2));
    }

    [Test]
    [Exhaustive]
    public void AReplayedStepCostsTheHostLittle()
    {
        var (eager, _) = HostCost(Options("pix2pix") with { Eager = true }, rounds: 20);
        var (replayed, managed) = HostCost(Options("pix2pix"), rounds: 200);
        TestContext.Out.WriteLine(
            $"a step costs the host {replayed:F1} us and {managed} managed bytes as a graph, {eager:F0} us eagerly, without the driver");
        Assert.That(replayed, Is.LessThan(200).And.LessThan(eager));
        Assert.That(managed, Is.LessThan(2048));
    }

    /// <summary>Kernels of calls that a pass over the recording made up were never launched before: the first run loads them.</summary>
    [Test]
    public void ACaptureLoadsNothing()
    {
        using var x = Tensor.From([.. Enumerable.Range(0, 20_000).Select(i => i * 1e-4f)], new Shape(20_000), _device);
        using var y = Tensor.Zeros(x.Shape, _device);
        using var mean = Tensor.Zeros(new Shape(1), _device);
        using var moments = Tensor.Zeros(x.Shape, _device);
        using var squares = Tensor.Zeros(x.Shape, _device);
        using var copy = Tensor.Zeros(x.Shape, _device);
        using var sum = Tensor.Zeros(x.Shape, _device);
        using var zeros = Tensor.Ones(x.Shape, _device);
        using var chained = Tensor.Zeros(x.Shape, _device);
        var settings = new AdamSettings(0.9f, 0.999f, 1e-8f, WeightDecay: 0, StepNumbers.AtOnce);
        KernelCall[] calls =
        [
            new UnaryCall(UnaryFunction.Tanh, 0, 0, x.Span, y.Span),
            new AdamCall([new AdamSlot(x.Span, y.Span, moments.Span, squares.Span)], settings),
            new CopyAllCall([new CopySlot(x.Span, copy.Span), new CopySlot(y.Span, sum.Span, sum.Span), new CopySlot(null, zeros.Span)]),
            new ReduceCall(Reduction.Mean, copy.Span, x.Shape, mean.Span, mean.Shape),
            new ChainCall(
            [
                new UnaryCall(UnaryFunction.Affine, 2, 0, copy.Span, chained.Span),
                new UnaryCall(UnaryFunction.Affine, 1, 1, chained.Span, chained.Span),
            ]),
        ];
        AdamCoefficients.SetRates(_device.Numbers, settings, learningRate: 0.01f, step: 1);
        using var replay = _device.Prepare(calls);
        replay.Run();
        var once = mean.ToArray();
        AdamCoefficients.SetRates(_device.Numbers, settings, learningRate: 0.01f, step: 2);
        PtxDriver.ClearCalls();
        replay.Run();
        Assert.That(PtxDriver.Calls, Has.Some.StartsWith("cuGraphLaunch").And.None.StartsWith("cuModuleLoadDataEx"));
        var twice = mean.ToArray();
        Assert.That(once[0], Is.EqualTo(0.99).Within(1e-3), "all but the first of the numbers from 0 to 2 lost a hundredth");
        Assert.That(twice[0], Is.EqualTo(0.98).Within(1e-3));
        Assert.That(sum.ToArray()[^1], Is.EqualTo(Math.Tanh(2) + Math.Tanh(1.99)).Within(1e-3), "the tables of all launches are there");
        Assert.That(chained.ToArray()[^1], Is.EqualTo((2 * copy.ToArray()[^1]) + 1));
    }

    /// <summary>Each computes in two launches, of which the second reads what the first has left in scratch memory.</summary>
    [Test]
    public void CallsSideBySideShareNoScratchMemory()
    {
        const int Count = 20_000;
        var geometry = new NormGeometry(1, 1, Count, PerInstance: true);
        var x = Enumerable.Range(0, 2).Select(k =>
            Tensor.From([.. Enumerable.Range(0, Count).Select(i => k + MathF.Sin(i))], new Shape(Count), _device)).ToArray();
        var (mean, variance) = (Numbers(), Numbers());
        KernelCall[] calls = [.. x.Select((_, k) => new MomentsCall(x[k].Span, mean[k].Span, variance[k].Span, geometry))];
        var lanes = new CallLanes(calls, _device.Lanes);
        Assert.That(new[] { 0, 1 }.Select(lanes.LaneOf), Is.EqualTo(new[] { 0, 1 }));
        using var replay = _device.Prepare(calls, lanes);
        float[][]? expected = null;
        for (var run = 0; run < 4; run++)
        {
            replay.Run();
            var found = mean.Concat(variance).Select(number => number.ToArray()).ToArray();
            Assert.That(found, Is.EqualTo(expected ??= found));
        }

        Assert.That(expected![0][0], Is.EqualTo(expected[1][0] - 1).Within(1e-4));
        var kernels = (GpuKernels)_device.OwnKernels;
        var first = kernels.Counters;
        _device.Queue.Lane = 1;
        Assert.That(kernels.Counters.LoadEffectiveAddressAsPtr(), Is.Not.EqualTo(first.LoadEffectiveAddressAsPtr()));
        _device.Queue.Lane = 0;

        Tensor[] Numbers() => [.. x.Select(_ => Tensor.Zeros(new Shape(1), _device))];
    }

    [TestCase("1", 0)]
    [TestCase("2", 2)]
    [TestCase("3", 4)]
    public void TheEnvironmentSaysHowManyLanesThereAre(string lanes, int waits)
    {
        Environment.SetEnvironmentVariable(GpuDevice.LanesVariable, lanes);
        try
        {
            using var device = PtxDriver.Open();
            using var x = Tensor.Ones(new Shape(10), device);
            Tensor[] copies = [.. Enumerable.Range(0, 3).Select(_ => Tensor.Zeros(x.Shape, device))];
            using var replay = device.Prepare([.. copies.Select(copy => new CopyCall(x.Span, copy.Span))]);
            replay.Run();
            PtxDriver.ClearCalls();
            replay.Run();
            Assert.That(PtxDriver.CountOf("cuStreamWaitEvent"), Is.EqualTo(waits), "one to begin, and one to end");
            Assert.That(PtxDriver.CountOf("cuGraphLaunch"), Is.EqualTo(1));
            Assert.That(copies.Select(copy => copy.ToArray()), Is.All.EqualTo(x.ToArray()));
        }
        finally
        {
            Environment.SetEnvironmentVariable(GpuDevice.LanesVariable, null);
        }
    }

    [TestCase("0")]
    [TestCase("many")]
    public void AnotherNumberOfLanesIsAnError(string lanes)
    {
        Environment.SetEnvironmentVariable(GpuDevice.LanesVariable, lanes);
        try
        {
            Assert.That(PtxDriver.Open, Throws.TypeOf<DeviceException>().With.Message.Contains(GpuDevice.LanesVariable));
        }
        finally
        {
            Environment.SetEnvironmentVariable(GpuDevice.LanesVariable, null);
        }
    }

    /// <summary>What lies at the points is scratch of the device, which other calls borrow, too.</summary>
    [Test]
    public void ConvolutionsOnSixPointsAreReplayed()
    {
        // Its products are those of the table: on a device that has compiled them, or will use them again.
        var device = (GpuDevice)TestDevices.Open("ptx");
        TestDevices.ForcePlainProducts(device, plain: false);
        var g = ConvolutionTests.Geometry("2 3 9 8 4 3 3 1 1 1");
        using var x = Tensor.From([.. Enumerable.Range(0, 432).Select(i => MathF.Sin(i))], new Shape(2, 3, 9, 8), device);
        using var w = Tensor.From([.. Enumerable.Range(0, 108).Select(i => MathF.Cos(i))], new Shape(4, 3, 3, 3), device);
        using var bias = Tensor.From([1, 2, 3, 4], new Shape(4), device);
        using var y = Tensor.Zeros(new Shape(2, 4, 9, 8), device);
        using var dx = Tensor.Zeros(x.Shape, device);
        using var dw = Tensor.Zeros(w.Shape, device);
        using var direct = Tensor.Zeros(y.Shape, device);
        var kernels = (GpuKernels)device.OwnKernels;
        kernels.ForcedWinograd = true;
        KernelCall[] calls =
        [
            new Conv2dCall(x.Span, w.Span, bias.Span, y.Span, g),
            new Conv2dInputGradientCall(y.Span, w.Span, null, dx.Span, g),
            new Conv2dWeightGradientCall(x.Span, y.Span, dw.Span, g),
            new UnaryCall(UnaryFunction.Affine, 0.5f, 0, x.Span, x.Span),
        ];
        using var replay = device.Prepare(calls);
        float[] first = [], second = [];
        for (var turn = 0; turn < 2; turn++)
        {
            replay.Run();
            (first, second) = (second, [.. y.ToArray(), .. dx.ToArray(), .. dw.ToArray()]);
        }

        // The same again, call by call.
        using var again = Tensor.From([.. Enumerable.Range(0, 432).Select(i => 0.5f * MathF.Sin(i))], x.Shape, device);
        kernels.Run(new Conv2dCall(again.Span, w.Span, bias.Span, y.Span, g));
        kernels.Run(new Conv2dInputGradientCall(y.Span, w.Span, null, dx.Span, g));
        kernels.Run(new Conv2dWeightGradientCall(again.Span, y.Span, dw.Span, g));
        Assert.That(second, Is.EqualTo((float[])[.. y.ToArray(), .. dx.ToArray(), .. dw.ToArray()]).And.Not.EqualTo(first));

        kernels.ForcedWinograd = null;
        TestDevices.ForcePlainProducts(device);
        kernels.Run(new Conv2dCall(again.Span, w.Span, bias.Span, direct.Span, g));
        Assert.That(direct.ToArray(), Is.EqualTo(y.ToArray()).Within(1e-4).And.Not.EqualTo(y.ToArray()), "other sums, so other roundings");
    }

    [Test]
    [Exhaustive]
    public void ARunWithCheckpointsAndPicturesGoesOnAsGraphs()
    {
        using var runs = new TinyRun();
        var options = Options("pix2pix") with { Steps = 6, SaveSteps = 2, SampleFreq = 3, BatchSize = 1 };
        Run("eager", options with { Eager = true }, stopAfter: 6);
        Run("graphs", options, stopAfter: 4);
        using (var run = TrainingRun.Resume(runs.PathOf("graphs"), data: Data(options), device: _device))
        {
            Assert.That(run.Step, Is.InRange(4, 5), "a loss is seen while the step after it runs");
            Assert.That(run.Train(), Is.EqualTo(TrainingOutcome.Finished));
        }

        Assert.That(runs.FinalTensors("graphs"), Is.EqualTo(runs.FinalTensors("eager")));
        Assert.That(TinyRun.LogOf(runs.PathOf("graphs")), Is.EqualTo(TinyRun.LogOf(runs.PathOf("eager"))));

        void Run(string name, TranslationOptions options, int stopAfter)
        {
            using var stop = new CancellationTokenSource();
            using var run = TrainingRun.Create(runs.PathOf(name), options, Data(options), _device);
            run.Train(new AfterStep(stopAfter, stop.Cancel), stop.Token);
        }
    }

    [Test]
    public void AFaultInAGraphSaysHowToFindTheKernel()
    {
        using var trainer = GanModel.Create(Options("pix2pix"), _device);
        long step = 0;
        foreach (var pair in Samples(1).InOrder(batchSize: 1).On(_device, count: 6))
        {
            if (step == 3)
            {
                PtxDriver.NextFailure = ("cuGraphLaunch", CudaError.CUDA_ERROR_LAUNCH_OUT_OF_RESOURCES);
                Fails.With<DeviceException>(
                    () => trainer.Step(pair, step), "launching the CUDA graph of a step", "OUT_OF_RESOURCES. To find a kernel",
                    "CUDA_LAUNCH_BLOCKING=1, which also runs steps kernel by kernel instead of as CUDA graphs.");
            }
            else if (step == 5)
            {
                PtxDriver.NextFailure = ("cuStreamSynchronize", CudaError.CUDA_ERROR_ILLEGAL_ADDRESS);
                Assert.That(
                    _device.Synchronize,
                    Throws.TypeOf<DeviceException>().With.Message.Contains("waiting for the device").And.Message.Contains(
                        "instead of as CUDA graphs").And.Message.Not.Contains("--eager"), "an option of one verb alone");
            }
            else
            {
                trainer.Step(pair, step);
            }

            step++;
        }
    }

    [Test]
    public void AGraphThatCanNotBeMadeSaysWhatToDo()
    {
        using var trainer = GanModel.Create(Options("pix2pix"), _device);
        long step = 0;
        foreach (var pair in Samples(1).InOrder(batchSize: 1).On(_device, count: 2))
        {
            if (step < 1)
            {
                trainer.Step(pair, step++);
                continue;
            }

            PtxDriver.NextFailure = ("cuGraphInstantiateWithFlags", CudaError.CUDA_ERROR_OUT_OF_MEMORY);
            Fails.With<DeviceException>(
                () => trainer.Step(pair, step), "making a CUDA graph of a step", "OUT_OF_MEMORY", "CUDA_LAUNCH_BLOCKING=1");
            trainer.Step(pair, step);
            Assert.That(PtxDriver.CountOf("cuGraphLaunch"), Is.Positive, "the next attempt succeeds");
        }
    }

    /// <summary>Microseconds of the host and managed bytes of a step, with a driver that does nothing.</summary>
    private (double Microseconds, long Managed) HostCost(TranslationOptions options, int rounds)
    {
        using var trainer = GanModel.Create(options, _device);
        using var pair = Samples(2).InOrder(batchSize: 2).On(_device).Select(Kept).First();
        for (var step = 0; step < 3; step++)
        {
            trainer.Step(pair, step);
        }

        _device.Synchronize();
        PtxDriver.SkipsWork = true;
        var (best, managed) = (double.MaxValue, 0L);
        for (var round = 0; round < 5; round++)
        {
            var (allocated, start) = (GC.GetAllocatedBytesForCurrentThread(), Stopwatch.GetTimestamp());
            for (var step = 0; step < rounds; step++)
            {
                trainer.Step(pair, step);
            }

            best = Math.Min(best, Stopwatch.GetElapsedTime(start).TotalMicroseconds / rounds);
            managed = (GC.GetAllocatedBytesForCurrentThread() - allocated) / rounds;
        }

        PtxDriver.SkipsWork = false;
        return (best, managed);

        static Batch Kept(Batch pair) => Batch.OfPair(Copy(pair.A), Copy(pair.B), pair.Names, pair.Epoch);
        static Tensor Copy(Tensor x) => Tensor.From(x.ToArray(), x.Shape, x.Device);
    }

    private Outcome Train(TranslationOptions options)
    {
        using var trainer = GanModel.Create(options, _device);
        PtxDriver.ClearCalls();
        var losses = new List<IReadOnlyList<Loss>>();
        long step = 0;
        var (samples, steps) = options.Model == "pix2pix" ? (5, 7) : (4, 4);
        foreach (var pair in Samples(samples).Shuffled(seed: 3, batchSize: 2).On(_device, count: steps))
        {
            trainer.LearningRate = 2e-4f / (1 + step);
            losses.Add(trainer.Step(pair, step++));

            // One step late, as a training run does.
            if (losses.Count > 1)
            {
                _ = losses[^2][0];
            }
        }

        return new Outcome(
            [.. losses.SelectMany(l => l.Select(loss => loss.Value))],
            [.. trainer.Networks.SelectMany(n => n.Network.NamedTensors(n.Name)).SelectMany(t => t.Value.ToArray())],
            PtxDriver.CountOf("cuGraphLaunch"));
    }

    private static TranslationOptions Options(string model) => (model == "pix2pix"
        ? (TranslationOptions)TinyRun.Pix2Pix with { Generator = GeneratorKind.UNet(4) }
        : TinyRun.CycleGan with { Generator = GeneratorKind.UNet(4), PoolSize = 2 }) with
        {
            Ngf = 2, Ndf = 2, NLayersD = 1, LoadSize = Side + 2, CropSize = Side, BatchSize = 2,
        };

    private static SyntheticFacades Samples(int count) => new(count, Side);

    private static RunData Data(TranslationOptions options) => new(
        new SyntheticFacades(5, Side, settings: options.DataSettings()),
        new SyntheticFacades(1, Side, settings: options.DataSettings().ForEvaluation(), first: 1000));

    private sealed record Outcome(float[] Losses, float[] Weights, int GraphLaunches);
}
