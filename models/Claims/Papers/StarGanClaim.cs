using IlgpuGan.Models.Families;
using IlgpuGan.Models.Families.CycleGan;
using IlgpuGan.Models.Families.StarGan;
using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Claims.Papers;

/// <summary>
/// The claim of Choi et al. 2018: one generator for all domains is better than generators that each learn a pair of domains.
/// </summary>
internal static class StarGanClaim
{
    private const int Side = 32;
    private const int Width = 16;
    private const int Houses = 80;
    private const int Judged = 800;
    private const string ForJudge = "judge";
    private const int HeldOut = 80;
    private const string Truth = "truth";
    private const string Pairs = "pairs";
    private const string Accuracy = "accuracy";
    private const string Distance = "distance";
    private const string Real = "real";

    /// <summary>In the order of their folders' names, which is that of the labels.</summary>
    private static readonly string[] s_domains = [.. DrawnAttributes.Domains.Order(StringComparer.Ordinal)];

    private static readonly (int A, int B)[] s_pairs =
        [.. Enumerable.Range(0, s_domains.Length).SelectMany(a => Enumerable.Range(a + 1, s_domains.Length - a - 1).Select(b => (a, b)))];

    public static Claim Domains { get; } = new()
    {
        Name = StarGanFamily.Name,
        Sentence = "One generator conditioned on the domain translates between all domains more accurately than generators that each " +
            "learn one pair of domains, from as many pictures.",
        Source = "Choi et al. 2018, facial expressions of RaFD, classification error of translations: StarGAN 2.12 %, CycleGAN 5.99 %; "
            + "real photographs 0.45 %",
        Setting = "Synthetic houses of 32 pixels in four domains of roof and wall, 20 of each for training, 20 of each held out, which " +
            "are known in the other domains, too. With 200 of each, both made all houses of the right domain. StarGAN: the small preset, " +
            "batches of 8, one generator step per five discriminator steps. CycleGAN: six models, one for each pair of domains, batches " +
            "of 1, the same width and as many residual blocks; its samples have two pictures and count as two. A classifier learns the " +
            "domains from 800 other real pictures.",
        Learnt = "With 20 houses a domain, too, nearly all are of the domain asked for, by both. Six CycleGANs are nearer to the truth, " +
            "in five times the time.",
        Steps = 4200,
        FirstSeed = 11,
        PicturesForJudge = ForJudge,
        Variants =
        [
            new("stargan", "one generator for four domains", steps => StarGanOptions.Small() with
            {
                LabelKind = LabelKind.Classes, ImageSize = Side, DRepeatNum = int.Log2(Side) - 1, Steps = 3 * Thirds(steps),
            }),
            new("cyclegan", "twelve generators, two for each pair of domains", steps =>
                [.. s_pairs.Select(pair => Cycle(pair, 2 * Thirds(steps)))]),
        ],
        Measures =
        [
            new(Accuracy, "share of the translations that a classifier assigns to the target domain", HigherIsBetter: true)
            {
                Floor = new(1 / 3.0, "one domain whatever is asked"),
            },
            new(Distance, "mean absolute difference from the same house in that domain, of a range of 2", HigherIsBetter: false),
            new(Real, "for comparison, the classifier's accuracy on held-out real pictures", HigherIsBetter: true),
        ],
        Differences =
        [
            new("stargan", "cyclegan", Accuracy) { Least = 0.05 }, new("stargan", "cyclegan", Distance) { IsApart = true },
        ],
        DrawData = DrawData,
        Judge = Judge,
    };

    /// <summary>3n steps with 8 pictures see as many pictures as 2n steps with 2 pictures by each of 6 models.</summary>
    private static int Thirds(int steps) => Math.Max(steps / 3, 1);

    private static ClaimPart Cycle((int A, int B) pair, int steps) => new(NameOf(pair), new CycleGanOptions
    {
        Data = Path.Combine(Pairs, NameOf(pair)), LoadSize = 36, CropSize = Side,
        Generator = GeneratorKind.ResNet(StarGanOptions.Small().GRepeatNum), Discriminator = DiscriminatorKind.NLayers, NLayersD = 2,
        Ngf = Width, Ndf = Width, LambdaIdentity = 0, Steps = steps,
    })
    {
        SampleWeight = 2,
    };

    private static string NameOf((int A, int B) pair) => $"{s_domains[pair.A]}_{s_domains[pair.B]}";

    /// <summary>
    /// Writes the domains' folders in train and val, the held-out houses in all domains, and a data set for each pair of domains.
    /// </summary>
    private static void DrawData(string folder)
    {
        var drawn = new DrawnAttributes();
        drawn.WriteSplits(folder, Houses, HeldOut, Side);
        drawn.Write(folder, ForJudge, Houses + HeldOut, Judged, Side, seed: 1);
        DrawnAttributes.WriteInAllDomains(Path.Combine(folder, Truth), Houses, HeldOut, Side, seed: 1);
        foreach (var pair in s_pairs)
        {
            Copy(pair.A, Path.Combine(folder, Pairs, NameOf(pair), "trainA"));
            Copy(pair.B, Path.Combine(folder, Pairs, NameOf(pair), "trainB"));
        }

        void Copy(int domain, string place)
        {
            Directory.CreateDirectory(place);
            foreach (var file in PictureFolder.List(Path.Combine(folder, "train", s_domains[domain])))
            {
                AtomicFile.Copy(file, Path.Combine(place, Path.GetFileName(file)), durable: false);
            }
        }
    }

    private static ClaimFinding Judge(TrainedVariant variant)
    {
        // By domain, then sorted by name.
        var houses = Array.ConvertAll(s_domains, d => PictureFolder.List(Path.Combine(variant.Data, "val", d)));
        var translations = (variant.Models.Count == 1 ? ByOne(variant, houses) : ByPairs(variant, houses)).ToList();
        var classes = variant.Instruments.Classes(translations.ConvertAll(t => t.Made));
        var (right, distances) = (new List<double>(), new List<double>());
        foreach (var ofHouse in translations.Zip(classes).GroupBy(t => (t.First.From, t.First.House)).OrderBy(g => g.Key))
        {
            right.Add(ofHouse.Average(t => t.Second == t.First.To ? 1.0 : 0));
            distances.Add(ofHouse.Average(t => variant.Instruments.MeanDistance([t.First.Made, TruthOf(t.First)])));
        }

        var ofReal = houses.Select((files, domain) => RightOf([.. files.Select(PictureFile.Load)], domain)).Average();
        return new ClaimFinding
        {
            Values = new Dictionary<string, double> { [Accuracy] = right.Average(), [Distance] = distances.Average(), [Real] = ofReal },
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
                var label = new float[s_domains.Length];
                label[from] = 1;
                var shown = variant.Model.Show(new Batch(
                    [
                        new(LabelledPictures.NameOfPicture, Load(variant, houses[from][house])),
                        new(LabelledPictures.NameOfLabel, Tensor.From(label, new Shape(1, label.Length), variant.Device)),
                    ],
                    [],
                    epoch: 0));
                for (var to = 0; to < s_domains.Length; to++)
                {
                    if (to != from)
                    {
                        yield return new Translation(from, house, to, PictureTensors.ToPicture(shown[1 + to].Picture));
                    }
                }
            }
        }
    }

    private static IEnumerable<Translation> ByPairs(TrainedVariant variant, IReadOnlyList<string>[] houses)
    {
        foreach (var (pair, model) in s_pairs.Zip(variant.Models))
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
