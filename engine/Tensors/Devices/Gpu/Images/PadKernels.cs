using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.Images;

/// <summary>Padding and its gradient, by gathering: a thread for each element of the result.</summary>
internal static class PadKernels
{
    public static void Pad(ArrayView<float> x, ArrayView<float> y, PaddedAxis rows, PaddedAxis columns, PadGeometry g, float value)
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

    public static void Gradient(ArrayView<float> dy, ArrayView<float> dx, PaddedAxis rows, PaddedAxis columns, PadGeometry g)
    {
        var index = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (index < dx.IntLength)
        {
            dx[index] = Gather(dy, index, rows, columns, g);
        }
    }

    /// <summary>The sum of dy over all copies of an element in the padded plane.</summary>
    public static float Gather(ArrayView<float> dy, int index, PaddedAxis rows, PaddedAxis columns, PadGeometry g)
    {
        var line = index / g.W;
        var plane = line / g.H;
        var row = line - (plane * g.H);
        var column = index - (line * g.W);
        var start = plane * g.OutH * g.OutW;
        if ((row >= rows.SingleFirst) & (row < rows.SingleEnd) & (column >= columns.SingleFirst) & (column < columns.SingleEnd))
        {
            return dy[start + ((row + g.Top) * g.OutW) + column + g.Left];
        }

        var shownRows = new PaddedCopies(rows, row, row + g.Top);
        var shownColumns = new PaddedCopies(columns, column, column + g.Left);
        var sum = default(Compensated);
        for (var r = 0; r < shownRows.Count; r++)
        {
            var shown = start + (shownRows[r] * g.OutW);
            for (var c = 0; c < shownColumns.Count; c++)
            {
                sum = sum.Add(dy[shown + shownColumns[c]]);
            }
        }

        return sum.Value;
    }
}
