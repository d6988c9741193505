using IlgpuGan.Models.Data;

namespace IlgpuGan.Models.Families.Spade;

/// <summary>
/// The claim of Park et al. 2019: norms wash label maps out where only the first layer sees them; norms that know the labels don't.
/// </summary>
internal static class SpadeClaim
{
    private const int Side = 64;
    private const int Pairs = 400;
    private const int HeldOut = 60;
    private const int RowsShown = 8;

    public static Claim Labels { get; } = new()
    {
        Sentence = "With the labels in every norm, photographs show the classes of the label maps better than with the labels at the " +
            "generator's input alone.",
        Source = "Park et al. 2019, the ablation against pix2pixHD++: the same losses, rates and spectral norms, labels at the input",
        Setting = "Synthetic facades of 64 pixels with coloured label maps: 400 pairs for training, 60 held out; the small preset of " +
            "both, batches of 2, without the VGG loss. A segmenter trained on the real pairs recognises the classes.",
        Steps = 2000,
        Variants =
        [
            new("spade", "labels in every norm", Small),
            new("pix2pixhd++", "labels at the input alone", steps => Small(steps) with { NetG = SpadeGeneratorKind.Pix2PixHdPlusPlus }),
        ],
        Measures = ClassScores.Measures("share of pixels whose class a segmenter recovers"),
        Differences = [new("spade", "pix2pixhd++", ClassScores.Pixels), new("spade", "pix2pixhd++", ClassScores.Overlap)],
        DrawData = folder =>
        {
            new SyntheticFacades(Pairs, Side).WriteTo(Path.Combine(folder, "train"));
            new SyntheticFacades(HeldOut, Side, first: Pairs).WriteTo(Path.Combine(folder, "val"));
        },
        Judge = variant => variant.Instruments.ClassScores().With(variant.Shown(RowsShown, ["labels", "output"])),
    };

    private static SpadeOptions Small(int steps) => SpadeOptions.Small() with { Steps = steps };
}
