using System.Runtime.CompilerServices;
using IlgpuGan.Tensors.Devices.Cpu.Convolution;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using static IlgpuGan.Tensors.Devices.Cpu.Convolution.CorrelationPlan;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>
/// Transforms a chunk's input to the Winograd domain. Columns are transformed first, on whole rows of pixels in place: no data is moved for
/// that, and columns shared by neighbouring tiles are computed once. Only then are the rows split into residues and tiles. Padding beside
/// the image is added to transformed rows, since the transform is linear. In narrow images tiles are gathered first
/// (<see cref="PlaneCopies"/>) and both transforms work on tiles.
/// </summary>
/// <typeparam name="TPoints">the plan's points</typeparam>
internal readonly unsafe struct InputTransform<TPoints>(WinogradPlan plan, float* input)
    where TPoints : struct, IPointTransform
{
    private static int Points => TPoints.Count;

    /// <summary>Floats of scratch memory.</summary>
    public static long ScratchSize(WinogradPlan plan) => plan.GathersTiles
        ? plan.CopiedFloats + GatheredElements + (Points * Points * TileRow.Width)
        : RowsAt(plan) + (Points * plan.PointPitch) + (Points * TileRow.ElementRows * WinogradPlan.ElementPitch);

    /// <summary>Floats of sixteen gathered tiles.</summary>
    private static int GatheredElements => Points * TileRow.ElementRows * TileRow.Width;

    /// <summary>Transforms one input channel in all its residues.</summary>
    /// <param name="v">[place][channel][tile]: the chunk's transformed input</param>
    /// <param name="workspace"><see cref="ScratchSize"/> floats of scratch memory</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(WinogradChunk chunk, int channel, float* v, float* workspace)
    {
        var g = plan.Correlation;
        PrefetchChannel(chunk, channel + 1);
        if (chunk.Copies is { } copies)
        {
            copies.Fill(input, channel, workspace);
            Gather(chunk, copies, workspace, v + ((nint)channel * WinogradPlan.TilePitch));
            return;
        }

        var elements = workspace + RowsAt(plan) + (Points * plan.PointPitch);
        for (var residueY = 0; residueY < g.StrideY; residueY++)
        {
            TransformColumns(chunk, channel, residueY, workspace);
            for (var residueX = 0; residueX < g.StrideX; residueX++)
            {
                var to = v + ((nint)((residueY * g.StrideX) + residueX) * g.Channels + channel) * WinogradPlan.TilePitch;
                TransformRows(chunk, workspace + (residueX * (nint)plan.LinePitch), elements, to);
            }
        }
    }

    /// <summary>
    /// Prefetches the input of the channel that is probably next: its pieces are too short for the hardware prefetcher to detect a stream.
    /// </summary>
    private void PrefetchChannel(WinogradChunk chunk, int channel)
    {
        var g = plan.Correlation;
        if (channel >= g.Channels)
        {
            return;
        }

        var pieces = chunk.Pieces;
        for (var i = 0; i < pieces.Length; i++)
        {
            // Rows of tiles overlap: only the last one of an image prefetches everything that it reads.
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
    /// Offset of the row copies: after the lines of all tile rows and of one tile row before its residues are split.
    /// </summary>
    private static nint RowsAt(WinogradPlan plan) => (plan.ChunkRows + (nint)1) * plan.LinesPitch;

    /// <summary>lines [piece][point][residue][column of the image from the row's first tile on].</summary>
    private void TransformColumns(WinogradChunk chunk, int channel, int residueY, float* lines)
    {
        var g = plan.Correlation;
        var copies = lines + RowsAt(plan);
        var whole = lines + (nint)plan.ChunkRows * plan.LinesPitch;
        foreach (ref readonly var piece in chunk.Pieces.AsSpan())
        {
            var plane = input + ((nint)piece.Image * g.Channels + channel) * g.InH * g.InW;
            var top = piece.Row * plan.Outputs * g.StrideY + plan.Top + residueY;
            var left = piece.LineFirst * plan.Outputs * g.StrideX + plan.Left;
            var count = (piece.LineEnd - piece.LineFirst - 1) * plan.Outputs + Points;
            var columns = lines;
            lines += plan.LinesPitch;
            if (g.StrideX == 1)
            {
                TransformRow(plane, top, left, count, copies, columns, plan.LinePitch);
                continue;
            }

            TransformRow(plane, top, left, count * g.StrideX, copies, whole, plan.PointPitch);
            for (var i = 0; i < Points; i++)
            {
                var from = whole + i * plan.PointPitch;
                var to = columns + i * plan.PointPitch;
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

    /// <summary>to [point][column]: transforms columns [left, left + count) of n rows from row <paramref name="top"/> on.</summary>
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
            pitch = plan.PointPitch;
        }

        for (var x = start; x < stop; x += TileRow.Width)
        {
            // The last vector ends at the end of the row.
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

            g.Border?.FillColumns(to - left, g.InW, left, 1, to, count);
        }
    }

    /// <summary>Copies the rows of a tile that extends beyond the image, or of an image narrower than a vector.</summary>
    private void CopyRows(float* plane, int top, int left, int start, int stop, float* copies)
    {
        var g = plan.Correlation;
        for (var i = 0; i < Points; i++, copies += plan.PointPitch)
        {
            var y = top + i * g.StrideY;
            y = g.Border?.SourceRow(y) ?? y;
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
    /// Splits one residue's lines into tiles, contiguous so that vectors are full however narrow the image is, and transforms their rows.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransformRows(WinogradChunk chunk, float* lines, float* elements, float* to)
    {
        TileRow.ToTiles(lines, plan.PointPitch, chunk.VectorStarts, plan.Outputs, Points, elements, WinogradPlan.ElementPitch);
        var tiles = chunk.Tiles;
        var pitch = (nint)plan.InputPitch;
        for (var i = 0; i < Points; i++)
        {
            for (var t = 0; t < tiles; t += TileRow.Width)
            {
                TPoints.Input(elements + t, WinogradPlan.ElementPitch, to + t, pitch);
            }

            elements += TileRow.ElementRows * WinogradPlan.ElementPitch;
            to += Points * pitch;
        }
    }

    /// <summary>Gathers and transforms the tiles of narrow images, sixteen at a time.</summary>
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
                    var element = elements + (line * TileRow.ElementRows * TileRow.Width);
                    Transpose.Gather(row, sources + t, Points, element, TileRow.Width);
                    Transpose.Gather(row, sources + t + (TileRow.Width / 2), Points, element + (TileRow.Width / 2), TileRow.Width);
                }

                for (var j = 0; j < Points; j++)
                {
                    TPoints.Input(
                        elements + (j * TileRow.Width), TileRow.ElementRows * TileRow.Width, half + (j * TileRow.Width),
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
