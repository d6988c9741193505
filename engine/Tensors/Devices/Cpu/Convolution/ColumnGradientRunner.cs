using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>Runs a <see cref="ColumnGradientPlan"/>.</summary>
internal sealed unsafe class ColumnGradientRunner(CpuThreads threads, ConvolutionMemory memory)
{
    private readonly Scratch _shared = memory.Inputs;
    private readonly Scratch[] _own = memory.Own;

    /// <param name="dy">[N, K, OutH, OutW]</param>
    /// <param name="w">[K, C, KernelH, KernelW]</param>
    /// <param name="bias">[C] or null</param>
    /// <param name="dx">[N, C, H, W]</param>
    public void Run(ColumnGradientPlan plan, float* dy, float* w, float* bias, float* dx)
    {
        var left = _shared.Floats((long)plan.Panels * plan.Kernel.Rows * plan.Geometry.K);
        threads.For(plan.Panels, new PackTask(plan, dy, left));
        threads.For(plan.Tasks, new ChannelTask(plan, left, w, bias, dx, _own));
    }

    /// <summary>Packs one panel of pixels: left [panel][k][row].</summary>
    private readonly struct PackTask(ColumnGradientPlan plan, float* dy, float* left) : ITask
    {
        public void Run(int task, int worker)
        {
            var g = plan.Geometry;
            var rows = plan.Kernel.Rows;
            var plane = g.OutH * g.OutW;
            var to = left + (nint)task * rows * g.K;
            for (var row = 0; row < rows; row++)
            {
                var pixel = task * rows + row;
                var from = dy + (nint)(pixel / plane) * g.K * plane + pixel % plane;
                for (var k = 0; k < g.K; k++)
                {
                    to[k * rows + row] = pixel < plan.Pixels ? from[(nint)k * plane] : 0;
                }
            }
        }
    }

    /// <summary>Some channels of dx.</summary>
    private readonly struct ChannelTask(ColumnGradientPlan plan, float* left, float* w, float* bias, float* dx, Scratch[] own) : ITask
    {
        /// <summary>Columns between the product and the memory asked for.</summary>
        private const int Ahead = 256;

        public void Run(int task, int worker)
        {
            var g = plan.Geometry;
            var kernel = plan.Kernel;
            var first = task * plan.TaskChannels;
            var channels = Math.Min(plan.TaskChannels, g.C - first);
            var length = channels * plan.Taps;
            var accumulators = (nint)plan.Panels * kernel.Rows * plan.ColumnPitch;
            var copied = plan.IsDirect ? 0 : (nint)plan.BlockDepth * plan.ColumnPitch;
            var columns = own[worker].Floats(accumulators + copied + PixelColumns.CollectSpare(g));
            for (var k = 0; k < g.K; k += plan.BlockDepth)
            {
                var depth = Math.Min(plan.BlockDepth, g.K - k);
                var right = plan.IsDirect ? Row(k, first) : columns + accumulators;
                if (!plan.IsDirect)
                {
                    Copy(k, depth, first, length, right);
                }

                Multiply(k, depth, first, length, right, columns);
            }

            Collect(first, channels, columns, columns + accumulators + copied);
        }

        private float* Row(int k, int channel) => w + ((nint)k * plan.Geometry.C + channel) * plan.Taps;

        private void Copy(int k, int depth, int first, int length, float* right)
        {
            for (var i = 0; i < depth; i++)
            {
                var row = new Span<float>(right + (nint)i * plan.ColumnPitch, plan.ColumnPitch);
                new ReadOnlySpan<float>(Row(k + i, first), length).CopyTo(row);
                row[length..].Clear();
            }
        }

        private void Multiply(int k, int depth, int first, int length, float* right, float* columns)
        {
            var kernel = plan.Kernel;
            var vectors = CorrelationPlan.DivideUp(length, kernel.Lanes);
            var next = Math.Min(plan.BlockDepth, plan.Geometry.K - k - depth);
            fixed (int* bases = plan.Bases, offsets = plan.Offsets)
            {
                for (var v = 0; v < vectors;)
                {
                    var tile = kernel.NextTile(vectors - v);
                    Fetch(k, depth, next, first, v * kernel.Lanes, tile * kernel.Lanes, length);

                    for (var p = 0; p < plan.Panels; p++)
                    {
                        kernel.Run(
                            tile, depth, left + ((nint)p * plan.Geometry.K + k) * kernel.Rows, right, bases + v, offsets,
                            columns + (nint)p * kernel.Rows * plan.ColumnPitch + v * kernel.Lanes, plan.ColumnPitch, accumulate: k > 0);
                    }

                    v += tile;
                }
            }
        }

        /// <summary>Starts to bring what will be multiplied soon: the next block to be copied, or what lies a little ahead where nothing is copied.</summary>
        private void Fetch(int k, int depth, int next, int first, int column, int count, int length)
        {
            if (plan.IsDirect)
            {
                column += Ahead;
                (k, next, column) = column < length ? (k, depth, column) : (k + depth, next, column - length);
            }
            else
            {
                k += depth;
            }

            for (var i = 0; i < next; i++)
            {
                CacheLines.Fetch(Row(k + i, first) + column, count);
            }
        }

        /// <summary>Adds the columns up to pixels.</summary>
        private void Collect(int first, int channels, float* columns, float* spare)
        {
            var g = plan.Geometry;
            for (var n = 0; n < g.N; n++)
            {
                for (var c = 0; c < channels; c++)
                {
                    PixelColumns.Collect(
                        g, columns + (nint)n * g.OutH * g.OutW * plan.ColumnPitch + c * plan.Taps, plan.ColumnPitch, bias == null ? 0 : bias[first + c],
                        dx + ((nint)n * g.C + first + c) * g.H * g.W, spare);
                }
            }
        }
    }
}
