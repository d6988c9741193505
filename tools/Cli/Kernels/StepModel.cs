using IlgpuGan.Models.Measuring;
using IlgpuGan.Cli.Terminal;
using IlgpuGan.Models.Families;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Gpu.Measuring;

namespace IlgpuGan.Cli.Kernels;

/// <summary>
/// Models a training step on a card: the kernels it would launch there, their work, and the time at the card's peaks.
/// </summary>
/// <param name="Launch">seconds from one launch to the next if the host launches each kernel</param>
/// <param name="GraphLaunch">the same within a CUDA graph</param>
internal sealed record StepModel(
    string Workload, int Size, int Batch, ProductPrecision Precision, GpuCard Card, double Launch, double GraphLaunch)
{
    private const double Giga = 1e9, Mega = 1e6, Milli = 1e-3;

    public void Run(Screen screen)
    {
        using var device = new ModelledDevice(Card) { Precision = Precision };
        using var step = BenchStep.OfTraining(FamilyCatalog.Find(Workload)!, Size, Batch, device);

        // The first step creates what later ones reuse, the second is recorded, and all others are replayed.
        step.Run();
        step.Run();
        device.Forget();
        step.Run();
        var rows = device.Log.GroupBy(launch => launch.Kernel).Select(Row.Of(Card)).OrderByDescending(row => row.Expected).ToList();
        var all = device.Log.GroupBy(_ => "all").Select(Row.Of(Card)).Single();
        screen.Say($"{Workload}, {Size} x {Size}, batch {Batch}, {Precision.ToString().ToLowerInvariant()}, on {Card.Name} on paper: "
            + $"{Number(Card.Peak(Precision) / 1e12)} TFLOP/s in products, {Number(Card.BytesPerSecond / 1e12)} TB/s, " +
                $"{Card.Multiprocessors} multiprocessors");
        var width = rows.Max(row => row.Kernel.Length);
        screen.Say($"{"kernel".PadRight(width)} {"launches",8} {"GFLOP",9} {"MB",9} {"floor ms",9} {"filled ms",9} {"reach ms",9} " +
            $"{"expected",9}");
        foreach (var row in rows.Append(all))
        {
            screen.Say($"{row.Kernel.PadRight(width)} {row.Launches,8} {Number(row.Flops / Giga),9} {Number(row.Bytes / Mega),9} " +
                $"{Number(row.Floor / Milli),9} {Number(row.Filled / Milli),9} {Number(row.Reached / Milli),9} " +
                $"{Number(row.Expected / Milli),9}");
        }

        screen.Say("floor: the whole card at its peak; filled: multiprocessors without a thread group are idle; reach: and product loops " +
            "are bound by their instructions; expected (ms): and threads wait for memory, less where groups share a multiprocessor, and " +
            "do work before and after their loops");
        screen.Say("left out: cache misses, bank conflicts, memory that is not streamed, a clock that drops under load");
        screen.Say($"with launches: {Number(WithLaunches(all, Launch) / Milli)} ms at {Number(Launch * 1e6)} us each, " +
            $"{Number(WithLaunches(all, GraphLaunch) / Milli)} ms in a graph at {Number(GraphLaunch * 1e6)} us each");
        if (screen.Json)
        {
            screen.Result(Json(rows, all));
        }
    }

    private static double WithLaunches(Row all, double each) => all.Expected + (all.Launches * each);

    private object Json(List<Row> rows, Row all) => new
    {
        workload = Workload,
        size = Size,
        batch = Batch,
        precision = Precision.ToString().ToLowerInvariant(),
        card = Card.Name,
        launches = all.Launches,
        gflop = all.Flops / Giga,
        mb = all.Bytes / Mega,
        floor_s = all.Floor,
        filled_s = all.Filled,
        reached_s = all.Reached,
        expected_s = all.Expected,
        launched_s = WithLaunches(all, Launch),
        graph_s = WithLaunches(all, GraphLaunch),
        kernels = rows.Select(row => new { name = row.Kernel, launches = row.Launches, gflop = row.Flops / Giga, mb = row.Bytes / Mega,
            floor_s = row.Floor, filled_s = row.Filled, reached_s = row.Reached, expected_s = row.Expected }),
    };

    private static string Number(double value) =>
        value.ToString(value >= 100 ? "0" : value >= 1 ? "0.0" : "0.000", CultureInfo.InvariantCulture);

    private sealed record Row(
        string Kernel, int Launches, long Flops, long Bytes, double Floor, double Filled, double Reached, double Expected)
    {
        public static Func<IGrouping<string, ModelledLaunch>, Row> Of(GpuCard card) => group => new(
            group.Key, group.Count(), group.Sum(l => l.Cost.Flops), group.Sum(l => l.Cost.Bytes), group.Sum(l => l.Floor(card)),
            group.Sum(l => l.Filled(card)), group.Sum(l => l.Reached(card)), group.Sum(l => l.Expected(card)));
    }
}
