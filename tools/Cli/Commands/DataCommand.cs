using System.Collections.Concurrent;
using System.CommandLine;
using System.ComponentModel.DataAnnotations;
using IlgpuGan.Cli.Options;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Models.Data;
using IlgpuGan.Models.Data.Labels;
using IlgpuGan.Models.Families;
using IlgpuGan.Tensors;

namespace IlgpuGan.Cli.Commands;

/// <summary>What <c>data combine</c> is asked for.</summary>
internal sealed record CombineOptions
{
    [Option("Pictures of A.", Values = "DIR"), Required]
    public string A { get; init; } = "";

    [Option("Pictures of B, of the same names.", Values = "DIR"), Required]
    public string B { get; init; } = "";

    [Option("Output folder of the pairs.", Values = "DIR"), Required]
    public string Out { get; init; } = "";
}

/// <summary>What <c>data split</c> is asked for.</summary>
internal sealed record SplitOptions
{
    [Option("Pictures to divide.", Values = "DIR"), Required]
    public string Data { get; init; } = "";

    [Option("Output folder of train, val and test.", Values = "DIR"), Required]
    public string Out { get; init; } = "";

    [Option("Share of the pictures for validation.", Least = 0, Most = 1)]
    public double Val { get; init; } = 0.1;

    [Option("Share of the pictures for testing.", Least = 0, Most = 1)]
    public double Test { get; init; } = 0.1;

    [Option("Seed of the split.")]
    public ulong Seed { get; init; } = 1;
}

/// <summary>What <c>data synth</c> is asked for.</summary>
internal sealed record SynthOptions
{
    [Option("Output folder of train and val.", Values = "DIR"), Required]
    public string Out { get; init; } = "";

    [Option("What is drawn.")]
    public string Kind { get; init; } = "";

    [Option("Training samples: pairs, pictures or points.", Least = 1, Most = 1_000_000)]
    public int Count { get; init; } = 200;

    [Option("Held-out samples.", Least = 0, Most = 1_000_000)]
    public int Val { get; init; } = 20;

    [Option("Side in pixels.", Least = 16, Most = 8192)]
    public int? Size { get; init; }

    [Option("Seed of the samples.")]
    public ulong Seed { get; init; } = 1;

    [Option(
        "Of facades, write the numbers of classes (train_label), pictures (train_img) and instances (train_inst) separately instead of " +
            "pairs.")]
    public bool Labels { get; init; }
}

/// <summary>What <c>data check</c> is asked for.</summary>
internal sealed record CheckOptions
{
    [Option("A folder of pictures, including its subfolders; or one picture to train on.", Values = "DIR"), Required, Positional]
    public string Dir { get; init; } = "";
}

/// <summary><c>data combine|split|synth|check</c>: builds data sets from folders of pictures, draws synthetic ones, checks them.</summary>
internal static class DataCommand
{
    public static Command Create() => new("data", "Makes and checks data sets.") { Combine(), Split(), Synth(), Check() };

    private static Command Combine() => Verb.Of<CombineOptions>(
        "combine", "Joins pictures of the same name in two folders to pairs: A left, B right.",
        (asked, screen) => Finish(screen, "pair", PairBuilder.Combine(asked.A, asked.B, asked.Out)));

    private static Command Split() => Verb.Of<SplitOptions>(
        "split",
        "Splits a folder of pictures randomly into train, val and test. What belongs together goes to the same part: pictures of the " +
            "same name in folders A and B, or label, img and inst, and a picture with its embedding. Each part has the rows of its " +
            "pictures in attributes.csv.",
        (asked, screen) => asked.Val + asked.Test >= 1
            ? throw new UsageException(Invariant.Text($"--val {asked.Val} and --test {asked.Test} leave nothing to train on"))
            : Finish(screen, "picture", SplitBuilder.Split(asked.Data, asked.Out, asked.Val, asked.Test, asked.Seed)));

    private static Command Synth()
    {
        var sides = DrawnData.Kinds.GroupBy(k => k.DefaultSide).OrderByDescending(g => g.Key)
            .Select(g => $"{g.Key} for {string.Join(", ", g.Select(k => k.Name))}");
        return Verb.Of<SynthOptions>(
            "synth",
            "Draws a synthetic data set, with its hidden variables as CSV. " +
                $"{string.Join(". ", DrawnData.Kinds.Select(k => $"{k.Name}: {k.Summary}"))}.",
            Draw,
            new()
            {
                [nameof(SynthOptions.Kind)] = OptionValues.FirstOf([.. DrawnData.Kinds.Select(k => k.Name)]),
                [nameof(SynthOptions.Size)] = new(Help: $"Side in pixels (default {string.Join(", ", sides)})."),
            });

        static int Draw(SynthOptions asked, Screen screen)
        {
            var drawn = DrawnData.Kinds.Single(k => k.Name == asked.Kind);
            var (folder, trained, kept, side) = (asked.Out, asked.Count, asked.Val, asked.Size ?? drawn.DefaultSide);
            if (asked.Labels && !drawn.HasLabelMaps)
            {
                throw new UsageException($"--labels does not fit --kind {drawn.Name}: only facades have maps of classes");
            }

            DrawnFolder.Draw(folder, place =>
            {
                Write(place, "train", 0, trained);
                if (kept > 0)
                {
                    Write(place, "val", trained, kept);
                }
            });

            void Write(string place, string split, int first, int samples)
            {
                if (asked.Labels)
                {
                    new SyntheticFacades(samples, side, asked.Seed, first: (uint)first).WriteLabelsTo(place, split);
                }
                else
                {
                    drawn.Write(place, split, first, samples, side, asked.Seed);
                }
            }

            screen.Result(
                new { folder, train = trained, val = kept, size = side },
                $"{folder}: {Counted.Of(trained, drawn.Unit)} in train, {kept} in val, {drawn.Describe(side)}");
            return ExitCode.Done;
        }
    }

    private static Command Check() => Verb.Shared<CheckOptions>(
        "check",
        "Decodes every picture and names those that can't be used; says how training reads the folders: as classes, pairs, two sets " +
            "(trainA, trainB), label maps (train_label, train_img, train_inst), attributes.csv; and checks that they match. Names " +
            "files that are left out, and what of pictures is not read. A val or test without pictures is as if it were not there.",
        (asked, ranks, screen) =>
        {
            var heard = new ConcurrentDictionary<(string File, string Remark), bool>();
            using var listening = PictureRemarks.Listen((file, remark) => heard.TryAdd((file, remark), true));
            var report = FolderCheck.Run(asked.Dir, ranks);
            var labels = LabelCheck.Run(asked.Dir);
            IReadOnlyList<string> remarks =
                [.. PictureRemarks.Lines(heard.Keys.OrderBy(r => r.File, StringComparer.Ordinal))];
            IReadOnlyList<string> problems = [.. report.Problems, .. (labels?.Problems ?? []).Except(report.Problems)];
            screen.Result(
                new { folder = asked.Dir, pictures = report.Pictures, points = report.Points, layout = report.Layout,
                    labels = labels?.Lines, remarks, problems },
                [.. problems, .. remarks, .. report.Layout, .. labels?.Lines ?? [], $"{Found(report)}, " +
                    $"{Usable(report, problems.Count)}{(report.Sizes.Count > 0 ? $"; sizes: {string.Join(", ", report.Sizes)}" : "")}"]);
            return problems.Count == 0 ? ExitCode.Done : ExitCode.Failed;
        });

    private static int Finish(Screen screen, string what, BuildOutcome outcome)
    {
        foreach (var problem in outcome.Problems)
        {
            screen.Complain(problem);
        }

        screen.Result(
            new { folder = outcome.Folder, counts = outcome.Counts, problems = outcome.Problems },
            $"{outcome.Folder}: {string.Join(", ", outcome.Counts.Select(Part))}");
        return outcome.Problems.Count == 0 ? ExitCode.Done : ExitCode.Failed;

        string Part(KeyValuePair<string, int> part) => Counted.Of(part.Value, what) + (part.Key == outcome.Folder ? "" : $" in {part.Key}");
    }

    private static string Found(FolderReport report) => (report.Pictures, report.Points) switch
    {
        (_, 0) => Counted.Of(report.Pictures, "picture"),
        (0, _) => $"{Counted.Of(report.Points, "file")} of points and labels",
        _ => $"{Counted.Of(report.Pictures, "picture")}, {Counted.Of(report.Points, "file")} of points and labels",
    };

    private static string Usable(FolderReport report, int problems) => problems == 0 ? "all usable"
        : report.Damaged > 0 ? $"{report.Damaged} unusable"
        : $"all decoded, but {Counted.Of(problems, "problem")} for a training";
}
