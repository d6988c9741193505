using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using static IlgpuGan.Tensors.Devices.Cpu.Convolution.CorrelationPlan;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>Transforms the products of a chunk's tiles to output pixels.</summary>
/// <typeparam name="TPoints">the plan's points</typeparam>
internal readonly unsafe struct OutputTransform<TPoints>(WinogradPlan plan, float* bias, float* output)
    where TPoints : struct, IPointTransform
{
    private static int Points => TPoints.Count;

    /// <summary>Floats of scratch memory.</summary>
    public static long ScratchSize(WinogradPlan plan) => plan.Phases.Length * PhasePitch(plan) + 2L * plan.LinePitch;

    /// <summary>Transforms one filter in all its phases.</summary>
    /// <param name="m">the filter's tiles of the first phase at the first place</param>
    /// <param name="mPhasePitch">distance between phases of m</param>
    /// <param name="workspace"><see cref="ScratchSize"/> floats of scratch memory</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(WinogradChunk chunk, int filter, float* m, nint mPhasePitch, float* workspace)
    {
        var g = plan.Correlation;
        var shift = bias == null ? 0 : bias[filter];
        PrefetchFilter(chunk, filter + 1);
        for (var p = 0; p < plan.Phases.Length; p++)
        {
            Transform(m + p * mPhasePitch, chunk.Tiles, workspace + p * PhasePitch(plan));
        }

        if (plan.StoresSingleTiles)
        {
            StoreTiles(chunk, workspace, shift, output + ((nint)filter * g.OutH * g.OutW));
            return;
        }

        var lines = workspace + plan.Phases.Length * PhasePitch(plan);
        foreach (ref readonly var piece in chunk.Pieces.AsSpan())
        {
            var plane = output + ((nint)piece.Image * g.Filters + filter) * g.OutH * g.OutW;
            var pixels = workspace + piece.Place;
            for (var i = 0; i < plan.Outputs; i++, pixels += plan.Outputs * WinogradPlan.ElementPitch)
            {
                Store(pixels, piece.Row * plan.Outputs + i, piece.First, piece.End, shift, lines, plane);
            }
        }
    }

    /// <summary>Prefetches the pixels that the next filter writes.</summary>
    private void PrefetchFilter(WinogradChunk chunk, int filter)
    {
        var g = plan.Correlation;
        if (filter >= g.Filters)
        {
            return;
        }

        foreach (ref readonly var piece in chunk.Pieces.AsSpan())
        {
            var (top, left) = (piece.Row * plan.Outputs * g.OutStepY, piece.First * plan.Outputs * g.OutStepX);
            var width = Math.Min(piece.End * plan.Outputs * g.OutStepX, g.OutW) - left;
            var plane = output + ((nint)piece.Image * g.Filters + filter) * g.OutH * g.OutW;
            for (var y = top; y < Math.Min(top + plan.Outputs * g.OutStepY, g.OutH); y++)
            {
                CacheLines.Prefetch(plane + (nint)y * g.OutW + left, width);
            }
        }
    }

    private static nint PhasePitch(WinogradPlan plan) => (nint)plan.Outputs * plan.Outputs * WinogradPlan.ElementPitch;

    /// <summary>Writes pixels [row of a tile][column of a tile][tile] of one phase.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Transform(float* from, int tiles, float* pixels)
    {
        var half = stackalloc float[Points * Points * TileRow.Width];
        var pitch = (nint)plan.OutputPitch;
        for (var t = 0; t < tiles; t += TileRow.Width)
        {
            for (var j = 0; j < Points; j++)
            {
                TPoints.Collect(from + t + j * pitch, Points * pitch, plan.Outputs, half + j * TileRow.Width, Points * TileRow.Width);
            }

            for (var i = 0; i < plan.Outputs; i++)
            {
                TPoints.Collect(
                    half + i * Points * TileRow.Width, TileRow.Width, plan.Outputs,
                    pixels + i * plan.Outputs * WinogradPlan.ElementPitch + t, WinogradPlan.ElementPitch);
            }
        }
    }

    /// <summary>Stores each tile at its position in the output.</summary>
    /// <param name="pixels">[row of a tile][column of a tile][tile]</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void StoreTiles(WinogradChunk chunk, float* pixels, float shift, float* plane)
    {
        const int Pitch = WinogradPlan.ElementPitch;
        var (outputs, width) = (plan.Outputs, plan.Correlation.OutW);
        fixed (TilePosition* positions = chunk.Positions)
        {
            var t = 0;
            for (; Avx.IsSupported && outputs == 4 && t <= chunk.Tiles - 8; t += 8)
            {
                for (var i = 0; i < 4; i++)
                {
                    var row = pixels + (i * 4 * Pitch) + t;
                    var (a, b, c, d) = TileRow.FourOutputsOfEight(row, Pitch, shift);
                    var down = (nint)i * width;
                    Store(a.GetLower(), positions[t], i, plane + down);
                    Store(b.GetLower(), positions[t + 1], i, plane + down);
                    Store(c.GetLower(), positions[t + 2], i, plane + down);
                    Store(d.GetLower(), positions[t + 3], i, plane + down);
                    Store(a.GetUpper(), positions[t + 4], i, plane + down);
                    Store(b.GetUpper(), positions[t + 5], i, plane + down);
                    Store(c.GetUpper(), positions[t + 6], i, plane + down);
                    Store(d.GetUpper(), positions[t + 7], i, plane + down);
                }
            }

            for (; t < chunk.Tiles; t++)
            {
                for (var i = 0; i < positions[t].Rows; i++)
                {
                    var to = plane + positions[t].Offset + ((nint)i * width);
                    for (var j = 0; j < positions[t].Columns; j++)
                    {
                        to[j] = pixels[(((i * outputs) + j) * Pitch) + t] + shift;
                    }
                }
            }
        }
    }

    /// <summary>Stores row i of a tile of 4 × 4.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Store(Vector128<float> row, in TilePosition position, int i, float* plane)
    {
        if (i >= position.Rows)
        {
            return;
        }

        if (position.Columns == 4)
        {
            row.Store(plane + position.Offset);
            return;
        }

        for (var j = 0; j < position.Columns; j++)
        {
            plane[position.Offset + j] = row[j];
        }
    }

    /// <summary>Stores some tiles' part of one grid row, for all phases, in the corresponding rows of the plane.</summary>
    private void Store(float* pixels, int gridRow, int firstTile, int endTile, float shift, float* lines, float* plane)
    {
        var g = plan.Correlation;
        for (var p = 0; p < plan.Phases.Length; p++)
        {
            var phase = plan.Phases[p];
            var y = (gridRow - phase.ShiftY) * g.OutStepY + phase.Top;
            var isPair = plan.IsPair(p);
            if (gridRow >= phase.ShiftY && y < g.OutH)
            {
                var to = plane + (nint)y * g.OutW;
                var from = pixels + p * PhasePitch(plan);
                var (start, stop) = Columns(phase, firstTile, endTile);
                if (isPair)
                {
                    StorePair(p, from, firstTile, endTile, shift, lines, to);
                }
                else if (g.OutStepX == 1)
                {
                    StoreRow(phase, from, (firstTile, endTile), (start, stop), shift, lines, to);
                }
                else
                {
                    TileRow.ToRow(from, WinogradPlan.ElementPitch, endTile - firstTile, plan.Outputs, shift, lines);
                    StoreColumns(phase, lines, firstTile, start, stop, to);
                }
            }

            p += isPair ? 1 : 0;
        }
    }

    /// <summary>Stores two phases whose columns alternate.</summary>
    private void StorePair(int p, float* pixels, int firstTile, int endTile, float shift, float* lines, float* to)
    {
        var (left, right) = (plan.Phases[p], plan.Phases[p + 1]);
        var other = lines + plan.LinePitch;
        var (leftStart, leftStop) = Columns(left, firstTile, endTile);
        var (rightStart, rightStop) = Columns(right, firstTile, endTile);
        var start = Math.Max(leftStart, rightStart);
        var stop = Math.Max(Math.Min(leftStop, rightStop), start);
        TileRow.ToRow(pixels, WinogradPlan.ElementPitch, endTile - firstTile, plan.Outputs, shift, lines);
        TileRow.ToRow(pixels + PhasePitch(plan), WinogradPlan.ElementPitch, endTile - firstTile, plan.Outputs, shift, other);
        var first = firstTile * plan.Outputs;
        Interleaving.Interleave(lines + start + left.ShiftX - first, other + start + right.ShiftX - first, stop - start, 0, to + 2 * start);

        // The columns that only one of the phases has.
        StoreColumns(left, lines, firstTile, leftStart, Math.Min(start, leftStop), to);
        StoreColumns(left, lines, firstTile, Math.Max(stop, leftStart), leftStop, to);
        StoreColumns(right, other, firstTile, rightStart, Math.Min(start, rightStop), to);
        StoreColumns(right, other, firstTile, Math.Max(stop, rightStart), rightStop, to);
    }

    /// <summary>Stores a row with contiguous columns: vectors of tiles that are wholly inside go directly to the output.</summary>
    private void StoreRow(
        WinogradPhase phase, float* pixels, (int First, int End) tiles, (int Start, int Stop) columns, float shift, float* line, float* to)
    {
        var ((firstTile, endTile), (start, stop)) = (tiles, columns);
        var tile = firstTile;
        if (phase.ShiftX == 0)
        {
            // Whole vectors of tiles inside the row.
            tile += Math.Min(endTile - firstTile, (stop / plan.Outputs) - firstTile) / TileRow.Width * TileRow.Width;
            TileRow.ToRow(
                pixels, WinogradPlan.ElementPitch, tile - firstTile, plan.Outputs, shift, to + phase.Left + firstTile * plan.Outputs);
        }

        if (tile < endTile)
        {
            TileRow.ToRow(pixels + tile - firstTile, WinogradPlan.ElementPitch, endTile - tile, plan.Outputs, shift, line);
            StoreColumns(phase, line, tile, Math.Max(start, (tile * plan.Outputs) - phase.ShiftX), stop, to);
        }
    }

    /// <summary>Stores columns [start, stop) of a phase.</summary>
    private void StoreColumns(WinogradPhase phase, float* line, int firstTile, int start, int stop, float* to)
    {
        var step = plan.Correlation.OutStepX;
        if (start < stop)
        {
            Interleaving.ScatterStrided(
                line + start + phase.ShiftX - firstTile * plan.Outputs, stop - start, 0, to + phase.Left + (nint)start * step, step);
        }
    }

    /// <summary>The columns of a phase that the tiles contain.</summary>
    private (int Start, int Stop) Columns(WinogradPhase phase, int firstTile, int endTile)
    {
        var g = plan.Correlation;
        var start = Math.Max(firstTile * plan.Outputs - phase.ShiftX, 0);
        return (start, Math.Min(endTile * plan.Outputs - phase.ShiftX, DivideUp(g.OutW - phase.Left, g.OutStepX)));
    }
}
