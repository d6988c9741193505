using System.Diagnostics;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Benchmarks.Ranks;

/// <summary>
/// The first of many ranks, whose others are not there: what it sends goes nowhere, zeros arrive, and each exchange takes as long as a
/// network of a given speed would take. All that this rank computes is computed.
/// </summary>
/// <param name="count">ranks</param>
/// <param name="bytesPerSecond">that leave a rank, while as many arrive</param>
/// <param name="latency">of an exchange</param>
/// <param name="overhead">of each message</param>
internal sealed class SimulatedNetwork(int count, double bytesPerSecond, TimeSpan latency, TimeSpan overhead) : IRanks
{
    public int Count => count;

    public int Rank => 0;

    public string Name => "a simulated network";

    /// <summary>Bytes sent.</summary>
    public long Sent { get; private set; }

    public long Exchanges { get; private set; }

    public void Exchange(ReadOnlySpan<Sending> sendings, ReadOnlySpan<Receiving> receivings)
    {
        var start = Stopwatch.GetTimestamp();
        var (sent, received) = (0L, 0L);
        foreach (var sending in sendings)
        {
            sent += sending.Bytes.Length;
        }

        foreach (var receiving in receivings)
        {
            receiving.Bytes.Span.Clear();
            received += receiving.Bytes.Length;
        }

        (Sent, Exchanges) = (Sent + sent, Exchanges + 1);
        var takes = TimeSpan.FromSeconds(Math.Max(sent, received) / bytesPerSecond) + latency + (overhead * sendings.Length);
        for (var left = takes; left > TimeSpan.Zero; left = takes - Stopwatch.GetElapsedTime(start))
        {
            // A sleep is up to a millisecond longer than asked for.
            Thread.Sleep(left.TotalMilliseconds > 2 ? (int)left.TotalMilliseconds - 1 : 0);
        }
    }

    public void Abort(int exitCode) => throw new NotSupportedException("a simulated network ends no processes");

    public void Dispose()
    {
    }
}
