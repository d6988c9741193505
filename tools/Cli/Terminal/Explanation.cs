namespace IlgpuGan.Cli.Terminal;

/// <summary>One paragraph for a person who has never seen the source.</summary>
internal static class Explanation
{
    public static string Of(Exception problem) => problem switch
    {
        // Work side by side that failed at once, as a rule for one reason.
        AggregateException { InnerExceptions: [var first, ..] } => Of(first),
        OutOfMemoryException => "Out of memory. Use a smaller batch, smaller pictures or a smaller network.",
        UnauthorizedAccessException => $"{problem.Message} Check its permissions, or choose another folder.",
        _ => problem.Message,
    };
}
