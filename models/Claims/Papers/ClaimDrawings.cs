using IlgpuGan.Imaging;
using IlgpuGan.Models.Families;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Claims.Papers;

/// <summary>
/// What claims draw, by the names that their files give it: the kinds of <c>data synth</c>, and what knows the answers, too. Each call
/// writes the same files into an existing, empty folder, with the splits of any data set of the family.
/// </summary>
internal static class ClaimDrawings
{
    private static readonly Dictionary<string, Action<ClaimData, string>> s_all =
        new(DrawnData.Kinds.Select(kind => KeyValuePair.Create(kind.Name, Splits(kind))))
        {
            ["bags in all colours"] = (data, folder) =>
            {
                new DrawnEdgesShapes().WriteSplits(folder, data.Train, data.Val, data.Side);
                DrawnEdgesShapes.WriteInAllColours(Path.Combine(folder, AnswersJudge.Folder), data.Train, data.Val, data.Side, seed: 1);
            },
            ["facades and surfaces"] = DrawSurfaces,
            ["houses in all domains"] = DrawDomains,
            ["houses of four kinds"] = DrawKinds,
            ["scenes by day"] = (data, folder) => new DrawnDayNight().Write(folder, "train", first: 0, data.Train, data.Side, seed: 1),
            ["slanted glyphs"] = Splits(new DrawnGlyphs(mostSlant: 0.5f, noise: 40)),
            ["stacked glyphs"] = (data, folder) =>
            {
                var stacked = new DrawnStackedGlyphs(StackedGlyphsJudge.Classes);
                stacked.Write(Path.Combine(folder, "stacked"), "train", first: 0, data.Train, data.Side, seed: 1);
                new DrawnGlyphs(StackedGlyphsJudge.Classes).Write(folder, "train", first: 0, count: 2000, data.Side, seed: 2);
            },
            ["unpaired facades"] = DrawUnpaired,
        };

    /// <exception cref="OptionsException">there is no such drawing; the message lists the known ones</exception>
    public static Action<ClaimData, string> Of(string name) => s_all.GetValueOrDefault(name)
        ?? throw new OptionsException($"there is no drawing '{name}'; there are {string.Join(", ", s_all.Keys)}");

    private static Action<ClaimData, string> Splits(DrawnData kind) =>
        (data, folder) => kind.WriteSplits(folder, data.Train, data.Val, data.Side);

    /// <summary>Facades with 40 surfaces of one class among the training pictures, and 48 others to be judged by.</summary>
    private static void DrawSurfaces(ClaimData data, string folder)
    {
        new DrawnFacades().WriteSplits(folder, data.Train, data.Val, data.Side);
        SyntheticFacades.WriteSurfacesTo(Path.Combine(folder, "train"), first: 0, count: 40, data.Side);
        SyntheticFacades.WriteSurfacesTo(Path.Combine(folder, "plain"), first: 40, count: 48, data.Side);
    }

    /// <summary>
    /// The domains' folders in train and val, the held-out houses in all domains, a data set for each pair of domains, and other pictures
    /// for the judge.
    /// </summary>
    private static void DrawDomains(ClaimData data, string folder)
    {
        var drawn = new DrawnAttributes();
        drawn.WriteSplits(folder, data.Train, data.Val, data.Side);
        drawn.Write(folder, "judge", data.Train + data.Val, count: 800, data.Side, seed: 1);
        DrawnAttributes.WriteInAllDomains(Path.Combine(folder, DomainsJudge.Truth), data.Train, data.Val, data.Side, seed: 1);
        foreach (var pair in DomainsJudge.Pairs)
        {
            foreach (var (domain, name) in new[] { (pair.A, "trainA"), (pair.B, "trainB") })
            {
                var files = PictureFolder.List(Path.Combine(folder, "train", GeneratedPictures.Kinds[domain]));
                Copy(files, Path.Combine(folder, "pairs", DomainsJudge.NameOf(pair), name));
            }
        }
    }

    /// <summary>A: houses of four kinds; B: others of one kind; and other houses for the judge.</summary>
    private static void DrawKinds(ClaimData data, string folder)
    {
        var (drawn, all, one) = (new DrawnAttributes(), data.Train + data.Val, Path.Combine(folder, "all kinds"));
        drawn.Write(folder, "kinds", 2 * all, data.Train, data.Side, seed: 1);
        drawn.Write(folder, "drawn", 0, all, data.Side, seed: 1);
        DrawnAttributes.WriteInAllDomains(one, all, all, data.Side, seed: 1);
        Part("A", DrawnAttributes.Domains.SelectMany(kind => PictureFolder.List(Path.Combine(folder, "drawn", kind))));
        Part("B", PictureFolder.List(Path.Combine(one, DrawnAttributes.Domains[0])));

        // By number, so that all kinds are as often held out.
        void Part(string domain, IEnumerable<string> files)
        {
            string[] sorted = [.. files.OrderBy(Path.GetFileName, StringComparer.Ordinal)];
            Copy(sorted[..data.Train], Path.Combine(folder, "train" + domain));
            Copy(sorted[data.Train..], Path.Combine(folder, "val" + domain));
        }
    }

    /// <summary>Pairs in train and val; label maps of one half of them in trainA, photographs of the other in trainB.</summary>
    private static void DrawUnpaired(ClaimData data, string folder)
    {
        var (half, train) = (data.Train / 2, new SyntheticFacades(data.Train, data.Side));
        var val = new SyntheticFacades(data.Val, data.Side, first: (uint)data.Train);
        train.WriteTo(Path.Combine(folder, "train"));
        val.WriteTo(Path.Combine(folder, "val"));
        Save("trainA", 0, half, i => train.Draw(i).Labels);
        Save("trainB", half, half, i => train.Draw(i).Photo);
        Save("valA", 0, data.Val, i => val.Draw(i).Labels);
        Save("valB", 0, data.Val, i => val.Draw(i).Photo);

        void Save(string set, int first, int count, Func<int, Image> draw)
        {
            OutputPath.MakeFolder(Path.Combine(folder, set));
            Parallel.For(first, first + count, i => PictureFile.Save(new Picture(draw(i)), Path.Combine(folder, set, $"{i:D4}.png")));
        }
    }

    private static void Copy(IEnumerable<string> files, string folder)
    {
        Directory.CreateDirectory(folder);
        foreach (var file in files)
        {
            AtomicFile.Copy(file, Path.Combine(folder, Path.GetFileName(file)), durable: false);
        }
    }
}
