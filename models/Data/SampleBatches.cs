using IlgpuGan.Tensors.Samples;

namespace IlgpuGan.Models.Data;

/// <summary>
/// The batches of a data set, epoch after epoch. What a batch holds depends on the seed and the batch's number only, never on what was read
/// before: entering at any number continues exactly. The last batch of an epoch may be smaller.
/// </summary>
public sealed class SampleBatches
{
    private const int Ahead = 4;

    private readonly SampleSource _source;
    private readonly ulong _seed;
    private readonly int _batchSize;
    private readonly SampleOrder _order;

    internal SampleBatches(SampleSource source, ulong seed, int batchSize, bool inOrder = false)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        (_source, _seed, _batchSize) = (source, seed, batchSize);
        _order = new SampleOrder(source.Count, seed, inOrder || source.IsSerial);
        BatchesPerEpoch = (source.Count + batchSize - 1) / batchSize;
    }

    public int BatchesPerEpoch { get; }

    /// <summary>
    /// Which of several ranks this is: its batches hold its share of each batch's samples, or one that counts nothing where it has none.
    /// </summary>
    public (int Rank, int Ranks) Place { get; init; } = (0, 1);

    /// <summary>
    /// Batches on a device, decoded and scaled ahead on other threads, and where the device can, copied while it still computes with the
    /// one before. A batch is valid until the next one is asked for.
    /// </summary>
    /// <param name="device">where the tensors are made</param>
    /// <param name="first">number of the first batch, counted through all epochs</param>
    /// <param name="count">how many batches; one epoch's if null</param>
    /// <exception cref="DataException">while enumerating: a file can't be used</exception>
    public IEnumerable<Batch> On(Device device, long first = 0, long? count = null)
    {
        using var batches = new HostBatches(device);
        using var prefetcher =
            new Prefetcher<HostBatch>(number => Make(number, batches.Take()), first, first + (count ?? BatchesPerEpoch), Ahead);
        using var feed = new InputFeed(device);
        while (prefetcher.TryTake(out var onHost))
        {
            feed.Next();
            using var batch = onHost.Upload(feed);
            batches.GiveBack(onHost);
            yield return batch;
        }
    }

    private HostBatch Make(long number, HostBatch batch)
    {
        var (epoch, place) = Math.DivRem(number, BatchesPerEpoch);
        var start = (int)place * _batchSize;
        var size = Math.Min(_batchSize, _source.Count - start);
        var share = SampleShare.Of(Place.Rank, Place.Ranks, size);
        var first = Math.Min(share.First, size - 1);
        batch.Begin(epoch, Math.Max(share.Count, 1), share);
        for (var i = first; i < first + Math.Max(share.Count, 1); i++)
        {
            // Every sample has its own key, so that neither batch size nor threads change what it looks like.
            var random = new RandomSequence(new RandomKey(_seed, RandomStream.Data, (uint)epoch, (uint)(start + i)));
            batch.Add(_source.Load(_order.At(epoch, start + i), random));
        }

        return batch;
    }
}
