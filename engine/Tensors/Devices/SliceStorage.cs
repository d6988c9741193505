using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// A run of another storage's elements that counts as a copy of them. It shares the memory until one of both is overwritten; from then on
/// it has its own.
/// </summary>
internal sealed class SliceStorage : Storage
{
    private readonly Device _device;

    /// <summary>The recording in whose code the slice was made; null outside.</summary>
    private readonly KernelRecording? _madeIn;

    private Storage _memory;
    private long _first;
    private bool _shares = true;

    /// <param name="device">the device</param>
    /// <param name="whole">the memory that is shared</param>
    /// <param name="first">its first element</param>
    /// <param name="count">number of elements</param>
    public SliceStorage(Device device, Storage whole, long first, long count)
        : base(count)
    {
        (_device, _madeIn, _memory, _first) = (device, device.Recording, whole, first);
        whole.Acquire();
        whole.Add(this);
    }

    internal override MemoryPool Pool => _memory.Pool;

    /// <summary>The recording under way, if the slice was made before or outside it.</summary>
    private KernelRecording? RecordingElsewhere => _device.Recording is { } recording && recording != _madeIn ? recording : null;

    internal override bool IsExclusive => base.IsExclusive && _memory.IsExclusive;

    internal override void Overwrite(string writer)
    {
        Part();
        base.Overwrite(writer);
    }

    internal override void Part()
    {
        if (!_shares || !TryAcquire())
        {
            return;
        }

        try
        {
            _memory.Remove(this);

            // What is made of a slice from outside a recorded step happens once, now, and not in each replay.
            var own = RecordingElsewhere is not null ? KernelRecording.MakeState(_device, Copied) : Copied();
            own.Acquire();
            _memory.Release();
            (_memory, _first, _shares) = (own, 0, false);
        }
        finally
        {
            Release(); // What another thread disposes meanwhile goes back here, and once.
        }
    }

    internal override DeviceSpan Locate(long offset, long length)
    {
        if (RecordingElsewhere is { } recording)
        {
            // Recorded calls read the memory where it is now: elsewhere once the slice has its own.
            var shares = _shares;
            recording.DependsOn(this, () => _shares == shares);
        }

        return _memory.Locate(_first + offset, length);
    }

    internal override void Free()
    {
    }

    private protected override void Return()
    {
        if (_shares)
        {
            _memory.Remove(this);
        }

        _memory.Release();
    }

    private Storage Copied()
    {
        var own = _device.Allocate(Capacity);
        if (Capacity > 0)
        {
            _device.Kernels.Run(new CopyCall(Locate(0, Capacity), own.Locate(0, Capacity)));
        }

        return own;
    }
}
