using System.Diagnostics;
using IlgpuGan.Tensors.Devices.Cpu;

namespace IlgpuGan.Models.Measuring;

/// <summary>The time of one step by ops, with several summaries.</summary>
/// <param name="Timings">ops in execution order</param>
/// <param name="Start">start of the step, a <see cref="Stopwatch"/> timestamp</param>
/// <param name="Elapsed">time of the whole step, including the gaps between ops</param>
/// <param name="Roofline">the machine's roofline; null if unknown</param>
internal sealed record StepProfile(IReadOnlyList<OpTiming> Timings, long Start, TimeSpan Elapsed, Roofline? Roofline)
{
    /// <summary>Most rows of a table; the rest is summed in one row.</summary>
    private const int MostRows = 48;

    /// <summary>This rank's exchanges with others, if several share the step.</summary>
    public IReadOnlyList<ExchangeTiming> Exchanges { get; init; } = [];

    /// <summary>Total time of exchanges, and the part that overlapped ops.</summary>
    public (TimeSpan All, TimeSpan Hidden) ExchangeTimes()
    {
        var (all, hidden) = (0L, 0L);
        foreach (var exchange in Exchanges)
        {
            var end = End(exchange.Start, exchange.Elapsed);
            all += end - exchange.Start;

            // Ops of a step don't overlap each other.
            hidden += Timings.Sum(op => Math.Max(Math.Min(End(op.Start, op.Elapsed), end) - Math.Max(op.Start, exchange.Start), 0));
        }

        return (Stopwatch.GetElapsedTime(0, all), Stopwatch.GetElapsedTime(0, hidden));

        static long End(long start, TimeSpan elapsed) => start + (long)(elapsed.TotalSeconds * Stopwatch.Frequency);
    }

    /// <summary>Profiles a few steps and keeps the fastest, which was least disturbed by other programs.</summary>
    public static StepProfile Measure(
        Action step, IReadOnlyDictionary<object, string> layers, Device device, Roofline? roofline, int steps = 3)
    {
        StepProfile? best = null;
        for (var i = 0; i < steps; i++)
        {
            using var profile = OpProfile.Start(layers, device);
            var start = Stopwatch.GetTimestamp();
            step();
            var elapsed = Stopwatch.GetElapsedTime(start);
            best = best is null || elapsed < best.Elapsed ? new StepProfile(profile.Timings, start, elapsed, roofline)
            {
                Exchanges = profile.Exchanges,
            } : best;
        }

        return best!;
    }

    /// <summary>One row per op type, the most expensive first.</summary>
    public IReadOnlyList<ProfileRow> ByOp() => Sum(t => (t.Name, "", "", null));

    /// <summary>One row per op, layer and shape, the most expensive first.</summary>
    public IReadOnlyList<ProfileRow> ByLayer() => Sum(t => (t.Name, t.Layer, t.Shapes, t.Algorithm));

    /// <summary>Both tables as lines of text.</summary>
    public IEnumerable<string> Lines()
    {
        if (Roofline is { } peak)
        {
            yield return $"this machine: {Number(peak.FlopsPerSecond / 1e9)} GFLOP/s, {Number(peak.BytesPerSecond / 1e9)} GB/s copied; " +
                "roofline: least time at those rates over time taken (above 100 % by caches or by Winograd's saving)";
        }

        if (Exchanges.Count > 0)
        {
            var (all, hidden) = ExchangeTimes();
            yield return Invariant.Text(
                $"exchanges with other processes: {Exchanges.Count}, {Exchanges.Sum(e => e.Bytes) / 1e6:0.00} MB sent, " +
                    $"{all.TotalMilliseconds:0.0} ms, {hidden.TotalMilliseconds:0.0} ms of them while ops ran");
        }

        foreach (var line in Table("op", ByOp(), row => row.Op).Concat(Table("op and layer", ByLayer(), Describe)))
        {
            yield return line;
        }
    }

    private static string Describe(ProfileRow row) =>
        $"{row.Op,-24} {row.Layer}  {row.Shapes}{(row.Algorithm is null ? "" : $"  by {row.Algorithm}")}";

    private IEnumerable<string> Table(string title, IReadOnlyList<ProfileRow> rows, Func<ProfileRow, string> describe)
    {
        yield return "";
        yield return $"{"calls",6} {"ms",9} {"share",7} {"GFLOP",8} {"MB",8} {"GFLOP/s",8} {"GB/s",7} {"roofline",8}  {title}";
        foreach (var row in rows.Take(MostRows))
        {
            var seconds = row.Elapsed.TotalSeconds;
            var rates = row.Cost.Bytes == 0
                ? $"{"",8} {"",7} {"",8}" // A view moves no data.
                : Invariant.Text($"{row.Cost.Flops / seconds / 1e9,8:0.0} {row.Cost.Bytes / seconds / 1e9,7:0.0} {row.RooflineShare,8:P0}");
            yield return Invariant.Text(
                $"{row.Calls,6} {seconds * 1e3,9:0.000} {row.Elapsed / Elapsed,7:P1} {row.Cost.Flops / 1e9,8:0.000} " +
                    $"{row.Cost.Bytes / 1e6,8:0.0} {rates}  {describe(row)}");
        }

        var ops = TimeSpan.FromTicks(rows.Sum(r => r.Elapsed.Ticks));
        if (rows.Count > MostRows)
        {
            var rest = TimeSpan.FromTicks(rows.Skip(MostRows).Sum(r => r.Elapsed.Ticks));
            yield return Sums(rows.Skip(MostRows).Sum(r => r.Calls), rest, $"{rows.Count - MostRows} smaller rows");
        }

        yield return Sums(Timings.Count, ops, "all ops");
        yield return Sums(0, Elapsed - ops, "between the ops: gradients added up, graph, losses read back");
    }

    private string Sums(int calls, TimeSpan elapsed, string name) => Invariant.Text(
        $"{(calls == 0 ? (object)"" : calls),6} {elapsed.TotalMilliseconds,9:0.000} {elapsed / Elapsed,7:P1} {"",43}  {name}");

    private List<ProfileRow> Sum(Func<OpTiming, (string Op, string Layer, string Shapes, string? Algorithm)> key) =>
    [
        .. Timings.GroupBy(key).Select(group =>
        {
            var cost = new OpCost(group.Sum(t => t.Cost.Flops), group.Sum(t => t.Cost.Bytes));
            var elapsed = TimeSpan.FromTicks(group.Sum(t => t.Elapsed.Ticks));

            // The sum of the least times, not the least time of the sums: some ops of a group may be compute-bound, others memory-bound.
            double? share = Roofline is { } peak && elapsed > TimeSpan.Zero
                ? group.Sum(t => peak.LeastTime(t.Cost).TotalSeconds) / elapsed.TotalSeconds
                : null;
            return new ProfileRow(
                group.Key.Op, group.Key.Layer, group.Key.Shapes, group.Count(), elapsed, cost, share, group.Key.Algorithm);
        }).OrderByDescending(row => row.Elapsed),
    ];

    private static string Number(double value) => value.ToString("0.#", CultureInfo.InvariantCulture);
}

/// <summary>A sum over ops of a step.</summary>
/// <param name="Op">op name</param>
/// <param name="Layer">state-dict name of the module; empty if layers are summed</param>
/// <param name="Shapes">inputs -> output; empty if shapes are summed</param>
/// <param name="Calls">number of calls</param>
/// <param name="Elapsed">wall time</param>
/// <param name="Cost">declared cost</param>
/// <param name="RooflineShare">least possible time over measured time; null if the roofline is unknown</param>
/// <param name="Algorithm">the algorithm that the device chose, and why; null if there is only one, or if algorithms are summed</param>
internal sealed record ProfileRow(
    string Op, string Layer, string Shapes, int Calls, TimeSpan Elapsed, OpCost Cost, double? RooflineShare, string? Algorithm);
