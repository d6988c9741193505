using System.Runtime.CompilerServices;

namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// A loop nest over two arrays a and b: dimensions of extent 1 are dropped and neighbouring dimensions merged where both arrays allow it.
/// Left are rows along the innermost dimension, and the offset in a and in b at which each row begins.
/// </summary>
internal struct StridedRows
{
    [InlineArray(Shape.MaxRank)]
    private struct Dimensions
    {
        private long _innermost;
    }

    private Dimensions _extents;
    private Dimensions _aStrides;
    private Dimensions _bStrides;

    /// <summary>The nest of a single element.</summary>
    public StridedRows()
    {
        _extents[0] = 1;
        Rank = 1;
    }

    /// <summary>Merged dimensions, at least 1.</summary>
    public int Rank { get; private set; }

    /// <summary>Elements of a row.</summary>
    public readonly long RowLength => _extents[0];

    /// <summary>True if element i of the nest is element i of both arrays.</summary>
    public readonly bool IsDense => Rank == 1 && (_extents[0] == 1 || (_aStrides[0] == 1 && _bStrides[0] == 1));

    public readonly long Rows
    {
        get
        {
            long rows = 1;
            for (var i = 1; i < Rank; i++)
            {
                rows *= _extents[i];
            }

            return rows;
        }
    }

    /// <summary>a and b broadcast to y under NumPy's rule. The row stride of each is 1, or 0 where one element is broadcast.</summary>
    public static StridedRows Broadcast(Shape a, Shape b, Shape y)
    {
        var rows = new StridedRows();
        long aStride = 1;
        long bStride = 1;
        for (var i = 1; i <= y.Rank; i++)
        {
            var aExtent = i <= a.Rank ? a[-i] : 1;
            var bExtent = i <= b.Rank ? b[-i] : 1;
            rows.Surround(y[-i], aExtent == 1 ? 0 : aStride, bExtent == 1 ? 0 : bStride);
            aStride *= aExtent;
            bStride *= bExtent;
        }

        return rows;
    }

    /// <summary>A box within both arrays, from its first element.</summary>
    public static StridedRows Block(Shape a, Shape b, Shape extent)
    {
        var rows = new StridedRows();
        long aStride = 1;
        long bStride = 1;
        for (var i = 1; i <= extent.Rank; i++)
        {
            rows.Surround(extent[-i], aStride, bStride);
            aStride *= a[-i];
            bStride *= b[-i];
        }

        // Rows of a box one element wide would be strided: take rows of one element instead.
        if (rows._extents[0] > 1 && (rows._aStrides[0] > 1 || rows._bStrides[0] > 1))
        {
            rows.PutRowsOfOneElementInside();
        }

        return rows;
    }

    /// <summary>b = a with dimension i of b being dimension order[i] of a.</summary>
    public static StridedRows Permutation(Shape a, ReadOnlySpan<int> order)
    {
        Span<long> aStrides = stackalloc long[Shape.MaxRank];
        long aStride = 1;
        for (var i = a.Rank - 1; i >= 0; i--)
        {
            aStrides[i] = aStride;
            aStride *= a[i];
        }

        var rows = new StridedRows();
        long bStride = 1;
        for (var i = order.Length - 1; i >= 0; i--)
        {
            rows.Surround(a[order[i]], aStrides[order[i]], bStride);
            bStride *= a[order[i]];
        }

        return rows;
    }

    /// <summary>Extent of a merged dimension, the innermost being 0.</summary>
    public readonly long Extent(int dimension) => _extents[dimension];

    public readonly long AStride(int dimension) => _aStrides[dimension];

    public readonly long BStride(int dimension) => _bStrides[dimension];

    /// <summary>Where a row begins in a and in b.</summary>
    public readonly (long A, long B) RowStart(long row)
    {
        long a = 0;
        long b = 0;
        for (var i = 1; i < Rank; i++)
        {
            (row, var index) = Math.DivRem(row, _extents[i]);
            a += index * _aStrides[i];
            b += index * _bStrides[i];
        }

        return (a, b);
    }

    private void PutRowsOfOneElementInside()
    {
        for (var i = Rank; i > 0; i--)
        {
            (_extents[i], _aStrides[i], _bStrides[i]) = (_extents[i - 1], _aStrides[i - 1], _bStrides[i - 1]);
        }

        (_extents[0], _aStrides[0], _bStrides[0]) = (1, 1, 1);
        Rank++;
    }

    /// <summary>Adds an outer dimension, merged with the outermost one if that keeps both arrays' strides.</summary>
    private void Surround(long extent, long aStride, long bStride)
    {
        if (extent == 1)
        {
            return;
        }

        var outermost = Rank - 1;
        if (_extents[outermost] == 1)
        {
            (_extents[outermost], _aStrides[outermost], _bStrides[outermost]) = (extent, aStride, bStride);
        }
        else if (aStride == _aStrides[outermost] * _extents[outermost] && bStride == _bStrides[outermost] * _extents[outermost])
        {
            _extents[outermost] *= extent;
        }
        else
        {
            (_extents[Rank], _aStrides[Rank], _bStrides[Rank]) = (extent, aStride, bStride);
            Rank++;
        }
    }
}
