using IlgpuGan.Models.Reporting;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.Models.Translation;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.ModelsTests.Faults;

/// <summary>Training where no file is replaced that somebody reads, as on Windows.</summary>
public sealed class HeldFilesTests
{
    [TearDown]
    public void TearDown() => Disk.Current = new Disk();

    /// <summary>A server that polls the report, and programs that translate with the newest checkpoint.</summary>
    [Test]
    [MaxSeconds(5)] // It trains beside two readers.
    public void ATrainingGoesOnBesideItsReaders()
    {
        using var runs = new TinyRun();
        var options = TinyRun.Pix2Pix with { SaveSteps = 1, SampleFreq = 2, KeepLast = 1, SaveEpochFreq = 1, Steps = 20, Threads = 1 };
        runs.Train("whole", options);
        var disk = new WindowsDisk();
        Disk.Current = disk;
        using var over = new CancellationTokenSource();
        var folder = runs.PathOf("run");
        var readers = new Action[]
        {
            () => StoredReport.Read(folder),
            () => OpenGenerator(folder),
        }.Select(read => Task.Run(() => Repeat(read, over.Token))).ToList();
        Assert.That(runs.Train("run", options), Is.EqualTo(TrainingOutcome.Finished));
        over.Cancel();
        Assert.That(Task.WhenAll(readers).Wait(TimeSpan.FromSeconds(20)));
        Assert.That(disk.Refusals, Is.Positive, "somebody was in the way");
        Assert.That(runs.FinalTensors("run"), Is.EqualTo(runs.FinalTensors("whole")));
        Assert.That(new RunDirectory(folder).AllNumbered(), Has.Count.EqualTo(1));
    }

    private static void OpenGenerator(string run)
    {
        using var device = Device.Open("cpu", threads: 1);
        _ = SavedGenerator.Open(run, device);
    }

    /// <summary>Also before there is a run; and a file that is about to be replaced is locked for a moment here.</summary>
    private static void Repeat(Action read, CancellationToken over)
    {
        while (!over.IsCancellationRequested)
        {
            try
            {
                read();
            }
            catch (Exception e) when (e is RunException or IOException or OptionsException)
            {
                // Read again.
            }

            Thread.Sleep(5);
        }
    }
}
