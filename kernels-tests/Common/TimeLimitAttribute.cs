using System.Diagnostics;
using NUnit.Framework.Interfaces;

namespace IlgpuGan.TestsCommon;

/// <summary>
/// Ends the process and names the test if one does not come to an end: a test that waits for ever would keep all others, and whoever
/// waits for them, waiting.
/// </summary>
[AttributeUsage(AttributeTargets.Assembly)]
public sealed class TimeLimitAttribute : Attribute, ITestAction
{
    private static readonly TimeSpan s_fast = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan s_exhaustive = TimeSpan.FromHours(2);

    /// <summary>Tests may run side by side, each on its thread.</summary>
    private readonly ThreadLocal<Timer?> _timer = new();

    public ActionTargets Targets => ActionTargets.Test;

    public void BeforeTest(ITest test)
    {
        var limit = Exhaustive.Is(test) ? s_exhaustive : s_fast;
        _timer.Value = Debugger.IsAttached ? null : new Timer(
            _ => Environment.FailFast($"{test.FullName} has not ended within {limit.TotalMinutes} minutes"), null, limit,
            Timeout.InfiniteTimeSpan);
    }

    public void AfterTest(ITest test) => _timer.Value?.Dispose();
}
