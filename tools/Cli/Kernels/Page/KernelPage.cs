#if !USE_ILGPU_PACKAGES
using System.Globalization;
using System.Net;
using System.Text;
using ILGPU.Backends;
using ILGPU.Runtime.CPU;
using IlgpuGan.Tensors.Devices.Cpu;
using IlgpuGan.Tensors.Devices.Gpu.Measuring;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.Cli.Kernels.Page;

/// <summary>
/// One self-contained page of a kernel: its C# beside what was made of it, line by line, what the simulator counted, and its place under a
/// card's roofline.
/// </summary>
internal static class KernelPage
{
    private const double Giga = 1e9, Tera = 1e12;

    /// <summary>Panes that are open at first: four side by side can still be read.</summary>
    private const int FirstOpen = 4;

    /// <summary>Writes the page in one piece: a reader never sees half of one.</summary>
    /// <exception cref="IOException">the page can't be written</exception>
    public static void Write(KernelPageContent content, string path) => AtomicFile.WriteText(path, Render(content));

    public static string Render(KernelPageContent content)
    {
        var html = new StringBuilder();
        html.Append(CultureInfo.InvariantCulture, $"""
            <!doctype html>
            <html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
            <title>{Encode(content.Name)}</title><style>{Resource("page.css")}</style></head><body><main>
            <h1>{Encode(content.Name)}</h1><p class="dim">{Encode(content.Purpose)}</p><dl>
            """);
        foreach (var (name, value) in content.Facts)
        {
            html.Append(CultureInfo.InvariantCulture, $"<div><dt>{Encode(name)}</dt><dd>{Encode(value)}</dd></div>");
        }

        html.Append("</dl>");
        AppendListings(html, content);
        AppendCounts(html, content);
        html.Append(CultureInfo.InvariantCulture, $"</main><script>{Resource("page.js")}</script></body></html>\n");
        return html.ToString();
    }

    private static void AppendListings(StringBuilder html, KernelPageContent content)
    {
        List<string> titles = ["C#", .. content.Panes.Select(pane => pane.Title)];
        html.Append("""
            <h2>Line by line</h2><p id="keys" class="text">A line that is clicked is marked in every text, together with all that comes from
            the same line of C#. <kbd>J</kbd> and <kbd>K</kbd>, or the arrows, go from line to line of the C#, the number keys open and
            close the texts, <kbd>Esc</kbd> takes the mark away. <b id="chosen" role="status"></b></p><div id="choice">
            """);
        foreach (var (i, title) in titles.Index())
        {
            var isOpen = i < FirstOpen && (i == 0 || content.Panes[i - 1].Missing is null);
            html.Append(
                CultureInfo.InvariantCulture,
                $"<button type=\"button\" aria-pressed=\"{(isOpen ? "true" : "false")}\"><kbd>{i + 1}</kbd> {Encode(title)}</button>");
        }

        html.Append("</div><div id=\"panes\"><section class=\"pane\" id=\"source\"><h3>C#</h3><div class=\"rows\">");
        AppendSource(html, content);
        html.Append("</div></section>");
        foreach (var pane in content.Panes)
        {
            html.Append(
                CultureInfo.InvariantCulture,
                $"<section class=\"pane\" id=\"{pane.Id}\"><h3>{Encode(pane.Title)}</h3><div class=\"rows\">");
            if (pane.Missing is { } why)
            {
                html.Append(CultureInfo.InvariantCulture, $"<p>{Encode(why)}</p>");
            }
            else
            {
                html.Append(CultureInfo.InvariantCulture, $"<ol tabindex=\"0\" aria-label=\"{Encode(pane.Title)}\">");
                foreach (var line in pane.Lines)
                {
                    html.Append(CultureInfo.InvariantCulture, $"<li{Mark(line.Place)}>{Encode(line.Text)}</li>");
                }

                html.Append("</ol>");
            }

            html.Append("</div></section>");
        }

        html.Append("</div>");
    }

    private static void AppendSource(StringBuilder html, KernelPageContent content)
    {
        if (content.Sources.Count == 0)
        {
            html.Append("<p>The assembly has no symbols (a .pdb file beside it), which say where its code comes from.</p>");
        }

        var counts = Counts(content);
        foreach (var source in content.Sources)
        {
            var file = Encode(source.File);
            html.Append(CultureInfo.InvariantCulture, $"<div class=\"file\">{file}{(source.IsThere ? "" : " is not here")}</div>");
            html.Append(CultureInfo.InvariantCulture, $"<ol tabindex=\"0\" aria-label=\"{file}\">");
            foreach (var (i, part) in source.Parts.Index())
            {
                html.Append(i > 0 ? "<li class=\"off\">…</li>" : "");
                foreach (var line in part)
                {
                    html.Append(
                        CultureInfo.InvariantCulture,
                        $"<li{(line.Place is null ? " class=\"off\"" : Mark(line.Place))}><b>{line.Number}</b>{Encode(line.Text ?? "")}" +
                            $"{(line.Place is { } place && counts.TryGetValue(place, out var found) ? Remark(found) : "")}</li>");
                }
            }

            html.Append("</ol>");
        }
    }

    /// <summary>What a line does that costs: behind the line, in the colour of heat.</summary>
    private static string Remark(Totals line)
    {
        List<string> costs = [];
        if (line.GlobalSectors > 0)
        {
            costs.Add($"{Number(line.GlobalSectors)} sectors");
        }

        if (line.BankConflicts > 0)
        {
            costs.Add($"{Number(line.BankConflicts)} bank conflicts");
        }

        if (line.DivergentBranches > 0)
        {
            costs.Add($"{Number(line.DivergentBranches)} divergent branches");
        }

        return costs.Count == 0 ? "" : $"  <i>◂ {string.Join(", ", costs)}</i>";
    }

    private static void AppendCounts(StringBuilder html, KernelPageContent content)
    {
        html.Append("<h2>Counted on the simulator</h2>");
        html.Append(CultureInfo.InvariantCulture, $"<p class=\"text\">{Encode(content.CountsFrom)}</p>");
        if (content.Counts is not { } c)
        {
            return;
        }

        (string, long)[] totals =
        [
            ("instructions", c.Instructions), ("floating-point operations", c.FloatOperations), ("elements read", c.GlobalReads),
            ("elements written", c.GlobalWrites), ("sectors of 32 bytes", c.GlobalSectors),
            ("shared memory accesses", c.SharedReads + c.SharedWrites), ("turns of its banks", c.SharedTurns),
            ("bank conflicts", c.BankConflicts), ("branches of warps", c.Branches), ("divergent branches", c.DivergentBranches),
            ("barriers", c.Barriers),
        ];
        html.Append("<dl>");
        foreach (var (name, value) in totals)
        {
            html.Append(CultureInfo.InvariantCulture, $"<div><dt>{name}</dt><dd>{Number(value)}</dd></div>");
        }

        html.Append("</dl><div class=\"wide\"><table><caption class=\"dim\">By lines of C#, those with most instructions first; the code " +
            "is the one before loops are unrolled.</caption><tr><th scope=\"col\">line");
        string[] titles = ["instructions", "of all", "accesses", "sectors", "shared", "bank conflicts", "branches", "divergent"];
        foreach (var title in titles)
        {
            html.Append(CultureInfo.InvariantCulture, $"<th scope=\"col\">{title}");
        }

        foreach (var (place, line) in Counts(content).OrderByDescending(pair => pair.Value.Instructions))
        {
            html.Append(
                CultureInfo.InvariantCulture,
                $"<tr{Mark(place)}><td>{Encode(place)}<td>{Number(line.Instructions)}<td>{(double)line.Instructions / c.Instructions:P0}" +
                    $"<td>{Number(line.GlobalAccesses)}<td>{Number(line.GlobalSectors)}<td>{Number(line.SharedAccesses)}" +
                    $"<td>{Number(line.BankConflicts)}<td>{Number(line.Branches)}<td>{Number(line.DivergentBranches)}");
        }

        html.Append("</table></div>");
        AppendRoofline(html, content.Name, c);
    }

    /// <summary>The kernel's intensity is counted; how fast it can be at that is a card's on paper.</summary>
    private static void AppendRoofline(StringBuilder html, string name, SimulationCounts counts)
    {
        var card = GpuCard.H200;
        var bytes = counts.GlobalSectors * SimulationCounts.SectorBytes;
        var roof = new Roofline(card.FlopsPerSecond, card.BytesPerSecond);
        html.Append(CultureInfo.InvariantCulture, $"<h2>Under the roofline of an {Encode(card.Name)}</h2><p class=\"text\">");
        if (counts.FloatOperations == 0 || bytes == 0)
        {
            html.Append(bytes == 0 ? "It moves no bytes of buffers" : "It has no floating-point operation");
            html.Append(", so that it has no place there.</p>");
            return;
        }

        var intensity = (double)counts.FloatOperations / bytes;
        var reach = Math.Min(roof.FlopsPerSecond, intensity * roof.BytesPerSecond);
        var bound = reach < roof.FlopsPerSecond ? "its memory" : "its arithmetic";
        html.Append(
            CultureInfo.InvariantCulture,
            $"{Number(counts.FloatOperations)} operations on {Number(bytes)} bytes that warps asked memory for are {intensity:0.00} FLOP " +
                $"a byte. On paper the card does {roof.FlopsPerSecond / Tera:0.#} TFLOP/s and moves {roof.BytesPerSecond / Tera:0.#} " +
                $"TB/s, so that {bound} is the limit: {reach / Giga:0} GFLOP/s. Caches, which are not counted, may lift it.</p>");
        html.Append(RooflineSvg.Draw(roof, [new RooflinePoint(Encode(name), "at best", intensity, reach, IsChosen: true)]));
    }

    /// <summary>By place as listings name them, which have no folders and no methods.</summary>
    private static Dictionary<string, Totals> Counts(KernelPageContent content) =>
        content.Counts is null
            ? []
            : content.Counts.Lines
                .Where(line => line.Place.File is not null)
                .GroupBy(line => ListingLine.PlaceOf(line.Place)!, StringComparer.Ordinal)
                .ToDictionary(place => place.Key, place => Totals.Of([.. place]), StringComparer.Ordinal);

    private static string Mark(string? place) => place is null ? "" : $" data-p=\"{Encode(place)}\"";

    private static string Number(long value) => value.ToString("#,0", CultureInfo.InvariantCulture).Replace(',', '\u202f');

    private static string Encode(string text) => WebUtility.HtmlEncode(text);

    private static string Resource(string name)
    {
        using var stream = typeof(KernelPage).Assembly.GetManifestResourceStream($"IlgpuGan.Cli.Kernels.Page.{name}")
            ?? throw new InvalidOperationException($"the program lacks its resource '{name}'");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>Of the lines of all methods at one place.</summary>
    private sealed record Totals(
        long Instructions, long GlobalAccesses, long GlobalSectors, long SharedAccesses, long BankConflicts, long Branches,
        long DivergentBranches)
    {
        public static Totals Of(IReadOnlyList<LineCounts> lines) => new(
            lines.Sum(line => line.Instructions), lines.Sum(line => line.GlobalAccesses), lines.Sum(line => line.GlobalSectors),
            lines.Sum(line => line.SharedAccesses), lines.Sum(line => line.BankConflicts), lines.Sum(line => line.Branches),
            lines.Sum(line => line.DivergentBranches));
    }
}
#endif
