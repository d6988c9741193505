using System.CommandLine;
using System.Text.Json;
using IlgpuGan.Benchmarks.Measuring;
using IlgpuGan.Models.Measuring;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Cpu;
using IlgpuGan.Tensors.Nn;

namespace IlgpuGan.Benchmarks.Steps;

/// <summary>
/// <c>steps --workload dcgan|wgan-gp|singan [--size N] [--threads N] [--steps K] [--warmup K] [--seconds S] [--profile]</c>: times a small
/// step, as one JSON line.
/// </summary>
internal static class StepsCommand
{
    /// <summary>Number of first steps whose losses are printed, to be compared with a peer's.</summary>
    public const int LossesShown = 3;

    public static Command Create()
    {
        var workload =
            new Option<string>("--workload") { Description = $"What to run: {string.Join(", ", SmallStep.Names)}.", Required = true };
        workload.AcceptOnlyFromAmong([.. SmallStep.Names]);
        var size = PositiveOption.Of("--size", "Side of SinGAN's picture in pixels.", 64);
        var threads = PositiveOption.Of("--threads", "Threads.", 1);
        var steps = PositiveOption.Of("--steps", "Steps to time.", 20);
        var warmup = PositiveOption.Of("--warmup", "Steps before the clock starts.", 4);
        var seconds = PositiveOption.Of("--seconds", "Minimum duration of the warm-up, and of the timed steps.", 0.1);
        var profile = new Option<bool>("--profile") { Description = "Show where a step's time goes, by op and layer." };
        var command = new Command(
            "steps", "Times whole training steps of small GANs; prints one JSON line.")
        {
            workload, size, threads, steps, warmup, seconds, profile,
        };
        command.SetAction(parsed =>
        {
            using var device = new CpuDevice(parsed.GetValue(threads));
            using var step = SmallStep.Create(parsed.GetRequiredValue(workload), parsed.GetValue(size), device);
            var first = new List<float[]>();
            var times = StepTimes.Measure(
                () =>
                {
                    var losses = step.Run();
                    if (first.Count < LossesShown)
                    {
                        first.Add(losses);
                    }
                },
                device,
                parsed.GetValue(steps),
                Math.Max(parsed.GetValue(warmup), LossesShown),
                parsed.GetValue(seconds));
            Console.WriteLine(Line(times, first));
            if (parsed.GetValue(profile))
            {
                var layers = step.Generator.LayerNames("netG").Concat(step.Discriminator.LayerNames("netD"))
                    .ToDictionary(n => n.Key, n => n.Value, (IEqualityComparer<object>)ReferenceEqualityComparer.Instance);
                var taken = StepProfile.Measure(() => step.Run(), layers, device, Roofline.Measure(parsed.GetValue(threads)));
                Console.WriteLine(string.Join('\n', taken.Lines()));
            }
        });
        return command;
    }

    /// <summary>The result as JSON, in the form of the peers' scripts.</summary>
    private static string Line(StepTimes times, IReadOnlyList<float[]> firstLosses) => JsonSerializer.Serialize(new
    {
        times_s = times.Seconds.Select(t => Math.Round(t, 6)),
        peak_rss_mb = Math.Round(times.PeakBytes / 1e6, 1),
        gflop_per_step = Math.Round(times.Flops / 1e9, 3),
        new_buffers = times.NewBuffers,
        managed_kb_per_step = Math.Round(times.ManagedBytes / 1e3 / times.Seconds.Count, 1),
        first_losses = firstLosses,
    });
}
