using System.CommandLine;
using System.ComponentModel.DataAnnotations;
using IlgpuGan.Cli.Options;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Models.Data;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Measuring;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Ranks;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Cli.Commands;

/// <summary>What <c>train FAMILY</c> is asked for.</summary>
internal sealed record StartOptions
{
    [Option("Folder of the data set.", Values = "DIR"), Required]
    public string Data { get; init; } = "";

    [Option("Output folder of the run: checkpoints, samples, log and report.", Values = "RUN"), Required]
    public string Out { get; init; } = "";

    [Option(
        "Start from the weights of a run, a checkpoint, a generator of the reference (.pth), or a folder of its networks " +
            "(latest_net_G.pth, latest_net_D.pth): fine-tuning.",
        Values = "FILE|DIR")]
    public string? InitFrom { get; init; }

    [Option("Network of the file of --init-from, by its name there: params_ema, generator_AB.", Values = "NAME"), Needs(nameof(InitFrom))]
    public string? Network { get; init; }

    [Option("Preset whose options are the defaults.")]
    public string Preset { get; init; } = "";

    [Option("Options in a JSON file, in the form of a run's options.json; the command line takes precedence.", Values = "FILE")]
    public string? Config { get; init; }

    [Option("Run a few steps, estimate the time and memory of the whole training, and write nothing.")]
    public bool Estimate { get; init; }

    [Option("Show each sample in the terminal as coloured blocks.")]
    public bool Preview { get; init; }
}

/// <summary>What <c>train --resume</c> is asked for.</summary>
internal sealed record ResumeOptions
{
    [Option(
        "Resume the run in this folder, bit for bit; no option needs to be repeated. If its latest checkpoint is damaged, one of the " +
            "others in its checkpoints.",
        Values = "RUN|FILE")]
    public string? Resume { get; init; }

    [Option("The data set, if it has moved.", Values = "DIR")]
    public string? Data { get; init; }

    [Option("Resume although pictures were added or removed; epochs are counted anew, and the result is another one.")]
    public bool ChangedData { get; init; }

    [Option("Show each sample in the terminal as coloured blocks.")]
    public bool Preview { get; init; }
}

/// <summary><c>train FAMILY --data DIR --out RUN</c> and <c>train --resume RUN</c>.</summary>
internal static class TrainCommand
{
    private const int FewSamples = 20;

    /// <summary>The splits to evaluate, the default of <c>evaluate</c> first; without held-out pictures those of the training.</summary>
    private static readonly string[] s_splits = ["val", "test", "train"];

    private const string Name = "train";
    private const string Description = "Trains a model on a folder of pictures, or resumes a run.";

    /// <summary>The command with one family's alone: each of the others has up to a hundred options to build.</summary>
    public static Command For(Family family) => new(Name, Description) { FamilyCommand(family) };

    /// <summary>Why a family's command has no such option: others have it. Null for other commands and words.</summary>
    public static string? RefusalOf(string word, Command command) =>
        command.Parents.Any(p => p.Name == Name) ? TrainingOptionSet.RefusalOf(word, command.Name) : null;

    public static Command Create()
    {
        var train = new Command(Name, Description);
        foreach (var family in FamilyCatalog.All)
        {
            train.Add(FamilyCommand(family));
        }

        var (own, options) = (new RecordOptions<ResumeOptions>(), new TrainingOptionSet());
        own.AddTo(train);
        options.AddTo(train);
        train.SetAction((parsed, cancellation) => Task.FromResult(Resume(parsed, own.Of(parsed), options, cancellation)));
        return train;
    }

    private static Command FamilyCommand(Family family)
    {
        var command = new Command(family.Info.Name, family.Info.Summary);
        var own = new RecordOptions<StartOptions>(new Dictionary<string, OptionValues>
        {
            [nameof(StartOptions.Data)] =
                family.Info.LearnsFromOneFile ? new(Shown: "FILE|DIR", Help: "A file, or a folder with one.") : new(),
            [nameof(StartOptions.Preset)] = OptionValues.FirstOf([.. family.Info.Presets.Select(p => p.Name)]),
        });
        var options = new TrainingOptionSet(family);
        own.AddTo(command);
        options.AddTo(command);
        command.SetAction((parsed, cancellation) =>
        {
            var asked = own.Of(parsed);
            var settings = asked.Config is { } file ? Disk.ReadText(file, mayBePipe: true) : null; // Once.
            if (settings is "")
            {
                throw new UsageException(
                    $"{asked.Config}: is empty; if it is a pipe, save it as a file first, since the program starts again for " +
                        "--vectors 256, and a pipe can be read once");
            }

            if (asked.Estimate)
            {
                RankJob.RequireAlone("train --estimate");
            }

            // Before processes join: this one may start again.
            VectorWidths.Require(RequestedOptions(parsed, asked, settings, ranks: null).Vectors);
            return Task.FromResult(RankJob.Exists
                ? RankedWork.Run(parsed, (ranks, screen) => Start(parsed, asked, settings, screen, cancellation, ranks))
                : Start(parsed, asked, settings, Screen.Of(parsed), cancellation));
        });
        return command;

        TrainingOptions RequestedOptions(ParseResult parsed, StartOptions asked, string? settings, IRanks? ranks)
        {
            var defaults = settings is not null
                ? Usage.Of(() => OptionsJson.ParseSettings(
                    family, settings, asked.Config!, own[nameof(asked.Preset)].Any(parsed.IsSet) ? asked.Preset : null))
                : family.Defaults(asked.Preset);
            if (ranks is not null && (ranks.Count > 1 || family.Info.LearnsBySample))
            {
                defaults = defaults with { Reduction = GradientReduction.Tree };
            }

            return options.Apply(parsed, defaults) with { Data = asked.Data };
        }

        int Start(
            ParseResult parsed, StartOptions asked, string? settings, Screen screen, CancellationToken cancellation, IRanks? ranks = null)
        {
            var requested = RequestedOptions(parsed, asked, settings, ranks);
            if (settings is not null && RequestedOptions(parsed, asked, settings, ranks: null).Reduction is var alone
                && alone != requested.Reduction)
            {
                screen.Say($"{asked.Config}: --reduction is {OptionsJson.TextOf(requested.Reduction)} under mpirun, not " +
                    $"{OptionsJson.TextOf(alone)}.");
            }

            Usage.Of(() =>
            {
                requested.RequireToBegin(family); // First: a warning could contradict the refusal.
                return true;
            });
            WarnOfIdle(parsed, options, requested, screen);

            if (asked.Estimate)
            {
                return Estimate(parsed, options, requested, screen, cancellation);
            }

            using var run = Usage.Of(() => TrainingRun.Create(
                asked.Out, requested, initFrom: asked.InitFrom, ranks: ranks,
                initNetwork: asked.Network));
            screen.Warn(run.DataWarning);
            WarnOfNoDecay(parsed, options, (run.Options, run.TotalSteps, run.StepsPerEpoch), screen);
            if (run.SamplesPerEpoch < FewSamples && !family.Info.LearnsFromOneFile)
            {
                screen.Say($"Warning: {Counted.Of(run.SamplesPerEpoch, "training picture")} are few: a network memorises them. " +
                    $"Use at least {FewSamples}, better some hundreds.");
            }

            return Train(run, screen, cancellation, asked.Preview, ranks);
        }
    }

    /// <summary>Warns of typed options that change nothing beside the others.</summary>
    private static void WarnOfIdle(ParseResult parsed, TrainingOptionSet set, TrainingOptions options, Screen screen)
    {
        foreach (var effect in options.Effects.Where(e => !e.Exists))
        {
            if (set.TypedAs(parsed, effect.Name) is { } typed)
            {
                screen.Warn($"{typed} has no effect {effect.Why}");
            }
        }
    }

    /// <summary>Warns of a decay that was typed, if the run's steps end before it begins.</summary>
    private static void WarnOfNoDecay(
        ParseResult parsed, TrainingOptionSet set, (TrainingOptions Options, long TotalSteps, int StepsPerEpoch) run, Screen screen)
    {
        if (run.Options is { LrPolicy: LearningRatePolicy.Linear, EpochsDecay: > 0 and var decay, DecaysOneEpochLater: var isLater } options
            && run.TotalSteps is > 0 and var total && (long)options.EpochsAtFullRate * run.StepsPerEpoch is var constant
            && (total <= constant || (isLater && decay == 1))
            && (set.TypedAs(parsed, "epochs-decay") ?? set.TypedAs(parsed, "lr-policy")) is { } typed)
        {
            screen.Warn(isLater && decay == 1
                ? $"{typed}: the rate does not fall: with this preset it falls from the second epoch of decay on"
                : $"{typed} has no effect: the run ends at step {total}, and the rate falls from step {constant + 1} on, after " +
                    $"--epochs {options.Epochs}{(isLater ? " and one more" : "")}");
        }
    }

    private static int Estimate(
        ParseResult parsed, TrainingOptionSet set, TrainingOptions options, Screen screen, CancellationToken cancellation)
    {
        using var device = Device.Open(options.Device, options.Threads);
        device.Announce = screen.Announce;
        var taken = Usage.Of(() => TrainingEstimate.Measure(options, device, cancellation));
        screen.Warn(taken.DataWarning);
        WarnOfNoDecay(parsed, set, (options, taken.Steps, taken.StepsPerEpoch), screen);
        screen.Result(
            new
            {
                steps = taken.Steps,
                steps_per_epoch = taken.StepsPerEpoch,
                seconds_per_step = Math.Round(taken.MeanSecondsPerStep, 6),
                seconds = Math.Round(taken.Seconds, 3),
                stages = taken.Stages.Select(s => new { steps = s.Steps, seconds_per_step = Math.Round(s.SecondsPerStep, 6) }),
                parameters = taken.Weights,
                peak_rss_mb = taken.PeakMegabytes,
                device_mb = taken.DeviceMegabytes,
                device = device.Name,
            },
            [
                $"{options.Model} on {device.Name} ({device.Description}): {taken.Steps} steps, {taken.StepsPerEpoch} an epoch, of " +
                    $"{taken.MeanSecondsPerStep:0.000} s each, about {Durations.Rough(TimeSpan.FromSeconds(taken.Seconds))} in all" +
                    (taken.Stages.Count > 1
                        ? $" ({taken.Stages.Count} stages, the last of {taken.Stages[^1].SecondsPerStep:0.000} s a step)." : "."),
                $"{taken.MemoryText} Nothing was written.",
            ]);
        return ExitCode.Done;
    }

    private static int Resume(ParseResult parsed, ResumeOptions asked, TrainingOptionSet options, CancellationToken cancellation)
    {
        if (asked.Resume is not { } folder)
        {
            throw new UsageException("Name what to train, as in 'train FAMILY --data DIR --out RUN' ('train --help' lists the families) " +
                "or 'train --resume RUN' to resume a run.");
        }

        // Before processes join: this one may start again. Of several only the first may be able to read the run.
        VectorWidths.Require(RunOpening.StoredIn(folder) is { Options: var stored }
            ? options.Apply(parsed, stored).Vectors
            : options.Typed(parsed, "vectors") is VectorWidth typed ? typed : VectorWidth.Widest);

        return RankJob.Exists ? RankedWork.Run(parsed, (ranks, screen) => Continue(screen, ranks)) : Continue(Screen.Of(parsed));

        int Continue(Screen screen, IRanks? ranks = null)
        {
            using var run = Usage.Of(() => TrainingRun.Resume(
                folder, ranks, o => ResumedOptions(parsed, options, o) with { Data = asked.Data ?? o.Data },
                changedData: asked.ChangedData));
            WarnOfIdle(parsed, options, run.Options, screen);
            WarnOfNoDecay(parsed, options, (run.Options, run.TotalSteps, run.StepsPerEpoch), screen);
            return Train(run, screen, cancellation, asked.Preview, ranks);
        }
    }

    /// <summary>
    /// The options of a resumed run. Epochs that replace steps would silently add the epochs of decay, so these must be typed, too.
    /// </summary>
    private static TrainingOptions ResumedOptions(ParseResult parsed, TrainingOptionSet options, TrainingOptions stored)
    {
        var changed = options.Apply(parsed, stored);
        return stored.Steps is { } steps && changed is { Steps: null, EpochsDecay: > 0 } && options.TypedAs(parsed, "epochs-decay") is null
            ? throw new UsageException(
                $"--epochs {changed.Epochs} would train to epoch {changed.Epochs + changed.EpochsDecay}: {changed.EpochsDecay} epochs of " +
                    $"decay follow, which this run of {steps} steps left out; add --epochs-decay N (0 for none), or give --steps")
            : changed;
    }

    /// <summary>Trains, and prints where the results are.</summary>
    internal static int Train(TrainingRun run, Screen screen, CancellationToken cancellation, bool previews, IRanks? ranks)
    {
        SayBefore(run, screen);
        if (ranks is { Count: var count } && count > run.Options.BatchSize)
        {
            screen.Warn($"--batch-size {run.Options.BatchSize} gives work to {run.Options.BatchSize} of {count} processes");
        }

        var had = run.HasWorkDue ? 0 : run.Step;
        using var known = PictureRemarks.Silence(); // What is to be said of the pictures was said when they were checked.
        var outcome = TrainingDisplay.During(run, screen, display => TrainOrExplain(run, display, cancellation), previews);
        if (ranks is null or { Rank: 0 })
        {
            SayAfter(run, outcome, had, screen); // The others know of no evaluation.
        }

        return outcome == TrainingOutcome.Interrupted ? ExitCode.Interrupted : ExitCode.Done;
    }

    /// <summary>What is to be trained, and how it differs from what was asked for before.</summary>
    private static void SayBefore(TrainingRun run, Screen screen)
    {
        screen.Say($"{run.Options.Model} on {run.Model.Device.Name} ({run.Model.Device.Description}): " +
            $"{Counted.Of(run.StepsPerEpoch, "step")} an epoch, {run.TotalSteps} in all, beginning at {run.Step}");
        foreach (var change in run.Changes)
        {
            screen.Say(change.Asked.Length > 0
                ? $"Resuming with --{change.Name} {change.Asked}; it was {(change.Stored.Length > 0 ? change.Stored : "not given")}."
                : $"Resuming without --{change.Name}; it was {change.Stored}.");
        }

        if (run.OtherVectors is { } vectors)
        {
            screen.Complain($"Warning: the run was computed with vectors of {vectors.Before} bits, and goes on with {vectors.Now}: its " +
                "results will differ in their last digits from those that it would have had. With --vectors 256 such machines agree.");
        }

        if (run.HasOtherData)
        {
            var chosen = run.Options.MaxDatasetSize > 0 ? ", or --max-dataset-size chooses others in this version of the program" : "";
            screen.Complain($"Warning: the files in {run.Options.Data} have other names, lengths or labels than when the run was " +
                $"started{chosen}; it goes on with them, and not as it would have gone.");
        }

        if (run.Options is
            { Steps: null, LrPolicy: LearningRatePolicy.Linear, EpochsDecay: > 0 and var decay, EpochsAtFullRate: var full }
            && run.Changes.Any(c => c.Name is "epochs" or "epochs-decay"))
        {
            var last = run.Options.Epochs + decay;
            screen.Say($"It ends with epoch {last}: {full} at the full learning rate, {last - full} of decay.");
        }
    }

    /// <summary>What has become of the run, where the results are, and what can be done with them.</summary>
    /// <param name="had">steps taken before; 0 if something of the last one had still to be made</param>
    private static void SayAfter(TrainingRun run, TrainingOutcome outcome, long had, Screen screen)
    {
        var best = File.Exists(run.Directory.Best) ? run.Best : null;
        List<string> lines = outcome switch
        {
            TrainingOutcome.Finished when had > 0 && had == run.TotalSteps =>
                [$"Nothing was left to do: the run has taken {had} of {run.TotalSteps} steps. Checkpoint: {run.Directory.Latest}",
                    "Go on:     " + ShellWord.Words("ilgpugan", "train", "--resume", run.Directory.Path) +
                        (run.Options.Steps is { } steps
                            ? $" --steps N, with N above {steps}"
                            : $" --epochs N, with N above {run.Options.Epochs}")],
            TrainingOutcome.Finished => [$"Finished. Checkpoint: {run.Directory.Latest}"],
            TrainingOutcome.StoppedEarly =>
                [$"Stopped after step {run.Step}: no improvement in {run.Best!.Misses} evaluations. Checkpoint: " +
                    $"{run.Directory.Latest}"],
            _ => [$"Stopped after step {run.Step}; everything is saved. Resume with: " +
                ShellWord.Line("ilgpugan", "train", "--resume", run.Directory.Path)],
        };
        if (best is not null)
        {
            lines.Add($"Best:      {run.Directory.Best} (step {best.Step}, {best.Metric} {best.Value:0.0000})");
        }

        if (outcome != TrainingOutcome.Interrupted)
        {
            lines.Add($"Report:    {AddressOf(run.Directory.Report)}");
            lines.AddRange(NextCommands(run).Select((words, i) =>
                (i == 0 ? "Next:      " : "           ") + ShellWord.Line(["ilgpugan", .. words])));
        }

        screen.Result(
            new
            {
                run = run.Directory.Path,
                outcome = outcome.ToString().ToLowerInvariant(),
                step = run.Step,
                checkpoint = run.Directory.Latest,
                report = run.Directory.Report,
                best = best is null
                    ? null
                    : new { checkpoint = run.Directory.Best, step = best.Step, metric = best.Metric, value = best.Value },
            },
            lines);
    }

    /// <summary>The address of a file for a browser. <see cref="Uri"/> would take the <c>%41</c> in a name for an A.</summary>
    internal static string AddressOf(string path)
    {
        var parts = Path.GetFullPath(path).Split(Path.DirectorySeparatorChar).Select(part => Uri.EscapeDataString(part));
        var escaped = string.Join('/', parts).Replace("%3A", ":"); // As in C:.
        return (escaped.StartsWith("//", StringComparison.Ordinal) ? "file:" : escaped[0] == '/' ? "file://" : "file:///") + escaped;
    }

    /// <summary>What can be done with a trained run; PICTURE and DIR stand for the user's own.</summary>
    private static IEnumerable<string[]> NextCommands(TrainingRun run)
    {
        var (options, folder, family) = (run.Options, run.Directory.Path, run.Model.Family);
        var generators = family.Generators(options);
        var translates = generators.Count > 0;
        string[] label = generators is [{ Conditions.Labels: [{ Names: [var first, ..] }, ..] }, ..] ? ["--label", first] : [];
        var ways = generators.Select(g => g.Direction).Distinct().ToList();
        foreach (var way in ways)
        {
            string[] direction = ways.Count > 1 ? ["--direction", OptionsJson.TextOf(way)] : [];
            yield return ["translate", "--model", folder, "--input", "PICTURE", .. label, .. direction, "--out", "PICTURE"];
        }

        if (translates && options is PictureOptions)
        {
            var split = s_splits.First(name => name == s_splits[^1] || family.HasSplit(options, name));
            yield return ["evaluate", "--model", folder, "--data", options.Data, .. split == s_splits[0] ? [] : new[] { "--split", split }];
        }

        if (!translates && family.Generation(options) is not null)
        {
            yield return ["generate", "--model", folder, "--out", "DIR"];
        }

        if (translates || family.Generation(options) is not null)
        {
            yield return ["serve", "--model", folder];
        }
    }

    /// <summary>Trains; a failure that knows nothing of runs is told with the step that is saved.</summary>
    private static TrainingOutcome TrainOrExplain(TrainingRun run, ITrainingObserver display, CancellationToken cancellation)
    {
        try
        {
            return run.Train(display, cancellation);
        }
        catch (Exception e) when (run.SavedStep >= 0 && e is not (RunException or PictureException or RankFailedException))
        {
            var folder = ShellWord.Of(run.Directory.Path);
            throw new RunException(
                $"{ErrorMessage.Of(e).TrimEnd('.')}. " + (run.SavedStep > 0
                    ? $"Step {run.SavedStep} is saved: resume with --resume {folder}."
                    : $"No step after the start is saved: to begin anew, delete {folder} or choose another --out."), e);
        }
    }
}
