using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IlgpuGan.Tensors.Devices.Cpu.Convolution;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using static IlgpuGan.Tensors.Devices.Cpu.Winograd.TileRow;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>
/// Runs a <see cref="WinogradGradientPlan"/>: transforms all of dy, then for each group of channels transforms x, computes the products and
/// transforms their sums to taps. A thread computes a whole group, since transferring data between cores' caches is slow; the remaining
/// groups are shared among threads. The bits are the same.
/// </summary>
/// <typeparam name="TPoints">the plan's points</typeparam>
internal sealed unsafe class WinogradGradientRunner<TPoints>(CpuThreads threads, ConvolutionMemory memory)
    where TPoints : struct, IPointTransform
{
    private static int Points
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TPoints.Count;
    }

    private static int Places
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TPoints.Count * TPoints.Count;
    }

    /// <param name="x">[N, C, H, W]</param>
    /// <param name="dy">[N, K, OutH, OutW]</param>
    /// <param name="dw">[K, C, KernelH, KernelW]</param>
    public void Run(WinogradGradientPlan plan, float* x, float* dy, float* dw)
    {
        var g = plan.Geometry;
        var (input, output) = ((nint)Places * plan.InputPitch, (nint)Places * plan.OutputPitch);
        var sums = plan.ChunkRows < plan.TileRows ? (nint)plan.Groups * plan.Blocks * plan.BlockSize : 0;
        var v = memory.Shared.Floats((threads.Count * input) + output + sums);
        var m = v + (threads.Count * input);
        var arrays = new GradientArrays(m, sums > 0 ? m + output : null, dw);
        var whole = plan.Groups - (plan.Groups % threads.Count);
        for (var row = 0; row < plan.TileRows; row += plan.ChunkRows)
        {
            var rows = Math.Min(plan.ChunkRows, plan.TileRows - row);
            threads.For(rows * CorrelationPlan.DivideUp(g.K, Width), new OutputTask(plan, dy, row, rows, m, memory.PerWorker));
            threads.For(whole, new GroupTask(plan, x, (row, rows), arrays, v, input, memory.PerWorker));
            for (var group = whole; group < plan.Groups; group++)
            {
                threads.For(rows * plan.SetsOf(group), new InputTask(plan, x, group, row, rows, v, memory.PerWorker));
                threads.For(plan.Blocks, new WinogradGradientProducts<TPoints>(plan, group, (row, rows), arrays, v, memory.PerWorker));
            }
        }
    }

    /// <summary>Prefetches one run of each place: they are far apart, and each would otherwise be a separate cache miss.</summary>
    private static void PrefetchPlaces(float* from, nint pitch, int count)
    {
        for (var place = 0; place < Places; place++, from += pitch)
        {
            CacheLines.Prefetch(from, count);
        }
    }

    /// <summary>Transforms x and computes the gradient of one group of channels.</summary>
    /// <param name="input">floats of a worker's part of v</param>
    private readonly struct GroupTask(
        WinogradGradientPlan plan, float* x, (int First, int Rows) tiles, GradientArrays arrays, float* v, nint input,
        Scratch[] scratch) : ITask
    {
        public void Run(int task, int worker)
        {
            var workerInput = v + (worker * input);
            var inputTask = new InputTask(plan, x, task, tiles.First, tiles.Rows, workerInput, scratch);
            for (var part = 0; part < tiles.Rows * plan.SetsOf(task); part++)
            {
                inputTask.Run(part, worker);
            }

            var products = new WinogradGradientProducts<TPoints>(plan, task, tiles, arrays, workerInput, scratch);
            for (var block = 0; block < plan.Blocks; block++)
            {
                products.Run(block, worker);
            }
        }
    }

    /// <summary>Transforms sixteen channels of one row of tiles, in all residues: v [place][vector][tile][lane].</summary>
    private readonly struct InputTask(
        WinogradGradientPlan plan, float* x, int group, int firstRow, int rows, float* v, Scratch[] scratch) : ITask
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int task, int worker)
        {
            var g = plan.Geometry;
            var row = task % rows;
            var set = task / rows;
            var channel = (group * plan.GroupSets + set) * Width;
            var image = (firstRow + row) / plan.TilesY;
            var columns = ((plan.TilesX - 1) * plan.Outputs + Points) * g.StrideW;
            var band = scratch[worker].Floats((long)Points * g.StrideH * columns * Width);
            TransposedBands.FillPlanes(
                new(x + ((nint)image * g.C + channel) * g.H * g.W, g.H, g.W), Math.Min(Width, g.C - channel), Width,
                new((firstRow + row) % plan.TilesY * plan.Outputs * g.StrideH - g.PadTop, Points * g.StrideH, -g.PadLeft, columns),
                plan.Border, band);

            for (var residue = 0; residue < plan.Residues; residue++)
            {
                var to = v + ((nint)set * plan.Residues + residue) * plan.VectorPitch + (nint)row * plan.TilesX * Width;
                PrefetchPlaces(to, plan.InputPitch, plan.TilesX * Width);
                Transform(
                    band + ((nint)(residue / g.StrideW) * columns + residue % g.StrideW) * Width, (nint)columns * g.StrideH * Width,
                    g.StrideW * Width, to);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Transform(float* from, nint rowStep, nint columnStep, float* to)
        {
            var half = stackalloc float[Places * Width];
            for (var t = 0; t < plan.TilesX; t++, from += plan.Outputs * columnStep, to += Width)
            {
                for (var i = 0; i < Points; i++)
                {
                    TPoints.Input(from + i * rowStep, columnStep, half + i * Points * Width, Width);
                }

                for (var j = 0; j < Points; j++)
                {
                    TPoints.Input(half + j * Width, Points * Width, to + j * (nint)plan.InputPitch, Points * (nint)plan.InputPitch);
                }
            }
        }
    }

    /// <summary>Transforms dy for sixteen filters of one row of tiles: m [place][panel][tile][row].</summary>
    private readonly struct OutputTask(WinogradGradientPlan plan, float* dy, int firstRow, int rows, float* m, Scratch[] scratch) : ITask
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int task, int worker)
        {
            var g = plan.Geometry;
            var row = task % rows;
            var filter = task / rows * Width;
            var image = (firstRow + row) / plan.TilesY;
            var columns = plan.TilesX * plan.Outputs;
            var band = scratch[worker].Floats((long)plan.Outputs * columns * Width);
            PrefetchPanels(filter, row * plan.TilesX);
            TransposedBands.FillPlanes(
                new(dy + ((nint)image * g.K + filter) * g.OutH * g.OutW, g.OutH, g.OutW), Math.Min(Width, g.K - filter), Width,
                new((firstRow + row) % plan.TilesY * plan.Outputs, plan.Outputs, 0, columns), null, band);

            var half = stackalloc float[Places * Width];
            var full = stackalloc float[Places * Width];
            for (var t = 0; t < plan.TilesX; t++)
            {
                for (var i = 0; i < plan.Outputs; i++)
                {
                    TPoints.Evaluate(
                        band + ((nint)i * columns + t * plan.Outputs) * Width, Width, plan.Outputs, half + i * Points * Width, Width);
                }

                for (var j = 0; j < Points; j++)
                {
                    TPoints.Evaluate(half + j * Width, Points * Width, plan.Outputs, full + j * Width, Points * Width);
                }

                Scatter(full, filter, row * plan.TilesX + t);
            }
        }

        private void PrefetchPanels(int filter, int tile)
        {
            var height = plan.Kernel.Rows;
            var end = Math.Min((filter + Width - 1) / height, plan.Panels - 1);
            for (var panel = filter / height; panel <= end; panel++)
            {
                PrefetchPlaces(m + ((nint)panel * plan.PanelPitch) + tile * height, plan.OutputPitch, plan.TilesX * height);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Scatter(float* full, int filter, int tile)
        {
            var height = plan.Kernel.Rows;
            var end = Math.Min(filter + Width, plan.Panels * height);
            for (var f = filter; f < end;)
            {
                // The lanes that belong to one panel.
                var count = Math.Min(height - f % height, end - f);
                var to = m + ((nint)(f / height) * plan.PanelPitch) + tile * height + f % height;
                var from = full + f - filter;
                for (var place = 0; place < Places; place++, to += plan.OutputPitch, from += Width)
                {
                    if (count == 8)
                    {
                        Vector256.Load(from).Store(to);
                        continue;
                    }

                    for (var lane = 0; lane < count; lane++)
                    {
                        to[lane] = from[lane];
                    }
                }

                f += count;
            }
        }
    }
}
