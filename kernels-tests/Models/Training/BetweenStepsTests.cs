using IlgpuGan.Models.Families.Pix2Pix;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;

namespace IlgpuGan.ModelsTests.Training;

/// <summary>A training that fails between two steps says why, and goes on as if nothing had happened.</summary>
internal sealed class BetweenStepsTests() : InFolder(threads: 1)
{
    private static readonly Pix2PixOptions s_options = TinyRun.Pix2Pix with { Threads = 1 };

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
            () => run.Train(new AtStep(3, () => run.Train())), $"{run.Directory.Path}: another program is training this run now");
        Assert.That(run.SavedStep, Is.EqualTo(3));
    }

    private sealed class AtStep(long step, Action action) : ITrainingObserver
    {
        public void Stepped(TrainingProgress progress)
        {
            if (progress.Step == step)
            {
                action();
            }
        }
    }
}
