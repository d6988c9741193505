using System.Collections.Concurrent;
using System.CommandLine;
using IlgpuGan.Cli.Options;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Models.Data;
using IlgpuGan.Models.Data.Labels;
using IlgpuGan.Tensors;

namespace IlgpuGan.Cli.Commands;

/// <summary><c>data combine|split|synth|check</c>: builds data sets from folders of pictures, draws synthetic ones, checks them.</summary>
internal static class DataCommand
{
    public static Command Create() => new("data", "Makes and checks data sets.") { Combine(), Split(), Synth(), Check() };

    private static Command Combine()
    {
        var (a, b, output) =
            (
                Folder("--a", "Pictures of A."), Folder("--b", "Pictures of B, of the same names."),
                Folder("--out", "Output folder of the pairs."));
        var command = new Command("combine", "Joins pictures of the same name in two folders to pairs: A left, B right.") { a, b, output };
        command.SetAction(parsed => Finish(
            Screen.Of(parsed), "pair",
            PairBuilder.Combine(parsed.GetRequiredValue(a), parsed.GetRequiredValue(b), parsed.GetRequiredValue(output))));
        return command;
    }

    private static Command Split()
    {
        var (data, output) = (Folder("--data", "Pictures to divide."), Folder("--out", "Output folder of train, val and test."));
        var val = Number.Real("--val", "Share of the pictures for validation.", value: 0.1, least: 0, most: 1);
        var test = Number.Real("--test", "Share of the pictures for testing.", value: 0.1, least: 0, most: 1);
        var seed = Number.Seed("Seed of the split.");
        var command = new Command(
            "split",
            "Splits a folder of pictures randomly into train, val and test. What belongs together goes to the same part: pictures of the " +
                "same name in folders A and B, or label, img and inst, and a picture with its embedding. Each part has the rows of its " +
                "pictures in attributes.csv.") { data, output, val, test, seed };
        command.SetAction(parsed =>
        {
            var (v, t) = (parsed.GetValue(val), parsed.GetValue(test));
            if (v + t >= 1)
            {
                throw new UsageException(
                    Invariant.Text($"--val {v} and --test {t} leave nothing to train on"));
            }

            return Finish(
                Screen.Of(parsed), "picture",
                SplitBuilder.Split(parsed.GetRequiredValue(data), parsed.GetRequiredValue(output), v, t, parsed.GetValue(seed)));
        });
        return command;
    }

    private static Command Synth()
    {
        var output = Folder("--out", "Output folder of train and val.");
        var kind = Choice.OneOf("--kind", "What is drawn.", [.. DrawnData.Kinds.Select(k => k.Name)]);
        var count = Number.Whole("--count", "Training samples: pairs, pictures or points.", value: 200, least: 1, most: 1_000_000);
        var held = Number.Whole("--val", "Held-out samples.", value: 20, least: 0, most: 1_000_000);
        var sides = DrawnData.Kinds.GroupBy(k => k.DefaultSide).OrderByDescending(g => g.Key)
            .Select(g => $"{g.Key} for {string.Join(", ", g.Select(k => k.Name))}");
        var size = Number.Whole("--size", $"Side in pixels (default {string.Join(", ", sides)}).", least: 16, most: 8192);
        var seed = Number.Seed("Seed of the samples.");
        var labels = Plain.Flag(
            "--labels", "Of facades, write the numbers of classes (train_label), pictures (train_img) and instances (train_inst) " +
                "separately instead of pairs.");
        var command = new Command(
            "synth",
            "Draws a synthetic data set, with its hidden variables as CSV. " +
                $"{string.Join(". ", DrawnData.Kinds.Select(k => $"{k.Name}: {k.Summary}"))}.") { output,
            kind, count, held, size, seed, labels };
        command.SetAction(parsed =>
        {
            var drawn = DrawnData.Kinds.Single(k => k.Name == parsed.GetRequiredValue(kind));
            var (folder, trained, kept, side) = (
                parsed.GetRequiredValue(output), parsed.GetValue(count), parsed.GetValue(held), parsed.GetValue(size) ?? drawn.DefaultSide);
            if (parsed.GetValue(labels) && !drawn.HasLabelMaps)
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
                if (parsed.GetValue(labels))
                {
                    new SyntheticFacades(samples, side, parsed.GetValue(seed), first: (uint)first).WriteLabelsTo(place, split);
                }
                else
                {
                    drawn.Write(place, split, first, samples, side, parsed.GetValue(seed));
                }
            }

            Screen.Of(parsed).Result(
                new { folder, train = trained, val = kept, size = side },
                $"{folder}: {Counted.Of(trained, drawn.Unit)} in train, {kept} in val, {drawn.Describe(side)}");
            return ExitCode.Done;
        });
        return command;
    }

    private static Command Check()
    {
        var data =
            new Argument<string>("DIR") { Description = "A folder of pictures, including its subfolders; or one picture to train on." };
        var command = new Command(
            "check",
            "Decodes every picture and names those that can't be used; says how training reads the folders: as classes, pairs, two sets " +
                "(trainA, trainB), label maps (train_label, train_img, train_inst), attributes.csv; and checks that they match. Names " +
                "files that are left out, and what of pictures is not read. A val or test without pictures is as if it were not " +
                "there.") { data };
        command.SetAction(parsed => RankedWork.Run(parsed, (ranks, screen) =>
        {
            var heard = new ConcurrentDictionary<(string File, string Remark), bool>();
            using var listening = PictureRemarks.Listen((file, remark) => heard.TryAdd((file, remark), true));
            var report = FolderCheck.Run(parsed.GetRequiredValue(data), ranks);
            var labels = LabelCheck.Run(parsed.GetRequiredValue(data));
            IReadOnlyList<string> remarks =
                [.. PictureRemarks.Lines(heard.Keys.OrderBy(r => r.File, StringComparer.Ordinal))];
            IReadOnlyList<string> problems = [.. report.Problems, .. (labels?.Problems ?? []).Except(report.Problems)];
            screen.Result(
                new { folder = parsed.GetRequiredValue(data), pictures = report.Pictures, points = report.Points, layout = report.Layout,
                    labels = labels?.Lines, remarks, problems },
                [.. problems, .. remarks, .. report.Layout, .. labels?.Lines ?? [], $"{Found(report)}, " +
                    $"{Usable(report, problems.Count)}{(report.Sizes.Count > 0 ? $"; sizes: {string.Join(", ", report.Sizes)}" : "")}"]);
            return problems.Count == 0 ? ExitCode.Done : ExitCode.Failed;
        }));
        return command;
    }

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

    private static Option<string> Folder(string name, string description) => Plain.Text(name, description, "DIR", required: true);
}
