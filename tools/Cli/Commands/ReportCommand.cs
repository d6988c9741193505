using System.CommandLine;
using IlgpuGan.Cli.Options;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Models.Reporting;
using IlgpuGan.Models.Runs;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Cli.Commands;

/// <summary><c>report RUN…</c>: rewrites a run's page, including its evaluation, or writes one page over several runs.</summary>
internal static class ReportCommand
{
    private const string ComparisonName = "comparison.html";

    public static Command Create()
    {
        var runs = new Argument<string[]>(
            "RUN") { Description = "Folders of runs; several are compared on one page.", Arity = ArgumentArity.OneOrMore };
        var output = Plain.Text(
            "--out", $"The page to write (default report.html in the run's folder; for several runs {ComparisonName}).", "FILE");
        var command = new Command(
            "report",
            "Writes a run's report again, or a page over several runs: curves overlaid, options that differ, scores, samples side by " +
                "side.") { runs,
            output };
        command.SetAction(parsed =>
        {
            var folders = parsed.GetRequiredValue(runs);
            return Run(Screen.Of(parsed), folders, parsed.GetValue(output) is { } page ? ResultFile.Prepare(page, ".html", folders) : null);
        });
        return command;
    }

    private static int Run(Screen screen, string[] folders, string? output)
    {
        var reports = Array.ConvertAll(folders, StoredReport.Read);
        var path = output ?? (folders.Length == 1 ? new RunDirectory(folders[0]).Report : ComparisonName);
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
