using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IlgpuGan.Tensors.Devices.Cpu;

internal sealed unsafe partial class CpuKernels
    : IKernel<AveragePoolCall>, IKernel<AveragePoolGradientCall>, IKernel<MaxPoolCall>, IKernel<MaxPoolGradientCall>,
        IKernel<MaxPoolGatherCall>
{
    public void Run(AveragePoolCall call)
    {
        var (x, y, g) = call;
        if (IsHalving(g))
        {
            RunHalving<MeanForward>(g, x, y, x);
        }
        else
        {
            For(PoolTasks(g), new AveragePoolTask(x, y, g, _workerScratch));
        }
    }

    public void Run(AveragePoolGradientCall call)
    {
        var (dy, dx, g) = call;
        if (IsHalving(g))
        {
            RunHalving<MeanBackward>(g, dx, dy, dx);
        }
        else
        {
            For(
                Blocks.RowTasks((long)g.Planes * g.H, (long)g.W * g.KernelH * g.KernelW),
                new AveragePoolGradientTask(dy, dx, g, _workerScratch));
        }
    }

    public void Run(MaxPoolCall call)
    {
        var (x, y, g) = call;
        if (IsHalving(g))
        {
            RunHalving<MaximumForward>(g, x, y, x);
        }
        else
        {
            MaxPoolGather(x, x, y, g);
        }
    }

    public void Run(MaxPoolGradientCall call)
    {
        var (x, dy, dx, g) = call;
        if (IsHalving(g))
        {
            RunHalving<MaximumBackward>(g, x, dy, dx);
        }
        else
        {
            For(Blocks.RowTasks(g.Planes, (long)g.H * g.W), new MaxPoolGradientTask(x, dy, dx, g, _workerScratch));
        }
    }

    public void Run(MaxPoolGatherCall call) => MaxPoolGather(call.X, call.V, call.Y, call.G);

    private void MaxPoolGather(DeviceSpan x, DeviceSpan v, DeviceSpan y, in PoolGeometry g) =>
        For(PoolTasks(g), new MaxPoolGatherTask(x, v, y, g, _workerScratch));

    private static int PoolTasks(in PoolGeometry g) =>
        Blocks.RowTasks((long)g.Planes * g.OutH, (long)g.OutW * g.KernelH * g.KernelW);

    private static (long First, long End) PoolTaskRows(int task, in PoolGeometry g) =>
        Blocks.Rows(task, (long)g.Planes * g.OutH, (long)g.OutW * g.KernelH * g.KernelW);

    private readonly struct AveragePoolTask(DeviceSpan x, DeviceSpan y, PoolGeometry g, Scratch[] scratch) : ITask
    {
        public void Run(int task, int worker)
        {
            var (firstRow, endRow) = PoolTaskRows(task, g);
            var vectors = (g.OutW + Lanes.Count - 1) / Lanes.Count * Lanes.Count;
            var counts = scratch[worker].Floats(vectors + PoolRows.Floats(g));
            CountColumns(counts, vectors, g);
            var rows = new PoolRows(x.Pointer(), g, 0, counts + vectors);
            for (var row = firstRow; row < endRow; row++)
            {
                rows.MoveTo(row);
                Mean(rows.Taps, g.KernelH * g.KernelW, counts, g.CountedRows((int)(row % g.OutH)), y.Pointer() + (row * g.OutW), g.OutW);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Mean(float** taps, int count, float* columns, int rows, float* y, int length)
        {
            for (var i = 0; i < length; i += Lanes.Count)
            {
                var (lower, upper) = (Vector512<double>.Zero, Vector512<double>.Zero);
                for (var tap = 0; tap < count; tap++)
                {
                    var (low, high) = Vector512.Widen(Vector512.Load(taps[tap] + i));
                    lower += low;
                    upper += high;
                }

                var (lowArea, highArea) = Vector512.Widen(Vector512.Load(columns + i) * rows);
                Lanes.StoreUpTo(Lanes.Narrow(lower / lowArea, upper / highArea), y + i, length - i);
            }
        }
    }

    /// <summary>Columns in the divisor of each window of a row; 1 beyond the last window.</summary>
    private static void CountColumns(float* counts, int length, in PoolGeometry g)
    {
        for (var i = 0; i < length; i++)
        {
            counts[i] = i < g.OutW ? g.CountedColumns(i) : 1;
        }
    }

    /// <summary>Each row of dx sums over the rows of windows that cover it, window after window.</summary>
    private readonly struct AveragePoolGradientTask(DeviceSpan dy, DeviceSpan dx, PoolGeometry g, Scratch[] scratch) : ITask
    {
        public void Run(int task, int worker)
        {
            var (firstRow, endRow) = Blocks.Rows(task, (long)g.Planes * g.H, (long)g.W * g.KernelH * g.KernelW);
            var vectors = (g.OutW + Lanes.Count - 1) / Lanes.Count * Lanes.Count;
            var phases = new DeinterleavedRow(g.W, g.PadLeft, g.StrideW, g.ReachW, g.OutW);
            var counts = scratch[worker].Floats((2 * vectors) + phases.Length);
            var shares = counts + vectors;
            var sums = shares + vectors;
            CountColumns(counts, vectors, g);
            for (var row = firstRow; row < endRow; row++)
            {
                var (plane, inRow) = Math.DivRem(row, g.H);
                Runs.Fill(sums, 0, phases.Length);
                var last = (int)inRow + g.PadTop;
                var first = Math.Max(last - g.KernelH + g.StrideH, 0) / g.StrideH;
                for (var outRow = first; outRow <= Math.Min(last / g.StrideH, g.OutH - 1); outRow++)
                {
                    Share(dy.Pointer() + (((plane * g.OutH) + outRow) * g.OutW), counts, g.CountedRows(outRow), shares, g.OutW);
                    for (var tap = g.KernelW - 1; tap >= 0; tap--)
                    {
                        Runs.Add(shares, sums + phases.Offset(tap), vectors);
                    }
                }

                phases.Interleave(sums, dx.Pointer() + (row * g.W));
            }
        }

        /// <summary>shares = dy / (columns · rows), and zeros up to a whole vector.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Share(float* dy, float* columns, int rows, float* shares, int length)
        {
            var i = 0;
            for (; i <= length - Lanes.Count; i += Lanes.Count)
            {
                (Vector512.Load(dy + i) / (Vector512.Load(columns + i) * rows)).Store(shares + i);
            }

            if (i < length)
            {
                (Lanes.Load(dy + i, length - i) / (Vector512.Load(columns + i) * rows)).Store(shares + i);
            }
        }
    }

    private readonly struct MaxPoolGatherTask(DeviceSpan x, DeviceSpan values, DeviceSpan y, PoolGeometry g, Scratch[] scratch) : ITask
    {
        public void Run(int task, int worker)
        {
            var (firstRow, endRow) = PoolTaskRows(task, g);
            var maxima = new PoolMaxima(x.Pointer(), g, scratch[worker]);
            for (var row = firstRow; row < endRow; row++)
            {
                var destination = y.Pointer() + (row * g.OutW);
                if (values == x)
                {
                    maxima.Find(row, destination);
                    continue;
                }

                maxima.Find(row, null);
                var source = values.Pointer() + (row / g.OutH * g.H * g.W);
                for (var column = 0; column < g.OutW; column++)
                {
                    destination[column] = source[maxima.Indices[column]];
                }
            }
        }
    }

    private readonly struct MaxPoolGradientTask(DeviceSpan x, DeviceSpan dy, DeviceSpan dx, PoolGeometry g, Scratch[] scratch) : ITask
    {
        public void Run(int task, int worker)
        {
            var (firstPlane, endPlane) = Blocks.Rows(task, g.Planes, (long)g.H * g.W);
            var maxima = new PoolMaxima(x.Pointer(), g, scratch[worker]);
            for (var plane = firstPlane; plane < endPlane; plane++)
            {
                var destination = dx.Pointer() + (plane * g.H * g.W);
                Runs.Fill(destination, 0, (long)g.H * g.W);
                for (var row = plane * g.OutH; row < (plane + 1) * g.OutH; row++)
                {
                    maxima.Find(row, null);
                    var source = dy.Pointer() + (row * g.OutW);
                    for (var column = 0; column < g.OutW; column++)
                    {
                        destination[maxima.Indices[column]] += source[column];
                    }
                }
            }
        }
    }
}
