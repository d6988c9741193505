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
    ];

    public static IReadOnlyList<PageFile> All { get; } = [.. s_files.Select(f => new PageFile(f.Address, f.Type, Read(f.Name)))];

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
