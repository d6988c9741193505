using IlgpuGan.Benchmarks.Measuring;
using IlgpuGan.Models.Data;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Families.Pix2Pix;
using IlgpuGan.Models.Measuring;
using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Benchmarks.Ranks;

/// <summary>
/// Models a pix2pix step on many machines: compute is measured here, the network is estimated or simulated, and marked as such. Each rank
/// has one thread and one sample.
/// </summary>
internal static class CostModel
{
    private const int Warmup = 1;

    /// <summary>Assumed networks: bandwidth, latency of an exchange, overhead of each message in it.</summary>
    private static readonly Network[] s_networks =
    [
        new(1, TimeSpan.FromMicroseconds(50), TimeSpan.FromMicroseconds(2)),
        new(10, TimeSpan.FromMicroseconds(30), TimeSpan.FromMicroseconds(2)),
        new(100, TimeSpan.FromMicroseconds(5), TimeSpan.FromMicroseconds(1)),
    ];

    private static readonly int[] s_simulated = [2, 8, 64];

    private static readonly int[] s_reckoned = [2, 4, 8, 16, 32, 64, 128, 256, 512, 1024];

    /// <param name="size">side of the pictures, a power of two</param>
    /// <param name="steps">steps of each run; the fastest counts</param>
    public static int Print(int size, int steps)
    {
        Console.WriteLine(Machine.Measure([1]));
        var alone = Seconds(size, new SoleRank(), steps);
        var simulated = new Dictionary<(int Count, int Gigabits), double>();
        var (sent, exchanges) = (0.0, 0.0);
        foreach (var of in s_networks)
        {
            foreach (var count in s_simulated)
            {
                using var network = new SimulatedNetwork(count, of.Gigabits * 1e9 / 8, of.Latency, of.Overhead);
                simulated[(count, of.Gigabits)] = Seconds(size, network, steps);
                (sent, exchanges) = ((double)network.Sent / (Warmup + steps), (double)network.Exchanges / (Warmup + steps));
            }
        }

        alone = Math.Min(alone, Seconds(size, new SoleRank(), steps)); // Measured twice, since other programs may disturb one measurement.

        // A rank sends twice the numbers, except its own part, spread over messages to all others in each exchange.
        var bytes = sent / Part(s_simulated[^1]);
        Console.WriteLine(Invariant.Text($"""

            pix2pix (U-Net of {size} pixels, instance norm), one sample and one thread a rank: measured here, a step of one sample takes
            {alone:0.000} s of compute. Each rank sends {bytes / 1e6:0.0} MB per step, less its own part, in {exchanges:0} exchanges.
            Assumed: {string.Join("; ", s_networks.Select(n => n.ToString()))}.

            Samples per second, as a multiple of one rank's. *Estimated* from these figures, without overlap of exchange and backward:

            {Row("ranks", n => $"{n.Gigabits} Gbit/s")}
            {Row("---", _ => "---")}
            """));
        foreach (var count in s_reckoned)
        {
            Console.WriteLine(Row($"{count}", n => Invariant.Text($"{count * alone / Reckoned(count, n):0.0}")));
        }

        Console.WriteLine(Invariant.Text($"""

            *Simulated*: the first rank's own steps on this machine, with exchanges during the backward as slow as on such a network:

            {Row("ranks", n => $"{n.Gigabits} Gbit/s")}
            {Row("---", _ => "---")}
            """));
        foreach (var count in s_simulated)
        {
            Console.WriteLine(Row($"{count}", n => Invariant.Text($"{count * alone / simulated[(count, n.Gigabits)]:0.0}")));
        }

        return 0;

        double Reckoned(int count, Network network) =>
            alone + (bytes * Part(count) * 8 / (network.Gigabits * 1e9)) +
                (exchanges * (network.Latency.TotalSeconds + ((count - 1) * network.Overhead.TotalSeconds)));
    }

    private static double Part(int count) => (count - 1.0) / count;

    /// <summary>Seconds of a step with as many samples as there are ranks.</summary>
    private static double Seconds(int size, IRanks ranks, int steps)
    {
        using var device = Device.Open("cpu", threads: 1);
        var family = FamilyCatalog.Find("pix2pix")!;
        var options = (Pix2PixOptions)family.AtSize(size) with
        {
            BatchSize = ranks.Count, Norm = NormKind.Instance, Reduction = GradientReduction.Tree,
        };
        using var step = BenchStep.OfTraining(family, options, device, ranks: ranks);
        return StepTimes.Measure(step.Run, device, steps, Warmup).Seconds.Min();
    }

    private static string Row(string first, Func<Network, string> cell) => $"| {first} | {string.Join(" | ", s_networks.Select(cell))} |";

    private sealed record Network(int Gigabits, TimeSpan Latency, TimeSpan Overhead)
    {
        public override string ToString() => Invariant.Text(
            $"{Gigabits} Gbit/s, {Latency.TotalMicroseconds:0} us per exchange, {Overhead.TotalMicroseconds:0} us per message");
    }
}
