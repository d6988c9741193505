using IlgpuGan.Models.Data;
using static System.Net.WebUtility;

namespace IlgpuGan.Docs;

/// <summary>
/// The repository's pages as a static site: a page for each Markdown file with its pictures, a page for each source file that is linked to,
/// and the API reference. Broken links are reported.
/// </summary>
internal sealed class Site
{
    private const string StyleName = "site.css";
    private const string ListName = "pages.html";

    /// <summary>Pages that every page links to.</summary>
    private static readonly (string Page, string Text)[] s_mainPages =
        [("models/from-photos-to-a-page.md", "Tutorial"), ("models/guide.md", "Guide"), ("models/using-the-library.md", "Library"),
            ("engine/Tensors/Devices/Gpu/README.md", "Course")];

    /// <summary>Fewest headings of the second level for which a page has contents beside it.</summary>
    private const int FewestForContents = 3;

    /// <summary>Where the workflows are, seen from the first page: their badge means nothing elsewhere.</summary>
    private const string OfGitHub = "../../actions/";

    /// <summary>Hides the pages that lack one of the words.</summary>
    private const string Search = """
        <script>
        document.querySelector("input").oninput = e => {
          const words = e.target.value.toLowerCase().split(/\s+/);
          for (const page of document.querySelectorAll("li[data-text]"))
            page.hidden = !words.every(word => page.dataset.text.includes(word));
        };
        </script>
        """;

    /// <summary>Extensions of files that are copied unchanged.</summary>
    private static readonly string[] s_pictures = [".png", ".svg", ".jpg", ".jpeg", ".webp", ".gif"];

    /// <summary>Skipped folders: build output, downloads, runs and test data.</summary>
    private static readonly string[] s_skipped =
        ["bin", "obj", "artifacts", "node_modules", "runs", "demo", "fixtures", "TestResults", "BenchmarkDotNet.Artifacts"];

    private readonly string _root;
    private readonly SortedDictionary<string, Page> _pages = new(StringComparer.Ordinal);
    private readonly SortedSet<string> _files = new(StringComparer.Ordinal);
    private readonly List<(string Page, string Target, string Anchor)> _anchored = [];
    private readonly List<string> _problems = [];

    /// <summary>The links at the top of every page.</summary>
    private readonly List<(string Address, string Text)> _navigation = [("index.html", "IlgpuGan")];

    private readonly LibraryReference? _reference;

    /// <param name="root">the top of the repository</param>
    /// <param name="reference">the API reference; null for none</param>
    public Site(string root, LibraryReference? reference = null)
    {
        _reference = reference;
        _root = Path.GetFullPath(root);
        var pages = PagesIn(new DirectoryInfo(_root)).Select(Relative).ToHashSet();
        foreach (var page in pages.Order(StringComparer.Ordinal))
        {
            _pages.Add(page, new Page(File.ReadAllText(InRoot(page)), target => Linked(page, target, pages)));
        }

        _navigation.AddRange(s_mainPages.Where(main => _pages.ContainsKey(main.Page)).Select(main => (AddressOf(main.Page), main.Text)));

        if (reference is not null)
        {
            _navigation.Add((LibraryReference.Start, "Reference"));
        }

        _navigation.Add((ListName, "All pages"));
        foreach (var (page, target, anchor) in _anchored)
        {
            if (_pages.TryGetValue(target, out var there) && there.Headings.All(h => h.Anchor != anchor))
            {
                _problems.Add($"{page}: links to {target}#{anchor}, and there is no such heading");
            }
        }
    }

    /// <summary>Problems of the pages, one sentence each, beginning with the page.</summary>
    public IReadOnlyList<string> Problems => _problems;

    /// <summary>Writes all pages and their pictures into a folder.</summary>
    public void Write(string folder)
    {
        foreach (var (page, text) in _pages)
        {
            WriteText(folder, AddressOf(page), Html(AddressOf(page), TitleOf(page, text), text.Html, ContentsOf(text)));
        }

        foreach (var file in _files)
        {
            if (IsPicture(file))
            {
                var to = Path.Combine(folder, file);
                Directory.CreateDirectory(Path.GetDirectoryName(to)!);
                File.Copy(InRoot(file), to, overwrite: true);
            }
            else
            {
                var code = HtmlEncode(File.ReadAllText(InRoot(file)));
                var shown = $"<h1>{HtmlEncode(file)}</h1>\n<pre><code>{code}</code></pre>";
                WriteText(folder, AddressOf(file), Html(AddressOf(file), file, shown));
            }
        }

        foreach (var (address, title, body) in _reference?.Pages() ?? [])
        {
            WriteText(folder, address, Html(address, title, body));
        }

        WriteText(folder, ListName, Html(ListName, "All pages", ListOfPages()));
        using var style = new StreamReader(typeof(Site).Assembly.GetManifestResourceStream("IlgpuGan.Docs.site.css")!);
        WriteText(folder, StyleName, style.ReadToEnd());
    }

    private static IEnumerable<string> PagesIn(DirectoryInfo folder) =>
        folder.EnumerateFiles("*.md").Select(f => f.FullName).Concat(
            folder.EnumerateDirectories().Where(d => d.Name[0] != '.' && !s_skipped.Contains(d.Name) && d.LinkTarget is null)
                .SelectMany(PagesIn));

    /// <summary>The address of a link in HTML; adds its target to the site. Null for a page of GitHub beside the repository.</summary>
    private string? Linked(string page, string target, HashSet<string> pages)
    {
        if (page == "README.md" && target.StartsWith(OfGitHub, StringComparison.Ordinal))
        {
            return null;
        }

        if (target.StartsWith("https://", StringComparison.Ordinal) || target.StartsWith("http://", StringComparison.Ordinal))
        {
            return target;
        }

        var cut = target.IndexOf('#');
        var (path, anchor) = cut < 0 ? (target, (string?)null) : (target[..cut], target[(cut + 1)..]);
        var file = path.Length == 0 ? page : Relative(Path.Combine(_root, Path.GetDirectoryName(page)!, path));
        if (Directory.Exists(InRoot(file)))
        {
            file = file == "." ? "README.md" : $"{file}/README.md";
        }

        if (file.StartsWith("..", StringComparison.Ordinal) || !File.Exists(InRoot(file)))
        {
            _problems.Add($"{page}: links to {target}, and there is no {file}");
            return target;
        }

        if (anchor is not null)
        {
            _anchored.Add((page, file, anchor));
        }

        if (!pages.Contains(file))
        {
            _files.Add(file);
        }

        return path.Length == 0 ? target : FromTo(AddressOf(page), AddressOf(file)) + (anchor is null ? "" : "#" + anchor);
    }

    private string ListOfPages()
    {
        var html = new StringBuilder("<h1>All pages</h1>\n<input type=\"search\" placeholder=\"search in all of them\" autofocus>\n<ul>\n");
        foreach (var (page, text) in _pages)
        {
            html.Append($"<li data-text=\"{HtmlEncode(text.Text.ToLowerInvariant())}\"><a href=\"{AddressOf(page)}\">");
            html.Append($"{HtmlEncode(TitleOf(page, text))}</a> <code>{page}</code></li>\n");
        }

        return html.Append("</ul>\n").Append(Search).ToString();
    }

    /// <summary>Links to the headings of the first three levels, for the margin of a long page; empty for a short one.</summary>
    private static string ContentsOf(Page text)
    {
        var headings = text.Headings.Skip(1).Where(h => h.Level <= 3).ToList();
        return headings.Count(h => h.Level <= 2) < FewestForContents ? ""
            : "<aside>\n<h2>On this page</h2>\n" + string.Concat(headings.Select(
                h => $"<a class=\"level{h.Level}\" href=\"#{HtmlEncode(h.Anchor)}\">{HtmlEncode(h.Text)}</a>\n")) + "</aside>\n";
    }

    /// <summary>All pages by their top folder, for the margin of each; the folder of the page itself is open.</summary>
    private string SidebarOf(string address)
    {
        var html = new StringBuilder("<nav class=\"pages\" aria-label=\"All pages\">\n");
        foreach (var folder in _pages.GroupBy(page => page.Key.Contains('/') ? page.Key[..page.Key.IndexOf('/')] : "start"))
        {
            var isOpen = folder.Any(page => AddressOf(page.Key) == address);
            html.Add($"<details{(isOpen ? " open" : "")}><summary>{folder.Key}</summary>\n");
            foreach (var (page, text) in folder.OrderBy(page => page.Key.Count(c => c == '/')))
            {
                var to = AddressOf(page);
                var current = to == address ? " aria-current=\"page\"" : "";
                html.Add($"<a href=\"{FromTo(address, to)}\"{current}>{HtmlEncode(TitleOf(page, text))}</a>\n");
            }

            html.Append("</details>\n");
        }

        return html.Append("</nav>\n").ToString();
    }

    private static string TitleOf(string page, Page text) => text.Headings.Count > 0 ? text.Headings[0].Text : page;

    /// <summary>The address on the site of a file in the repository.</summary>
    private static string AddressOf(string file) =>
        IsPicture(file) ? file
        : !file.EndsWith(".md", StringComparison.Ordinal) ? file + ".html"
        : Path.GetFileName(file) == "README.md" ? file[..^"README.md".Length] + "index.html"
        : Path.ChangeExtension(file, ".html");

    private static bool IsPicture(string file) => s_pictures.Contains(Path.GetExtension(file));

    /// <summary>Wraps a page's body in the common frame.</summary>
    /// <param name="address">the page's address on the site</param>
    /// <param name="title">the page's title</param>
    /// <param name="body">the page's own HTML</param>
    /// <param name="contents">what stands beside it: <see cref="ContentsOf"/></param>
    private string Html(string address, string title, string body, string contents = "")
    {
        var navigation = string.Concat(
            _navigation.Select(link => $"<a href=\"{FromTo(address, link.Address)}\">{link.Text}</a>\n"));
        return $"""
            <!DOCTYPE html>
            <html lang="en">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{HtmlEncode(title)}</title>
            <link rel="stylesheet" href="{FromTo(address, StyleName)}">
            </head>
            <body>
            <nav class="top">
            {navigation}</nav>
            <div class="columns">
            <main>
            {body}
            </main>
            {contents}{SidebarOf(address)}</div>
            </body>
            </html>

            """;
    }

    private static string FromTo(string page, string target) =>
        Path.GetRelativePath(Path.Combine("/", Path.GetDirectoryName(page)!), Path.Combine("/", target)).Replace('\\', '/');

    private string InRoot(string file) => Path.Combine(_root, file);

    private string Relative(string path) => Path.GetRelativePath(_root, Path.GetFullPath(path)).Replace('\\', '/');

    private static void WriteText(string folder, string address, string text)
    {
        var file = Path.Combine(folder, address);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        File.WriteAllText(file, text);
    }
}
