using IlgpuGan.Models.Families;

namespace IlgpuGan.Claims.Papers;

/// <summary>Pictures of three channels, each a glyph: how many combinations occur, and how evenly.</summary>
internal static class StackedGlyphsJudge
{
    /// <summary>Kinds of glyphs in each channel.</summary>
    internal const int Classes = 5;

    private const int Samples = 5000;

    /// <summary>
    /// Root mean square distance, of a range of 2, to the nearest of the drawn glyphs within which a channel counts as a glyph: 99 % of
    /// real ones are within it, and noise begins at 0.48.
    /// </summary>
    private const double MostAway = 0.19;

    public static ClaimFinding Find(TrainedVariant variant)
    {
        var made = GeneratedPictures.Of(variant.Model, new GenerationRequest { Seed = GeneratedPictures.Seed, Count = Samples });
        List<byte[]> glyphs =
        [
            .. Directory.GetDirectories(Path.Combine(variant.Data, "train")).SelectMany(PictureFolder.List)
                .Select(file => PictureFile.Load(file).Layers[0].Bytes),
        ];
        List<Picture> near = [.. made.Where(p => Enumerable.Range(0, 3).All(c => IsGlyph(p.Channel(c).Layers[0].Bytes, glyphs)))];
        var classes = Enumerable.Range(0, 3)
            .Select(channel => variant.Instruments.Classes([.. near.Select(picture => picture.Channel(channel))])).ToList();
        int[] modes = [.. Enumerable.Range(0, near.Count).Select(i => classes.Aggregate(0, (mode, of) => (mode * Classes) + of[i]))];
        const int all = Classes * Classes * Classes;
        var (reached, divergence) = near.Count == 0 ? (0, Math.Log(all)) : Spread(modes, all);
        return new ClaimFinding
        {
            Values = new Dictionary<string, double>
            {
                ["modes"] = reached, ["KL"] = divergence, ["glyphs"] = near.Count / (double)made.Count,
            },
            Pictures = [Mosaic.Column([.. made.Take(40).Chunk(10).Select(row => Mosaic.Row(row))])],
        };
    }

    /// <summary>How many modes occur, and Σ p·log(p·modes), in nats.</summary>
    /// <param name="found">the mode of each sample, from 0</param>
    /// <param name="modes">number of modes</param>
    internal static (int Reached, double Divergence) Spread(IReadOnlyCollection<int> found, int modes)
    {
        var shares = found.CountBy(mode => mode).Select(mode => mode.Value / (double)found.Count).ToList();
        return (shares.Count, shares.Sum(p => p * Math.Log(p * modes)));
    }

    /// <summary>Whether a picture of one channel is within the floor of a drawn glyph.</summary>
    /// <param name="picture">bytes, row-major</param>
    /// <param name="glyphs">of as many bytes each</param>
    internal static bool IsGlyph(ReadOnlySpan<byte> picture, IReadOnlyList<byte[]> glyphs)
    {
        // Bytes span a range of 255, the distance one of 2.
        var most = MostAway * MostAway * picture.Length * 127.5 * 127.5;
        foreach (var glyph in glyphs)
        {
            var sum = 0;
            for (var i = 0; i < picture.Length; i++)
            {
                var difference = picture[i] - glyph[i];
                sum += difference * difference;
            }

            if (sum <= most)
            {
                return true;
            }
        }

        return false;
    }
}
