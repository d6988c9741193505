using IlgpuGan.Claims;
using IlgpuGan.Claims.Papers;
using IlgpuGan.Models.Data.Synthetic;
using IlgpuGan.Models.Evaluation.Segmentation;
using IlgpuGan.Models.Evaluation.Sets;

namespace IlgpuGan.ModelsTests.Evaluation;

/// <summary>What answers that took no learning get by the measures of the claims: it is what the claims state.</summary>
[Category(Exhaustive.Category)]
public sealed class ClaimFloorTests : CommandFixture
{
    private const int HeldOut = 60;

    [TestCase("stackgan", "patches", 32)]
    [TestCase("bridge", "patches in 1 step", 64)]
    [TestCase("pix2pixhd", "patches", 128)]
    public void NoiseAndTheMeanPictureHaveTheirPatches(string name, string measure, int side)
    {
        var real = name == "stackgan" ? Houses("val", side) : Photographs(400, HeldOut, side);
        var mean = Mean(name == "stackgan" ? Houses("train", side) : Photographs(0, 400, side));
        var (ofNoise, ofMean) = (
            Patches([.. real.Select((_, i) => Noise(side, i))], real, Device), Patches([.. real.Select(_ => mean)], real, Device));
        AssertFloor(name, measure, Math.Min(ofNoise, ofMean), within: 0.5);
    }

    [Test]
    public void TheDayIsNoNight()
    {
        new DrawnDayNight().Write(Folder, "val", first: 400, HeldOut, side: 64, seed: 1);
        var (day, night) = (Loaded("valA"), Loaded("valB"));
        AssertFloor("cut", "distance", day.Zip(night, (d, n) => Diversity.MeanDistance([d, n])).Average(), within: 0.0005);
        AssertFloor("cut", "patches", Patches(day, night, Device), within: 0.5);
    }

    [Test]
    public void PointsSpreadEvenlyAreNoMixture()
    {
        Draw("madgan");
        var (real, _) = NpyFile.LoadNumbers(In("val.npy"));
        float[] even = [.. Enumerable.Range(0, real.Length).Select(i => (i + 0.5f) / real.Length)];
        var (squares, divergence) = MixtureJudge.Compared([.. real], even);
        AssertFloor("madgan", "χ²", squares, within: 0.0005);
        AssertFloor("madgan", "KL", divergence, within: 0.0005);
    }

    [Test]
    public void BlocksInRandomOrderHaveNoLayout()
    {
        const int side = 64, blocks = 4, samples = 50;
        var scenes = Enumerable.Range(1, 5).ToList();
        Draw("singan");
        AssertFloor("singan", "layout", scenes.Average(scene =>
        {
            var picture = PictureFile.Load(In("trainA", $"scene{scene:D5}.png"));
            var random = new Random(scene);
            return SlicedWasserstein.Between(
                [.. Enumerable.Range(0, samples).Select(_ => Shuffled(picture, random))], [.. Enumerable.Repeat(picture, samples)], Device)
                .Scales[^1].Distance;
        }), within: 0.5);

        static Picture Shuffled(Picture picture, Random random)
        {
            var places = Enumerable.Range(0, blocks * blocks).ToArray();
            random.Shuffle(places);
            return Mosaic.Column([.. Enumerable.Range(0, blocks).Select(row => Mosaic.Row(
            [
                .. places.Skip(row * blocks).Take(blocks).Select(p => picture.Crop(
                    p % blocks * (side / blocks), p / blocks * (side / blocks), side / blocks, side / blocks)),
            ]))]);
        }
    }

    /// <summary>By a classifier's features no house is near noise.</summary>
    [Test]
    [Exhaustive]
    public void NoiseCoversNoHouse()
    {
        var real = Houses("val", side: 32);
        _ = Houses("train", side: 32);
        var instruments = new Instruments(
            "", Folder, In("shared"), new SegmenterSettings(), new DataClassifier(In("train"), Device), Device);
        AssertFloor("lapgan", "coverage", instruments.Coverage([.. real.Select((_, i) => Noise(32, i))], real), within: 0.005);
    }

    private void Draw(string claim)
    {
        var data = ClaimCatalogue.Find(claim).Data!;
        ClaimDrawings.Of(data.Draw)(data, Folder);
    }

    private static void AssertFloor(string claim, string measure, double value, double within)
    {
        var floor = ClaimCatalogue.Find(claim).Measures.Single(m => m.Name == measure).Floor!;
        Assert.That(floor.Value, Is.EqualTo(value).Within(within), floor.Of);
    }

    private static double Patches(IReadOnlyList<Picture> made, IReadOnlyList<Picture> real, Device device) =>
        SlicedWasserstein.Between(made, real, device).Scales.Average(s => s.Distance);

    private static Picture Noise(int side, int seed)
    {
        var bytes = new byte[3 * side * side];
        new Random(seed).NextBytes(bytes);
        return new Picture(new Image(side, side, 3, bytes));
    }

    internal static Picture Mean(IReadOnlyList<Picture> pictures)
    {
        var first = pictures[0].Layers[0];
        byte[] means = [.. first.Bytes.Select((_, i) => (byte)Math.Round(pictures.Average(p => p.Layers[0].Bytes[i])))];
        return new Picture(new Image(first.Width, first.Height, 3, means));
    }

    private static List<Picture> Photographs(uint first, int count, int side)
    {
        var facades = new SyntheticFacades(count, side, first: first);
        return [.. Enumerable.Range(0, count).Select(i => new Picture(facades.Draw(i).Photo))];
    }

    private List<Picture> Houses(string split, int side)
    {
        new DrawnAttributes().Write(Folder, split, split == "train" ? 0 : 2000, split == "train" ? 2000 : 200, side, seed: 1);
        var kinds = Directory.GetDirectories(In(split)).Order(StringComparer.Ordinal);
        return [.. kinds.SelectMany(PictureFolder.List).Select(PictureFile.Load)];
    }

    private List<Picture> Loaded(string folder) => [.. PictureFolder.List(In(folder)).Select(PictureFile.Load)];
}
