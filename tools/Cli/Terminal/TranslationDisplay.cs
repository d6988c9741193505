using System.Diagnostics;
using Spectre.Console;

namespace IlgpuGan.Cli.Terminal;

/// <summary>
/// Shows how far a translation is: a bar with pictures per second, or now and then a line where the output is no terminal or nobody knows
/// how many there will be.
/// </summary>
internal sealed class TranslationDisplay
{
    private static readonly TimeSpan s_between = TimeSpan.FromSeconds(5);

    private readonly Stopwatch _clock = Stopwatch.StartNew();
    private readonly Screen _screen;
    private readonly int? _total;
    private readonly string _things;
    private TimeSpan _said;
    private int _done;

    private TranslationDisplay(Screen screen, int? total, string things) => (_screen, _total, _things) = (screen, total, things);

    /// <summary>Runs a translation under a display, which it is to tell of each picture by its name, or an empty text.</summary>
    /// <param name="screen">where it is</param>
    /// <param name="total">number of pictures; null if unknown</param>
    /// <param name="things">what they are called</param>
    /// <param name="translate">the work</param>
    public static T Run<T>(Screen screen, int? total, string things, Func<Action<string>, T> translate)
    {
        var display = new TranslationDisplay(screen, total, things);
        if (!screen.IsInteractive || total is null or 1)
        {
            return translate(_ => display.SayNowAndThen());
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

    private void SayNowAndThen()
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
        var rate = $"{_done / seconds:0.0} img/s";
        return _total is { } total
            ? $"{_done}/{total} {_things}  {rate}  " +
                $"{Durations.Rough(TimeSpan.FromSeconds(seconds / _done * Math.Max(0, total - _done)))} left"
            : $"{_done} {_things}  {rate}";
    }
}
