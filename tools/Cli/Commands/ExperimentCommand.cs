using System.CommandLine;
using IlgpuGan.Cli.Options;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Models.Data;
using IlgpuGan.Models.Experiments;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Cli.Commands;

/// <summary><c>experiment list</c> and <c>experiment run NAME</c>.</summary>
internal static class ExperimentCommand
{
    /// <summary>Results of the claims in a checkout, relative to its root.</summary>
    private const string Committed = "models/Experiments/results";

    public static Command Create() =>
        new("experiment", "Tests claims of the papers at small scale: trains variants and compares them.") { List(), RunOne() };

    private static Command List()
    {
        var command = new Command("list", "Lists the experiments: claims by the name of their family, and tables of papers.");
        command.SetAction(parsed => Screen.Of(parsed)
            .Result(Claims.Select(f => new { name = f.Info.Name, question = f.Claim!.Sentence, arms = f.Claim.Variants.Select(v => v.Name),
                steps = f.Claim.Steps, sources = (IEnumerable<string>)[f.Claim.Source] })
                .Concat(ExperimentCatalogue.All.Select(e => new { name = e.Name, question = e.Question, arms = e.Arms.Select(a => a.Name),
                    steps = e.Steps, sources = e.Published.Select(p => p.Source) })),
            [
                "Claims:",
                .. Claims.Select(f => $"{f.Info.Name,-11} {f.Claim!.Sentence}\n            " +
                    $"{string.Join(", ", f.Claim.Variants.Select(v => v.Name))}; {f.Claim.Source}"),
                "Tables:",
                .. ExperimentCatalogue.All.Select(e => $"{e.Name,-11} {e.Question}\n            " +
                    $"{string.Join(", ", e.Arms.Select(a => a.Name))}; {string.Join(", ", e.Published.Select(p => p.Source))}"),
            ]));
        return command;
    }

    private static IEnumerable<IFamily> Claims => FamilyCatalog.All.Where(f => f.Claim is not null);

    private static Command RunOne()
    {
        var name = new Argument<string>("NAME") { Description = "One of 'experiment list', or 'all': hours, page summary.md." };
        var output = new Option<string>(
            "--out") { Description =
                "Output folder of runs and tables; an interrupted experiment there is resumed (default experiments/NAME).",
            HelpName = "DIR" };
        var seeds = Number.Whole(
            "--seeds", "For a claim: number of seeds with which each variant is trained.", value: 5, least: 1, most: 1000);
        var data = new Option<string>(
            "--data") { Description = "For a table: pairs with label maps (default: synthetic facades).", HelpName = "DIR" };
        var direction = Choice.Of<Direction>(
            "--direction", "For a table: direction from label maps to photographs, AtoB if the maps are on the left (default AtoB).");
        var size = Number.Whole("--size", "For a table: side of the pictures in pixels, a power of two.", value: 64, least: 1);
        var steps = Number.Whole("--steps", "Training steps of each variant (default the experiment's own).");
        var seed = Number.Seed("Seed of all random numbers; for a claim the first one.");
        var results = new Option<string>("--results")
        {
            Description = "For a claim: folder of the results NAME.json, .md, .csv and .png, which are written after each seed and from " +
                $"which the experiment goes on, whatever there is in --out (default {Committed} where there is such a folder and the " +
                "experiment has its own number of steps, otherwise tables in --out alone).",
            HelpName = "DIR",
        };
        var device = Compute.Device();
        var threads = Compute.Threads();
        var command =
            new Command("run", "Trains and evaluates the variants, and prints the claim's verdict, or a table beside the paper's.")
        {
            name, output, seeds, data, direction, size, steps, seed, results, device, threads,
        };
        command.SetAction((parsed, cancellation) => Task.FromResult(RankedWork.Run(parsed, (ranks, screen) =>
        {
            var wanted = parsed.GetRequiredValue(name);
            var folder = parsed.GetValue(output) ?? Path.Combine("experiments", wanted);
            var (family, all) = (FamilyCatalog.Find(wanted), wanted == ExperimentSeries.Name);
            Refuse(
                parsed, all ? [data, direction, size] : family is null ? [seeds, results] : [data, direction, size],
                $"{(all ? "a series" : family is null ? "a table" : "a claim")} like '{wanted}'");
            var experiment = family is null && !all ? Usage.Of(() => ExperimentCatalogue.Find(wanted)) : null;
            using var on = ranks.OpenDevice(parsed.GetRequiredValue(device), parsed.GetValue(threads));
            var claim = new ClaimSettings
            {
                Output = folder,
                Results = parsed.GetValue(results)
                    ?? (parsed.GetValue(steps) is null && Directory.Exists(Committed) ? Path.GetFullPath(Committed) : null),
                Seeds = parsed.GetValue(seeds),
                Seed = IsGiven(parsed, seed) ? parsed.GetValue(seed) : null,
                Steps = parsed.GetValue(steps),
            };
            TrainingOutcome Train(TrainingRun run, CancellationToken stop) => TrainingDisplay.Train(run, screen, stop);
            if (all)
            {
                var series = new ExperimentSeries(
                    claim, on) { Ranks = ranks, Say = screen.Say, Train = Train };
                return Finish(
                    ranks, screen, folder,
                    Usage.Of(() => series.Run(cancellation)) is { } entries ? ExperimentSeries.PageOf(entries) : null,
                    Path.Combine(folder, ExperimentSeries.JsonName), Path.Combine(folder, ExperimentSeries.MarkdownName));
            }

            if (family is not null)
            {
                var judge = Usage.Of(() => new ClaimRunner(
                    family, claim, on) { Ranks = ranks, Say = screen.Say, Train = Train });
                return Finish(
                    ranks, screen, folder, Usage.Of(() => judge.Run(cancellation))?.ToMarkdown(), judge.Files.Json, judge.Files.Markdown);
            }

            var settings = new ExperimentSettings
            {
                Output = folder,
                Data = parsed.GetValue(data),
                Direction = parsed.GetValue(direction),
                Size = parsed.GetValue(size),
                Steps = parsed.GetValue(steps),
                Seed = parsed.GetValue(seed),
            };
            var runner = new ExperimentRunner(
                experiment!, settings, on) { Ranks = ranks, Say = screen.Say, Train = Train };
            return Finish(
                ranks, screen, folder, Usage.Of(() => runner.Run(cancellation))?.ToMarkdown(),
                Path.Combine(folder, ExperimentRunner.JsonName), Path.Combine(folder, ExperimentRunner.MarkdownName));
        })));
        return command;
    }

    private static void Refuse(ParseResult parsed, IEnumerable<Option> options, string by)
    {
        if (options.FirstOrDefault(o => IsGiven(parsed, o)) is { } foreign)
        {
            throw new UsageException($"{foreign.Name} does not apply to {by}; see 'experiment run --help'");
        }
    }

    private static bool IsGiven(ParseResult parsed, Option option) => parsed.GetResult(option) is { Implicit: false };

    /// <param name="ranks">of which the first has written what is said here</param>
    /// <param name="screen">where to say it</param>
    /// <param name="folder">of the experiment</param>
    /// <param name="page">null if it was stopped</param>
    /// <param name="json">file of its numbers</param>
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
            screen.Output.Write(File.ReadAllText(json));
            return ExitCode.Done;
        }

        screen.Say("");
        screen.Say(page);
        screen.Say($"wrote {markdown}");
        return ExitCode.Done;
    }
}
