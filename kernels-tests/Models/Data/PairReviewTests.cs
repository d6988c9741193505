using IlgpuGan.ModelsTests.Faults;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.ModelsTests.Data;

/// <summary>Decisions on pairs, and what can't be done with them.</summary>
public sealed class PairReviewTests : InFolder
{
    [SetUp]
    public void SetUp() => new SyntheticFacades(2, 32).WriteTo(In("pairs"));

    [Test]
    public void AFolderThatCannotBeLookedThroughIsNamed()
    {
        Fails.With<PictureException>(() => PairReview.Open(In("nowhere")), "nowhere");
        foreach (var damaged in new[] { "{", "null" })
        {
            File.WriteAllText(In("pairs", PairReview.FileName), damaged);
            Fails.With<PictureException>(() => PairReview.Open(In("pairs")), PairReview.FileName);
        }
    }

    [Test]
    public void TheOutputLiesElsewhere()
    {
        var review = PairReview.Open(In("pairs"));
        Fails.With<PictureException>(() => review.WriteKept(In("pairs")), "inside the folder of the reviewed pairs");
        Fails.With<PictureException>(() => review.WriteKept(In("pairs", "kept")), "inside the folder of the reviewed pairs");
        foreach (var parts in new[] { In("pairs"), In("pairs", "parts") })
        {
            Fails.With<PictureException>(() => review.WriteSplit(parts, 0.5, 0, seed: 1), $"{parts}: is inside the folder of the reviewed");
        }

        Assert.That(
            review.WriteKept(In("pairs-kept")).Counts.Values.Sum(), Is.EqualTo(2), "a name that only begins alike is another folder");
    }

    /// <summary>Two servers of one folder, or an editor beside one: each adds to what the other has decided.</summary>
    [Test]
    public void ReviewersKeepEachOthersDecisions()
    {
        var (one, other) = (PairReview.Open(In("pairs")), PairReview.Open(In("pairs")));
        one.Decide(0, _ => new PairDecision(Bad: true));
        other.Decide(1, _ => new PairDecision(Swapped: true));
        var review = PairReview.Open(In("pairs"));
        Assert.That((review[0].Bad, review[1].Swapped), Is.EqualTo((true, true)));
        File.WriteAllText(In("pairs", PairReview.FileName), "{");
        Fails.With<PictureException>(() => one.Decide(1, _ => new PairDecision(Bad: true)), PairReview.FileName);
        Assert.That(File.ReadAllText(In("pairs", PairReview.FileName)), Is.EqualTo("{"), "what can't be read is not replaced");
    }

    /// <summary>Who decides while another does waits, and adds to what the other has saved.</summary>
    [Test]
    public void ReviewersWhoDecideAtOnceKeepEachOthersDecisions()
    {
        var (one, other) = (PairReview.Open(In("pairs")), PairReview.Open(In("pairs")));
        var calls = 0;
        Task? late = null;
        one.Decide(0, _ =>
        {
            if (++calls == 2) // The decisions have been read.
            {
                late = Task.Run(() => other.Decide(1, before => before with { Swapped = true }));
                Assert.That(late.Wait(200), Is.False);
            }

            return new PairDecision(Bad: true);
        });
        Assert.That(late!.Wait(TimeSpan.FromSeconds(10)));
        var review = PairReview.Open(In("pairs"));
        Assert.That((review[0].Bad, review[1].Swapped), Is.EqualTo((true, true)));
    }

    /// <summary>Decisions are shown while one waits for another program.</summary>
    [Test]
    public void DecisionsCanBeReadWhileOneWaits()
    {
        var review = PairReview.Open(In("pairs"));
        Task deciding, reading;
        using (new FileStream(In("pairs", ".review"), FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None))
        {
            deciding = Task.Run(() => review.Decide(0, _ => new PairDecision(Bad: true)));
            Assert.That(deciding.Wait(200), Is.False);
            reading = Task.Run(() => review[1]);
            Assert.That(reading.Wait(TimeSpan.FromSeconds(5)));
        }

        Assert.That(deciding.Wait(TimeSpan.FromSeconds(10)));
        Assert.That(review[0].Bad);
    }

    /// <summary>What would be lost or overwritten is left out and named; the rest is written.</summary>
    [Test]
    public void WhatCannotBeWrittenIsNamed()
    {
        PictureFile.Save(new Picture(new Image(8, 4, 3, new ushort[96])), In("pairs", "deep.png"));
        PictureFile.Save(new Picture(new Image(1, 4, 3, new byte[12])), In("pairs", "thin.png"));
        File.WriteAllText(In("pairs", "text.png"), "no picture");
        var review = PairReview.Open(In("pairs"));
        review.Decide(Index("deep"), _ => new PairDecision(Swapped: true));
        review.Decide(Index("thin"), _ => new PairDecision(Swapped: true));
        review.Decide(Index("text"), _ => new PairDecision(Swapped: true));
        Assert.That(
            () => review.Decide(Index("text"), _ => new PairDecision(Crop: new HalfCrop(0, 0, 1, 1))), Throws.TypeOf<PictureException>());
        Fails.With<PictureException>(
            () => review.Decide(Index("thin"), _ => new PairDecision(Crop: new HalfCrop(0, 0, 1, 1))), "one column");
        var outcome = review.WriteKept(In("kept"));
        Assert.That(outcome.Counts.Values.Sum(), Is.EqualTo(2));
        Assert.That(
            outcome.Problems,
            Has.Count.EqualTo(3).And.Some.Contains("16 bits").And.Some.Contains("one column").And.Some.Contains("text.png"));

        int Index(string name) => review.Names.ToList().FindIndex(n => n.StartsWith(name));
    }

    /// <summary>On a disk that is full in the middle of the second pair.</summary>
    [Test]
    public void NoPartOfAPairIsKept()
    {
        var review = PairReview.Open(In("pairs"));
        Disk.Current = new FaultyDisk(new Random(1), Fault.Full, moment: 4);
        try
        {
            var outcome = review.WriteKept(In("kept"));
            Assert.That(outcome.Counts.Values.Sum(), Is.EqualTo(1));
            Assert.That(outcome.Problems, Has.Count.EqualTo(1).And.All.Contains("No space left"));
            Assert.That(
                Directory.GetFiles(In("kept")).Select(File.ReadAllBytes), Is.EqualTo(new[] { File.ReadAllBytes(review.FileOf(0)) }));
        }
        finally
        {
            Disk.Current = new Disk();
        }
    }

    /// <summary>A changed pair becomes a PNG, under whose name another may be.</summary>
    [Test]
    public void NoPairIsWrittenOverAnother()
    {
        File.Move(Directory.GetFiles(In("pairs")).Order(StringComparer.Ordinal).First(), In("pairs", "a.jpg"));
        File.Move(Directory.GetFiles(In("pairs"), "*.png").Single(), In("pairs", "a.png"));
        var review = PairReview.Open(In("pairs"));
        Assert.That(review.Names, Is.EqualTo(new[] { "a.jpg", "a.png" }));
        review.Decide(0, _ => new PairDecision(Swapped: true));
        var outcome = review.WriteKept(In("kept"));
        Assert.That(outcome.Problems, Has.Count.EqualTo(1).And.All.Contains("a.png: there is a pair of the same name but for its"));
        Assert.That(File.ReadAllBytes(In("kept", "a.png")), Is.Not.EqualTo(File.ReadAllBytes(In("pairs", "a.png"))));
    }
}
