using System.CommandLine;
using IlgpuGan.Benchmarks.Measuring;
using IlgpuGan.Models.Data;

namespace IlgpuGan.Benchmarks.Regression;

/// <summary><c>check</c>: measures performance ratios; exit code 1 if one is below its threshold.</summary>
internal static class CheckCommand
{
    public static Command Create()
    {
        var only = new Option<string>("--only") { Description = "Checks with this in their names.", DefaultValueFactory = _ => "" };
        var command = new Command(
            "check", "Compares kernels and steps with yardsticks measured in the same run; fails if one has become slower.") { only };
        command.SetAction(parsed =>
        {
            Console.WriteLine($"{Machine.Measure([1])}\n");
            using var suite = new Suite();
            return Run(
                suite.Checks.Where(c => c.Name.Contains(parsed.GetRequiredValue(only), StringComparison.OrdinalIgnoreCase)), Console.Out);
        });
        return command;
    }

    /// <summary>Runs checks and prints a row each.</summary>
    /// <returns>0 if all passed, else 1</returns>
    public static int Run(IEnumerable<RatioCheck> checks, TextWriter output)
    {
        var selected = checks.ToList();
        if (selected.Count == 0)
        {
            output.WriteLine("No check has that in its name.");
            return 1;
        }

        output.WriteLine("| what | beside | ratio | usual | at least | |\n|---|---|---|---|---|---|");
        var outcomes = selected.Select(check => Print(check.Run(), output)).ToList();

        // Another program may disturb the machine for many seconds: checks that failed are repeated after all others.
        outcomes = [.. outcomes.Select(outcome => outcome.Passed ? outcome : Print(outcome.Check.Run(outcome), output))];
        var failed = outcomes.Where(outcome => !outcome.Passed).Select(outcome => outcome.Check.Name).ToList();
        output.WriteLine(failed.Count == 0 ? $"\n{outcomes.Count} checks passed." : $"\n{failed.Count} of {outcomes.Count} checks " +
            $"failed: {string.Join("; ", failed)}.");
        return failed.Count == 0 ? 0 : 1;
    }

    private static RatioOutcome Print(RatioOutcome outcome, TextWriter output)
    {
        var check = outcome.Check;
        output.WriteLine(Invariant.Text(
            $"| {check.Name} | {check.Yardstick} | {outcome.Ratio:0.00} | {check.Usual:0.00} | {check.Least:0.00} | " +
                $"{(outcome.Passed ? "ok" : $"**too slow** in {outcome.Attempts} attempts")} |"));
        return outcome;
    }
}
