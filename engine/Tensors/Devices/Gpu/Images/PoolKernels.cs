using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.Reductions;

namespace IlgpuGan.Tensors.Devices.Gpu.Images;

/// <summary>Pooling and its gradients, by gathering: a thread for each element of the result.</summary>
internal static class PoolKernels
{
    public static void Average(ArrayView<float> x, ArrayView<float> y, PoolGeometry g)
    {
        var index = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (index >= y.IntLength)
        {
            return;
        }

        var line = index / g.OutW;
        var plane = line / g.OutH;
        var rows = Covered(line - (plane * g.OutH), g.StrideH, g.PadTop, g.KernelH, 1, g.H);
        var columns = Covered(index - (line * g.OutW), g.StrideW, g.PadLeft, g.KernelW, 1, g.W);
        var area = g.CountedRows(line - (plane * g.OutH)) * g.CountedColumns(index - (line * g.OutW));
        var unit = ReduceKernels.UnitOf(1f / area);
        var sum = default(Compensated);
        for (var i = rows.First; i < rows.End; i++)
        {
            for (var j = columns.First; j < columns.End; j++)
            {
                sum = sum.Add(x[(((plane * g.H) + i) * g.W) + j] * unit);
            }
        }

        y[index] = sum.Value / (area * unit);
    }

    public static void AverageGradient(ArrayView<float> dy, ArrayView<float> dx, PoolGeometry g)
    {
        var index = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (index >= dx.IntLength)
        {
            return;
        }

        var line = index / g.W;
        var plane = line / g.H;
        var rows = Covering(line - (plane * g.H), g.StrideH, g.PadTop, g.KernelH, g.OutH);
        var columns = Covering(index - (line * g.W), g.StrideW, g.PadLeft, g.KernelW, g.OutW);
        var sum = default(Compensated);
        for (var i = rows.First; i < rows.End; i++)
        {
            for (var j = columns.First; j < columns.End; j++)
            {
                sum = sum.Add(dy[(((plane * g.OutH) + i) * g.OutW) + j] / (g.CountedRows(i) * g.CountedColumns(j)));
            }
        }

        dx[index] = sum.Value;
    }

    /// <summary>y = values at the index of each window's maximum of x: max pooling where values is x.</summary>
    public static void GatherMaximum(ArrayView<float> x, ArrayView<float> values, ArrayView<float> y, PoolGeometry g)
    {
        var index = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (index >= y.IntLength)
        {
            return;
        }

        var line = index / g.OutW;
        var plane = line / g.OutH;
        y[index] = values[PlaceOfMaximum(x, plane, line - (plane * g.OutH), index - (line * g.OutW), g)];
    }

    public static void MaximumGradient(ArrayView<float> x, ArrayView<float> dy, ArrayView<float> dx, PoolGeometry g)
    {
        var index = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (index >= dx.IntLength)
        {
            return;
        }

        var line = index / g.W;
        var plane = line / g.H;
        var rows = Covering(line - (plane * g.H), g.StrideH, g.PadTop, g.ReachH + 1, g.OutH);
        var columns = Covering(index - (line * g.W), g.StrideW, g.PadLeft, g.ReachW + 1, g.OutW);
        var sum = default(Compensated);
        for (var i = rows.First; i < rows.End; i++)
        {
            for (var j = columns.First; j < columns.End; j++)
            {
                if (PlaceOfMaximum(x, plane, i, j, g) == index)
                {
                    sum = sum.Add(dy[(((plane * g.OutH) + i) * g.OutW) + j]);
                }
            }
        }

        dx[index] = sum.Value;
    }

    /// <summary>The rows or columns of the input that a window covers; the step is the dilation.</summary>
    private static (int First, int End) Covered(int window, int stride, int padding, int kernel, int dilation, int extent)
    {
        var start = (window * stride) - padding;
        var first = start >= 0 ? start : start + ((dilation - 1 - start) / dilation * dilation);
        return (first, Math.Min(start + ((kernel - 1) * dilation) + 1, extent));
    }

    /// <summary>The windows that cover a row or column of the input.</summary>
    private static (int First, int End) Covering(int element, int stride, int padding, int kernel, int windows)
    {
        var last = element + padding;
        var first = last - kernel + 1;
        return (first <= 0 ? 0 : (first + stride - 1) / stride, Math.Min((last / stride) + 1, windows));
    }

    /// <summary>The index in x of a window's maximum: the first of equals; NaN is larger than any number.</summary>
    private static int PlaceOfMaximum(ArrayView<float> x, int plane, int outRow, int outColumn, PoolGeometry g)
    {
        var rows = Covered(outRow, g.StrideH, g.PadTop, g.KernelH, g.DilationH, g.H);
        var columns = Covered(outColumn, g.StrideW, g.PadLeft, g.KernelW, g.DilationW, g.W);
        var start = plane * g.H * g.W;
        var place = start + (rows.First * g.W) + columns.First;
        var largest = x[place];
        for (var i = rows.First; i < rows.End; i += g.DilationH)
        {
            for (var j = columns.First; j < columns.End; j += g.DilationW)
            {
                var candidate = start + (i * g.W) + j;
                var value = x[candidate];
                if (value > largest || (float.IsNaN(value) && !float.IsNaN(largest)))
                {
                    (place, largest) = (candidate, value);
                }
            }
        }

        return place;
    }
}
