using System.Diagnostics;
using System.Globalization;
using NUnit.Framework;
using NUnit.Framework.Interfaces;

[assembly: IlgpuGan.KernelsTests.SlowTests]

namespace IlgpuGan.KernelsTests;

/// <summary>
/// Writes each test that takes longer than the fast suite allows into a file of this process, in the folder that <c>ILGPUGAN_SLOW</c>
/// names: its full name, a tab, and the seconds. It fails nothing here: beside another process a test may take twice as long as alone.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
internal sealed class SlowTestsAttribute : Attribute, ITestAction
{
    private const double MostSeconds = 2;

    private static readonly string? s_folder = Environment.GetEnvironmentVariable("ILGPUGAN_SLOW");

    private long _start;

    public ActionTargets Targets => ActionTargets.Test;

    public void BeforeTest(ITest test) => _start = Stopwatch.GetTimestamp();

    public void AfterTest(ITest test)
    {
        var seconds = Stopwatch.GetElapsedTime(_start).TotalSeconds;
        if (s_folder is { Length: > 0 } && seconds > MostSeconds)
        {
            var file = Path.Combine(s_folder, $"{Environment.ProcessId}.txt");
            File.AppendAllText(file, string.Create(CultureInfo.InvariantCulture, $"{test.FullName}\t{seconds:F1}\n"));
        }
    }
}
