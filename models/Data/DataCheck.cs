using System.Collections.Concurrent;

namespace IlgpuGan.Models.Data;

/// <summary>Decodes and preprocesses files to find unusable ones before training starts.</summary>
internal static class DataCheck
{
    /// <summary>A file, and a message about its error, which names the file.</summary>
    public readonly record struct Problem(string File, string Message);

    /// <summary>Problems in the order of the files; empty if all files can be used.</summary>
    /// <param name="source">a data set</param>
    /// <param name="atMost">number of files to check, from the first on</param>
    /// <param name="cancellation">ends the check</param>
    /// <exception cref="OperationCanceledException">it was cancelled</exception>
    public static IReadOnlyList<Problem> Run(
        SampleSource source, int atMost = int.MaxValue, CancellationToken cancellation = default)
    {
        var files = source.Files;
        var problems = new string?[Math.Min(files.Count, atMost)];
        Parallel.For(0, problems.Length, new ParallelOptions { CancellationToken = cancellation }, i =>
        {
            try
            {
                source.CheckFile(i);
            }
            catch (PictureException e)
            {
                problems[i] = e.Message;
            }
        });
        return [.. problems.Select((message, i) => new Problem(files[i], message ?? "")).Where(p => p.Message.Length > 0)];
    }

    /// <summary>Checks that files can be used. <see cref="PictureRemarks"/> hears each remark once, with the number of its files.</summary>
    /// <exception cref="PictureException">a file can't be used; the message names the first one and how many more there are</exception>
    /// <exception cref="OperationCanceledException">the check was cancelled</exception>
    public static void Require(SampleSource source, int atMost = int.MaxValue, CancellationToken cancellation = default)
    {
        var heard = new ConcurrentQueue<(string File, string Remark)>();
        IReadOnlyList<Problem> problems;
        using (PictureRemarks.Listen((file, remark) => heard.Enqueue((file, remark))))
        {
            problems = Run(source, atMost, cancellation);
        }

        foreach (var (files, remark) in PictureRemarks.Grouped(heard.OrderBy(r => r.File, PathOrder.Here)))
        {
            PictureRemarks.Add(files, remark);
        }

        if (problems.Count > 0)
        {
            var others = problems.Count > 1
                ? $" ({problems.Count - 1} more file{(problems.Count > 2 ? "s" : "")} can't be used either)"
                : "";
            throw new PictureException(problems[0].Message + others);
        }
    }
}
