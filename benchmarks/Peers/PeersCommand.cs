using System.CommandLine;
using System.Diagnostics;
using IlgpuGan.Benchmarks.Measuring;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Benchmarks.Peers;

/// <summary>
/// <c>peers [--quick] [--threads 1,2] [--minutes M] [--only ROWS] [--python PATH] [--torch-root DIR] [--out DIR]</c>: runs IlgpuGan,
/// PyTorch, TorchSharp and ONNX Runtime in turn.
/// </summary>
internal static class PeersCommand
{
    private const double QuickMinutes = 1.2;
    private const double DefaultMinutes = 5.4;
    private const int DefaultRounds = 5;

    public static Command Create()
    {
        var quick = new Option<bool>("--quick") { Description = "Fewer rows and steps, most threads only. Writes no " +
            "files unless --out is given." };
        var threads = ThreadsOption();
        var minutes = new Option<double?>("--minutes") { Description = "Repeat all rows until this time is used up (default " +
            $"{DefaultMinutes}). The first round is always complete." };
        var only = new Option<string>(
            "--only") { Description =
                "Rows with this in their titles, such as CycleGAN or translate. Writes no files unless --out is given.",
            DefaultValueFactory = _ => "" };
        var python = new Option<string?>("--python") { Description = "Interpreter with torch, numpy and PIL (default: the first of " +
            "python3, /usr/bin/python3, python that has them)." };
        var root = RootOption();
        var rounds = new Option<int?>("--rounds") { Description = "Number of rounds through all rows, however long they take." };
        var journal = JournalOption();
        var seconds = SecondsOption();
        var output = new Option<string?>("--out") { Description = "Output folder of RESULTS.md, RESULTS.json and RESULTS.svg (default: " +
            "benchmarks, or the current folder if there is no such folder)." };
        var command = new Command(
            "peers", "Runs training steps and inference beside PyTorch, TorchSharp and ONNX Runtime, and writes the ratios.")
        {
            quick, threads, minutes, rounds, only, python, root, journal, seconds, output,
        };
        command.SetAction(parsed =>
        {
            var (isQuick, rows) = (parsed.GetValue(quick), parsed.GetRequiredValue(only));
            var counts = Counts(parsed.GetValue(threads));
            var budget = TimeSpan.FromMinutes(parsed.GetValue(minutes) ?? (isQuick ? QuickMinutes : DefaultMinutes));
            var folder = parsed.GetValue(output)
                ?? (isQuick || rows.Length > 0 ? null : Directory.Exists("benchmarks") ? "benchmarks" : ".");
            Workload[] works = [.. Workload.All(counts, isQuick).Where(w => w.Title.Contains(rows, StringComparison.OrdinalIgnoreCase))];
            var arguments = string.Join(' ', parsed.Tokens.Select(t => t.Value).TakeWhile(t => t != "--out"));
            var plan = new Plan(
                arguments, counts, works, parsed.GetValue(rounds) is null ? budget : TimeSpan.MaxValue, parsed.GetValue(rounds),
                parsed.GetValue(seconds) is { } slice ? TimeSpan.FromSeconds(slice) : TimeSpan.MaxValue, parsed.GetValue(journal));
            try
            {
                return Run(plan, parsed.GetValue(python), parsed.GetValue(root), folder);
            }
            catch (PeerException problem)
            {
                Console.Error.WriteLine(problem.Message);
                return 1;
            }
        });
        return command;
    }

    public static Option<int[]> ThreadsOption()
    {
        var threads = new Option<int[]>(
            "--threads") { Description = "Numbers of threads to compare at (default 1 and 2).", AllowMultipleArgumentsPerToken = true };
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
        return threads;
    }

    /// <summary>The given numbers of threads, ascending; by default one and two.</summary>
    public static int[] Counts(int[]? given) => given is { Length: > 0 }
        ? [.. given.Distinct().Order()]
        : [.. new[] { 1, 2 }.Where(n => n <= Environment.ProcessorCount)];

    public static Option<string?> RootOption() => new("--torch-root")
    {
        Description = "Root folder of another system, with a newer PyTorch and ONNX Runtime (see benchmarks/Peers/README.md; " +
            "default: the environment variable ILGPUGAN_TORCH_ROOT).",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("ILGPUGAN_TORCH_ROOT"),
    };

    public static Option<string?> JournalOption() => new("--journal")
    {
        Description = "Store each measurement in this file at once, and reuse those in it: a comparison can be done in pieces.",
    };

    public static Option<double?> SecondsOption() => new("--seconds")
    {
        Description = "Start no process after this many seconds; another call with the same --journal continues.",
    };

    private static int Run(Plan plan, string? python, string? root, string? folder)
    {
        var clock = Stopwatch.StartNew();
        var version = ProgramBuild.Of(typeof(PeersCommand).Assembly);
        var head = new Journal.Header(version, DateTimeOffset.UtcNow, Machine.Measure(plan.Threads));
        var journal = plan.Journal is { } kept ? Journal.Open(kept, head) : Journal.InMemory(head);
        Console.WriteLine(head.Machine);
        using var newer = new SharedPython(root);
        var older = new Lazy<PythonHome>(() => TorchRunner.Here(python));
        Runner[] runners =
        [
            new IlgpuGanRunner(), new TorchRunner(() => older.Value), new TorchRunner(newer.Home),
            new TorchRunner(newer.Home, bf16: true),
            new TorchSharpRunner(newer.Home), new TorchSharpRunner(newer.Home, flat: true),
            new NodeOnnxRunner(), new PythonOnnxRunner(newer.Home), new ManagedOnnxRunner(newer.Home),
        ];
        var comparison = new Comparison(
            runners, plan.Works, journal, Console.WriteLine) { TimeLimit = plan.TimeLimit, Rounds = plan.Rounds ?? DefaultRounds };
        var (rows, notes) = comparison.Run(plan.Budget == TimeSpan.MaxValue ? plan.Budget : plan.Budget - clock.Elapsed);
        var results = new Results(
            plan.Arguments, journal.Start.Date, Math.Round(journal.Seconds / 60, 1), version, journal.Start.Machine,
            [.. runners.Where(c => c.Absence is null).SelectMany(c => c.Settings).Distinct().Select(s => new Setting(s.Name, s.Value))],
            rows, notes);
        if (comparison.IsIncomplete)
        {
            Console.WriteLine("The time is up, and measurements are left: the same command continues.");
        }

        var page = ResultsMarkdown.Write(results, "RESULTS.svg");
        Console.WriteLine();
        Console.WriteLine(page);
        if (folder is not null)
        {
            Directory.CreateDirectory(folder);
            var file = Path.Combine(folder, "RESULTS.md");
            File.WriteAllText(file, page + (File.Exists(file) ? ResultsMarkdown.PartToKeep(File.ReadAllText(file)) : ""));
            File.WriteAllText(Path.Combine(folder, "RESULTS.json"), results.ToJson());
            File.WriteAllText(Path.Combine(folder, "RESULTS.svg"), RatioChart.Draw(results));
            Console.WriteLine($"written: RESULTS.md, RESULTS.json, RESULTS.svg in {Path.GetFullPath(folder)}");
        }

        return rows.Count > 0 ? 0 : 1;
    }

    /// <param name="Arguments">the command line</param>
    /// <param name="Threads">numbers of threads</param>
    /// <param name="Works">the rows</param>
    /// <param name="Budget">time after which no further round is started</param>
    /// <param name="Rounds">number of rounds; null for as many as the budget allows</param>
    /// <param name="TimeLimit">time after which no process is started</param>
    /// <param name="Journal">file of measurements; null for none</param>
    private sealed record Plan(
        string Arguments, int[] Threads, Workload[] Works, TimeSpan Budget, int? Rounds, TimeSpan TimeLimit, string? Journal);
}
