using System.Reflection;
using System.Runtime.ExceptionServices;

namespace IlgpuGan.Tensors.Ranks;

/// <summary>What ranks do together; each of them calls the same, in the same order.</summary>
public static class RankExchanges
{
    /// <summary>Whether this rank is the one that writes.</summary>
    public static bool Leads(this IRanks ranks) => ranks.Rank == 0;

    /// <summary>Threads for this rank: as many as were asked for, or its part of the machine's processors.</summary>
    /// <param name="ranks">all of them</param>
    /// <param name="asked">0 for as many as there are</param>
    public static int Threads(this IRanks ranks, int asked) =>
        asked == 0 && ranks.Neighbours > 1 ? Math.Max(Environment.ProcessorCount / ranks.Neighbours, 1) : asked;

    /// <summary>The bytes of all ranks, by their numbers; each may have another length.</summary>
    /// <param name="ranks">all of them</param>
    /// <param name="own">this rank's</param>
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

    /// <summary>The first rank's bytes, on all.</summary>
    /// <param name="ranks">all of them</param>
    /// <param name="own">on the first rank what it sends; ignored on the others</param>
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
    /// Does what each rank does by itself, and then lets all know how it went: a rank that fails ends the others with its reason.
    /// </summary>
    /// <param name="ranks">all of them</param>
    /// <param name="own">what this rank does</param>
    /// <param name="patiently">however long it takes, as long as the process gives signs of life</param>
    /// <exception cref="RankFailedException">another rank failed; the message names it</exception>
    public static T Together<T>(this IRanks ranks, Func<T> own, bool patiently = false) =>
        Meet(ranks, own, _ => true, patiently).Result;

    /// <summary>Lets the first rank do it before the others, who then find what it has left in files.</summary>
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

    /// <summary>Does what each rank does by itself, and says whether it came to true on all of them.</summary>
    /// <exception cref="RankFailedException">another rank failed; the message names it</exception>
    public static bool All(this IRanks ranks, Func<bool> own, bool patiently = false) =>
        Meet(ranks, own, result => result, patiently).All;

    /// <summary>Requires that all ranks have the same of something.</summary>
    /// <param name="ranks">all of them</param>
    /// <param name="what">another rank has that has not the same: <c>other options</c></param>
    /// <param name="own">this rank's</param>
    /// <param name="tell">says how another rank's differs from the first one's</param>
    /// <exception cref="RankFailedException">a rank has another one than the first, which tells</exception>
    public static void RequireAlike(this IRanks ranks, string what, string own, Func<string, string, string> tell)
    {
        string[] all = ranks.Count == 1 ? [own] : [.. ranks.GatherAll(Encoding.UTF8.GetBytes(own)).Select(Encoding.UTF8.GetString)];
        if (Array.FindIndex(all, one => one != all[0]) is > 0 and var different)
        {
            throw new RankFailedException($"rank {different} has {what} than rank 0: {tell(all[different], all[0])}")
            {
                IsToldElsewhere = !ranks.Leads(),
            };
        }
    }

    /// <summary>
    /// Requires that all ranks run the same code, as far as it is this program's own: what several builds compute together would be the
    /// training of none of them.
    /// </summary>
    /// <param name="ranks">all of them</param>
    /// <param name="program">the assembly that refers to all of the program's others</param>
    /// <exception cref="RankFailedException">a rank was built from other sources than the first; the message names both builds</exception>
    public static void RequireSameBuild(this IRanks ranks, Assembly program)
    {
        if (ranks.Count > 1)
        {
            ranks.RequireAlike(
                "another build of the program", ProgramBuild.Of(program),
                (other, first) => $"{other}, not {first}; install the same on all machines");
        }
    }

    /// <summary>Lets all know how it went: a byte, and behind it the reason where it failed.</summary>
    private static (T Result, bool All) Meet<T>(IRanks ranks, Func<T> own, Func<T, bool> judge, bool patiently)
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
            using var signs = patiently ? ranks.GiveSigns() : null;
            result = own();
        }
        catch (Exception e) when (e is not RankFailedException)
        {
            failure = e;
        }

        var blocks = ranks.GatherAll(
            failure is not null ? [Failed, .. Encoding.UTF8.GetBytes(failure.Message)] : [judge(result!) ? (byte)1 : (byte)0]);
        var failed = Array.FindIndex(blocks, block => block[0] == Failed); // The first one is the one to tell.
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
            IsToldElsewhere = true,
        };
    }

    /// <summary>Sends the same to all others, and receives a block from each.</summary>
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
