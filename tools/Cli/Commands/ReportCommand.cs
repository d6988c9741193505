using System.CommandLine;
using System.ComponentModel.DataAnnotations;
using IlgpuGan.Cli.Options;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Reporting;
using IlgpuGan.Models.Runs;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Cli.Commands;

/// <summary>What <c>report</c> is asked for.</summary>
internal sealed record ReportOptions
{
    public const string ComparisonName = "comparison.html";

    [Option("Folders of runs; several are compared on one page.", Values = "RUN"), Required, Positional]
    public string[] Runs { get; init; } = [];

    [Option($"The page to write (default report.html in the run's folder; for several runs {ComparisonName}).", Values = "FILE")]
    public string? Out { get; init; }
}

/// <summary><c>report RUN…</c>: rewrites a run's page, including its evaluation, or writes one page over several runs.</summary>
internal static class ReportCommand
{
    public static Command Create() => Verb.Of<ReportOptions>(
        "report",
        "Writes a run's report again, or a page over several runs: curves overlaid, options that differ, scores, samples side by side.",
        (asked, screen) => Run(
            screen, asked.Runs, asked.Out is { } page ? ResultFile.Prepare(page, ".html", asked.Runs) : null));

    private static int Run(Screen screen, string[] folders, string? output)
    {
        var reports = Array.ConvertAll(folders, StoredReport.Read);
        var path = output ?? (folders.Length == 1 ? new RunDirectory(folders[0]).Report : ReportOptions.ComparisonName);
        if (output is null)
        {
            OutputPath.RequireFile(path);
        }

        if (folders.Length == 1)
        {
            ReportPage.Write(reports[0], path);
        }
        else
        {
            ComparisonPage.Write(
                [.. reports.Select((r, i) => reports.Count(other => other.Title == r.Title) > 1 ? r with { Title = folders[i] } : r)],
                path);
        }

        foreach (var remark in reports.SelectMany(r => r.Remarks))
        {
            screen.Complain(remark);
        }

        screen.Result(new { report = path, runs = folders }, path);
        return ExitCode.Done;
    }
}
