using System.CommandLine;
using IlgpuGan.Cli.Options;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Models.Data;
using IlgpuGan.Models.Data.Clips;
using IlgpuGan.Models.Evaluation;
using IlgpuGan.Models.Evaluation.Comparison;
using IlgpuGan.Models.Evaluation.Segmentation;
using IlgpuGan.Models.Evaluation.Study;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Reporting;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Translation;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Cli.Commands;

/// <summary><c>evaluate --model RUN --data DIR --split val</c>, or for a clip <c>evaluate --model RUN --clip FILE</c>.</summary>
internal sealed class EvaluateCommand
{
    private readonly RecordOptions<EvaluationRequest> _request = new();
    private readonly Option<string> _model = Plain.Text(
        "--model", "A run's folder, a checkpoint, a reference .pth generator, an .onnx graph, or zoo:NAME.", "RUN|FILE");
    private readonly Option<string> _data =
        Plain.Text("--data", "A data set: pairs, two unpaired sets, or pictures like the generated ones.", "DIR");

    private readonly Option<bool> _eval = Plain.Flag("--eval", "Use the running statistics of training in batch norms.");
    private readonly Option<bool> _sets = Plain.Flag("--sets", "Also evaluate pairs as sets: two-sample test and patch distance.");
    private readonly Option<string> _features = Plain.Text(
        "--features",
        "An .onnx graph (such as Inception) whose features are used to compare sets: Fréchet distance, precision, recall.", "FILE");

    private readonly Option<PixelRange> _range = Choice.Of<PixelRange>(
        "--features-range", "The graph's values for black and white: -1 and 1 (default), 0 and 1, 0 and 255.");

    private readonly Option<int?> _side = Number.Whole(
        "--features-side", "Resize pictures to a square of this side for the graph (default: the graph's side, or the pictures').",
        most: 4096);

    private readonly Option<string> _output = Plain.Text(
        "--out", "Output folder of evaluation.json, evaluation.csv and the pictures (default the run's folder).", "DIR");

    private readonly Option<string> _csv = Plain.Text("--csv", "Write the score of each pair to this file as well.", "FILE");
    private readonly Option<string> _pictures = Plain.Text(
        "--pictures", "Write input, output and target of each pair to this folder; where there are no pairs, each output.", "DIR");

    private readonly Option<string[]> _compare = Plain.Texts(
        "--compare", "Compare runs with the first one, by their evaluation.json; with --data they are evaluated again.", "RUN RUN …",
        together: true);

    private readonly Option<string> _study = Plain.Text(
        "--study", "Write study.html to this folder: a page on which people classify real and generated pictures, each shown for a second.",
        "DIR");

    private readonly Option<int?> _count = Number.Whole(
        "--study-count", $"Pictures of each kind in the study (default {PerceptualStudy.UsualOfEach}, or as many as there are).");

    private readonly Option<ulong> _seed = Number.Seed("Seed of the study's pictures and their order.");
    private readonly Option<string[]> _read = Plain.Texts(
        "--study-read", "Evaluate the answers saved by studies: how often generated pictures were taken for real, with the 95 % interval.",
        "FILE FILE …", together: true);

    private readonly Option<bool> _roundTrip = Plain.Flag(
        "--round-trip", "For a model with a generator in each direction: the reconstruction error, also with the intermediate picture " +
            "rounded to 8 bits or with added noise, which removes hidden information.");

    private readonly Option<string> _clip = Plain.Text(
        "--clip", "Measure how the translation of this clip (which needs ffmpeg), or of this folder of numbered frames, flickers.",
        "FILE|DIR");

    private readonly Option<double> _temporal = DeviceOptions.Temporal();
    private readonly Option<string> _device = DeviceOptions.Device();
    private readonly Option<int> _threads = DeviceOptions.Threads();

    public static Command Create()
    {
        var verb = new EvaluateCommand();
        var command = verb.Declared();
        command.SetAction((parsed, cancellation) => Task.FromResult(
            RankedWork.Run(parsed, (ranks, screen) => verb.Run(parsed, ranks, screen, cancellation))));
        return command;
    }

    private Command Declared()
    {
        _read.Arity = ArgumentArity.OneOrMore;
        return new("evaluate", "Evaluates a model on held-out pictures: by targets, by classes, or as sets.")
        {
            _model,
            _data,
            _request.Add(
                new Option<string>("--split")
                {
                    Description = "Split of the data set.", HelpName = "NAME", DefaultValueFactory = _ => "val",
                },
                (r, v) => r with { Split = v! }),
            _request.Add(
                Choice.Of<Direction>("--direction", "Direction of the translation, for a model with both (default that of training)."),
                (r, v) => r with { Direction = v }),
            _request.Add(_eval, (r, v) => r with { Eval = v }),
            _request.Add(DeviceOptions.Steps(), (r, v) => r with { Steps = v }),
            _request.Add(
                Plain.Flag("--no-labels", "Ignore label maps, and train no segmenter."), (r, v) => r with { Labels = !v }),
            _request.Add(_sets, (r, v) => r with { Sets = v }),
            _request.Add(_features, (r, v) => r with { Features = v }),
            _request.Add(_range, (r, v) => r with { FeatureRange = v }),
            _request.Add(_side, (r, v) => r with { FeatureSide = v }),
            _request.Add(_output, (r, v) => r with { Output = v }),
            _csv,
            _pictures,
            _compare,
            _study,
            _count,
            _seed,
            _read,
            _roundTrip,
            _clip,
            _temporal,
            _device,
            _threads,
        };
    }

    private int Run(ParseResult parsed, IRanks ranks, Screen screen, CancellationToken cancellation)
    {
        if (parsed.GetValue(_study) is null)
        {
            parsed.RefuseUnused("an evaluation without --study", [_count, _seed]);
        }

        if (parsed.GetValue(_read) is { Length: > 0 } answers)
        {
            parsed.RefuseUnused("--study-read", [_clip, _compare, _study, _roundTrip]);
            Print(screen, StudyResult.Read(answers));
            return ExitCode.Done;
        }

        if (parsed.GetValue(_clip) is { } clip)
        {
            // Each frame depends on the one before, so processes can't share the work.
            return ranks.Leads() ? MeasureFlicker(parsed, clip, screen, cancellation) : ExitCode.Done;
        }

        if (parsed.GetValue(_temporal) > 0)
        {
            throw new UsageException("--temporal needs --clip: only the frames of a clip are in sequence");
        }

        if (parsed.GetValue(_features) is null)
        {
            parsed.RefuseUnused("an evaluation without --features", [_range, _side]);
        }

        using var on = ranks.OpenDevice(parsed.GetRequiredValue(_device), parsed.GetValue(_threads));
        if (parsed.GetValue(_compare) is { Length: > 0 } runs)
        {
            parsed.RefuseUnused("--compare", [_study, _roundTrip, _csv, _pictures]);
            if (parsed.GetValue(_data) is null)
            {
                parsed.RefuseUnused("--compare without --data, which shows earlier evaluations,", _request.Options.Except([_output]));
            }

            var alike = parsed.GetValue(_data) is null ? null : RequestFor(parsed, runs[0]) with { Output = null };
            return Compare(screen, runs, ranks.Leads() ? parsed.GetValue(_output) : null, run => alike is not null
                ? Usage.Of(() => RunEvaluation.Run(
                    alike with { Model = run }, on, screen.Say, ranks: ranks, cancellation: cancellation))
                : new EvaluationOutcome(Evaluated(screen, run), []));
        }

        var request = RequestFor(
            parsed, parsed.GetValue(_model) ?? throw new UsageException("--model is missing: a run's folder or a checkpoint"));
        if (parsed.GetValue(_study) is { } studyFolder)
        {
            parsed.RefuseUnused("--study", [_roundTrip, _output, _csv, _pictures, _sets, _features]);
            if (ranks.Leads())
            {
                OutputPath.MakeFolder(studyFolder); // Before the work, which would be lost if this failed.
            }

            var page = Usage.Of(
                () => RunEvaluation.Study(request, parsed.GetValue(_count), parsed.GetValue(_seed), on, cancellation, ranks, screen.Warn));
            if (ranks.Leads())
            {
                WriteStudy(screen, page, studyFolder);
            }

            return ExitCode.Done;
        }

        if (parsed.GetValue(_roundTrip))
        {
            parsed.RefuseUnused("--round-trip", [_output, _csv, _pictures, _sets, _features]);
            Print(screen, ranks.Together(
                () => RunEvaluation.RoundTrips(request, on, warn: screen.Warn, cancellation: cancellation), patiently: true));
            return ExitCode.Done;
        }

        return Evaluate(parsed, request, on, ranks, screen, cancellation);
    }

    private EvaluationRequest RequestFor(ParseResult parsed, string model) => _request.Of(parsed, new EvaluationRequest
    {
        Model = model,
        Data = parsed.GetValue(_data) ?? throw new UsageException("--data is missing: the folder of a data set"),
    });

    private int Evaluate(
        ParseResult parsed, EvaluationRequest request, Device on, IRanks ranks, Screen screen, CancellationToken cancellation)
    {
        request = request with { Scores = parsed.IsTyped(_csv) };
        var folder = ranks.Leads() ? parsed.GetValue(_pictures) : null;
        string?[] used = [.. HeldOut(request), request.Model, request.Features];
        var table = ranks.Leads() && parsed.GetValue(_csv) is { } csvPath ? ResultFile.Prepare(csvPath, ".csv", used) : null;
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

    private int MeasureFlicker(ParseResult parsed, string path, Screen screen, CancellationToken cancellation)
    {
        parsed.RefuseUnused("--clip", [
            _data, _compare, _study, _roundTrip, _csv, _pictures,
            .. _request.Options.Where(option => option.Name is not ("--direction" or "--eval" or "--steps")),
        ]);
        var trained = parsed.GetValue(_model) ?? throw new UsageException("--model is missing: a run's folder or a checkpoint");
        ClipEvaluation.RequireNoLabel(trained);
        using var frames = ClipEvaluation.Open(path);
        using var opened = Device.Open(parsed.GetRequiredValue(_device), parsed.GetValue(_threads));
        var asked = _request.Of(parsed, new EvaluationRequest { Model = trained, Data = "" });
        using var translator = Usage.Of(() => Translator.Open(
            trained, opened, new TranslationSettings { Direction = asked.Direction, Eval = asked.Eval, Steps = asked.Steps }));
        Print(screen, path, WorkDisplay.Run(screen, frames.Count, "frames", advance => Usage.Of(() =>
            ClipEvaluation.Run(translator, frames, path, parsed.GetValue(_temporal), _ => advance(""), cancellation))));
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

    private static int Compare(Screen screen, IReadOnlyList<string> runs, string? folder, Func<string, EvaluationOutcome> evaluate)
    {
        if (runs.Count < 2)
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

    private static void WriteStudy(Screen screen, PerceptualStudy study, string folder)
    {
        var page = Path.Combine(folder, "study.html");
        StudyPage.Write(study, page);
        var practice = study.Pictures.Count(p => p.Practice);
        screen.Result(
            new { study = page, practice, pictures = study.Pictures.Count - practice },
            $"wrote {page}: {practice} practice pictures and {study.Pictures.Count - practice} that count; open it in a " +
                "browser, and evaluate the answers with --study-read");
    }

    private static void Print(Screen screen, IReadOnlyList<StudyResult> results)
    {
        if (screen.Json)
        {
            screen.Output.WriteLine(StudyResult.ToJson(results));
            return;
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
    }

    private static void Print(Screen screen, RoundTripReport report) => screen.Result(
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
