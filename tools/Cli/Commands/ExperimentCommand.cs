using System.CommandLine;
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

/// <summary><c>experiment list</c> and <c>experiment run NAME</c>.</summary>
internal static class ExperimentCommand
{
    /// <summary>Results of the claims in a checkout, relative to its root.</summary>
    private const string Committed = "models/Claims/results";

    public static Command Create() =>
        new("experiment", "Tests claims of the papers at small scale: trains variants and compares them.") { List(), RunOne() };

    private static Command List()
    {
        var command = new Command("list", "Lists the claims, by the names of their families.");
        command.SetAction(parsed => Screen.Of(parsed)
            .Result(ClaimCatalogue.All.Select(c => new { name = c.Name, question = c.Sentence, arms = c.Variants.Select(v => v.Name),
                steps = c.Steps, seeds = c.Seeds, drawsData = c.DrawData is not null, source = c.Source }),
            [
                .. ClaimCatalogue.All.Select(c => $"{c.Name,-18} {c.Sentence}\n                   " +
                    $"{string.Join(", ", c.Variants.Select(v => v.Name))}; {c.Source}"),
            ]));
        return command;
    }

    private static Command RunOne()
    {
        var name = new Argument<string>(
            "NAME") { Description = "A claim of 'experiment list', or 'all', which takes hours and writes summary.md." };
        var output = Plain.Text(
            "--out", "Output folder of runs and tables; an interrupted experiment there is resumed (default experiments/NAME).", "DIR");
        var seeds = Number.Whole(
            "--seeds", "Number of seeds with which each variant is trained (default the claim's own).", least: 1, most: 1000);
        var data = Plain.Text("--data", "Pictures for a claim that draws none: pairs in DIR/train and DIR/val.", "DIR");
        var steps = Number.Whole("--steps", "Training steps of each variant (default the claim's own).");
        var seed = Choice.Parsed<ulong?>(
            "--seed", "The first seed (default the claim's own).", "N", text => OptionText.SeedOf("--seed", text));
        var results = new Option<string>("--results")
        {
            Description = "Folder of the results NAME.json, .md, .csv and .png. They are written after each seed, and the experiment " +
                $"resumes from them, whatever is in --out (default {Committed} if that folder exists and --steps is not given, otherwise " +
                "tables in --out alone).",
            HelpName = "DIR",
        };
        var device = DeviceOptions.Device();
        var threads = DeviceOptions.Threads();
        var command = new Command("run", "Trains and evaluates the variants with several seeds, and prints the claim's verdict.")
        {
            name, output, seeds, data, steps, seed, results, device, threads,
        };
        command.SetAction((parsed, cancellation) => Task.FromResult(RankedWork.Run(parsed, (ranks, screen) =>
        {
            var wanted = parsed.GetRequiredValue(name);
            var folder = parsed.GetValue(output) ?? Path.Combine("experiments", wanted);
            var claim = wanted == ClaimSeries.Name ? null : Usage.Of(() => ClaimCatalogue.Find(wanted));
            var settings = new ClaimSettings
            {
                Output = folder,
                Results = parsed.GetValue(results)
                    ?? (parsed.GetValue(steps) is null && Directory.Exists(Committed) ? Path.GetFullPath(Committed) : null),
                Data = claim is { DrawData: not null } && !parsed.IsTyped(data) ? null : parsed.GetValue(data),
                Seeds = parsed.GetValue(seeds),
                Seed = parsed.GetValue(seed),
                Steps = parsed.GetValue(steps),
            };
            using var on = ranks.OpenDevice(parsed.GetRequiredValue(device), parsed.GetValue(threads));
            TrainingOutcome Train(TrainingRun run, CancellationToken stop) =>
                TrainingDisplay.During(run, screen, display => run.Train(display, stop));
            if (claim is null)
            {
                var series = new ClaimSeries(settings, on) { Ranks = ranks, Say = screen.Say, Train = Train };
                return Finish(
                    ranks, screen, folder,
                    Usage.Of(() => series.Run(cancellation)) is { } entries ? ClaimSeries.PageOf(entries) : null,
                    Path.Combine(folder, ClaimSeries.JsonName), Path.Combine(folder, ClaimSeries.MarkdownName));
            }

            var runner = Usage.Of(() => new ClaimRunner(claim, settings, on) { Ranks = ranks, Say = screen.Say, Train = Train });
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

        if (!ranks.Leads())
        {
            return ExitCode.Done;
        }

        if (screen.Json)
        {
            screen.Output.Write(Disk.ReadText(json));
            return ExitCode.Done;
        }

        screen.Say("");
        screen.Say(page);
        screen.Say($"wrote {markdown}");
        return ExitCode.Done;
    }
}
