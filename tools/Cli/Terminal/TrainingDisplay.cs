using System.Diagnostics;
using IlgpuGan.Imaging;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace IlgpuGan.Cli.Terminal;

/// <summary>Shows training progress: a bar with losses and time left, or plain lines if the output is not a terminal.</summary>
internal sealed class TrainingDisplay(Screen screen, bool previews) : ITrainingObserver
{
    /// <summary>As many losses as fit beside the bar in 80 columns.</summary>
    private const int LossesPerLine = 4;

    /// <summary>Shortest time between two plain lines.</summary>
    private static readonly TimeSpan s_lineInterval = TimeSpan.FromSeconds(5);

    private readonly Stopwatch _sinceLine = new();
    private ProgressTask? _task;
    private volatile string _state = "starting";
    private string? _evaluated;

    /// <summary>Shows the progress of a run while it trains.</summary>
    /// <param name="train">trains the run, and tells the display</param>
    /// <param name="previews">whether to show sample pictures as coloured blocks, if the terminal has colours</param>
    public static TrainingOutcome During(
        TrainingRun run, Screen screen, Func<ITrainingObserver, TrainingOutcome> train, bool previews = false)
    {
        if (previews && (run.Options.SampleFreq == 0 || !CanPreview(screen)))
        {
            screen.Say(run.Options.SampleFreq == 0
                ? "No pictures are shown: --sample-freq 0 makes none."
                : "No pictures are shown: the output is not a terminal with colours.");
            previews = false;
        }

        var display = new TrainingDisplay(screen, previews);
        run.Model.Device.Announce = screen.Announce;
        if (!screen.IsInteractive)
        {
            return train(display);
        }

        return AnsiConsole.Progress().AutoClear(false).HideCompleted(false)
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new StateColumn(display))
            .Start(context =>
            {
                display._task = context.AddTask("training", maxValue: Math.Max(1, run.TotalSteps));
                display._task.Value = run.Step;
                return train(display);
            });
    }

    public void Stepped(TrainingProgress progress)
    {
        if (_task is not null)
        {
            _task.Value = progress.Step;
            string[] evaluated = _evaluated is null ? [] : [_evaluated];
            _state = string.Join(
                '\n', [$"{Place(progress)}  {Pace(progress)}", .. progress.Losses.Chunk(LossesPerLine).Select(Losses), .. evaluated]);
        }
        else if (!_sinceLine.IsRunning || _sinceLine.Elapsed >= s_lineInterval || progress.Step == progress.TotalSteps)
        {
            screen.Say($"{Place(progress)}  {Losses(progress.Losses)}  {Pace(progress)}");
            _sinceLine.Restart();
        }
    }

    public void Sampled(long step, string caption, IReadOnlyList<string> files)
    {
        if (!previews || files.Count == 0)
        {
            return;
        }

        try
        {
            // Above the bar, which moves down.
            AnsiConsole.WriteLine($"step {step}: {caption}");
            AnsiConsole.Write(PictureBlocks.Of(ImageFile.Load(files[0]), AnsiConsole.Profile.Width - 1));
            AnsiConsole.WriteLine();
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException or ImageFormatException)
        {
            screen.Complain($"The sample can't be shown: {problem.Message}");
        }
    }

    public void Evaluated(long step, string metric, double value, BestSoFar best)
    {
        var place = best.Step == step ? "the best so far" : $"the best is {best.Value:0.0000} of step {best.Step}";
        _evaluated = $"step {step}: {metric} {value:0.0000} on held-out pictures, {place}";
        if (_task is null)
        {
            screen.Say(_evaluated);
        }
    }

    public void Warned(string warning) => screen.Warn(warning);

    private static bool CanPreview(Screen screen) =>
        screen.IsInteractive && AnsiConsole.Profile.Capabilities is { Ansi: true, ColorSystem: not ColorSystem.NoColors };

    private static string Place(TrainingProgress p) => $"step {p.Step}/{p.TotalSteps}  epoch {p.Epoch}";

    private static string Losses(IEnumerable<Loss> losses) => string.Join("  ", losses.Select(l => $"{l.Name} {l.Value:0.000}"));

    private static string Pace(TrainingProgress p) => $"{p.ImagesPerSecond:0.0} img/s  {Durations.Rough(p.Remaining)} left";

    /// <summary>The text beside the bar, of several lines: a task's description has one, which would leave no room for the bar.</summary>
    private sealed class StateColumn(TrainingDisplay display) : ProgressColumn
    {
        protected override bool NoWrap => true;

        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) => new Text(display._state);
    }
}
