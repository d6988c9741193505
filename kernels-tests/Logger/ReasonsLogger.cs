using Microsoft.VisualStudio.TestPlatform.ObjectModel;
using Microsoft.VisualStudio.TestPlatform.ObjectModel.Client;

namespace IlgpuGan.TestLogger;

/// <summary>
/// Prints failed tests as VSTest's console does, and instead of a line for each skipped test one for each reason, with their number.
/// </summary>
[FriendlyName("reasons")]
[ExtensionUri("logger://ilgpugan/reasons")]
public sealed class ReasonsLogger : ITestLogger
{
    /// <summary>What NUnit puts before the reason of a fixture.</summary>
    private const string OfFixture = "OneTimeSetUp: ";

    private readonly Dictionary<string, int> _skipped = new(StringComparer.Ordinal);

    public void Initialize(TestLoggerEvents events, string testRunDirectory)
    {
        events.TestResult += (_, e) => Note(e.Result);
        events.TestRunComplete += (_, _) => PrintReasons();
    }

    private void Note(TestResult result)
    {
        if (result.Outcome == TestOutcome.Skipped)
        {
            var reason = (result.ErrorMessage ?? "").ReplaceLineEndings("\n").Split('\n')[0].Trim();
            reason = reason.StartsWith(OfFixture, StringComparison.Ordinal) ? reason[OfFixture.Length..] : reason;
            _skipped[reason] = _skipped.GetValueOrDefault(reason) + 1;
        }
        else if (result.Outcome == TestOutcome.Failed)
        {
            var text = new StringBuilder();
            text.Append(
                CultureInfo.InvariantCulture,
                $"  Failed {result.DisplayName ?? result.TestCase.DisplayName} [{result.Duration.TotalSeconds:0.0} s]\n");
            Part(text, "Error Message", result.ErrorMessage);
            Part(text, "Stack Trace", result.ErrorStackTrace);
            foreach (var message in result.Messages.Where(m => !string.IsNullOrWhiteSpace(m.Text)))
            {
                Part(text, "Output", message.Text);
            }

            Console.WriteLine(text);
        }
    }

    private static void Part(StringBuilder text, string title, string? content)
    {
        if (!string.IsNullOrWhiteSpace(content))
        {
            text.Append(CultureInfo.InvariantCulture, $"  {title}:\n{content.TrimEnd()}\n");
        }
    }

    private void PrintReasons()
    {
        foreach (var (reason, count) in _skipped.OrderByDescending(s => s.Value).ThenBy(s => s.Key, StringComparer.Ordinal))
        {
            Console.WriteLine($"  Skipped {count}: {(reason.Length > 0 ? reason : "without a reason")}");
        }
    }
}
