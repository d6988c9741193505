using System.CommandLine;
using System.Text.Json;
using IlgpuGan.Benchmarks.Measuring;
using IlgpuGan.Benchmarks.Peers;
using IlgpuGan.Models.Data;

namespace IlgpuGan.Benchmarks.Ranks;

/// <summary>
/// <c>ranks [--quick] [--processes K] [--size N] [--steps S] [--rounds R]</c>: training steps of several processes beside one process with
/// as many threads; <c>ranks --model</c>: estimates for networks of other speeds. As Markdown tables.
/// </summary>
internal static class RanksCommand
{
    /// <summary>Steps of each run that are not counted: they include JIT compilation.</summary>
    private const int Warmup = 3;

    private const int QuickSize = 64;
    private const int QuickSteps = 3;

    public static Command Create()
    {
        var processes = PositiveOption.Of("--processes", "Processes that share the work, with one thread each.", 2);
        var size = PositiveOption.Of("--size", "Side of the pictures in pixels, a power of two from 32.", 128);
        var batch = PositiveOption.Of("--batch-size", "Samples per step of pix2pix.", 4);
        var steps = PositiveOption.Of("--steps", "Timed steps of each run.", 6);
        var rounds = PositiveOption.Of("--rounds", "Number of runs of each kind, in turn.", 2);
        var quick = new Option<bool>("--quick") { Description = "Pictures of 64 pixels, one round of three steps: a minute or two." };
        var model = new Option<bool>("--model")
        {
            Description = "Instead, estimate the speed-up for networks of 1, 10 and 100 Gbit/s and up to 1024 ranks, and measure steps " +
                "with a simulated network for up to 64.",
        };
        var command = new Command(
            "ranks", "Times training steps that several processes share, beside those of one process with as many threads; needs mpirun.")
        {
            processes, size, batch, steps, rounds, quick, model,
        };
        command.SetAction(parsed =>
        {
            var isQuick = parsed.GetValue(quick);
            var side = isQuick ? QuickSize : parsed.GetValue(size);
            return parsed.GetValue(model)
                ? CostModel.Print(side, isQuick ? QuickSteps : parsed.GetValue(steps))
                : Run(
                    parsed.GetValue(processes), side, parsed.GetValue(batch), isQuick ? QuickSteps : parsed.GetValue(steps),
                    isQuick ? 1 : parsed.GetValue(rounds));
        });
        return command;
    }

    private static int Run(int processes, int size, int batch, int steps, int rounds)
    {
        var folder = Directory.CreateTempSubdirectory("ilgpugan-ranks-").FullName;
        try
        {
            Console.WriteLine(Machine.Measure([1, processes]));
            var (pairs, sets) = (Path.Combine(folder, "pairs"), Path.Combine(folder, "sets"));
            Do(["data", "synth", "--out", pairs, "--count", $"{4 * batch}", "--val", "1", "--size", $"{size}"]);
            Do(["data", "synth", "--kind", "day-night", "--out", sets, "--count", "8", "--val", "1", "--size", $"{size}"]);
            string[] pix2pix = ["pix2pix", "--data", pairs, "--norm", "instance", "--generator", $"unet{size}", "--batch-size", $"{batch}"],
                cyclegan = ["cyclegan", "--data", sets, "--generator", "resnet6"];
            RankedRun[] runs =
            [
                new("pix2pix, one process, whole batch", 1, processes, [.. pix2pix, "--reduction", "batch"]),
                new("pix2pix, one process, --reduction tree", 1, processes, [.. pix2pix, "--reduction", "tree"]),
                new($"pix2pix, {processes} processes", processes, 1, pix2pix),
                new($"pix2pix, {processes} processes, --exchange bf16", processes, 1, [.. pix2pix, "--exchange", "bf16"]),
                new("pix2pix, one process of one thread, --reduction tree", 1, 1, [.. pix2pix, "--reduction", "tree"]),
                new("cyclegan, one process", 1, 2, cyclegan),
                new("cyclegan, one process of one thread", 1, 1, cyclegan),
            ];
            var times = runs.Select(_ => new List<double>()).ToList();
            for (var round = 0; round < rounds; round++)
            {
                foreach (var (i, run) in runs.Index())
                {
                    times[i].AddRange(StepsOf(run, Path.Combine(folder, $"run-{round}-{i}"), size, steps));
                }
            }

            Console.WriteLine("\n| work | processes × threads | minimum (s a step) | median |\n|---|---|---|---|");
            foreach (var (run, seconds) in runs.Zip(times))
            {
                seconds.Sort();
                Console.WriteLine(Invariant.Text(
                    $"| {run.Name} | {run.Processes} × {run.Threads} | {seconds[0]:0.000} | {seconds[seconds.Count / 2]:0.000} |"));
            }

            return 0;
        }
        catch (PeerException e)
        {
            Console.Error.WriteLine(e.Message);
            return 1;
        }
        finally
        {
            Directory.Delete(folder, recursive: true);
        }
    }

    private static IEnumerable<double> StepsOf(RankedRun run, string folder, int size, int steps)
    {
        Do(
            [
                "train", .. run.Options, "--out", folder, "--load-size", $"{size}", "--crop-size", $"{size}", "--threads", $"{run.Threads}",
                "--steps", $"{Warmup + steps}", "--log-freq", "1", "--sample-freq", "0", "--quiet",
            ],
            run.Processes);
        return File.ReadLines(Path.Combine(folder, "log.jsonl")).Skip(Warmup).Select(line =>
        {
            using var entry = JsonDocument.Parse(line);
            return entry.RootElement.GetProperty("seconds").GetDouble();
        });
    }

    private static void Do(string[] arguments, int processes = 1)
    {
        string[] command = ["dotnet", Path.Combine(AppContext.BaseDirectory, "ilgpugan.dll"), .. arguments];
        string[] whole = processes == 1 ? command : ["mpirun", "--bind-to", "none", "--oversubscribe", "-n", $"{processes}", .. command];
        ChildProcess.Run(whole[0], whole[1..], new Dictionary<string, string?>
        {
            ["OMPI_ALLOW_RUN_AS_ROOT"] = "1", ["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1",
        });
    }

    /// <param name="Name">name in the table</param>
    /// <param name="Processes">number of processes; a single one is started without mpirun</param>
    /// <param name="Threads">threads of each process</param>
    /// <param name="Options">options of <c>train</c></param>
    private sealed record RankedRun(string Name, int Processes, int Threads, string[] Options);
}
