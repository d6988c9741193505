using System.CommandLine;
using System.Diagnostics;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Models.Data;
using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Training;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Nn;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Cli.Commands;

/// <summary><c>bench step|infer</c>: time of whole training steps and of whole networks, one JSON line each.</summary>
internal static class BenchCommand
{
    private const int ChannelsOfPictures = 3;

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
        var warmup = Count("--warmup", "Steps before the clock starts.", 2, least: 0);
        var device = new Option<string>("--device") { Description = "Where to compute (default auto).", DefaultValueFactory = _ => "auto" };
        var profile = new Option<bool>("--profile") { Description = "Print time and rate of every op of one more step." };
        var command = new Command(name, description) { workload, size, batch, threads, steps, warmup, device, profile };
        command.SetAction(parsed =>
        {
            using var on = Device.Open(parsed.GetRequiredValue(device), parsed.GetValue(threads));
            var measured = new Measured(
                name, parsed.GetRequiredValue(workload), parsed.GetValue(size), parsed.GetValue(batch),
                parsed.GetValue(threads) is > 0 and var n ? n : Environment.ProcessorCount, on.Name);
            using var step = Workload(measured, on);
            return Run(Screen.Of(parsed), measured, step, parsed.GetValue(steps), parsed.GetValue(warmup), parsed.GetValue(profile), on);
        });
        return command;
    }

    private static BenchStep Workload(Measured m, Device device) => m.Bench == "step"
        ? BenchStep.OfTraining(m.Workload == "pix2pix" ? ModelKind.Pix2Pix : ModelKind.CycleGan, m.Size, m.Batch, device)
        : BenchStep.OfInference(GeneratorKind.Parse(m.Workload), m.Size, m.Batch, device);

    private static int Run(Screen screen, Measured measured, BenchStep step, int steps, int warmup, bool profile, Device device)
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

        var allocations = device.Pool.Allocations;
        var times = new double[steps];
        for (var i = 0; i < steps; i++)
        {
            var start = Stopwatch.GetTimestamp();
            step.Run();
            times[i] = Stopwatch.GetElapsedTime(start).TotalSeconds;
        }

        Array.Sort(times);
        var (gflop, peak) = (flops / 1e9, Process.GetCurrentProcess().PeakWorkingSet64 / 1e6);
        screen.Result(
            new
            {
                bench = measured.Bench,
                workload = measured.Workload,
                size = measured.Size,
                batch = measured.Batch,
                threads = measured.Threads,
                device = measured.Device,
                steps,
                min_s = Math.Round(times[0], 5),
                median_s = Math.Round(times[times.Length / 2], 5),
                p90_s = Math.Round(times[(int)((times.Length - 1) * 0.9)], 5),
                gflop_per_step = Math.Round(gflop, 2),
                gflops = Math.Round(gflop / times[0], 2),
                peak_rss_mb = Math.Round(peak, 1),
                new_buffers = device.Pool.Allocations - allocations,
            },
            $"{measured.Workload} {measured.Bench} {measured.Size}x{measured.Size} batch {measured.Batch}, {measured.Threads} threads on {measured.Device}: " +
            $"min {times[0] * 1e3:0.0} ms, median {times[times.Length / 2] * 1e3:0.0} ms, {gflop / times[0]:0} GFLOP/s, peak memory {peak:0} MB");
        if (profile)
        {
            Profile(screen, step);
        }

        return ExitCode.Done;
    }

    private static void Profile(Screen screen, BenchStep step)
    {
        using var profile = OpProfile.Start();
        step.Run();
        var total = profile.Timings.Sum(t => t.Elapsed.TotalMilliseconds);
        screen.Say($"{"op",-24} {"calls",6} {"ms",9} {"share",7} {"GFLOP/s",9} {"GB/s",8}  shapes");
        foreach (var op in profile.Timings.GroupBy(t => (t.Name, t.Shapes)).OrderByDescending(g => g.Sum(t => t.Elapsed.TotalMilliseconds)))
        {
            var ms = op.Sum(t => t.Elapsed.TotalMilliseconds);
            screen.Say($"{op.Key.Name,-24} {op.Count(),6} {ms,9:0.000} {ms / total,7:P1} {op.Sum(t => t.Cost.Flops) / ms / 1e6,9:0.0} {op.Sum(t => t.Cost.Bytes) / ms / 1e6,8:0.0}  {op.Key.Shapes}");
        }

        screen.Say($"{"ops together",-24} {profile.Timings.Count,6} {total,9:0.000}");
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

    /// <summary>One repetition of what is measured, with its data made beforehand.</summary>
    private sealed class BenchStep(Action run, IDisposable owner) : IDisposable
    {
        public void Run() => run();

        public void Dispose() => owner.Dispose();

        public static BenchStep OfTraining(ModelKind model, int size, int batch, Device device)
        {
            var options = TrainingOptions.For(model) with { CropSize = size, LoadSize = size, BatchSize = batch };
            if (model == ModelKind.CycleGan && size < 256)
            {
                options = options with { Generator = GeneratorKind.ResNet(6) };
            }

            var trainer = GanTrainer.Create(options, device);
            var pair = new Pair(Noise(1, size, batch, device), Noise(2, size, batch, device), ["noise"], 0);
            long step = 0;
            return new BenchStep(() => trainer.Step(pair, step++), trainer);
        }

        public static BenchStep OfInference(GeneratorKind kind, int size, int batch, Device device)
        {
            var options = TrainingOptions.For(kind.Family == GeneratorFamily.ResNet ? ModelKind.CycleGan : ModelKind.Pix2Pix) with { Generator = kind };
            var generator = options.CreateGenerator(ChannelsOfPictures, ChannelsOfPictures).Initialize(1).To(device).Eval();
            var x = Noise(1, size, batch, device);
            return new BenchStep(
                () =>
                {
                    using var noGrad = GradMode.NoGrad();
                    using var step = device.Step();
                    _ = generator.Forward(x);
                },
                x);
        }

        /// <summary>Numbers like a picture's, in [−1, 1).</summary>
        private static Tensor Noise(uint stream, int size, int batch, Device device) =>
            Tensor.Uniform(new RandomKey(1, stream, 0, 0), new Shape(batch, ChannelsOfPictures, size, size), device).Affine(2, -1);
    }
}
