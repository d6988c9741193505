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
        Sentence = "With the labels in every norm, photographs show the classes that the maps ask for better than with the labels at the " +
            "generator's entry alone.",
        Source = "Park et al. 2019, the ablation against pix2pixHD++: the same losses, rates and spectral norms, labels at the entry",
        Setting = "Drawn facades of 64 pixels, maps in colours: 400 pairs to learn from, 60 to judge by; the small preset of both, " +
            "batches of 2, without the loss "
            + "that needs VGG. Classes are told by a segmenter trained on the real pairs.",
        Steps = 2000,
        Variants =
        [
            new("spade", "labels in every norm", Small),
            new("pix2pixhd++", "labels at the entry alone", steps => Small(steps) with { NetG = SpadeGeneratorKind.Pix2PixHdPlusPlus }),
        ],
        Measures = ClassScores.Measures("share of pixels whose class a segmenter finds again"),
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
