using IlgpuGan.Models.Evaluation.Sets;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Generation;

namespace IlgpuGan.Models.Evaluation;

/// <summary>
/// Evaluates a model that generates from noise: generates as many pictures as there are held-out ones, of a conditional model for their
/// labels, and compares them with these and with the training pictures.
/// </summary>
internal sealed class GeneratorEvaluation
{
    private const string Generated = "generated.png";
    private const string Nearest = "nearest.png";
    private const string TrainingSplit = "train";
    private const string PixelFeatures = "the colours of 8x8 parts of a picture";
    private const string ClassFeatures = "the last layer but one of a classifier of the training pictures";
    private const int PartsASide = 8;
    private const int Columns = 10;
    private const int Shown = 8;
    private const int NearestShown = 4;

    /// <summary>Seed of the generated pictures: those of <c>generate --seed 1</c>, but for labels.</summary>
    private const ulong Seed = 1;

    private readonly IReadOnlyList<Picture> _made;
    private readonly IReadOnlyList<Picture> _real;
    private readonly IReadOnlyList<Picture> _training;
    private readonly bool _forLabels;

    /// <summary>Class names of the training pictures (none or at least two), and the class of each picture.</summary>
    private readonly (IReadOnlyList<string> Names, IReadOnlyList<int> OfPictures) _classes;

    /// <param name="request">the model and the data</param>
    /// <param name="device">the device to compute on</param>
    /// <exception cref="PictureException">held-out pictures are missing or can't be used</exception>
    public GeneratorEvaluation(EvaluationRequest request, Device device)
    {
        using var generator = PictureGenerator.Open(request.Model, device);
        var options = generator.Options with { Data = request.Data };
        DataSplits.Require(request.Data, request.Split);
        (_real, _, var labels) = Pictures(options, request.Split, device);
        if (request.Split != TrainingSplit && Directory.Exists(Path.Combine(request.Data, TrainingSplit)))
        {
            (_training, var files, _) = Pictures(options, TrainingSplit, device);
            _classes = ClassesOf(Path.Combine(request.Data, TrainingSplit), files);
        }
        else
        {
            (_training, _classes) = ([], ([], []));
        }

        // After all pictures have been read: a damaged one would waste it.
        var asked = generator.Spec.Labels is { } set && labels.Count == _real.Count && labels.All(l => l.Length == set.Names.Count)
            ? InTurn(labels)
            : null; // Unconditional, or the labels are not of the pictures: MAD-GAN's tell its generators apart.
        _forLabels = asked is not null;
        _made = [.. generator.Generate(new GenerationRequest { Seed = Seed, Count = _real.Count, Labels = asked })];
    }

    /// <summary>Names of the files of <see cref="WritePictures"/>.</summary>
    public static IReadOnlyList<string> Files { get; } = [Generated, Nearest];

    /// <summary>The generated pictures, as many as there are held-out ones.</summary>
    public IReadOnlyList<Picture> Made => _made;

    public IReadOnlyList<Picture> Real => _real;

    /// <summary>Whether a run or a file holds a model that generates from noise.</summary>
    /// <exception cref="IOException">the file can't be read or is damaged</exception>
    public static bool IsFor(string model) =>
        PictureGenerator.OptionsOf(model) is { } options && !FamilyCatalog.Of(options).Info.LearnsFromOneFile;

    /// <summary>Scores of the model beyond the comparison of two sets.</summary>
    public GeneratorScores Scores(Device device, Action<string>? say, CancellationToken cancellation)
    {
        var classifier = Classifier(device, say, cancellation);
        Func<Picture, float[]> features = classifier is null ? Coarse : classifier.Features;
        return new GeneratorScores(
            _made.Count, _real.Count, classifier is null ? PixelFeatures : ClassFeatures,
            _real.Count < Manifolds.LeastPoints ? null : Manifolds.Between([.. _made.Select(features)], [.. _real.Select(features)]),
            _real.Count < 2 ? null : Diversity.MeanDistance(_made), _real.Count < 2 ? null : Diversity.MeanDistance(_real),
            classifier is null ? null : Coverage(classifier),
            _training.Count == 0 ? null : Distances(new NearestPictures(_training)))
        {
            ForLabels = _forLabels ? true : null,
        };
    }

    /// <summary>Writes generated pictures, and some of them with their nearest training pictures.</summary>
    /// <returns>the written files</returns>
    public IReadOnlyList<string> WritePictures(string folder)
    {
        var (all, nearest) = (Path.Combine(folder, Generated), Path.Combine(folder, Nearest));
        var rows = _made.Count / Columns;
        PictureFile.Save(
            rows == 0 ? Mosaic.Row([.. _made])
                : Mosaic.Column([.. _made.Take(rows * Columns).Chunk(Columns).Take(Columns).Select(row => Mosaic.Row(row))]),
            all);
        if (_training.Count == 0)
        {
            return [all];
        }

        var training = new NearestPictures(_training);
        PictureFile.Save(
            Mosaic.Column([.. _made.Take(Shown).Select(
                made => Mosaic.Row([made, .. training.To(made, NearestShown).Select(n => n.Picture)]))]),
            nearest);
        return [all, nearest];
    }

    /// <summary>The pictures of a split, their files, and their labels if the model is conditional.</summary>
    private static (IReadOnlyList<Picture> Pictures, IReadOnlyList<string> Files, IReadOnlyList<float[]> Labels) Pictures(
        TrainingOptions options, string split, Device device)
    {
        var source = FamilyCatalog.Of(options).OpenData(options, split, forEvaluation: true);
        var (pictures, labels) = (new List<Picture>(), new List<float[]>());
        foreach (var batch in source.InOrder().On(device))
        {
            using var step = device.Step();
            pictures.Add(PictureTensors.ToPicture(batch[LabelledPictures.NameOfPicture]));
            if (batch.Find(LabelledPictures.NameOfLabel) is { } label)
            {
                labels.Add(label.ToArray());
            }
        }

        return (pictures, source.Files, labels);
    }

    /// <summary>Labels in turn as <c>generate</c> takes them, until one after the other has been taken as often as it occurs.</summary>
    private static IReadOnlyList<float[]> InTurn(IReadOnlyList<float[]> labels) =>
    [
        .. labels.GroupBy(label => string.Join(' ', label)).OrderBy(same => Array.IndexOf(same.First(), 1f))
            .SelectMany(same => same.Index()).OrderBy(label => label.Index).Select(label => label.Item),
    ];

    /// <summary>Classes by folder, if every picture of the split is in a sub-folder and there are at least two sub-folders.</summary>
    private static (IReadOnlyList<string> Names, IReadOnlyList<int> OfPictures) ClassesOf(string folder, IReadOnlyList<string> files)
    {
        string[] folders = [.. files.Select(file => Path.GetDirectoryName(Path.GetRelativePath(folder, file))!)];
        List<string> names = [.. folders.Distinct().Order(StringComparer.Ordinal)];
        return names.Count > 1 && !names.Contains("") ? (names, Array.ConvertAll(folders, names.IndexOf)) : ([], []);
    }

    private PictureClassifier? Classifier(Device device, Action<string>? say, CancellationToken cancellation)
    {
        if (_classes.Names.Count == 0 || Math.Min(_real[0].Width, _real[0].Height) < PictureNetwork.LeastSide)
        {
            return null;
        }

        say?.Invoke($"Training a classifier of {_classes.Names.Count} classes on {_training.Count} training pictures");
        return PictureClassifier.Train(_training, _classes.OfPictures, device, cancellation: cancellation);
    }

    private ClassCoverage Coverage(PictureClassifier classifier)
    {
        return new ClassCoverage(_classes.Names, Shares([.. _made.Select(classifier.Classify)]), Shares(_classes.OfPictures));

        double[] Shares(IReadOnlyList<int> found) =>
            [.. Enumerable.Range(0, _classes.Names.Count).Select(c => found.Count(f => f == c) / (double)found.Count)];
    }

    private NearestDistances Distances(NearestPictures training) => new(training.MeanDistance(_made), training.MeanDistance(_real));

    /// <summary>Features without a classifier: mean colours, [C, 8, 8].</summary>
    private static float[] Coarse(Picture picture) => Diversity.Values(picture.Resize(PartsASide, PartsASide));
}
