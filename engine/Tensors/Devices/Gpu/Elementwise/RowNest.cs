using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.Elementwise;

/// <summary>
/// <see cref="StridedRows"/> as a kernel argument, for long rows with at most two outer dimensions. A group of threads processes a piece of
/// a row, <see cref="Element.PerThread"/> elements a thread, so a row's offset is computed once for each thread instead of each element,
/// with two divisions and no branch. Grid X counts the pieces of all rows.
/// </summary>
internal readonly struct RowNest
{
    /// <summary>The least length of a row that is given a group of its own.</summary>
    private const int MinLength = 64;

    private const int MaxRank = 3;

    private readonly int _pieces;
    private readonly int _inner;
    private readonly int _aInner;
    private readonly int _aOuter;
    private readonly int _bInner;
    private readonly int _bOuter;
    private readonly byte _repeatsA;
    private readonly byte _repeatsB;

    private RowNest(in StridedRows rows, int pieces)
    {
        (Length, _pieces, _inner) = ((int)rows.RowLength, pieces, rows.Rank > 1 ? (int)rows.Extent(1) : 1);
        (_aInner, _aOuter) = ((int)rows.AStride(1), (int)rows.AStride(2));
        (_bInner, _bOuter) = ((int)rows.BStride(1), (int)rows.BStride(2));
        (_repeatsA, _repeatsB) = ((byte)(1 - rows.AStride(0)), (byte)(1 - rows.BStride(0)));
    }

    /// <summary>Elements of a row.</summary>
    public int Length { get; }

    /// <summary>Whether the first array has stride 0 along a row (one element is repeated); otherwise its stride is 1.</summary>
    public bool RepeatsA => _repeatsA != 0;

    /// <summary>The same for the second array.</summary>
    public bool RepeatsB => _repeatsB != 0;

    /// <summary>The row of this group of threads.</summary>
    public int Row => Grid.IdxX / _pieces;

    /// <summary>The thread's first column; its others are a group's width apart.</summary>
    public int FirstColumn => ((Grid.IdxX - (Row * _pieces)) * Group.DimX * Element.PerThread) + Group.IdxX;

    /// <summary>Whether rows are long, with a stride of 1 or 0 in each array.</summary>
    public static bool Fits(in StridedRows rows) =>
        rows.RowLength >= MinLength && rows.Rank <= MaxRank && rows.AStride(0) <= 1 && rows.BStride(0) <= 1;

    public static (RowNest Nest, KernelConfig Config) Of(KernelQueue queue, in StridedRows rows)
    {
        var threads = queue.GroupFor(rows.RowLength / Element.PerThread);
        var each = threads * Element.PerThread;
        var pieces = (int)((rows.RowLength + each - 1) / each);
        return (new RowNest(rows, pieces), new KernelConfig((int)(rows.Rows * pieces), threads));
    }

    /// <summary>This group's row in the first array, or its repeated element.</summary>
    public ArrayView<float> RowOfA(ArrayView<float> a) => a.SubView(Start(_aInner, _aOuter), RepeatsA ? 1 : Length);

    /// <summary>This group's row in the second array, or its repeated element.</summary>
    public ArrayView<float> RowOfB(ArrayView<float> b) => b.SubView(Start(_bInner, _bOuter), RepeatsB ? 1 : Length);

    /// <summary>This group's row in a contiguous array.</summary>
    public ArrayView<float> RowOf(ArrayView<float> y) => y.SubView(Row * Length, Length);

    private int Start(int inner, int outer)
    {
        var row = Row;
        var high = row / _inner;
        return ((row - (high * _inner)) * inner) + (high * outer);
    }
}
