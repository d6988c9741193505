namespace IlgpuGan.Tensors.Devices.Gpu.Reductions;

/// <summary>
/// A reduction as a kernel argument. Neighbouring dimensions of one kind (kept or reduced) are merged, so that at most three of each
/// remain; the elements of an output are split into parts.
/// </summary>
internal readonly struct ReduceGeometry
{
    /// <summary>A <c>byte</c>, since kernels can't have <c>bool</c> parameters.</summary>
    private readonly byte _innerIsReduced;
    private readonly MergedDimensions _kept;
    private readonly MergedDimensions _reduced;

    /// <param name="x">shape of the input</param>
    /// <param name="y">shape of the output, of the same rank, with extent 1 where x is reduced</param>
    public ReduceGeometry(Shape x, Shape y)
    {
        bool? previous = null;
        var stride = 1;
        for (var i = x.Rank - 1; i >= 0; i--)
        {
            if (x[i] == 1)
            {
                continue;
            }

            var isReduced = y[i] == 1;
            _innerIsReduced = previous is not null ? _innerIsReduced : isReduced ? (byte)1 : (byte)0;
            if (isReduced)
            {
                _reduced = _reduced.Around(x[i], stride, merge: previous == true);
            }
            else
            {
                _kept = _kept.Around(x[i], stride, merge: previous == false);
            }

            previous = isReduced;
            stride *= x[i];
        }

        Outputs = _kept.Count;
        Reduced = _reduced.Count;
        Parts = 1;
        PerPart = Reduced;
    }

    private ReduceGeometry(in ReduceGeometry whole, int parts)
    {
        this = whole;
        PerPart = Math.Max((Reduced + parts - 1) / parts, 1);
        Parts = Math.Max((Reduced + PerPart - 1) / PerPart, 1);
    }

    /// <summary>Number of results.</summary>
    public int Outputs { get; }

    /// <summary>Elements that are reduced to each result.</summary>
    public int Reduced { get; }

    /// <summary>Whether the innermost dimension is reduced, so that neighbouring elements belong to one output.</summary>
    public bool InnerIsReduced => _innerIsReduced != 0;

    public int Parts { get; }

    /// <summary>Elements of a part; the last one may have fewer.</summary>
    public int PerPart { get; }

    public ReduceGeometry InParts(int parts) => new(this, Math.Max(parts, 1));

    /// <summary>The offset in the input of an element of an output.</summary>
    public int Place(int output, int element) => _kept.Offset(output) + _reduced.Offset(element);
}

/// <summary>Up to three dimensions with their strides, innermost first.</summary>
internal readonly struct MergedDimensions
{
    private readonly int _rank;
    private readonly int _extent0;
    private readonly int _extent1;
    private readonly int _extent2;
    private readonly int _stride0;
    private readonly int _stride1;
    private readonly int _stride2;

    private MergedDimensions(int rank, ReadOnlySpan<int> extents, ReadOnlySpan<int> strides)
    {
        _rank = rank;
        (_extent0, _extent1, _extent2) = (extents[0], extents[1], extents[2]);
        (_stride0, _stride1, _stride2) = (strides[0], strides[1], strides[2]);
    }

    /// <summary>Number of elements.</summary>
    public int Count => (_rank > 0 ? _extent0 : 1) * (_rank > 1 ? _extent1 : 1) * (_rank > 2 ? _extent2 : 1);

    /// <summary>Adds an outer dimension, or merges it into the outermost one.</summary>
    public MergedDimensions Around(int extent, int stride, bool merge)
    {
        Span<int> extents = [_extent0, _extent1, _extent2];
        Span<int> strides = [_stride0, _stride1, _stride2];
        if (merge)
        {
            extents[_rank - 1] *= extent;
            return new MergedDimensions(_rank, extents, strides);
        }

        (extents[_rank], strides[_rank]) = (extent, stride);
        return new MergedDimensions(_rank + 1, extents, strides);
    }

    public int Offset(int index)
    {
        if (_rank <= 1)
        {
            return index * _stride0;
        }

        var outer = index / _extent0;
        var offset = (index - (outer * _extent0)) * _stride0;
        if (_rank == 2)
        {
            return offset + (outer * _stride1);
        }

        var outermost = outer / _extent1;
        return offset + ((outer - (outermost * _extent1)) * _stride1) + (outermost * _stride2);
    }
}
