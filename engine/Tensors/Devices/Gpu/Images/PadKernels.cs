using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.Images;

/// <summary>Padding and its gradient: a thread an element of the result, which it gathers.</summary>
internal static class PadKernels
{
    public static void Pad(ArrayView<float> x, ArrayView<float> y, PaddedLine rows, PaddedLine columns, PadGeometry g, float value)
    {
        var index = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (index >= y.IntLength)
        {
            return;
        }

        var line = index / g.OutW;
        var plane = line / g.OutH;
        var row = rows.Source(line - (plane * g.OutH));
        var column = columns.Source(index - (line * g.OutW));
        y[index] = row < 0 || column < 0 ? value : x[(((plane * g.H) + row) * g.W) + column];
    }

    public static void Gradient(ArrayView<float> dy, ArrayView<float> dx, PaddedLine rows, PaddedLine columns, PadGeometry g)
    {
        var index = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (index < dx.IntLength)
        {
            dx[index] = Gather(dy, index, rows, columns, g);
        }
    }

    /// <summary>What the padded planes show of an element of the planes, added up.</summary>
    public static float Gather(ArrayView<float> dy, int index, PaddedLine rows, PaddedLine columns, PadGeometry g)
    {
        var line = index / g.W;
        var plane = line / g.H;
        var row = line - (plane * g.H);
        var column = index - (line * g.W);
        var start = plane * g.OutH * g.OutW;
        if ((row >= rows.OnceFirst) & (row < rows.OnceEnd) & (column >= columns.OnceFirst) & (column < columns.OnceEnd))
        {
            return dy[start + ((row + g.Top) * g.OutW) + column + g.Left];
        }

        var copy = Copy(rows, row + g.Top);
        var before = rows.ShownBefore(row);
        var after = rows.ShownAfter(row);

        var sum = AddRows(default, dy, start, copy.First, copy.End, columns, column, g);
        sum = AddRows(sum, dy, start, before.First, before.End, columns, column, g);
        return AddRows(sum, dy, start, after.First, after.End, columns, column, g).Value;
    }

    private static Compensated AddRows(
        Compensated sum, ArrayView<float> dy, int start, int first, int end, PaddedLine columns, int column, PadGeometry g)
    {
        var copy = Copy(columns, column + g.Left);
        var before = columns.ShownBefore(column);
        var after = columns.ShownAfter(column);
        for (var row = first; row < end; row++)
        {
            var line = start + (row * g.OutW);
            sum = AddColumns(sum, dy, line, copy.First, copy.End);
            sum = AddColumns(sum, dy, line, before.First, before.End);
            sum = AddColumns(sum, dy, line, after.First, after.End);
        }

        return sum;
    }

    private static Compensated AddColumns(Compensated sum, ArrayView<float> dy, int line, int first, int end)
    {
        for (var column = first; column < end; column++)
        {
            sum = sum.Add(dy[line + column]);
        }

        return sum;
    }

    /// <summary>The place at which an element is copied, unless it is cropped away.</summary>
    private static (int First, int End) Copy(PaddedLine line, int place) =>
        place >= line.CopyFirst && place < line.CopyEnd ? (place, place + 1) : (0, 0);
}
