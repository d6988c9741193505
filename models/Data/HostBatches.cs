using System.Collections.Concurrent;

namespace IlgpuGan.Models.Data;

/// <summary>The batches that take turns between the threads that fill them and the device; from any thread.</summary>
internal sealed class HostBatches(Device device) : IDisposable
{
    private readonly ConcurrentQueue<HostBatch> _free = [];
    private readonly ConcurrentBag<HostBatch> _all = [];

    /// <summary>A batch to fill: the one that was given back longest ago, whose copy is the likeliest to be done.</summary>
    public HostBatch Take()
    {
        if (!_free.TryDequeue(out var batch))
        {
            _all.Add(batch = new HostBatch(device));
        }

        return batch;
    }

    public void GiveBack(HostBatch batch) => _free.Enqueue(batch);

    public void Dispose()
    {
        foreach (var batch in _all)
        {
            batch.Dispose();
        }
    }
}
