using System.Globalization;
using ILGPU.IR;

namespace ILGPU.Backends;

/// <summary>A line of a kernel's text.</summary>
/// <param name="Text">The line.</param>
/// <param name="Place">The line of C# that it was made from, <c>File.cs:12</c> without folder; null where none is known.</param>
public sealed record ListingLine(string Text, string? Place)
{
    /// <summary>How listings call a line of C#, or null where there are no symbols.</summary>
    public static string? PlaceOf(SourceLocation? location) =>
        location is { File: { } file } ? PlaceOf(file, location.Line) : null;

    public static string PlaceOf(string file, int line) =>
        string.Create(CultureInfo.InvariantCulture, $"{NameOf(file)}:{line}");

    /// <summary>The name of a file; its path may be of another system than this.</summary>
    internal static string NameOf(string file) => file[(file.LastIndexOfAny(['/', '\\']) + 1)..];
}
