using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.Images;

/// <summary>Padding and its gradient, by gathering: a thread for each element of the result.</summary>
internal static class PadKernels
{
    public static void Pad(ArrayView<float> x, ArrayView<float> y, PlanePadding padding)
    {
        var g = padding.G;
        var index = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (index >= y.IntLength)
        {
            return;
        }

        var line = index / g.OutW;
        var plane = line / g.OutH;
        var row = padding.Rows.Source(line - (plane * g.OutH));
        var column = padding.Columns.Source(index - (line * g.OutW));
        y[index] = row < 0 || column < 0 ? padding.Value : x[(((plane * g.H) + row) * g.W) + column];
    }

    public static void Gradient(ArrayView<float> dy, ArrayView<float> dx, PlanePadding padding)
    {
        var index = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (index < dx.IntLength)
        {
            dx[index] = Gather(dy, index, padding);
        }
    }

    /// <summary>The sum of dy over all copies of an element in the padded plane.</summary>
    public static float Gather(ArrayView<float> dy, int index, PlanePadding padding)
    {
        var (rows, columns, g) = (padding.Rows, padding.Columns, padding.G);
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
