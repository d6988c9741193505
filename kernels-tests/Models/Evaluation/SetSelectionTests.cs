using IlgpuGan.Models.Data.Labels;
using IlgpuGan.Models.Evaluation;
using IlgpuGan.Models.Evaluation.Sets;
using IlgpuGan.Models.Reporting;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Translation;

namespace IlgpuGan.ModelsTests.Evaluation;

/// <summary>Which pictures of large sets are compared: the first ones by name may all be of one class.</summary>
public sealed class SetSelectionTests() : InFolder(threads: 1)
{
    private const int Side = 32;

    [Test]
    public void ComparedSamplesAreSpreadOverEachSet()
    {
        var many = new ComparedSamples(new Numbered(3, 1000), most: 4);
        Assert.That(many.Numbers, Is.EqualTo(new[] { 0, 1, 2, 250, 500, 750 }));
        Assert.That(Enumerable.Range(0, 6).Where(many.HasInput), Is.EqualTo(new[] { 0, 1, 2 }));
        Assert.That(Enumerable.Range(0, 6).Where(many.HasTarget), Is.EqualTo(new[] { 0, 3, 4, 5 }));

        var few = new ComparedSamples(new Numbered(3, 2), most: 4);
        Assert.That(few.Numbers, Is.EqualTo(new[] { 0, 1, 2 }));
        Assert.That(Enumerable.Range(0, 3).Where(few.HasTarget), Is.EqualTo(new[] { 0, 1 }));
        Assert.That(new ComparedSamples(new Numbered(0, 0), most: 4).Numbers, Is.Empty);
    }

    /// <summary>Of a thousand real pictures every other one; both inputs are translated, once each.</summary>
    [Test]
    public void ManyRealPicturesAreCollectedFromAllOverTheSet()
    {
        _runs.Train("run", TinyRun.Pix2Pix with { Steps = 1 });
        using var translator = Translator.Open(new RunDirectory(_runs.PathOf("run")).Latest, Device);
        var (outputs, real) = Evaluator.Collect(translator, new Numbered(2, 1000));
        Assert.That(outputs, Has.Count.EqualTo(2));
        Assert.That(
            real.Select(picture => picture.Layers[0].Bytes[0] + (256 * picture.Layers[0].Bytes[1])),
            Is.EqualTo(Enumerable.Range(0, 500).Select(i => 2 * i)));
    }

    [Test]
    public void WhatIsComparedIsSaid()
    {
        Assert.That($"{new SetCounts(500, 1000, 12, 12)}", Is.EqualTo("500 of 1000 outputs with 12 real pictures"));
        var report = new EvaluationReport { Colours = new ColourIntersection(1, 1, 1), Compared = new SetCounts(500, 1000, 12, 12) };
        Assert.That(EvaluationReport.Parse(report.ToJson()).Compared, Is.EqualTo(report.Compared));
        Assert.That(
            EvaluationReport.Parse("""{"colours":{"l":1,"a":1,"b":1},"slicedWasserstein":{"scales":[],"mean":3}}"""),
            Has.Property("Compared").Null.And.Property("SlicedWasserstein").Property("Pictures").Null, "an older report");
    }

    /// <summary>A page over several runs would have scores of different sets under one heading.</summary>
    [Test]
    public void AHeadingSaysHowManyPicturesTheScoresAreOf()
    {
        _runs.Train("run", TinyRun.Pix2Pix with { Steps = 1 });
        var report = new EvaluationReport
        {
            Subject = new EvaluationSubject("run", 1, "d", "val", "AtoB", Eval: false), Colours = new ColourIntersection(1, 1, 1),
        };
        Assert.That(Heading(report), Is.EqualTo("val of d, AtoB, an unknown number of pictures"));
        Assert.That(
            Heading(report with { Compared = new SetCounts(5, 5, 3, 3) }), Is.EqualTo("val of d, AtoB, 5 outputs with 3 real pictures"));
        Assert.That(
            Heading(report with { Images = [new ImageScore { Name = "a", L1 = 0.1, Mse = 0.1, Psnr = 10 }] }),
            Is.EqualTo("val of d, AtoB, 1 picture"));

        string? Heading(EvaluationReport written)
        {
            File.WriteAllText(In("run", "evaluation.json"), written.ToJson());
            return StoredReport.Read(In("run")).EvaluatedOn;
        }
    }

    /// <summary>Pictures to be checked and those compared are the same.</summary>
    [Test]
    public void FilesOfUnpairedSetsAreSpreadLikewise()
    {
        foreach (var name in new[] { "a", "b", "c", "d" })
        {
            Directory.CreateDirectory(In("valA"));
            Directory.CreateDirectory(In("valB"));
            PictureFile.Save(Flat(1), In("valA", name + ".png"));
            PictureFile.Save(Flat(2), In("valB", name + ".png"));
        }

        var two = UnalignedFolder.Open(In("val"), new DataSettings { MaxSamples = 2, SpreadSamples = true });
        Assert.That(two.Files.Select(Path.GetFileName), Is.EqualTo(new[] { "a.png", "c.png", "a.png", "c.png" }));
        Assert.That(
            UnalignedFolder.Open(In("val"), new DataSettings { MaxSamples = 2 }).Files.Select(Path.GetFileName),
            Is.EqualTo(new[] { "a.png", "b.png", "a.png", "b.png" }), "a training takes the first");
    }

    /// <summary>What a training checks before its first step and what its evaluations measure are the same pictures.</summary>
    [Test]
    public void SizesAreThoseOfThePicturesThatAreCompared()
    {
        string[] names = ["a", "b", "c", "d", "e"];
        foreach (var folder in new[] { "val", "valA", "valB", "val_label", "val_img" })
        {
            Directory.CreateDirectory(In(folder));
            foreach (var name in names)
            {
                PictureFile.Save(Flat(1), In(folder, name + ".png"));
            }
        }

        var settings = new DataSettings { MaxSamples = 4 };
        SampleSource[] sources =
        [
            AlignedFolder.Open(In("val"), settings), GreyPhotographs.Open(In("val"), settings), UnalignedFolder.Open(In("val"), settings),
            LabelSource.Open(Folder, "val", settings, new LabelCoding(1, false, null)),
        ];
        foreach (var source in sources)
        {
            var compared = new ComparedSamples(source, most: 2);
            Assert.That(
                source.Sizes(most: 2).Select(size => Path.GetFileNameWithoutExtension(size.File)).Distinct(),
                Is.EqualTo(compared.Numbers.Select(number => names[number])), source.GetType().Name);
        }
    }

    /// <summary>A picture of one colour, which holds a number.</summary>
    private static Picture Flat(int number)
    {
        byte[] pixel = [(byte)(number % 256), (byte)(number / 256), 0];
        return new Picture(new Image(Side, Side, 3, [.. Enumerable.Range(0, Side * Side).SelectMany(_ => pixel)]));
    }

    /// <summary>Pairs without files; a target is of the colour of its number.</summary>
    private sealed class Numbered(int inputs, int targets) : PairSource(new DataSettings())
    {
        public override int Count => Math.Max(inputs, targets);

        public override IReadOnlyList<string> Files => [];

        internal override int Inputs => inputs;

        internal override int Targets => targets;

        public override string NameOf(int index) => $"{index}";

        protected internal override PicturePair LoadPair(int index, RandomSequence random) => new(Flat(0), Flat(index), NameOf(index));
    }
}
