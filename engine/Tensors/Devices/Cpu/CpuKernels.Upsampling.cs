namespace IlgpuGan.Tensors.Devices.Cpu;

internal sealed unsafe partial class CpuKernels
{
    public void Upsample(UpsampleMode mode, DeviceSpan x, DeviceSpan y, in UpsampleGeometry g)
    {
        var tasks = Blocks.RowTasks((long)g.Planes * g.OutH, g.OutW);
        if (mode == UpsampleMode.Nearest)
        {
            For(tasks, new NearestTask(x, y, g));
        }
        else
        {
            For(tasks, new BilinearTask(x, y, g));
        }
    }

    public void UpsampleGradient(UpsampleMode mode, DeviceSpan dy, DeviceSpan dx, in UpsampleGeometry g)
    {
        var tasks = Blocks.RowTasks((long)g.Planes * g.H, (long)g.W * g.Scale * g.Scale);
        if (mode == UpsampleMode.Nearest)
        {
            For(tasks, new NearestGradientTask(dy, dx, g));
        }
        else
        {
            For(tasks, new BilinearGradientTask(dy, dx, g));
        }
    }

    /// <summary>The two source elements of a bilinear sample and the weight of the second; pixel centres lie at halves, edges repeat.</summary>
    private static (int First, int Second, float Weight) Sample(int index, int scale, int extent)
    {
        var place = Math.Max(((index + 0.5f) / scale) - 0.5f, 0);
        var first = (int)place;
        return (first, Math.Min(first + 1, extent - 1), place - first);
    }

    private readonly struct NearestTask(DeviceSpan x, DeviceSpan y, UpsampleGeometry g) : ITask
    {
        public void Run(int task, int worker)
        {
            var (first, end) = Blocks.Rows(task, (long)g.Planes * g.OutH, g.OutW);
            for (var row = first; row < end; row++)
            {
                // Rows of all planes shrink alike, since OutH is a multiple of the scale.
                var source = x.Pointer() + (row / g.Scale * g.W);
                var destination = y.Pointer() + (row * g.OutW);
                for (var column = 0; column < g.W; column++)
                {
                    for (var copy = 0; copy < g.Scale; copy++)
                    {
                        *destination++ = source[column];
                    }
                }
            }
        }
    }

    private readonly struct NearestGradientTask(DeviceSpan dy, DeviceSpan dx, UpsampleGeometry g) : ITask
    {
        public void Run(int task, int worker)
        {
            var (first, end) = Blocks.Rows(task, (long)g.Planes * g.H, (long)g.W * g.Scale * g.Scale);
            for (var row = first; row < end; row++)
            {
                var source = dy.Pointer() + (row * g.Scale * g.OutW);
                var destination = dx.Pointer() + (row * g.W);
                for (var column = 0; column < g.W; column++)
                {
                    float sum = 0;
                    for (var i = 0; i < g.Scale; i++)
                    {
                        for (var j = 0; j < g.Scale; j++)
                        {
                            sum += source[((long)i * g.OutW) + (column * g.Scale) + j];
                        }
                    }

                    destination[column] = sum;
                }
            }
        }
    }

    private readonly struct BilinearTask(DeviceSpan x, DeviceSpan y, UpsampleGeometry g) : ITask
    {
        public void Run(int task, int worker)
        {
            var (first, end) = Blocks.Rows(task, (long)g.Planes * g.OutH, g.OutW);
            for (var row = first; row < end; row++)
            {
                var (plane, outRow) = Math.DivRem(row, g.OutH);
                var (above, below, down) = Sample((int)outRow, g.Scale, g.H);
                var upper = x.Pointer() + (((plane * g.H) + above) * g.W);
                var lower = x.Pointer() + (((plane * g.H) + below) * g.W);
                var destination = y.Pointer() + (row * g.OutW);
                for (var column = 0; column < g.OutW; column++)
                {
                    var (left, right, along) = Sample(column, g.Scale, g.W);
                    destination[column] =
                        ((1 - down) * (((1 - along) * upper[left]) + (along * upper[right])))
                        + (down * (((1 - along) * lower[left]) + (along * lower[right])));
                }
            }
        }
    }

    /// <summary>Each row of dx gathers from the rows of dy that sampled it, in their order.</summary>
    private readonly struct BilinearGradientTask(DeviceSpan dy, DeviceSpan dx, UpsampleGeometry g) : ITask
    {
        public void Run(int task, int worker)
        {
            var (first, end) = Blocks.Rows(task, (long)g.Planes * g.H, (long)g.W * g.Scale * g.Scale);
            for (var row = first; row < end; row++)
            {
                var (plane, inRow) = Math.DivRem(row, g.H);
                var destination = dx.Pointer() + (row * g.W);
                Runs.Fill(destination, 0, g.W);
                var firstOut = (int)Math.Max((inRow - 1) * g.Scale, 0);
                var endOut = (int)Math.Min((inRow + 2) * g.Scale, g.OutH);
                for (var outRow = firstOut; outRow < endOut; outRow++)
                {
                    var (above, below, down) = Sample(outRow, g.Scale, g.H);
                    var weight = (above == inRow ? 1 - down : 0) + (below == inRow ? down : 0);
                    if (weight != 0)
                    {
                        AddRow(dy.Pointer() + (((plane * g.OutH) + outRow) * g.OutW), destination, weight);
                    }
                }
            }
        }

        private void AddRow(float* source, float* destination, float weight)
        {
            for (var column = 0; column < g.OutW; column++)
            {
                var (left, right, along) = Sample(column, g.Scale, g.W);
                destination[left] += weight * (1 - along) * source[column];
                destination[right] += weight * along * source[column];
            }
        }
    }
}
