using IlgpuGan.Models.Families.CycleGan;
using IlgpuGan.Models.Families.Pix2Pix;
using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;

namespace IlgpuGan.TestsCommon;

/// <summary>Runs small enough to train in a test, on synthetic facades, in a temporary folder.</summary>
internal sealed class TinyRun : IDisposable
{
    private const int Side = 32;

    public TinyRun() => Folder = Directory.CreateTempSubdirectory("ilgpugan-run-").FullName;

    public string Folder { get; }

    public static Pix2PixOptions Pix2Pix { get; } = new()
    {
        Generator = GeneratorKind.UNet(5), Ngf = 4, Ndf = 4, NLayersD = 2, Discriminator = DiscriminatorKind.NLayers,
        LoadSize = Side + 4, CropSize = Side, Device = "cpu", Steps = 8, LogFreq = 1, SampleFreq = 0, Seed = 7,
    };

    public static CycleGanOptions CycleGan { get; } = new()
    {
        Generator = GeneratorKind.ResNet(1), Ngf = 4, Ndf = 4, NLayersD = 2, Discriminator = DiscriminatorKind.NLayers, PoolSize = 3,
        Dropout = true,
        LoadSize = Side + 4, CropSize = Side, Device = "cpu", Steps = 8, LogFreq = 1, SampleFreq = 0, Seed = 7,
    };

    public static RunData Data(PictureOptions options, int count = 5) => new(
        new SyntheticFacades(count, Side, settings: options.DataSettings()),
        new SyntheticFacades(2, Side, settings: options.DataSettings().ForEvaluation(), first: 1000));

    public string PathOf(string name) => Path.Combine(Folder, name);

    /// <summary>Trains a new run to its end, or for at most <paramref name="stopAfter"/> steps.</summary>
    public TrainingOutcome Train(string name, PictureOptions options, int stopAfter = int.MaxValue, ITrainingObserver? observer = null)
    {
        using var run = TrainingRun.Create(PathOf(name), options, Data(options));
        return Train(run, stopAfter, observer);
    }

    /// <summary>Trains a new run on the files named by its options.</summary>
    public TrainingOutcome TrainOnFiles(string name, TrainingOptions options, int stopAfter = int.MaxValue)
    {
        using var run = TrainingRun.Create(PathOf(name), options);
        return Train(run, stopAfter, observer: null);
    }

    /// <summary>Resumes a run on the files named by its options.</summary>
    public TrainingOutcome ResumeOnFiles(
        string name, int stopAfter = int.MaxValue, Func<TrainingOptions, TrainingOptions>? change = null)
    {
        using var run = TrainingRun.Resume(PathOf(name), change);
        return Train(run, stopAfter, observer: null);
    }

    public TrainingOutcome Resume(string name, Func<TrainingOptions, TrainingOptions>? change = null, int stopAfter = int.MaxValue)
    {
        using var run =
            TrainingRun.Resume(PathOf(name), change, Data((PictureOptions)Checkpoint.Read(new RunDirectory(PathOf(name)).Latest).Options));
        return Train(run, stopAfter, observer: null);
    }

    /// <summary>A run that is stopped and goes on ends with the bits of one that never stopped.</summary>
    public void AssertResumes(PictureOptions options, int stopAfter)
    {
        Train("whole", options);
        Train("parts", options, stopAfter);
        Resume("parts");
        Assert.That(FinalTensors("parts"), Is.EqualTo(FinalTensors("whole")));
    }

    /// <summary>The bytes of the latest checkpoint's tensors and its position, without wall-clock times.</summary>
    public byte[] FinalTensors(string name) => TensorsOf(PathOf(name));

    /// <summary>The same for a run in any folder.</summary>
    public static byte[] TensorsOf(string run)
    {
        using var file = new IlgpuGan.Tensors.Formats.Safetensors.SafetensorsFile(new RunDirectory(run).Latest);
        return [.. file.ReadAll().OrderBy(a => a.Name, StringComparer.Ordinal).SelectMany(a => a.Bytes.ToArray())];
    }

    /// <summary>The lines of a run's log without the seconds of the steps.</summary>
    public static List<string> LogOf(string run) =>
        [.. File.ReadLines(new RunDirectory(run).Log).Select(line => line.Split("\"seconds\"")).Where(l => l is [_, _]).Select(l => l[0])];

    public void Dispose() => Directory.Delete(Folder, recursive: true);

    private static TrainingOutcome Train(TrainingRun run, int stopAfter, ITrainingObserver? observer)
    {
        using var stop = new CancellationTokenSource();
        return run.Train(new Stopper(stop, stopAfter, observer), stop.Token);
    }

    private sealed class Stopper(CancellationTokenSource stop, int after, ITrainingObserver? next) : ITrainingObserver
    {
        private int _steps;

        public void Stepped(TrainingProgress progress)
        {
            next?.Stepped(progress);
            if (++_steps == after)
            {
                stop.Cancel();
            }
        }

        public void Logged(TrainingProgress progress) => next?.Logged(progress);

        public void Sampled(long step, string caption, IReadOnlyList<string> files) => next?.Sampled(step, caption, files);

        public void Evaluated(long step, string metric, double value, BestSoFar best) => next?.Evaluated(step, metric, value, best);

        public void Saved(long step, string file) => next?.Saved(step, file);

        public void Warned(string warning) => next?.Warned(warning);
    }
}
