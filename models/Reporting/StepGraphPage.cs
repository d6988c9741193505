using IlgpuGan.Tensors.Devices.Recording;
using IlgpuGan.Tensors.Formats;
using static IlgpuGan.Models.Reporting.PageParts;

namespace IlgpuGan.Models.Reporting;

/// <summary>
/// Draws recorded steps on a self-contained page: where each value lies in memory and from which kernel call to which, and all calls with
/// what was fused into them.
/// </summary>
internal static class StepGraphPage
{
    private const int Width = 1100;
    private const int Height = 460;
    private const double Megabyte = 1e6;

    /// <summary>Writes the page atomically.</summary>
    /// <param name="title">heading: the workload</param>
    /// <param name="graphs">the recorded steps</param>
    /// <param name="path">of the page</param>
    public static void Write(string title, IReadOnlyList<StepGraph> graphs, string path)
    {
        var html = new StringBuilder();
        Open(html, title);
        foreach (var (i, graph) in graphs.Index())
        {
            var name = graphs.Count == 1 ? "" : $" of recording {i + 1}";
            Facts(html, graph);
            html.Add($"<h2>Memory{name}</h2>");
            Memory(html, graph, $"r{i}");
            html.Add($"<h2>Kernel calls{name}</h2>");
            Calls(html, graph, $"r{i}");
        }

        html.Append("</main></body></html>\n");
        AtomicFile.WriteText(path, html.ToString());
    }

    private static void Facts(StringBuilder html, StepGraph graph)
    {
        var peak = Enumerable.Range(0, graph.Calls.Count)
            .Max(call => graph.Values.Where(v => v.First <= call && call <= v.Last).DistinctBy(v => v.Offset).Sum(v => v.Elements));
        html.Add($"""
            <p>A step is traced as kernel calls on values, fused, placed in memory, and replayed. Weights, optimiser state, inputs and
            outputs have memory of their own and are not drawn.</p>
            <dl class="facts">
            <div><dt>calls as traced</dt><dd>{graph.RecordedCalls}</dd></div>
            <div><dt>calls of a step</dt><dd>{graph.Calls.Count}</dd></div>
            <div><dt>values</dt><dd>{graph.Values.Count}, {Size(graph.Values.Sum(v => v.Elements))} in all</dd></div>
            <div><dt>memory for them</dt><dd>{Size(graph.Elements)}</dd></div>
            <div><dt>needed at once</dt><dd>{Size(peak)}</dd></div>
            </dl>
            """);
    }

    /// <summary>One rectangle for each value: time from left to right, addresses from bottom to top.</summary>
    private static void Memory(StringBuilder html, StepGraph graph, string id)
    {
        var (perCall, perElement) = ((double)Width / graph.Calls.Count, (double)Height / Math.Max(graph.Elements, 1));
        html.Add($"""
            <div class="card"><p class="dim">From left to right the calls of a step, from bottom to top addresses. A value is as wide as the
            time for which it is needed; its colour is the kind of kernel that makes it. Point at one for its maker, readers and form, click
            for its call.</p>
            <p class="legend"><b class="s0">convolution, product</b><b class="s2">norm</b><b class="s3">element by element</b>
            <b class="s7">other</b></p>
            <svg viewBox="0 0 {Width} {Height}" role="img" aria-label="values in memory over the calls of a step">
            """);
        foreach (var (i, value) in graph.Values.Index())
        {
            var maker = graph.Calls[value.First];
            var height = value.Elements * perElement;
            var title = $"value {i}: {Size(value.Elements)}, {value.Form}, made by {Named(value.Makers)}, read by {Named(value.Readers)}";
            html.Add($"""
                <a href="#{id}c{value.First}"><rect class="{Kind(maker.Kernel)}" fill="currentColor" fill-opacity="0.7" stroke="var(--card)"
                 stroke-width="0.3" x="{value.First * perCall:0.##}" y="{Height - (value.Offset * perElement) - height:0.##}"
                 width="{(value.Last - value.First + 1) * perCall:0.##}" height="{height:0.##}"><title>{title}</title></rect></a>
                """);
        }

        html.Append("</svg></div>");

        string Named(IReadOnlyList<int> calls) => calls.Count == 0
            ? "nobody"
            : string.Join(", ", calls.Select(call => $"call {call}, {graph.Calls[call].Kernel}"));
    }

    private static void Calls(StringBuilder html, StepGraph graph, string id)
    {
        html.Append("""
            <div class="card wide" tabindex="0" role="region" aria-label="Calls"><table><tr><th class="number">call</th><th>kernel</th>
            <th>in place of</th><th>by</th><th>reads</th>
            <th>writes</th><th class="number">operations</th><th class="number">memory touched</th></tr>
            """);
        foreach (var (i, call) in graph.Calls.Index())
        {
            var recorded = call.Pass is null ? "" : string.Join(", ", call.Recorded.GroupBy(name => name)
                .Select(names => names.Count() == 1 ? names.Key : $"{names.Count()} × {names.Key}"));
            html.Add($"""
                <tr id="{id}c{i}"><td class="number">{i}</td><td>{Encode(call.Kernel)}</td><td>{Encode(recorded)}</td><td>{call.Pass}</td>
                <td>{Links(call.Reads)}</td><td>{Links(call.Writes)}</td><td class="number">{call.Cost.Flops / 1e6:0.##} MFLOP</td>
                <td class="number">{Size(call.Cost.Bytes / sizeof(float))}</td></tr>
                """);
        }

        html.Append("</table></div>");

        string Links(IReadOnlyList<int> values) => string.Join(
            ", ", values.Select(value => $"<a href=\"#{id}c{graph.Values[value].First}\">{value}</a>"));
    }

    /// <summary>A colour of <c>report.css</c> by the kind of kernel.</summary>
    private static string Kind(string kernel) =>
        kernel.Contains("conv", StringComparison.Ordinal) || kernel == "mat_mul" ? "s0"
        : kernel.Contains("norm", StringComparison.Ordinal) || kernel == "moments" ? "s2"
        : kernel.StartsWith("unary", StringComparison.Ordinal) || kernel is "binary" or "add_scaled" or "chain" or "dropout" ? "s3"
        : "s7";

    private static string Size(long elements)
    {
        var bytes = elements * (double)sizeof(float);
        return bytes >= Megabyte
            ? Invariant.Text($"{bytes / Megabyte:0.##} MB")
            : Invariant.Text($"{bytes / 1e3:0.##} kB");
    }
}
