using IlgpuGan.Models.Data.Synthetic;

namespace IlgpuGan.Models.Data.Labels;

/// <summary>Class names for the colours of well-known label maps.</summary>
public static class ClassNames
{
    /// <summary>Tolerance in levels per channel, for JPEG noise.</summary>
    private const int MostApart = 16;

    /// <summary>The twelve classes of the CMP facades (Tyleček and Šára 2013), in the colours of pix2pix's pairs.</summary>
    private static readonly Dictionary<int, string> s_facades = new()
    {
        [0x0000AA] = "background", [0x0000FF] = "facade", [0x0055FF] = "window", [0x00AAFF] = "door", [0x00FFFF] = "cornice",
        [0x55FFAA] = "sill", [0xAAFF55] = "balcony", [0xFFFF00] = "blind", [0xFFAA00] = "decoration", [0xFF5500] = "moulding",
        [0xFF0000] = "pillar", [0xAA0000] = "shop",
    };

    private static readonly IReadOnlyDictionary<int, string>[] s_sets = [s_facades, LabelPainter.ColourNames];

    /// <summary>The class names of a palette's colours; null if no known set contains all of them.</summary>
    /// <param name="palette">0xRRGGBB each</param>
    public static IReadOnlyList<string>? Of(IReadOnlyList<int> palette) => s_sets
        .Select(set => palette.Select(colour => set.FirstOrDefault(named => IsNear(named.Key, colour)).Value).ToList())
        .FirstOrDefault(names => names.TrueForAll(name => name is not null));

    private static bool IsNear(int a, int b) =>
        new[] { 16, 8, 0 }.All(shift => Math.Abs((a >> shift & 255) - (b >> shift & 255)) <= MostApart);
}
