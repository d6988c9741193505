using System.Text.Json;
using IlgpuGan.Models.Evaluation.Segmentation;
using IlgpuGan.Models.Evaluation.Sets;
using IlgpuGan.Models.Evaluation.Study;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Translation;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Models.Evaluation;

/// <summary>
/// Evaluates a model on a split of a data set with all metrics that apply: <see cref="Evaluator"/> those of pairs,
/// <see cref="SetComparison"/> those of sets, <see cref="GeneratorEvaluation"/> those of models that generate from noise.
/// </summary>
internal static class RunEvaluation
{
    /// <summary>Lines of progress while a segmenter is trained.</summary>
    private const int SegmenterLines = 10;

    /// <summary>Pairs from which a segmenter mostly recognises enough to be judged by.</summary>
    private const int EnoughPairs = 100;

    /// <param name="device">the device to compute on</param>
    /// <param name="say">called with a sentence before a long computation</param>
    /// <param name="progress">called after each pair: scores, input, output, target</param>
    /// <param name="ranks">
    /// the ranks that share the pictures, each with a call like this; rank 0 compares the sets and writes the files. Null for one process.
    /// </param>
    /// <param name="cancellation">stops the evaluation</param>
    /// <param name="alone">called after each output that has no target: the name of its input, or a number, and the output</param>
    /// <exception cref="OptionsException">
    /// a direction is set for a model that generates from noise; or scores are required of outputs that have no targets
    /// </exception>
    /// <exception cref="RunException">there is no such model</exception>
    /// <exception cref="PictureException">pictures are missing or can't be used</exception>
    /// <exception cref="IOException">a file can't be read, or the requested folder can't be made</exception>
    public static EvaluationOutcome Run(
        EvaluationRequest request, Device device, Action<string>? say = null,
        Action<ImageScore, Picture, Picture, Picture>? progress = null, IRanks? ranks = null, CancellationToken cancellation = default,
        Action<string, Picture>? alone = null)
    {
        var all = ranks ?? new SoleRank();
        var output = request.Output ?? (Directory.Exists(request.Model) ? request.Model : null);
        var isGenerator = GeneratesFromNoise(request);
        RequireNoScores(request, isGenerator ? $"{request.Model} generates from noise" : null);
        var features = request.Features is { } graph
            ? FeatureNetwork.Open(graph, device, request.FeatureRange, request.FeatureSide)
            : null; // Opened first, so that errors are found before the long work.
        if (request.Output is { } folder && all.Leads())
        {
            OutputPath.MakeFolder(folder); // Likewise.
        }

        var sets = new SetComparison(features, device, say, cancellation);
        var (report, writePictures) = isGenerator ? all.Together(OfNoise, patiently: true) : OfTranslations();
        var outcome = output is null || !all.Leads()
            ? new EvaluationOutcome(report, [])
            : EvaluationOutcome.Write(report, writePictures, output);
        return outcome.And(sets.Failures);

        (EvaluationReport Report, Func<string, IReadOnlyList<string>> WritePictures) OfNoise()
        {
            var evaluation = new GeneratorEvaluation(request, device);
            foreach (var (i, picture) in evaluation.Made.Index())
            {
                alone?.Invoke(Invariant.Text($"{i + 1:D4}"), picture); // As generate names them.
            }

            var begun = Compared(null, evaluation.Made, evaluation.Real, (evaluation.Made.Count, evaluation.Real.Count));
            return (
                begun with
                {
                    Subject = EvaluationSubject.Of(request),
                    Generator = all.Leads() ? evaluation.Scores(device, say, cancellation) : null,
                },
                evaluation.WritePictures);
        }

        (EvaluationReport Report, Func<string, IReadOnlyList<string>> WritePictures) OfTranslations()
        {
            using var held = all.Together(
                () => new HeldOutPictures(request, device, all, say, cancellation: cancellation), patiently: true);
            all.RequireSamePictures(held.Samples, held.Options.Data);
            RequireNoScores(request, held.ArePairs ? null : $"{request.Split} of {request.Data} holds no pairs");
            var (sheet, sizes) = (new ScoreSheet(), new HashSet<string?>());
            var scored = held.ArePairs ? Scored(held, sheet, sizes) : null;
            if (scored is null || request.Sets || features is not null)
            {
                var (made, real) = Evaluator.Collect(held.Translator, held.Samples, cancellation, all, scored is null ? alone : null);
                scored = Compared(scored, made, real, (held.Samples.Inputs, held.Samples.Targets));
            }

            return (
                scored with
                {
                    Subject = held.Subject, DataWarning = held.ArePairs && all.Leads() ? held.Samples.Warning() : null,
                },
                sheet.Write);
        }

        EvaluationReport Scored(HeldOutPictures held, ScoreSheet sheet, HashSet<string?> sizes)
        {
            var labels = request.Labels && held.HasTrainingPairs
                ? all.LeaderFirst(() => FindLabels(request, held, device, output, say, cancellation))
                : null;
            var scores = Evaluator.Run(held.Translator, held.Samples, labels, all, Shown, cancellation);
            return EvaluationReport.Of(scores) with
            {
                Segmentation = labels?.Report(),
                Size = sizes.Count == 1 ? sizes.Single() : null,
            };

            void Shown(ImageScore score, Picture input, Picture made, Picture target)
            {
                sheet.Add(score, input, made, target);
                sizes.Add(SetComparison.OneSize([made]));
                progress?.Invoke(score, input, made, target);
            }
        }

        EvaluationReport Compared(
            EvaluationReport? begun, IReadOnlyList<Picture> made, IReadOnlyList<Picture> real, (int Outputs, int Real) of)
        {
            var counts = new SetCounts(made.Count, of.Outputs, real.Count, of.Real);
            begun = (begun ?? SetComparison.Begun(made, real)) with { Compared = counts };
            return all.Leads() ? sets.With(begun, made, real, counts) : begun;
        }
    }

    /// <summary>Creates a perceptual study of the model's outputs and real pictures.</summary>
    /// <param name="request">the model and the data</param>
    /// <param name="ofEach">number of outputs and of real pictures that count; null for forty, or as many as there are</param>
    /// <param name="seed">seed of the selection and the order</param>
    /// <param name="device">the device to compute on</param>
    /// <param name="cancellation">stops the evaluation</param>
    /// <param name="ranks">the ranks that share the pictures, each with a call like this; null for this process alone</param>
    /// <param name="warn">called if pairs don't look like pairs</param>
    /// <exception cref="OptionsException">a direction is set for a model that generates from noise</exception>
    /// <exception cref="RunException">there is no such model</exception>
    /// <exception cref="PictureException">pictures are missing, too few, or can't be used</exception>
    internal static PerceptualStudy Study(
        EvaluationRequest request, int? ofEach, ulong seed, Device device, CancellationToken cancellation = default, IRanks? ranks = null,
        Action<string>? warn = null)
    {
        var all = ranks ?? new SoleRank();
        if (GeneratesFromNoise(request))
        {
            var evaluation = all.Together(() => new GeneratorEvaluation(request, device), patiently: true);
            return PerceptualStudy.Of(EvaluationSubject.Of(request), evaluation.Made, evaluation.Real, ofEach, seed);
        }

        using var held = all.Together(
            () => new HeldOutPictures(request, device, all, warn: warn, cancellation: cancellation), patiently: true);
        all.RequireSamePictures(held.Samples, held.Options.Data);
        var (made, real) = Evaluator.Collect(held.Translator, held.Samples, cancellation, all);
        return PerceptualStudy.Of(held.Subject, made, real, ofEach, seed);
    }

    /// <summary>
    /// Measures reconstruction errors of a model with a generator for each direction, also after rounding of and noise on the intermediate
    /// pictures, which destroy hidden information (Chu, Zhmoginov, Sandler 2017, arXiv 1712.02950).
    /// </summary>
    /// <param name="request">the model and the data</param>
    /// <param name="device">the device to compute on</param>
    /// <param name="shown">
    /// called after each picture with the direction of its first half: the input, the intermediate picture, and each result
    /// </param>
    /// <param name="warn">called if pairs don't look like pairs</param>
    /// <param name="cancellation">stops the evaluation</param>
    /// <exception cref="RunException">there is no such model, or it has no generator for each direction</exception>
    /// <exception cref="PictureException">pictures are missing or can't be used</exception>
    internal static RoundTripReport RoundTrips(
        EvaluationRequest request, Device device, Action<Direction, IReadOnlyList<Picture>>? shown = null, Action<string>? warn = null,
        CancellationToken cancellation = default)
    {
        HeldOutPictures.RequireBothWays(request.Model);
        using var held = new HeldOutPictures(request, device, new SoleRank(), warn: warn, cancellation: cancellation);
        var (there, way) = (held.Translator, held.Options.Direction);
        using var back = Translator.Open(
            request.Model, device, request.Translation with { Direction = way.Opposite(), Steps = null });
        var (first, second) = (new RoundTrip(there.Forward, back.Forward), new RoundTrip(back.Forward, there.Forward));
        foreach (var (number, batch) in held.Samples.InOrder().On(device).Index())
        {
            cancellation.ThrowIfCancellationRequested();
            using var step = device.Step();

            // The smaller of two unpaired sets repeats; its pictures are translated once.
            if (number < held.Samples.Inputs)
            {
                var pictures = first.Add(batch.A);
                shown?.Invoke(way, pictures);
            }

            if (number < held.Samples.Targets)
            {
                var pictures = second.Add(batch.B);
                shown?.Invoke(way.Opposite(), pictures);
            }
        }

        return new RoundTripReport(held.Subject, [first.Result(way), second.Result(way.Opposite())]);
    }

    /// <summary>The report of an earlier evaluation in a run's folder; null if there is none.</summary>
    /// <exception cref="RunException">the report is damaged</exception>
    public static EvaluationReport? ReadReport(string folder)
    {
        var file = new RunDirectory(folder).Evaluation;
        try
        {
            return File.Exists(file) ? EvaluationReport.Parse(Disk.ReadText(file)) : null;
        }
        catch (JsonException e)
        {
            throw new RunException($"{file}: is damaged at line {e.LineNumber + 1}; evaluate the run again", e);
        }
    }

    /// <exception cref="OptionsException">the model generates from noise, and a direction or steps are set</exception>
    private static bool GeneratesFromNoise(EvaluationRequest request)
    {
        var generates = GeneratorEvaluation.IsFor(request.Model);
        return generates && (request.Direction is not null || request.Steps is not null)
            ? throw new OptionsException(
                $"--{(request.Steps is null ? "direction" : "steps")} does not apply to {request.Model}, which generates from noise")
            : generates;
    }

    /// <param name="because">why outputs have no targets; null if they have</param>
    /// <exception cref="OptionsException">they have none, and scores are required</exception>
    private static void RequireNoScores(EvaluationRequest request, string? because)
    {
        if (request.Scores && because is not null)
        {
            throw new OptionsException($"--csv needs a score for each picture, but {because}, so no output has a target");
        }
    }

    private static LabelTask? FindLabels(
        EvaluationRequest request, HeldOutPictures held, Device device, string? output, Action<string>? say,
        CancellationToken cancellation)
    {
        var training = held.OpenSplit("train", paired: true);
        var mirrored = held.OpenSplit("train", paired: true, settings => settings with { Flip = true, Serial = false });
        return LabelTask.Find(
            training, mirrored, device, request.SegmenterFolder is { } shared ? [shared] : CacheFolders(output), request.Segmenter, Report,
            say, cancellation);

        void Report(int step, float loss)
        {
            if (step == 1)
            {
                say?.Invoke($"Training a segmenter on the {training.Count} real pairs of {Path.Combine(request.Data, "train")}: " +
                    $"{request.Segmenter.Steps} steps, once for this data" + (training.Count >= EnoughPairs ? ""
                        : "; so few pairs often make it too weak to judge by, and --no-labels leaves it out"));
            }
            else if (step == request.Segmenter.Steps)
            {
                say?.Invoke($"Segmenter trained; last loss {loss:0.000}");
            }
            else if (step % Math.Max(1, request.Segmenter.Steps / SegmenterLines) == 0)
            {
                say?.Invoke($"Segmenter: step {step} of {request.Segmenter.Steps}, loss {loss:0.000}");
            }
        }
    }

    /// <summary>The run's folder, then those of its sibling runs, so that runs on the same data share a segmenter.</summary>
    private static IReadOnlyList<string> CacheFolders(string? output)
    {
        if (output is null)
        {
            return [];
        }

        var own = Path.GetFullPath(output);
        var beside = Path.GetDirectoryName(own) is { } parent && Directory.Exists(parent)
            ? Directory.EnumerateDirectories(parent).Order(StringComparer.Ordinal)
                .Where(folder => folder != own && new RunDirectory(folder).Exists)
            : [];
        return [.. beside.Prepend(own).Select(folder => Path.Combine(folder, EvaluationOutcome.FolderName))];
    }
}
