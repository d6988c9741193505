using System.Diagnostics;
using IlgpuGan.Benchmarks.Layers;
using IlgpuGan.Benchmarks.Ops;
using IlgpuGan.Benchmarks.Peers;
using IlgpuGan.Benchmarks.Rungs;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Measuring;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Cpu;
using IlgpuGan.Tensors.Devices.Cpu.Winograd;
using IlgpuGan.Tensors.Ops;
using IlgpuGan.TestsCommon.Kernels;

namespace IlgpuGan.Benchmarks.Regression;

/// <summary>
/// All ratio checks, with their ratios as recorded on AVX-512 (Zen 5). They use one thread, except the check of the speed-up by two.
/// </summary>
internal sealed class Suite : IDisposable
{
    /// <summary>First argument that makes this program read the file in the second argument, and exit.</summary>
    public const string OnlyRead = "only-read";

    private const double SecondsOfAMeasurement = 0.15;

    /// <summary>Long enough for tiered compilation to optimise the yardsticks in plain C#.</summary>
    private const double SecondsOfWarmingUp = 0.3;

    private const int Turns = 2;

    private const int RunsOfATurn = 3;

    private readonly CpuDevice _direct = new(1, WinogradUse.Never);
    private readonly CpuDevice _winograd = new(1, WinogradUse.WhereFaster);
    private readonly CpuDevice? _pair = Environment.ProcessorCount > 1 ? new CpuDevice(2, WinogradUse.Never) : null;
    private readonly BenchmarkFiles _files = new();
    private readonly IlgpuGanRunner _command = new();
    private readonly List<IDisposable> _owned = [];

    public IReadOnlyList<RatioCheck> Checks =>
    [
        Arithmetic("matrix product, 768²", 0.82, Rows(("matrix product", "K = 768"))),
        Arithmetic("residual block 3×3, direct, forward", 0.92, Forward(_direct, "resnet.block3x3")),
        Arithmetic("residual block 3×3, direct, data gradient", 0.73, DataGradient(_direct, "resnet.block3x3")),
        Arithmetic("residual block 3×3, direct, weight gradient", 0.84, WeightGradient(_direct, "resnet.block3x3")),
        Arithmetic("U-Net 4×4 stride 2, 128 → 256, forward", 0.83, Forward(_direct, "unet.down3")),
        Arithmetic("U-Net transposed 4×4, 512 → 128, forward", 0.81, DataGradient(_direct, "unet.up3")),
        Arithmetic("ResNet 7×7 to 3 channels, forward", 0.85, Forward(_direct, "resnet.out7x7")),
        Traffic("U-Net innermost 4×4, 512 → 512 at 2², forward", 0.85, Forward(_direct, "unet.down8")),
        Traffic("Adam, 11 million weights", 1.6, Rows(("Adam", "11378179"))),
        Traffic("leaky ReLU, 64 × 128²", 1, Rows(("unary LeakyRelu", "1048576"))),
        Traffic("instance norm, 256 × 64²", 0.64, Rows(("moments", "Inner = 4096"), ("normalize", "Inner = 4096"))),
        Traffic("reflection padding, 64 × 256²", 0.88, Rows(("pad Reflect", "W = 256"))),
        Against(
            "residual block 3×3, Winograd, forward", "direct", 3.0, Forward(_winograd, "resnet.block3x3"),
            Forward(_direct, "resnet.block3x3")),
        Against(
            "residual block 3×3, Winograd, weight gradient", "direct", 3.0, WeightGradient(_winograd, "resnet.block3x3"),
            WeightGradient(_direct, "resnet.block3x3")),
        Against(
            "convolution 64 → 64 at 32², direct", "the naive loop in a good order (rung 3)", 32, Rung(new EngineRung(WinogradUse.Never)),
            Rung(new LoopOrder())),
        Against(
            "convolution 64 → 64 at 32², direct", "the tile of rung 7", 1.5, Rung(new EngineRung(WinogradUse.Never)),
            Rung(Ladder.Rungs()[6])),
        Arithmetic("pix2pix step, 256²", 1.05, Step(BenchStep.OfTraining(FamilyCatalog.Find("pix2pix")!, 256, 1, Keep(new CpuDevice(1))))),
        Arithmetic("ResNet-9 forward, 256²", 1.95, Step(BenchStep.OfInference("resnet9", 256, 1, Keep(new CpuDevice(1))))),
        Against(
            "`translate` of a picture, U-Net 256, whole process", "a process that only reads the weights", 0.27, Translation("unet256"),
            Reading("unet256")),
        .. _pair is null
            ? []
            : new[] { Against(
                "residual block 3×3, direct, 2 threads", "1 thread", 1.9, Forward(_pair, "resnet.block3x3"),
                Forward(_direct, "resnet.block3x3")) },
    ];

    public void Dispose()
    {
        _owned.ForEach(o => o.Dispose());
        _files.Dispose();
        _direct.Dispose();
        _winograd.Dispose();
        _pair?.Dispose();
    }

    /// <summary>Compares nominal operations per second with the processor's multiply-add peak.</summary>
    private static RatioCheck Arithmetic(string name, double usual, Work work) => new(
        name, "multiply-add peak", usual, () => work.Cost.Flops / Best([work.Run])[0] / Roofline.Measure(1).FlopsPerSecond);

    /// <summary>
    /// Compares the time with that of a copy of as many bytes, on which the caches and other programs have the same effect.
    /// </summary>
    private static RatioCheck Traffic(string name, double usual, Work work)
    {
        var floats = (int)(work.Cost.Bytes / (2 * sizeof(float)));
        var (from, to) = (OpBenchmark.Draw(floats), new float[floats]);
        return Against(name, "copying as many bytes", usual, work, new Work(() => from.CopyTo(to, 0), default));
    }

    private static RatioCheck Against(string name, string yardstick, double usual, Work work, Work other) => new(
        name,
        yardstick,
        usual,
        () => Best([work.Run, other.Run]) is [var time, var othersTime] ? othersTime / time : 0);

    private Work Forward(CpuDevice device, string layer) =>
        Convolution(device, layer, (x, w, y, g) => device.Kernels.Run(new Conv2dCall(x, w, null, y, g)));

    private Work DataGradient(CpuDevice device, string layer) =>
        Convolution(device, layer, (x, w, y, g) => device.Kernels.Run(new Conv2dInputGradientCall(y, w, null, x, g)));

    private Work WeightGradient(CpuDevice device, string layer) =>
        Convolution(device, layer, (x, w, y, g) => device.Kernels.Run(new Conv2dWeightGradientCall(x, y, w, g)));

    private static Work Convolution(CpuDevice device, string name, Action<DeviceSpan, DeviceSpan, DeviceSpan, ConvGeometry> pass)
    {
        var g = ConvolutionLayer.All.Single(l => l.Name == name).Geometry;
        var (inputs, weights, outputs) = ((long)g.C * g.H * g.W, (long)g.K * g.C * g.KernelH * g.KernelW, (long)g.K * g.OutH * g.OutW);
        var (x, w, y) = (Upload(device, inputs), Upload(device, weights), Upload(device, outputs));
        return new Work(() => pass(x, w, y, g), OpBenchmark.MemoryCost(inputs + weights + outputs, g.Flops));
    }

    private static DeviceSpan Upload(CpuDevice device, long count)
    {
        var span = new DeviceSpan(device.Allocate(count), 0, count);
        device.Upload(OpBenchmark.Draw(count), span);
        return span;
    }

    /// <summary>The work of rows of the table of kernels at the size that is measured and named so, one after the other.</summary>
    private Work Rows(params (string Row, string Size)[] rows)
    {
        var calls = Array.ConvertAll(rows, row => KernelTable.Timed
            .Single(c => c.Row == row.Row && c.Size.Contains(row.Size, StringComparison.Ordinal)).Call(new DeviceArrays(_direct)));
        return new Work(
            () => Array.ForEach(calls, _direct.Kernels.Run),
            new OpCost(calls.Sum(call => call.Cost.Flops), calls.Sum(call => call.Cost.Bytes)));
    }

    private Work Rung(IRung rung)
    {
        if (rung is IDisposable owner)
        {
            _owned.Add(owner);
        }

        var layer = new Convolution3x3(64, 64, 32, 32);
        var (x, w, y) = (layer.DrawInput(), layer.DrawWeight(), layer.NewOutput());
        return new Work(() => rung.Run(layer, x, w, y, 1), new OpCost(layer.Flops, 0));
    }

    private Work Step(BenchStep step)
    {
        _owned.Insert(0, step);
        using var counted = OpProfile.Count();
        step.Run();
        return new Work(
            step.Run,
            new OpCost(counted.Timings.Where(t => t.Name.StartsWith("conv", StringComparison.Ordinal)).Sum(t => t.Cost.Flops), 0));
    }

    private Work Translation(string network)
    {
        var work = new Workload(WorkKind.Translation, network, 256, 1, 1, 0);
        return new Work(() => _command.Run(work, RunnerVariant.Default, _files), new OpCost(0, 0));
    }

    private Work Reading(string network)
    {
        var program = typeof(Suite).Assembly.Location;
        return new Work(
            () =>
                ChildProcess.Run(IlgpuGanRunner.Host, [program, OnlyRead, _files.Weights(network)], new Dictionary<string, string?>()),
            new OpCost(0, 0));
    }

    private CpuDevice Keep(CpuDevice device)
    {
        _owned.Add(device);
        return device;
    }

    /// <summary>The shortest time of each work, in seconds. They take turns, a few runs each, so that a disturbance affects all.</summary>
    private static double[] Best(Action[] works)
    {
        var best = new double[works.Length];
        Array.Fill(best, double.MaxValue);
        foreach (var work in works)
        {
            for (var warming = Stopwatch.StartNew(); warming.Elapsed.TotalSeconds < SecondsOfWarmingUp;)
            {
                work();
            }
        }

        var clock = Stopwatch.StartNew();
        for (var turn = 0; turn < Turns || clock.Elapsed.TotalSeconds < SecondsOfAMeasurement * works.Length; turn++)
        {
            for (var i = 0; i < works.Length; i++)
            {
                // The first run of a turn refills the caches, which the other works have evicted.
                for (var run = 0; run < RunsOfATurn; run++)
                {
                    var start = Stopwatch.GetTimestamp();
                    works[i]();
                    best[i] = Math.Min(best[i], Stopwatch.GetElapsedTime(start).TotalSeconds);
                }
            }
        }

        return best;
    }

    /// <param name="Run">runs the work once</param>
    /// <param name="Cost">nominal operations and minimum traffic</param>
    private sealed record Work(Action Run, OpCost Cost);
}
