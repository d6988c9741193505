namespace IlgpuGan.Models.Families;

/// <summary>A variant of a claim, trained with one seed: the data of its evaluation.</summary>
/// <param name="models">of its parts, in their order; of a part with several checkpoints all of them</param>
/// <param name="data">folder of the claim's data set</param>
/// <param name="instruments">measures that serve several families</param>
public sealed class TrainedVariant(IReadOnlyList<GanModel> models, string data, IInstruments instruments)
{
    public IReadOnlyList<GanModel> Models => models;

    /// <summary>The only one, or the first.</summary>
    public GanModel Model => models[0];

    public Device Device => Model.Device;

    /// <summary>Folder of the claim's data set.</summary>
    public string Data => data;

    public IInstruments Instruments => instruments;

    /// <summary>
    /// Batches of the held-out split, in the order of their names, without randomness. A batch is valid until the next.
    /// </summary>
    /// <exception cref="DataException">there is no such split</exception>
    public IEnumerable<Batch> HeldOut(int batchSize = 1, string split = "val") =>
        Model.Family.OpenData(Model.Options, split, forEvaluation: true).InOrder(batchSize).On(Device);

    /// <summary>
    /// Some of the model's views (<see cref="FamilyInfo.Views"/>) of the first held-out samples, side by side for each sample.
    /// </summary>
    /// <exception cref="DataException">there is no such split</exception>
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

/// <summary>Measures that serve the claims of several families. A family can't reach them otherwise: they judge families.</summary>
public interface IInstruments
{
    /// <summary>
    /// Whether a translator's pictures show the classes of the label maps, for held-out pairs, by a segmenter trained
    /// on the real pairs in <c>train</c>, both of the claim's data folder (Isola et al. 2017's FCN score). Where it makes label maps, by
    /// their nearest colours.
    /// </summary>
    /// <param name="part">which of the variant's models</param>
    /// <param name="direction">null for that of training</param>
    /// <param name="split">whose pairs are translated</param>
    ClassScores ClassScores(int part = 0, Direction? direction = null, string split = "val") => Translated(part, direction, split).Classes;

    /// <summary>Held-out pairs, translated and compared with their targets.</summary>
    /// <inheritdoc cref="ClassScores"/>
    TranslatedPairs Translated(int part = 0, Direction? direction = null, string split = "val");

    /// <summary>
    /// Translates held-out pictures there and back, with a generator each way, and also after the picture between was rounded or got noise,
    /// which destroy what is hidden in it.
    /// </summary>
    /// <param name="direction">the first half of the way</param>
    RoundTrips RoundTrips(Direction direction);

    /// <summary>
    /// Patch sliced Wasserstein distance between two sets of pictures of one size, × 10³, mean over the scales; lower is better.
    /// </summary>
    double PatchDistance(IReadOnlyList<Picture> made, IReadOnlyList<Picture> real) => PatchDistances(made, real).Average();

    /// <summary>The same by scale: the finest, each of half the size, at last that of some 16 pixels, which sees layout.</summary>
    IReadOnlyList<double> PatchDistances(IReadOnlyList<Picture> made, IReadOnlyList<Picture> real);

    /// <summary>
    /// The class that each picture shows, by a classifier trained on the real pictures in <c>train</c> of the claim's data folder: a folder
    /// for each class, numbered in the order of their names.
    /// </summary>
    IReadOnlyList<int> Classes(IReadOnlyList<Picture> pictures);

    /// <summary>
    /// exp E KL(p(class | picture) ‖ p(class)) by the same classifier: from 1 to the number of classes, high where each picture is clearly
    /// of one class and all classes are made (Salimans et al. 2016, there with Inception's classes).
    /// </summary>
    double InceptionScore(IReadOnlyList<Picture> pictures);

    /// <summary>
    /// Share of the real pictures that have a generated one near them, by the same classifier's features (Naeem et al. 2020).
    /// </summary>
    double Coverage(IReadOnlyList<Picture> made, IReadOnlyList<Picture> real);

    /// <summary>Which of all right answers to an input each picture is nearest to, and its distance from it, of a range of 2.</summary>
    IReadOnlyList<(int Answer, double Distance)> NearestAnswers(IReadOnlyList<Picture> pictures, IReadOnlyList<Picture> answers);

    /// <summary>Mean over all pairs of pictures of their mean absolute difference, of a range of 2; of two, their distance.</summary>
    double MeanDistance(IReadOnlyList<Picture> pictures);

    /// <summary>
    /// Deviation of a pixel over pictures, mean over the pixels, in parts of the deviation over the pixels of the source (Shaham et al.
    /// 2019).
    /// </summary>
    double Deviation(IReadOnlyList<Picture> pictures, Picture source);
}

/// <summary>Scores of recovered classes, each from 0 to 1.</summary>
/// <param name="PixelAccuracy">share of all pixels</param>
/// <param name="ClassAccuracy">mean over the classes of their shares</param>
/// <param name="ClassIou">mean over the classes of intersection over union</param>
public sealed record ClassScores(double PixelAccuracy, double ClassAccuracy, double ClassIou)
{
    /// <summary>The first of <see cref="Measures"/>.</summary>
    public const string Pixels = "pixels";

    public const string Classes = "classes";
    public const string Overlap = "IoU";

    /// <summary>All three, for a claim that is about them.</summary>
    /// <param name="pixels">what the share of pixels is, in a few words</param>
    public static IReadOnlyList<ClaimMeasure> Measures(string pixels) =>
    [
        new(Pixels, pixels, HigherIsBetter: true),
        new(Classes, "its mean over the classes", HigherIsBetter: true),
        new(Overlap, "mean intersection over union of the classes", HigherIsBetter: true),
    ];

    /// <summary>By the names of <see cref="Measures"/>.</summary>
    internal Dictionary<string, double> Values =>
        new() { [Pixels] = PixelAccuracy, [Classes] = ClassAccuracy, [Overlap] = ClassIou };

    /// <summary>The values of <see cref="Measures"/>, with pictures to be looked at.</summary>
    public ClaimFinding With(IReadOnlyList<Picture> pictures) => new() { Values = Values, Pictures = pictures };
}
