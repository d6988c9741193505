using System.Collections.Concurrent;

namespace IlgpuGan.Models.Data;

/// <summary>A pool of host batches between the threads that fill them and the device. Thread-safe.</summary>
internal sealed class HostBatches(Device device) : IDisposable
{
    private readonly ConcurrentQueue<HostBatch> _free = [];
    private readonly ConcurrentBag<HostBatch> _all = [];

    /// <summary>A batch to fill: the one returned longest ago, whose copy is most likely complete.</summary>
    public HostBatch Rent()
    {
        if (!_free.TryDequeue(out var batch))
        {
            _all.Add(batch = new HostBatch(device));
        }

        return batch;
    }

    public void Return(HostBatch batch) => _free.Enqueue(batch);

    public void Dispose()
    {
        foreach (var batch in _all)
        {
            batch.Dispose();
        }
    }
}
