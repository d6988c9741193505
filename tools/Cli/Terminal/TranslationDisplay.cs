using System.Diagnostics;
using IlgpuGan.Models.Translation;
using Spectre.Console;

namespace IlgpuGan.Cli.Terminal;

/// <summary>
/// Shows how far a folder of pictures is: a bar with pictures per second, or now and then a line where the output is no terminal.
/// </summary>
internal sealed class TranslationDisplay
{
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(5);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Screen _screen;
    private readonly int _total;
    private TimeSpan _said;
    private int _done;

    private TranslationDisplay(Screen screen, int total) => (_screen, _total) = (screen, total);

    /// <summary>Runs a translation of so many pictures under a display, which it is to tell of each.</summary>
    public static IReadOnlyList<TranslatedFile> Run(
        Screen screen, int total, Func<Action<TranslatedFile>, IReadOnlyList<TranslatedFile>> translate)
    {
        var display = new TranslationDisplay(screen, total);
        if (!screen.IsInteractive || total == 1)
        {
            return translate(display.SayNowAndThen);
        }

        return AnsiConsole.Progress().AutoClear(false)
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context =>
            {
                var task = context.AddTask("starting", maxValue: total);
                return translate(file =>
                {
                    task.Increment(1);
                    task.Description = Markup.Escape($"{display.Next()}  {Path.GetFileName(file.Input)}");
                });
            });
    }

    private void SayNowAndThen(TranslatedFile file)
    {
        var line = Next();
        if (_clock.Elapsed - _said >= s_between)
        {
            _said = _clock.Elapsed;
            _screen.Say(line);
        }
    }

    private string Next()
    {
        _done++;
        var seconds = _clock.Elapsed.TotalSeconds;
        return $"{_done}/{_total} pictures  {_done / seconds:0.0} img/s  " +
            $"{Durations.Rough(TimeSpan.FromSeconds(seconds / _done * (_total - _done)))} left";
    }
}
