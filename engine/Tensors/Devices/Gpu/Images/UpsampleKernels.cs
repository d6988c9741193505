using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.Images;

/// <summary>Upsampling and its gradient, by gathering: a thread for each element of the result.</summary>
internal static class UpsampleKernels
{
    public static void Nearest(ArrayView<float> x, ArrayView<float> y, UpsampleGeometry g)
    {
        var index = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (index >= y.IntLength)
        {
            return;
        }

        var line = index / g.OutW;
        var plane = line / g.OutH;
        var row = (line - (plane * g.OutH)) / g.Scale;
        var column = (index - (line * g.OutW)) / g.Scale;
        y[index] = x[(((plane * g.H) + row) * g.W) + column];
    }

    public static void NearestGradient(ArrayView<float> dy, ArrayView<float> dx, UpsampleGeometry g)
    {
        var index = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (index >= dx.IntLength)
        {
            return;
        }

        var line = index / g.W;
        var column = index - (line * g.W);
        var sum = default(Compensated);
        for (var i = 0; i < g.Scale; i++)
        {
            for (var j = 0; j < g.Scale; j++)
            {
                sum = sum.Add(dy[(((line * g.Scale) + i) * g.OutW) + (column * g.Scale) + j]);
            }
        }

        dx[index] = sum.Value;
    }

    public static void Bilinear(ArrayView<float> x, ArrayView<float> y, UpsampleGeometry g)
    {
        var index = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (index >= y.IntLength)
        {
            return;
        }

        var line = index / g.OutW;
        var plane = line / g.OutH;
        var rows = g.Sample(line - (plane * g.OutH), g.H);
        var columns = g.Sample(index - (line * g.OutW), g.W);
        var upper = ((plane * g.H) + rows.First) * g.W;
        var lower = ((plane * g.H) + rows.Second) * g.W;
        var left = ((1 - rows.Weight) * x[upper + columns.First]) + (rows.Weight * x[lower + columns.First]);
        var right = ((1 - rows.Weight) * x[upper + columns.Second]) + (rows.Weight * x[lower + columns.Second]);
        y[index] = ((1 - columns.Weight) * left) + (columns.Weight * right);
    }

    public static void BilinearGradient(ArrayView<float> dy, ArrayView<float> dx, UpsampleGeometry g)
    {
        var index = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (index >= dx.IntLength)
        {
            return;
        }

        var line = index / g.W;
        var plane = line / g.H;
        var row = line - (plane * g.H);
        var column = index - (line * g.W);
        var sum = default(Compensated);
        for (var i = Math.Max((row - 1) * g.Scale, 0); i < Math.Min((row + 2) * g.Scale, g.OutH); i++)
        {
            var down = Weight(i, row, g, g.H);
            for (var j = Math.Max((column - 1) * g.Scale, 0); j < Math.Min((column + 2) * g.Scale, g.OutW); j++)
            {
                sum = sum.Add(down * Weight(j, column, g, g.W) * dy[(((plane * g.OutH) + i) * g.OutW) + j]);
            }
        }

        dx[index] = sum.Value;
    }

    /// <summary>The weight of an element in a sample.</summary>
    private static float Weight(int sample, int element, UpsampleGeometry g, int extent)
    {
        var taken = g.Sample(sample, extent);
        return (taken.First == element ? 1 - taken.Weight : 0) + (taken.Second == element ? taken.Weight : 0);
    }
}
