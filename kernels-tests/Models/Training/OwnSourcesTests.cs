using IlgpuGan.Models.Evaluation;
using IlgpuGan.Models.Families.Pix2Pix;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.Models.Translation;
using Checkpoint = IlgpuGan.Models.Runs.Checkpoint;

namespace IlgpuGan.ModelsTests.Training;

/// <summary>Runs on the samples of a program's own.</summary>
public sealed class OwnSourcesTests() : InFolder(threads: 1)
{
    private const int Side = 32;

    private static readonly Pix2PixOptions s_options = TinyRun.Pix2Pix with { Steps = 6, SerialBatches = true, Threads = 1 };

    /// <summary>One that leaves pictures out shows held-out ones, too.</summary>
    [TestCase(DamagePolicy.Stop, DamagePolicy.Skip)]
    [TestCase(DamagePolicy.Skip, DamagePolicy.Stop)]
    public void RunsOnOneSetTreatDamageEachInItsOwnWay(DamagePolicy first, DamagePolicy second)
    {
        new SyntheticFacades(6, Side).WriteTo(In("data", "train"));
        var options = s_options with { Data = In("data") };
        var data = RunData.Open(options);
        var file = data.Train.Files[2];
        using var one = Created(first);
        using var other = Created(second);
        File.WriteAllText(file, "no picture");
        foreach (var run in new[] { one, other })
        {
            if (run.Options.OnDamage == DamagePolicy.Skip)
            {
                Assert.That(run.Train(), Is.EqualTo(TrainingOutcome.Finished));
                Assert.That(File.ReadAllText(run.Directory.Log), Does.Contain(Path.GetFileName(file)));
            }
            else
            {
                Fails.Starting<PictureException>(() => run.Train(), file, "Everything up to step 2 is saved");
            }
        }

        Fails.Starting<PictureException>(() => data.Train.InOrder().On(Device).Count(), file);

        TrainingRun Created(DamagePolicy policy) => TrainingRun.Create(
            In(policy.ToString()), options with { OnDamage = policy, SampleFreq = policy == DamagePolicy.Skip ? 2 : 0 }, data, Device);
    }

    /// <summary>It is no damage; until the epoch ends, a batch depends on what is known of it, also after a resume.</summary>
    [Test]
    public void APictureForWhichMemoryRanOutIsReadAgainInTheNextEpoch()
    {
        const int count = 20; // More than the batches that are prepared ahead.
        var lacks = 0;
        var pairs = new Pairs(count, i =>
        {
            if (i == 2)
            {
                LeftOutFiles.Refuse("pair2");
                PictureFile.Explained("pair2", () => Interlocked.Exchange(ref lacks, 0) == 1 ? throw new OutOfMemoryException() : i);
            }

            return (Drawn(Side), Drawn(Side));
        });
        using (var run = TrainingRun.Create(
            In("run"), s_options with { OnDamage = DamagePolicy.Skip, Steps = count + 3 }, new RunData(pairs, pairs), Device))
        {
            lacks = 1;
            Assert.That(run.Train(), Is.EqualTo(TrainingOutcome.Finished));
        }

        var directory = new RunDirectory(In("run"));
        Assert.That(File.ReadAllText(directory.Log), Does.Contain("memory ran out").And.Contain("\"until\":20"));
        var leftOut = Checkpoint.Read(directory.Latest).Position.LeftOut!;
        Assert.That(leftOut.Select(f => (f.Step, f.Until)), Is.EqualTo(new[] { (2L, (long?)count) }));

        var resumed = new LeftOutFiles("", takesMore: true);
        resumed.Restore(leftOut);
        using var training = resumed.Train(pairs, pairs);
        string[] all = [.. Enumerable.Range(0, count).Select(i => $"pair{i}")];
        Assert.That(
            pairs.Shuffled(seed: 1).On(Device, count: 2 * count).SelectMany(batch => batch.Names),
            Is.EqualTo(all.Select(name => name == "pair2" ? "pair3" : name).Concat(all)));
        Assert.That(pairs.InOrder().On(Device).SelectMany(batch => batch.Names), Is.EqualTo(all), "an evaluation tries it each time");
    }

    [TestCase(Side / 2, 3, "pair3: its A has 32x32 pixels, but its B 16x16")]
    [TestCase(Side, 1, "pair3: its B has 1 channel, but that of pair0 has 3")]
    public void AWrongPairIsNamedAndTheStepsBeforeItAreSaved(int side, int channels, string told)
    {
        var pairs = new Pairs(6, i => (Drawn(Side), i == 3 ? Drawn(side, channels) : Drawn(Side)));
        using var run = TrainingRun.Create(In("run"), s_options, new RunData(pairs, pairs), Device);
        Fails.Starting<PictureException>(() => run.Train(), told, "Everything up to step 3 is saved");
        Assert.That((run.Step, run.SavedStep), Is.EqualTo((3L, 3L)));
    }

    [Test]
    public void PairsMayDifferInSize()
    {
        var pairs = new Pairs(6, i => i == 3 ? (Drawn(2 * Side), Drawn(2 * Side)) : (Drawn(Side), Drawn(Side)));
        using var run = TrainingRun.Create(In("run"), s_options, new RunData(pairs, pairs), Device);
        Assert.That(run.Train(), Is.EqualTo(TrainingOutcome.Finished));
    }

    [TestCase(0, 1, BestMetric.None)]
    [TestCase(-1, 1, BestMetric.None)]
    [TestCase(1, 0, BestMetric.L1)]
    public void AnEmptySetIsRefusedBeforeARunIsMade(int train, int heldOut, BestMetric kept)
    {
        var data = new RunData(Alike(train), Alike(heldOut));
        Fails.Saying<PictureException>(
            () => TrainingRun.Create(In("run"), s_options with { KeepBest = kept }, data, Device).Dispose(),
            $"Pairs: its Count is {Math.Min(train, heldOut)}, but a data set needs at least one sample");
        Assert.That(Directory.Exists(In("run")), Is.False);
    }

    /// <summary>Held-out pictures that nothing asks for may be none, as may those of a loop.</summary>
    [Test]
    public void AnEmptySetIsRefusedWhereSamplesOfItAreAskedFor()
    {
        var empty = Alike(0);
        using var run = TrainingRun.Create(
            In("run"), s_options with { Steps = 1, SampleFreq = 1 }, new RunData(Alike(1), empty), Device);
        Assert.That(run.Train(), Is.EqualTo(TrainingOutcome.Finished));
        using var translator = Translator.Open(In("run"), Device);
        Fails.Starting<PictureException>(() => Evaluator.Run(translator, empty), "Pairs: its Count is 0");
        Fails.Starting<PictureException>(() => empty.InOrder().On(Device, count: 1).Count(), "Pairs: its Count is 0");
        Assert.That(empty.InOrder().On(Device), Is.Empty);
    }

    private static Pairs Alike(int count) => new(count, _ => (Drawn(Side), Drawn(Side)));

    private static Picture Drawn(int side, int channels = 3) =>
        new Image(side, side, channels, Enumerable.Range(0, side * side * channels).Select(i => (byte)(i * 37)).ToArray());

    private sealed class Pairs(int count, Func<int, (Picture A, Picture B)> draw) : PairSource(s_options.DataSettings())
    {
        public override int Count => count;

        public override IReadOnlyList<string> Files => [];

        public override string NameOf(int index) => $"pair{index}";

        protected internal override PicturePair LoadPair(int index, RandomSequence random)
        {
            var (a, b) = draw(index);
            return new PicturePair(a, b, NameOf(index));
        }
    }
}
