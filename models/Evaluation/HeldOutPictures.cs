using IlgpuGan.Models.Data.Labels;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Translation;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Models.Evaluation;

/// <summary>A generator that translates, and the held-out pictures that it is judged on.</summary>
internal sealed class HeldOutPictures : IDisposable
{
    /// <summary>So many pictures take a while to be decoded.</summary>
    private const int ManyPictures = 100;

    /// <summary>Opens the model and the pictures, and decodes these: a damaged one would waste the long work before its turn.</summary>
    /// <param name="warn">called if pairs don't look like pairs</param>
    /// <exception cref="RunException">there is no such model, or it does not translate pictures</exception>
    /// <exception cref="PictureException">pictures are missing or can't be used</exception>
    public HeldOutPictures(
        EvaluationRequest request, Device device, IRanks ranks, Action<string>? say = null, Action<string>? warn = null,
        CancellationToken cancellation = default)
    {
        // Before a generator that takes a label asks for one: its pictures may have no targets.
        Using(request.Model, file => file.Networks[0] is { Generator.Conditions.Labels.Count: > 0 } labelled
            ? OptionsFor(request, labelled.Options, labelled.Generator.Direction) : null);
        Translator = Translator.Open(request.Model, device, request.Translation);
        Options = OptionsFor(request, Translator.Options, Translator.Generator.Direction);
        var (data, split) = (Options.Data, request.Split);
        if (Options.LearnsFromPhotographs && split != "train" && Options.FolderOf("train") == data)
        {
            throw new PictureException($"{data}: has no folder {split}; its pictures are --split train, those to learn from");
        }

        if (Options.LearnsFromPhotographs ? Options.FolderOf(split) != data : !HasLabelMaps(split))
        {
            DataSplits.Require(data, split);
        }

        ArePairs = Holds(split);
        Samples = OpenSplit(split, ArePairs);
        Samples = request.Part is var (number, parts) ? new PartOfPairs(Samples, number, parts) : Samples;
        if (ranks.Leads())
        {
            // Of sets without pairs only so many are compared.
            var compared = ArePairs ? Samples
                : OpenSplit(
                    split, paired: false,
                    settings => settings with { MaxSamples = Evaluator.MostPictures, SpreadSamples = true });
            if (compared.Files.Count >= ManyPictures)
            {
                say?.Invoke($"Checking {Counted.Of(compared.Files.Count, "picture")}");
            }

            using var silence = PictureRemarks.Silence(); // They are told when the pictures are compared.
            DataCheck.Require(compared, cancellation: cancellation);
            if (warn is not null && ArePairs && Samples.Warning() is { } warning)
            {
                warn(warning);
            }
        }

        Subject = EvaluationSubject.Of(request) with
        {
            Direction = OptionsJson.TextOf(Options.Direction), Eval = request.Eval,
            TranslationSteps = request.Steps ?? Translator.Generator.Conditions?.Steps?.Default,
        };
    }

    public Translator Translator { get; }

    public PairSource Samples { get; }

    /// <summary>The options of the training, with the data and the direction of the request.</summary>
    public PictureOptions Options { get; }

    /// <summary>Whether each input has a target.</summary>
    public bool ArePairs { get; }

    public EvaluationSubject Subject { get; }

    /// <summary>Whether there are pairs to train a segmenter on.</summary>
    public bool HasTrainingPairs => Options is LabelMapOptions { ReadsLabelMaps: true } ? HasLabelMaps("train")
        : !Options.LearnsFromPhotographs && Holds("train")
            && (PictureList.IsIn(FolderOf("train")) || PictureList.IsIn(FolderOf("trainA")));

    public void Dispose() => Translator.Dispose();

    /// <summary>Opens a split; label maps are colour-coded.</summary>
    /// <param name="change">changes the preprocessing; null for that of evaluations</param>
    public PairSource OpenSplit(string split, bool paired, Func<DataSettings, DataSettings>? change = null)
    {
        var settings = Options.DataSettings(forEvaluation: true);
        settings = (change?.Invoke(settings) ?? settings) with { SmallestSide = 1 }; // A translator extends what is too small.
        return Options is LabelMapOptions { ReadsLabelMaps: true } labels
            ? new LabelPictures(LabelSource.Open(Options.Data, split, settings, labels.Coding))
            : Options.LearnsFromPhotographs ? GreyPhotographs.Open(Options.FolderOf(split), settings)
            : paired ? AlignedFolder.Open(FolderOf(split), settings)
            : UnalignedFolder.Open(FolderOf(split), settings);
    }

    /// <summary>Refuses a model without a generator for each direction.</summary>
    /// <exception cref="RunException">it has none</exception>
    public static void RequireBothWays(string model) => Using(model, file =>
        file.Networks.Where(n => n is { HasKnownDirection: true, Generator: { Conditions: null, Labels: null } })
            .DistinctBy(n => n.Generator!.Direction).Count() > 1 ? file
            : throw new RunException(
                $"{model}: a round trip needs a generator for each direction; a {file.Networks[0].Options.Model} has " +
                    $"{Counted.Of(file.Networks.Count(n => n.IsGenerator), "generator")} here"));

    /// <exception cref="RunException">there is no such model, or it is a graph of another program</exception>
    private static void Using(string model, Func<NetworkFile, object?> check)
    {
        try
        {
            using var file = NetworkFile.Open(model);
            _ = check(file);
        }
        catch (InteropException e) when (PictureGraph.IsFor(model))
        {
            throw new RunException(
                $"{model}: an ONNX graph of another program can translate, but it can't be evaluated on a data set; take the weights " +
                    "that it was made from",
                e);
        }
    }

    /// <param name="request">what is evaluated</param>
    /// <param name="trained">the training options</param>
    /// <param name="own">
    /// the generator's direction, which need not be that of the training: a file can hold the second of two generators alone
    /// </param>
    /// <exception cref="RunException">the model does not translate pictures</exception>
    private static PictureOptions OptionsFor(EvaluationRequest request, TrainingOptions trained, Direction own) =>
        trained is PictureOptions translation
            ? (translation with { Data = request.Data }).Towards(request.Direction ?? own)
            : throw new RunException($"{request.Model}: a {trained.Model} does not translate between two domains, so its pictures have " +
                "no targets to be compared with");

    private string FolderOf(string split) => Path.Combine(Options.Data, split);

    private bool HasLabelMaps(string split) =>
        Options is LabelMapOptions { ReadsLabelMaps: true } && LabelSource.Exists(Options.Data, split);

    /// <summary>
    /// Whether a split holds pairs: side-by-side pictures, or (for a model that learns from pairs) two folders with equal file names.
    /// </summary>
    private bool Holds(string split) => Options is LabelMapOptions { ReadsLabelMaps: true } or { LearnsFromPhotographs: true }
        || (PictureList.IsIn(FolderOf(split))
            ? !Directory.Exists(Path.Combine(FolderOf(split), "A"))
            : FamilyCatalog.Of(Options).Info.LearnsFromPairs);
}
