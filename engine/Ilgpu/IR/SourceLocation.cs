namespace ILGPU.IR;

/// <summary>A line of C#, and the call that brought it into the kernel.</summary>
public sealed record SourceLocation(string? File, int Line, string Method, SourceLocation? InlinedAt)
{
    /// <summary>`File.cs:12`, or the method's name where there are no symbols.</summary>
    public override string ToString() => File is null ? Method : $"{File}:{Line}";

    /// <summary>The location and every call above it, innermost first.</summary>
    public string Chain()
    {
        var text = $"{ToString()} in {Method}";
        for (var caller = InlinedAt; caller is not null; caller = caller.InlinedAt)
        {
            text += $", called at {caller} in {caller.Method}";
        }

        return text;
    }
}
