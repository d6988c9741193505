using System.Diagnostics;
using NUnit.Framework.Interfaces;

namespace IlgpuGan.TestsCommon;

/// <summary>
/// Writes each test that takes longer than the fast suite allows into a file of this process, in the folder that <c>ILGPUGAN_SLOW</c>
/// names: its full name, the seconds, the seconds of processors that this process took, and those allowed, with tabs between. Both count: a
/// disk that is busy delays the one, two threads double the other. It fails nothing here: beside another process a test may take twice as
/// long as alone.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class SlowTestsAttribute : Attribute, ITestAction
{
    private static readonly string? s_folder = Environment.GetEnvironmentVariable("ILGPUGAN_SLOW");

    private long _start;
    private TimeSpan _processor;

    public ActionTargets Targets => ActionTargets.Test;

    public void BeforeTest(ITest test) => (_start, _processor) = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);

    public void AfterTest(ITest test)
    {
        var seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds;
        var processor = (Environment.CpuUsage.TotalTime - _processor).TotalSeconds;
        var most = MostSecondsAttribute.Of(test);
        if (s_folder is { Length: > 0 } && Math.Min(seconds, processor) > most)
        {
            var file = Path.Combine(s_folder, $"{Environment.ProcessId}.txt");
            File.AppendAllText(
                file, string.Create(CultureInfo.InvariantCulture, $"{test.FullName}\t{seconds:F1}\t{processor:F1}\t{most}\n"));
        }
    }
}
