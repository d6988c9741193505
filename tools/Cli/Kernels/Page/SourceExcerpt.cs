#if !USE_ILGPU_PACKAGES
using ILGPU.Backends;
using ILGPU.IR;

namespace IlgpuGan.Cli.Kernels.Page;

/// <summary>A line of C#.</summary>
/// <param name="Number">from 1</param>
/// <param name="Text">null where the file isn't there</param>
/// <param name="Place">as listings call it; null where the kernel has nothing of it</param>
internal sealed record SourceLine(int Number, string? Text, string? Place);

/// <summary>
/// The parts of a file that a kernel was made from: its methods, with a few lines before each, and what lies between left out.
/// </summary>
/// <param name="File">its path when it was compiled</param>
/// <param name="Parts">runs of lines</param>
internal sealed record SourceExcerpt(string File, IReadOnlyList<IReadOnlyList<SourceLine>> Parts)
{
    /// <summary>Lines shown before the first that does anything: the head of a method.</summary>
    private const int Before = 3;

    /// <summary>Lines shown after the last.</summary>
    private const int After = 1;

    /// <summary>Whether the file was found; if not, its lines have numbers alone.</summary>
    public bool IsThere => Parts.Any(part => part.Any(line => line.Text is not null));

    /// <summary>All source of a kernel: the kernel's own file first, then those of what it calls, in their order.</summary>
    public static IReadOnlyList<SourceExcerpt> Of(KernelFunction function)
    {
        var locations =
            Printer.Lines(function).SelectMany(line => Chain(line.Location)).Where(location => location.File is not null).ToList();
        var first = locations.Find(location => location.InlinedAt is null)?.File;
        return [.. locations.GroupBy(location => location.File!, StringComparer.Ordinal)
            .OrderByDescending(file => file.Key == first)
            .Select(file => Of(file.Key, [.. file]))];
    }

    private static IEnumerable<SourceLocation> Chain(SourceLocation? location)
    {
        for (; location is not null; location = location.InlinedAt)
        {
            yield return location;
        }
    }

    private static SourceExcerpt Of(string file, List<SourceLocation> locations)
    {
        var text = Read(file);
        var own = locations.Select(location => location.Line).ToHashSet();
        var shown = new SortedSet<int>();
        foreach (var method in locations.GroupBy(location => location.Method, StringComparer.Ordinal))
        {
            var (from, to) = (method.Min(location => location.Line), method.Max(location => location.Line));
            shown.UnionWith(Enumerable.Range(from - Before, to - from + 1 + Before + After));
        }

        shown.RemoveWhere(number => text is null ? !own.Contains(number) : number < 1 || number > text.Length);
        var parts = new List<List<SourceLine>>();
        foreach (var number in shown)
        {
            if (parts.Count == 0 || parts[^1][^1].Number != number - 1)
            {
                parts.Add([]);
            }

            parts[^1].Add(new SourceLine(number, text?[number - 1], own.Contains(number) ? ListingLine.PlaceOf(file, number) : null));
        }

        return new SourceExcerpt(file, parts);
    }

    /// <summary>Null where it can't be read: symbols name the place where the assembly was built, which may be another machine.</summary>
    private static string[]? Read(string file)
    {
        try
        {
            return System.IO.File.Exists(file) ? System.IO.File.ReadAllLines(file) : null;
        }
        catch (Exception problem) when (problem is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
#endif
