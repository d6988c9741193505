using System.Text.Json;
using IlgpuGan.Models.Data.Labels;
using IlgpuGan.Models.Evaluation.Segmentation;
using IlgpuGan.Models.Evaluation.Sets;
using IlgpuGan.Models.Evaluation.Study;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Translation;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Models.Evaluation;

/// <summary>The subject and settings of an evaluation.</summary>
internal sealed record EvaluationRequest
{
    /// <summary>A run's folder or a file with a generator.</summary>
    public string Model { get; init; } = "";

    /// <summary>Folder of the data set.</summary>
    public string Data { get; init; } = "";

    [Option("Split of the data set.", Values = "NAME")]
    public string Split { get; init; } = "val";

    /// <summary>The part of the split, and the number of parts that its pairs are dealt out to; null for the whole split.</summary>
    internal (int Number, int Parts)? Part { get; init; }

    [Option("Direction of the translation, for a model with both (default that of training).")]
    public Direction? Direction { get; init; }

    [Option("Use the running statistics of training in batch norms.")]
    public bool Eval { get; init; }

    [Option(
        "Steps of each translation, for a generator that takes several (default that of its training's options).", Least = 1)]
    public int? Steps { get; init; }

    [Option("Undoes --no-labels.", Off = "Ignore label maps, and train no segmenter.")]
    public bool Labels { get; init; } = true;

    /// <summary>Unpaired data always are compared as sets.</summary>
    [Option("Also evaluate pairs as sets: two-sample test and patch distance.")]
    public bool Sets { get; init; }

    /// <summary>Whether each picture must have scores (<c>--csv</c>), which needs pairs.</summary>
    public bool Scores { get; init; }

    [Option(
        "An .onnx graph (such as Inception) whose features are used to compare sets: Fréchet distance, precision, recall.",
        Values = "FILE")]
    public string? Features { get; init; }

    [Option("The graph's values for black and white: -1 and 1 (default), 0 and 1, 0 and 255.", Name = "features-range")]
    [Needs(nameof(Features))]
    public PixelRange FeatureRange { get; init; }

    [Option(
        "Resize pictures to a square of this side for the graph (default: the graph's side, or the pictures').", Name = "features-side",
        Least = 1, Most = 4096)]
    [Needs(nameof(Features))]
    public int? FeatureSide { get; init; }

    /// <summary>If the model is a file, null for no files.</summary>
    [Option("Output folder of evaluation.json, evaluation.csv and the pictures (default the run's folder).", Name = "out", Values = "DIR")]
    public string? Output { get; init; }

    public SegmenterSettings Segmenter { get; init; } = new();

    /// <summary>Folder for segmenters that several evaluations share; null for the runs' folders.</summary>
    public string? SegmenterFolder { get; init; }
}

/// <summary>Evaluates a model on a split of a data set with all metrics that apply.</summary>
internal static class RunEvaluation
{
    /// <summary>Lines of progress while a segmenter is trained.</summary>
    private const int SegmenterLines = 10;

    /// <summary>Pairs from which a segmenter mostly recognises enough to be judged by.</summary>
    private const int EnoughPairs = 100;

    /// <summary>So many pictures take a while to be decoded.</summary>
    private const int ManyPictures = 100;

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
        if (isGenerator)
        {
            RequireNoScores(request, $"{request.Model} generates from noise");
        }

        var features = request.Features is { } graph
            ? FeatureNetwork.Open(graph, device, request.FeatureRange, request.FeatureSide)
            : null; // Opened first, so that errors are found before the long work.
        if (request.Output is { } folder && all.Leads())
        {
            OutputPath.MakeFolder(folder); // Likewise.
        }

        if (isGenerator)
        {
            return all.Together(() => OfGenerator(request, output, features, device, all, say, alone, cancellation), patiently: true);
        }

        var (opened, samples, options, paired) = all.Together(() => Open(request, device, cancellation, all, say), patiently: true);
        using var translator = opened;
        all.RequireSamePictures(samples, options.Data);
        var sheet = new ScoreSheet();
        var (sizes, failures) = (new HashSet<string>(), new List<string>());
        EvaluationReport report;
        if (paired)
        {
            var labels = request.Labels && HasTrainingPairs(options)
                ? all.LeaderFirst(() => FindLabels(request, options, device, output, say, cancellation))
                : null;
            var scores = Evaluator.Run(translator, samples, labels, all, Shown, cancellation);
            report = EvaluationReport.Of(scores) with { Segmentation = labels?.Report(), Size = OneSize(sizes) };
            report = request.Sets || features is not null
                ? WithSets(report, translator, samples, features, failures, device, all, say, cancellation)
                : report;
        }
        else
        {
            RequireNoScores(request, $"{request.Split} of {request.Data} holds no pairs");
            report = WithSets(null, translator, samples, features, failures, device, all, say, cancellation, alone);
        }

        report = report with
        {
            Subject = SubjectOf(request, options, translator), DataWarning = paired && all.Leads() ? samples.Warning() : null,
        };
        var outcome = output is null || !all.Leads()
            ? new EvaluationOutcome(report, [])
            : EvaluationOutcome.Write(report, sheet.Write, output);
        return outcome.And(failures);

        void Shown(ImageScore score, Picture input, Picture made, Picture target)
        {
            sheet.Add(score, input, made, target);
            sizes.Add(SizeOf(made));
            progress?.Invoke(score, input, made, target);
        }
    }

    private static EvaluationOutcome OfGenerator(
        EvaluationRequest request, string? output, FeatureNetwork? features, Device device, IRanks ranks, Action<string>? say,
        Action<string, Picture>? alone, CancellationToken cancellation)
    {
        var evaluation = new GeneratorEvaluation(request, device);
        foreach (var (i, picture) in evaluation.Made.Index())
        {
            alone?.Invoke(Invariant.Text($"{i + 1:D4}"), picture); // As generate names them.
        }

        var failures = new List<string>();
        var all = (evaluation.Made.Count, evaluation.Real.Count);
        var report = WithSets(null, evaluation.Made, evaluation.Real, all, features, failures, device, ranks, say, cancellation) with
        {
            Subject = SubjectOf(request),
        };
        if (!ranks.Leads())
        {
            return new EvaluationOutcome(report, []);
        }

        report = report with { Generator = evaluation.Scores(device, say, cancellation) };
        var outcome = output is null
            ? new EvaluationOutcome(report, [])
            : EvaluationOutcome.Write(report, evaluation.WritePictures, output);
        return outcome.And(failures);
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
            return PerceptualStudy.Of(SubjectOf(request), evaluation.Made, evaluation.Real, ofEach, seed);
        }

        var (opened, samples, options, _) = all.Together(() => Open(request, device, cancellation, all, warn: warn), patiently: true);
        using var translator = opened;
        all.RequireSamePictures(samples, options.Data);
        var (made, real) = Evaluator.Collect(translator, samples, cancellation, all);
        return PerceptualStudy.Of(SubjectOf(request, options, translator), made, real, ofEach, seed);
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
        RequireBothWays(request.Model);
        var (opened, samples, options, _) = Open(request, device, cancellation, new SoleRank(), warn: warn);
        using var there = opened;
        var way = options.Direction;
        using var back = Translator.Open(
            request.Model, device, new TranslationSettings { Direction = way.Opposite(), Eval = request.Eval });
        var (first, second) = (new RoundTrip(there.Forward, back.Forward), new RoundTrip(back.Forward, there.Forward));
        foreach (var (number, batch) in samples.InOrder().On(device).Index())
        {
            cancellation.ThrowIfCancellationRequested();
            using var step = device.Step();

            // The smaller of two unpaired sets repeats; its pictures are translated once.
            if (number < samples.Inputs)
            {
                var pictures = first.Add(batch.A);
                shown?.Invoke(way, pictures);
            }

            if (number < samples.Targets)
            {
                var pictures = second.Add(batch.B);
                shown?.Invoke(way.Opposite(), pictures);
            }
        }

        return new RoundTripReport(SubjectOf(request, options, there), [first.Result(way), second.Result(way.Opposite())]);
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

    private static Translator TranslatorFor(EvaluationRequest request, Device device)
    {
        RequireNoLabel(request);
        return Translator.Open(
            request.Model, device,
            new TranslationSettings { Direction = request.Direction, Eval = request.Eval, Steps = request.Steps });
    }

    /// <summary>Opens the model and the pictures, and decodes these: a damaged one would waste the long work before its turn.</summary>
    private static (Translator Translator, PairSource Samples, PictureOptions Options, bool Paired) Open(
        EvaluationRequest request, Device device, CancellationToken cancellation, IRanks ranks, Action<string>? say = null,
        Action<string>? warn = null)
    {
        var translator = TranslatorFor(request, device);
        var options = OptionsFor(request, translator.Options, translator.Generator.Direction);
        if (options.LearnsFromPhotographs && request.Split != "train" && options.FolderOf("train") == options.Data)
        {
            throw new PictureException(
                $"{options.Data}: has no folder {request.Split}; its pictures are --split train, those to learn from");
        }

        if (options.LearnsFromPhotographs ? options.FolderOf(request.Split) != options.Data
            : options is not LabelMapOptions { ReadsLabelMaps: true } || !LabelSource.Exists(options.Data, request.Split))
        {
            DataSplits.Require(options.Data, request.Split);
        }

        var paired = IsPaired(options, request.Split);
        var samples = OpenSplit(options, request.Split, paired);
        samples = request.Part is var (number, parts) ? new PartOfPairs(samples, number, parts) : samples;
        if (ranks.Leads())
        {
            // Of sets without pairs only so many are compared.
            var compared = paired
                ? samples
                : OpenSplit(
                    options, request.Split, paired,
                    settings => settings with { MaxSamples = Evaluator.MostPictures, SpreadSamples = true });
            if (compared.Files.Count >= ManyPictures)
            {
                say?.Invoke($"Checking {Counted.Of(compared.Files.Count, "picture")}");
            }

            using var silence = PictureRemarks.Silence(); // They are told when the pictures are compared.
            DataCheck.Require(compared, cancellation: cancellation);
            if (warn is not null && paired && samples.Warning() is { } warning)
            {
                warn(warning);
            }
        }

        return (translator, samples, options, paired);
    }

    /// <summary>Refuses a generator that takes a label, because an input has no single target.</summary>
    /// <exception cref="RunException">the generator takes a label</exception>
    private static void RequireNoLabel(EvaluationRequest request)
    {
        using var file = NetworksOf(request.Model);
        if (file.Networks[0] is { Generator.Conditions.Labels.Count: > 0 } labelled)
        {
            _ = OptionsFor(request, labelled.Options, labelled.Generator.Direction);
        }
    }

    /// <exception cref="RunException">there is no such model, or it is a graph of another program</exception>
    private static NetworkFile NetworksOf(string model)
    {
        try
        {
            return NetworkFile.Open(model);
        }
        catch (InteropException e) when (PictureGraph.IsFor(model))
        {
            throw new RunException(
                $"{model}: an ONNX graph of another program can translate, but it can't be evaluated on a data set; take the weights " +
                    "that it was made from",
                e);
        }
    }

    /// <exception cref="RunException">the model has no generator for each direction</exception>
    private static void RequireBothWays(string model)
    {
        using var file = NetworksOf(model);
        var ways = file.Networks.Where(n => n is { HasKnownDirection: true, Generator: { Conditions: null, Labels: null } })
            .Select(n => n.Generator!.Direction).Distinct();
        if (ways.Count() < 2)
        {
            throw new RunException(
                $"{model}: a round trip needs a generator for each direction; a {file.Networks[0].Options.Model} has " +
                    $"{Counted.Of(file.Networks.Count(n => n.IsGenerator), "generator")} here");
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

    /// <exception cref="OptionsException">scores are required</exception>
    private static void RequireNoScores(EvaluationRequest request, string because)
    {
        if (request.Scores)
        {
            throw new OptionsException($"--csv needs a score for each picture, but {because}, so no output has a target");
        }
    }

    private static EvaluationSubject SubjectOf(EvaluationRequest request) =>
        new(request.Model, StepOf(request.Model), request.Data, request.Split, Direction: null, Eval: true);

    private static EvaluationSubject SubjectOf(EvaluationRequest request, PictureOptions options, Translator translator) =>
        new(
            request.Model, StepOf(request.Model), request.Data, request.Split, OptionsJson.TextOf(options.Direction),
            request.Eval)
        {
            TranslationSteps = request.Steps ?? translator.Generator.Conditions?.Steps?.Default,
        };

    /// <summary>The training options with the data and direction of the request.</summary>
    /// <param name="request">what is evaluated</param>
    /// <param name="trained">the training options</param>
    /// <param name="own">
    /// the generator's direction, which need not be that of the training: a file can hold the second of two generators alone
    /// </param>
    /// <exception cref="RunException">the model does not translate pictures</exception>
    private static PictureOptions OptionsFor(EvaluationRequest request, TrainingOptions trained, Direction own)
    {
        if (trained is not PictureOptions translation)
        {
            throw new RunException($"{request.Model}: a {trained.Model} does not translate between two domains, so its pictures have no " +
                "targets to be compared with");
        }

        return (translation with { Data = request.Data }).Towards(request.Direction ?? own);
    }

    /// <summary>
    /// Whether a split holds pairs: side-by-side pictures, or (for a model that learns from pairs) two folders with equal file names.
    /// </summary>
    private static bool IsPaired(PictureOptions options, string split)
    {
        if (options is LabelMapOptions { ReadsLabelMaps: true } or { LearnsFromPhotographs: true })
        {
            return true;
        }

        var folder = Path.Combine(options.Data, split);
        return PictureList.IsIn(folder)
            ? !Directory.Exists(Path.Combine(folder, "A"))
            : FamilyCatalog.Of(options).Info.LearnsFromPairs;
    }

    private static bool HasTrainingPairs(PictureOptions options)
    {
        var folder = Path.Combine(options.Data, "train");
        return options is LabelMapOptions { ReadsLabelMaps: true }
            ? LabelSource.Exists(options.Data, "train")
            : !options.LearnsFromPhotographs && (PictureList.IsIn(folder) || PictureList.IsIn(folder + "A")) && IsPaired(options, "train");
    }

    /// <summary>Opens a split; label maps are colour-coded.</summary>
    /// <param name="change">changes the preprocessing; null for that of evaluations</param>
    private static PairSource OpenSplit(PictureOptions options, string split, bool paired, Func<DataSettings, DataSettings>? change = null)
    {
        var (folder, settings) = (Path.Combine(options.Data, split), options.DataSettings(forEvaluation: true));
        settings = (change?.Invoke(settings) ?? settings) with { SmallestSide = 1 }; // A translator extends what is too small.
        return options is LabelMapOptions { ReadsLabelMaps: true } labels ? new LabelPictures(
            LabelSource.Open(options.Data, split, settings, labels.Coding))
            : options.LearnsFromPhotographs ? GreyPhotographs.Open(options.FolderOf(split), settings)
            : paired ? AlignedFolder.Open(folder, settings)
            : UnalignedFolder.Open(folder, settings);
    }

    private static LabelTask? FindLabels(
        EvaluationRequest request, PictureOptions options, Device device, string? output, Action<string>? say,
        CancellationToken cancellation)
    {
        var training = OpenSplit(options, "train", paired: true);
        var mirrored = OpenSplit(options, "train", paired: true, settings => settings with { Flip = true, Serial = false });
        return LabelTask.Find(
            training, mirrored, device, request.SegmenterFolder is { } shared ? [shared] : CacheFolders(output), request.Segmenter, Report,
            say, cancellation);

        void Report(int step, float loss)
        {
            if (step == 1)
            {
                say?.Invoke($"Training a segmenter on the {training.Count} real pairs of {Path.Combine(options.Data, "train")}: " +
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

    private static EvaluationReport WithSets(
        EvaluationReport? report, Translator translator, PairSource samples, FeatureNetwork? features, List<string> failures, Device device,
        IRanks ranks, Action<string>? say, CancellationToken cancellation, Action<string, Picture>? alone = null)
    {
        var (outputs, real) = Evaluator.Collect(translator, samples, cancellation, ranks, alone);
        return WithSets(
            report, outputs, real, (samples.Inputs, samples.Targets), features, failures, device, ranks, say, cancellation);
    }

    /// <param name="all">numbers of the pictures of which <paramref name="outputs"/> and <paramref name="real"/> are some or all</param>
    private static EvaluationReport WithSets(
        EvaluationReport? report, IReadOnlyList<Picture> outputs, IReadOnlyList<Picture> real, (int Outputs, int Real) all,
        FeatureNetwork? features, List<string> failures, Device device, IRanks ranks, Action<string>? say, CancellationToken cancellation)
    {
        var compared = new SetCounts(outputs.Count, all.Outputs, real.Count, all.Real);
        report ??= new EvaluationReport
        {
            Size = OneSize([.. outputs.Select(SizeOf)]),
            Colours = ColourHistogram.Of(outputs).Intersect(ColourHistogram.Of(real)),
            Checkerboard = CheckerboardMeter.Compare(CheckerboardMeter.Over(outputs), CheckerboardMeter.Over(real)),
        };
        report = report with { Compared = compared };
        if (!ranks.Leads())
        {
            return report;
        }

        if (features is not null)
        {
            say?.Invoke($"Comparing {compared} by the features of {features.Path}");
            try
            {
                report = report with { Features = features.Compare(outputs, real, cancellation) };
            }
            catch (Exception e) when (e is PictureException or IOException)
            {
                failures.Add(e.Message); // The other scores must not be lost.
            }
        }

        var sizes = outputs.Concat(real).Select(p => (p.Width, p.Height)).Distinct().ToList();
        if (sizes.Count > 1 || Math.Min(sizes[0].Width, sizes[0].Height) < SlicedWasserstein.LeastSide)
        {
            var these = sizes.Count > 1 ? $"there are {sizes.Count} sizes" : $"these have {sizes[0].Width}x{sizes[0].Height}";
            say?.Invoke($"Patch distance and two-sample test need pictures of one size, {SlicedWasserstein.LeastSide} pixels or more a " +
                $"side; {these}");
            return report;
        }

        var count = Math.Min(outputs.Count, real.Count);
        var asMany = compared with { Outputs = count, Real = count };
        say?.Invoke($"Comparing {asMany}: patches, then a classifier");
        return report with
        {
            SlicedWasserstein = SlicedWasserstein.Between(outputs, real, device),
            TwoSample = count < TwoSampleTest.LeastPictures ? null : TwoSampleTest.Run(outputs, real, device, cancellation: cancellation),
        };
    }

    private static string SizeOf(Picture picture) => $"{picture.Width}x{picture.Height}";

    /// <summary>The size of all pictures; null if they differ.</summary>
    private static string? OneSize(HashSet<string> sizes) => sizes.Count == 1 ? sizes.Single() : null;

    private static long? StepOf(string model)
    {
        using var file = Directory.Exists(model) && !ZooModel.IsName(model)
            ? Checkpoint.ReadLatest(new RunDirectory(model), ZooModel.OpenTensors)
            : ZooModel.OpenTensors(model);
        return Checkpoint.IsCheckpoint(file) ? Checkpoint.Read(file).Position.Step : null;
    }
}
