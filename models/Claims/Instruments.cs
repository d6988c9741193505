using IlgpuGan.Models.Evaluation;
using IlgpuGan.Models.Evaluation.Segmentation;
using IlgpuGan.Models.Evaluation.Sets;
using IlgpuGan.Models.Families;

namespace IlgpuGan.Claims;

/// <summary>Measures for the claims of several families: the metrics of <c>../Evaluation</c> for the runs of a variant.</summary>
/// <param name="run">folder of the variant's first part</param>
/// <param name="data">the claim's data set</param>
/// <param name="shared">folder for files that all runs share</param>
/// <param name="segmenter">settings of the segmenter</param>
/// <param name="classifier">classifier of the data set's real pictures, shared by all variants</param>
/// <param name="device">the device to compute on</param>
/// <param name="say">called with a sentence before long computations</param>
internal sealed class Instruments(
    string run, string data, string shared, SegmenterSettings segmenter, DataClassifier classifier, Device device,
    Action<string>? say = null, CancellationToken cancellation = default)
{
    /// <summary>Segmenters whose scores are averaged: one alone may prefer what it happens to have learnt.</summary>
    private const int Segmenters = 3;

    /// <summary>
    /// Held-out pairs, translated and compared with their targets: also how well the translations show the classes of the label maps, by
    /// segmenters trained on the real pairs in <c>train</c> (the FCN score of Isola et al. 2017), the mean of three that differ in their
    /// seeds. The classes of generated label maps are those of the nearest colours.
    /// </summary>
    /// <param name="direction">null for the direction of training</param>
    /// <param name="split">the pairs to translate</param>
    /// <param name="steps">for a generator that translates in several steps: their number; null for its default</param>
    public TranslatedPairs Translated(Direction? direction = null, string split = "val", int? steps = null)
    {
        var pictures = new List<(Picture Input, Picture Output, Picture Target)>();
        var first = Evaluated(segmenter.Seed, (_, input, output, target) => pictures.Add((input, output, target)));
        List<SegmentationScore> scores = [Found(first)];
        if (first.Segmentation!.Ceiling is not null)
        {
            scores.AddRange(Enumerable.Range(1, Segmenters - 1).Select(i => Found(Evaluated(segmenter.Seed + (ulong)i, progress: null))));
        }

        return new TranslatedPairs(
            new ClassScores(scores.Average(s => s.PixelAccuracy), scores.Average(s => s.ClassAccuracy), scores.Average(s => s.ClassIou)),
            first.Mean!.L1, first.Mean.MsSsim ?? throw new PictureException($"{data}: its pictures are too small for MS-SSIM"),
            first.Colours.A, first.Colours.B, Diversity.MeanDistance([.. pictures.Select(p => p.Output)]), pictures);

        EvaluationReport Evaluated(ulong seed, Action<ImageScore, Picture, Picture, Picture>? progress) => RunEvaluation.Run(
            Request(direction, split) with { Steps = steps, Segmenter = segmenter with { Seed = seed } }, device, say, progress,
            cancellation: cancellation).Said(say);

        SegmentationScore Found(EvaluationReport report) => report.Segmentation?.Outputs
            ?? throw new PictureException($"{data}: holds no label maps on either side; there are no classes to score");
    }

    /// <summary>
    /// Translates held-out pictures there and back with both generators, as computed and with the intermediate picture rounded or noisy,
    /// which destroys information hidden in it.
    /// </summary>
    /// <param name="direction">of the first translation</param>
    /// <returns>of each picture itself, the intermediate picture, and the results</returns>
    public IReadOnlyList<IReadOnlyList<Picture>> RoundTrips(Direction direction)
    {
        var pictures = new List<IReadOnlyList<Picture>>();
        _ = RunEvaluation.RoundTrips(
            Request(direction: null, "val"), device, (way, of) => pictures.AddRange(way == direction ? [of] : []),
            cancellation: cancellation);
        return pictures;
    }

    /// <summary>
    /// Sliced Wasserstein distance of patches between two sets of pictures of one size, × 10³, mean over the scales; lower is better.
    /// </summary>
    public double PatchDistance(IReadOnlyList<Picture> made, IReadOnlyList<Picture> real) => PatchDistances(made, real).Average();

    /// <summary>The same distance by scale: full size, then halved down to about 16 pixels, where patches show layout.</summary>
    public IReadOnlyList<double> PatchDistances(IReadOnlyList<Picture> made, IReadOnlyList<Picture> real) =>
        [.. SlicedWasserstein.Between(made, real, device).Scales.Select(s => s.Distance)];

    /// <summary>
    /// The class that each picture shows, by a classifier trained on real pictures (<see cref="Claim.PicturesForJudge"/>): a folder for
    /// each class, numbered in the order of their names.
    /// </summary>
    public IReadOnlyList<int> Classes(IReadOnlyList<Picture> pictures) => [.. pictures.Select(classifier.Get(cancellation).Classify)];

    /// <summary>
    /// exp E KL(p(class | picture) ‖ p(class)) by the same classifier: from 1 to the number of classes, high if each picture is clearly of
    /// one class and all classes occur (Salimans et al. 2016, there with Inception's classes).
    /// </summary>
    public double InceptionScore(IReadOnlyList<Picture> pictures)
    {
        var own = pictures.Select(classifier.Get(cancellation).Probabilities).ToList();
        double[] all = [.. own[0].Select((_, c) => own.Average(p => p[c]))];
        return Math.Exp(own.Average(p => p.Zip(all, (one, mean) => one > 0 ? one * Math.Log(one / mean) : 0).Sum()));
    }

    /// <summary>
    /// Share of the real pictures that have a generated one near them, by the same classifier's features (Naeem et al. 2020).
    /// </summary>
    public double Coverage(IReadOnlyList<Picture> made, IReadOnlyList<Picture> real)
    {
        var network = classifier.Get(cancellation);
        return Manifolds.Between([.. made.Select(network.Features)], [.. real.Select(network.Features)]).Coverage;
    }

    private EvaluationRequest Request(Direction? direction, string split) => new()
    {
        Model = run, Data = data, Split = split, Direction = direction, SegmenterFolder = shared, Segmenter = segmenter,
    };
}
