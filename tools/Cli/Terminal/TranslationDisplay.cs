using System.Diagnostics;
using Spectre.Console;

namespace IlgpuGan.Cli.Terminal;

/// <summary>
/// Shows the progress of a translation: a bar with pictures per second, or a line every few seconds if the output is not a terminal or the
/// number of pictures is unknown.
/// </summary>
internal sealed class TranslationDisplay
{
    private static readonly TimeSpan s_lineInterval = TimeSpan.FromSeconds(5);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Screen _screen;
    private readonly int? _total;
    private readonly string _things;
    private TimeSpan _lastLine;
    private int _done;

    private TranslationDisplay(Screen screen, int? total, string things) => (_screen, _total, _things) = (screen, total, things);

    /// <summary>Runs a translation under a display.</summary>
    /// <param name="screen">where to print</param>
    /// <param name="total">number of pictures; null if unknown</param>
    /// <param name="things">what the pictures are called, such as "frames"</param>
    /// <param name="translate">the work; it calls its argument with each picture's name, or an empty text</param>
    public static T Run<T>(Screen screen, int? total, string things, Func<Action<string>, T> translate)
    {
        var display = new TranslationDisplay(screen, total, things);
        if (!screen.IsInteractive || total is null or 1)
        {
            return translate(_ => display.SayPeriodically());
        }

        return AnsiConsole.Progress().AutoClear(false)
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context =>
            {
                var task = context.AddTask("starting", maxValue: total.Value);
                return translate(name =>
                {
                    task.Increment(1);
                    task.Description = Markup.Escape($"{display.Next()}  {name}".TrimEnd());
                });
            });
    }

    private void SayPeriodically()
    {
        var line = Next();
        if (_clock.Elapsed - _lastLine >= s_lineInterval)
        {
            _lastLine = _clock.Elapsed;
            _screen.Say(line);
        }
    }

    private string Next()
    {
        _done++;
        var seconds = _clock.Elapsed.TotalSeconds;
        var rate = $"{_done / seconds:0.0} img/s";
        return _total is { } total
            ? $"{_done}/{total} {_things}  {rate}  " +
                $"{Durations.Rough(TimeSpan.FromSeconds(seconds / _done * Math.Max(0, total - _done)))} left"
            : $"{_done} {_things}  {rate}";
    }
}
