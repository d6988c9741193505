using System.CommandLine;
using IlgpuGan.Benchmarks.Measuring;
using IlgpuGan.Benchmarks.Peers;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Benchmarks.Growth;

/// <summary>
/// <c>growth [--threads 1,2] [--torch-root DIR] [--journal FILE] [--seconds S] [--out DIR]</c>: how time and memory of a step grow with the
/// picture's side, the batch and the threads, beside TorchSharp.
/// </summary>
internal static class GrowthCommand
{
    public const string Page = "GROWTH.md";
    public const string Chart = "GROWTH.svg";

    public static Command Create()
    {
        var threads = PeersCommand.ThreadsOption();
        var root = PeersCommand.RootOption();
        var journal = PeersCommand.JournalOption();
        var seconds = PeersCommand.SecondsOption();
        var output = new Option<string>("--out")
        {
            Description = $"Output folder of {Page} and {Chart}.",
            DefaultValueFactory = _ => Directory.Exists("benchmarks") ? "benchmarks" : ".",
        };
        var command = new Command("growth", "Measures how time and memory grow with side, batch and threads, beside TorchSharp.")
        {
            threads, root, journal, seconds, output,
        };
        command.SetAction(parsed =>
        {
            try
            {
                var counts = PeersCommand.Counts(parsed.GetValue(threads));
                var head = new Journal.Header(
                    ProgramBuild.Of(typeof(GrowthCommand).Assembly), DateTimeOffset.UtcNow, Machine.Measure(counts));
                var kept = parsed.GetValue(journal) is { } file ? Journal.Open(file, head) : Journal.InMemory(head);
                var limit = parsed.GetValue(seconds) is { } slice ? TimeSpan.FromSeconds(slice) : TimeSpan.MaxValue;
                using var home = new SharedPython(parsed.GetValue(root));
                Run([new IlgpuGanRunner(), new TorchSharpRunner(home.Home)], counts, kept, limit, parsed.GetValue(output)!);
                return 0;
            }
            catch (PeerException problem)
            {
                Console.Error.WriteLine(problem.Message);
                return 1;
            }
        });
        return command;
    }

    private static void Run(Runner[] runners, int[] counts, Journal journal, TimeSpan limit, string folder)
    {
        var clock = System.Diagnostics.Stopwatch.StartNew();
        foreach (var runner in runners.Where(runner => runner.Absence is not null))
        {
            Console.WriteLine($"{runner.Name} is left out: {runner.Absence}");
        }

        runners = [.. runners.Where(runner => runner.Absence is null)];
        using var files = new BenchmarkFiles();
        List<GrowthCurve> curves = [];
        foreach (var (subject, axis, works) in GrowthCurve.Plan)
        {
            foreach (var (runner, count) in runners.SelectMany(runner => counts.Select(count => (runner, count))))
            {
                List<GrowthPoint> points = [];
                foreach (var work in works.Select(work => work with { Threads = count }))
                {
                    var key = $"{subject}; {work.Size}²; batch {work.Batch}; threads {count}; {runner.Name}";
                    if (!journal.Contains(key) && clock.Elapsed > limit)
                    {
                        continue;
                    }

                    try
                    {
                        var sample = journal.GetOrMeasure(key, () => runner.Run(work, RunnerVariant.Default, files));
                        points.Add(new(axis == GrowthAxis.Side ? work.Size : work.Batch!.Value, sample.Times.Min(), sample.PeakMb ?? 0));
                        Console.WriteLine($"{key}: {sample.Times.Min():0.0000} s, {sample.PeakMb:0} MB");
                    }
                    catch (PeerException problem)
                    {
                        Console.WriteLine($"{key}: {problem.Message}");
                    }
                }

                curves.Add(new GrowthCurve(subject, axis, runner.Name, count, points));
            }
        }

        Directory.CreateDirectory(folder);
        var page = Path.Combine(folder, Page);
        var own = File.Exists(page) ? ResultsMarkdown.PartToKeep(File.ReadAllText(page), "\n## Why the curves bend\n") : "";
        File.WriteAllText(page, GrowthPages.Markdown(curves, journal.Start, Chart) + own);
        File.WriteAllText(Path.Combine(folder, Chart), GrowthPages.Svg(curves));
        Console.WriteLine($"written: {Page}, {Chart} in {Path.GetFullPath(folder)}");
    }
}
