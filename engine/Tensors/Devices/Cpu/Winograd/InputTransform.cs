using System.Runtime.CompilerServices;
using IlgpuGan.Tensors.Devices.Cpu.Convolution;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using static IlgpuGan.Tensors.Devices.Cpu.Convolution.CorrelationPlan;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>
/// Brings a chunk's tiles to the points. The columns of the tiles come first, on whole rows of pixels as they lie: no number is moved for
/// that, and those of neighbouring tiles are computed once. Only then are the rows taken apart into residues and tiles. What lies beside
/// the picture follows its rows, for the transform is linear. Of narrow pictures tiles are gathered first (<see cref="PlaneCopies"/>), and
/// the same is done on tiles.
/// </summary>
/// <typeparam name="TPoints">the plan's points</typeparam>
internal readonly unsafe struct InputTransform<TPoints>(WinogradPlan plan, float* input)
    where TPoints : struct, IPointTransform
{
    private static int Points => TPoints.Count;

    /// <summary>Floats of working memory.</summary>
    public static long Room(WinogradPlan plan) => plan.IsNarrow
        ? plan.CopiedFloats + GatheredElements + (Points * Points * TileRow.Width)
        : RowsAt(plan) + (Points * CopyPitch(plan)) + (Points * TileRow.TakenRows * WinogradPlan.ElementPitch);

    /// <summary>Floats of sixteen tiles as they are gathered.</summary>
    private static int GatheredElements => Points * TileRow.TakenRows * TileRow.Width;

    /// <summary>One channel of the input in all its residues.</summary>
    /// <param name="v">[place][channel][tile]: the chunk's tiles at the points</param>
    /// <param name="spare">room for <see cref="Room"/> numbers</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(WinogradChunk chunk, int channel, float* v, float* spare)
    {
        var g = plan.Correlation;
        Fetch(chunk, channel + 1);
        if (chunk.Copies is { } copies)
        {
            copies.Fill(input, channel, spare);
            Gather(chunk, copies, spare, v + ((nint)channel * WinogradPlan.TilePitch));
            return;
        }

        var elements = spare + RowsAt(plan) + (Points * CopyPitch(plan));
        for (var residueY = 0; residueY < g.StrideY; residueY++)
        {
            TransformColumns(chunk, channel, residueY, spare);
            for (var residueX = 0; residueX < g.StrideX; residueX++)
            {
                var to = v + ((nint)((residueY * g.StrideX) + residueX) * g.Channels + channel) * WinogradPlan.TilePitch;
                TransformRows(chunk, spare + (residueX * (nint)plan.LinePitch), elements, to);
            }
        }
    }

    /// <summary>
    /// Asks for what the channel that probably comes next reads: pieces too short for the processor to see a stream in them.
    /// </summary>
    private void Fetch(WinogradChunk chunk, int channel)
    {
        var g = plan.Correlation;
        if (channel >= g.Channels)
        {
            return;
        }

        var pieces = chunk.Pieces;
        for (var i = 0; i < pieces.Length; i++)
        {
            // Rows of tiles overlap: only the last one of a picture asks for all that it reads.
            ref readonly var piece = ref pieces[i];
            var top = piece.Row * plan.Outputs * g.StrideY + plan.Top;
            var rows = (i == pieces.Length - 1 || piece.Row == plan.TilesY - 1 ? Points : plan.Outputs) * g.StrideY;
            var first = Math.Clamp(top, 0, g.InH);
            var count = Math.Clamp(top + rows, first, g.InH) - first;
            var left = Math.Clamp(piece.LineFirst * plan.Outputs * g.StrideX + plan.Left, 0, g.InW);
            var width = Math.Clamp(((piece.LineEnd - 1) * plan.Outputs + Points) * g.StrideX + plan.Left, left, g.InW) - left;
            var from = input + (((nint)piece.Image * g.Channels + channel) * g.InH + first) * g.InW + left;
            if (width == g.InW)
            {
                CacheLines.Prefetch(from, count * g.InW);
                continue;
            }

            for (var y = 0; y < count; y++)
            {
                CacheLines.Prefetch(from + (nint)y * g.InW, width);
            }
        }
    }

    /// <summary>
    /// Where the copies of rows begin: behind the lines of all tile rows and one tile row as it is before its residues are taken apart.
    /// </summary>
    private static nint RowsAt(WinogradPlan plan) => (plan.ChunkRows + 1) * LinesPitch(plan);

    /// <summary>From one row of tiles to the next: lines [point][residue].</summary>
    private static nint LinesPitch(WinogradPlan plan) => (nint)Points * plan.Correlation.StrideX * plan.LinePitch;

    private static nint CopyPitch(WinogradPlan plan) => (nint)plan.Correlation.StrideX * plan.LinePitch;

    /// <summary>lines [piece][point][residue][column of the picture from the row's first tile on].</summary>
    private void TransformColumns(WinogradChunk chunk, int channel, int residueY, float* lines)
    {
        var g = plan.Correlation;
        var copies = lines + RowsAt(plan);
        var whole = lines + plan.ChunkRows * LinesPitch(plan);
        foreach (ref readonly var piece in chunk.Pieces.AsSpan())
        {
            var plane = input + ((nint)piece.Image * g.Channels + channel) * g.InH * g.InW;
            var top = piece.Row * plan.Outputs * g.StrideY + plan.Top + residueY;
            var left = piece.LineFirst * plan.Outputs * g.StrideX + plan.Left;
            var count = (piece.LineEnd - piece.LineFirst - 1) * plan.Outputs + Points;
            var columns = lines;
            lines += LinesPitch(plan);
            if (g.StrideX == 1)
            {
                TransformRow(plane, top, left, count, copies, columns, plan.LinePitch);
                continue;
            }

            TransformRow(plane, top, left, count * g.StrideX, copies, whole, CopyPitch(plan));
            for (var i = 0; i < Points; i++)
            {
                var from = whole + i * CopyPitch(plan);
                var to = columns + i * CopyPitch(plan);
                if (g.StrideX == 2)
                {
                    Interleaving.Deinterleave(from, to, to + plan.LinePitch, count);
                    continue;
                }

                for (var residue = 0; residue < g.StrideX; residue++)
                {
                    Interleaving.GatherStrided(from + residue, g.StrideX, to + (residue * (nint)plan.LinePitch), count);
                }
            }
        }
    }

    /// <summary>to [point][column]: the columns [left, left + count) of as many rows, from row top on, as there are points.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransformRow(float* plane, int top, int left, int count, float* copies, float* to, nint toPitch)
    {
        var g = plan.Correlation;
        var start = Math.Clamp(-left, 0, count);
        var stop = Math.Clamp(g.InW - left, start, count);
        var from = plane + (nint)top * g.InW + left;
        var pitch = (nint)g.StrideY * g.InW;
        if (top < 0 || top + (Points - 1) * g.StrideY >= g.InH || stop - start < TileRow.Width)
        {
            CopyRows(plane, top, left, start, stop, copies);
            from = copies;
            pitch = CopyPitch(plan);
        }

        for (var x = start; x < stop; x += TileRow.Width)
        {
            // The last vector ends where the row does.
            var at = Math.Min(x, Math.Max(stop - TileRow.Width, 0));
            TPoints.Input(from + at, pitch, to + at, toPitch);
        }

        for (var i = 0; i < Points; i++, to += toPitch)
        {
            for (var x = 0; x < start; x++)
            {
                to[x] = 0;
            }

            for (var x = stop; x < count; x++)
            {
                to[x] = 0;
            }

            g.Border?.ShowColumns(to - left, g.InW, left, 1, to, count);
        }
    }

    /// <summary>The rows of a tile that reaches over the picture's edge, or of a picture too narrow for a vector.</summary>
    private void CopyRows(float* plane, int top, int left, int start, int stop, float* copies)
    {
        var g = plan.Correlation;
        for (var i = 0; i < Points; i++, copies += CopyPitch(plan))
        {
            var y = top + i * g.StrideY;
            y = g.Border?.Row(y) ?? y;
            var row = new Span<float>(copies + start, stop - start);
            if ((uint)y < (uint)g.InH)
            {
                new ReadOnlySpan<float>(plane + (nint)y * g.InW + left + start, stop - start).CopyTo(row);
            }
            else
            {
                row.Clear();
            }
        }
    }

    /// <summary>
    /// One residue's lines to tiles, which follow each other without gaps so that vectors are full however narrow the picture is, and those
    /// to the points.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransformRows(WinogradChunk chunk, float* lines, float* elements, float* to)
    {
        TileRow.Take(lines, CopyPitch(plan), chunk.Takes, plan.Outputs, Points, elements, WinogradPlan.ElementPitch);
        var tiles = chunk.Tiles;
        var pitch = (nint)plan.InputPitch;
        for (var i = 0; i < Points; i++)
        {
            for (var t = 0; t < tiles; t += TileRow.Width)
            {
                TPoints.Input(elements + t, WinogradPlan.ElementPitch, to + t, pitch);
            }

            elements += TileRow.TakenRows * WinogradPlan.ElementPitch;
            to += Points * pitch;
        }
    }

    /// <summary>Narrow tiles to the points, sixteen at a time.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Gather(WinogradChunk chunk, PlaneCopies copies, float* planes, float* to)
    {
        var elements = planes + copies.Floats;
        var half = elements + GatheredElements;
        var pitch = (nint)plan.InputPitch;
        fixed (int* sources = copies.Sources)
        {
            for (var t = 0; t < chunk.Tiles; t += TileRow.Width)
            {
                for (var line = 0; line < Points; line++)
                {
                    var row = planes + (line * copies.Pitch);
                    var element = elements + (line * TileRow.TakenRows * TileRow.Width);
                    Transpose.Gather(row, sources + t, Points, element, TileRow.Width);
                    Transpose.Gather(row, sources + t + (TileRow.Width / 2), Points, element + (TileRow.Width / 2), TileRow.Width);
                }

                for (var j = 0; j < Points; j++)
                {
                    TPoints.Input(
                        elements + (j * TileRow.Width), TileRow.TakenRows * TileRow.Width, half + (j * TileRow.Width),
                        Points * TileRow.Width);
                }

                for (var i = 0; i < Points; i++)
                {
                    TPoints.Input(half + (i * Points * TileRow.Width), TileRow.Width, to + t + (i * Points * pitch), pitch);
                }
            }
        }
    }
}
