using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Reporting;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.ModelsTests.Ranks;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Ranks;
using Checkpoint = IlgpuGan.Models.Runs.Checkpoint;

namespace IlgpuGan.ModelsTests.Training;

/// <summary>Whatever ends a training between two steps leaves the last step saved, and a way on that the message names.</summary>
internal sealed class NothingLostTests : InFolder
{
    private const int Pictures = 6;

    private string _data = "";

    [SetUp]
    public void SetUp()
    {
        _data = _runs.PathOf("data");
        new SyntheticFacades(Pictures, 32).WriteTo(Path.Combine(_data, "train"));
    }

    private TranslationOptions Paired => TinyRun.Pix2Pix with { Data = _data, Steps = 3 * Pictures, SerialBatches = true, Threads = 1 };

    private string Picture(int index) => Directory.GetFiles(Path.Combine(_data, "train")).Order(StringComparer.Ordinal).ElementAt(index);

    /// <summary>The next pictures have been read already: what is damaged at step 1 is met in the third epoch at the latest.</summary>
    [Test]
    public void ADamagedPictureEndsTheTrainingWithItsLastStepSaved([Values] bool goes)
    {
        _runs.TrainOnFiles("whole", Paired);
        var (file, bytes) = (Picture(Pictures - 1), File.ReadAllBytes(Picture(Pictures - 1)));
        PictureException problem;
        long step;
        using (var run = TrainingRun.Create(_runs.PathOf("run"), Paired))
        {
            problem = Assert.Throws<PictureException>(() => run.Train(new AfterStep(1, () => Damage(file, goes))));
            step = run.Step;
        }

        Assert.That(step, Is.GreaterThan(0));
        Assert.That(
            problem.Message,
            Does.StartWith(file).And.Contain($"Everything up to step {step} is saved").And.Contain($"--resume {_runs.PathOf("run")}")
                .And.Contain("--on-damage skip"));
        Assert.That(Checkpoint.Read(new RunDirectory(_runs.PathOf("run")).Latest).Position.Step, Is.EqualTo(step));
        File.WriteAllBytes(file, bytes);
        _runs.ResumeOnFiles("run");
        Assert.That(_runs.FinalTensors("run"), Is.EqualTo(_runs.FinalTensors("whole")), "as if nothing had happened");
    }

    /// <summary>It would end the training with the first sample pictures.</summary>
    [Test]
    public void ADamagedHeldOutPictureIsNamedBeforeTheTraining()
    {
        var held = Path.Combine(_data, "val");
        new SyntheticFacades(2, 32).WriteTo(held);
        var file = Directory.GetFiles(held).Max(StringComparer.Ordinal)!;
        File.WriteAllText(file, "no picture");
        var problem = Assert.Throws<PictureException>(() => TrainingRun.Create(_runs.PathOf("run"), Paired).Dispose());
        Assert.That(problem.Message, Does.StartWith(file).And.Contain("--on-damage skip"));
        Assert.That(Directory.Exists(_runs.PathOf("run")), Is.False);
    }

    /// <summary>Nothing of it is left for a discriminator to judge, which would end the training in its middle.</summary>
    [Test]
    public void APictureThatIsTooSmallForTheNetworksCountsAsDamaged()
    {
        var options = TinyRun.CycleGan with
        {
            Data = Unpaired(), Preprocess = PreprocessMode.None, Steps = 5, Threads = 1,
        };
        foreach (var (name, side) in new[] { ("1.png", 8), ("2.png", 12) })
        {
            var file = Path.Combine(options.Data, "trainA", name);
            PictureFile.Save(PictureFile.Load(file).Resize(side, side), file);
        }

        Fails.Starting<PictureException>(
            () => TrainingRun.Create(_runs.PathOf("run"), options).Dispose(), Path.Combine(options.Data, "trainA", "1.png"),
            "8x8 pixels are too few for the networks, which need 12 a side", "--on-damage skip");
        Assert.That(
            _runs.TrainOnFiles("run", options with { OnDamage = DamagePolicy.Skip }), Is.EqualTo(TrainingOutcome.Finished));
        Assert.That(
            Checkpoint.Read(new RunDirectory(_runs.PathOf("run")).Latest).Position.LeftOut!.Select(f => f.File),
            Is.EqualTo(new[] { "trainA/1.png" }));
        Assert.That((options with { LambdaGan = 0 }).DataSettings().SmallestSide, Is.EqualTo(8), "no discriminator is trained");
    }

    /// <summary>Pairs, and two sets whose partners are drawn; in one process and in three.</summary>
    [TestCase("pix2pix", 1)]
    [TestCase("cyclegan", 1)]
    [TestCase("pix2pix", 3)]
    [MaxSeconds(10)] // Five trainings.
    public void APictureThatIsLeftOutStaysOutAfterAResume(string family, int ranks)
    {
        TrainingOptions options = family == "cyclegan" ? TinyRun.CycleGan with { Data = Unpaired(), Steps = 20, Threads = 1 }
            : ranks == 1 ? Paired with { SerialBatches = false }
            : Paired with { SerialBatches = false, Norm = NormKind.Instance, Reduction = GradientReduction.Tree, BatchSize = 3 };
        options = options with { OnDamage = DamagePolicy.Skip };
        var file = family == "cyclegan" ? Directory.GetFiles(Path.Combine(options.Data, "trainB")).Order().Last() : Picture(2);
        var bytes = File.ReadAllBytes(file);
        Damage(file, goes: false);
        Train(options, "whole", ranks: 1, stopAfter: int.MaxValue);

        Train(options, "parts", ranks, stopAfter: (int)options.Steps! / 2);
        var leftOut = Checkpoint.Read(new RunDirectory(_runs.PathOf("parts")).Latest).Position.LeftOut;
        Assert.That(leftOut, Has.Count.EqualTo(1));
        Assert.That(leftOut![0].File, Is.EqualTo(Path.GetRelativePath(options.Data, file).Replace('\\', '/')));
        File.WriteAllBytes(file, bytes); // Mended, it stays out: an uninterrupted training would not have met it again.
        Train(options, "parts", ranks, int.MaxValue);
        Assert.That(_runs.FinalTensors("parts"), Is.EqualTo(_runs.FinalTensors("whole")));
        Assert.That(File.ReadAllText(new RunDirectory(_runs.PathOf("whole")).Log), Does.Contain("\"left_out\":\"" + leftOut[0].File));
        Assert.That(File.ReadAllText(new RunDirectory(_runs.PathOf("whole")).Report), Does.Contain(Path.GetFileName(file)));

        File.Delete(file); // Gone, it does not keep the run from going on, either.
        Assert.That(() => Train(options with { Steps = options.Steps + 1 }, "parts", ranks, int.MaxValue), Throws.Nothing);
    }

    [Test]
    public void APictureThatVanishedUnawaresIsLeftOutAfterwards()
    {
        var file = Picture(Pictures - 1);
        using (var run = TrainingRun.Create(_runs.PathOf("run"), Paired))
        {
            Assert.That(() => run.Train(new AfterStep(1, () => Damage(file, goes: true))), Throws.TypeOf<PictureException>());
        }

        Assert.That(
            () => TrainingRun.Resume(_runs.PathOf("run")),
            Throws.TypeOf<RunException>().With.Message.Contains("--on-damage skip"), "a picture is missing, and the way on is named");
        using var again = TrainingRun.Resume(_runs.PathOf("run"), o => o with { OnDamage = DamagePolicy.Skip });
        var warnings = new Warnings();
        Assert.That(again.Train(warnings), Is.EqualTo(TrainingOutcome.Finished));
        Assert.That(warnings.All, Has.Exactly(1).Contains(Path.GetFileName(file)));
    }

    [Test]
    public void ATrainingWithoutAnyPictureEndsRatherThanLeavingOutAll()
    {
        using var run = TrainingRun.Create(_runs.PathOf("run"), Paired with { OnDamage = DamagePolicy.Skip, Steps = 1000 });
        Fails.With<PictureException>(
            () => run.Train(new AfterStep(2, () => Directory.Delete(Path.Combine(_data, "train"), recursive: true))), "is saved");
    }

    [Test]
    public void AFailingObserverLosesNothing()
    {
        using var run = TrainingRun.Create(_runs.PathOf("run"), TinyRun.Pix2Pix, TinyRun.Data(TinyRun.Pix2Pix));
        Assert.That(
            () => run.Train(new AfterStep(3, () => throw new NotSupportedException("no terminal"))),
            Throws.TypeOf<NotSupportedException>());
        Assert.That(Checkpoint.Read(run.Directory.Latest).Position.Step, Is.EqualTo(3));
    }

    [Test]
    public void AFolderThatIsMovedOrDeletedDuringTheTrainingLosesNoStep([Values] bool isMoved)
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("a folder in which a file is open is neither moved nor deleted there");
            return;
        }

        _runs.Train("whole", TinyRun.Pix2Pix);
        var (run, moved) = (new RunDirectory(_runs.PathOf("run")), new RunDirectory(_runs.PathOf("moved")));
        var options = TinyRun.Pix2Pix with { Steps = 6 };
        var away = new AfterStep(3, () =>
        {
            Directory.Move(run.Path, moved.Path);
            if (!isMoved)
            {
                Directory.Delete(moved.Path, recursive: true);
            }
        });
        Fails.Starting<RunException>(
            () => _runs.Train("run", options, observer: away), run.Path, $"{run.Latest} (step 6)", "was moved or deleted");
        var name = isMoved ? "moved" : "run";
        if (isMoved)
        {
            File.Copy(run.Latest, moved.Latest, overwrite: true);
        }

        _runs.Resume(name, o => o with { Steps = 8 });
        Assert.That(_runs.FinalTensors(name), Is.EqualTo(_runs.FinalTensors("whole")));
        if (isMoved)
        {
            Assert.That(TinyRun.LogOf(moved.Path), Is.EqualTo(TinyRun.LogOf(_runs.PathOf("whole"))), "it has been written there");
        }
    }

    [Test]
    public void AReportThatCanNotBeWrittenEndsNoTraining()
    {
        var options = TinyRun.Pix2Pix with { Steps = 4, SampleFreq = 2 };
        _runs.Train("run", options with { Steps = 2 });
        var directory = new RunDirectory(_runs.PathOf("run"));
        foreach (var sample in directory.AllSamples().Where(s => s.Step == 2).Take(1))
        {
            File.WriteAllBytes(sample.File, []); // As a power cut leaves it.
        }

        File.Delete(directory.Report);
        Directory.CreateDirectory(directory.Report);
        var warnings = new Warnings();
        using (var run = TrainingRun.Resume(directory.Path, o => o with { Steps = 4 }, TinyRun.Data(options)))
        {
            Assert.That(run.Train(warnings), Is.EqualTo(TrainingOutcome.Finished));
        }

        Assert.That(warnings.All, Has.Exactly(1).Contains("report.html"), "said once");
        var page = ReportPage.Render(StoredReport.Read(directory.Path));
        Assert.That(page, Does.Contain("Left out, because the files are damaged: step00000002-1.png").And.Contain("step 4"));
    }

    [Test]
    public void ARunThatFailsBeforeItsFirstStepLeavesNothing()
    {
        var folder = _runs.PathOf("run");
        var bad = TinyRun.Pix2Pix with { Discriminator = DiscriminatorKind.Basic, CropSize = 32, LoadSize = 32, Norm = NormKind.Batch };
        var broken = new FunctionSource(2, (_, _) => throw new ShapeException("conv2d: the input is too small"));
        using (var run = TrainingRun.Create(folder, bad, new RunData(broken, broken)))
        {
            Fails.With<RunException>(() => run.Train(), "too small", "--crop-size 32");
            Fails.With<InvalidOperationException>(() => run.Train(), "create it anew");
        }

        Assert.That(Directory.Exists(folder), Is.False);
        Assert.That(_runs.Train("run", TinyRun.Pix2Pix with { Steps = 1 }), Is.EqualTo(TrainingOutcome.Finished));
        Fails.With<OptionsException>(
            () => (TinyRun.Pix2Pix with { NLayersD = 6 }).Validated(), "--n-layers-d 6 is too deep for --crop-size 32");
    }

    [Test]
    public void TheIntactCheckpointBesideADamagedOneIsNamedAndGoneOnWith()
    {
        var options = TinyRun.Pix2Pix with { Steps = 12, SaveEpochFreq = 1 };
        _runs.Train("whole", options);
        _runs.Train("run", options, stopAfter: 11);
        var directory = new RunDirectory(_runs.PathOf("run"));
        Assert.That(
            () => TrainingRun.Resume(directory.Numbered(2), data: TinyRun.Data(options)),
            Throws.TypeOf<RunException>().With.Message.Contains("intact and of step 11"), "nothing is thrown away");
        using (var file = File.OpenWrite(directory.Latest))
        {
            file.SetLength(file.Length / 2);
        }

        Action[] uses =
        [
            () => TrainingRun.Resume(directory.Path, data: TinyRun.Data(options)),
            () => IlgpuGan.Models.Interop.NetworkFile.Open(directory.Path),
            () => IlgpuGan.Models.Generation.PictureGenerator.IsFor(directory.Path),
        ];
        foreach (var use in uses)
        {
            Assert.That(
                () => use(),
                Throws.InstanceOf<IOException>().With.Message.Contains($"{directory.Numbered(2)} (step 10)")
                    .And.Message.Contains("cut short"));
        }

        using (var run = TrainingRun.Resume(directory.Numbered(2), data: TinyRun.Data(options)))
        {
            Assert.That((run.Step, run.Train()), Is.EqualTo((10, TrainingOutcome.Finished)));
        }

        Assert.That(_runs.FinalTensors("run"), Is.EqualTo(_runs.FinalTensors("whole")));
    }

    /// <summary>It may be lost, or have been left out of a copy; the other checkpoints and the log are the run's all the same.</summary>
    [Test]
    public void ARunWithoutItsLatestCheckpointIsNotTakenOver()
    {
        var options = TinyRun.Pix2Pix with { Steps = 10, SaveEpochFreq = 1 };
        _runs.Train("run", options);
        var directory = new RunDirectory(_runs.PathOf("run"));
        File.Delete(directory.Latest);
        Fails.With<RunException>(
            () => _runs.Train("run", options), "holds a run already", "choose another --out", $"{directory.Numbered(2)} (step 10)");
        using (var run = TrainingRun.Resume(directory.Numbered(1), data: TinyRun.Data(options)))
        {
            Assert.That((run.Step, run.Train()), Is.EqualTo((5, TrainingOutcome.Finished)), "the way back");
        }

        Directory.Delete(directory.Checkpoints, recursive: true);
        Fails.With<RunException>(() => _runs.Train("run", options), "holds a run already");
    }

    /// <summary>A system counts it as a file that is there.</summary>
    [Test]
    public void ALatestCheckpointThatIsALinkToNothingCountsAsMissing()
    {
        if (OperatingSystem.IsWindows())
        {
            Assert.Ignore("links need a permission there");
            return;
        }

        var options = TinyRun.Pix2Pix with { Steps = 5, SaveEpochFreq = 1 };
        _runs.Train("run", options);
        var directory = new RunDirectory(_runs.PathOf("run"));
        File.Delete(directory.Latest);
        File.CreateSymbolicLink(directory.Latest, "gone.safetensors");
        Action[] uses =
        [
            () => TrainingRun.Resume(directory.Path, data: TinyRun.Data(options)),
            () => IlgpuGan.Models.Interop.NetworkFile.Open(directory.Path),
        ];
        foreach (var use in uses)
        {
            Fails.Starting<RunException>(
                use, directory.Path, $"{directory.Latest} is a link to a file that is missing", $"{directory.Numbered(1)} (step 5)");
        }

        TrainingRun.Resume(directory.Numbered(1), data: TinyRun.Data(options)).Dispose();
        Assert.That(Checkpoint.Read(directory.Latest).Position.Step, Is.EqualTo(5), "the way back");
    }

    [Test]
    public void ARunThatFailsBeforeItsFirstStepDeletesOnlyItsOwnFiles()
    {
        var directory = new RunDirectory(_runs.PathOf("run"));
        directory.Create();
        string[] others = [directory.Report, directory.Sample(3, 1), directory.LockFile];
        Array.ForEach(others, file => File.WriteAllText(file, "of an earlier run"));
        var broken = new FunctionSource(2, (_, _) => throw new ShapeException("conv2d: the input is too small"));
        using (var run = TrainingRun.Create(directory.Path, TinyRun.Pix2Pix, new RunData(broken, broken)))
        {
            Fails.With<RunException>(() => run.Train(), "too small");
        }

        Assert.That(Directory.GetFiles(directory.Path, "*", SearchOption.AllDirectories), Is.EquivalentTo(others));
    }

    /// <summary>Its first samples are in the events for TensorBoard before a picture fails.</summary>
    [Test]
    public void ARunThatFailsOverItsFirstPictureLeavesNoEvents()
    {
        var options = TinyRun.Pix2Pix with { SampleFreq = 2 };
        var data = TinyRun.Data(options);
        var (folder, seen) = (_runs.PathOf("run"), false);
        var broken = new FunctionSource(2, (_, _) => throw new PictureException("a picture is damaged"));
        using (var run = TrainingRun.Create(folder, options, data with { Train = broken }))
        {
            var sampled = new AtSamples(() => seen = Directory.GetFiles(run.Directory.TensorBoard).Length > 0);
            Fails.With<PictureException>(() => run.Train(sampled), "nothing is kept of the run");
        }

        Assert.That((seen, Directory.Exists(folder)), Is.EqualTo((true, false)));
    }

    /// <summary>Files that a run would overwrite, in a folder that holds none; a start that was killed has left its lock, too.</summary>
    [TestCase("options.json")]
    [TestCase("report.html")]
    [TestCase("samples/step00000000-1.png")]
    public void ANewRunOverwritesNoFilesOfOthers(string name)
    {
        var (run, file) = (_runs.PathOf("run"), _runs.PathOf($"run/{name}"));
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, "mine");
        Fails.With<RunException>(() => _runs.Train("run", TinyRun.Pix2Pix), name, "is of no run", "choose another --out");
        _runs.Train("other", TinyRun.Pix2Pix with { Steps = 0 });
        Fails.With<RunException>(
            () => IlgpuGan.Models.Interop.NetworkImporter.Import(_runs.PathOf("other"), run), name, "is of no run");
        Assert.That(File.ReadAllText(file), Is.EqualTo("mine"));
        Assert.That(Directory.GetFiles(run, "*", SearchOption.AllDirectories), Has.Length.EqualTo(1));

        File.WriteAllText(new RunDirectory(run).LockFile, "");
        Assert.That(_runs.Train("run", TinyRun.Pix2Pix with { Steps = 1 }), Is.EqualTo(TrainingOutcome.Finished));
    }

    [Test]
    public void TheLatestCheckpointIsWrittenAfterSomeTime()
    {
        var saved = new Warnings();
        using var run = TrainingRun.Create(
            _runs.PathOf("run"), TinyRun.Pix2Pix with { Steps = 3, SaveMinutes = 1e-6f }, TinyRun.Data(TinyRun.Pix2Pix));
        run.Train(saved);
        Assert.That(saved.Steps, Is.EqualTo(new[] { 1, 2, 3 }));
    }

    /// <summary>A disk that the system has made read-only after an error is no other program.</summary>
    [Test]
    public void OnlyAHeldLockIsAnotherProgram()
    {
        Assert.That(FileLock.IsHeldBy(new IOException("Read-only file system", 30)), Is.False);
        var file = _runs.PathOf("lock");
        using var first = new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        var problem = Assert.Catch<IOException>(
            () => new FileStream(file, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None).Dispose());
        Assert.That(FileLock.IsHeldBy(problem!));
    }

    [Test]
    public void RanksWithOtherPicturesStopBeforeTheFirstStep()
    {
        var options = Paired with { Norm = NormKind.Instance, Reduction = GradientReduction.Tree, BatchSize = 2 };
        var other = _runs.PathOf("other");
        new SyntheticFacades(Pictures, 32).WriteTo(Path.Combine(other, "train"));
        File.Delete(Path.Combine(other, "train", "facade0003.png"));
        var failures = Assert.Throws<AggregateException>(() => ThreadRanks.Run(2, rank =>
        {
            using var run = TrainingRun.Create(
                _runs.PathOf("run"), options with { Data = rank.Rank == 0 ? _data : other }, rank);
            return run.Train();
        }));
        Assert.That(
            failures.InnerExceptions.Select(e => e.Message),
            Has.All.Contains("rank 1 has other pictures in").And.All.Contains("5, not 6; train/facade0003.png is missing"));
    }

    /// <summary>The pictures are the same, and so is the table's length; a label is not.</summary>
    [Test]
    public void RanksWithOtherLabelsStopBeforeTheFirstStep()
    {
        var (first, second) = (_runs.PathOf("labels"), _runs.PathOf("labels-other"));
        foreach (var (folder, table) in new[] { (first, "file,red\na.png,0\nb.png,1\n"), (second, "file,red\na.png,1\nb.png,0\n") })
        {
            Directory.CreateDirectory(folder);
            PictureFile.Save(new Picture(new Image(8, 8, 3, new byte[192])), Path.Combine(folder, "a.png"));
            PictureFile.Save(new Picture(new Image(8, 8, 3, new byte[192])), Path.Combine(folder, "b.png"));
            File.WriteAllText(Path.Combine(folder, AttributeTable.FileName), table);
        }

        var sets = new[] { first, second }
            .Select(folder => LabelledPictures.Open(folder, classes: false, ["red"], new SquareSettings(0, 8))).ToList();
        Assert.That(DataFingerprint.Of(sets[0], first), Is.EqualTo(DataFingerprint.Of(sets[1], second)));
        Assert.That(DataFingerprint.OfLabels(sets[0]), Is.Not.EqualTo(DataFingerprint.OfLabels(sets[1])));
        var failures = Assert.Throws<AggregateException>(() => ThreadRanks.Run(2, rank =>
        {
            rank.RequireSamePictures(sets[rank.Rank], rank.Rank == 0 ? first : second);
            return 0;
        }));
        Assert.That(
            failures.InnerExceptions.Select(e => e.Message),
            Has.All.Contains("rank 1 has other").And.All.Contains("other labels or points"));
    }

    private static void Damage(string file, bool goes)
    {
        if (goes)
        {
            File.Delete(file);
        }
        else
        {
            using var stream = File.OpenWrite(file);
            stream.SetLength(100);
        }
    }

    /// <summary>Begins a run, or goes on with it, on so many ranks.</summary>
    private void Train(TrainingOptions options, string name, int ranks, int stopAfter)
    {
        var folder = _runs.PathOf(name);
        ThreadRanks.Run(ranks, rank =>
        {
            var together = ranks > 1 ? rank : (IRanks)new SoleRank();
            using var run = new RunDirectory(folder).Exists
                ? TrainingRun.Resume(folder, together, o => o with { Steps = options.Steps })
                : TrainingRun.Create(folder, options, together);
            using var stop = new CancellationTokenSource();
            return run.Train(new AfterStep(run.Step + stopAfter, stop.Cancel), stop.Token);
        });
    }

    private string Unpaired()
    {
        var folder = _runs.PathOf("unpaired");
        foreach (var (name, count) in new[] { ("trainA", 5), ("trainB", 4) })
        {
            Directory.CreateDirectory(Path.Combine(folder, name));
            for (var i = 0; i < count; i++)
            {
                var image = ImageFile.Load(Picture(i));
                PictureFile.Save(
                    new Picture(image).Crop(name == "trainA" ? 0 : 32, 0, 32, 32), Path.Combine(folder, name, $"{i}.png"));
            }
        }

        return folder;
    }

    /// <summary>Its checkpoints are told of a step later, and so after it has failed.</summary>
    [Test]
    public void AnObserverThatFailsIsToldOfNoCheckpointAnyMore()
    {
        var observer = new Failing(step: 4);
        using (var run = TrainingRun.Create(_runs.PathOf("run"), Paired with { SaveSteps = 1 }))
        {
            Assert.That(() => run.Train(observer), Throws.TypeOf<InvalidOperationException>().With.Message.EqualTo("no more"));
            Assert.That(Checkpoint.Read(run.Directory.Latest).Position.Step, Is.EqualTo(run.Step));
        }

        Assert.That(observer.ToldAfterwards, Is.False);
    }

    private sealed class Failing(long step) : ITrainingObserver
    {
        private bool _hasFailed;

        public bool ToldAfterwards { get; private set; }

        public void Stepped(TrainingProgress progress)
        {
            if (progress.Step == step)
            {
                _hasFailed = true;
                throw new InvalidOperationException("no more");
            }
        }

        public void Saved(long step, string file)
        {
            if (_hasFailed)
            {
                ToldAfterwards = true;
                throw new InvalidOperationException("told again");
            }
        }
    }

    private sealed class AtSamples(Action action) : ITrainingObserver
    {
        public void Sampled(long step, string caption, IReadOnlyList<string> files) => action();
    }

    private sealed class Warnings : ITrainingObserver
    {
        public List<string> All { get; } = [];

        public List<long> Steps { get; } = [];

        public void Warned(string warning) => All.Add(warning);

        public void Saved(long step, string file) => Steps.Add(step);
    }
}
