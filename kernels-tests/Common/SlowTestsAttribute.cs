using System.Diagnostics;
using NUnit.Framework.Interfaces;

namespace IlgpuGan.TestsCommon;

/// <summary>
/// Writes each test over the fast suite's time limit to a file per process in the folder <c>ILGPUGAN_SLOW</c>, separated by tabs: full
/// name, elapsed seconds, CPU seconds of this process, and the limit. A test is over the limit only if both times are: a busy disk
/// increases elapsed time, a second thread CPU time. No test fails here, because a test may take twice as long beside another process.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class SlowTestsAttribute : Attribute, ITestAction
{
    private static readonly string? s_folder = Environment.GetEnvironmentVariable("ILGPUGAN_SLOW");

    private readonly ThreadLocal<(long Time, TimeSpan Cpu)> _start = new();

    public ActionTargets Targets => ActionTargets.Test;

    public void BeforeTest(ITest test) => _start.Value = (Stopwatch.GetTimestamp(), Environment.CpuUsage.TotalTime);

    public void AfterTest(ITest test)
    {
        var seconds = Stopwatch.GetElapsedTime(_start.Value.Time).TotalSeconds;
        var cpuSeconds = (Environment.CpuUsage.TotalTime - _start.Value.Cpu).TotalSeconds;
        var limit = MaxSecondsAttribute.Of(test);
        if (s_folder is { Length: > 0 } && Math.Min(seconds, cpuSeconds) > limit)
        {
            var file = Path.Combine(s_folder, $"{Environment.ProcessId}.txt");
            File.AppendAllText(
                file, string.Create(CultureInfo.InvariantCulture, $"{test.FullName}\t{seconds:F1}\t{cpuSeconds:F1}\t{limit}\n"));
        }
    }
}
