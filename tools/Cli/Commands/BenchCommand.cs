using System.CommandLine;
using System.Text.Json;
using IlgpuGan.Cli.Options;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Models.Data;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Measuring;
using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Reporting;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Cpu;
using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Cli.Commands;

/// <summary><c>bench step|infer</c>: times whole training steps or forward passes; with <c>--json</c>, one JSON line.</summary>
internal static class BenchCommand
{
    public static Command Create() => new("bench", "Measures training steps and inference on this machine.")
    {
        Mode("step", "Whole training steps: forward, backward, optimisers.", [.. FamilyCatalog.All.Select(f => f.Info.Name)]),
        Mode("infer", "Forward passes of a generator.", [.. FamilyCatalog.All.SelectMany(f => f.Info.BenchGenerators)]),
    };

    private static Command Mode(string name, string description, string[] workloads)
    {
        var workload = Choice.OneOf("--workload", "What to run.", workloads);
        var size = Number.Whole("--size", "Side of the pictures in pixels.", value: 256, least: 1, most: OptionsValidation.LargestSide);
        var batch = Number.Whole("--batch", "Pictures per step.", value: 1, least: 1);
        var preset = Plain.Text(
            "--preset", "Use the options of a preset of the family ('ilgpugan families' lists them), its size and batch included.", "NAME");
        var threads = DeviceOptions.Threads();
        var steps = Number.Whole("--steps", "Steps to time.", value: 10, least: 1);
        var warmup = Number.Whole(
            "--warmup", "Warm-up steps; the first is recorded and made ready.", value: 4,
            least: 0);
        var seconds = Number.Real(
            "--seconds", "Minimum duration of the warm-up, and of the timed steps: short steps are run more often.", value: 0,
            least: 0, most: 3600);
        var device = DeviceOptions.Device();
        var (tune, noTune) = DeviceOptions.Tune();
        var precision = Choice.Of<ProductPrecision>(
            "--precision", "Arithmetic of the convolutions (default fp32; the others need a device that supports them).");
        var profile = new Option<string?>("--profile")
        {
            Description = "Show time, FLOPs, bytes and the share of this machine's peak for every op and layer, and write a trace for " +
                "ui.perfetto.dev or speedscope.app.",
            HelpName = "FILE",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var graph = Plain.Text(
            "--graph", "Draw the recorded step on a page: its kernel calls, what was fused, and its values in memory.", "FILE");
        var eager = Plain.Flag("--eager", "Compute each training step eagerly instead of recording and replaying it.");
        var feed = Choice.Of<FeedMode>(
            "--feed", "Whether each step gets new pictures from the host (default none), and whether it waits for them.");
        var command = new Command(name, description)
        {
            workload, size, batch, threads, steps, warmup, seconds, device, tune, noTune, precision, profile,
        };
        if (name == "step")
        {
            command.Add(preset);
            command.Add(eager);
            command.Add(graph);
            command.Add(feed);
        }

        command.SetAction(parsed => RankedWork.Run(parsed, (ranks, screen) =>
        {
            if (ranks.Count > 1 && name != "step")
            {
                throw new UsageException($"bench {name} measures one process; {ranks.Count} were started");
            }

            if (ranks.Count > 1 && parsed.GetValue(seconds) > 0)
            {
                throw new UsageException("--seconds works with one process only; several must run equally many steps: use --steps");
            }

            using var on = ranks.OpenDevice(parsed.GetRequiredValue(device), parsed.GetValue(threads));
            on.Precision = parsed.GetValue(precision);
            (on.Tuning, on.Announce) = (DeviceOptions.TuningOf(parsed, noTune, ranks.Count), screen.Announce);
            var measured = new BenchCase(
                name, parsed.GetRequiredValue(workload), parsed.GetValue(size), parsed.GetValue(batch),
                DeviceSearch.ThreadsFor(ranks.Threads(parsed.GetValue(threads))), on.Name, ranks.Count);
            var chosen = name == "step" && parsed.GetValue(preset) is { } presetName
                ? OfPreset(measured.Workload, presetName) with { Eager = parsed.GetValue(eager) }
                : null;
            if (chosen is not null && new Option[] { size, batch }.FirstOrDefault(parsed.IsTyped) is { } other)
            {
                throw new UsageException($"{other.Name} can't be combined with --preset, which sets it");
            }

            if (ranks.Count > 1)
            {
                chosen ??= FamilyCatalog.Find(measured.Workload)!.AtSize(measured.Size) with { BatchSize = measured.Batch };
                chosen = chosen with { Reduction = GradientReduction.Tree };
            }

            using var step = chosen is null
                ? Workload(measured, on, parsed.GetValue(eager), parsed.GetValue(feed))
                : BenchStep.OfTraining(FamilyCatalog.Of(chosen), chosen, on, parsed.GetValue(feed), ranks.Count > 1 ? ranks : null);
            measured = measured with { Size = step.Side, Batch = chosen?.BatchSize ?? measured.Batch };

            // All processes run the profiled steps, but only the first writes the trace.
            var request = parsed.GetResult(profile) is null
                ? null
                : new ProfileRequest(parsed.GetValue(profile) is { } trace && ranks.Leads() ? ResultFile.Prepare(trace, ".json") : null);
            var page = name == "step" ? parsed.GetValue(graph) : null;
            if (page is not null && (parsed.GetValue(eager) || ranks.Count > 1))
            {
                throw new UsageException("--graph draws the recorded step of one process; leave out --eager and mpirun");
            }

            page = page is null ? null : ResultFile.Prepare(page, ".html");
            var repeats = new Repeats(parsed.GetValue(steps), parsed.GetValue(warmup), parsed.GetValue(seconds));
            return Run(screen, measured, step, repeats, request, page, on);
        }));
        return command;
    }

    private static TrainingOptions OfPreset(string name, string preset)
    {
        var family = FamilyCatalog.Find(name)!;
        return family.ForBenchmark(Usage.Of(() => family.Defaults(preset)));
    }

    private static BenchStep Workload(BenchCase m, Device device, bool eager, FeedMode feed) => m.Bench == "step"
        ? BenchStep.OfTraining(FamilyCatalog.Find(m.Workload)!, m.Size, m.Batch, device, eager, feed)
        : BenchStep.OfInference(m.Workload, m.Size, m.Batch, device);

    private static int Run(
        Screen screen, BenchCase measured, BenchStep step, Repeats repeats, ProfileRequest? request, string? page, Device device)
    {
        StepTimes taken = null!;
        var graphs = StepGraph.Collect(
            () => taken = StepTimes.Measure(step.Run, device, repeats.Steps, repeats.Warmup, repeats.Seconds));
        var (gflop, peak, least) = (taken.Flops / 1e9, taken.PeakBytes / 1e6, taken.Seconds.Min());
        var profile = request is null
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

        if (request?.TraceFile is { } file)
        {
            ChromeTrace.Write(
                profile!, $"{measured.Workload} {measured.Bench} {measured.Size}x{measured.Size}, {Counted.Of(measured.Threads, "thread")}",
                file);
            screen.Say($"trace: {Path.GetFullPath(file)} (open it in ui.perfetto.dev or speedscope.app)");
        }

        return ExitCode.Done;
    }

    private sealed record Repeats(int Steps, int Warmup, double Seconds);

    private sealed record BenchCase(string Bench, string Workload, int Size, int Batch, int Threads, string Device, int Processes);

    /// <param name="TraceFile">where the trace goes; null for the table alone</param>
    private sealed record ProfileRequest(string? TraceFile);
}
