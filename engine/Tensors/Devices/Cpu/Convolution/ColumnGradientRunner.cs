using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>Runs a <see cref="ColumnGradientPlan"/>.</summary>
internal sealed unsafe class ColumnGradientRunner(CpuThreads threads, ConvolutionMemory memory)
{
    private readonly Scratch _shared = memory.Shared;
    private readonly Scratch[] _workerScratch = memory.PerWorker;

    /// <param name="dy">[N, K, OutH, OutW]</param>
    /// <param name="w">[K, C, KernelH, KernelW]</param>
    /// <param name="bias">[C] or null</param>
    /// <param name="dx">[N, C, H, W]</param>
    public void Run(ColumnGradientPlan plan, float* dy, float* w, float* bias, float* dx)
    {
        var left = _shared.Floats((long)plan.Panels * plan.Kernel.Rows * plan.Geometry.K);
        threads.For(plan.Panels, new PackTask(plan, dy, left));
        threads.For(plan.Tasks, new ChannelTask(plan, left, w, bias, dx, _workerScratch));
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

    /// <summary>Computes some channels of dx.</summary>
    private readonly struct ChannelTask(ColumnGradientPlan plan, float* left, float* w, float* bias, float* dx, Scratch[] scratch) : ITask
    {
        public void Run(int task, int worker)
        {
            var g = plan.Geometry;
            var first = task * plan.TaskChannels;
            var channels = Math.Min(plan.TaskChannels, g.C - first);
            var accumulators = (nint)plan.Panels * plan.Kernel.Rows * plan.ColumnPitch;
            var copied = plan.IsDirect ? 0 : (nint)plan.BlockDepth * plan.PieceWidth;
            var columns = scratch[worker].Floats(accumulators + copied + PixelColumns.CollectScratchSize(g));
            for (var k = 0; k < g.K; k += plan.BlockDepth)
            {
                Multiply(k, first, channels * plan.Taps, columns + accumulators, columns);
            }

            Collect(first, channels, columns, columns + accumulators + copied);
        }

        private float* Row(int k, int channel) => w + ((nint)k * plan.Geometry.C + channel) * plan.Taps;

        private int DepthAt(int k) => Math.Min(plan.BlockDepth, plan.Geometry.K - k);

        /// <summary>
        /// Multiplies one block of the reduction, piece by piece. A piece that is multiplied with many pixels is first copied to the L1
        /// cache.
        /// </summary>
        private void Multiply(int k, int first, int length, float* piece, float* columns)
        {
            var kernel = plan.Kernel;
            var (lanes, rows) = (kernel.Lanes, kernel.Rows);
            var depth = DepthAt(k);
            fixed (int* bases = plan.Bases, offsets = plan.Offsets)
            {
                for (var column = 0; column < length;)
                {
                    var tile = kernel.NextTile(CorrelationPlan.DivideUp(length - column, lanes));
                    var right = Row(k, first) + column;
                    if (!plan.IsDirect)
                    {
                        Copy(right, depth, Math.Min(tile * lanes, length - column), piece);
                        right = piece;
                    }

                    var soon = column + plan.PrefetchDistance;
                    var (nextK, nextColumn) = soon < length ? (k, soon) : (k + depth, soon - length);
                    var nextDepth = DepthAt(nextK);
                    for (var p = 0; p < plan.Panels; p++)
                    {
                        // Prefetch a part of the next piece during this product.
                        PrefetchRows(nextK + (nextDepth * p / plan.Panels), nextK + (nextDepth * (p + 1) / plan.Panels), first, nextColumn);
                        kernel.Run(
                            tile, depth, left + ((nint)p * plan.Geometry.K + k) * rows, new(right, bases, offsets),
                            new(columns + (nint)p * rows * plan.ColumnPitch + column, plan.ColumnPitch, accumulates: k > 0));
                    }

                    column += tile * lanes;
                }
            }
        }

        /// <summary>piece [row][column] = <paramref name="depth"/> rows of the weight.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Copy(float* from, int depth, int width, float* piece)
        {
            var pitch = (nint)plan.Geometry.C * plan.Taps;
            for (var i = 0; i < depth; i++, from += pitch, piece += plan.PieceWidth)
            {
                var j = 0;
                for (; j <= width - Vector256<float>.Count; j += Vector256<float>.Count)
                {
                    Vector256.Load(from + j).Store(piece + j);
                }

                for (; j < width; j++)
                {
                    piece[j] = from[j];
                }
            }
        }

        private void PrefetchRows(int k, int end, int first, int column)
        {
            for (; k < end; k++)
            {
                CacheLines.Prefetch(Row(k, first) + column, plan.PieceWidth);
            }
        }

        /// <summary>Sums the columns into pixels.</summary>
        private void Collect(int first, int channels, float* columns, float* workspace)
        {
            var g = plan.Geometry;
            for (var n = 0; n < g.N; n++)
            {
                for (var c = 0; c < channels; c++)
                {
                    PixelColumns.Collect(
                        g, columns + (nint)n * g.OutH * g.OutW * plan.ColumnPitch + c * plan.Taps, plan.ColumnPitch, bias == null
                            ? 0
                            : bias[first + c],
                        dx + ((nint)n * g.C + first + c) * g.H * g.W, workspace);
                }
            }
        }
    }
}
