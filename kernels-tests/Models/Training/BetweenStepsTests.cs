using System.Security.Cryptography;
using System.Text.Json;
using IlgpuGan.Models.Evaluation;
using IlgpuGan.Models.Families.Pix2Pix;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Safetensors;
using Checkpoint = IlgpuGan.Models.Runs.Checkpoint;

namespace IlgpuGan.ModelsTests.Training;

/// <summary>A training that fails between two steps says why, and goes on as if nothing had happened.</summary>
internal sealed class BetweenStepsTests() : InFolder(threads: 1)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    /// <summary>At the end of each of two epochs, of five steps, everything is due.</summary>
    private static readonly Pix2PixOptions s_options = TinyRun.Pix2Pix with
    {
        Steps = 10, SampleFreq = 5, SaveEpochFreq = 1, KeepBest = BestMetric.L1, LrPolicy = LearningRatePolicy.Plateau, Threads = 1,
    };

    /// <summary>What a training leaves that nothing has disturbed.</summary>
    private static readonly Lazy<List<string>> s_undisturbed = new(() =>
    {
        using var runs = new TinyRun();
        runs.Train("run", s_options);
        return StateOf(runs.PathOf("run"));
    });

    [Test]
    public void WhatIsDueAfterAStepIsDoneThoughAnObserverFails(
        [Values("Stepped", "Logged", "Sampled", "Evaluated", "Saved")] string call, [Values(5, 10)] int step, [Values] bool resumes)
    {
        var folder = _runs.PathOf("run");
        using (var run = TrainingRun.Create(folder, s_options, TinyRun.Data(s_options)))
        {
            var fails = new At(call, step, () => throw new NotSupportedException("no more"));
            Assert.That(() => run.Train(fails), Throws.TypeOf<NotSupportedException>());
            GoOn(run, resumes);
        }

        Assert.That(StateOf(folder), Is.EqualTo(s_undisturbed.Value));
    }

    /// <summary>A measure of a program's own may wait for what other threads compute on the run's device.</summary>
    [Test]
    public void AMeasureMayWaitForTranslations()
    {
        using var run = TrainingRun.Create(_runs.PathOf("run"), s_options, TinyRun.Data(s_options));
        run.Metric = new WatchedL1(() => Assert.That(Task.Run(() => run.Model.Device.WorkQueue.Run(() => 1)).Wait(s_patience)));
        Assert.That(run.Train(), Is.EqualTo(TrainingOutcome.Finished));
    }

    /// <summary>
    /// Stopped before everything that is due, before the evaluation, or while it measures: the step is saved, and all is done afterwards.
    /// </summary>
    [Test]
    public void AStopWaitsForNoEvaluation(
        [Values("Stepped", "Sampled", "Measured")] string moment, [Values(5, 10)] int step, [Values] bool resumes)
    {
        var folder = _runs.PathOf("run");
        using var stop = new CancellationTokenSource();
        using (var run = TrainingRun.Create(folder, s_options, TinyRun.Data(s_options)))
        {
            var measured = 0;
            run.Metric = new WatchedL1(() =>
            {
                measured++;
                if (moment == "Measured" && run.Step == step)
                {
                    stop.Cancel();
                }
            });
            Assert.That(run.Train(new At(moment, step, stop.Cancel), stop.Token), Is.EqualTo(TrainingOutcome.Interrupted));
            Assert.That((run.Step, run.SavedStep, run.Best?.Step), Is.EqualTo(((long)step, (long)step, step == 5 ? (long?)null : 5)));
            Assert.That(measured, Is.EqualTo((step == 5 ? 0 : 1) + (moment == "Measured" ? 1 : 0)));
            GoOn(run, resumes);
        }

        Assert.That(StateOf(folder), Is.EqualTo(s_undisturbed.Value));
    }

    /// <summary>Another program's request counts alike, and until the training has ended.</summary>
    [Test]
    public void ARequestedStopWaitsForNoEvaluation()
    {
        using var run = TrainingRun.Create(_runs.PathOf("run"), s_options, TinyRun.Data(s_options));
        var request = new At("Stepped", 5, () =>
        {
            TrainingRun.RequestStop(run.Directory);
            Thread.Sleep(300); // It is looked for a few times a second.
        });
        Assert.That(run.Train(request), Is.EqualTo(TrainingOutcome.Interrupted));
        Assert.That((run.Step, run.SavedStep, run.Best), Is.EqualTo((5L, 5L, (BestSoFar?)null)));
        Assert.That(run.Train(), Is.EqualTo(TrainingOutcome.Finished));
        Assert.That(StateOf(run.Directory.Path), Is.EqualTo(s_undisturbed.Value));
    }

    /// <summary>The next training deletes it.</summary>
    [Test]
    public void ARequestThatCanNotBeDeletedFailsNoTraining()
    {
        using var run = TrainingRun.Create(_runs.PathOf("run"), s_options, TinyRun.Data(s_options));
        using (new FullDisk(".stop"))
        {
            var request = new At("Stepped", 3, () =>
            {
                TrainingRun.RequestStop(run.Directory);
                Thread.Sleep(300); // It is looked for a few times a second.
            });
            Assert.That(run.Train(request), Is.EqualTo(TrainingOutcome.Interrupted));
        }

        Assert.That(run.Train(), Is.EqualTo(TrainingOutcome.Finished));
    }

    /// <summary>It is written beside the steps, and missed where nothing is due any more.</summary>
    [Test]
    public void ACopyThatCouldNotBeWrittenIsMadeByTheNextTraining()
    {
        using var run = TrainingRun.Create(_runs.PathOf("run"), s_options with { Steps = 5 }, TinyRun.Data(s_options));
        using (new FullDisk("best"))
        {
            Fails.Starting<RunException>(() => run.Train(), $"{run.Directory.Path}: can't be written", "no room");
        }

        Assert.That(File.Exists(run.Directory.Best), Is.False);
        Assert.That(run.Train(), Is.EqualTo(TrainingOutcome.Finished));
        Assert.That(Checkpoint.Read(run.Directory.Best).Position.Best, Is.EqualTo(run.Best));
        Assert.That(run.Best, Is.Not.Null.And.Property("Misses").EqualTo(0));
    }

    /// <summary>Its folder is free again at once.</summary>
    [Test]
    public void ARunThatCanNotBeStartedLeavesNothing()
    {
        var folder = _runs.PathOf("run");
        using (new FullDisk("latest"))
        {
            Fails.Starting<RunException>(
                () => TrainingRun.Create(folder, s_options, TinyRun.Data(s_options)), $"{folder}: can't be written", "no room");
        }

        Assert.That(Directory.Exists(folder), Is.False);
        TrainingRun.Create(folder, s_options, TinyRun.Data(s_options)).Dispose();
    }

    /// <summary>Of two pictures the second has no room.</summary>
    [Test]
    public void SamplesThatAreNotAllThereAreMadeByTheNextTraining()
    {
        using var run = TrainingRun.Create(_runs.PathOf("run"), s_options, TinyRun.Data(s_options));
        var second = run.Directory.Sample(5, row: 2);
        using (new FullDisk(Path.GetFileName(second)))
        {
            Fails.Starting<RunException>(() => run.Train(), $"{run.Directory.Path}: can't be written");
        }

        Assert.That((run.SavedStep, File.Exists(second)), Is.EqualTo((5L, false)));
        Assert.That(run.Train(), Is.EqualTo(TrainingOutcome.Finished));
        Assert.That(StateOf(run.Directory.Path), Is.EqualTo(s_undisturbed.Value));
    }

    /// <summary>The lock of a run would be made in any folder.</summary>
    [Test]
    public void AFolderWithoutARunIsNamedAndStaysAsItIs([Values] bool exists)
    {
        var folder = _runs.PathOf("nowhere");
        if (exists)
        {
            Directory.CreateDirectory(folder);
        }

        Fails.Starting<RunException>(() => TrainingRun.Resume(folder), $"{folder}: holds no run");
        Assert.That(Directory.Exists(folder), Is.EqualTo(exists));
        Assert.That(Directory.GetFiles(Folder, "*", SearchOption.AllDirectories), Is.Empty);
    }

    /// <summary>What an observer does with other files, or with the run itself, is no file of the run that can't be written.</summary>
    [Test]
    public void AnObserversOwnFailureIsToldAsItIs()
    {
        using var run = TrainingRun.Create(_runs.PathOf("run"), s_options, TinyRun.Data(s_options));
        Fails.Starting<RunException>(
            () => run.Train(new At("Stepped", 3, () => run.Train())), $"{run.Directory.Path}: another program is training this run now");
        Assert.That(run.SavedStep, Is.EqualTo(3));
    }

    /// <summary>Translators do so, for example.</summary>
    [Test]
    public void ATrainingWaitsWhileAnotherThreadHasTheDevice()
    {
        var options = TinyRun.Pix2Pix with { Steps = 6, Threads = 1 };
        _runs.Train("alone", options);
        using var run = TrainingRun.Create(_runs.PathOf("run"), options, TinyRun.Data(options), Device);
        Task<long>? other = null;
        Assert.That(run.Train(new At("Stepped", 3, () => other = Begin())), Is.EqualTo(TrainingOutcome.Finished));
        Assert.That(other!.Result, Is.Zero, "steps that the training has taken meanwhile");
        Assert.That(_runs.FinalTensors("run"), Is.EqualTo(_runs.FinalTensors("alone")));

        Task<long> Begin()
        {
            var begun = new TaskCompletionSource();
            var work = Task.Factory.StartNew(
                () => Device.WorkQueue.Run(() =>
                {
                    using var step = Device.Step();
                    var before = run.Step;
                    begun.SetResult();
                    Thread.Sleep(100);
                    return run.Step - before;
                }),
                TaskCreationOptions.LongRunning);
            begun.Task.Wait(s_patience);
            return work;
        }
    }

    /// <summary>Who does not take turns is refused at most; the state is that after the last step all the same.</summary>
    [Test]
    public void AStepThatTheDeviceRefusesChangesNothing()
    {
        using var run = TrainingRun.Create(_runs.PathOf("run"), s_options, TinyRun.Data(s_options), Device);
        var writer = new RunWriter(run.Directory, run.Model, run.Data.Train, () => TimeSpan.Zero);
        var steps = new RunSteps(run.Model, writer, new StepTimer(), run.StepsPerEpoch);
        using var begun = new ManualResetEventSlim();
        using var ends = new ManualResetEventSlim();
        foreach (var batch in run.Data.Train.InOrder().On(Device, count: 1))
        {
            var other = new Thread(() =>
            {
                using var step = Device.Step();
                begun.Set();
                ends.Wait(s_patience);
            });
            other.Start();
            begun.Wait(s_patience);
            Fails.With<DeviceException>(() => steps.Take(batch), "take turns in Device.WorkQueue");
            Assert.That((steps.IsWhole, steps.Taken), Is.EqualTo((true, 0L)));
            ends.Set();
            other.Join();
            steps.Take(batch);
            Assert.That((steps.IsWhole, steps.Taken), Is.EqualTo((true, 1L)));
        }
    }

    /// <summary>The files of a run, without the times of its steps.</summary>
    private static List<string> StateOf(string folder)
    {
        var run = new RunDirectory(folder);
        return
        [
            .. run.AllOthers().Append(run.Latest).Select(file => $"{Path.GetFileName(file)} {Tensors(file)} {Position(file)}"),
            .. run.AllSamples().Select(sample => $"{Path.GetFileName(sample.File)} {Hash(File.ReadAllBytes(sample.File))}"),
            .. TinyRun.LogOf(folder),
        ];

        static string Tensors(string file)
        {
            using var stored = new SafetensorsFile(file);
            return Hash([.. stored.ReadAll().OrderBy(a => a.Name, StringComparer.Ordinal).SelectMany(a => a.Bytes.ToArray())]);
        }

        static string Position(string file) =>
            JsonSerializer.Serialize(Checkpoint.Read(file).Position with { Seconds = 0, ProcessorSeconds = 0 });

        static string Hash(byte[] bytes) => Convert.ToHexString(SHA256.HashData(bytes));
    }

    /// <summary>A disk without room for files of a name, where none of them can be deleted, either.</summary>
    private sealed class FullDisk : Disk, IDisposable
    {
        private readonly string _name;

        public FullDisk(string name)
        {
            _name = name;
            Current = this;
        }

        public override FileStream Open(string path, FileMode mode, FileAccess access, FileShare share) =>
            access != FileAccess.Read && Path.GetFileName(path).StartsWith(_name, StringComparison.Ordinal)
                ? throw new IOException("no room")
                : base.Open(path, mode, access, share);

        public void Dispose() => Current = new Disk();

        internal override void DeleteNow(string path)
        {
            if (Path.GetFileName(path).StartsWith(_name, StringComparison.Ordinal))
            {
                throw new IOException("not to be deleted");
            }

            base.DeleteNow(path);
        }
    }

    /// <summary>Does something at the first call of a name that is for a step.</summary>
    private sealed class At(string call, long step, Action action) : ITrainingObserver
    {
        private bool _isDone;

        public void Stepped(TrainingProgress progress) => Do(nameof(Stepped), progress.Step);

        public void Logged(TrainingProgress progress) => Do(nameof(Logged), progress.Step);

        public void Sampled(long step, string caption, IReadOnlyList<string> files) => Do(nameof(Sampled), step);

        public void Evaluated(long step, string metric, double value, BestSoFar best) => Do(nameof(Evaluated), step);

        public void Saved(long step, string file) => Do(nameof(Saved), step);

        private void Do(string called, long now)
        {
            if (!_isDone && called == call && now == step)
            {
                _isDone = true;
                action();
            }
        }
    }

    /// <summary>Trains to the end, in the same program or in another.</summary>
    private void GoOn(TrainingRun run, bool resumes)
    {
        if (resumes)
        {
            run.Dispose();
        }

        Assert.That(resumes ? _runs.Resume("run") : run.Train(), Is.EqualTo(TrainingOutcome.Finished));
    }

    private sealed class WatchedL1(Action measuring) : PictureMetric
    {
        private readonly PictureMetric _l1 = Named(BestMetric.L1);

        public override string Name => _l1.Name;

        public override bool HigherIsBetter => _l1.HigherIsBetter;

        public override double Of(IReadOnlyList<Picture> made, IReadOnlyList<Picture> real, Device device)
        {
            measuring();
            return _l1.Of(made, real, device);
        }
    }
}
