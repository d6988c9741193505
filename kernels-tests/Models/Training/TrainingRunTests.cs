using System.Diagnostics;
using System.Text.Json;
using IlgpuGan.Models.Families.Pix2Pix;
using IlgpuGan.Models.Losses;
using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Reporting;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.ModelsTests.Training;

public sealed class TrainingRunTests : InFolder
{
    /// <summary>Also with a penalty, and a schedule that follows the losses; the catalogue's tests have each family's own.</summary>
    [Test]
    public void ResumedRunEndsWithTheSameBits()
    {
        var options = TinyRun.Pix2Pix with { BatchSize = 2, GanMode = GanMode.Wgangp, LrPolicy = LearningRatePolicy.Plateau };
        _runs.AssertResumes(options, stopAfter: 3);
    }

    /// <summary>As it was when the student began, though it has trained on since, or is gone; and no other takes its place.</summary>
    [Test]
    public void AStudentKeepsItsTeacher()
    {
        _runs.Train("teacher", TinyRun.Pix2Pix with { Steps = 2 });
        var options = TinyRun.Pix2Pix with { Teacher = _runs.PathOf("teacher"), Steps = 4 };
        _runs.Train("whole", options);
        _runs.Train("parts", options, stopAfter: 1);
        _runs.Resume("teacher", o => o with { Steps = 3 });
        _runs.Resume("parts", stopAfter: 1);
        Directory.Move(_runs.PathOf("teacher"), _runs.PathOf("moved"));
        _runs.Resume("parts", stopAfter: 1);
        Assert.That(
            () => _runs.Resume("parts", o => (Pix2PixOptions)o with { Teacher = _runs.PathOf("moved") }),
            Throws.TypeOf<RunException>().With.Message.Contains("another teacher"));
        var copy = new RunDirectory(_runs.PathOf("parts")).Teacher;
        File.Move(copy, _runs.PathOf("kept"));
        File.Copy(new RunDirectory(_runs.PathOf("moved")).Latest, copy);
        Fails.Starting<RunException>(() => _runs.Resume("parts"), $"{copy}: is not the teacher that the run has learnt from");
        File.Move(_runs.PathOf("kept"), copy, overwrite: true);
        _runs.Resume("parts");
        Assert.That(_runs.FinalTensors("parts"), Is.EqualTo(_runs.FinalTensors("whole")));
    }

    [Test]
    public void ThreadsChangeNoBit()
    {
        _runs.Train("one", TinyRun.CycleGan with { Threads = 1, Steps = 3 });
        _runs.Train("three", TinyRun.CycleGan with { Threads = 3, Steps = 3 });
        Assert.That(_runs.FinalTensors("three"), Is.EqualTo(_runs.FinalTensors("one")));
    }

    [Test]
    public void ThePageIsThereWhileTheRunGoesOn()
    {
        using var run = TrainingRun.Create(_runs.PathOf("run"), TinyRun.Pix2Pix with { Steps = 3 }, TinyRun.Data(TinyRun.Pix2Pix));
        var pages = new List<string>();
        run.Train(new AfterStep(step => pages.Add(File.Exists(run.Directory.Report) ? File.ReadAllText(run.Directory.Report) : "")));
        Assert.That(pages[0], Is.Empty, "nothing was logged before the first step");
        Assert.That(pages[1], Does.Contain("1 of 3").And.Contain("Time left").And.Not.Contain("finished"));
        Assert.That(File.ReadAllText(run.Directory.Report), Does.Contain("3 of 3").And.Contain("finished"));
    }

    [Test]
    public void LongerRunIsTheSameUpToThere()
    {
        _runs.Train("short", TinyRun.Pix2Pix with { Steps = 3 });
        _runs.Resume("short", o => o with { Steps = 6 });
        _runs.Train("long", TinyRun.Pix2Pix with { Steps = 6 });
        Assert.That(_runs.FinalTensors("short"), Is.EqualTo(_runs.FinalTensors("long")));
    }

    /// <summary>As long as the learning rate of the epochs taken is the same, an extended run is one that was planned longer.</summary>
    [Test]
    public void EpochsMayBeExtended()
    {
        var options = TinyRun.Pix2Pix with { Steps = null, Epochs = 2, EpochsDecay = 0, Data = "facades" };
        _runs.Train("run", options);
        using (var run = TrainingRun.Resume(
            _runs.PathOf("run"), o => o with { Epochs = 3, EpochsDecay = 1, LogFreq = 5 }, TinyRun.Data(options)))
        {
            Assert.That(
                run.Changes.Select(c => c.ToString()),
                Is.EqualTo(new[] { "--epochs is 3 but the run has 2", "--epochs-decay is 1 but the run has 0",
                    "--log-freq is 5 but the run has 1" }));
            Assert.That(run.TotalSteps, Is.EqualTo(20));
            run.Train();
        }

        _runs.Train("long", options with { Epochs = 3, EpochsDecay = 1 });
        Assert.That(_runs.FinalTensors("run"), Is.EqualTo(_runs.FinalTensors("long")));
        using var again = TrainingRun.Resume(_runs.PathOf("run"), data: TinyRun.Data(options));
        Assert.That((again.Options.Epochs, again.Changes.Count), Is.EqualTo((3, 0)), "the new length is the run's own now");
    }

    /// <summary>The program that asks for them may be killed before its first checkpoint.</summary>
    [Test]
    public void OptionsOfAResumeAreSavedAtOnce()
    {
        _runs.Train("run", TinyRun.Pix2Pix with { Steps = 3 });
        var before = _runs.FinalTensors("run");
        var position = Checkpoint.Read(new RunDirectory(_runs.PathOf("run")).Latest).Position;
        TrainingRun.Resume(_runs.PathOf("run"), o => o with { Steps = 5 }, TinyRun.Data(TinyRun.Pix2Pix)).Dispose();
        Assert.That(_runs.FinalTensors("run"), Is.EqualTo(before));
        Assert.That(Checkpoint.Read(new RunDirectory(_runs.PathOf("run")).Latest).Position, Is.EqualTo(position));
        using var again = TrainingRun.Resume(_runs.PathOf("run"), data: TinyRun.Data(TinyRun.Pix2Pix));
        Assert.That((again.Step, again.TotalSteps), Is.EqualTo((3L, 5L)));
    }

    [Test]
    public void FineTuningStartsFromWeightsOnly()
    {
        _runs.Train("first", TinyRun.Pix2Pix with { Steps = 3 });
        var options = TinyRun.Pix2Pix with { Steps = 0, Seed = 99 };
        using (TrainingRun.Create(
            _runs.PathOf("second"), options, TinyRun.Data(options), initFrom: new RunDirectory(_runs.PathOf("first")).Latest))
        {
            var (first, second) = (Networks("first"), Networks("second"));
            Assert.That(second, Is.EqualTo(first));
            Assert.That(Checkpoint.Read(new RunDirectory(_runs.PathOf("second")).Latest).Position.Step, Is.Zero);
        }

        var wider = options with { Ngf = 8 };
        Assert.That(
            () =>
                TrainingRun.Create(
                    _runs.PathOf("third"), wider, TinyRun.Data(wider), initFrom: new RunDirectory(_runs.PathOf("first")).Latest),
            Throws.InstanceOf<RunException>().With.Message.Contains("is of another network").And.Message.Contains("netG."));
        Assert.That(Directory.Exists(_runs.PathOf("third")), Is.False, "nothing is left of it");
    }

    [Test]
    public void RunWithoutItsFirstCheckpointMayBeginAgain()
    {
        Directory.CreateDirectory(_runs.PathOf("run"));
        File.WriteAllText(new RunDirectory(_runs.PathOf("run")).LockFile, "");
        File.WriteAllText(new RunDirectory(_runs.PathOf("run")).Options, "{}");
        Assert.That(_runs.Train("run", TinyRun.Pix2Pix with { Steps = 1 }), Is.EqualTo(TrainingOutcome.Finished));
    }

    [Test]
    public void PrecisionThatTheDeviceLacksIsRefused() =>
        Fails.Starting<OptionsException>(() => _runs.Train("run", TinyRun.Pix2Pix with { Precision = Precision.Bf16 }), "--precision bf16");

    [Test]
    public void ZeroStepsWriteAnUntrainedCheckpoint()
    {
        Assert.That(_runs.Train("none", TinyRun.Pix2Pix with { Steps = 0 }), Is.EqualTo(TrainingOutcome.Finished));
        Assert.That(Checkpoint.Read(new RunDirectory(_runs.PathOf("none")).Latest).Position.Step, Is.Zero);
    }

    [Test]
    public void ResumeRefusesAnotherRunsOptions()
    {
        _runs.Train("run", TinyRun.Pix2Pix with { Steps = 1 });
        Assert.That(
            () => _runs.Resume("run", o => (TranslationOptions)o with { Ngf = 8, Lr = 1e-3f, Seed = 8, Dropout = false, Epochs = 7 }),
            Throws.TypeOf<OptionsException>().With.Message.EqualTo(
                "these options can't be changed when a run is resumed: --lr is 0.001 but the run has 0.0002; --seed is 8 but the run has " +
                    "7; --ngf is 8 but the run has 4; --dropout is false but the run has true"));
        Fails.With<RunException>(() => _runs.Train("run", TinyRun.Pix2Pix), "holds a run already");
        Assert.That(() => _runs.Resume("elsewhere"), Throws.InstanceOf<Exception>());
        Fails.With<RunException>(
            () => TrainingRun.Resume(_runs.PathOf("run"), data: TinyRun.Data(TinyRun.Pix2Pix, count: 6)),
            "was started with 5 samples", "6 now", "--changed-data");
    }

    [Test]
    public void ARunGoesOnWithOtherPicturesIfAsked()
    {
        _runs.Train("run", TinyRun.Pix2Pix with { Steps = 3 });
        var folder = _runs.PathOf("run");
        var data = TinyRun.Data(TinyRun.Pix2Pix, count: 4);
        using (var run = TrainingRun.Resume(folder, o => o with { Steps = 5 }, data, changedData: true))
        {
            Assert.That(run.SamplesPerEpoch, Is.EqualTo(4));
            Assert.That(run.Train(), Is.EqualTo(TrainingOutcome.Finished));
        }

        using var again = TrainingRun.Resume(folder, o => o with { Steps = 6 }, data);
        Assert.That(again.Step, Is.EqualTo(5), "the changed data set is the run's own now");
    }

    [Test]
    public void AMovedDataSetIsAskedForByItsOption()
    {
        var options = TinyRun.Pix2Pix with { Steps = 1 };
        new SyntheticFacades(3, 32).WriteTo(_runs.PathOf("old/train"));
        var folder = _runs.PathOf("run");
        using (var run = TrainingRun.Create(folder, options with { Data = _runs.PathOf("old") }))
        {
            run.Train();
        }

        Directory.Move(_runs.PathOf("old"), _runs.PathOf("new"));
        Fails.Starting<RunException>(
            () => TrainingRun.Resume(folder, o => o with { Steps = 2 }), _runs.PathOf("old"), $"train --resume {folder} --data PLACE");
        using var moved = TrainingRun.Resume(folder, o => o with { Steps = 2, Data = _runs.PathOf("new") });
        Assert.That(moved.Train(), Is.EqualTo(TrainingOutcome.Finished));
    }

    [Test]
    public void LossThatIsNoNumberStopsTheRun()
    {
        using var run = TrainingRun.Create(_runs.PathOf("run"), TinyRun.Pix2Pix with { SaveSteps = 2 }, TinyRun.Data(TinyRun.Pix2Pix));
        var poison = new AfterStep(step =>
        {
            if (step == 3)
            {
                var weight = run.Model.Networks[0].Network.Parameters.First().Value;
                weight.CopyFrom(Enumerable.Repeat(float.NaN, (int)weight.Count).ToArray());
            }
        });
        var failure = Assert.Throws<NonFiniteLossException>(() => run.Train(poison));
        Assert.That(failure.Step, Is.EqualTo(4));
        Assert.That(failure.Message, Does.Contain("became NaN in step 4").And.Contain("latest.safetensors (step 2)"));
        Assert.That(Losses("run")[^1], Does.Contain("NaN"));
        Assert.That(File.ReadAllText(run.Directory.Report), Does.Contain("was not a finite number at step 4"), "the page says it, too");
        Assert.That(Checkpoint.Read(run.Directory.Latest).Position.Step, Is.EqualTo(2));
        Fails.With<InvalidOperationException>(() => run.Train(), "resume it from its checkpoint");
        Assert.That(_runs.Resume("run"), Is.EqualTo(TrainingOutcome.Finished));
    }

    [Test]
    public void SamplesChangeNoBit()
    {
        _runs.Train("without", TinyRun.Pix2Pix with { Steps = 4 });
        _runs.Train("with", TinyRun.Pix2Pix with { Steps = 4, SampleFreq = 1 });
        Assert.That(_runs.FinalTensors("with"), Is.EqualTo(_runs.FinalTensors("without")));
        Assert.That(Directory.GetFiles(Path.Combine(_runs.PathOf("with"), "samples")), Has.Length.EqualTo(10), "of the start, too");
    }

    /// <summary>Nothing is lost of a model between two steps, whatever fails there.</summary>
    [Test]
    public void ARunThatFailedBetweenTwoStepsIsTrainedFurther()
    {
        using var run = TrainingRun.Create(_runs.PathOf("run"), TinyRun.Pix2Pix, TinyRun.Data(TinyRun.Pix2Pix));
        Assert.That(() => run.Train(new AfterStep(_ => throw new InvalidTimeZoneException())), Throws.TypeOf<InvalidTimeZoneException>());
        Assert.That(run.Train(), Is.EqualTo(TrainingOutcome.Finished));
        _runs.Train("whole", TinyRun.Pix2Pix);
        Assert.That(_runs.FinalTensors("run"), Is.EqualTo(_runs.FinalTensors("whole")));
    }

    /// <summary>Moments overflow long before a loss does.</summary>
    [Test]
    public void BrokenWeightsAreNeverSaved()
    {
        var options =
            TinyRun.Pix2Pix with { Lr = 10, LambdaL1 = 1e9f, GanMode = GanMode.Lsgan, Steps = 500, SaveSteps = 1, Norm = NormKind.None };
        var failure = Assert.Throws<NonFiniteLossException>(() => _runs.Train("run", options));
        Assert.That(failure.Message, Does.Contain($"in step {failure.Step}").And.Contain($"latest.safetensors (step {failure.Step - 1})"));
        Assert.That(Checkpoint.Read(new RunDirectory(_runs.PathOf("run")).Latest).Position.Step, Is.EqualTo(failure.Step - 1));
    }

    /// <summary>
    /// Reading comes after the claim: a program that was stopped in between would cut the log of what another has trained meanwhile.
    /// </summary>
    [Test]
    public void ARunIsClaimedBeforeItIsReadAndUntilItIsTrained()
    {
        _runs.Train("run", TinyRun.Pix2Pix with { Steps = 2 });
        var directory = new RunDirectory(_runs.PathOf("run"));
        var options = File.ReadAllText(directory.Options);
        using var first = TrainingRun.Resume(directory.Path, o => o with { Steps = 3 }, TinyRun.Data(TinyRun.Pix2Pix));
        var before = File.ReadAllText(directory.Options);
        Assert.That(before, Is.Not.EqualTo(options));
        Fails.With<RunException>(
            () => TrainingRun.Resume(directory.Path, o => o with { Steps = 150 }, TinyRun.Data(TinyRun.Pix2Pix)),
            "another program is training this run now");
        Assert.That(File.ReadAllText(directory.Options), Is.EqualTo(before), "who is refused leaves no options");
        first.Train();
        _runs.Resume("run", o => o with { Steps = 5 });
        Fails.With<RunException>(() => first.Train(), "has continued the run since");
        Assert.That(Checkpoint.Read(directory.Latest).Position.Step, Is.EqualTo(5));
        Assert.That(Losses("run"), Has.Count.EqualTo(5));
    }

    /// <summary>A run that failed before its first step is deleted, but not by who has no claim to it any more.</summary>
    [Test]
    public void WhatAnotherProgramTrainsIsNotDeleted()
    {
        using var first = TrainingRun.Create(_runs.PathOf("run"), TinyRun.Pix2Pix, TinyRun.Data(TinyRun.Pix2Pix));
        Assert.That(first.Train(cancellationToken: new CancellationToken(canceled: true)), Is.EqualTo(TrainingOutcome.Interrupted));
        _runs.Resume("run");
        Fails.With<RunException>(() => first.Train(), "has continued the run since");
        Assert.That(Checkpoint.Read(first.Directory.Latest).Position.Step, Is.EqualTo(8));
    }

    [Test]
    public void OfManyAtOnceOneTrainsAndTheOthersAreTold([Values] bool resumes)
    {
        var folder = _runs.PathOf("run");
        if (resumes)
        {
            _runs.Train("run", TinyRun.Pix2Pix with { Steps = 1 });
        }

        using var barrier = new Barrier(4);
        var runs = new TrainingRun?[4];
        var problems = new Exception?[4];
        Thread[] threads = [.. Enumerable.Range(0, 4).Select(i => new Thread(() =>
        {
            barrier.SignalAndWait();
            try
            {
                var data = TinyRun.Data(TinyRun.Pix2Pix);
                runs[i] = resumes ? TrainingRun.Resume(folder, data: data) : TrainingRun.Create(folder, TinyRun.Pix2Pix, data);
            }
            catch (Exception e)
            {
                problems[i] = e;
            }
        }))];
        Array.ForEach(threads, t => t.Start());
        Array.ForEach(threads, t => t.Join());
        try
        {
            Assert.That(runs.Count(r => r is not null), Is.EqualTo(1));
            Assert.That(problems.OfType<Exception>(), Has.All.TypeOf<RunException>());
            Assert.That(
                problems.OfType<Exception>().Select(e => e.Message),
                Has.All.Contains("another program is training this run now").Or.All.Contains("holds a run already"));
        }
        finally
        {
            Array.ForEach(runs, r => r?.Dispose());
        }
    }

    [Test]
    public void TheFirstAndTheLastStepAreLogged()
    {
        _runs.Train("run", TinyRun.Pix2Pix with { Steps = 3, LogFreq = 100 });
        Assert.That(Losses("run").Select(line => line[..7]), Is.EqualTo(new[] { "step=1 ", "step=3 " }));
        Assert.That(File.ReadAllText(new RunDirectory(_runs.PathOf("run")).Report), Does.Contain("3 of 3"));
    }

    [TestCase(3, 1)]
    [TestCase(1_000, 10)]
    [TestCase(1_000_000, 100)]
    public void TheLogFollowsTheRunsLengthUnlessItIsToldOtherwise(long steps, long frequency)
    {
        Assert.That(RunSteps.LogFreqOf(new Pix2PixOptions(), steps), Is.EqualTo(frequency));
        Assert.That(RunSteps.LogFreqOf(new Pix2PixOptions { LogFreq = 7 }, steps), Is.EqualTo(7));
    }

    /// <summary>Waiting takes no processor time, which is what comparisons of times count; it goes on through resumes.</summary>
    [Test]
    public void ProcessorTimeIsThatOfTheWorkAlone()
    {
        var timer = new StepTimer();
        timer.Begin(before: 0, processorBefore: 7);
        Thread.Sleep(500);
        Assert.That(timer.Seconds, Is.AtLeast(0.5));
        Assert.That(timer.ProcessorSeconds, Is.InRange(7, 7.4));
        var seconds = new List<double> { 0 };
        foreach (var steps in new[] { 5, 10 })
        {
            using var run = steps == 5
                ? TrainingRun.Create(_runs.PathOf("run"), TinyRun.Pix2Pix with { Steps = 5 }, TinyRun.Data(TinyRun.Pix2Pix))
                : TrainingRun.Resume(_runs.PathOf("run"), o => o with { Steps = 10 }, TinyRun.Data(TinyRun.Pix2Pix));
            run.Train();
            seconds.Add(Checkpoint.Read(run.Directory.Latest).Position.ProcessorSeconds);
        }

        Assert.That(seconds, Is.Ordered.Ascending.And.Unique);
    }

    /// <summary>Steps that are not logged count as those that are, and so does what earlier programs took.</summary>
    [Test]
    public void TheReportKnowsTheTimeOfAllStepsThroughResumes()
    {
        const double Pause = 0.3;
        foreach (var steps in new[] { 5, 10 })
        {
            using var run = steps == 5
                ? TrainingRun.Create(
                    _runs.PathOf("run"), TinyRun.Pix2Pix with { Steps = 5, LogFreq = 100 }, TinyRun.Data(TinyRun.Pix2Pix))
                : TrainingRun.Resume(_runs.PathOf("run"), o => o with { Steps = 10 }, TinyRun.Data(TinyRun.Pix2Pix));
            var clock = Stopwatch.StartNew();
            run.Train(new AfterStep(step => Thread.Sleep(TimeSpan.FromSeconds(step == steps - 2 ? Pause : 0))));
            var time = StoredReport.Read(run.Directory.Path).Time!;
            Assert.That(time.Steps, Is.EqualTo(steps));
            Assert.That(time.Seconds, Is.InRange(steps / 5 * Pause, (steps / 5 * Pause) + 20));
            Assert.That(steps > 5 || time.Seconds <= clock.Elapsed.TotalSeconds);
            var page = File.ReadAllText(run.Directory.Report);
            Assert.That(page, Does.Contain($"{steps / time.Seconds:0.0} images/s"));
        }
    }

    [Test]
    public void ARunThatHasGoneFurtherIsNotCalledFinished()
    {
        _runs.Train("run", TinyRun.Pix2Pix with { Steps = 8, Data = "facades" });
        Assert.That(
            () => _runs.Resume("run", o => o with { Steps = 7 }),
            Throws.TypeOf<OptionsException>().With.Message.EndsWith(
                "the run has taken 8 steps, 5 an epoch, which is more than the 7 asked for; ask for more, or train a new run"));
        Fails.With<OptionsException>(
            () => _runs.Resume("run", o => o with { Steps = null, Epochs = 1, EpochsDecay = 0 }), "more than the 5 asked for");
        Assert.That(_runs.Resume("run"), Is.EqualTo(TrainingOutcome.Finished), "as it is");
        Assert.That(Checkpoint.Read(new RunDirectory(_runs.PathOf("run")).Latest).Options.Steps, Is.EqualTo(8));
    }

    [Test]
    public void ACheckpointThatIsGoneIsNotPromised()
    {
        using var run = TrainingRun.Create(_runs.PathOf("run"), TinyRun.Pix2Pix with { SaveSteps = 2 }, TinyRun.Data(TinyRun.Pix2Pix));
        Assert.That(
            () => run.Train(new SavedAction(() =>
            {
                Directory.Delete(run.Directory.Checkpoints, recursive: true);
                File.WriteAllText(run.Directory.Checkpoints, "no folder, and none can be made");
            })),
            Throws.TypeOf<RunException>().With.Message.Contains("latest.safetensors (step 2), is gone").And.Message.Not.Contains(
                "checkpoint is "));
    }

    /// <summary>Another program asks, and everything is saved; what was asked before a run was taken up is forgotten.</summary>
    [Test]
    public void ARunStopsWhenItIsAskedTo()
    {
        var options = TinyRun.Pix2Pix with { Steps = 1_000_000 };
        var directory = new RunDirectory(_runs.PathOf("run"));
        var ask = new AfterStep(step =>
        {
            if (step == 3)
            {
                Assert.That(TrainingRun.IsTrainedNow(directory));
                TrainingRun.RequestStop(directory);
            }
        });
        Assert.That(_runs.Train("run", options, observer: ask), Is.EqualTo(TrainingOutcome.Interrupted));
        var step = Checkpoint.Read(directory.Latest).Position.Step;
        Assert.That(step, Is.EqualTo(Losses("run").Count).And.GreaterThanOrEqualTo(3));
        Assert.That(TrainingRun.IsTrainedNow(directory), Is.False);
        TrainingRun.RequestStop(directory);
        Assert.That(_runs.Resume("run", stopAfter: 2), Is.EqualTo(TrainingOutcome.Interrupted));
        Assert.That(Checkpoint.Read(directory.Latest).Position.Step, Is.EqualTo(step + 2));
    }

    /// <summary>It is trained from the moment at which it is taken up, however few steps are left.</summary>
    [Test]
    public void ARunThatIsAskedToStopBeforeItsFirstStepTakesNone()
    {
        using var run = TrainingRun.Create(_runs.PathOf("run"), TinyRun.Pix2Pix, TinyRun.Data(TinyRun.Pix2Pix));
        Assert.That(TrainingRun.IsTrainedNow(run.Directory));
        TrainingRun.RequestStop(run.Directory);
        Assert.That((run.Train(), run.Step), Is.EqualTo((TrainingOutcome.Interrupted, 0L)));
        Assert.That((run.Train(), run.Step), Is.EqualTo((TrainingOutcome.Finished, 8L)), "the request has been fulfilled");
    }

    /// <summary>A checkpoint is written beside the steps; what is done meanwhile sees the one before.</summary>
    [Test]
    public void StepsGoOnWhileACheckpointIsWritten()
    {
        _runs.Train("whole", TinyRun.Pix2Pix with { Steps = 20, Threads = 1 });
        using var slow = new SlowDisk();
        var (seen, options) = (0L, TinyRun.Pix2Pix with { Steps = 20, SaveSteps = 5, Threads = 1 });
        var steps = new AfterStep(step =>
        {
            if (step == 8)
            {
                seen = Checkpoint.Read(new RunDirectory(_runs.PathOf("run")).Latest).Position.Step;
                slow.GoOn();
            }
        });
        Assert.That(_runs.Train("run", options, observer: steps), Is.EqualTo(TrainingOutcome.Finished));
        Assert.That(seen, Is.Zero, "the checkpoint of step 5 is under way");
        Assert.That(_runs.FinalTensors("run"), Is.EqualTo(_runs.FinalTensors("whole")));
    }

    /// <summary>It takes threads that steps wait for.</summary>
    [Test]
    public void ACheckpointIsWrittenWithoutHasteUntilSomebodyWaits()
    {
        using var run = TrainingRun.Create(_runs.PathOf("run"), TinyRun.Pix2Pix, TinyRun.Data(TinyRun.Pix2Pix));
        var time = TimeSpan.Zero;
        var writer = new RunWriter(run.Directory, run.Model, run.Data.Train, () => time);
        time = TimeSpan.FromHours(1);
        writer.Save(new RunPosition { Step = 3 });
        Thread.Sleep(500);
        writer.Tell();
        Assert.That(writer.SavedStep, Is.Negative, "it takes half a minute");
        var start = Stopwatch.GetTimestamp();
        writer.Finish();
        Assert.That(Stopwatch.GetElapsedTime(start).TotalSeconds, Is.LessThan(10));
        Assert.That(Checkpoint.Read(run.Directory.Latest).Position.Step, Is.EqualTo(3));
    }

    /// <summary>A disk whose second checkpoint waits.</summary>
    private sealed class SlowDisk : Disk, IDisposable
    {
        private readonly ManualResetEventSlim _goesOn = new();
        private int _checkpoints;

        public SlowDisk() => Current = this;

        public void GoOn() => _goesOn.Set();

        public override FileStream Open(string path, FileMode mode, FileAccess access, FileShare share)
        {
            if (access == FileAccess.Write && path.Contains("latest", StringComparison.Ordinal)
                && Interlocked.Increment(ref _checkpoints) == 2)
            {
                _goesOn.Wait(TimeSpan.FromSeconds(20));
            }

            return base.Open(path, mode, access, share);
        }

        public void Dispose()
        {
            Current = new Disk();
            _goesOn.Dispose();
        }
    }

    private sealed class SavedAction(Action action) : ITrainingObserver
    {
        public void Saved(long step, string file) => action();
    }

    private List<string> Losses(string name) =>
    [
        .. File.ReadLines(new RunDirectory(_runs.PathOf(name)).Log).Select(line =>
        {
            using var document = JsonDocument.Parse(line);
            return string.Join(
                ' ', document.RootElement.EnumerateObject().Where(p => p.Name != "seconds").Select(p => $"{p.Name}={p.Value}"));
        }),
    ];

    private List<(string, float[])> Networks(string name)
    {
        using var file = new IlgpuGan.Tensors.Formats.Safetensors.SafetensorsFile(new RunDirectory(_runs.PathOf(name)).Latest);
        return [.. file.Entries.Where(e => e.Name.StartsWith("net", StringComparison.Ordinal))
            .Select(e => (e.Name, file.Read(e.Name).ToSingle()))];
    }
}
