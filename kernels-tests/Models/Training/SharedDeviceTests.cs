using System.Diagnostics;
using IlgpuGan.Models.Evaluation;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.Models.Translation;
using IlgpuGan.Tensors.Checkpoints;
using Checkpoint = IlgpuGan.Models.Runs.Checkpoint;

namespace IlgpuGan.ModelsTests.Training;

/// <summary>A training and translators on one device take turns, from the creation of the run to its disposal.</summary>
internal sealed class SharedDeviceTests() : InFolder(threads: 1)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    [SetUp]
    public void TrainATeacher() => _runs.Train("first", TinyRun.Pix2Pix with { Steps = 2, Threads = 1 });

    /// <summary>All that a run computes, beside a translator: neither fails, and both have the bits that they have alone.</summary>
    [Test]
    [MaxSeconds(15)] // Two trainings, with an evaluation at every second step.
    public void ATrainingAndATranslatorLeaveEachOtherAlone()
    {
        var options = TinyRun.Pix2Pix with
        {
            Steps = 5, SampleFreq = 2, SaveSteps = 2, KeepBest = BestMetric.L1, EvaluateFreq = 2, EmaDecay = 0.5f, Threads = 1,
            Teacher = _runs.PathOf("first"),
        };
        Train("alone");
        using var translator = Translator.Open(_runs.PathOf("first"), Device);
        var picture = new Picture(new SyntheticFacades(1, 32).Draw(0).Labels);
        var expected = translator.Translate(picture).Layers[0].Bytes;
        using var ends = new CancellationTokenSource();
        var translations = Task.Factory.StartNew(
            () =>
            {
                var areEqual = true;
                while (!ends.IsCancellationRequested)
                {
                    areEqual &= translator.Translate(picture).Layers[0].Bytes.SequenceEqual(expected);
                    Thread.Sleep(1);
                }

                return areEqual;
            },
            TaskCreationOptions.LongRunning);
        try
        {
            Train("beside");
        }
        finally
        {
            ends.Cancel();
        }

        Assert.That(translations.Result, Is.True, "a translator's pictures");
        Assert.That(_runs.FinalTensors("beside"), Is.EqualTo(_runs.FinalTensors("alone")));

        void Train(string name)
        {
            var folder = _runs.PathOf(name);
            using (var run = TrainingRun.Create(folder, options, TinyRun.Data(options), Device, initFrom: _runs.PathOf("first")))
            {
                Assert.That(run.Train(), Is.EqualTo(TrainingOutcome.Finished));
            }

            using var further = TrainingRun.Resume(folder, o => o with { Steps = 6 }, TinyRun.Data(options), Device);
            Assert.That((further.HasOtherTeacher, further.Train()), Is.EqualTo((false, TrainingOutcome.Finished)));
        }
    }

    /// <summary>While another thread has the device, as a translator does for each picture.</summary>
    [Test]
    public void ARunWaitsForItsTurn([Values("Create", "Resume", "Train", "Dispose")] string part)
    {
        var options = TinyRun.Pix2Pix with { Steps = 3, Threads = 1 };
        var hasEnded = false;
        Task? other = null;
        if (part == "Create")
        {
            other = Begin();
            TrainingRun.Create(_runs.PathOf("run"), options, TinyRun.Data(options), Device).Dispose();
        }
        else if (part == "Resume")
        {
            other = Begin();
            TrainingRun.Resume(_runs.PathOf("first"), o => o with { Steps = 3 }, TinyRun.Data(options), Device).Dispose();
        }
        else
        {
            using var run = TrainingRun.Create(_runs.PathOf("run"), options, TinyRun.Data(options), Device);
            var first = new AfterStep(1, () => other = Begin()); // After that step, room is made for its checkpoint's copy.
            Assert.That(run.Train(part == "Train" ? first : null), Is.EqualTo(TrainingOutcome.Finished));
            other ??= Begin();
            run.Dispose();
        }

        Assert.That(hasEnded, "the other thread's work came first");
        Assert.That(other.Wait(s_patience));

        // Another thread's work, which has begun when this returns.
        Task Begin()
        {
            var begun = new TaskCompletionSource();
            var work = Task.Factory.StartNew(
                () => Device.WorkQueue.Run(() =>
                {
                    using var step = Device.Step();
                    begun.SetResult();
                    Thread.Sleep(300);
                    hasEnded = true;
                }),
                TaskCreationOptions.LongRunning);
            Assert.That(begun.Task.Wait(s_patience));
            return work;
        }
    }

    /// <summary>Threads of the pool may all be waiting for their turn: a checkpoint that is copied before it needs none of them.</summary>
    [Test]
    public void ACheckpointIsCopiedWhileThePoolWaitsForItsTurn()
    {
        var options = TinyRun.Pix2Pix with { Steps = 1, Threads = 1 };
        using var run = TrainingRun.Create(_runs.PathOf("run"), options, TinyRun.Data(options), Device);
        List<Task<int>> turns = [];
        var took = Device.WorkQueue.Run(() =>
        {
            turns.AddRange(Enumerable.Range(0, 200).Select(i => Task.Run(() => Device.WorkQueue.Run(() => i))));
            Thread.Sleep(100); // Until they hold the pool's threads: there is no event for that.
            var clock = Stopwatch.StartNew();
            Checkpoint.Copied(run.Model, new RunPosition(), new CheckpointCopy());
            return clock.Elapsed;
        });
        Assert.That(took, Is.LessThan(TimeSpan.FromSeconds(5)));
        Assert.That(Task.WhenAll(turns).Wait(s_patience), "each has its turn");
    }
}
