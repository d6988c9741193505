using System.Diagnostics.CodeAnalysis;
using System.Text.Json;
using IlgpuGan.Tensors.Ranks;

namespace IlgpuGan.Tensors.Samples;

/// <summary>Divides the items of a list among the ranks.</summary>
internal static class SharedWork
{
    private const string Reflects = "Results travel between ranks as JSON, which is written by reflection.";

    /// <summary>Computes a value on rank 0, which all ranks get: a list of files, which they may see otherwise.</summary>
    /// <param name="ranks">the ranks of the job</param>
    /// <param name="own">called on rank 0</param>
    /// <exception cref="RankFailedException">rank 0 failed; it reports the reason</exception>
    [RequiresUnreferencedCode(Reflects)]
    [RequiresDynamicCode(Reflects)]
    public static T OfLeader<T>(this IRanks ranks, Func<T> own)
    {
        var first = ranks.Together(() => ranks.Leads() ? own() : default, patiently: true);
        return ranks.Count == 1 ? first!
            : JsonSerializer.Deserialize<T>(ranks.Broadcast(ranks.Leads() ? JsonSerializer.SerializeToUtf8Bytes(first) : null))!;
    }

    /// <summary>Works on this rank's part of a list; every rank gets the results of all ranks, in the order of the list.</summary>
    /// <param name="ranks">the ranks of the job</param>
    /// <param name="items">the whole list, the same on all ranks</param>
    /// <param name="work">returns a result for each item of a part, or fewer if it was interrupted</param>
    /// <exception cref="RankFailedException">another rank failed; the message names it</exception>
    [RequiresUnreferencedCode(Reflects)]
    [RequiresDynamicCode(Reflects)]
    public static IReadOnlyList<TResult> Shared<TItem, TResult>(
        this IRanks ranks, IReadOnlyList<TItem> items, Func<IReadOnlyList<TItem>, IReadOnlyList<TResult>> work)
    {
        if (ranks.Count == 1)
        {
            return work(items);
        }

        var share = SampleShare.Of(ranks.Rank, ranks.Count, items.Count);
        var own = ranks.Together(
            () => share.Count == 0 ? [] : work([.. items.Skip(share.First).Take(share.Count)]), patiently: true);
        var parts = ranks.GatherAll(JsonSerializer.SerializeToUtf8Bytes(own));
        return [.. parts.SelectMany(part => JsonSerializer.Deserialize<TResult[]>(part)!)];
    }
}
