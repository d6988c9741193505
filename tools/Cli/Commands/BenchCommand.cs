using System.CommandLine;
using System.Diagnostics;
using IlgpuGan.Cli.Options;
using IlgpuGan.Cli.Profiling;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Training;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Cpu;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Cli.Commands;

/// <summary><c>bench step|infer</c>: time of whole training steps and of whole networks, one JSON line each.</summary>
internal static class BenchCommand
{
    public static Command Create() => new("bench", "Measures training steps and inference on this machine.")
    {
        Mode("step", "Whole training steps: forward, backward, optimisers.", "pix2pix", ["pix2pix", "cyclegan"]),
        Mode("infer", "Forward passes of a generator.", "unet256", ["unet256", "resnet9", "resnet6"]),
    };

    private static Command Mode(string name, string description, string first, string[] workloads)
    {
        var workload = new Option<string>("--workload") { Description = $"What to run (default {first}).", DefaultValueFactory = _ => first };
        workload.AcceptOnlyFromAmong(workloads);
        var size = Count("--size", "Side of the pictures in pixels.", 256);
        var batch = Count("--batch", "Pictures a step.", 1);
        var threads = Count("--threads", "Threads of the CPU device; 0 for all.", 0, least: 0);
        var steps = Count("--steps", "Steps to time.", 10);
        var warmup = Count("--warmup", "Steps before the clock starts; the first few are computed as written, recorded and made ready.", 4, least: 0);
        var device = new Option<string>("--device") { Description = "Where to compute (default auto).", DefaultValueFactory = _ => "auto" };
        var precision = Choice.Of<ProductPrecision>("--precision", "Arithmetic of the convolutions (default fp32; the others need a device that has them).");
        var profile = new Option<string?>("--profile")
        {
            Description = "Show time, FLOPs, bytes and share of this machine's peak of every op and layer, and write them as a trace for ui.perfetto.dev or speedscope.app.",
            HelpName = "FILE",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var eager = new Option<bool>("--eager") { Description = "Compute each training step anew instead of recording the second one and repeating it." };
        var feed = Choice.Of<FeedMode>("--feed", "Whether each step gets new pictures from the host (default none), and whether it waits for them.");
        var command = new Command(name, description) { workload, size, batch, threads, steps, warmup, device, precision, profile };
        if (name == "step")
        {
            command.Add(eager);
            command.Add(feed);
        }

        command.SetAction(parsed =>
        {
            using var on = Device.Open(parsed.GetRequiredValue(device), parsed.GetValue(threads));
            var measured = new Measured(
                name, parsed.GetRequiredValue(workload), parsed.GetValue(size), parsed.GetValue(batch),
                parsed.GetValue(threads) is > 0 and var n ? n : Environment.ProcessorCount, on.Name);
            using var step = Workload(measured, on, parsed.GetValue(eager), parsed.GetValue(feed));
            on.Precision = parsed.GetValue(precision);
            var wanted = parsed.GetResult(profile) is null ? null : new ProfileWanted(parsed.GetValue(profile));
            return Run(Screen.Of(parsed), measured, step, parsed.GetValue(steps), parsed.GetValue(warmup), wanted, on);
        });
        return command;
    }

    private static BenchStep Workload(Measured m, Device device, bool eager, FeedMode feed) => m.Bench == "step"
        ? BenchStep.OfTraining(m.Workload == "pix2pix" ? ModelKind.Pix2Pix : ModelKind.CycleGan, m.Size, m.Batch, device, eager, feed)
        : BenchStep.OfInference(GeneratorKind.Parse(m.Workload), m.Size, m.Batch, device);

    private static int Run(Screen screen, Measured measured, BenchStep step, int steps, int warmup, ProfileWanted? wanted, Device device)
    {
        long flops;
        using (var counted = OpProfile.Start())
        {
            step.Run();
            flops = counted.Timings.Where(t => t.Name.StartsWith("conv", StringComparison.Ordinal)).Sum(t => t.Cost.Flops);
        }

        for (var i = 1; i < warmup; i++)
        {
            step.Run();
        }

        device.Synchronize();
        var allocations = device.Pool.Allocations;
        var launches = device.Launches;
        var managed = GC.GetTotalAllocatedBytes(precise: true);
        var times = new double[steps];
        var host = new double[steps];
        for (var i = 0; i < steps; i++)
        {
            var start = Stopwatch.GetTimestamp();
            step.Run();
            host[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
            device.Synchronize();
            times[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        managed = GC.GetTotalAllocatedBytes(precise: true) - managed;
        allocations = device.Pool.Allocations - allocations;
        launches = (device.Launches - launches) / steps;
        var inOrder = Array.ConvertAll(times, t => Math.Round(t, 6));
        Array.Sort(times);
        Array.Sort(host);
        var unwaited = device.Launches > 0 ? Unwaited(step, steps, device) : (double?)null;
        var (gflop, peak) = (flops / 1e9, Process.GetCurrentProcess().PeakWorkingSet64 / 1e6);
        var profile = wanted is null ? null : StepProfile.Take(step.Run, step.Layers, device, device.Name == "cpu" ? Roofline.Measure(measured.Threads) : null);
        screen.Result(
            new
            {
                bench = measured.Bench,
                workload = measured.Workload,
                size = measured.Size,
                batch = measured.Batch,
                threads = measured.Threads,
                device = measured.Device,
                precision = device.Precision.ToString().ToLowerInvariant(),
                steps,
                min_s = Math.Round(times[0], 6),
                median_s = Math.Round(times[times.Length / 2], 6),
                p90_s = Math.Round(times[(int)((times.Length - 1) * 0.9)], 6),
                host_s = Math.Round(host[host.Length / 2], 7),
                mean_unwaited_s = unwaited is { } mean ? Math.Round(mean, 6) : (double?)null,
                gflop_per_step = Math.Round(gflop, 2),
                gflops = Math.Round(gflop / times[0], 2),
                peak_rss_mb = Math.Round(peak, 1),
                new_buffers = allocations,
                launches_per_step = launches,
                managed_kb_per_step = Math.Round(managed / 1e3 / steps, 1),
                times_s = inOrder,
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
                }),
            },
            [
                $"{measured.Workload} {measured.Bench} {measured.Size}x{measured.Size} batch {measured.Batch}, {measured.Threads} threads on {measured.Device}: " +
                $"min {times[0] * 1e3:0.0} ms, median {times[times.Length / 2] * 1e3:0.0} ms, {gflop / times[0]:0} GFLOP/s, peak memory {peak:0} MB",
                .. profile?.Lines() ?? [],
            ]);
        if (wanted?.TraceFile is { } file)
        {
            ChromeTrace.Write(profile!, $"{measured.Workload} {measured.Bench} {measured.Size}x{measured.Size}, {measured.Threads} threads", file);
            screen.Say($"trace: {Path.GetFullPath(file)} (open it in ui.perfetto.dev or speedscope.app)");
        }

        return ExitCode.Done;
    }

    /// <summary>Mean seconds of a step where nobody waits for any but the last, as in training: the host prepares one while the device computes another.</summary>
    private static double Unwaited(BenchStep step, int steps, Device device)
    {
        var start = Stopwatch.GetTimestamp();
        for (var i = 0; i < steps; i++)
        {
            step.Run();
        }

        device.Synchronize();
        return Stopwatch.GetElapsedTime(start).TotalSeconds / steps;
    }

    private static Option<int> Count(string name, string description, int value, int least = 1)
    {
        var option = new Option<int>(name) { Description = $"{description} (default {value})", DefaultValueFactory = _ => value };
        option.Validators.Add(result =>
        {
            if (result.Tokens.Count == 1 && int.TryParse(result.Tokens[0].Value, out var given) && given < least)
            {
                result.AddError($"{name} must be at least {least}, not {given}");
            }
        });
        return option;
    }

    private sealed record Measured(string Bench, string Workload, int Size, int Batch, int Threads, string Device);

    /// <param name="TraceFile">where the trace goes; null for the table alone</param>
    private sealed record ProfileWanted(string? TraceFile);
}
