using IlgpuGan.Models.Families;

namespace IlgpuGan.Claims;

/// <summary>A variant of a claim, trained with one seed: the data of its evaluation.</summary>
/// <param name="models">those of its parts, in order; one per checkpoint for a part with several</param>
/// <param name="data">folder of the claim's data set</param>
/// <param name="instruments">measures shared by several families</param>
internal sealed class TrainedVariant(IReadOnlyList<GanModel> models, string data, IInstruments instruments)
{
    public IReadOnlyList<GanModel> Models => models;

    /// <summary>Processor seconds that the training of each of <see cref="Models"/> took.</summary>
    internal IReadOnlyList<double> Seconds { get; init; } = [];

    /// <summary>The first of <see cref="Models"/>.</summary>
    public GanModel Model => models[0];

    public Device Device => Model.Device;

    /// <summary>Folder of the claim's data set.</summary>
    public string Data => data;

    public IInstruments Instruments => instruments;

    /// <summary>
    /// Batches of the held-out split, sorted by name, without randomness. A batch is valid until the next one.
    /// </summary>
    /// <exception cref="PictureException">there is no such split</exception>
    public IEnumerable<Batch> HeldOut(int batchSize = 1, string split = "val") =>
        Model.Family.OpenData(Model.Options, split, forEvaluation: true).InOrder(batchSize).On(Device);

    /// <summary>
    /// Some of the model's views (<see cref="FamilyInfo.Views"/>) of the first held-out samples, side by side for each sample.
    /// </summary>
    /// <exception cref="PictureException">there is no such split</exception>
    public IReadOnlyList<Picture> Shown(int samples, IReadOnlyList<string> views, string split = "val")
    {
        var pictures = new List<Picture>();
        foreach (var batch in HeldOut(split: split).Take(samples))
        {
            using var step = Device.Step();
            var shown = Model.Show(batch).ToDictionary(v => v.Label, v => v.Picture);
            pictures.Add(Mosaic.Row([.. views.Select(v => PictureTensors.ToPicture(shown[v]))]));
        }

        return pictures;
    }
}

/// <summary>Measures for the claims of several families. An interface, since families can't reference the evaluation code.</summary>
internal interface IInstruments
{
    /// <summary>
    /// How well a generator's photographs of held-out pairs show the classes of their label maps, by segmenters trained on the real pairs
    /// in <c>train</c> (the FCN score of Isola et al. 2017), the mean of three that differ in their seeds. The classes of generated label
    /// maps are those of the nearest colours.
    /// </summary>
    /// <param name="part">index of the model in the variant</param>
    /// <param name="direction">null for the direction of training</param>
    /// <param name="split">the pairs to translate</param>
    ClassScores ClassScores(int part = 0, Direction? direction = null, string split = "val") => Translated(part, direction, split).Classes;

    /// <summary>Held-out pairs, translated and compared with their targets.</summary>
    /// <inheritdoc cref="ClassScores"/>
    /// <param name="steps">for a generator that translates in several steps: their number; null for its default</param>
    TranslatedPairs Translated(int part = 0, Direction? direction = null, string split = "val", int? steps = null);

    /// <summary>
    /// Translates held-out pictures there and back with both generators, as computed and with the intermediate picture rounded or noisy,
    /// which destroys information hidden in it.
    /// </summary>
    /// <param name="direction">of the first translation</param>
    RoundTrips RoundTrips(Direction direction);

    /// <summary>
    /// Sliced Wasserstein distance of patches between two sets of pictures of one size, × 10³, mean over the scales; lower is better.
    /// </summary>
    double PatchDistance(IReadOnlyList<Picture> made, IReadOnlyList<Picture> real) => PatchDistances(made, real).Average();

    /// <summary>The same distance by scale: full size, then halved down to about 16 pixels, where patches show layout.</summary>
    IReadOnlyList<double> PatchDistances(IReadOnlyList<Picture> made, IReadOnlyList<Picture> real);

    /// <summary>
    /// The class that each picture shows, by a classifier trained on real pictures (<see cref="Claim.PicturesForJudge"/>): a folder for
    /// each class, numbered in the order of their names.
    /// </summary>
    IReadOnlyList<int> Classes(IReadOnlyList<Picture> pictures);

    /// <summary>
    /// exp E KL(p(class | picture) ‖ p(class)) by the same classifier: from 1 to the number of classes, high if each picture is clearly of
    /// one class and all classes occur (Salimans et al. 2016, there with Inception's classes).
    /// </summary>
    double InceptionScore(IReadOnlyList<Picture> pictures);

    /// <summary>
    /// Share of the real pictures that have a generated one near them, by the same classifier's features (Naeem et al. 2020).
    /// </summary>
    double Coverage(IReadOnlyList<Picture> made, IReadOnlyList<Picture> real);

    /// <summary>For each picture, the index of the nearest correct answer and the distance from it, of a range of 2.</summary>
    IReadOnlyList<(int Answer, double Distance)> NearestAnswers(IReadOnlyList<Picture> pictures, IReadOnlyList<Picture> answers);

    /// <summary>Mean absolute difference of two pictures, of a range of 2, averaged over all pairs.</summary>
    double MeanDistance(IReadOnlyList<Picture> pictures);

    /// <summary>
    /// Standard deviation of a pixel over the pictures, averaged over the pixels, divided by the standard deviation of the source's pixels
    /// (Shaham et al. 2019).
    /// </summary>
    double Deviation(IReadOnlyList<Picture> pictures, Picture source);
}

/// <summary>Scores of recovered classes, each from 0 to 1.</summary>
/// <param name="PixelAccuracy">share of correct pixels</param>
/// <param name="ClassAccuracy">share of correct pixels by class, mean over the classes</param>
/// <param name="ClassIou">intersection over union by class, mean over the classes</param>
internal sealed record ClassScores(double PixelAccuracy, double ClassAccuracy, double ClassIou)
{
    /// <summary>The first of <see cref="Measures"/>.</summary>
    public const string Pixels = "pixels";

    public const string Classes = "classes";
    public const string Overlap = "IoU";

    /// <summary>All three scores as measures of a claim.</summary>
    /// <param name="pixels">summary of the pixel accuracy</param>
    public static IReadOnlyList<ClaimMeasure> Measures(string pixels) =>
    [
        new(Pixels, pixels, HigherIsBetter: true),
        new(Classes, "its mean over the classes", HigherIsBetter: true),
        new(Overlap, "mean intersection over union of the classes", HigherIsBetter: true),
    ];

    /// <summary>By the names of <see cref="Measures"/>.</summary>
    internal Dictionary<string, double> Values =>
        new() { [Pixels] = PixelAccuracy, [Classes] = ClassAccuracy, [Overlap] = ClassIou };

    /// <summary>The values of <see cref="Measures"/>, with sample pictures.</summary>
    public ClaimFinding With(IReadOnlyList<Picture> pictures) => new() { Values = Values, Pictures = pictures };
}
