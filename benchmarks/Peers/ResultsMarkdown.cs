using IlgpuGan.Models.Data;

namespace IlgpuGan.Benchmarks.Peers;

/// <summary>Writes <see cref="Results"/> as a Markdown page.</summary>
internal static class ResultsMarkdown
{
    /// <summary>The first heading of the part that is written by hand; that part goes to the end of the page.</summary>
    private const string OwnPart = "\n## Serving\n";

    /// <summary>The handwritten part of an earlier page; empty if there is none.</summary>
    public static string PartToKeep(string earlier, string heading = OwnPart) =>
        earlier.IndexOf(heading, StringComparison.Ordinal) is >= 0 and var start ? earlier[start..] : "";

    /// <param name="results">what was measured</param>
    /// <param name="picture">file name of the chart beside the page</param>
    public static string Write(Results results, string picture)
    {
        string[] peers = [.. results.Rows.SelectMany(r => r.Entries.Skip(1)).Select(e => e.Name).Distinct()];
        var page = new StringBuilder();
        Heading(page, results, picture);
        Times(page, results);
        Peers(page, results, peers);
        Memory(page, results, peers);
        Scaling(page, results);
        Allocations(page, results);
        if (results.Notes.Count > 0)
        {
            page.Append("\n## Notes\n\n");
            foreach (var note in results.Notes)
            {
                page.Add($"- {note}\n");
            }
        }

        return page.ToString();
    }

    private static void Heading(StringBuilder page, Results results, string picture)
    {
        page.Add($"""
            # IlgpuGan beside its peers

            Written by `dotnet run -c Release --project benchmarks -- {results.Arguments}` on {results.Date:yyyy-MM-dd HH:mm} UTC, in
            {results.Minutes:0.0} minutes. All took turns on one machine, each measurement a process of its own; the same numbers are in
            `RESULTS.json`. Compare within this page only. Steps on a GPU, beside PyTorch: [GPU.md](GPU.md).

            - IlgpuGan {results.Version}
            - {results.Machine}

            """);
        foreach (var peak in results.Machine.Peaks)
        {
            page.Add(
                $"- {Threads(peak.Threads)} of it: {peak.Gflops:0} GFLOP/s in multiply-adds that wait for nothing, {peak.CopyGbs:0} GB/s " +
                    $"copying\n");
        }

        if (results.Machine.LoadBefore is { } load)
        {
            page.Add($"- load when it began: {load:0.0}{(load > 0.7 ? " (**not quiet**: other programs were running)" : "")}\n");
        }

        foreach (var setting in results.Settings)
        {
            page.Add($"- {setting.Name}: {setting.Value}\n");
        }

        page.Add($"\n![how many times as fast as each peer]({picture})\n");
    }

    private static void Times(StringBuilder page, Results results)
    {
        page.Append("""

            ## Time

            Seconds, minimum / median of all steps. Beside us the fastest peer of all that compute in float32 as we do, with the settings
            that a scan found to be its fastest, and PyTorch's bfloat16 autocast, which computes in fewer bits. *Faster by* is the peer's
            time over ours, of the minima / of the medians: below 1 we lose. *Timed* is how many processes of each there were, times the
            steps that each timed: a median of few steps says little.


            """);
        page.Append("| work | threads | timed | IlgpuGan | fastest float32 peer | its time | faster by | bf16 | faster by " +
            "|\n|---|---|---|---|---|---|---|---|---|\n");
        foreach (var row in results.Rows)
        {
            page.Add($"| {row.Work} | {row.Threads} | {Timed(row.Entries[0])} | {Seconds(row.Entries[0])} |");
            page.Append(
                row.Best is { } best ? $" {best.Title} | {Seconds(best)} | {Factor(Ratio.Of(row.Entries[0], best))} |" : " – | – | – |");
            page.Append(row.Reduced is { } reduced ? $" {Seconds(reduced)} | {Factor(Ratio.Of(row.Entries[0], reduced))} |" : " – | – |");
            page.Append('\n');
        }

        string[] lost = [.. results.Rows.SelectMany(
            row => row.Ratios.Where(Lost).Select(r => $"{row.Work}, {Threads(row.Threads)}: {r.Peer} is ahead"))];
        page.Append(lost.Length == 0 ? "\nNo row is lost.\n" : $"\nLost: {string.Join("; ", lost)}.\n");
    }

    private static void Peers(StringBuilder page, Results results, string[] peers)
    {
        if (peers.Length == 0)
        {
            return;
        }

        page.Append("\n## Every peer\n\nSeconds, minimum / median, with the settings that were fastest.\n\n");
        page.Add($"| work | threads |{string.Concat(peers.Select(p => $" {p} |"))}\n|---|---|{string.Concat(peers.Select(_ => "---|"))}\n");
        foreach (var row in results.Rows)
        {
            page.Add($"| {row.Work} | {row.Threads} |");
            foreach (var peer in peers)
            {
                page.Append(
                    row.EntryOf(peer) is { } entry ? $" {Seconds(entry)}{(entry.Way.Length > 0 ? $" {entry.Way}" : "")} |" : " – |");
            }

            page.Append('\n');
        }
    }

    private static void Memory(StringBuilder page, Results results, string[] peers)
    {
        ResultRow[] rows = [.. results.Rows.Where(r => r.Ratios.Any(ratio => ratio.Memory is not null))];
        if (rows.Length == 0)
        {
            return;
        }

        page.Append("\n## Memory\n\nMost resident memory of a process in 10⁶ bytes, and ours as a part of the peer's.\n\n");
        page.Add($"| work | threads | IlgpuGan |{string.Concat(peers.Select(p => $" {p} |"))}\n");
        page.Add($"|---|---|---|{string.Concat(peers.Select(_ => "---|"))}\n");
        foreach (var row in rows)
        {
            page.Add($"| {row.Work} | {row.Threads} | {row.Entries[0].PeakMb:0} |");
            foreach (var peer in peers)
            {
                var entry = row.EntryOf(peer);
                page.Append(entry?.PeakMb is { } peak
                    ? Invariant.Text($" {peak:0} ({Ratio.Of(row.Entries[0], entry).Memory:0.00}×) |")
                    : " – |");
            }

            page.Append('\n');
        }
    }

    private static void Scaling(StringBuilder page, Results results)
    {
        var works = results.Rows.GroupBy(r => r.Work).Where(g => g.Select(r => r.Threads).Distinct().Count() > 1).ToList();
        if (works.Count == 0)
        {
            return;
        }

        page.Append("""

            ## Threads

            Time on the fewest threads over time on the most, of the minima / of the medians. The processes that are compared ran one right
            after the other.


            """);
        string[] names = [.. results.Rows.SelectMany(r => r.Entries).Select(e => e.Name).Distinct()];
        page.Add($"| work | threads |{string.Concat(names.Select(n => $" {n} |"))}\n|---|---|{string.Concat(names.Select(_ => "---|"))}\n");
        foreach (var work in works)
        {
            var (few, many) = (work.MinBy(r => r.Threads)!, work.MaxBy(r => r.Threads)!);
            page.Add($"| {work.Key} | {few.Threads} → {many.Threads} |");
            foreach (var name in names)
            {
                page.Append(few.EntryOf(name) is { } slow && many.EntryOf(name) is { } fast
                    ? Invariant.Text($" {slow.MinS / fast.MinS:0.00}× / {slow.MedianS / fast.MedianS:0.00}× |")
                    : " – |");
            }

            page.Append('\n');
        }
    }

    private static void Allocations(StringBuilder page, Results results)
    {
        ResultRow[] rows = [.. results.Rows.Where(r => r.Entries[0].NewBuffers is not null)];
        if (rows.Length == 0)
        {
            return;
        }

        page.Append("\n## Allocations of IlgpuGan after the first steps\n\n| work | threads | tensor buffers in all timed steps | " +
            "managed memory a step, KB |\n|---|---|---|---|\n");
        foreach (var row in rows)
        {
            page.Add($"| {row.Work} | {row.Threads} | {row.Entries[0].NewBuffers} | {row.Entries[0].ManagedKbPerStep:0.0} |\n");
        }
    }

    private static bool Lost(Ratio ratio) => ratio.Min < 1 || ratio.Median < 1;

    private static string Factor(Ratio ratio)
    {
        var text = Invariant.Text($"{ratio.Min:0.00}× / {ratio.Median:0.00}×");
        return Lost(ratio) ? $"**{text}, slower**" : text;
    }

    private static string Seconds(Entry entry) =>
        Invariant.Text($"{entry.MinS:0.000} / {entry.MedianS:0.000}");

    private static string Timed(Entry entry) =>
        Invariant.Text($"{entry.Processes} × {entry.TimesS.Count / entry.Processes}");

    private static string Threads(int count) => Counted.Of(count, "thread");
}
