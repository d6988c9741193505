using System.CommandLine;
using IlgpuGan.Cli.Options;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Models.Data;
using IlgpuGan.Models.Data.Clips;
using IlgpuGan.Models.Evaluation;
using IlgpuGan.Models.Evaluation.Comparison;
using IlgpuGan.Models.Evaluation.Segmentation;
using IlgpuGan.Models.Evaluation.Study;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Reporting;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Translation;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Cli.Commands;

/// <summary>What <c>evaluate</c> is asked for, besides the request of an evaluation.</summary>
internal sealed record EvaluateOptions
{
    [Option("A run's folder, a checkpoint, a reference .pth generator, an .onnx graph, or zoo:NAME.", Values = "RUN|FILE")]
    public string? Model { get; init; }

    [Option("A data set: pairs, two unpaired sets, or pictures like the generated ones.", Values = "DIR")]
    public string? Data { get; init; }

    [Option("Write the score of each pair to this file as well.", Values = "FILE")]
    public string? Csv { get; init; }

    [Option("Write input, output and target of each pair to this folder; where there are no pairs, each output.", Values = "DIR")]
    public string? Pictures { get; init; }

    [Option(
        "Compare runs with the first one, by their evaluation.json; with --data they are evaluated again.", Values = "RUN RUN …")]
    public string[]? Compare { get; init; }

    [Option(
        "Write study.html to this folder: a page on which people classify real and generated pictures, each shown for a second.",
        Values = "DIR")]
    public string? Study { get; init; }

    [Option("Pictures of each kind in the study (default 40, or as many as there are).", Least = 1), Needs(nameof(Study))]
    public int? StudyCount { get; init; }

    [Option("Seed of the study's pictures and their order."), Needs(nameof(Study))]
    public ulong Seed { get; init; } = 1;

    [Option(
        "Evaluate the answers saved by studies: how often generated pictures were taken for real, with the 95 % interval.",
        Values = "FILE FILE …")]
    public string[]? StudyRead { get; init; }

    [Option(
        "For a model with a generator in each direction: the reconstruction error, also with the intermediate picture rounded to 8 bits " +
            "or with added noise, which removes hidden information.")]
    public bool RoundTrip { get; init; }

    [Option(
        "Measure how the translation of this clip (which needs ffmpeg), or of this folder of numbered frames, flickers.",
        Values = "FILE|DIR")]
    public string? Clip { get; init; }

    [Option(
        "Against flicker in clips: weight of the previous output where the input has not changed, such as 0.8 (0: frames are independent).",
        Least = 0, Most = 0.99), Needs(nameof(Clip))]
    public double Temporal { get; init; }
}

/// <summary>
/// <c>evaluate --model RUN --data DIR --split val</c>: on held-out pictures; and other ways to judge a model, each with its own option.
/// </summary>
internal sealed class EvaluateCommand
{
    private readonly RecordOptions<EvaluateOptions> _options = new();
    private readonly RecordOptions<EvaluationRequest> _request = new();
    private readonly RecordOptions<ThreadedDeviceOptions> _device = new();

    public static Command Create()
    {
        var verb = new EvaluateCommand();
        var command = new Command("evaluate", "Evaluates a model on held-out pictures: by targets, by classes, or as sets.");
        Array.ForEach([.. verb._options.All, .. verb._request.All, .. verb._device.All], command.Add);
        command.SetAction((parsed, cancellation) => Task.FromResult(
            RankedWork.Run(parsed, (ranks, screen) => verb.Run(parsed, ranks, screen, cancellation))));
        return command;
    }

    /// <summary>One of the ways to judge a model.</summary>
    /// <param name="Name">how a refusal calls it</param>
    /// <param name="IsAsked">whether it is meant; the first of them counts</param>
    /// <param name="Uses">the properties of the options that it uses, besides <c>Model</c>; others are refused</param>
    /// <param name="Work">computes and prints, on the device</param>
    private sealed record Way(string Name, bool IsAsked, string[] Uses, Func<Device, int> Work);

    private int Run(ParseResult parsed, IRanks ranks, Screen screen, CancellationToken cancellation)
    {
        var (asked, request) = (_options.Of(parsed), _request.Of(parsed));
        request = request with { Model = asked.Model ?? "", Data = asked.Data ?? "", Scores = asked.Csv is not null };
        string[] translation = [nameof(request.Direction), nameof(request.Eval), nameof(request.Steps)];
        string[] held = [nameof(asked.Data), nameof(request.Split), nameof(request.Labels), .. translation];
        string[] sets = [nameof(request.Sets), nameof(request.Features), nameof(request.FeatureRange), nameof(request.FeatureSide)];
        Way[] ways =
        [
            new("--study-read", asked.StudyRead is not null, [nameof(asked.StudyRead)],
                _ => Print(screen, StudyResult.Read(asked.StudyRead!))),

            // Each frame depends on the one before, so processes can't share the work.
            new("--clip", asked.Clip is not null, [nameof(asked.Clip), nameof(asked.Temporal), .. translation],
                on => ranks.Leads() ? MeasureFlicker(asked, WithModel(), on, screen, cancellation) : ExitCode.Done),
            new("--compare without --data, which shows earlier evaluations,", asked is { Compare: not null, Data: null },
                [nameof(asked.Compare), nameof(request.Output)],
                _ => Compare(screen, asked.Compare!, ranks, request, run => new EvaluationOutcome(Evaluated(screen, run), []))),
            new("--compare", asked.Compare is not null, [nameof(asked.Compare), nameof(request.Output), .. held, .. sets],
                on => Compare(screen, asked.Compare!, ranks, request, run => RunEvaluation.Run(
                    request with { Model = run, Output = null }, on, screen.Say, ranks: ranks, cancellation: cancellation))),
            new("--study", asked.Study is not null,
                [nameof(asked.Study), nameof(asked.StudyCount), nameof(asked.Seed), .. held], WriteStudy),
            new("--round-trip", asked.RoundTrip, [nameof(asked.RoundTrip), .. held], on => Print(screen, ranks.Together(
                () => RunEvaluation.RoundTrips(OnData(), on, warn: screen.Warn, cancellation: cancellation), patiently: true))),
            new("an evaluation", true, [nameof(asked.Csv), nameof(asked.Pictures), nameof(request.Output), .. held, .. sets],
                on => Evaluate(asked, OnData(), on, ranks, screen, cancellation)),
        ];
        var way = ways.First(w => w.IsAsked);
        string[] used = [nameof(asked.Model), .. way.Uses];
        parsed.RefuseUnused(way.Name, _options.All.Concat(_request.All).Except(_options[used]).Except(_request[used]));
        var chosen = _device.Of(parsed);
        using var device = way.Uses.Contains(nameof(request.Direction)) ? ranks.OpenDevice(chosen.Device, chosen.Threads) : null;
        return Usage.Of(() => way.Work(device!)); // Null for what translates nothing.

        EvaluationRequest WithModel() =>
            asked.Model is null ? throw new UsageException("--model is missing: a run's folder or a checkpoint") : request;

        EvaluationRequest OnData() =>
            asked.Data is null ? throw new UsageException("--data is missing: the folder of a data set") : WithModel();

        int WriteStudy(Device on)
        {
            var judged = OnData();
            if (ranks.Leads())
            {
                OutputPath.MakeFolder(asked.Study!); // Before the work, which would be lost if this failed.
            }

            var page = RunEvaluation.Study(judged, asked.StudyCount, asked.Seed, on, cancellation, ranks, screen.Warn);
            return ranks.Leads() ? Write(screen, page, asked.Study!) : ExitCode.Done;
        }
    }

    private static int Evaluate(
        EvaluateOptions asked, EvaluationRequest request, Device on, IRanks ranks, Screen screen, CancellationToken cancellation)
    {
        var folder = ranks.Leads() ? asked.Pictures : null;
        string?[] used = [.. HeldOut(request), request.Model, request.Features];
        var table = ranks.Leads() && asked.Csv is { } csvPath ? ResultFile.Prepare(csvPath, ".csv", used) : null;
        var originals = new Originals(folder is null ? [] : used);
        if (folder is not null)
        {
            // What an evaluation writes there replaces and deletes by name, also the row of a picture named best.
            var own = Path.Combine(request.Output ?? request.Model, EvaluationOutcome.FolderName);
            if (FileStatus.RealPath(folder) == FileStatus.RealPath(own))
            {
                throw new UsageException($"--pictures can't be {folder}, where the evaluation's own pictures go; choose another folder");
            }

            OutputPath.MakeFolder(folder); // Before the work, as the table's.
        }

        var (rows, failures) = (new List<string>(), new List<string>());
        var outcome = RunEvaluation.Run(
            request, on, screen.Say, (score, input, made, target) => Save(score.Name, input, made, target), ranks, cancellation,
            (name, made) => Save(name, made));
        screen.Result(outcome.Report.ToJson(), [.. Lines(outcome.Report), .. outcome.Files.Select(file => $"wrote {file}")]);
        if (folder is not null)
        {
            screen.WarnOfOthers(folder, rows);
        }

        if (table is not null && outcome.Report.Images.Count > 0)
        {
            ResultFile.TryWrite(() => AtomicFile.WriteText(table, outcome.Report.ToCsv()), failures);
        }

        if (ranks.Leads() && request.Output is null && Directory.Exists(request.Model))
        {
            try
            {
                var page = new RunDirectory(request.Model).Report;
                OutputPath.RequireFile(page);
                ReportPage.Write(StoredReport.Read(request.Model), page);
            }
            catch (Exception problem) when (problem is IOException or RunException)
            {
                screen.Complain($"The report was not written again: {problem.Message}"); // The evaluation was.
            }
        }

        return screen.Ended([.. outcome.Failures, .. failures]);

        void Save(string name, params Picture[] row)
        {
            if (folder is not null)
            {
                rows.Add(Path.Combine(folder, name + ".png"));
                originals.RefuseOver(rows[^1]);
                ResultFile.TryWrite(() => SaveRow(rows[^1], row), failures);
            }
        }
    }

    private static int MeasureFlicker(
        EvaluateOptions asked, EvaluationRequest request, Device on, Screen screen, CancellationToken cancellation)
    {
        var path = asked.Clip!;
        ClipEvaluation.RequireNoLabel(request.Model);
        using var frames = ClipEvaluation.Open(path);
        using var translator = Translator.Open(request.Model, on, request.Translation);
        var report = WorkDisplay.Run(screen, frames.Count, "frames", advance =>
            ClipEvaluation.Run(translator, frames, path, asked.Temporal, _ => advance(""), cancellation));
        screen.Result(
            new { clip = path, frames = report.Frames, outputs = ChangeOf(report.Outputs), inputs = ChangeOf(report.Inputs),
                followed = report.Followed },
            $"{Counted.Of(report.Frames, "frame"),13}      plain   warped   (difference from the frame before, of 1)",
            $"this model     {report.Outputs.Plain,9:0.0000} {report.Outputs.Warped,8:0.0000}",
            $"the clip       {report.Inputs.Plain,9:0.0000} {report.Inputs.Warped,8:0.0000}",
            $"warped: compensated for the clip's motion, over the {100 * report.Followed:0} % of pixels whose content has not changed");
        return screen.Ended(frames is ClipReader { Shortage: { } shortage } ? [$"{path}: {shortage}"] : []);
    }

    private static object ChangeOf(FrameChange change) => new { plain = change.Plain, warped = change.Warped };

    private static int Compare(
        Screen screen, string[] runs, IRanks ranks, EvaluationRequest request, Func<string, EvaluationOutcome> evaluate)
    {
        var folder = ranks.Leads() ? request.Output : null;
        if (runs.Length < 2)
        {
            throw new UsageException("--compare needs at least two runs: --compare RUN1 RUN2");
        }

        if (folder is not null)
        {
            OutputPath.MakeFolder(folder); // Before the work, which would be lost if this failed.
        }

        var evaluated = runs.Select(evaluate).ToList();
        List<ComparedRun> compared = [.. RunNames.Of(runs).Zip(evaluated, (name, run) => new ComparedRun(name, run.Report))];
        var comparison = RunComparison.Of(compared);
        foreach (var warning in compared.SelectMany(run => run.Report.Warnings ?? []).Distinct(StringComparer.Ordinal))
        {
            var warned = compared.Where(run => run.Report.Warnings?.Contains(warning) is true).Select(run => run.Name).ToList();
            screen.Warn(warned.Count == compared.Count ? warning : $"{string.Join(", ", warned)}: {warning}");
        }

        screen.Result(comparison.ToJson(), comparison.ToMarkdown().TrimEnd());
        List<string> failures = [.. evaluated.SelectMany(run => run.Failures)];
        if (folder is not null)
        {
            ResultFile.TryWrite(() => AtomicFile.WriteText(Path.Combine(folder, "comparison.json"), comparison.ToJson()), failures);
            ResultFile.TryWrite(() => AtomicFile.WriteText(Path.Combine(folder, "comparison.md"), comparison.ToMarkdown()), failures);
        }

        return screen.Ended(failures);
    }

    /// <summary>The evaluation kept in a run's folder.</summary>
    private static EvaluationReport Evaluated(Screen screen, string run)
    {
        var report = RunEvaluation.ReadReport(run)
            ?? throw new RunException($"{run}: has not been evaluated yet; name the data set with --data");
        if (report.Subject?.Step is { } evaluated
            && Checkpoint.TryRead(new RunDirectory(run).Latest) is { Position.Step: var now } && now != evaluated)
        {
            screen.Complain(
                $"Warning: {run} was evaluated at step {evaluated}, and has {now} steps now; with --data it is evaluated again.");
        }

        return report;
    }

    private static int Write(Screen screen, PerceptualStudy study, string folder)
    {
        var page = Path.Combine(folder, "study.html");
        StudyPage.Write(study, page);
        var practice = study.Pictures.Count(p => p.Practice);
        screen.Result(
            new { study = page, practice, pictures = study.Pictures.Count - practice },
            $"wrote {page}: {practice} practice pictures and {study.Pictures.Count - practice} that count; open it in a " +
                "browser, and evaluate the answers with --study-read");
        return ExitCode.Done;
    }

    private static int Print(Screen screen, IReadOnlyList<StudyResult> results)
    {
        screen.Result(StudyResult.ToJson(results), results.SelectMany(result => (string[])
        [
            $"study {result.Study} of {result.Model}{(result.Step is { } taken ? $" at step {taken}" : "")}: " +
                Counted.Of(result.Persons, "person"),
            .. new[]
            {
                ("generated, taken for real", result.MadeTakenForReal), ("real, taken for real", result.RealTakenForReal),
                ("classified correctly", result.ToldRight),
            }.Select(row => (Name: row.Item1, Share: row.Item2)).Select(row =>
                $"  {row.Name,-20} {100 * row.Share.Share,5:0.0} % of {row.Share.Answers} " +
                    $"(95 %: {100 * row.Share.Low:0.0} to {100 * row.Share.High:0.0})"),
        ]));
        return ExitCode.Done;
    }

    private static int Print(Screen screen, RoundTripReport report)
    {
        screen.Result(
            new
            {
                model = report.Subject.Model, step = report.Subject.Step, data = report.Subject.Data, split = report.Subject.Split,
                ways = report.Ways.Select(way => new
                {
                    way = way.Way, pictures = way.Pictures,
                    scores = way.Scores.Select(score => new { between = score.Between, l1 = score.L1, psnr = score.Psnr }),
                }),
            },
            report.Ways.SelectMany(Lines));
        return ExitCode.Done;
    }

    private static IEnumerable<string> Lines(RoundTripWay way)
    {
        var name = $"{way.Way} and back, {Counted.Of(way.Pictures, "picture")}";
        yield return $"{name,-40} {"L1",8} {"PSNR (dB)",10}";
        foreach (var score in way.Scores)
        {
            yield return $"  intermediate picture: {score.Between,-16} {score.L1,8:0.0000} {score.Psnr,10:0.00}";
        }
    }

    /// <summary>The folders of a split, such as valA and valB; the data set itself if it has none.</summary>
    private static string[] HeldOut(EvaluationRequest request) =>
        Directory.Exists(request.Data) && Directory.GetDirectories(request.Data, request.Split + "*") is { Length: > 0 } parts
            ? parts
            : [request.Data];

    private static void SaveRow(string path, params Picture[] row)
    {
        OutputPath.MakeFolderOf(path);
        PictureFile.SaveSideBySide(path, row);
    }

    private static IEnumerable<string> Lines(EvaluationReport report)
    {
        if (report.Subject is { } subject)
        {
            string?[] facts =
            [
                subject.Step is { } step ? $"step {step}" : null, .. subject.How(), report.Size is { } size ? $"{size} pixels" : null,
                $"{subject.Split} of {subject.Data}",
            ];
            yield return $"{subject.Model}: {string.Join(", ", facts.OfType<string>())}";
        }

        if (report is { Mean: { } mean, Baseline: { } baseline })
        {
            yield return $"{Counted.Of(report.Images.Count, "picture"),13}         L1    PSNR (dB)   SSIM  MS-SSIM";
            foreach (var (name, score) in new[] { ("this model", mean), ("mean colour", baseline) })
            {
                yield return $"{name,-14} {score.L1,9:0.0000} {score.Psnr,10:0.00} {score.Ssim,8:0.000} {score.MsSsim,8:0.000}";
            }
        }

        yield return
            $"colour histogram intersection: L {report.Colours.L:0.00}, a {report.Colours.A:0.00}, b {report.Colours.B:0.00} (of 1)";
        if (report.Segmentation is { } classes)
        {
            yield return $"{classes.Classes,4} classes      pixels  classes  IoU";
            foreach (var (name, score) in new[] { ("this model", classes.Outputs), ("real pictures", classes.Ceiling) })
            {
                if (score is not null)
                {
                    yield return $"{name,-14} {score.PixelAccuracy,8:0.000} {score.ClassAccuracy,8:0.000} {score.ClassIou,6:0.000}";
                }
            }
        }

        if (report.SlicedWasserstein is { } patches)
        {
            yield return $"patch distance ×1000: {patches.Mean:0.0} " +
                $"({string.Join(", ", patches.Scales.Select(s => $"{s.Side} px {s.Distance:0.0}"))}){ToReal(patches.RealToReal, "0.0")}";
        }

        if (report.TwoSample is { } test)
        {
            yield return $"a classifier tells outputs from real pictures in {100 * test.Accuracy:0} % of {test.Pictures} (95 %: " +
                $"{100 * test.Low:0} to {100 * test.High:0}; guessing 50, p {test.PValue:0.0000})";
        }

        if (report.Features is { } compared)
        {
            yield return $"Fréchet distance: {compared.Frechet:0.000}{ToReal(compared.RealToReal, "0.000")}, by {compared.Features} " +
                $"features of {compared.NetworkText()}";
        }

        var scores = report.Generator;
        foreach (var (sets, by) in new[] { (report.Features?.Manifolds, "the same"), (scores?.Manifolds, scores?.Features) })
        {
            if (sets is not null)
            {
                yield return $"precision {sets.Precision:0.00}, recall {sets.Recall:0.00}, density {sets.Density:0.00}, coverage " +
                    $"{sets.Coverage:0.00}, by {by}";
            }
        }

        if (scores is { Diversity: { } made, RealDiversity: { } real })
        {
            yield return $"mean difference of two pictures (of a range of 2): {made:0.000}; real pictures {real:0.000}";
        }

        if (scores?.Classes is { } reached)
        {
            yield return
                $"classes reached: {reached.Reached} of {reached.Names.Count}; divergence of their shares {reached.Divergence:0.000}";
        }

        if (scores?.Nearest is { } nearest)
        {
            yield return $"difference from the nearest training picture: {nearest.Made:0.000}; real pictures {nearest.Real:0.000}";
        }

        if (report.Checkerboard is { Count: > 0 } levels)
        {
            yield return $"checkerboard (uneven detail in cells of {string.Join(", ", levels.Select(l => l.Period))} px): " +
                $"{string.Join(", ", levels.Select(l => $"{l.Outputs:0.000}"))}; real pictures " +
                    $"{string.Join(", ", levels.Select(l => $"{l.Real:0.000}"))}";
        }

        foreach (var warning in report.Warnings ?? [])
        {
            yield return warning;
        }
    }

    private static string ToReal(double? own, string format) =>
        own is { } value ? $"; real to real {value.ToString(format, CultureInfo.InvariantCulture)}" : "";
}
