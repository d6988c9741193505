using System.Diagnostics;
using System.Runtime.InteropServices;
using IlgpuGan.Imaging;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Families;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Models.Reporting;

/// <summary>Keeps a run's <c>report.html</c> and TensorBoard events up to date while it trains.</summary>
internal sealed class RunReporter : ITrainingObserver, IDisposable
{
    /// <summary>Shortest time between two writes of the page, which grows with the run.</summary>
    private static readonly TimeSpan s_pageInterval = TimeSpan.FromSeconds(20);

    private readonly RunDirectory _directory;
    private readonly GanModel _model;
    private readonly long _totalSteps;
    private readonly Lazy<TensorBoardWriter> _events;
    private readonly List<ReportSample> _samples;
    private readonly Stopwatch _sincePage = new();
    private TrainingTime? _time;

    /// <param name="directory">directory of a run that starts training; files of earlier processes are continued</param>
    /// <param name="model">the model that is trained</param>
    /// <param name="step">steps taken so far</param>
    /// <param name="totalSteps">total number of steps</param>
    public RunReporter(RunDirectory directory, GanModel model, long step, long totalSteps)
    {
        (_directory, _model, _totalSteps) = (directory, model, totalSteps);
        var firstStep = step > 0 ? step + 1 : 0;
        // Created lazily: a page needs no events. After a failure, the next event tries again.
        _events = new Lazy<TensorBoardWriter>(
            () => new TensorBoardWriter(directory.TensorBoard, firstStep), LazyThreadSafetyMode.PublicationOnly);

        // Later samples will be created again.
        _samples = [.. directory.AllSamples().Where(s => s.Step <= step)
            .Select(s => new ReportSample(s.Step, string.Join(" | ", model.Family.Info.Views), s.File))];
    }

    /// <summary>Metrics on held-out pictures; shown from the next page on.</summary>
    public IReadOnlyList<ReportMetric> Metrics { get; set; } = [];

    /// <summary>Whether the samples are made from pictures of the training, since nothing is held out.</summary>
    public bool ShowsTrainingPictures { get; init; }

    public void Stepped(TrainingProgress progress) => _time = TrainingTime.Of(progress.Step, progress.Seconds);

    public void Logged(TrainingProgress progress)
    {
        _events.Value.Scalars(progress.Step,
        [
            .. progress.Losses.Select(l => KeyValuePair.Create("loss/" + l.Name, (double)l.Value)),
            new("learning_rate", progress.LearningRate),
            new("images_per_second", progress.ImagesPerSecond),
        ]);
        if (!_sincePage.IsRunning || _sincePage.Elapsed > s_pageInterval)
        {
            WritePage(finished: false, stopped: false);
        }
    }

    public void Sampled(long step, string caption, IReadOnlyList<string> files)
    {
        _samples.RemoveAll(sample => sample.Step == step); // An earlier training may have failed over them.
        foreach (var file in files)
        {
            _samples.Add(new ReportSample(step, caption, file));
            var encoded = Disk.ReadBytes(file);
            var info = ImageFile.Identify(encoded);
            _events.Value.Image(
                step, $"samples/{Path.GetFileNameWithoutExtension(file).Split('-')[^1]}", info.Width, info.Height, info.Channels, encoded);
        }

        if (step == 0)
        {
            WritePage(finished: false, stopped: false);
            _sincePage.Reset(); // The first logged step writes it again.
        }
        else if (_sincePage.Elapsed > s_pageInterval)
        {
            WritePage(finished: false, stopped: false);
        }
    }

    public void Evaluated(long step, string metric, double value, BestSoFar best) =>
        _events.Value.Scalars(step, [new($"held_out/{metric}", value)]);

    /// <summary>Writes the page of a training that has ended.</summary>
    /// <param name="finished">whether all steps were taken; otherwise it was stopped</param>
    public void WritePage(bool finished) => WritePage(finished, stopped: !finished);

    public void Dispose()
    {
        if (_events.IsValueCreated)
        {
            _events.Value.Dispose();
        }
    }

    private void WritePage(bool finished, bool stopped)
    {
        StoredReport.WriteFacts(
            _directory, new(_totalSteps, finished, _model.Family.Info.Views, EnvironmentFacts(), _time, ShowsTrainingPictures));
        ReportPage.Write(
            StoredReport.Read(_directory) with { Samples = _samples, Metrics = Metrics, Stopped = stopped }, _directory.Report);
        _sincePage.Restart();
    }

    private Dictionary<string, string> EnvironmentFacts() => new()
    {
        ["Device"] = $"{_model.Device.Name}: {_model.Device.Description}",
        ["Processors"] = Environment.ProcessorCount.ToString(CultureInfo.InvariantCulture),
        ["System"] = $"{RuntimeInformation.OSDescription} ({RuntimeInformation.OSArchitecture})",
        ["Runtime"] = RuntimeInformation.FrameworkDescription,
        ["IlgpuGan"] = typeof(RunReporter).Assembly.GetName().Version?.ToString(3) ?? "unknown",
        ["Written"] = DateTimeOffset.Now.ToString("yyyy-MM-dd HH:mm:ss zzz", CultureInfo.InvariantCulture),
    };
}
