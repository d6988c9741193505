using System.CommandLine;
using System.ComponentModel.DataAnnotations;
using IlgpuGan.Claims;
using IlgpuGan.Cli.Options;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Cli.Commands;

/// <summary>What <c>experiment run</c> is asked for.</summary>
internal sealed record ExperimentOptions : ThreadedDeviceOptions
{
    /// <summary>Results of the claims in a checkout, relative to its root.</summary>
    public const string Committed = "models/Claims/results";

    [Option("A claim of 'experiment list', or 'all', which takes hours and writes summary.md.", Values = "NAME"), Required, Positional]
    public string Name { get; init; } = "";

    [Option(
        "Output folder of runs and tables; an interrupted experiment there is resumed (default experiments/NAME).", Values = "DIR")]
    public string? Out { get; init; }

    [Option("Number of seeds with which each variant is trained (default the claim's own).", Least = 1, Most = 1000)]
    public int? Seeds { get; init; }

    [Option("Pictures for a claim that draws none: pairs in DIR/train and DIR/val.", Values = "DIR")]
    public string? Data { get; init; }

    [Option("Training steps of each variant (default the claim's own).", Least = 1)]
    public int? Steps { get; init; }

    [Option("The first seed (default the claim's own).")]
    public ulong? Seed { get; init; }

    [Option(
        "Folder of the results NAME.json, .md, .csv and .png. They are written after each seed, and the experiment resumes from them, " +
            $"whatever is in --out (default {Committed} if that folder exists and --steps is not given, otherwise tables in --out alone).",
        Values = "DIR")]
    public string? Results { get; init; }
}

/// <summary><c>experiment list</c> and <c>experiment run NAME</c>.</summary>
internal static class ExperimentCommand
{
    public static Command Create() =>
        new("experiment", "Tests claims of the papers at small scale: trains variants and compares them.") { List(), RunOne() };

    private static Command List()
    {
        var command = new Command("list", "Lists the claims, by the names of their families.");
        command.SetAction(parsed => Screen.Of(parsed)
            .Result(ClaimCatalogue.All.Select(c => new { name = c.Name, question = c.Sentence, arms = c.Variants.Select(v => v.Name),
                steps = c.Steps, seeds = c.Seeds, drawsData = c.Data is not null, source = c.Source }),
            [
                .. ClaimCatalogue.All.Select(c => $"{c.Name,-18} {c.Sentence}\n                   " +
                    $"{string.Join(", ", c.Variants.Select(v => v.Name))}; {c.Source}"),
            ]));
        return command;
    }

    private static Command RunOne()
    {
        var (command, options) = (
            new Command("run", "Trains and evaluates the variants with several seeds, and prints the claim's verdict."),
            new RecordOptions<ExperimentOptions>());
        options.AddTo(command);
        command.SetAction((parsed, cancellation) => Task.FromResult(RankedWork.Run(parsed, (ranks, screen) =>
        {
            var asked = options.Of(parsed);
            var wanted = asked.Name;
            var folder = asked.Out ?? Path.Combine("experiments", wanted);
            var claim = wanted == ClaimSeries.Name ? null : Usage.Of(() => ClaimCatalogue.Find(wanted));
            var settings = new ClaimSettings
            {
                Output = folder,
                Results = asked.Results
                    ?? (asked.Steps is null && Directory.Exists(ExperimentOptions.Committed)
                        ? Path.GetFullPath(ExperimentOptions.Committed) : null),
                Data = claim is { Data: not null } && !options[nameof(asked.Data)].Any(parsed.IsTyped) ? null : asked.Data,
                Seeds = asked.Seeds,
                Seed = asked.Seed,
                Steps = asked.Steps,
            };
            using var on = ranks.OpenDevice(asked.Device, asked.Threads);
            TrainingOutcome Train(TrainingRun run, CancellationToken stop) =>
                TrainingDisplay.During(run, screen, display => run.Train(display, stop));
            ClaimRunner Start(Claim tested, ClaimSettings own) => new(tested, own, on) { Ranks = ranks, Say = screen.Say, Train = Train };
            if (claim is null)
            {
                var series = new ClaimSeries(settings, Start);
                return Finish(
                    ranks, screen, folder,
                    Usage.Of(() => series.Run(cancellation)) is { } entries ? ClaimSeries.PageOf(entries) : null,
                    Path.Combine(folder, ClaimSeries.JsonName), Path.Combine(folder, ClaimSeries.MarkdownName));
            }

            var runner = Usage.Of(() => Start(claim, settings));
            return Finish(
                ranks, screen, folder, Usage.Of(() => runner.Run(cancellation))?.ToMarkdown(), runner.Files.Json, runner.Files.Markdown);
        })));
        return command;
    }

    /// <summary>Prints the result; only the first process has written the files.</summary>
    /// <param name="page">the Markdown page; null if the experiment was stopped</param>
    /// <param name="json">file of the figures</param>
    /// <param name="markdown">file of the page</param>
    private static int Finish(IRanks ranks, Screen screen, string folder, string? page, string json, string markdown)
    {
        if (page is null)
        {
            screen.Say($"Stopped; everything is saved in {folder}. The same command resumes it.");
            return ExitCode.Interrupted;
        }

        if (ranks.Leads() && screen.Json)
        {
            screen.Output.Write(Disk.ReadText(json));
        }
        else if (ranks.Leads())
        {
            screen.Say("");
            screen.Say(page);
            screen.Say($"wrote {markdown}");
        }

        return ExitCode.Done;
    }
}
