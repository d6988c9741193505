using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>
/// A padded row, deinterleaved by the stride of the windows that read it: element c goes to phase (c + padding) mod stride. The elements
/// that one tap reads for neighbouring windows are then contiguous, whatever the stride.
/// </summary>
internal readonly unsafe struct DeinterleavedRow
{
    private readonly int _extent;
    private readonly int _padding;
    private readonly int _stride;
    private readonly long _pitch;

    /// <param name="extent">elements of the row</param>
    /// <param name="padding">elements before it</param>
    /// <param name="stride">distance between windows</param>
    /// <param name="reach">distance from a window's first tap to its last</param>
    /// <param name="windows">number of windows; memory is rounded up to whole vectors of them</param>
    public DeinterleavedRow(int extent, int padding, int stride, int reach, int windows)
    {
        (_extent, _padding, _stride) = (extent, padding, stride);
        var read = windows + Lanes.Count + (reach / stride);
        _pitch = Math.Max(read, ((extent + padding - 1) / stride) + 1);
    }

    /// <summary>Floats of a deinterleaved row.</summary>
    public long Length => _pitch * _stride;

    /// <summary>Offset of the elements that a tap reads, window after window.</summary>
    /// <param name="tap">distance from the window's first element</param>
    public long Offset(int tap) => (tap % _stride * _pitch) + (tap / _stride);

    /// <summary>Deinterleaves a row. The padding is not written.</summary>
    public void Deinterleave(float* row, float* phases)
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
            Interleaving.Deinterleave(row, even, odd, _extent / 2);
            if (_extent % 2 != 0)
            {
                even[_extent / 2] = row[_extent - 1];
            }

            return;
        }

        for (var first = 0; first < Math.Min(_stride, _extent); first++)
        {
            Interleaving.GatherStrided(row + first, _stride, phases + Offset(first + _padding), Count(first));
        }
    }

    /// <summary>Interleaves the phases into a row.</summary>
    public void Interleave(float* phases, float* row)
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
            Interleaving.Interleave(even, odd, _extent / 2, 0, row);
            if (_extent % 2 != 0)
            {
                row[_extent - 1] = even[_extent / 2];
            }

            return;
        }

        for (var first = 0; first < Math.Min(_stride, _extent); first++)
        {
            Interleaving.ScatterStrided(phases + Offset(first + _padding), Count(first), 0, row + first, _stride);
        }
    }

    private int Count(int first) => (_extent - first + _stride - 1) / _stride;
}
