namespace IlgpuGan.Serve;

/// <summary>The files of the page, embedded in this assembly, with their addresses.</summary>
internal static class PageFiles
{
    private static readonly (string Address, string Name, string Type)[] s_files =
    [
        ("/", "index.html", "text/html; charset=utf-8"),
        ("/page.css", "page.css", "text/css; charset=utf-8"),
        ("/page.js", "page.js", "text/javascript; charset=utf-8"),
        ("/compare.js", "compare.js", "text/javascript; charset=utf-8"),
        ("/data.js", "data.js", "text/javascript; charset=utf-8"),
        ("/drawing.js", "drawing.js", "text/javascript; charset=utf-8"),
        ("/making.js", "making.js", "text/javascript; charset=utf-8"),
        ("/icon.svg", "icon.svg", "image/svg+xml"),
        ("/png.js", "png.js", "text/javascript; charset=utf-8"),
        ("/runs.js", "runs.js", "text/javascript; charset=utf-8"),
        ("/sources.js", "sources.js", "text/javascript; charset=utf-8"),
        ("/storage.js", "storage.js", "text/javascript; charset=utf-8"),
        ("/suiting.js", "suiting.js", "text/javascript; charset=utf-8"),
    ];

    public static IReadOnlyList<PageFile> All { get; } = [.. s_files.Select(f => new PageFile(f.Address, f.Type, Read(f.Name)))];

    /// <summary>The page of a program that has models, and neither runs nor pairs to show.</summary>
    public static IReadOnlyList<PageFile> OfModelsAlone { get; } =
        [.. All.Select(f => f.Address == "/" ? f with { Bytes = WithModelsAlone(f.Bytes) } : f)];

    private static byte[] WithModelsAlone(byte[] page) => Encoding.UTF8.GetBytes(Encoding.UTF8.GetString(page)
        .Replace("<html lang=\"en\">", "<html lang=\"en\" data-parts=\"models\">", StringComparison.Ordinal));

    private static byte[] Read(string name)
    {
        using var stream = typeof(PageFiles).Assembly.GetManifestResourceStream($"IlgpuGan.Serve.Page.{name}")
            ?? throw new InvalidOperationException($"the program lacks its resource '{name}'");
        var bytes = new byte[stream.Length];
        stream.ReadExactly(bytes);
        return bytes;
    }
}

internal sealed record PageFile(string Address, string Type, byte[] Bytes);
