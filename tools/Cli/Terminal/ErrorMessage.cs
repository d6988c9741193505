namespace IlgpuGan.Cli.Terminal;

/// <summary>The message of an exception for users: one paragraph, without a stack trace.</summary>
internal static class ErrorMessage
{
    public static string Of(Exception problem) => problem switch
    {
        // Parallel work usually fails for one reason.
        AggregateException { InnerExceptions: [var first, ..] } => Of(first),
        OutOfMemoryException => "Out of memory. Use a smaller batch, smaller pictures or a smaller network.",
        UnauthorizedAccessException => $"{problem.Message} Check its permissions, or choose another folder.",
        _ => problem.Message,
    };
}
