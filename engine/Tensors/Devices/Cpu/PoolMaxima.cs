using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>Finds the maximum of each window of a row: the first of equals; NaN counts as larger than any number.</summary>
internal readonly unsafe struct PoolMaxima
{
    private readonly PoolGeometry _g;
    private readonly PoolRows _rows;
    private readonly int* _left;

    public PoolMaxima(float* x, in PoolGeometry g, Scratch scratch)
    {
        _g = g;
        var vectors = (g.OutW + Lanes.Count - 1) / Lanes.Count * Lanes.Count;
        var memory = scratch.Floats((2L * vectors) + PoolRows.Floats(g));
        Indices = (int*)memory;
        _left = Indices + vectors;
        for (var i = 0; i < vectors; i++)
        {
            _left[i] = FirstInside((i * g.StrideW) - g.PadLeft, g.DilationW);
        }

        _rows = new PoolRows(x, g, float.NegativeInfinity, memory + (2L * vectors));
    }

    /// <summary>Index in its plane of each maximum found last.</summary>
    public int* Indices { get; }

    /// <summary>
    /// Finds the maxima of a row of windows, counted over all planes: writes <paramref name="values"/>, or <see cref="Indices"/> if that is
    /// null.
    /// </summary>
    public void Find(long row, float* values)
    {
        _rows.MoveTo(row);
        if (values is not null)
        {
            FindValues(values);
            return;
        }

        var top = ((int)(row % _g.OutH) * _g.StrideH) - _g.PadTop;
        FindIndices(top);
    }

    private static int FirstInside(int start, int dilation) => start >= 0 ? start : start + ((-start + dilation - 1) / dilation * dilation);

    /// <summary>Whether a candidate replaces the best so far: if it is not ≤ the best (larger, or NaN), unless the best is NaN.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> Wins(Vector512<float> candidate, Vector512<float> best) =>
        Vector512.AndNot(Vector512.Equals(best, best), Vector512.LessThanOrEqual(candidate, best));

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FindValues(float* values)
    {
        var taps = _rows.Taps;
        var (count, length) = (_g.KernelH * _g.KernelW, _g.OutW);
        for (var i = 0; i < length; i += Lanes.Count)
        {
            var best = Vector512.Create(float.NegativeInfinity);
            for (var tap = 0; tap < count; tap++)
            {
                var candidate = Vector512.Load(taps[tap] + i);
                best = Vector512.ConditionalSelect(Wins(candidate, best), candidate, best);
            }

            Lanes.StoreUpTo(best, values + i, length - i);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void FindIndices(int top)
    {
        var g = _g;
        var left = _left;
        var indices = Indices;
        var firstRow = Vector512.Create(FirstInside(top, g.DilationH) * g.W);
        var lanes = Vector512<int>.Indices * g.StrideW;
        for (var i = 0; i < g.OutW; i += Lanes.Count)
        {
            var best = Vector512.Create(float.NegativeInfinity);
            var index = firstRow + Vector512.Load(left + i);
            var columns = lanes + Vector512.Create((i * g.StrideW) - g.PadLeft);
            var tap = _rows.Taps;
            for (var row = 0; row < g.KernelH; row++)
            {
                var start = (top + (row * g.DilationH)) * g.W;
                for (var column = 0; column < g.KernelW; column++)
                {
                    var candidate = Vector512.Load(*tap++ + i);
                    var wins = Wins(candidate, best);
                    best = Vector512.ConditionalSelect(wins, candidate, best);
                    index = Vector512.ConditionalSelect(wins.AsInt32(), columns + Vector512.Create(start + (column * g.DilationW)), index);
                }
            }

            index.Store(indices + i);
        }
    }
}
