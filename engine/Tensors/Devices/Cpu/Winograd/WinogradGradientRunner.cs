using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IlgpuGan.Tensors.Devices.Cpu.Convolution;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using static IlgpuGan.Tensors.Devices.Cpu.Winograd.SixPoints;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>Runs a <see cref="WinogradGradientPlan"/>.</summary>
internal sealed unsafe class WinogradGradientRunner(CpuThreads threads, ConvolutionMemory memory)
{
    private readonly Scratch _inputs = memory.Inputs;
    private readonly Scratch _outputs = memory.Outputs;
    private readonly Scratch _gradients = memory.Weights;
    private readonly Scratch[] _own = memory.Own;

    /// <param name="x">[N, C, H, W]</param>
    /// <param name="dy">[N, K, OutH, OutW]</param>
    /// <param name="dw">[K, C, r, r]</param>
    public void Run(WinogradGradientPlan plan, float* x, float* dy, float* dw)
    {
        var g = plan.Geometry;
        var v = _inputs.Floats((long)Places * plan.InputPitch);
        var m = _outputs.Floats((long)Places * plan.OutputPitch);
        var u = _gradients.Floats((long)Places * plan.WeightPitch);
        for (var row = 0; row < plan.TileRows; row += plan.ChunkRows)
        {
            var rows = Math.Min(plan.ChunkRows, plan.TileRows - row);
            threads.For(rows * CorrelationPlan.DivideUp(g.C, TileRow.Width), new InputTask(plan, x, row, rows, v, _own));
            threads.For(rows * CorrelationPlan.DivideUp(g.K, TileRow.Width), new OutputTask(plan, dy, row, rows, m, _own));
            threads.For(Places * ProductTask.Parts(plan), new ProductTask(plan, rows * plan.TilesX, m, v, u, accumulate: row > 0));
        }

        threads.For(g.K, new WeightTask(plan, u, dw));
    }

    /// <summary>
    /// Copies rows [top, top + rows) from column left on of sixteen planes to band [row][column][lane], zeros outside the planes and in the lanes of planes that don't exist.
    /// </summary>
    private static void FillBand(float* planes, int count, int height, int width, int top, int rows, int left, int columns, float* band)
    {
        for (var i = 0; i < rows; i++)
        {
            var to = band + (nint)i * columns * TileRow.Width;
            var y = top + i;
            var begin = Math.Clamp(-left, 0, columns);
            var end = Math.Clamp(width - left, begin, columns);
            if ((uint)y >= (uint)height)
            {
                begin = end = columns;
            }

            new Span<float>(to, begin * TileRow.Width).Clear();
            Transpose.Run(planes + (nint)y * width + left + begin, (nint)height * width, count, TileRow.Width, end - begin, to + begin * TileRow.Width, TileRow.Width);
            new Span<float>(to + end * TileRow.Width, (columns - end) * TileRow.Width).Clear();
        }
    }

    /// <summary>Sixteen channels of one row of tiles: v [place][tile][channel].</summary>
    private readonly struct InputTask(WinogradGradientPlan plan, float* x, int firstRow, int rows, float* v, Scratch[] own) : ITask
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int task, int worker)
        {
            var g = plan.Geometry;
            var row = task % rows;
            var channel = task / rows * TileRow.Width;
            var image = (firstRow + row) / plan.TilesY;
            var columns = (plan.TilesX - 1) * plan.Outputs + Points;
            var band = own[worker].Floats((long)Points * columns * TileRow.Width);
            FillBand(
                x + ((nint)image * g.C + channel) * g.H * g.W, Math.Min(TileRow.Width, g.C - channel), g.H, g.W,
                (firstRow + row) % plan.TilesY * plan.Outputs - g.PadTop, Points, -g.PadLeft, columns, band);

            var half = stackalloc float[Places * TileRow.Width];
            var to = v + (nint)row * plan.TilesX * plan.ChannelPitch + channel;
            for (var t = 0; t < plan.TilesX; t++, to += plan.ChannelPitch)
            {
                for (var i = 0; i < Points; i++)
                {
                    Input(band + ((nint)i * columns + t * plan.Outputs) * TileRow.Width, TileRow.Width, half + i * Points * TileRow.Width, TileRow.Width);
                }

                for (var j = 0; j < Points; j++)
                {
                    Input(half + j * TileRow.Width, Points * TileRow.Width, to + (nint)j * plan.InputPitch, Points * (nint)plan.InputPitch);
                }
            }
        }
    }

    /// <summary>Sixteen filters of one row of tiles: m [place][panel][tile][row].</summary>
    private readonly struct OutputTask(WinogradGradientPlan plan, float* dy, int firstRow, int rows, float* m, Scratch[] own) : ITask
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int task, int worker)
        {
            var g = plan.Geometry;
            var row = task % rows;
            var filter = task / rows * TileRow.Width;
            var image = (firstRow + row) / plan.TilesY;
            var columns = plan.TilesX * plan.Outputs;
            var band = own[worker].Floats((long)plan.Outputs * columns * TileRow.Width);
            FillBand(
                dy + ((nint)image * g.K + filter) * g.OutH * g.OutW, Math.Min(TileRow.Width, g.K - filter), g.OutH, g.OutW,
                (firstRow + row) % plan.TilesY * plan.Outputs, plan.Outputs, 0, columns, band);

            var half = stackalloc float[Places * TileRow.Width];
            var full = stackalloc float[Places * TileRow.Width];
            for (var t = 0; t < plan.TilesX; t++)
            {
                for (var i = 0; i < plan.Outputs; i++)
                {
                    Evaluate(band + ((nint)i * columns + t * plan.Outputs) * TileRow.Width, TileRow.Width, plan.Outputs, half + i * Points * TileRow.Width, TileRow.Width);
                }

                for (var j = 0; j < Points; j++)
                {
                    Evaluate(half + j * TileRow.Width, Points * TileRow.Width, plan.Outputs, full + j * TileRow.Width, Points * TileRow.Width);
                }

                Scatter(full, filter, row * plan.TilesX + t);
            }
        }

        private void Scatter(float* full, int filter, int tile)
        {
            var height = plan.Kernel.Rows;
            var tiles = rows * plan.TilesX;
            var end = Math.Min(filter + TileRow.Width, plan.Panels * height);
            for (var f = filter; f < end;)
            {
                // The lanes that fall into one panel.
                var count = Math.Min(height - f % height, end - f);
                var to = m + ((nint)(f / height) * tiles + tile) * height + f % height;
                for (var place = 0; place < Places; place++)
                {
                    var from = full + place * TileRow.Width + f - filter;
                    if (count == 8)
                    {
                        Vector256.Load(from).Store(to + (nint)place * plan.OutputPitch);
                        continue;
                    }

                    for (var lane = 0; lane < count; lane++)
                    {
                        to[(nint)place * plan.OutputPitch + lane] = from[lane];
                    }
                }

                f += count;
            }
        }
    }

    /// <summary>u [place][filter][channel] = or += m [place] · v [place] for one place and a part of the filters.</summary>
    private readonly struct ProductTask(WinogradGradientPlan plan, int tiles, float* m, float* v, float* u, bool accumulate) : ITask
    {
        private const int PartPanels = 16;

        public static int Parts(WinogradGradientPlan plan) => CorrelationPlan.DivideUp(plan.Panels, PartPanels);

        public void Run(int task, int worker)
        {
            var kernel = plan.Kernel;
            var place = task / Parts(plan);
            var firstPanel = task % Parts(plan) * PartPanels;
            var endPanel = Math.Min(firstPanel + PartPanels, plan.Panels);
            fixed (int* bases = plan.Bases, offsets = plan.Offsets)
            {
                for (var p = firstPanel; p < endPanel; p++)
                {
                    for (var vector = 0; vector < plan.Vectors;)
                    {
                        var tile = kernel.NextTile(plan.Vectors - vector);
                        kernel.Run(
                            tile, tiles, m + (nint)place * plan.OutputPitch + (nint)p * tiles * kernel.Rows, v + (nint)place * plan.InputPitch,
                            bases + vector, offsets,
                            u + (nint)place * plan.WeightPitch + (nint)p * kernel.Rows * plan.ChannelPitch + vector * kernel.Lanes, plan.ChannelPitch,
                            accumulate);
                        vector += tile;
                    }
                }
            }
        }
    }

    /// <summary>One filter's gradient back from the points.</summary>
    private readonly struct WeightTask(WinogradGradientPlan plan, float* u, float* dw) : ITask
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int task, int worker)
        {
            var g = plan.Geometry;
            var taps = plan.Taps;
            var full = stackalloc float[Places * TileRow.Width];
            var half = stackalloc float[Places * TileRow.Width];
            var result = stackalloc float[Places * TileRow.Width];
            var scales = plan.Scales;
            for (var channel = 0; channel < g.C; channel += TileRow.Width)
            {
                var from = u + (nint)task * plan.ChannelPitch + channel;
                for (var place = 0; place < Places; place++)
                {
                    (Vector512.Load(from + (nint)place * plan.WeightPitch) * Vector512.Create(scales[place])).Store(full + place * TileRow.Width);
                }

                for (var j = 0; j < Points; j++)
                {
                    Collect(full + j * TileRow.Width, Points * TileRow.Width, taps, half + j * TileRow.Width, Points * TileRow.Width);
                }

                for (var i = 0; i < taps; i++)
                {
                    Collect(half + i * Points * TileRow.Width, TileRow.Width, taps, result + i * taps * TileRow.Width, TileRow.Width);
                }

                var to = dw + ((nint)task * g.C + channel) * taps * taps;
                Transpose.Run(result, TileRow.Width, taps * taps, taps * taps, Math.Min(TileRow.Width, g.C - channel), to, taps * taps);
            }
        }
    }
}
