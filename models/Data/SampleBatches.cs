using IlgpuGan.Tensors.Samples;

namespace IlgpuGan.Models.Data;

/// <summary>
/// The batches of a data set, epoch after epoch. The contents of a batch depend only on the seed and the batch's number, not on earlier
/// reads, so iteration can start at any number. The last batch of an epoch may be smaller.
/// </summary>
public sealed class SampleBatches
{
    /// <summary>Batches in preparation: on a card a step takes less time than one core needs to read and scale its pictures.</summary>
    private static readonly int s_ahead = Math.Clamp(Environment.ProcessorCount, 4, 16);

    private readonly SampleSource _source;
    private readonly ulong _seed;
    private readonly int _batchSize;
    private readonly SampleOrder _order;

    /// <summary>Whether there is one epoch of them, whose numbers are no steps of a training.</summary>
    private readonly bool _isInOrder;

    /// <summary>Numbers of the samples that an epoch takes; null for all.</summary>
    private readonly IReadOnlyList<int>? _only;

    /// <summary>Samples of an epoch.</summary>
    private readonly int _count;

    /// <summary>The files that the batches do without; null to read every file, and to fail if one is damaged.</summary>
    private readonly LeftOutFiles? _leftOut;

    internal SampleBatches(SampleSource source, ulong seed, int batchSize, bool inOrder = false, IReadOnlyList<int>? only = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegativeOrZero(batchSize);
        (_source, _seed, _batchSize, _leftOut) = (source, seed, batchSize, LeftOutFiles.Of(source));
        (_only, _count, _isInOrder) = (only, only?.Count ?? source.Count, inOrder);
        _order = new SampleOrder(_count, seed, inOrder || source.IsSerial);
        BatchesPerEpoch = (int)(((long)_count + batchSize - 1) / batchSize);
    }

    public int BatchesPerEpoch { get; }

    /// <summary>
    /// Rank and number of ranks. The batches hold the rank's share of each batch's samples, or one sample with a share of 0 if it has none.
    /// </summary>
    internal (int Rank, int Ranks) Place { get; init; } = (0, 1);

    /// <summary>
    /// Batches on a device, prefetched on other threads, and copied while the device computes with the batch before, if the device supports
    /// it. A batch is valid until the next one is requested.
    /// </summary>
    /// <param name="device">the device of the tensors</param>
    /// <param name="first">number of the first batch, counted through all epochs</param>
    /// <param name="count">number of batches; null for one epoch</param>
    /// <exception cref="ArgumentOutOfRangeException"><paramref name="first"/> is negative</exception>
    /// <exception cref="PictureException">
    /// during iteration: a file can't be used, or a sample has other fields than the first, or numbers that do not fill their shape; or
    /// <paramref name="count"/> batches of no samples are asked for
    /// </exception>
    public IEnumerable<Batch> On(Device device, long first = 0, long? count = null)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(first);
        return From(first, device, count);
    }

    private IEnumerable<Batch> From(long first, Device device, long? count)
    {
        if (count > 0)
        {
            _source.RequireSamples();
        }

        var end = first + Math.Min(count ?? BatchesPerEpoch, long.MaxValue - first);
        using var batches = new HostBatches(device);
        using var prefetcher = new Prefetcher<HostBatch>(number => Make(number, batches.Rent()), first, end, s_ahead);
        using var feed = new InputFeed(device);
        SampleFields? fields = null;
        while (prefetcher.TryTake(out var onHost))
        {
            (fields ??= onHost.Fields).Require(onHost.Fields);
            _leftOut?.Report(onHost.Damaged);
            feed.Next();
            using var batch = onHost.Upload(feed);
            batches.Return(onHost);
            yield return batch;
        }
    }

    private HostBatch Make(long number, HostBatch batch)
    {
        var (epoch, place) = Math.DivRem(number, BatchesPerEpoch);
        var start = (int)place * _batchSize;
        var size = Math.Min(_batchSize, _count - start);
        var share = SampleShare.Of(Place.Rank, Place.Ranks, size);
        var first = Math.Min(share.First, size - 1);
        batch.Begin(epoch, Math.Max(share.Count, 1), share);
        for (var i = first; i < first + Math.Max(share.Count, 1); i++)
        {
            batch.Add(Load(epoch, start + i, batch));
        }

        return batch;
    }

    /// <summary>
    /// The sample of a place in an epoch. If a file of it is left out, it is drawn again, with other partners; if the same file is met
    /// again, the next sample in the order of the epoch takes its place.
    /// </summary>
    private Sample Load(long epoch, int place, HostBatch batch)
    {
        // Every sample has its own key, so that it depends neither on the batch size nor on threads.
        var random = new RandomSequence(new RandomKey(_seed, RandomStream.Data, (uint)epoch, (uint)place));
        if (_leftOut is null)
        {
            return _source.Load(NumberAt(place), random);
        }

        using var reading = _isInOrder ? _leftOut.Begin() : _leftOut.Begin(epoch * BatchesPerEpoch);
        for (var further = 0; ;)
        {
            try
            {
                var sample = _source.Load(NumberAt((place + further) % _count), random);
                batch.Damaged.AddRange(reading.Found);
                return sample;
            }
            catch (PictureException e) when (reading.IsLeftOut && further < _count)
            {
                further += reading.Add(e) ? 0 : 1;
            }
            catch (PictureException e)
            {
                throw new PictureException(e.Message, e) { File = reading.File };
            }
        }

        int NumberAt(int at)
        {
            var number = _order.At(epoch, at);
            return _only is null ? number : _only[number];
        }
    }
}
