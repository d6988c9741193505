using System.Diagnostics;
using System.Globalization;
using System.Runtime.InteropServices;
using IlgpuGan.Imaging;
using IlgpuGan.Models.Training;

namespace IlgpuGan.Models.Reporting;

/// <summary>Keeps a run's <c>report.html</c> and TensorBoard events up to date while it trains.</summary>
public sealed class RunReporter : ITrainingObserver, IDisposable
{
    /// <summary>The page is rewritten no more often than that: it grows with the run, and nobody reloads faster.</summary>
    private static readonly TimeSpan s_betweenPages = TimeSpan.FromSeconds(20);

    private readonly TrainingRun _run;
    private readonly Lazy<TensorBoardWriter> _events;
    private readonly List<ReportSample> _samples;
    private readonly Stopwatch _sincePage = new();

    /// <param name="run">a run that is about to train; what an earlier process logged and drew is taken up</param>
    public RunReporter(TrainingRun run)
    {
        _run = run;
        var firstStep = run.Step > 0 ? run.Step + 1 : 0;
        _events = new Lazy<TensorBoardWriter>(() => new TensorBoardWriter(run.Directory.TensorBoard, firstStep)); // A page alone needs no events.
        _samples = [.. EarlierSamples(run)];
    }

    /// <summary>Figures on pictures kept back, shown from the next page on.</summary>
    public IReadOnlyList<ReportMetric> Metrics { get; set; } = [];

    public void Logged(TrainingProgress progress)
    {
        _events.Value.Scalars(progress.Step,
        [
            .. progress.Losses.Select(l => KeyValuePair.Create("loss/" + l.Name, (double)l.Value)),
            new("learning_rate", progress.LearningRate),
            new("images_per_second", progress.ImagesPerSecond),
        ]);
        if (!_sincePage.IsRunning || _sincePage.Elapsed > s_betweenPages)
        {
            WritePage(finished: false);
        }
    }

    public void Sampled(long step, string caption, IReadOnlyList<string> files)
    {
        foreach (var file in files)
        {
            _samples.Add(new ReportSample(step, caption, file));
            var encoded = File.ReadAllBytes(file);
            var info = ImageFile.Identify(encoded);
            _events.Value.Image(step, $"samples/{Path.GetFileNameWithoutExtension(file).Split('-')[^1]}", info.Width, info.Height, info.Channels, encoded);
        }

        _events.Value.Flush();
        if (_sincePage.Elapsed > s_betweenPages)
        {
            WritePage(finished: false);
        }
    }

    /// <summary>Writes the page as things stand.</summary>
    public void WritePage(bool finished)
    {
        if (_events.IsValueCreated)
        {
            _events.Value.Flush();
        }

        StoredReport.WriteFacts(_run.Directory, new(_run.TotalSteps, finished, _run.Model.Family.Info.Views, Surroundings()));
        ReportPage.Write(StoredReport.Read(_run.Directory) with { Samples = _samples, Metrics = Metrics }, _run.Directory.Report);
        _sincePage.Restart();
    }

    public void Dispose()
    {
        if (_events.IsValueCreated)
        {
            _events.Value.Dispose();
        }
    }

    private Dictionary<string, string> Surroundings() => new()
    {
        ["Device"] = $"{_run.Model.Device.Name}: {_run.Model.Device.Description}",
        ["Processors"] = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture),
        ["System"] = $"{RuntimeInformation.OSDescription} ({RuntimeInformation.OSArchitecture})",
        ["Runtime"] = RuntimeInformation.FrameworkDescription,
        ["IlgpuGan"] = typeof(RunReporter).Assembly.GetName().Version?.ToString(3) ?? "unknown",
        ["Written"] = DateTimeOffset.Now.ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture),
    };

    /// <summary>Pictures of steps up to where the run stands; later ones will be drawn again.</summary>
    private static IEnumerable<ReportSample> EarlierSamples(TrainingRun run) => run.Directory.AllSamples()
        .Where(s => s.Step <= run.Step)
        .Select(s => new ReportSample(s.Step, string.Join(" | ", run.Model.Family.Info.Views), s.File));
}
