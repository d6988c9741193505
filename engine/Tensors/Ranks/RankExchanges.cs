using System.Reflection;
using System.Runtime.ExceptionServices;

namespace IlgpuGan.Tensors.Ranks;

/// <summary>Collective operations. All ranks must call the same ones in the same order.</summary>
internal static class RankExchanges
{
    /// <summary>Whether this is rank 0, which writes checkpoints, logs and pictures.</summary>
    public static bool Leads(this IRanks ranks) => ranks.Rank == 0;

    /// <summary>Number of threads of this rank: as requested, or its share of the machine's processors.</summary>
    /// <param name="ranks">the ranks of the job</param>
    /// <param name="requested">0 for the rank's share; alone on its machine it is returned as it is, for all processors</param>
    public static int Threads(this IRanks ranks, int requested) =>
        requested == 0 && ranks.LocalCount > 1 ? Math.Max(Environment.ProcessorCount / ranks.LocalCount, 1) : requested;

    /// <summary>All-gather: the bytes of all ranks, by rank. Lengths may differ.</summary>
    /// <param name="ranks">the ranks of the job</param>
    /// <param name="own">this rank's bytes</param>
    public static byte[][] GatherAll(this IRanks ranks, byte[] own)
    {
        var lengths = new byte[ranks.Count * sizeof(long)];
        var blocks = new byte[ranks.Count][];
        BitConverter.TryWriteBytes(Length(ranks.Rank).Span, (long)own.Length);
        Swap(ranks, Length(ranks.Rank), Length);
        for (var rank = 0; rank < blocks.Length; rank++)
        {
            blocks[rank] = rank == ranks.Rank ? own : new byte[BitConverter.ToInt64(Length(rank).Span)];
        }

        Swap(ranks, own, rank => blocks[rank]);
        return blocks;

        Memory<byte> Length(int rank) => lengths.AsMemory(rank * sizeof(long), sizeof(long));
    }

    /// <summary>Broadcast: sends the bytes of rank 0 to all ranks.</summary>
    /// <param name="ranks">the ranks of the job</param>
    /// <param name="own">the bytes, on rank 0; ignored on the others</param>
    public static byte[] Broadcast(this IRanks ranks, byte[]? own)
    {
        if (ranks.Leads())
        {
            var length = BitConverter.GetBytes((long)own!.Length);
            ranks.Exchange([.. FromOne(ranks).Select(rank => new Sending(rank, length))], []);
            ranks.Exchange([.. FromOne(ranks).Select(rank => new Sending(rank, own))], []);
            return own;
        }

        var announced = new byte[sizeof(long)];
        ranks.Exchange([], [new Receiving(0, announced)]);
        var bytes = new byte[BitConverter.ToInt64(announced)];
        ranks.Exchange([], [new Receiving(0, bytes)]);
        return bytes;

        static IEnumerable<int> FromOne(IRanks ranks) => Enumerable.Range(1, ranks.Count - 1);
    }

    /// <summary>
    /// Runs local work on every rank, then exchanges the outcome: if one rank fails, all fail with its reason.
    /// </summary>
    /// <param name="ranks">the ranks of the job</param>
    /// <param name="own">the work of this rank</param>
    /// <param name="patiently">send heartbeats during the work, so that it may take longer than the time-out</param>
    /// <exception cref="RankFailedException">another rank failed; the message names it</exception>
    public static T Together<T>(this IRanks ranks, Func<T> own, bool patiently = false) =>
        RunOnAll(ranks, own, _ => true, patiently).Result;

    /// <summary>Runs the work on rank 0 first, then on the others, which can use the files that rank 0 has written.</summary>
    /// <exception cref="RankFailedException">another rank failed; the message names it</exception>
    public static T LeaderFirst<T>(this IRanks ranks, Func<T> own)
    {
        if (ranks.Count == 1)
        {
            return own();
        }

        var first = ranks.Together(() => ranks.Leads() ? own() : default, patiently: true);
        return ranks.Together(() => ranks.Leads() ? first! : own(), patiently: true);
    }

    /// <summary>Runs local work on every rank; true if it returned true on all of them.</summary>
    /// <exception cref="RankFailedException">another rank failed; the message names it</exception>
    public static bool All(this IRanks ranks, Func<bool> own, bool patiently = false) =>
        RunOnAll(ranks, own, result => result, patiently).All;

    /// <summary>Requires that all ranks have the same value of something.</summary>
    /// <param name="ranks">the ranks of the job</param>
    /// <param name="what">what a differing rank has, for the message: <c>other options</c></param>
    /// <param name="own">this rank's value</param>
    /// <param name="describe">describes how a rank's value (first argument) differs from that of rank 0</param>
    /// <exception cref="RankFailedException">the value of a rank differs from that of rank 0, which reports it</exception>
    public static void RequireAlike(this IRanks ranks, string what, string own, Func<string, string, string> describe)
    {
        string[] all = ranks.Count == 1 ? [own] : [.. ranks.GatherAll(Encoding.UTF8.GetBytes(own)).Select(Encoding.UTF8.GetString)];
        if (Array.FindIndex(all, one => one != all[0]) is > 0 and var different)
        {
            throw new RankFailedException($"rank {different} has {what} than rank 0: {describe(all[different], all[0])}")
            {
                IsReportedElsewhere = !ranks.Leads(),
            };
        }
    }

    /// <summary>
    /// Requires that all ranks run the same build of this repository's code: a training by different builds could not be reproduced.
    /// </summary>
    /// <param name="ranks">the ranks of the job</param>
    /// <param name="program">the program's main assembly, which refers to all of its others</param>
    /// <exception cref="RankFailedException">a rank was built from other sources than rank 0; the message names both builds</exception>
    public static void RequireSameBuild(this IRanks ranks, Assembly program)
    {
        if (ranks.Count > 1)
        {
            ranks.RequireAlike(
                "another build of the program", ProgramBuild.Of(program),
                (other, first) => $"{other}, not {first}; install the same on all machines");
        }
    }

    /// <summary>Runs local work, then exchanges its outcome: a status byte, followed by the reason of a failure.</summary>
    private static (T Result, bool All) RunOnAll<T>(IRanks ranks, Func<T> own, Func<T, bool> judge, bool patiently)
    {
        const byte Failed = 2;
        if (ranks.Count == 1)
        {
            var alone = own();
            return (alone, judge(alone));
        }

        T? result = default;
        Exception? failure = null;
        try
        {
            using var heartbeats = patiently ? ranks.SendHeartbeats() : null;
            result = own();
        }
        catch (Exception e) when (e is not RankFailedException)
        {
            failure = e;
        }

        var blocks = ranks.GatherAll(
            failure is not null ? [Failed, .. Encoding.UTF8.GetBytes(failure.Message)] : [judge(result!) ? (byte)1 : (byte)0]);
        var failed = Array.FindIndex(blocks, block => block[0] == Failed); // The first failure is the one to report.
        if (failed < 0)
        {
            return (result!, Array.TrueForAll(blocks, block => block[0] == 1));
        }

        if (failed == ranks.Rank)
        {
            ExceptionDispatchInfo.Throw(failure!);
        }

        (result as IDisposable)?.Dispose();
        throw new RankFailedException($"rank {failed} can't go on: {Encoding.UTF8.GetString(blocks[failed].AsSpan(1))}", failure)
        {
            IsReportedElsewhere = true,
        };
    }

    /// <summary>Sends the same block to all other ranks, and receives one from each.</summary>
    private static void Swap(IRanks ranks, ReadOnlyMemory<byte> own, Func<int, Memory<byte>> others)
    {
        var sendings = new Sending[ranks.Count - 1];
        var receivings = new Receiving[ranks.Count - 1];
        for (var i = 0; i < sendings.Length; i++)
        {
            var rank = i < ranks.Rank ? i : i + 1;
            (sendings[i], receivings[i]) = (new Sending(rank, own), new Receiving(rank, others(rank)));
        }

        ranks.Exchange(sendings, receivings);
    }
}
