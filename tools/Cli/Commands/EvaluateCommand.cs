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

    [Option("Pictures of each kind in the study (default 40, or as many as there are).", Least = 1)]
    [Needs(nameof(Study))]
    public int? StudyCount { get; init; }

    [Option("Seed of the study's pictures and their order.")]
    [Needs(nameof(Study))]
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
        Least = 0, Most = 0.99)]
    [Needs(nameof(Clip))]
    public double Temporal { get; init; }
}

/// <summary>
/// <c>evaluate --model RUN --data DIR --split val</c>: on held-out pictures; and other ways to judge a model, each with its own option.
/// </summary>
internal sealed class EvaluateCommand
{
    private readonly RecordOptions<EvaluateOptions> _options = new();
    private readonly RecordOptions<EvaluationRequest> _request = new();
    private readonly Option<string> _device = DeviceOptions.Device();
    private readonly Option<int> _threads = DeviceOptions.Threads();

    public static Command Create()
    {
        var verb = new EvaluateCommand();
        var command = new Command("evaluate", "Evaluates a model on held-out pictures: by targets, by classes, or as sets.");
        Array.ForEach([.. verb._options.All, .. verb._request.All, verb._device, verb._threads], command.Add);
        command.SetAction((parsed, cancellation) => Task.FromResult(
            RankedWork.Run(parsed, (ranks, screen) => verb.Run(parsed, ranks, screen, cancellation))));
        return command;
    }

    /// <summary>One of the ways to judge a model.</summary>
    /// <param name="Name">how a refusal calls it</param>
    /// <param name="IsAsked">whether it is meant; the first of them counts</param>
    /// <param name="Uses">the properties of the options that it uses, besides <c>Model</c>; others are refused</param>
    /// <param name="Work">computes and prints</param>
    private sealed record Way(string Name, bool IsAsked, string[] Uses, Func<int> Work);

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
                () => Print(screen, StudyResult.Read(asked.StudyRead!))),

            // Each frame depends on the one before, so processes can't share the work.
            new("--clip", asked.Clip is not null, [nameof(asked.Clip), nameof(asked.Temporal), .. translation],
                () => ranks.Leads() ? MeasureFlicker(asked, Model(), request, parsed, screen, cancellation) : ExitCode.Done),
            new("--compare without --data, which shows earlier evaluations,", asked.Compare is not null && asked.Data is null,
                [nameof(asked.Compare), nameof(request.Output)],
                () => Compare(screen, asked.Compare!, ranks, request, run => new EvaluationOutcome(Evaluated(screen, run), []))),
            new("--compare", asked.Compare is not null, [nameof(asked.Compare), nameof(request.Output), .. held, .. sets],
                () => On(device => Compare(screen, asked.Compare!, ranks, request, run => Usage.Of(() => RunEvaluation.Run(
                    request with { Model = run, Output = null }, device, screen.Say, ranks: ranks, cancellation: cancellation))))),
            new("--study", asked.Study is not null,
                [nameof(asked.Study), nameof(asked.StudyCount), nameof(asked.Seed), .. held], () => On(WriteStudy)),
            new("--round-trip", asked.RoundTrip, [nameof(asked.RoundTrip), .. held], () => On(MeasureRoundTrips)),
            new("an evaluation", true, [nameof(asked.Csv), nameof(asked.Pictures), nameof(request.Output), .. held, .. sets],
                () => On(device => Evaluate(asked, OnData(), device, ranks, screen, cancellation))),
        ];
        var way = ways.First(w => w.IsAsked);
        string[] used = [nameof(asked.Model), .. way.Uses];
        parsed.RefuseUnused(way.Name, _options.All.Concat(_request.All).Except(_options[used]).Except(_request[used]));
        return way.Work();

        int On(Func<Device, int> work)
        {
            using var device = ranks.OpenDevice(parsed.GetRequiredValue(_device), parsed.GetValue(_threads));
            return work(device);
        }

        string Model() => asked.Model ?? throw new UsageException("--model is missing: a run's folder or a checkpoint");

        EvaluationRequest OnData() => request with
        {
            Model = Model(), Data = asked.Data ?? throw new UsageException("--data is missing: the folder of a data set"),
        };

        int WriteStudy(Device device)
        {
            var judged = OnData();
            if (ranks.Leads())
            {
                OutputPath.MakeFolder(asked.Study!); // Before the work, which would be lost if this failed.
            }

            var page = Usage.Of(
                () => RunEvaluation.Study(judged, asked.StudyCount, asked.Seed, device, cancellation, ranks, screen.Warn));
            return ranks.Leads() ? Write(screen, page, asked.Study!) : ExitCode.Done;
        }

        int MeasureRoundTrips(Device device) => Print(screen, ranks.Together(
            () => RunEvaluation.RoundTrips(OnData(), device, warn: screen.Warn, cancellation: cancellation), patiently: true));
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
        var outcome = Usage.Of(() => RunEvaluation.Run(
            request, on, screen.Say, (score, input, made, target) => Save(score.Name, input, made, target), ranks, cancellation,
            (name, made) => Save(name, made)));
        Print(screen, outcome.Report, outcome.Files);
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

    private int MeasureFlicker(
        EvaluateOptions asked, string trained, EvaluationRequest request, ParseResult parsed, Screen screen, CancellationToken cancellation)
    {
        var path = asked.Clip!;
        ClipEvaluation.RequireNoLabel(trained);
        using var frames = ClipEvaluation.Open(path);
        using var opened = Device.Open(parsed.GetRequiredValue(_device), parsed.GetValue(_threads));
        using var translator = Usage.Of(() => Translator.Open(
            trained, opened, new TranslationSettings { Direction = request.Direction, Eval = request.Eval, Steps = request.Steps }));
        Print(screen, path, WorkDisplay.Run(screen, frames.Count, "frames", advance => Usage.Of(() =>
            ClipEvaluation.Run(translator, frames, path, asked.Temporal, _ => advance(""), cancellation))));
        if (frames is ClipReader { Shortage: { } shortage })
        {
            screen.Complain($"{path}: {shortage}");
            return ExitCode.Failed;
        }

        return ExitCode.Done;
    }

    private static void Print(Screen screen, string clip, FlickerReport report) => screen.Result(
        new { clip, frames = report.Frames, outputs = ChangeOf(report.Outputs), inputs = ChangeOf(report.Inputs),
            followed = report.Followed },
        $"{Counted.Of(report.Frames, "frame"),13}      plain   warped   (difference from the frame before, of 1)",
        $"this model     {report.Outputs.Plain,9:0.0000} {report.Outputs.Warped,8:0.0000}",
        $"the clip       {report.Inputs.Plain,9:0.0000} {report.Inputs.Warped,8:0.0000}",
        $"warped: compensated for the clip's motion, over the {100 * report.Followed:0} % of pixels whose content has not changed");

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

        if (screen.Json)
        {
            screen.Output.WriteLine(comparison.ToJson());
        }
        else
        {
            screen.Say(comparison.ToMarkdown().TrimEnd());
        }

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
        if (screen.Json)
        {
            screen.Output.WriteLine(StudyResult.ToJson(results));
            return ExitCode.Done;
        }

        foreach (var result in results)
        {
            var step = result.Step is { } taken ? $" at step {taken}" : "";
            screen.Say($"study {result.Study} of {result.Model}{step}: {Counted.Of(result.Persons, "person")}");
            foreach (var (name, share) in new[]
            {
                ("generated, taken for real", result.MadeTakenForReal), ("real, taken for real", result.RealTakenForReal),
                ("classified correctly", result.ToldRight),
            })
            {
                screen.Say(
                    $"  {name,-20} {100 * share.Share,5:0.0} % of {share.Answers} (95 %: {100 * share.Low:0.0} to {100 * share.High:0.0})");
            }
        }

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

    private static void Print(Screen screen, EvaluationReport report, IReadOnlyList<string> files)
    {
        if (screen.Json)
        {
            screen.Output.WriteLine(report.ToJson());
            return;
        }

        if (report.Subject is { } subject)
        {
            string?[] facts =
            [
                subject.Step is { } step ? $"step {step}" : null, .. subject.How(), report.Size is { } size ? $"{size} pixels" : null,
                $"{subject.Split} of {subject.Data}",
            ];
            screen.Say($"{subject.Model}: {string.Join(", ", facts.OfType<string>())}");
        }

        if (report is { Mean: { } mean, Baseline: { } baseline })
        {
            screen.Say($"{Counted.Of(report.Images.Count, "picture"),13}         L1    PSNR (dB)   SSIM  MS-SSIM");
            foreach (var (name, score) in new[] { ("this model", mean), ("mean colour", baseline) })
            {
                screen.Say($"{name,-14} {score.L1,9:0.0000} {score.Psnr,10:0.00} {score.Ssim,8:0.000} {score.MsSsim,8:0.000}");
            }
        }

        screen.Say(
            $"colour histogram intersection: L {report.Colours.L:0.00}, a {report.Colours.A:0.00}, b {report.Colours.B:0.00} (of 1)");
        if (report.Segmentation is { } classes)
        {
            screen.Say($"{classes.Classes,4} classes      pixels  classes  IoU");
            Say(screen, "this model", classes.Outputs);
            if (classes.Ceiling is { } ceiling)
            {
                Say(screen, "real pictures", ceiling);
            }
        }

        if (report.SlicedWasserstein is { } patches)
        {
            var real = patches.RealToReal is { } own ? $"; real to real {own:0.0}" : "";
            screen.Say($"patch distance ×1000: {patches.Mean:0.0} " +
                $"({string.Join(", ", patches.Scales.Select(s => $"{s.Side} px {s.Distance:0.0}"))}){real}");
        }

        if (report.TwoSample is { } test)
        {
            screen.Say($"a classifier tells outputs from real pictures in {100 * test.Accuracy:0} % of {test.Pictures} (95 %: " +
                $"{100 * test.Low:0} to {100 * test.High:0}; guessing 50, p {test.PValue:0.0000})");
        }

        if (report.Features is { } compared)
        {
            var real = compared.RealToReal is { } own ? $"; real to real {own:0.000}" : "";
            screen.Say($"Fréchet distance: {compared.Frechet:0.000}{real}, by {compared.Features} features of {compared.NetworkText()}");
            if (compared.Manifolds is { } by)
            {
                screen.Say($"precision {by.Precision:0.00}, recall {by.Recall:0.00}, density {by.Density:0.00}, coverage " +
                    $"{by.Coverage:0.00}, by the same");
            }
        }

        if (report.Generator is { } scores)
        {
            Say(screen, scores);
        }

        if (report.Checkerboard is { Count: > 0 } levels)
        {
            screen.Say($"checkerboard (uneven detail in cells of {string.Join(", ", levels.Select(l => l.Period))} px): " +
                $"{string.Join(", ", levels.Select(l => $"{l.Outputs:0.000}"))}; real pictures " +
                    $"{string.Join(", ", levels.Select(l => $"{l.Real:0.000}"))}");
        }

        foreach (var warning in report.Warnings ?? [])
        {
            screen.Say(warning);
        }

        foreach (var file in files)
        {
            screen.Say($"wrote {file}");
        }
    }

    private static void Say(Screen screen, GeneratorScores scores)
    {
        if (scores.Manifolds is { } sets)
        {
            screen.Say($"precision {sets.Precision:0.00}, recall {sets.Recall:0.00}, density {sets.Density:0.00}, coverage " +
                $"{sets.Coverage:0.00}, by {scores.Features}");
        }

        if (scores is { Diversity: { } made, RealDiversity: { } real })
        {
            screen.Say($"mean difference of two pictures (of a range of 2): {made:0.000}; real pictures {real:0.000}");
        }

        if (scores.Classes is { } classes)
        {
            screen.Say(
                $"classes reached: {classes.Reached} of {classes.Names.Count}; divergence of their shares {classes.Divergence:0.000}");
        }

        if (scores.Nearest is { } nearest)
        {
            screen.Say($"difference from the nearest training picture: {nearest.Made:0.000}; real pictures {nearest.Real:0.000}");
        }
    }

    private static void Say(Screen screen, string name, SegmentationScore score) =>
        screen.Say($"{name,-14} {score.PixelAccuracy,8:0.000} {score.ClassAccuracy,8:0.000} {score.ClassIou,6:0.000}");
}
