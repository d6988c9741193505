using System.Runtime.CompilerServices;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>
/// Two arrays a and b broadcast to the shape of a third: dimensions of extent 1 dropped, neighbours merged wherever both arrays
/// allow it. What is left are rows along which each array has stride 1 or 0, and the place in a and b at which each row begins.
/// </summary>
internal readonly struct Broadcast
{
    [InlineArray(Shape.MaxRank)]
    private struct Dimensions
    {
        private long _innermost;
    }

    private readonly Dimensions _extents;
    private readonly Dimensions _aStrides;
    private readonly Dimensions _bStrides;
    private readonly int _rank;

    public Broadcast(Shape a, Shape b, Shape y)
    {
        long aStride = 1;
        long bStride = 1;
        for (var i = 1; i <= y.Rank; i++)
        {
            var aExtent = i <= a.Rank ? a[-i] : 1;
            var bExtent = i <= b.Rank ? b[-i] : 1;
            var extent = y[-i];
            if (extent != 1)
            {
                var aStep = aExtent == 1 ? 0 : aStride;
                var bStep = bExtent == 1 ? 0 : bStride;
                var outer = _rank - 1;
                if (outer >= 0 && aStep == _aStrides[outer] * _extents[outer] && bStep == _bStrides[outer] * _extents[outer])
                {
                    _extents[outer] *= extent;
                }
                else
                {
                    (_extents[_rank], _aStrides[_rank], _bStrides[_rank]) = (extent, aStep, bStep);
                    _rank++;
                }
            }

            aStride *= aExtent;
            bStride *= bExtent;
        }

        if (_rank == 0)
        {
            (_extents[0], _rank) = (1, 1);
        }
    }

    /// <summary>Elements of a row.</summary>
    public long RowLength => _extents[0];

    /// <summary>1 if a runs along a row, 0 if one element of it serves the whole row.</summary>
    public long AStride => _aStrides[0];

    /// <summary>The same for b.</summary>
    public long BStride => _bStrides[0];

    /// <summary>Where a row begins in a and in b.</summary>
    public (long A, long B) RowStart(long row)
    {
        long a = 0;
        long b = 0;
        for (var i = 1; i < _rank; i++)
        {
            (row, var index) = Math.DivRem(row, _extents[i]);
            a += index * _aStrides[i];
            b += index * _bStrides[i];
        }

        return (a, b);
    }
}
