using System.CommandLine;
using IlgpuGan.Cli.Options;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Models.Data;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Measuring;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Cli.Commands;

/// <summary>The answers that <c>new</c> gets as options; null where the user is asked.</summary>
internal sealed record NewOptions : DeviceOptions
{
    [Option("Kind of the training data.")]
    public string? Have { get; init; }

    [Option("The data set: a folder, or the file of a single picture.", Values = "DIR")]
    public string? Data { get; init; }

    [Option("Direction of the translation.")]
    public string? Way { get; init; }

    [Option("Side in pixels of what the networks see.")]
    public string? Size { get; init; }

    [Option("Time limit of the training: 45m, 2h, 1d.", Values = "TIME")]
    public TimeSpan? Time { get; init; }

    [Option("Folder of the run (default runs/ and the data's name).", Values = "RUN")]
    public string? Out { get; init; }
}

/// <summary><c>new</c>: asks five questions, times a few steps, and writes down the training command with its time and memory.</summary>
internal static class NewCommand
{
    private const string Pairs = "pairs";
    private const string TwoSets = "two-sets";
    private const string OnePicture = "one-picture";
    private const string Pictures = "pictures";
    private const string Both = "both";
    private const string OneWay = "atob";
    private const string OtherWay = "btoa";

    private static readonly (string Word, string Meaning)[] s_materials =
    [
        (Pairs, "pairs of input and target: side by side in train/, or under equal names in trainA/ and trainB/"),
        (TwoSets, "two unpaired sets, in trainA/ and trainB/"),
        (OnePicture, "a single picture, to generate variations of"),
        (Pictures, "many pictures, to generate others like them"),
    ];

    private static readonly (string Word, string Meaning)[] s_ways =
    [
        (OneWay, "from A (left) to B (right)"),
        (OtherWay, "from B to A"),
    ];

    private static readonly string[] s_sides = ["128", "256", "64", "32", "512"];

    public static Command Create() => Verb.Stoppable<NewOptions>(
        "new", "Asks about your data and goal, times a few steps, and writes down the training command with its time and memory.", Run,
        new()
        {
            [nameof(NewOptions.Have)] = OptionValues.OneOf([.. s_materials.Select(m => m.Word)]),
            [nameof(NewOptions.Way)] = OptionValues.OneOf(OneWay, OtherWay, Both),
            [nameof(NewOptions.Size)] = OptionValues.OneOf(s_sides),
            [nameof(NewOptions.Time)] = new((_, text) => Durations.Parse(text)),
        });

    private static int Run(NewOptions answers, Screen screen, CancellationToken cancellation)
    {
        if (answers.Out is { } run && new RunDirectory(run).HoldsTraining)
        {
            throw new UsageException($"{run}: holds a run already; choose another --out");
        }

        var goal = Ask(new Questions(Console.In, screen.Error), answers);
        var family = FamilyFor(goal.Have, goal.Way);
        using var device = Device.Open(answers.Device);
        device.Announce = screen.Announce;
        screen.Say($"Trying {family.Info.Title} on {device.Name} ({device.Description}) …");
        var plan = Usage.Of(() => TrainingPlan.Make(
            family, goal.Side, goal.Limit, device,
            options => WithDirection(options, goal.Way) with { Data = goal.Data, Device = answers.Device }, cancellation));

        string[] words = ["train", family.Info.Name, "--data", goal.Data, "--out", goal.Out, .. ArgumentsFor(plan.Options, family)];
        var command = ShellWord.Line(["ilgpugan", .. words]);
        List<string> text =
        [
            .. Summary(family, plan, goal.Limit, device).SelectMany(line => WordWrap.Lines(line)),
            "", "Train:", "", $"    {command}",
            "", "Then:", "", .. NextCommands(family, plan.Options, goal.Out).Select(line => $"    {line}"),
        ];
        var file = FreePlan(goal.Out);
        var failures = new List<string>();
        ResultFile.TryWrite(
            () =>
            {
                OutputPath.MakeFolderOf(file);
                AtomicFile.WriteText(file, string.Join('\n', [$"# {Path.GetFileName(goal.Out)}", "", .. text]) + "\n");
            },
            failures);
        screen.Result(
            new
            {
                family = family.Info.Name,
                command,
                words,
                plan = failures.Count == 0 ? file : null,
                steps = plan.Steps,
                seconds = Math.Round(plan.Time.TotalSeconds, 3),
                fits = plan.Time <= goal.Limit,
                peak_rss_mb = plan.Probe.PeakMegabytes,
                device_mb = plan.Probe.DeviceMegabytes,
                doubt = plan.Probe.DataWarning,
            },
            [.. text, .. failures.Count == 0 ? ["", $"All this is in {file}."] : (string[])[]]);
        return screen.Ended(failures);
    }

    /// <summary>Asks for what was not typed. The data are opened before the other questions, whose answers do not matter to it.</summary>
    private static Goal Ask(Questions questions, NewOptions answers)
    {
        var have = answers.Have ?? questions.Choose("What data do you have", s_materials);
        RequireFitting(answers.Way, have);
        var reader = FamilyFor(have, answers.Way);
        if (answers.Data is { } typed)
        {
            RequireReadable(reader, typed);
        }

        var data = answers.Data ?? questions.Ask("Where is it", null, text =>
        {
            try
            {
                RequireReadable(reader, text);
                return text;
            }
            catch (PictureException problem)
            {
                throw new FormatException(problem.Message, problem);
            }
        });
        var way = have is OnePicture or Pictures ? null // Nothing is translated.
            : answers.Way ?? questions.Choose("Which way", have == Pairs ? s_ways : [(Both, "both ways"), .. s_ways]);
        var side = answers.Size ?? questions.Ask("How big, in pixels", s_sides[0], text => s_sides.Contains(text)
            ? text
            : throw new FormatException($"It can be {string.Join(", ", s_sides)}."));
        var limit = answers.Time ?? questions.Ask("How long may the training take", "2h", Durations.Parse);
        var run = answers.Out ?? FreeRun("runs", RunDirectory.NameOf(data));
        return new Goal(have, data, way, int.Parse(side, CultureInfo.InvariantCulture), limit, run);
    }

    /// <exception cref="PictureException">a family can't read the data</exception>
    private static void RequireReadable(Family reader, string data)
    {
        var options = reader.Defaults() with { Data = data };
        _ = RunData.Open(Path.Exists(data) ? reader.Completed(options) : options);
    }

    /// <summary>A folder for a run: FOLDER/NAME, or the first of FOLDER/NAME-2, … that holds no run.</summary>
    internal static string FreeRun(string folder, string name) => Enumerable.Range(1, int.MaxValue)
        .Select(number => Path.Combine(folder, number == 1 ? name : $"{name}-{number}")).First(run => !new RunDirectory(run).HoldsTraining);

    /// <summary>The file of a run's plan: RUN.plan.md, or the first of RUN.plan-2.md, … that is not there. A plan may hold notes.</summary>
    internal static string FreePlan(string run) => Enumerable.Range(1, int.MaxValue)
        .Select(number => $"{Path.TrimEndingDirectorySeparator(run)}.plan{(number == 1 ? "" : $"-{number}")}.md")
        .First(file => !File.Exists(file));

    /// <exception cref="UsageException">the direction does not fit the data</exception>
    private static void RequireFitting(string? way, string have)
    {
        if (have is OnePicture or Pictures && way is not null)
        {
            throw new UsageException($"--way {way}: with --have {have} nothing is translated");
        }

        if (have == Pairs && way == Both)
        {
            throw new UsageException("--way both: with pairs one direction is trained at a time");
        }
    }

    /// <summary>The family that is recommended for the data. For data of one kind all read it alike, whatever the direction.</summary>
    private static Family FamilyFor(string have, string? way)
    {
        var situation = have switch
        {
            Pairs => DataSituation.Pairs,
            TwoSets => way == Both ? DataSituation.TwoSets : DataSituation.TwoSetsOneWay,
            OnePicture => DataSituation.OnePicture,
            _ => DataSituation.Pictures,
        };
        return FamilyCatalog.All.First(f => f.Info.FirstChoiceFor == situation);
    }

    private static TrainingOptions WithDirection(TrainingOptions options, string? way) =>
        way == OtherWay && options is PictureOptions pictures ? pictures with { Direction = Direction.BToA } : options;

    /// <summary>Command-line arguments for the options that differ from the family's defaults.</summary>
    private static IEnumerable<string> ArgumentsFor(TrainingOptions options, Family family)
    {
        if (options.Preset != TrainingOptions.ReferencePreset)
        {
            yield return "--preset";
            yield return options.Preset;
        }

        var defaults = family.Defaults(options.Preset);
        foreach (var option in OptionDescription.Of(options.GetType()).Where(o => o.Attribute is { FromData: false }))
        {
            var value = option.Get(options);
            if (Equals(value, option.Get(defaults)))
            {
                continue;
            }

            yield return value is false ? $"--no-{option.Name}" : $"--{option.Name}";
            if (value is not bool)
            {
                yield return OptionsJson.TextOf(value);
            }
        }
    }

    private static IEnumerable<string> Summary(Family family, TrainingPlan plan, TimeSpan limit, Device device)
    {
        yield return $"{family.Info.Title}: {family.Info.Summary}";
        yield return $"Data: {family.Info.Data}.";
        if (plan.Probe.DataWarning is { } warning)
        {
            yield return $"Warning: {warning}.";
        }

        yield return $"{plan.Steps} steps of {plan.Probe.MeanSecondsPerStep:0.000} s each on {device.Name} ({device.Description}): about " +
            Durations.Rough(plan.Time) + (plan.IsWhole ? "." : $"; the published configuration takes {plan.Probe.Steps}.");
        yield return plan.Probe.MemoryText;
        if (plan.Time > limit)
        {
            yield return $"That is more than {Durations.Rough(limit)}, and there is no shorter configuration: use a smaller size.";
        }
    }

    private static IEnumerable<string> NextCommands(Family family, TrainingOptions options, string run)
    {
        yield return family.Generation(options) is null
            ? ShellWord.Line("ilgpugan", "translate", "--model", run, "--input", "PICTURES", "--out", "ANSWERS")
            : ShellWord.Line("ilgpugan", "generate", "--model", run, "--count", "16", "--out", "PICTURES");
        yield return ShellWord.Line("ilgpugan", "serve", "--model", run);
    }

    /// <summary>What is to be trained: the answers of both kinds.</summary>
    /// <param name="Way">null where nothing is translated</param>
    private sealed record Goal(string Have, string Data, string? Way, int Side, TimeSpan Limit, string Out);
}
