using System.Diagnostics;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Benchmarks.Ranks;

/// <summary>
/// Simulates the first of many ranks without the others: what it sends is discarded, it receives zeros, and each exchange takes as long as
/// on a network of a given speed. The rank's own computations are real.
/// </summary>
/// <param name="count">number of ranks</param>
/// <param name="bytesPerSecond">bandwidth of a rank, in each direction</param>
/// <param name="latency">time of an exchange</param>
/// <param name="overhead">additional time of each message</param>
internal sealed class SimulatedNetwork(int count, double bytesPerSecond, TimeSpan latency, TimeSpan overhead) : IRanks
{
    public int Count => count;

    public int Rank => 0;

    public string Name => "a simulated network";

    /// <summary>Total of the bytes sent.</summary>
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
        var duration = TimeSpan.FromSeconds(Math.Max(sent, received) / bytesPerSecond) + latency + (overhead * sendings.Length);
        for (var left = duration; left > TimeSpan.Zero; left = duration - Stopwatch.GetElapsedTime(start))
        {
            // A sleep may take up to a millisecond longer than requested.
            Thread.Sleep(left.TotalMilliseconds > 2 ? (int)left.TotalMilliseconds - 1 : 0);
        }
    }

    public void Abort(int exitCode) => throw new NotSupportedException("a simulated network has no processes to end");

    public void Dispose()
    {
    }
}
