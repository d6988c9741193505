using IlgpuGan.Models.Data.Labels;
using IlgpuGan.Models.Evaluation.Segmentation;

namespace IlgpuGan.ModelsTests.Evaluation;

public sealed class SegmentationTests : OnCpu
{
    private const int Side = 32;

    [Test]
    public void ScoresAreTheirDefinition()
    {
        // Truth 0 0 0 1 1 2, seen as 0 0 1 1 1 0; class 3 is seen nowhere and predicted nowhere.
        var matrix = new ConfusionMatrix(4);

        Assert.That(matrix.Add([0, 0, 0, 1, 1, 2], [0, 0, 1, 1, 1, 0]), Is.EqualTo(4.0 / 6));
        var score = matrix.Score();

        Assert.That(score.PixelAccuracy, Is.EqualTo(4.0 / 6));
        Assert.That(score.ClassAccuracy, Is.EqualTo(((2.0 / 3) + 1 + 0) / 3).Within(1e-12));
        Assert.That(score.ClassIou, Is.EqualTo(((2.0 / 4) + (2.0 / 3) + 0) / 3).Within(1e-12));
        Assert.That(() => matrix.Add([1], [1, 2]), Throws.ArgumentException);
        Assert.That(() => new ConfusionMatrix(2).Score(), Throws.InvalidOperationException);
    }

    [Test]
    public void ExactMapsHaveTheirOwnColours()
    {
        var maps = Pairs(20).ConvertAll(p => p.Labels);
        var palette = LabelPalette.Find(maps)!;

        var drawn = maps.SelectMany(m => m.Layers[0].Bytes.Chunk(3)).Select(c => (c[0] << 16) | (c[1] << 8) | c[2]).Distinct();
        Assert.That(palette.Colours, Is.EquivalentTo(drawn));
        Assert.That(
            palette.Classify(maps[0]).Select(c => palette.Colours[c]),
            Is.EqualTo(maps[0].Layers[0].Bytes.Chunk(3).Select(c => (c[0] << 16) | (c[1] << 8) | c[2])));
    }

    [Test]
    public void PhotographsAreNoLabelMaps() => Assert.That(LabelPalette.Find(Pairs(20).ConvertAll(p => p.Photo)), Is.Null);

    /// <summary>The facades' twelve classes, out of JPEG files in which every edge rings.</summary>
    [Test]
    public void FacadesHaveTwelveClasses()
    {
        var folder = SharedData.Require("facades/train");
        var pairs = AlignedFolder.Open(folder, new DataSettings { MaxSamples = 60 }.ForEvaluation());
        var random = new IlgpuGan.Tensors.RandomSequence(default);
        var (photos, labels) = (new List<Picture>(), new List<Picture>());
        for (var i = 0; i < pairs.Count; i++)
        {
            var pair = pairs.LoadPair(i, random);
            photos.Add(pair.A);
            labels.Add(pair.B);
        }

        var palette = LabelPalette.Find(labels);
        Assert.That(palette?.Colours, Has.Count.EqualTo(12));
        Assert.That(LabelPalette.Find(photos), Is.Null);
    }

    [Test]
    public void SegmenterLearnsAndGivesTheSameBitsForAnyThreads()
    {
        var pairs = new SyntheticFacades(24, Side);
        var held = Pairs(8, first: 500);
        var palette = LabelPalette.Find(Pairs(24).ConvertAll(p => p.Labels))!;
        var settings = new SegmenterSettings { Steps = 60 };
        var seen = new List<int[]>();
        foreach (var threads in new[] { 1, 2 })
        {
            using var device = Device.Open("cpu", threads);
            var segmenter = Segmenter.Train(pairs, palette, device, settings);
            seen.Add([.. held.SelectMany(p => segmenter.Classify(p.Photo))]);
        }

        var truth = held.SelectMany(p => palette.Classify(p.Labels)).ToArray();
        var matrix = new ConfusionMatrix(palette.Colours.Count);
        var most = truth.CountBy(c => c).Max(c => c.Value) / (double)truth.Length;
        Assert.That(
            matrix.Add(truth, seen[0]), Is.GreaterThan(most + 0.15), "much better than calling everything by the most frequent class");
        Assert.That(seen[1], Is.EqualTo(seen[0]));
    }

    [Test]
    public void SegmenterIsKeptForItsDataAndNoOther()
    {
        using var runs = new TinyRun();
        var folder = runs.Folder;
        var settings = new SegmenterSettings { Steps = 2 };
        var first = Trained(new SyntheticFacades(3, Side));
        Assert.That(Trained(new SyntheticFacades(3, Side)), Is.Zero, "the second time it is read");
        Assert.That(Trained(new SyntheticFacades(3, Side, seed: 2)), Is.EqualTo(2), "other pictures, another segmenter");
        Assert.That(first, Is.EqualTo(2));
        Assert.That(Directory.GetFiles(folder), Has.Length.EqualTo(2));

        int Trained(PairSource pairs)
        {
            var steps = 0;
            Assert.That(LabelTask.Find(pairs, pairs, _device, [folder], settings, (_, _) => steps++), Is.Not.Null);
            return steps;
        }
    }

    [Test]
    public void SegmenterIsFoundInEveryLanguage()
    {
        using var commas = new WithCommas();
        Assert.That(
            $"{new SegmenterSettings()}",
            Is.EqualTo("SegmenterSettings { Steps = 600, BatchSize = 4, LearningRate = 0.002, Seed = 1 }"));
    }

    /// <summary>One that can't be kept serves all the same.</summary>
    [Test]
    public void ASegmenterWithoutAPlaceIsARemark()
    {
        using var runs = new TinyRun();
        var place = runs.PathOf("file");
        File.WriteAllText(place, "in the way");
        var pairs = new SyntheticFacades(3, Side);
        var said = new List<string>();
        Assert.That(LabelTask.Find(pairs, pairs, _device, [place], new SegmenterSettings { Steps = 2 }, say: said.Add), Is.Not.Null);
        Assert.That(said, Has.Count.EqualTo(1).And.One.StartsWith($"{place}: is a file, not a folder; the segmenter is used"));
    }

    /// <summary>From photographs to labels nothing needs to be learnt: a perfect output scores 1, a wrong one what it shares.</summary>
    [Test]
    public void LabelOutputsAreJudgedByTheirColours()
    {
        var settings = new DataSettings { Direction = Direction.BToA, LoadSize = Side, CropSize = Side };
        var pairs = new SyntheticFacades(4, Side, settings: settings);
        var task = LabelTask.Find(pairs, pairs, _device, [])!;
        var (labels, photo) = Pairs(1)[0];

        Assert.That(task.Score(photo, labels, labels), Is.EqualTo(1));
        Assert.That(
            task.Report(), Is.EqualTo(new SegmentationReport(task.Report().Classes, new SegmentationScore(1, 1, 1), Ceiling: null)));
        Assert.That(task.Score(photo, labels.FlipHorizontally(), labels), Is.LessThan(1));
    }

    private static List<(Picture Labels, Picture Photo)> Pairs(int count, int first = 0)
    {
        var facades = new SyntheticFacades(count, Side, first: (uint)first);
        return [.. Enumerable.Range(0, count).Select(facades.Draw).Select(d => (new Picture(d.Labels), new Picture(d.Photo)))];
    }
}
