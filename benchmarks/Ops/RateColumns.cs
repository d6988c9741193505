using BenchmarkDotNet.Columns;
using BenchmarkDotNet.Reports;
using BenchmarkDotNet.Running;
using IlgpuGan.Models.Data;
using IlgpuGan.Tensors.Devices.Cpu;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Benchmarks.Ops;

/// <summary>A table column with a rate, computed from a benchmark's declared cost and its mean time.</summary>
/// <param name="name">heading</param>
/// <param name="legend">explanation below the table</param>
/// <param name="rate">formats the rate of a cost and a time</param>
internal sealed class RateColumn(string name, string legend, Func<OpCost, TimeSpan, string> rate) : IColumn
{
    private static readonly Dictionary<BenchmarkCase, OpCost> s_costs = [];

    public string Id => $"Rate.{name}";

    public string ColumnName => name;

    public string Legend => legend;

    public bool AlwaysShow => true;

    public ColumnCategory Category => ColumnCategory.Custom;

    public int PriorityInCategory => 0;

    public bool IsNumeric => true;

    public UnitType UnitType => UnitType.Dimensionless;

    /// <summary>The three columns of every table.</summary>
    public static IReadOnlyList<RateColumn> All(Roofline peak) =>
    [
        new(
            "GFLOP/s", "10⁹ floating-point operations per second, convolutions counted nominally",
            (cost, time) => cost.Flops == 0 ? "-" : Number(cost.Flops / time.TotalSeconds / 1e9)),
        new(
            "GB/s", "10⁹ bytes per second, of the minimum traffic that the work needs",
            (cost, time) => Number(cost.Bytes / time.TotalSeconds / 1e9)),
        new(
            "Roofline",
            Invariant.Text(
                $"minimum time over mean time, at {peak.FlopsPerSecond / 1e9:0} GFLOP/s and {peak.BytesPerSecond / 1e9:0} GB/s measured " +
                    $"here; caches and Winograd can exceed 100 %"),
            (cost, time) => peak.Share(cost, time).ToString("P0", CultureInfo.InvariantCulture)),
    ];

    public bool IsAvailable(Summary summary) => summary.BenchmarksCases.Any(c => typeof(OpBenchmark).IsAssignableFrom(c.Descriptor.Type));

    public bool IsDefault(Summary summary, BenchmarkCase benchmarkCase) => false;

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase) =>
        summary[benchmarkCase]?.ResultStatistics is { } statistics && CostOf(benchmarkCase) is { } cost
            ? rate(cost, TimeSpan.FromMicroseconds(statistics.Mean / 1e3))
            : "-";

    public string GetValue(Summary summary, BenchmarkCase benchmarkCase, SummaryStyle style) => GetValue(summary, benchmarkCase);

    /// <summary>The cost that a benchmark class declares for a case; null if the class is not an <see cref="OpBenchmark"/>.</summary>
    public static OpCost? CostOf(BenchmarkCase benchmarkCase)
    {
        if (s_costs.TryGetValue(benchmarkCase, out var known))
        {
            return known;
        }

        if (Activator.CreateInstance(benchmarkCase.Descriptor.Type) is not OpBenchmark benchmark)
        {
            return null;
        }

        foreach (var parameter in benchmarkCase.Parameters.Items)
        {
            benchmark.GetType().GetProperty(parameter.Name)!.SetValue(benchmark, parameter.Value);
        }

        var cost = benchmark.Cost();
        s_costs.Add(benchmarkCase, cost);
        return cost;
    }

    private static string Number(double value) => value.ToString("0.0", CultureInfo.InvariantCulture);
}
