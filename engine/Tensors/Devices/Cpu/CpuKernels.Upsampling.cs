using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IlgpuGan.Tensors.Devices.Cpu;

internal sealed unsafe partial class CpuKernels : IKernel<UpsampleCall>, IKernel<UpsampleGradientCall>
{
    /// <summary>Scratch memory of each worker.</summary>
    private readonly Scratch[] _workerScratch = [.. Enumerable.Range(0, threads.Count).Select(_ => new Scratch())];

    public void Run(UpsampleCall call)
    {
        var (mode, x, y, g) = call;
        if (mode == UpsampleMode.Nearest)
        {
            For(Blocks.RowTasks((long)g.Planes * g.H, (long)g.W * g.Scale * g.Scale), new NearestTask(x, y, g));
        }
        else
        {
            For(Blocks.RowTasks((long)g.Planes * g.OutH, g.OutW), new BilinearTask(x, y, g, _workerScratch));
        }
    }

    public void Run(UpsampleGradientCall call)
    {
        var (mode, dy, dx, g) = call;
        var tasks = Blocks.RowTasks((long)g.Planes * g.H, (long)g.W * g.Scale * g.Scale);
        if (mode == UpsampleMode.Nearest)
        {
            For(tasks, new NearestGradientTask(dy, dx, g));
        }
        else
        {
            For(tasks, new BilinearGradientTask(dy, dx, g, _workerScratch));
        }
    }

    private readonly struct NearestTask(DeviceSpan x, DeviceSpan y, UpsampleGeometry g) : ITask
    {
        public void Run(int task, int worker)
        {
            var (first, end) = Blocks.Rows(task, (long)g.Planes * g.H, (long)g.W * g.Scale * g.Scale);
            for (var row = first; row < end; row++)
            {
                var source = x.Pointer() + (row * g.W);
                var destination = y.Pointer() + (row * g.Scale * g.OutW);
                if (g.Scale == 2)
                {
                    Runs.Repeat(source, destination, g.W);
                }
                else
                {
                    Runs.Repeat(source, destination, g.W, g.Scale, room: (long)g.Scale * g.OutW);
                }

                for (var copy = 1; copy < g.Scale; copy++)
                {
                    Runs.Copy(destination, destination + ((long)copy * g.OutW), g.OutW);
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
                if (g.Scale == 2)
                {
                    Runs.AddFours(source, source + g.OutW, destination, g.W);
                    continue;
                }

                for (var column = 0; column < g.W; column++)
                {
                    double sum = 0;
                    for (var i = 0; i < g.Scale; i++)
                    {
                        for (var j = 0; j < g.Scale; j++)
                        {
                            sum += source[((long)i * g.OutW) + (column * g.Scale) + j];
                        }
                    }

                    destination[column] = (float)sum;
                }
            }
        }
    }

    /// <summary>Blends two rows a vector at a time, then interpolates columns; sources and weights are computed once per task.</summary>
    private readonly struct BilinearTask(DeviceSpan x, DeviceSpan y, UpsampleGeometry g, Scratch[] scratch) : ITask
    {
        public void Run(int task, int worker)
        {
            var (first, end) = Blocks.Rows(task, (long)g.Planes * g.OutH, g.OutW);
            var blend = scratch[worker].Floats(g.W + (3L * g.OutW));
            var columns = new SampledColumns(g, blend + g.W);
            for (var row = first; row < end; row++)
            {
                var (plane, outRow) = Math.DivRem(row, g.OutH);
                var (above, below, down) = g.Sample((int)outRow, g.H);
                var upper = x.Pointer() + (((plane * g.H) + above) * g.W);
                var lower = x.Pointer() + (((plane * g.H) + below) * g.W);
                Runs.Blend(upper, lower, blend, g.W, down);
                columns.Interpolate(blend, y.Pointer() + (row * g.OutW));
            }
        }
    }

    /// <summary>Each row of dx sums the rows of dy that sampled it, in order, then distributes their columns.</summary>
    private readonly struct BilinearGradientTask(DeviceSpan dy, DeviceSpan dx, UpsampleGeometry g, Scratch[] scratch) : ITask
    {
        public void Run(int task, int worker)
        {
            var (first, end) = Blocks.Rows(task, (long)g.Planes * g.H, (long)g.W * g.Scale * g.Scale);
            var gathered = scratch[worker].Floats(4L * g.OutW);
            var columns = new SampledColumns(g, gathered + g.OutW);
            for (var row = first; row < end; row++)
            {
                var (plane, inRow) = Math.DivRem(row, g.H);
                Runs.Fill(gathered, 0, g.OutW);
                var firstOut = (int)Math.Max((inRow - 1) * g.Scale, 0);
                var endOut = (int)Math.Min((inRow + 2) * g.Scale, g.OutH);
                for (var outRow = firstOut; outRow < endOut; outRow++)
                {
                    var (above, below, down) = g.Sample(outRow, g.H);
                    var weight = (above == inRow ? 1 - down : 0) + (below == inRow ? down : 0);
                    if (weight != 0)
                    {
                        Runs.AddScaled(weight, dy.Pointer() + (((plane * g.OutH) + outRow) * g.OutW), gathered, g.OutW);
                    }
                }

                var destination = dx.Pointer() + (row * g.W);
                Runs.Fill(destination, 0, g.W);
                columns.Spread(gathered, destination);
            }
        }
    }

    /// <summary>Source columns and weights of an upsampled row.</summary>
    private readonly struct SampledColumns
    {
        /// <summary>Up to this width float32 holds sample positions exactly, and weights are exactly ¼ and ¾.</summary>
        private const int LargestExact = 1 << 22;

        private readonly int _count;
        private readonly bool _isDouble;
        private readonly int* _first;
        private readonly int* _second;
        private readonly float* _weight;

        /// <param name="g">the upsampling</param>
        /// <param name="memory">3·OutW floats of scratch memory</param>
        public SampledColumns(in UpsampleGeometry g, float* memory)
        {
            (_count, _isDouble) = (g.OutW, g.Scale == 2 && g.OutW < LargestExact);
            _weight = memory;
            _first = (int*)(memory + _count);
            _second = _first + _count;
            for (var i = 0; i < _count; i++)
            {
                (_first[i], _second[i], _weight[i]) = g.Sample(i, g.W);
            }
        }

        public void Interpolate(float* x, float* y)
        {
            var done = _isDouble ? InterpolateDouble(x, y) : 0;
            Interpolate(x, y, 0, Math.Min(1, done));
            Interpolate(x, y, done, _count);
        }

        /// <summary>The transpose of <see cref="Interpolate(float*, float*)"/>, added to dx, which is 0.</summary>
        public void Spread(float* dy, float* dx)
        {
            var done = _isDouble ? SpreadDouble(dy, dx) : 0;
            if (done == 0)
            {
                Spread(dy, dx, 0, _count, 0, _count);
                return;
            }

            Spread(dy, dx, 0, 5, 0, 2);
            Spread(dy, dx, (2 * done) - 1, _count, done, _count);
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Interpolate(float* x, float* y, int from, int to)
        {
            for (var i = from; i < to; i++)
            {
                y[i] = ((1 - _weight[i]) * x[_first[i]]) + (_weight[i] * x[_second[i]]);
            }
        }

        /// <summary>Adds columns [from, to) of dy to those columns of dx that are in [firstColumn, endColumn).</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Spread(float* dy, float* dx, int from, int to, int firstColumn, int endColumn)
        {
            for (var i = from; i < to; i++)
            {
                var (first, second) = (_first[i], _second[i]);
                if (first >= firstColumn && first < endColumn)
                {
                    dx[first] += (1 - _weight[i]) * dy[i];
                }

                if (second >= firstColumn && second < endColumn)
                {
                    dx[second] += _weight[i] * dy[i];
                }
            }
        }

        /// <summary>
        /// For scale 2: columns 2j + 1 and 2j + 2 lie between source columns j and j + 1. Computes sixteen such pairs at a time, with the
        /// arithmetic of the scalar loop, which computes column 0 and those from the returned one on.
        /// </summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private int InterpolateDouble(float* x, float* y)
        {
            var (near, far) = (Vector512.Create(0.75f), Vector512.Create(0.25f));
            var j = 0;
            for (; j < (_count / 2) - Lanes.Count; j += Lanes.Count)
            {
                var (left, right) = (Vector512.Load(x + j), Vector512.Load(x + j + 1));
                var (oddLower, oddUpper) = Vector512.Widen(((near * left) + (far * right)).AsUInt32());
                var (evenLower, evenUpper) = Vector512.Widen(((far * left) + (near * right)).AsUInt32());
                (oddLower | (evenLower << 32)).Store((ulong*)(y + (2 * j) + 1));
                (oddUpper | (evenUpper << 32)).Store((ulong*)(y + (2 * j) + 1 + Lanes.Count));
            }

            return j == 0 ? 0 : (2 * j) + 1;
        }

        /// <summary>
        /// For scale 2: column j of dx sums columns 2j − 1 to 2j + 2 of dy, in order. Skips columns 0 and 1 and the last ones; returns the
        /// first of those, or 0 if it computed none.
        /// </summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private int SpreadDouble(float* dy, float* dx)
        {
            var (near, far) = (Vector512.Create(0.75f), Vector512.Create(0.25f));
            var j = 2;
            for (; j < (_count / 2) - Lanes.Count; j += Lanes.Count)
            {
                var (first, second) = Pairs(dy + (2 * j) - 1);
                var (third, fourth) = Pairs(dy + (2 * j) + 1);
                (Vector512<float>.Zero + (far * first) + (near * second) + (near * third) + (far * fourth)).Store(dx + j);
            }

            return j == 2 ? 0 : j;
        }

        /// <summary>Deinterleaves sixteen pairs of numbers.</summary>
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        private static (Vector512<float> First, Vector512<float> Second) Pairs(float* x)
        {
            var (lower, upper) = (Vector512.Load((ulong*)x), Vector512.Load((ulong*)(x + Lanes.Count)));
            return (Lanes.Narrow(lower, upper).AsSingle(), Lanes.Narrow(lower >>> 32, upper >>> 32).AsSingle());
        }
    }
}
