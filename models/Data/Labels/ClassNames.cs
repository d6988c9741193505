using IlgpuGan.Models.Data.Synthetic;

namespace IlgpuGan.Models.Data.Labels;

/// <summary>Class names for the colours of well-known label maps.</summary>
internal static class ClassNames
{
    /// <summary>Tolerance in levels per channel, for JPEG noise.</summary>
    private const int MostApart = 16;

    /// <summary>The same for a colour that was found in a few maps: of a rare class it may be a mixture.</summary>
    private const int MostApartOfFound = 40;

    /// <summary>The twelve classes of the CMP facades (Tyleček and Šára 2013), in the colours of pix2pix's pairs.</summary>
    private static readonly Dictionary<int, string> s_pairs = new()
    {
        [0x0000DE] = "background", [0x0030FF] = "facade", [0x0080FF] = "window", [0x00D0FF] = "door", [0x20FFE0] = "cornice",
        [0x70FF8F] = "sill", [0xC0FF3F] = "balcony", [0xFFF000] = "blind", [0xFF9F00] = "decoration", [0xFF5000] = "moulding",
        [0xFE0000] = "pillar", [0xAE0000] = "shop",
    };

    /// <summary>The same classes in the colours of the original data base.</summary>
    private static readonly Dictionary<int, string> s_facades = new()
    {
        [0x0000AA] = "background", [0x0000FF] = "facade", [0x0055FF] = "window", [0x00AAFF] = "door", [0x00FFFF] = "cornice",
        [0x55FFAA] = "sill", [0xAAFF55] = "balcony", [0xFFFF00] = "blind", [0xFFAA00] = "decoration", [0xFF5500] = "moulding",
        [0xFF0000] = "pillar", [0xAA0000] = "shop",
    };

    private static readonly IReadOnlyDictionary<int, string>[] s_sets = [s_facades, s_pairs, LabelPainter.ColourNames];

    /// <summary>The class names of a palette's colours; null if no known set contains all of them.</summary>
    /// <param name="palette">0xRRGGBB each</param>
    public static IReadOnlyList<string>? Of(IReadOnlyList<int> palette) => s_sets
        .Select(set => palette.Select(colour => set.FirstOrDefault(named => IsNear(named.Key, colour)).Value).ToList())
        .FirstOrDefault(names => names.TrueForAll(name => name is not null));

    /// <summary>
    /// The palette of a data set, of the colours that were found in some of its maps: those that have names here, exactly, and the rest of
    /// their set, which other maps have. The colours as found if they are not of the facades.
    /// </summary>
    /// <param name="found">0xRRGGBB each, the most frequent first</param>
    internal static IReadOnlyList<int> Completed(IReadOnlyList<int> found)
    {
        foreach (var set in new[] { s_facades, s_pairs })
        {
            int[] known = [.. found.SelectMany(colour => set.Keys.Where(named => IsNear(named, colour, MostApartOfFound))
                .OrderBy(named => Distance(named, colour)).Take(1)).Distinct()];
            if (known.Length > set.Count / 2 && known.Length > found.Count * 3 / 4
                && found.Take(3).All(colour => set.Keys.Any(named => IsNear(named, colour, MostApart))))
            {
                return [.. known, .. set.Keys.Except(known)];
            }
        }

        return found;
    }

    private static bool IsNear(int a, int b, int mostApart = MostApart) => Distance(a, b) <= mostApart;

    /// <summary>The largest difference of a channel.</summary>
    private static int Distance(int a, int b) => new[] { 16, 8, 0 }.Max(shift => Math.Abs((a >> shift & 255) - (b >> shift & 255)));
}
