using IlgpuGan.Models.Evaluation.Sets;
using IlgpuGan.Models.Families;

namespace IlgpuGan.Claims.Papers;

/// <summary>Samples of a model of one picture, compared with it.</summary>
internal static class OnePictureJudge
{
    private const int Samples = 50;
    private const int SamplesShown = 2;

    public static ClaimFinding Find(TrainedVariant variant)
    {
        var (model, source) = (variant.Model, PictureFile.Load(variant.Model.Options.Data));
        var (side, samples) = (source.Width, SamplesOf(model, from: 0));
        var distances = variant.Instruments.PatchDistances(samples, Repeated(source));
        var (left, right) = (source.Crop(0, 0, side / 2, side), source.Crop(side / 2, 0, side / 2, side));
        return new ClaimFinding
        {
            Values = new Dictionary<string, double>
            {
                ["patches"] = distances.Average(),
                ["layout"] = distances[^1],
                ["diversity"] = Diversity.Deviation(samples, source),
                ["diversity-1"] = HasTwoLevels(model) ? Diversity.Deviation(SamplesOf(model, from: 1), source) : 0,
                ["halves"] = variant.Instruments.PatchDistance(Repeated(left), Repeated(right)),
            },
            Pictures = [Mosaic.Row([source, .. samples.Take(SamplesShown)])],
        };
    }

    /// <summary>Whether it was trained beyond its coarsest level.</summary>
    private static bool HasTwoLevels(GanModel model) => model.StageAt(model.Options.Steps!.Value - 1) > 0;

    private static IReadOnlyList<Picture> SamplesOf(GanModel model, int from) =>
        GeneratedPictures.Of(model, new GenerationRequest { Count = Samples, FromScale = from });

    /// <summary>The picture once per sample, so that both sides have as many patches.</summary>
    private static Picture[] Repeated(Picture picture) => [.. Enumerable.Repeat(picture, Samples)];
}
