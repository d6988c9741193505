using System.Diagnostics;

namespace IlgpuGan.Tensors.Ranks;

/// <summary>Measured latency and bandwidth of the link to another rank.</summary>
/// <param name="Rank">the other rank</param>
/// <param name="RoundTrip">time of a short message there and back</param>
/// <param name="BytesPerSecond">bandwidth of a long message, one way</param>
internal readonly record struct RankLink(int Rank, TimeSpan RoundTrip, double BytesPerSecond)
{
    private const int RoundTrips = 20;
    private const int LongMessages = 3;
    private const int LongMessage = 8 << 20;

    /// <summary>Measures the link from rank 0 to another rank. All ranks call it.</summary>
    /// <param name="ranks">the ranks of the job</param>
    /// <param name="other">the other rank, not 0</param>
    /// <returns>the measurement on rank 0; null on the others</returns>
    public static RankLink? Measure(IRanks ranks, int other)
    {
        if (!ranks.Leads() && ranks.Rank != other)
        {
            return null;
        }

        var (brief, whole) = (new byte[sizeof(long)], new byte[LongMessage]);
        TimeSpan Least(int times, byte[] message) => Enumerable.Range(0, times).Min(_ => RoundTripOf(ranks, other, message, brief));
        var roundTrip = Least(RoundTrips, brief);
        var there = Least(LongMessages, whole);
        return ranks.Leads() ? new RankLink(other, roundTrip, LongMessage / Math.Max((there - (roundTrip / 2)).TotalSeconds, 1e-9)) : null;
    }

    /// <summary>Time from sending a message until its answer has arrived.</summary>
    private static TimeSpan RoundTripOf(IRanks ranks, int other, byte[] message, byte[] answer)
    {
        var start = Stopwatch.GetTimestamp();
        if (ranks.Leads())
        {
            ranks.Exchange([new Sending(other, message)], []);
            ranks.Exchange([], [new Receiving(other, answer)]);
        }
        else
        {
            ranks.Exchange([], [new Receiving(0, message)]);
            ranks.Exchange([new Sending(0, answer)], []);
        }

        return Stopwatch.GetElapsedTime(start);
    }
}
