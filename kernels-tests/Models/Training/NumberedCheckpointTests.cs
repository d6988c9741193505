using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.ModelsTests.Training;

/// <summary>Which numbered checkpoints a run keeps.</summary>
public sealed class NumberedCheckpointTests : InFolder
{
    [Test]
    public void AsManyAreKeptAsAsked()
    {
        _runs.Train("run", TinyRun.Pix2Pix with { Steps = null, Epochs = 5, EpochsDecay = 0, SaveEpochFreq = 2, KeepLast = 2 });
        var directory = new RunDirectory(_runs.PathOf("run"));
        Assert.That(
            directory.AllNumbered().Select(Path.GetFileName), Is.EqualTo(new[] { "epoch0004.safetensors", "epoch0005.safetensors" }));
        Assert.That(Checkpoint.Read(directory.Numbered(4)).Position.Step, Is.EqualTo(20));
        Assert.That(File.Exists(AtomicFile.TemporaryOf(directory.Latest)), Is.False);
    }

    /// <summary>With other pictures epochs are counted anew, and numbers of five digits come before those of four by their names.</summary>
    [Test]
    public void TheyAreThoseOfTheLastSteps()
    {
        var options = TinyRun.Pix2Pix with { Steps = 20, SaveEpochFreq = 1 };
        _runs.Train("run", options);
        var directory = new RunDirectory(_runs.PathOf("run"));
        Resume(30, keepLast: 0);
        Assert.That(Steps(), Is.EqualTo(new[] { 5, 10, 15, 20, 30 }), "epoch 3 of the new count has replaced none");

        File.Move(directory.Numbered(5), directory.Numbered(9999));
        Resume(50, keepLast: 2);
        Assert.That(
            directory.AllNumbered().Select(Path.GetFileName), Is.EqualTo(new[] { "epoch10000.safetensors", "epoch10001.safetensors" }));
        Assert.That(Steps(), Is.EqualTo(new[] { 40, 50 }));

        long[] Steps() => [.. directory.AllNumbered().Select(file => Checkpoint.Read(file).Position.Step)];

        void Resume(long steps, int keepLast)
        {
            using var run = TrainingRun.Resume(
                directory.Path, o => o with { Steps = steps, KeepLast = keepLast }, TinyRun.Data(options, count: 10), changedData: true);
            run.Train();
        }
    }

    /// <summary>Beside those of the training that is gone back in, new ones would be the oldest.</summary>
    [Test]
    public void TheyAreKeptAfterGoingBack()
    {
        var options = TinyRun.Pix2Pix with { Steps = 20, SaveEpochFreq = 1 };
        _runs.Train("run", options);
        var directory = new RunDirectory(_runs.PathOf("run"));
        File.Delete(directory.Numbered(2));
        File.Delete(directory.Latest);
        using (var run = TrainingRun.Resume(
            directory.Numbered(1), o => o with { Steps = 10, KeepLast = 1 }, TinyRun.Data(options)))
        {
            run.Train();
        }

        Assert.That(
            directory.AllNumbered().Select(file => Checkpoint.Read(file).Position.Step), Is.EqualTo(new[] { 10, 15, 20 }));
    }
}
