using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.Elementwise;

/// <summary>
/// <see cref="StridedRows"/> with long rows and at most two dimensions around them, as a kernel receives it. Rows are cut into pieces that
/// a group of threads works on, <see cref="Element.PerThread"/> elements a thread, so that where a row lies is found once for each thread
/// and not for each element, with two divisions and no branch. X of the grid counts the pieces of all rows.
/// </summary>
internal readonly struct RowNest
{
    /// <summary>Elements from which a row is worth a group of its own.</summary>
    private const int LeastLength = 64;

    private const int MostRank = 3;

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

    /// <summary>Whether one element of the first array serves a whole row; else its elements are neighbours.</summary>
    public bool RepeatsA => _repeatsA != 0;

    /// <summary>The same of the second array.</summary>
    public bool RepeatsB => _repeatsB != 0;

    /// <summary>The row of this group of threads.</summary>
    public int Row => Grid.IdxX / _pieces;

    /// <summary>The thread's first column; its others are a group's width apart.</summary>
    public int FirstColumn => ((Grid.IdxX - (Row * _pieces)) * Group.DimX * Element.PerThread) + Group.IdxX;

    /// <summary>Long rows, whose elements are neighbours in each array or one and the same.</summary>
    public static bool Fits(in StridedRows rows) =>
        rows.RowLength >= LeastLength && rows.Rank <= MostRank && rows.AStride(0) <= 1 && rows.BStride(0) <= 1;

    public static (RowNest Nest, KernelConfig Config) Of(KernelQueue queue, in StridedRows rows)
    {
        var threads = queue.GroupFor(rows.RowLength / Element.PerThread);
        var each = threads * Element.PerThread;
        var pieces = (int)((rows.RowLength + each - 1) / each);
        return (new RowNest(rows, pieces), new KernelConfig((int)(rows.Rows * pieces), threads));
    }

    /// <summary>This group's row in the first array, or the one element that serves it.</summary>
    public ArrayView<float> RowOfA(ArrayView<float> a) => a.SubView(Start(_aInner, _aOuter), RepeatsA ? 1 : Length);

    /// <summary>The same in the second array.</summary>
    public ArrayView<float> RowOfB(ArrayView<float> b) => b.SubView(Start(_bInner, _bOuter), RepeatsB ? 1 : Length);

    /// <summary>This group's row in an array that holds the rows one after the other.</summary>
    public ArrayView<float> RowOf(ArrayView<float> y) => y.SubView(Row * Length, Length);

    private int Start(int inner, int outer)
    {
        var row = Row;
        var high = row / _inner;
        return ((row - (high * _inner)) * inner) + (high * outer);
    }
}
