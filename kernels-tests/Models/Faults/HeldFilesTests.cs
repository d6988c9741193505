using IlgpuGan.Models.Reporting;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Translation;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.ModelsTests.Faults;

/// <summary>Training where no file is replaced that somebody reads, as on Windows.</summary>
public sealed class HeldFilesTests : InFolder
{
    [TearDown]
    public void TearDown() => Disk.Current = new Disk();

    /// <summary>A server that polls the report, and programs that translate with the newest checkpoint.</summary>
    [Test]
    [MaxSeconds(5)] // It trains beside two readers.
    public void ATrainingGoesOnBesideItsReaders()
    {
        var options = TinyRun.Pix2Pix with { SaveSteps = 1, SampleFreq = 2, KeepLast = 1, SaveEpochFreq = 1, Steps = 20, Threads = 1 };
        _runs.Train("whole", options);
        var disk = new WindowsDisk();
        Disk.Current = disk;
        using var over = new CancellationTokenSource();
        var folder = _runs.PathOf("run");
        var latest = new RunDirectory(folder).Latest;
        var readers = new Action[]
        {
            () => StoredReport.Read(folder),
            () => OpenGenerator(folder),
            () => HoldUntilInTheWay(latest, disk, over.Token),
        }.Select(read => Task.Run(() => Repeat(read, over.Token))).ToList();
        Assert.That(_runs.Train("run", options), Is.EqualTo(TrainingOutcome.Finished));
        over.Cancel();
        Assert.That(Task.WhenAll(readers).Wait(TimeSpan.FromSeconds(20)));
        Assert.That(disk.Refusals, Is.Positive, "somebody was in the way");
        Assert.That(_runs.FinalTensors("run"), Is.EqualTo(_runs.FinalTensors("whole")));
        Assert.That(new RunDirectory(folder).AllNumbered(), Has.Count.EqualTo(1));
    }

    /// <summary>
    /// A reader that does not let go of the latest checkpoint: the next ones wait for their name, and copies are of them.
    /// </summary>
    [Test]
    [MaxSeconds(8)] // A replacement is attempted for two seconds before it is put off.
    public void ACheckpointWaitsForItsName()
    {
        Disk.Current = new WindowsDisk();
        var directory = new RunDirectory(_runs.PathOf("run"));
        using var reader = new Reader();
        var options = TinyRun.Pix2Pix with { SaveSteps = 1, SaveEpochFreq = 1, Steps = 5, Threads = 1 };
        Assert.That(_runs.Train("run", options, observer: reader), Is.EqualTo(TrainingOutcome.Finished));
        Assert.That(reader.Warnings, Has.Count.EqualTo(1));
        Assert.That(reader.Warnings[0], Does.Contain("another program has it open").And.Contain("takes its name"));
        Assert.That(Checkpoint.Read(directory.Latest).Position.Step, Is.EqualTo(5));
        Assert.That(Checkpoint.Read(directory.Numbered(1)).Position.Step, Is.EqualTo(5));
        Assert.That(Directory.GetFiles(directory.Checkpoints, "*.tmp"), Is.Empty);
    }

    /// <summary>Sample pictures take the room that the next checkpoint needs, so each time what is trained is saved first.</summary>
    [Test]
    public void OnASmallDiskATrainingSavesBeforeItsPictures()
    {
        var options = TinyRun.Pix2Pix with { SaveSteps = 0, SaveEpochFreq = 0, SampleFreq = 1, Steps = 3, Threads = 1 };
        using var roomy = new Reader();
        _runs.Train("roomy", options, observer: roomy);
        Disk.Current = new SmallDisk();
        using var small = new Reader();
        _runs.Train("small", options, observer: small);
        Assert.That(roomy.Steps, Is.EqualTo(new long[] { 3 }));
        Assert.That(small.Steps, Is.EqualTo(new long[] { 1, 2, 3 }));
    }

    private sealed class SmallDisk : Disk
    {
        public override long FreeBytes(string folder) => 1;
    }

    private static void OpenGenerator(string run)
    {
        using var device = Device.Open("cpu", threads: 1);
        using var translator = Translator.Open(run, device);
    }

    /// <summary>Holds the checkpoint until one could not take its name: somebody is in the way however fast the others read.</summary>
    private static void HoldUntilInTheWay(string latest, WindowsDisk disk, CancellationToken over)
    {
        using var file = Disk.OpenRead(latest);
        SpinWait.SpinUntil(() => disk.Refusals > 0 || over.IsCancellationRequested);
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

    /// <summary>Opens the checkpoint of the last step but one, and lets go a second after the next one could not take its name.</summary>
    private sealed class Reader : ITrainingObserver, IDisposable
    {
        private readonly Timer _letGo;
        private FileStream? _file;

        public Reader() => _letGo = new Timer(_ => _file?.Dispose());

        public List<string> Warnings { get; } = [];

        public SortedSet<long> Steps { get; } = [];

        public void Saved(long step, string file)
        {
            Steps.Add(step);
            _file ??= step == 4 ? Disk.OpenRead(file) : null;
        }

        public void Warned(string warning)
        {
            Warnings.Add(warning);
            _letGo.Change(TimeSpan.FromSeconds(1), Timeout.InfiniteTimeSpan);
        }

        public void Dispose() => _letGo.Dispose();
    }
}
