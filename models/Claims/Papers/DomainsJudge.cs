using IlgpuGan.Models.Evaluation.Sets;
using IlgpuGan.Models.Families;

namespace IlgpuGan.Claims.Papers;

/// <summary>Held-out houses, translated to all other domains by one model, or by a model for each pair of domains.</summary>
internal static class DomainsJudge
{
    /// <summary>Folder of the held-out houses in all domains, below that of the data.</summary>
    internal const string Truth = "truth";

    private static readonly IReadOnlyList<string> s_domains = GeneratedPictures.Kinds;

    /// <summary>Pairs of domains, in the order of the models.</summary>
    internal static IReadOnlyList<(int A, int B)> Pairs { get; } =
        [.. from a in Enumerable.Range(0, s_domains.Count) from b in Enumerable.Range(a + 1, s_domains.Count - a - 1) select (a, b)];

    internal static string NameOf((int A, int B) pair) => $"{s_domains[pair.A]}_{s_domains[pair.B]}";

    public static ClaimFinding Find(TrainedVariant variant)
    {
        // By domain, then sorted by name.
        var houses = s_domains.Select(d => PictureFolder.List(Path.Combine(variant.Data, "val", d))).ToArray();
        var translations = (variant.Models.Count == 1 ? ByOne(variant, houses) : ByPairs(variant, houses)).ToList();
        var classes = variant.Instruments.Classes(translations.ConvertAll(t => t.Made));
        var (right, distances) = (new List<double>(), new List<double>());
        foreach (var ofHouse in translations.Zip(classes).GroupBy(t => (t.First.From, t.First.House)).OrderBy(g => g.Key))
        {
            right.Add(ofHouse.Average(t => t.Second == t.First.To ? 1.0 : 0));
            distances.Add(ofHouse.Average(t => Diversity.MeanDistance([t.First.Made, TruthOf(t.First)])));
        }

        var ofReal = houses.Select((files, domain) => RightOf([.. files.Select(PictureFile.Load)], domain)).Average();
        return new ClaimFinding
        {
            Values = new Dictionary<string, double>
            {
                ["accuracy"] = right.Average(), ["distance"] = distances.Average(), ["real"] = ofReal,
            },
            Pictures = [.. s_domains.Select((_, domain) => InAllDomains(domain, PictureFile.Load(houses[domain][0]), translations))],
        };

        Picture TruthOf(Translation t) =>
            PictureFile.Load(Path.Combine(variant.Data, Truth, s_domains[t.To], Path.GetFileName(houses[t.From][t.House])));

        double RightOf(IReadOnlyList<Picture> pictures, int domain) =>
            variant.Instruments.Classes(pictures).Average(c => c == domain ? 1.0 : 0);
    }

    /// <summary>The first house of a domain, then its translations to all domains, with the house itself for its own domain.</summary>
    private static Picture InAllDomains(int own, Picture house, IReadOnlyList<Translation> translations) => Mosaic.Row(
        [house, .. s_domains.Select((_, to) => to == own ? house : translations.First(t => (t.From, t.House, t.To) == (own, 0, to)).Made)]);

    private static IEnumerable<Translation> ByOne(TrainedVariant variant, IReadOnlyList<string>[] houses)
    {
        for (var from = 0; from < houses.Length; from++)
        {
            for (var house = 0; house < houses[from].Count; house++)
            {
                using var step = variant.Device.Step();
                var label = new float[s_domains.Count];
                label[from] = 1;
                var shown = variant.Model.Show(new Batch(
                    [
                        new(LabelledPictures.NameOfPicture, Load(variant, houses[from][house])),
                        new(LabelledPictures.NameOfLabel, Tensor.From(label, new Shape(1, label.Length), variant.Device)),
                    ],
                    [],
                    epoch: 0));
                foreach (var to in Enumerable.Range(0, s_domains.Count).Where(to => to != from))
                {
                    yield return new Translation(from, house, to, PictureTensors.ToPicture(shown[1 + to].Picture));
                }
            }
        }
    }

    private static IEnumerable<Translation> ByPairs(TrainedVariant variant, IReadOnlyList<string>[] houses)
    {
        foreach (var (pair, model) in Pairs.Zip(variant.Models))
        {
            for (var house = 0; house < houses[pair.A].Count; house++)
            {
                using var step = variant.Device.Step();
                var batch = Batch.OfPair(Load(variant, houses[pair.A][house]), Load(variant, houses[pair.B][house]));
                var shown = model.Show(batch).ToDictionary(v => v.Label, v => v.Picture);
                yield return new Translation(pair.A, house, pair.B, PictureTensors.ToPicture(shown["fake_B"]));
                yield return new Translation(pair.B, house, pair.A, PictureTensors.ToPicture(shown["fake_A"]));
            }
        }
    }

    private static Tensor Load(TrainedVariant variant, string file) => PictureFile.Load(file).ToTensor(variant.Device);

    /// <summary>A house translated from one domain to another.</summary>
    /// <param name="House">its index among the held-out ones of its domain</param>
    private sealed record Translation(int From, int House, int To, Picture Made);
}
