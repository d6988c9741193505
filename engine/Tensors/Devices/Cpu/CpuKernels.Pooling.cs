namespace IlgpuGan.Tensors.Devices.Cpu;

internal sealed unsafe partial class CpuKernels
{
    public void AveragePool(DeviceSpan x, DeviceSpan y, in PoolGeometry g) =>
        For(PoolTasks(g), new AveragePoolTask(x, y, g));

    public void AveragePoolGradient(DeviceSpan dy, DeviceSpan dx, in PoolGeometry g) =>
        For(Blocks.RowTasks(g.Planes, (long)g.H * g.W), new AveragePoolGradientTask(dy, dx, g));

    public void MaxPool(DeviceSpan x, DeviceSpan y, in PoolGeometry g) => For(PoolTasks(g), new MaxPoolGatherTask(x, x, y, g));

    public void MaxPoolGradient(DeviceSpan x, DeviceSpan dy, DeviceSpan dx, in PoolGeometry g) =>
        For(Blocks.RowTasks(g.Planes, (long)g.H * g.W), new MaxPoolGradientTask(x, dy, dx, g));

    public void MaxPoolGather(DeviceSpan x, DeviceSpan v, DeviceSpan y, in PoolGeometry g) =>
        For(PoolTasks(g), new MaxPoolGatherTask(x, v, y, g));

    private static int PoolTasks(in PoolGeometry g) =>
        Blocks.RowTasks((long)g.Planes * g.OutH, (long)g.OutW * g.KernelH * g.KernelW);

    private static (long First, long End) PoolRows(int task, in PoolGeometry g) =>
        Blocks.Rows(task, (long)g.Planes * g.OutH, (long)g.OutW * g.KernelH * g.KernelW);

    /// <summary>The rows or columns of the input that a window covers.</summary>
    private static (int First, int End) Window(int index, int stride, int padding, int kernel, int extent)
    {
        var start = (index * stride) - padding;
        return (Math.Max(start, 0), Math.Min(start + kernel, extent));
    }

    private readonly struct AveragePoolTask(DeviceSpan x, DeviceSpan y, PoolGeometry g) : ITask
    {
        public void Run(int task, int worker)
        {
            var (firstRow, endRow) = PoolRows(task, g);
            for (var row = firstRow; row < endRow; row++)
            {
                var (plane, outRow) = Math.DivRem(row, g.OutH);
                var source = x.Pointer() + (plane * g.H * g.W);
                var (top, bottom) = Window((int)outRow, g.StrideH, g.PadTop, g.KernelH, g.H);
                for (var outColumn = 0; outColumn < g.OutW; outColumn++)
                {
                    var (left, right) = Window(outColumn, g.StrideW, g.PadLeft, g.KernelW, g.W);
                    double sum = 0;
                    for (var i = top; i < bottom; i++)
                    {
                        for (var j = left; j < right; j++)
                        {
                            sum += source[((long)i * g.W) + j];
                        }
                    }

                    y.Pointer()[(row * g.OutW) + outColumn] = (float)(sum / (g.KernelH * g.KernelW));
                }
            }
        }
    }

    private readonly struct AveragePoolGradientTask(DeviceSpan dy, DeviceSpan dx, PoolGeometry g) : ITask
    {
        public void Run(int task, int worker)
        {
            var (firstPlane, endPlane) = Blocks.Rows(task, g.Planes, (long)g.H * g.W);
            for (var plane = firstPlane; plane < endPlane; plane++)
            {
                var source = dy.Pointer() + (plane * g.OutH * g.OutW);
                var destination = dx.Pointer() + (plane * g.H * g.W);
                Runs.Fill(destination, 0, (long)g.H * g.W);
                for (var outRow = 0; outRow < g.OutH; outRow++)
                {
                    var (top, bottom) = Window(outRow, g.StrideH, g.PadTop, g.KernelH, g.H);
                    for (var outColumn = 0; outColumn < g.OutW; outColumn++)
                    {
                        var (left, right) = Window(outColumn, g.StrideW, g.PadLeft, g.KernelW, g.W);
                        var share = *source++ / (g.KernelH * g.KernelW);
                        for (var i = top; i < bottom; i++)
                        {
                            for (var j = left; j < right; j++)
                            {
                                destination[((long)i * g.W) + j] += share;
                            }
                        }
                    }
                }
            }
        }
    }

    /// <summary>Place of a window's maximum in its plane: the first of equals; a NaN counts as larger than any number.</summary>
    private static long MaximumPlace(float* plane, int outRow, int outColumn, in PoolGeometry g)
    {
        var (top, bottom) = Window(outRow, g.StrideH, g.PadTop, g.KernelH, g.H);
        var (left, right) = Window(outColumn, g.StrideW, g.PadLeft, g.KernelW, g.W);
        var place = ((long)top * g.W) + left;
        for (var i = top; i < bottom; i++)
        {
            for (var j = left; j < right; j++)
            {
                var candidate = ((long)i * g.W) + j;
                if (plane[candidate] > plane[place] || (float.IsNaN(plane[candidate]) && !float.IsNaN(plane[place])))
                {
                    place = candidate;
                }
            }
        }

        return place;
    }

    private readonly struct MaxPoolGatherTask(DeviceSpan x, DeviceSpan values, DeviceSpan y, PoolGeometry g) : ITask
    {
        public void Run(int task, int worker)
        {
            var (firstRow, endRow) = PoolRows(task, g);
            for (var row = firstRow; row < endRow; row++)
            {
                var (plane, outRow) = Math.DivRem(row, g.OutH);
                var offset = plane * g.H * g.W;
                for (var outColumn = 0; outColumn < g.OutW; outColumn++)
                {
                    var place = MaximumPlace(x.Pointer() + offset, (int)outRow, outColumn, g);
                    y.Pointer()[(row * g.OutW) + outColumn] = values.Pointer()[offset + place];
                }
            }
        }
    }

    private readonly struct MaxPoolGradientTask(DeviceSpan x, DeviceSpan dy, DeviceSpan dx, PoolGeometry g) : ITask
    {
        public void Run(int task, int worker)
        {
            var (firstPlane, endPlane) = Blocks.Rows(task, g.Planes, (long)g.H * g.W);
            for (var plane = firstPlane; plane < endPlane; plane++)
            {
                var offset = plane * g.H * g.W;
                var source = dy.Pointer() + (plane * g.OutH * g.OutW);
                Runs.Fill(dx.Pointer() + offset, 0, (long)g.H * g.W);
                for (var outRow = 0; outRow < g.OutH; outRow++)
                {
                    for (var outColumn = 0; outColumn < g.OutW; outColumn++)
                    {
                        dx.Pointer()[offset + MaximumPlace(x.Pointer() + offset, outRow, outColumn, g)] += *source++;
                    }
                }
            }
        }
    }
}
