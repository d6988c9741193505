using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace IlgpuGan.TestsCommon;

/// <summary>
/// Writes the full names of skipped tests to a file per process in the folder <c>ILGPUGAN_SKIPPED</c>. A run with <c>ILGPUGAN_ONLY</c> on a
/// machine that has the missing resources can repeat them.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class SkippedTestsAttribute : Attribute, ITestAction
{
    private static readonly string? s_folder = Environment.GetEnvironmentVariable("ILGPUGAN_SKIPPED");

    public ActionTargets Targets => ActionTargets.Suite;

    public void BeforeTest(ITest test)
    {
    }

    public void AfterTest(ITest test)
    {
        if (s_folder is { Length: > 0 } && test.Parent is null)
        {
            var names = Skipped(TestExecutionContext.CurrentContext.CurrentResult);
            File.WriteAllLines(Path.Combine(s_folder, $"{Environment.ProcessId}.txt"), names);
        }
    }

    private static IEnumerable<string> Skipped(ITestResult result) => result.Test.IsSuite
        ? result.Children.SelectMany(Skipped)
        : result.ResultState.Status == TestStatus.Skipped ? [result.FullName] : [];
}
