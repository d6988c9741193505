namespace IlgpuGan.Models.Measuring;

/// <summary>How the pictures of a measured step are transferred to the device.</summary>
internal enum FeedMode
{
    /// <summary>Not at all: they are on the device from the start.</summary>
    None,

    /// <summary>As in training: copied from page-locked memory while the previous step is still running.</summary>
    Overlapped,

    /// <summary>Copied synchronously before each step, to measure the gain of overlapping.</summary>
    Waiting,
}

/// <summary>Batches of noise for measured steps.</summary>
internal sealed class BenchFeed : IDisposable
{
    /// <summary>Number of host batches: one is copied while others are ready, as with a fast decoder.</summary>
    private const int Ahead = 3;

    private readonly Device _device;
    private readonly FeedMode _mode;
    private readonly Batch _batch;
    private readonly InputFeed? _feed;
    private readonly List<HostBuffer[]> _host = [];
    private int _next;

    /// <param name="device">device of the steps</param>
    /// <param name="mode">how the samples are transferred</param>
    /// <param name="batch">the samples</param>
    public BenchFeed(Device device, FeedMode mode, Batch batch)
    {
        (_device, _mode, _batch) = (device, mode, batch);
        _feed = mode == FeedMode.Overlapped ? new InputFeed(device) : null;
        for (var i = 0; mode != FeedMode.None && i < Ahead; i++)
        {
            _host.Add([.. batch.Fields.Select(f => HostCopy(f.Value))]);
        }
    }

    /// <summary>The batch of the next step; valid until the next call.</summary>
    public Batch Next()
    {
        if (_mode == FeedMode.None)
        {
            return _batch;
        }

        var fields = _batch.Fields.Zip(_host[_next++ % _host.Count]);
        if (_feed is not null)
        {
            _feed.Next();
            return new Batch(
                [.. fields.Select(f => KeyValuePair.Create(f.First.Key, _feed.Add(f.Second, f.First.Value.Shape)))], _batch.Names,
                _batch.Epoch) { Share = _batch.Share };
        }

        foreach (var (field, numbers) in fields)
        {
            field.Value.CopyFrom(numbers.Numbers[..(int)field.Value.Count]);
        }

        _device.Synchronize();
        return _batch;
    }

    /// <summary>Ends a step, and disposes tensors that were created for it.</summary>
    public void Done(Batch batch)
    {
        if (_feed is not null)
        {
            batch.Dispose();
        }
    }

    public void Dispose()
    {
        foreach (var buffer in _host.SelectMany(buffers => buffers))
        {
            buffer.Dispose();
        }

        _feed?.Dispose();
        _batch.Dispose();
    }

    private HostBuffer HostCopy(Tensor values)
    {
        var buffer = _device.AllocateHost(values.Count);
        values.CopyTo(buffer.Numbers[..(int)values.Count]);
        return buffer;
    }
}
