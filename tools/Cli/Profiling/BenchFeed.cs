using IlgpuGan.Models.Data;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Cli.Profiling;

/// <summary>How the pictures of a measured step come to the device.</summary>
internal enum FeedMode
{
    /// <summary>They are there from the beginning.</summary>
    None,

    /// <summary>As in training: copied from page-locked memory while the step before still runs.</summary>
    Overlapped,

    /// <summary>Copied and waited for before each step: what overlapping saves.</summary>
    Waiting,
}

/// <summary>Pairs of noise for measured steps.</summary>
internal sealed class BenchFeed : IDisposable
{
    /// <summary>Batches on the host: one is copied while another waits for its turn, as with a decoder that is fast enough.</summary>
    private const int Ahead = 3;

    private readonly Device _device;
    private readonly FeedMode _mode;
    private readonly Pair _pair;
    private readonly InputFeed? _feed;
    private readonly List<(HostBuffer A, HostBuffer B)> _host = [];
    private int _next;

    /// <param name="device">where the steps run</param>
    /// <param name="mode">how the pictures come there</param>
    /// <param name="pair">the pictures</param>
    public BenchFeed(Device device, FeedMode mode, Pair pair)
    {
        (_device, _mode, _pair) = (device, mode, pair);
        _feed = mode == FeedMode.Overlapped ? new InputFeed(device) : null;
        for (var i = 0; mode != FeedMode.None && i < Ahead; i++)
        {
            _host.Add((HostCopy(pair.A), HostCopy(pair.B)));
        }
    }

    /// <summary>The pair of the next step; valid until the one after it is asked for.</summary>
    public Pair Next()
    {
        if (_mode == FeedMode.None)
        {
            return _pair;
        }

        var (a, b) = _host[_next++ % _host.Count];
        if (_feed is not null)
        {
            _feed.Next();
            return _pair with { A = _feed.Add(a, _pair.A.Shape), B = _feed.Add(b, _pair.B.Shape) };
        }

        _pair.A.CopyFrom(a.Numbers[..(int)_pair.A.Count]);
        _pair.B.CopyFrom(b.Numbers[..(int)_pair.B.Count]);
        _device.Synchronize();
        return _pair;
    }

    /// <summary>Ends a step: handles made for it go.</summary>
    public void Done(Pair pair)
    {
        if (_feed is not null)
        {
            pair.Dispose();
        }
    }

    public void Dispose()
    {
        _host.ForEach(buffers =>
        {
            buffers.A.Dispose();
            buffers.B.Dispose();
        });
        _feed?.Dispose();
        _pair.Dispose();
    }

    private HostBuffer HostCopy(Tensor picture)
    {
        var buffer = _device.AllocateHost(picture.Count);
        picture.CopyTo(buffer.Numbers[..(int)picture.Count]);
        return buffer;
    }
}
