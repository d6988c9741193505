namespace IlgpuGan.Models.Data;

/// <summary>Decodes and preprocesses files to find those that can't be used, before hours of training do.</summary>
public static class DataCheck
{
    /// <summary>A file, and a sentence about its error (which names the file).</summary>
    public readonly record struct Problem(string File, string Message);

    /// <summary>Problems in the order of the files; none if all is well.</summary>
    /// <param name="source">a data set</param>
    /// <param name="atMost">number of files to check, the first ones</param>
    public static IReadOnlyList<Problem> Run(SampleSource source, int atMost = int.MaxValue)
    {
        var files = source.Files;
        var problems = new string?[Math.Min(files.Count, atMost)];
        Parallel.For(0, problems.Length, i =>
        {
            try
            {
                source.CheckFile(i);
            }
            catch (DataException e)
            {
                problems[i] = e.Message;
            }
        });
        return [.. problems.Select((message, i) => new Problem(files[i], message ?? "")).Where(p => p.Message.Length > 0)];
    }

    /// <exception cref="DataException">names the first file that can't be used, and how many more there are</exception>
    public static void Require(SampleSource source, int atMost = int.MaxValue)
    {
        var problems = Run(source, atMost);
        if (problems.Count > 0)
        {
            var others = problems.Count > 1
                ? $" ({problems.Count - 1} more file{(problems.Count > 2 ? "s" : "")} can't be used either)"
                : "";
            throw new DataException(problems[0].Message + others);
        }
    }
}
