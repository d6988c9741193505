using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>Runs a <see cref="ColumnGradientPlan"/>.</summary>
internal sealed unsafe class ColumnGradientRunner(CpuThreads threads)
{
    private readonly Scratch _shared = new();
    private readonly Scratch[] _own = [.. Enumerable.Range(0, threads.Count).Select(_ => new Scratch())];

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
        public void Run(int task, int worker)
        {
            var g = plan.Geometry;
            var kernel = plan.Kernel;
            var first = task * plan.TaskChannels;
            var channels = Math.Min(plan.TaskChannels, g.C - first);
            var length = channels * plan.Taps;
            var columns = own[worker].Floats(((long)plan.Panels * kernel.Rows + plan.BlockDepth) * plan.ColumnPitch);
            var right = columns + (nint)plan.Panels * kernel.Rows * plan.ColumnPitch;
            for (var k = 0; k < g.K; k += plan.BlockDepth)
            {
                var depth = Math.Min(plan.BlockDepth, g.K - k);
                for (var i = 0; i < depth; i++)
                {
                    var row = new Span<float>(right + (nint)i * plan.ColumnPitch, plan.ColumnPitch);
                    new ReadOnlySpan<float>(w + ((nint)(k + i) * g.C + first) * plan.Taps, length).CopyTo(row);
                    row[length..].Clear();
                }

                Multiply(k, depth, CorrelationPlan.DivideUp(length, kernel.Lanes), right, columns);
            }

            Collect(first, channels, columns);
        }

        private void Multiply(int k, int depth, int vectors, float* right, float* columns)
        {
            var kernel = plan.Kernel;
            fixed (int* bases = plan.Bases, offsets = plan.Offsets)
            {
                for (var v = 0; v < vectors;)
                {
                    var tile = kernel.NextTile(vectors - v);
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

        /// <summary>Adds each column to the pixel of dx that its tap touches, pixel by pixel of dy in order.</summary>
        private void Collect(int first, int channels, float* columns)
        {
            var g = plan.Geometry;
            for (var n = 0; n < g.N; n++)
            {
                for (var c = 0; c < channels; c++)
                {
                    var plane = dx + ((nint)n * g.C + first + c) * g.H * g.W;
                    new Span<float>(plane, g.H * g.W).Fill(bias == null ? 0 : bias[first + c]);
                    for (var oy = 0; oy < g.OutH; oy++)
                    {
                        for (var ky = 0; ky < g.KernelH; ky++)
                        {
                            var y = oy * g.StrideH - g.PadTop + ky * g.DilationH;
                            if ((uint)y < (uint)g.H)
                            {
                                AddRow(columns + (((nint)n * g.OutH + oy) * g.OutW) * plan.ColumnPitch + c * plan.Taps + ky * g.KernelW, plane + y * g.W);
                            }
                        }
                    }
                }
            }
        }

        private void AddRow(float* columns, float* row)
        {
            var g = plan.Geometry;
            for (var ox = 0; ox < g.OutW; ox++, columns += plan.ColumnPitch)
            {
                var start = ox * g.StrideW - g.PadLeft;
                for (var kx = 0; kx < g.KernelW; kx++)
                {
                    var x = start + kx * g.DilationW;
                    if ((uint)x < (uint)g.W)
                    {
                        row[x] += columns[kx];
                    }
                }
            }
        }
    }
}
