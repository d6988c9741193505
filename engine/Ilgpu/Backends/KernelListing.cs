using System.Globalization;
using System.Text;
using System.Text.RegularExpressions;
using ILGPU.IR;

namespace ILGPU.Backends;

/// <summary>Texts of a kernel, line by line with the lines of C# that they were made from.</summary>
public static partial class KernelListing
{
    /// <summary>The IR.</summary>
    public static IReadOnlyList<ListingLine> OfIr(KernelFunction function)
    {
        ArgumentNullException.ThrowIfNull(function);
        return [.. Printer.Lines(function).Select(line => new ListingLine(line.Text, ListingLine.PlaceOf(line.Location)))];
    }

    /// <summary>PTX, or OpenCL C that was compiled with <see cref="KernelRequest.SourceLines"/>: comments name the lines.</summary>
    public static IReadOnlyList<ListingLine> OfText(string text)
    {
        ArgumentNullException.ThrowIfNull(text);
        var lines = new List<ListingLine>();
        string? place = null;
        foreach (var line in Lines(text))
        {
            if (SourceComment().Match(line) is { Success: true } comment)
            {
                place = comment.Groups["place"].Value;
                continue;
            }

            // Where control comes together, nothing says which line the code before it was.
            if (Label().IsMatch(line))
            {
                place = null;
            }

            lines.Add(new ListingLine(line, Statement().IsMatch(line) ? place : null));
        }

        return lines;
    }

    /// <summary>Machine code as NVIDIA's disassembler prints it; with <c>-g</c> it names the lines.</summary>
    public static IReadOnlyList<ListingLine> OfSass(string disassembly)
    {
        ArgumentNullException.ThrowIfNull(disassembly);
        var lines = new List<ListingLine>();
        string? place = null;
        var isBehindPlace = false;
        foreach (var line in Lines(disassembly))
        {
            // Of several in a row the first is the innermost; what the assembler made of its own text's lines says nothing here.
            if (Frame().Match(line) is { Success: true } frame)
            {
                if (!isBehindPlace && !frame.Groups["file"].Value.EndsWith("_ptx_txt", StringComparison.Ordinal))
                {
                    place = ListingLine.PlaceOf(
                        frame.Groups["file"].Value, int.Parse(frame.Groups["line"].ValueSpan, CultureInfo.InvariantCulture));
                    isBehindPlace = true;
                }
            }
            else if (Machine().Match(line) is { Success: true } instruction)
            {
                lines.Add(new ListingLine($"{instruction.Groups["at"].Value}  {instruction.Groups["text"].Value.Trim()}", place));
                isBehindPlace = false;
            }
            else if (JumpTarget().Match(line) is { Success: true } label)
            {
                lines.Add(new ListingLine(label.Value, null));
            }
        }

        return lines;
    }

    /// <summary>The same PTX with directives in place of the comments that name lines, for the assembler to hand on.</summary>
    internal static string WithLineDirectives(string ptx)
    {
        var files = new List<string>();
        var text = new StringBuilder();
        foreach (var line in Lines(ptx))
        {
            if (SourceComment().Match(line) is not { Success: true } comment)
            {
                text.Append(line).Append('\n');
                continue;
            }

            var (file, number) = (comment.Groups["file"].Value, comment.Groups["line"].Value);
            var index = files.IndexOf(file);
            if (index < 0)
            {
                index = files.Count;
                files.Add(file);
            }

            text.Append(CultureInfo.InvariantCulture, $"    .loc {index + 1} {number} 0\n");
        }

        for (var i = 0; i < files.Count; i++)
        {
            text.Append(CultureInfo.InvariantCulture, $".file {i + 1} \"{files[i]}\"\n");
        }

        return text.ToString();
    }

    private static string[] Lines(string text) => text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n');

    [GeneratedRegex(@"^\s*// (?<place>(?<file>[^:""]+):(?<line>\d+))$", RegexOptions.ExplicitCapture)]
    private static partial Regex SourceComment();

    [GeneratedRegex(@"^\S+:")]
    private static partial Regex Label();

    /// <summary>What stands within the kernel and ends as instructions and statements do.</summary>
    [GeneratedRegex(@"^\s.*[;{]$")]
    private static partial Regex Statement();

    [GeneratedRegex(@"^\s*//## File ""(?<file>[^""]*)"", line (?<line>\d+)", RegexOptions.ExplicitCapture)]
    private static partial Regex Frame();

    [GeneratedRegex(@"^\s*/\*(?<at>[0-9a-f]{4,})\*/\s+(?<text>[^;]+);", RegexOptions.ExplicitCapture)]
    private static partial Regex Machine();

    [GeneratedRegex(@"^\.L_\w+:")]
    private static partial Regex JumpTarget();
}
