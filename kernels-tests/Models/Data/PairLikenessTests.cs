namespace IlgpuGan.ModelsTests.Data;

/// <summary>Pairs are told from pictures that lie beside each other by chance.</summary>
public sealed class PairLikenessTests : InPictureFolder
{
    [TestCase("facades")]
    [TestCase("edges-shapes")]
    [TestCase("day-night")]
    public void DrawnPairsAreAlike(string kind)
    {
        DrawnData.Kinds.Single(k => k.Name == kind).Write(_folder.Root, "val", 0, 32, 64, seed: 3);
        AssertTold(AlignedFolder.Open(_folder.PathOf("val")));
    }

    [Test]
    [MaxSeconds(4)] // Hundreds of photographs.
    public void PhotographsAndTheirLabelsAreAlike() => AssertTold(AlignedFolder.Open(SharedData.Require("facades/train")));

    [Test]
    public void TwoSetsAreNoPairs()
    {
        foreach (var set in "AB")
        {
            var files = PictureFolder.List(SharedData.Require($"monet2photo_mini/train{set}"));
            Directory.CreateDirectory(_folder.PathOf($"train{set}"));
            for (var i = 0; i < Math.Min(files.Count, 30); i++)
            {
                File.Copy(files[i], _folder.PathOf($"train{set}/{i}{Path.GetExtension(files[i])}"));
            }
        }

        var pairs = AlignedFolder.Open(_folder.PathOf("train"));
        Assert.That(pairs.Warning(), Does.Contain("trainB: files of equal names are taken for pairs"));
    }

    /// <summary>Photographs and paintings have no seam in their middle; pairs have; pictures on a plain ground aren't doubted.</summary>
    [Test]
    public void SinglePicturesAreNoPairs()
    {
        foreach (var set in new[] { "monet2photo_mini/trainA", "monet2photo_mini/trainB", "photos-cc0" })
        {
            Assert.That(
                AlignedFolder.Open(SharedData.Require(set)).Warning(), Does.Contain("look like single pictures, not like pairs"), set);
        }
    }

    /// <summary>A drawn house that is cut at its middle is whole; two of them side by side are a pair, however few there are.</summary>
    [Test]
    public void OnePictureIsEnoughToTell()
    {
        DrawnData.Kinds.Single(k => k.Name == "facades").Write(_folder.Root, "val", 0, 1, 64, seed: 3);
        var pair = AlignedFolder.Open(_folder.PathOf("val"));
        Assert.That(pair.AreSinglePictures, Is.False);
        PictureFile.Save(pair.ReadHalves(0).B, _folder.PathOf("whole.png"));
        File.Delete(pair.Files[0]);
        File.Move(_folder.PathOf("whole.png"), pair.Files[0]);
        var (left, right) = AlignedFolder.Open(_folder.PathOf("val")).ReadHalves(0);
        var (middle, beside) = PairLikeness.Seam(left, right);
        Assert.That(middle / beside, Is.LessThan(3), $"{middle} {beside}");
    }

    /// <summary>As they are the score is high; with the partners moved on by some places it is what chance gives.</summary>
    private static void AssertTold(AlignedFolder pairs)
    {
        Assert.That(pairs.Warning(), Is.Null);
        var (count, most) = (Math.Min(pairs.Count, 32), double.NegativeInfinity);
        for (var away = 1; away < count; away += 4)
        {
            most = Math.Max(most, Score(count, away));
        }

        var (eight, all) = (Score(8, 0), Score(count, 0));
        TestContext.Out.WriteLine($"{pairs.Count} pairs: {all:0.0}, of eight {eight:0.0}; by chance at most {most:0.0}");
        Assert.That((eight > 2.4, all > 4, most < 3.5), Is.EqualTo((true, true, true)), $"{eight} {all} {most}");

        double Score(int examined, int away) => PairLikeness.Score([.. Enumerable.Range(0, examined)
            .Select(i => i * count / examined)
            .Select(i => PairLikeness.Seen.Of(pairs.ReadHalves(i).A, pairs.ReadHalves((i + away) % count).B))]);
    }
}
