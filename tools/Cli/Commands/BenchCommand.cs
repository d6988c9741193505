using System.CommandLine;
using System.Text.Json;
using IlgpuGan.Cli.Options;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Models.Data;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Measuring;
using IlgpuGan.Models.Reporting;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Cpu;
using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Cli.Commands;

/// <summary>What both benchmarks are asked for.</summary>
internal record BenchOptions : TunedDeviceOptions
{
    [Option("What to run.")]
    public string Workload { get; init; } = "";

    [Option("Side of the pictures in pixels.", Least = 1, Most = OptionsValidation.LargestSide)]
    public int Size { get; init; } = 256;

    [Option("Pictures per step.", Least = 1)]
    public int Batch { get; init; } = 1;

    [Option("Steps to time.", Least = 1)]
    public int Steps { get; init; } = 10;

    [Option("Warm-up steps; the first is recorded and made ready.", Least = 0)]
    public int Warmup { get; init; } = 4;

    [Option(
        "Minimum duration of the warm-up, and of the timed steps: short steps are run more often.", Least = 0, Most = 3600)]
    public double Seconds { get; init; }

    [Option("Arithmetic of the convolutions (default fp32; the others need a device that supports them).")]
    public ProductPrecision Precision { get; init; }

    /// <summary>Empty for the table alone.</summary>
    [Option(
        "Show time, FLOPs, bytes and the share of this machine's peak for every op and layer, and write a trace for ui.perfetto.dev or " +
            "speedscope.app.",
        Values = "[FILE]")]
    public string? Profile { get; init; }
}

/// <summary>What <c>bench step</c> is asked for.</summary>
internal sealed record StepBenchOptions : BenchOptions
{
    [Option("Use the options of a preset of the family ('ilgpugan families' lists them), its size and batch included.", Values = "NAME")]
    [Excludes(nameof(Size), nameof(Batch))]
    public string? Preset { get; init; }

    [Option("Compute each training step eagerly instead of recording and replaying it.")]
    public bool Eager { get; init; }

    [Option("Draw the recorded step on a page: its kernel calls, what was fused, and its values in memory.", Values = "FILE")]
    public string? Graph { get; init; }

    [Option("Whether each step gets new pictures from the host (default none), and whether it waits for them.")]
    public FeedMode Feed { get; init; }
}

/// <summary><c>bench step|infer</c>: times whole training steps or forward passes; with <c>--json</c>, one JSON line.</summary>
internal static class BenchCommand
{
    public static Command Create() => new("bench", "Measures training steps and inference on this machine.")
    {
        Verb.Shared<StepBenchOptions>(
            "step", "Whole training steps: forward, backward, optimisers.", RunStep,
            OneOf([.. FamilyCatalog.All.Select(f => f.Info.Name)])),
        Verb.Shared<BenchOptions>(
            "infer", "Forward passes of a generator.", RunInference,
            OneOf([.. FamilyCatalog.All.SelectMany(f => f.Info.BenchGenerators)])),
    };

    private static Dictionary<string, OptionValues> OneOf(string[] workloads) =>
        new() { [nameof(BenchOptions.Workload)] = OptionValues.FirstOf(workloads) };

    private static int RunInference(BenchOptions asked, IRanks ranks, Screen screen)
    {
        if (ranks.Count > 1)
        {
            throw new UsageException($"bench infer measures one process; {ranks.Count} were started");
        }

        using var on = asked.Open(ranks, screen);
        on.Precision = asked.Precision;
        using var step = BenchStep.OfInference(asked.Workload, asked.Size, asked.Batch, on);
        return Run(screen, CaseOf("infer", asked, on, ranks), step, asked, Trace(asked, ranks), page: null, on);
    }

    private static int RunStep(StepBenchOptions asked, IRanks ranks, Screen screen)
    {
        if (ranks.Count > 1 && asked.Seconds > 0)
        {
            throw new UsageException("--seconds works with one process only; several must run equally many steps: use --steps");
        }

        using var on = asked.Open(ranks, screen);
        on.Precision = asked.Precision;
        var family = FamilyCatalog.Find(asked.Workload)!;
        var chosen = asked.Preset is { } preset
            ? family.ForBenchmark(Usage.Of(() => family.Defaults(preset))) with { Eager = asked.Eager }
            : null;
        if (ranks.Count > 1)
        {
            chosen = (chosen ?? family.AtSize(asked.Size) with { BatchSize = asked.Batch }) with { Reduction = GradientReduction.Tree };
        }

        using var step = chosen is null
            ? BenchStep.OfTraining(family, asked.Size, asked.Batch, on, asked.Eager, asked.Feed)
            : BenchStep.OfTraining(family, chosen, on, asked.Feed, ranks.Count > 1 ? ranks : null);
        var measured = CaseOf("step", asked, on, ranks) with { Size = step.Side, Batch = chosen?.BatchSize ?? asked.Batch };
        var trace = Trace(asked, ranks);
        if (asked.Graph is not null && (asked.Eager || ranks.Count > 1))
        {
            throw new UsageException("--graph draws the recorded step of one process; leave out --eager and mpirun");
        }

        return Run(screen, measured, step, asked, trace, asked.Graph is { } page ? ResultFile.Prepare(page, ".html") : null, on);
    }

    private static BenchCase CaseOf(string bench, BenchOptions asked, Device on, IRanks ranks) => new(
        bench, asked.Workload, asked.Size, asked.Batch, DeviceSearch.ThreadsFor(ranks.Threads(asked.Threads)), on.Name, ranks.Count);

    /// <summary>All processes run the profiled steps, but only the first writes the trace.</summary>
    private static string? Trace(BenchOptions asked, IRanks ranks) =>
        asked.Profile is { Length: > 0 } trace && ranks.Leads() ? ResultFile.Prepare(trace, ".json") : null;

    private static int Run(
        Screen screen, BenchCase measured, BenchStep step, BenchOptions asked, string? trace, string? page, Device device)
    {
        StepTimes taken = null!;
        var graphs = StepGraph.Collect(
            () => taken = StepTimes.Measure(step.Run, device, asked.Steps, asked.Warmup, asked.Seconds));
        var (gflop, peak, least) = (taken.Flops / 1e9, taken.PeakBytes / 1e6, taken.Seconds.Min());
        var profile = asked.Profile is null
            ? null
            : StepProfile.Measure(step.Run, step.Layers, device, device.Name == "cpu" ? Roofline.Measure(measured.Threads) : null);
        screen.Result(
            new
            {
                bench = measured.Bench,
                workload = measured.Workload,
                size = measured.Size,
                batch = measured.Batch,
                steps_a_turn = step.StepsPerCycle,
                parameters = step.Weights,
                threads = measured.Threads,
                processes = measured.Processes,
                device = measured.Device,
                precision = device.Precision.ToString().ToLowerInvariant(),
                steps = taken.Seconds.Count,
                min_s = Math.Round(least, 6),
                median_s = Math.Round(StepTimes.Quantile(taken.Seconds, 0.5), 6),
                p90_s = Math.Round(StepTimes.Quantile(taken.Seconds, 0.9), 6),
                host_s = Math.Round(StepTimes.Quantile(taken.HostSeconds, 0.5), 7),
                mean_unwaited_s = taken.UnwaitedSeconds is { } mean ? Math.Round(mean, 6) : (double?)null,
                gflop_per_step = Math.Round(gflop, 2),
                gflops = Math.Round(gflop / least, 2),
                peak_rss_mb = Math.Round(peak, 1),
                new_buffers = taken.NewBuffers,
                launches_per_step = taken.Launches,
                replayed_steps = step.Steps[StepPath.Replayed],
                not_replayed = Enum.GetValues<StepPath>().Where(path => path != StepPath.Replayed && step.Steps[path] > 0)
                    .ToDictionary(path => JsonNamingPolicy.SnakeCaseLower.ConvertName(path.ToString()), path => step.Steps[path]),
                managed_kb_per_step = Math.Round(taken.ManagedBytes / 1e3 / taken.Seconds.Count, 1),
                times_s = taken.Seconds.Select(t => Math.Round(t, 6)),
                profile = profile?.ByLayer().Select(row => new
                {
                    op = row.Op,
                    layer = row.Layer,
                    shapes = row.Shapes,
                    calls = row.Calls,
                    ms = Math.Round(row.Elapsed.TotalMilliseconds, 4),
                    flop = row.Cost.Flops,
                    bytes = row.Cost.Bytes,
                    roofline_share = row.RooflineShare is { } share ? Math.Round(share, 3) : (double?)null,
                    algorithm = row.Algorithm,
                }),
            },
            [
                $"{measured.Workload} {measured.Bench}{(step.StepsPerCycle > 1 ? $" ({step.StepsPerCycle} a turn)" : "")} " +
                    $"{measured.Size}x{measured.Size} batch {measured.Batch}, {Counted.Of(measured.Threads, "thread")} on " +
                        $"{measured.Device}{(measured.Processes > 1 ? $", {measured.Processes} processes" : "")}: " +
                $"min {least * 1e3:0.0} ms, median {StepTimes.Quantile(taken.Seconds, 0.5) * 1e3:0.0} ms, {gflop / least:0} GFLOP/s, " +
                    $"peak memory {peak:0} MB",
                step.Steps.ToString(),
                .. profile?.Lines() ?? [],
            ]);
        if (page is not null)
        {
            StepGraphPage.Write($"A step of {measured.Workload}, {measured.Size} × {measured.Size}, batch {measured.Batch}", graphs, page);
            screen.Say($"step drawn: {page}");
        }

        if (trace is { } file)
        {
            ChromeTrace.Write(
                profile!, $"{measured.Workload} {measured.Bench} {measured.Size}x{measured.Size}, {Counted.Of(measured.Threads, "thread")}",
                file);
            screen.Say($"trace: {Path.GetFullPath(file)} (open it in ui.perfetto.dev or speedscope.app)");
        }

        return ExitCode.Done;
    }

    private sealed record BenchCase(string Bench, string Workload, int Size, int Batch, int Threads, string Device, int Processes);
}
