using IlgpuGan.Models.Families;
using IlgpuGan.Models.Families.SinGan;

namespace IlgpuGan.Claims.Papers;

/// <summary>
/// The claim of Shaham et al. 2019: scales from coarse to fine generate pictures with the layout of the training picture; a single scale
/// loses it.
/// </summary>
internal static class SinGanClaim
{
    private const int Side = 64;
    private const int Scenes = 20;
    private const int Samples = 50;
    private const int SamplesShown = 2;
    private const string All = "patches";
    private const string Layout = "layout";
    private const string Diversity = "diversity";
    private const string DiversityAbove = "diversity-1";
    private const string Halves = "halves";

    private static readonly int s_levels = SinGanOptions.Small().Pyramid.Levels;

    public static Claim Patches { get; } = new()
    {
        Name = SinGanFamily.Name,
        Sentence = "Generators from the coarsest to the finest scale reproduce the layout of their training picture better than a " +
            "generator at the finest scale alone, trained for as many steps.",
        Source = "Shaham et al. 2019: diversity 0.5 of samples from the coarsest scale and 0.35 from the next; with few scales only " +
            "textures are preserved",
        Setting = "Synthetic landscapes of 64 pixels, another one for each seed; the small preset: seven scales from 18 pixels, width " +
            "16, 500 steps each. One scale: the same network at 64 pixels for as many steps as the seven have. 50 samples of each. The " +
            "patch distance to the training picture replaces SIFID; at 16 pixels, where a patch is nearly half as wide, it decides.",
        Learnt = "Coarse scales hold the layout; of 18 pixels under a field of 11 there is little else than one (diversity 0.28).",
        Steps = s_levels * SinGanOptions.Small().Niter,
        EmaDecay = 0, // A scale's noise amplitude is the error of the last weights below it, not of averages.
        Variants =
        [
            new("singan", $"{s_levels} scales", steps => PartsOfScene(SinGanOptions.Small() with
            {
                Niter = StepsPerLevel(steps), Steps = s_levels * StepsPerLevel(steps),
            })),
            new("one-scale", "the finest scale alone", steps => PartsOfScene(SinGanOptions.Small() with
            {
                MinSize = Side, Niter = s_levels * StepsPerLevel(steps), Steps = s_levels * StepsPerLevel(steps),
            })),
        ],
        Measures =
        [
            new(All, "patch distance of the samples to the picture, × 10³", HigherIsBetter: false) { Digits = 1 },
            new(Layout, "the same at 16 pixels, where a patch is nearly half as wide as the picture", HigherIsBetter: false)
            {
                Digits = 1, Floor = new(351.5, "the picture with its blocks of 16 pixels in random order, mean over the scenes"),
            },
            new(Diversity, "deviation of a pixel over samples from the coarsest scale, in parts of the picture's", HigherIsBetter: true),
            new(DiversityAbove, "the same from the scale above it; 0 where there is none for chance to begin at", HigherIsBetter: true),
            new(Halves, "for comparison, patch distance between the picture's own halves, × 10³", HigherIsBetter: false) { Digits = 1 },
        ],
        Differences = [new("singan", "one-scale", Layout) { Least = 50 }],
        DrawData = folder => new DrawnDayNight().Write(folder, "train", first: 0, Scenes, Side, seed: 1),
        Judge = Judge,
    };

    private static int StepsPerLevel(int steps) => Math.Max(steps / s_levels, 1);

    /// <summary>A model trained on the seed's scene by day.</summary>
    private static IReadOnlyList<ClaimPart> PartsOfScene(SinGanOptions options) =>
        [new("", options) { DataOf = seed => Path.Combine("trainA", $"scene{seed % Scenes:D5}.png") }];

    private static ClaimFinding Judge(TrainedVariant variant)
    {
        var (model, source) = (variant.Model, PictureFile.Load(variant.Model.Options.Data));
        var samples = SamplesOf(model, from: 0);
        var distances = variant.Instruments.PatchDistances(samples, Repeated(source));
        var (left, right) = (source.Crop(0, 0, Side / 2, Side), source.Crop(Side / 2, 0, Side / 2, Side));
        return new ClaimFinding
        {
            Values = new Dictionary<string, double>
            {
                [All] = distances.Average(),
                [Layout] = distances[^1],
                [Diversity] = variant.Instruments.Deviation(samples, source),
                [DiversityAbove] = HasTwoLevels(model) ? variant.Instruments.Deviation(SamplesOf(model, from: 1), source) : 0,
                [Halves] = variant.Instruments.PatchDistance(Repeated(left), Repeated(right)),
            },
            Pictures = [Mosaic.Row([source, .. samples.Take(SamplesShown)])],
        };
    }

    /// <summary>Whether it was trained beyond its coarsest level.</summary>
    private static bool HasTwoLevels(GanModel model) => model.StageAt(model.Options.Steps!.Value - 1) > 0;

    private static List<Picture> SamplesOf(GanModel model, int from)
    {
        var pictures = new List<Picture>();
        var request = new GenerationRequest { Count = Samples, FromScale = from, StepsTaken = model.Options.Steps!.Value };
        foreach (var made in model.Generate(request))
        {
            using (made)
            {
                pictures.Add(PictureTensors.ToPicture(made));
            }
        }

        return pictures;
    }

    /// <summary>The picture once per sample, so that both sides have as many patches.</summary>
    private static Picture[] Repeated(Picture picture) => [.. Enumerable.Repeat(picture, Samples)];
}
