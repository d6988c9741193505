using System.Diagnostics;
using System.Text.Json;
using System.Text.RegularExpressions;
using IlgpuGan.EngineTests.Ops;
using IlgpuGan.KernelsTests.Gpu;
using IlgpuGan.ModelsTests.Golden;
using NUnit.Framework.Api;
using NUnit.Framework.Interfaces;
using NUnit.Framework.Internal;

namespace IlgpuGan.Suite;

/// <summary><c>suite DEVICE PART…</c>: runs the tests of one device whose full names begin with a part, and prints JSON.</summary>
/// <remarks>
/// Each failure is printed to stderr at once, so that a suite that is stopped half-way has reported its failures so far.
/// </remarks>
internal static class DeviceSuite
{
    private const int NamesPrinted = 50;

    /// <returns>0 if tests ran and none failed, 1 if some failed or none ran, 2 for wrong usage</returns>
    public static int Run(string[] args)
    {
        if (args is not [var device, _, ..])
        {
            Console.Error.WriteLine("usage: suite DEVICE PART…, such as: suite cuda Ops Nn.LayerTests");
            return 2;
        }

        // Test fixtures (files) are beside the program.
        Environment.CurrentDirectory = AppContext.BaseDirectory;

        // The device is the first argument of a fixture or of a test.
        var parts = string.Join('|', args[1..].Select(Regex.Escape));
        var pattern = $@"^IlgpuGan\.\w+Tests\.({parts})[^""]*\(""{Regex.Escape(device)}""";
        var (output, errors) = (Console.Out, Console.Error);
        var start = Stopwatch.GetTimestamp();
        var listener = new FailureListener(errors);
        var filter = TestFilter.FromXml($"<filter><test re='1'>{System.Security.SecurityElement.Escape(pattern)}</test></filter>");
        foreach (var assembly in new[] { typeof(AcrossDevicesTests).Assembly, typeof(OpTests).Assembly, typeof(FamilyStepTests).Assembly })
        {
            var tests = new NUnitTestAssemblyRunner(new DefaultTestAssemblyBuilder());
            _ = tests.Load(assembly, new Dictionary<string, object>(StringComparer.Ordinal));
            _ = tests.Run(listener, filter);
        }

        output.WriteLine(JsonSerializer.Serialize(new
        {
            suite = args[1..],
            device,
            passed = listener.Passed,
            failed = listener.Failed.Count,
            skipped = listener.Skipped.Count,
            seconds = Math.Round(Stopwatch.GetElapsedTime(start).TotalSeconds, 1),
            failures = listener.Failed.Take(NamesPrinted),
            reasons_to_skip = listener.Skipped.Values.Distinct(StringComparer.Ordinal).Take(NamesPrinted),
        }));
        if (listener.Failed.Count > 0)
        {
            errors.WriteLine(
                $"{listener.Failed.Count} of {listener.Failed.Count + listener.Passed} tests failed, the first: {listener.Failed[0]}");
        }
        else if (listener.Passed == 0)
        {
            var reason = listener.Skipped.Values.CountBy(text => text, StringComparer.Ordinal)
                .OrderByDescending(texts => texts.Value).FirstOrDefault().Key;
            errors.WriteLine($"no test ran on '{device}': {reason ?? "none has that name"}");
        }

        return listener is { Failed.Count: 0, Passed: > 0 } ? 0 : 1;
    }

    /// <param name="errors">the process's stderr: during a run NUnit redirects the console</param>
    private sealed class FailureListener(TextWriter errors) : ITestListener
    {
        public int Passed { get; private set; }

        public List<string> Failed { get; } = [];

        public Dictionary<string, string> Skipped { get; } = new(StringComparer.Ordinal);

        public void TestStarted(ITest test)
        {
        }

        public void TestFinished(ITestResult result)
        {
            // Of fixtures, report only failures of their own, such as in a set-up: failures of their tests are reported already.
            if (result.HasChildren && (result.ResultState.Site == FailureSite.Child || result.ResultState.Status == TestStatus.Passed))
            {
                return;
            }

            switch (result.ResultState.Status)
            {
                case TestStatus.Passed:
                    Passed++;
                    break;
                case TestStatus.Failed:
                    Failed.Add(result.FullName);
                    errors.WriteLine($"FAILED {result.FullName}: {result.Message}");
                    break;
                default:
                    Skipped[result.FullName] = result.Message;
                    break;
            }
        }

        public void TestOutput(TestOutput output)
        {
        }

        public void SendMessage(TestMessage message)
        {
        }
    }
}
