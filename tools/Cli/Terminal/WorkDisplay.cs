using System.Diagnostics;
using Spectre.Console;

namespace IlgpuGan.Cli.Terminal;

/// <summary>
/// Shows the progress of long work on many things, such as pictures: a bar with things per second, or a line every few seconds if the
/// output is not a terminal or their number is unknown.
/// </summary>
internal sealed class WorkDisplay
{
    private static readonly TimeSpan s_lineInterval = TimeSpan.FromSeconds(5);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Screen _screen;
    private readonly int? _total;
    private readonly string _things;
    private readonly string _rate;
    private TimeSpan _lastLine;
    private int _done;

    private WorkDisplay(Screen screen, int? total, string things, string rate)
    {
        (_screen, _total) = (screen, total);
        (_things, _rate) = (things, rate);
    }

    /// <summary>Runs work under a display.</summary>
    /// <param name="screen">where to print</param>
    /// <param name="total">number of things; null if unknown</param>
    /// <param name="things">what they are called, such as "frames"</param>
    /// <param name="work">the work; it calls its argument with each thing's name, or an empty text</param>
    /// <param name="rate">the unit of their rate</param>
    public static T Run<T>(Screen screen, int? total, string things, Func<Action<string>, T> work, string rate = "img/s")
    {
        var display = new WorkDisplay(screen, total, things, rate);
        if (!screen.IsInteractive || total is null or 1)
        {
            return work(_ => display.SayPeriodically());
        }

        return AnsiConsole.Progress().AutoClear(false)
            .Columns(new ProgressBarColumn(), new PercentageColumn(), new TaskDescriptionColumn { Alignment = Justify.Left })
            .Start(context =>
            {
                var task = context.AddTask("starting", maxValue: total.Value);
                return work(name =>
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
        var rate = $"{_done / seconds:0.0} {_rate}";
        return _total is { } total
            ? $"{_done}/{total} {_things}  {rate}  " +
                $"{Durations.Rough(TimeSpan.FromSeconds(seconds / _done * Math.Max(0, total - _done)))} left"
            : $"{_done} {_things}  {rate}";
    }
}
