using System.CommandLine;
using System.Diagnostics;
using System.Reflection;
using IlgpuGan.Benchmarks.Measuring;

namespace IlgpuGan.Benchmarks.Peers;

/// <summary><c>peers [--quick] [--threads 1,2] [--minutes M] [--only ROWS] [--python PATH] [--out DIR]</c>: ours, PyTorch and ONNX Runtime in turn.</summary>
internal static class PeersCommand
{
    private const double QuickMinutes = 1.2;
    private const double DefaultMinutes = 5.4;

    public static Command Create()
    {
        var quick = new Option<bool>("--quick") { Description = "Fewer rows and steps, most threads only; under 90 seconds. Writes no files unless --out is given." };
        var threads = new Option<int[]>("--threads") { Description = "Numbers of threads to compare at (default 1 and 2).", AllowMultipleArgumentsPerToken = true };
        threads.Validators.Add(result =>
        {
            foreach (var count in result.GetValueOrDefault<int[]>() ?? [])
            {
                if (count < 1 || count > Environment.ProcessorCount)
                {
                    result.AddError($"--threads must be between 1 and {Environment.ProcessorCount}, one a processor, not {count}");
                }
            }
        });
        var minutes = new Option<double?>("--minutes") { Description = $"Go through all rows again while the time is not up (default {DefaultMinutes}). The first round is always whole." };
        var only = new Option<string>("--only") { Description = "Rows with this in their titles, such as CycleGAN or translate. Writes no files unless --out is given.", DefaultValueFactory = _ => "" };
        var python = new Option<string?>("--python") { Description = "Interpreter that has torch, numpy and PIL (default: the first of python3, /usr/bin/python3, python that has)." };
        var output = new Option<string?>("--out") { Description = "Folder for RESULTS.md, RESULTS.json and RESULTS.svg (default: benchmarks, or here where there is no such folder)." };
        var command = new Command("peers", "Runs training steps and inference beside PyTorch and ONNX Runtime, and writes the ratios.") { quick, threads, minutes, only, python, output };
        command.SetAction(parsed =>
        {
            var (isQuick, rows) = (parsed.GetValue(quick), parsed.GetRequiredValue(only));
            int[] counts = parsed.GetValue(threads) is { Length: > 0 } given ? [.. given.Distinct().Order()] : [.. new[] { 1, 2 }.Where(n => n <= Environment.ProcessorCount)];
            var budget = TimeSpan.FromMinutes(parsed.GetValue(minutes) ?? (isQuick ? QuickMinutes : DefaultMinutes));
            var folder = parsed.GetValue(output) ?? (isQuick || rows.Length > 0 ? null : Directory.Exists("benchmarks") ? "benchmarks" : ".");
            Workload[] works = [.. Workload.All(counts, isQuick).Where(w => w.Title.Contains(rows, StringComparison.OrdinalIgnoreCase))];
            var arguments = string.Join(' ', parsed.Tokens.Select(t => t.Value).TakeWhile(t => t != "--out"));
            return Run(arguments, counts, works, budget, parsed.GetValue(python), folder);
        });
        return command;
    }

    private static int Run(string arguments, int[] threads, Workload[] works, TimeSpan budget, string? python, string? folder)
    {
        var clock = Stopwatch.StartNew();
        var date = DateTimeOffset.UtcNow;
        var machine = Machine.Look(threads);
        Console.WriteLine(machine);
        Contestant[] contestants = [new IlgpuGanContestant(), new TorchContestant(python), new OnnxContestant()];
        var (rows, notes) = new Comparison(contestants, works, Console.WriteLine).Run(budget - clock.Elapsed);
        var version = typeof(PeersCommand).Assembly.GetCustomAttribute<AssemblyInformationalVersionAttribute>()?.InformationalVersion ?? "of unknown version";
        var results = new Results(
            arguments, date, Math.Round(clock.Elapsed.TotalMinutes, 1), version, machine,
            [.. contestants.SelectMany(c => c.Settings).Select(s => new Setting(s.Name, s.Value))], rows, notes);
        var page = ResultsMarkdown.Write(results, "RESULTS.svg");
        Console.WriteLine();
        Console.WriteLine(page);
        if (folder is not null)
        {
            Directory.CreateDirectory(folder);
            File.WriteAllText(Path.Combine(folder, "RESULTS.md"), page);
            File.WriteAllText(Path.Combine(folder, "RESULTS.json"), results.ToJson());
            File.WriteAllText(Path.Combine(folder, "RESULTS.svg"), RatioChart.Draw(results));
            Console.WriteLine($"written: RESULTS.md, RESULTS.json, RESULTS.svg in {Path.GetFullPath(folder)}");
        }

        return rows.Count > 0 ? 0 : 1;
    }
}
