using IlgpuGan.Models.Evaluation;
using IlgpuGan.Models.Evaluation.Segmentation;
using IlgpuGan.Models.Evaluation.Sets;
using IlgpuGan.Models.Families;

namespace IlgpuGan.Claims;

/// <summary>The metrics of <c>../Evaluation</c> for the runs of a variant.</summary>
/// <param name="runs">folders of the variant's parts</param>
/// <param name="data">the claim's data set</param>
/// <param name="shared">folder for files that all runs share</param>
/// <param name="segmenter">settings of the segmenter</param>
/// <param name="classifier">classifier of the data set's real pictures, shared by all variants</param>
/// <param name="device">the device to compute on</param>
/// <param name="say">called with a sentence before long computations</param>
internal sealed class Instruments(
    IReadOnlyList<string> runs, string data, string shared, SegmenterSettings segmenter, DataClassifier classifier, Device device,
    Action<string>? say, CancellationToken cancellation) : IInstruments
{
    /// <summary>Segmenters whose scores are averaged: one alone may prefer what it happens to have learnt.</summary>
    private const int Segmenters = 3;

    public TranslatedPairs Translated(int part, Direction? direction, string split, int? steps)
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
            first.Mean!.L1, first.Mean.MsSsim, first.Colours.A, first.Colours.B, MeanDistance([.. pictures.Select(p => p.Output)]),
            pictures);

        EvaluationReport Evaluated(ulong seed, Action<ImageScore, Picture, Picture, Picture>? progress) => RunEvaluation.Run(
            Request(part, direction, split) with { Steps = steps, Segmenter = segmenter with { Seed = seed } }, device, say, progress,
            cancellation).Said(say);

        SegmentationScore Found(EvaluationReport report) => report.Segmentation?.Outputs
            ?? throw new PictureException($"{data}: holds no label maps on either side; there are no classes to score");
    }

    public RoundTrips RoundTrips(Direction direction)
    {
        var pictures = new List<IReadOnlyList<Picture>>();
        var report = RunEvaluation.RoundTrips(Request(part: 0, direction: null, "val"), device, Keep, cancellation);
        var way = report.Ways.Single(w => w.Way == OptionsJson.TextOf(direction));
        return new RoundTrips([.. way.Scores.Select(s => (s.Between, s.L1))], pictures);

        void Keep(Direction way, IReadOnlyList<Picture> of)
        {
            if (way == direction)
            {
                pictures.Add(of);
            }
        }
    }

    public IReadOnlyList<double> PatchDistances(IReadOnlyList<Picture> made, IReadOnlyList<Picture> real) =>
        [.. SlicedWasserstein.Between(made, real, device).Scales.Select(s => s.Distance)];

    public IReadOnlyList<int> Classes(IReadOnlyList<Picture> pictures) => [.. pictures.Select(classifier.Get(cancellation).Classify)];

    public double InceptionScore(IReadOnlyList<Picture> pictures)
    {
        var own = pictures.Select(classifier.Get(cancellation).Probabilities).ToList();
        double[] all = [.. own[0].Select((_, c) => own.Average(p => p[c]))];
        return Math.Exp(own.Average(p => p.Zip(all, (one, mean) => one > 0 ? one * Math.Log(one / mean) : 0).Sum()));
    }

    public double Coverage(IReadOnlyList<Picture> made, IReadOnlyList<Picture> real)
    {
        var network = classifier.Get(cancellation);
        return Manifolds.Between([.. made.Select(network.Features)], [.. real.Select(network.Features)]).Coverage;
    }

    public IReadOnlyList<(int Answer, double Distance)> NearestAnswers(IReadOnlyList<Picture> pictures, IReadOnlyList<Picture> answers) =>
        [.. pictures.Select(new KnownTargets(answers).NearestTo)];

    public double MeanDistance(IReadOnlyList<Picture> pictures) => Diversity.MeanDistance(pictures);

    public double Deviation(IReadOnlyList<Picture> pictures, Picture source) => Diversity.Deviation(pictures, source);

    private EvaluationRequest Request(int part, Direction? direction, string split) => new()
    {
        Model = runs[part], Data = data, Split = split, Direction = direction, SegmenterFolder = shared, Segmenter = segmenter,
    };
}
