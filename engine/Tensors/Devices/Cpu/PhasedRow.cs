using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>
/// A row with its padding, taken apart by the stride of the windows that read it: place c + padding goes to phase (c + padding) mod stride.
/// What one tap reads for neighbouring windows then lies side by side, whatever the stride.
/// </summary>
internal readonly unsafe struct PhasedRow
{
    private readonly int _extent;
    private readonly int _padding;
    private readonly int _stride;
    private readonly long _pitch;

    /// <param name="extent">elements of the row</param>
    /// <param name="padding">elements before it</param>
    /// <param name="stride">distance of windows</param>
    /// <param name="reach">distance from a window's first tap to its last</param>
    /// <param name="windows">number of windows; room is left for whole vectors of them</param>
    public PhasedRow(int extent, int padding, int stride, int reach, int windows)
    {
        (_extent, _padding, _stride) = (extent, padding, stride);
        var read = windows + Lanes.Count + (reach / stride);
        _pitch = Math.Max(read, ((extent + padding - 1) / stride) + 1);
    }

    /// <summary>Floats of such a row.</summary>
    public long Length => _pitch * _stride;

    /// <summary>Where the elements lie that a tap reads, window after window.</summary>
    /// <param name="tap">distance from the window's first element</param>
    public long Offset(int tap) => (tap % _stride * _pitch) + (tap / _stride);

    /// <summary>Takes a row apart. The padding is left as it is.</summary>
    public void Take(float* row, float* phases)
    {
        if (_stride == 1)
        {
            Runs.Copy(row, phases + _padding, _extent);
            return;
        }

        if (_stride == 2)
        {
            var even = phases + Offset(_padding);
            var odd = phases + Offset(_padding + 1);
            Interleaving.TakePairs(row, even, odd, _extent / 2);
            if (_extent % 2 != 0)
            {
                even[_extent / 2] = row[_extent - 1];
            }

            return;
        }

        for (var first = 0; first < Math.Min(_stride, _extent); first++)
        {
            Interleaving.Take(row + first, _stride, phases + Offset(first + _padding), Count(first));
        }
    }

    /// <summary>Puts a row together again.</summary>
    public void Put(float* phases, float* row)
    {
        if (_stride == 1)
        {
            Runs.Copy(phases + _padding, row, _extent);
            return;
        }

        if (_stride == 2)
        {
            var even = phases + Offset(_padding);
            var odd = phases + Offset(_padding + 1);
            Interleaving.PutPairs(even, odd, _extent / 2, 0, row);
            if (_extent % 2 != 0)
            {
                row[_extent - 1] = even[_extent / 2];
            }

            return;
        }

        for (var first = 0; first < Math.Min(_stride, _extent); first++)
        {
            Interleaving.Put(phases + Offset(first + _padding), Count(first), 0, row + first, _stride);
        }
    }

    private int Count(int first) => (_extent - first + _stride - 1) / _stride;
}
