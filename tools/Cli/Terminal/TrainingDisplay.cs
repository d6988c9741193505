using System.Diagnostics;
using IlgpuGan.Models.Training;
using Spectre.Console;

namespace IlgpuGan.Cli.Terminal;

/// <summary>Shows a run while it trains: a bar with losses and time left, or plain lines where the output is no terminal.</summary>
internal sealed class TrainingDisplay(Screen screen) : ITrainingObserver
{
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(5);

    private readonly Stopwatch _sinceLine = new();
    private ProgressTask? _task;

    /// <summary>Trains a run under a display.</summary>
    public static TrainingOutcome Train(TrainingRun run, Screen screen, CancellationToken cancellation)
    {
        var display = new TrainingDisplay(screen);
        if (!screen.IsInteractive)
        {
            return run.Train(display, cancellation);
        }

        return AnsiConsole.Progress().AutoClear(false).HideCompleted(false)
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context =>
            {
                display._task = context.AddTask("starting", maxValue: Math.Max(1, run.TotalSteps));
                display._task.Value = run.Step;
                return run.Train(display, cancellation);
            });
    }

    public void Stepped(TrainingProgress progress)
    {
        if (_task is not null)
        {
            _task.Value = progress.Step;
            _task.Description = Markup.Escape(Line(progress));
        }
        else if (!_sinceLine.IsRunning || _sinceLine.Elapsed >= s_between || progress.Step == progress.TotalSteps)
        {
            screen.Say(Line(progress));
            _sinceLine.Restart();
        }
    }

    private static string Line(TrainingProgress p) =>
        $"step {p.Step}/{p.TotalSteps}  epoch {p.Epoch}  {string.Join("  ", p.Losses.Select(l => $"{l.Name} {l.Value:0.000}"))}  " +
        $"{p.ImagesPerSecond:0.0} img/s  {Durations.Rough(p.Remaining)} left";
}
