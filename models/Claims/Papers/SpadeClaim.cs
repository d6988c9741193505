using IlgpuGan.Models.Families;
using IlgpuGan.Models.Families.Spade;

namespace IlgpuGan.Claims.Papers;

/// <summary>
/// The claim of Park et al. 2019: norms wash out label maps that only the first layer gets; norms conditioned on the labels don't.
/// </summary>
internal static class SpadeClaim
{
    private const int Side = 64;
    private const int Facades = 360;
    private const int Plain = 40;
    private const int HeldOut = 60;
    private const int PlainHeldOut = 48;
    private const int RowsShown = 4;
    private const string OneClass = "plain";
    private const string Found = "plain maps";

    public static Claim Labels { get; } = new()
    {
        Name = SpadeFamily.Name,
        Sentence = "With the labels in every norm, and with fewer weights, pictures show the class of a map that has only one; with the " +
            "labels at the generator's input alone norms wash it out.",
        Source = "Park et al. 2019, table 1 and section 3: SPADE is ahead of pix2pixHD++, with fewer weights; an instance norm makes all " +
            "maps of one class the same",
        Setting = "Synthetic pictures of 64 pixels with coloured label maps, for training 360 facades and 40 surfaces whose maps have " +
            "one class, of 12; 60 and 48 held out; batches of 2, the small preset without the VGG loss. SPADE: width 4, 16 hidden " +
            "channels in the norms, 532,239 weights. pix2pixHD++: width 20, 566,412. Three segmenters trained on the real pairs " +
            "recognise the classes. Maps of one class decide, which are what the paper explains; facades, of many classes, are reported " +
            "apart.",
        Learnt = "On maps of one class norms leave one gray; SPADE's textures are told apart in 0.40 of pixels. On facades it is ahead " +
            "with three seeds, and two of five have failed.",
        Steps = 6000,
        FirstSeed = 11,
        Variants =
        [
            new("spade", "labels in every norm", steps => Small(steps) with { Ngf = 4, Nhidden = 16 }),
            new("pix2pixhd++", "labels at the input alone", steps => Small(steps) with
            {
                NetG = SpadeGeneratorKind.Pix2PixHdPlusPlus, Ngf = 20,
            }),
        ],
        Measures =
        [
            new(Found, "share of the pixels of one-class maps whose class a segmenter recovers", HigherIsBetter: true)
            {
                Floor = new(1 / 12.0, "one picture for all classes"),
            },
            .. ClassScores.Measures("the same of facades"),
        ],
        Differences =
        [
            new("spade", "pix2pixhd++", Found) { Least = 0.1 }, new("spade", "pix2pixhd++", ClassScores.Overlap) { IsApart = true },
        ],
        DrawData = folder =>
        {
            new SyntheticFacades(Facades, Side).WriteTo(Path.Combine(folder, "train"));
            SyntheticFacades.WriteSurfacesTo(Path.Combine(folder, "train"), first: 0, Plain, Side);
            new SyntheticFacades(HeldOut, Side, first: Facades).WriteTo(Path.Combine(folder, "val"));
            SyntheticFacades.WriteSurfacesTo(Path.Combine(folder, OneClass), first: Plain, PlainHeldOut, Side);
        },
        Judge = Judge,
    };

    private static SpadeOptions Small(int steps) => SpadeOptions.Small() with { Steps = steps };

    private static ClaimFinding Judge(TrainedVariant variant)
    {
        string[] views = ["labels", "output"];
        var found = variant.Instruments.ClassScores()
            .With([.. variant.Shown(RowsShown, views), .. variant.Shown(RowsShown, views, split: OneClass)]);
        return found with
        {
            Values = new Dictionary<string, double>(found.Values)
            {
                [Found] = variant.Instruments.ClassScores(split: OneClass).PixelAccuracy,
            },
        };
    }
}
