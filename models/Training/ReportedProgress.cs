using System.Text.Json;
using IlgpuGan.Imaging;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Reporting;
using IlgpuGan.Models.Runs;

namespace IlgpuGan.Models.Training;

/// <summary>
/// Forwards a run's events to its report, then to the caller's observer. A report that can't be read or written is a warning: it never ends
/// a training.
/// </summary>
internal sealed class ReportedProgress : ITrainingObserver, IDisposable
{
    private readonly ITrainingObserver? _observer;
    private readonly string _run;
    private readonly RunReporter? _reporter;
    private string _warned = "";

    public ReportedProgress(RunDirectory directory, GanModel model, RunData data, long step, long totalSteps, ITrainingObserver? observer)
    {
        (_observer, _run) = (observer, directory.Path);
        RunReporter? reporter = null;
        Try(() => reporter = new RunReporter(directory, model, step, totalSteps)
        {
            ShowsTrainingPictures = !data.HasHeldOut && model.Family.Info.ShowsData,
        });
        _reporter = reporter;
    }

    public void Stepped(TrainingProgress progress)
    {
        Report(r => r.Stepped(progress));
        _observer?.Stepped(progress);
    }

    public void Logged(TrainingProgress progress)
    {
        Report(r => r.Logged(progress));
        _observer?.Logged(progress);
    }

    public void Sampled(long step, string caption, IReadOnlyList<string> files)
    {
        Report(r => r.Sampled(step, caption, files));
        _observer?.Sampled(step, caption, files);
    }

    public void Evaluated(long step, string metric, double value, BestSoFar best)
    {
        Report(r => r.Evaluated(step, metric, value, best));
        _observer?.Evaluated(step, metric, value, best);
    }

    public void Saved(long step, string file) => _observer?.Saved(step, file);

    public void Warned(string warning) => _observer?.Warned(warning);

    public void WritePage(bool finished) => Report(r => r.WritePage(finished));

    public void Dispose() => Report(r => r.Dispose());

    private void Report(Action<RunReporter> action)
    {
        if (_reporter is { } reporter)
        {
            Try(() => action(reporter));
        }
    }

    private void Try(Action action)
    {
        try
        {
            action();
        }
        catch (Exception e) when (
            e is IOException or UnauthorizedAccessException or PictureException or ImageFormatException or RunException or OptionsException
                or JsonException)
        {
            var warning = $"{_run}: the report is not up to date: {e.Message.TrimEnd('.')}; the training goes on";
            if (warning != _warned)
            {
                _warned = warning;
                _observer?.Warned(warning);
            }
        }
    }
}
