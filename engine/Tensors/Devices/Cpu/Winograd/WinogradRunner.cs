using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IlgpuGan.Tensors.Devices.Cpu.Convolution;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using static IlgpuGan.Tensors.Devices.Cpu.Winograd.PointTransforms;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>
/// Runs a <see cref="WinogradPlan"/>: weights to the points, then for each chunk of tiles the input to the points, 36 matrix products,
/// and the products back to outputs.
/// </summary>
internal sealed unsafe class WinogradRunner(CpuThreads threads)
{
    private readonly Scratch _weights = new();
    private readonly Scratch _inputs = new();
    private readonly Scratch _outputs = new();
    private readonly Scratch[] _own = [.. Enumerable.Range(0, threads.Count).Select(_ => new Scratch())];

    /// <param name="input">[Images, Channels, InH, InW]</param>
    /// <param name="weight">as the correlation's strides say</param>
    /// <param name="bias">[Filters] or null</param>
    /// <param name="output">[Images, Filters, OutH, OutW]</param>
    public void Run(WinogradPlan plan, float* input, float* weight, float* bias, float* output)
    {
        var u = _weights.Floats((long)Places * plan.WeightPitch + Width);
        var v = _inputs.Floats((long)Places * plan.InputPitch + Width);
        var m = _outputs.Floats((long)Places * plan.OutputPitch + Width);
        threads.For(plan.Panels, new WeightTask(plan, weight, u, _own));
        for (var row = 0; row < plan.TileRows; row += plan.ChunkRows)
        {
            var rows = Math.Min(plan.ChunkRows, plan.TileRows - row);
            threads.For(plan.Correlation.Channels, new InputTask(plan, input, row, rows, v, _own));
            threads.For(Places * ProductTask.Parts(plan), new ProductTask(plan, rows * plan.TilesX, u, v, m));
            threads.For(plan.Correlation.Filters, new OutputTask(plan, m, row, rows, bias, output, _own));
        }
    }

    /// <summary>One panel of filters: u [place][panel][channel][row].</summary>
    private readonly struct WeightTask(WinogradPlan plan, float* weight, float* u, Scratch[] own) : ITask
    {
        private const int BlockChannels = 16;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int task, int worker)
        {
            var g = plan.Correlation;
            var rows = plan.Kernel.Rows;
            var length = g.Channels * rows;
            var taps = plan.WeightTaps.Length;
            var own0 = own[worker].Floats((long)Places * Width + (long)taps * BlockChannels * rows * 2);
            var plane = own0 + Places * Width;
            var block = plane + taps * BlockChannels * rows;
            var half = stackalloc float[Points * Points * Width];
            var scales = plan.Scales;
            for (var channel = 0; channel < g.Channels; channel += BlockChannels)
            {
                var channels = Math.Min(BlockChannels, g.Channels - channel);
                Gather(task, channel, channels, plane, block);
                for (var i = 0; i < channels * rows; i += Width)
                {
                    for (var x = 0; x < plan.Taps; x++)
                    {
                        Evaluate(block + x * BlockChannels * rows + i, plan.Taps * BlockChannels * rows, plan.Taps, half + x * Width, Points * Width);
                    }

                    for (var y = 0; y < Points; y++)
                    {
                        Evaluate(half + y * Points * Width, Width, plan.Taps, own0 + y * Points * Width, Width);
                    }

                    var to = u + (nint)task * length + channel * rows + i;
                    if (i + Width <= channels * rows)
                    {
                        for (var place = 0; place < Places; place++)
                        {
                            (Vector512.Load(own0 + place * Width) * Vector512.Create(scales[place])).Store(to + (nint)place * plan.WeightPitch);
                        }

                        continue;
                    }

                    for (var place = 0; place < Places; place++)
                    {
                        for (var lane = 0; lane < channels * rows - i; lane++)
                        {
                            to[(nint)place * plan.WeightPitch + lane] = own0[place * Width + lane] * scales[place];
                        }
                    }
                }
            }
        }

        /// <summary>block [tap][channel][row], zeros for rows beyond the last filter; plane is room for as much.</summary>
        private void Gather(int panel, int first, int channels, float* plane, float* block)
        {
            var g = plan.Correlation;
            var rows = plan.Kernel.Rows;
            var used = Math.Min(rows, g.Filters - panel * rows);
            var taps = plan.WeightTaps.Length;
            var from = weight + (nint)panel * rows * g.FilterStride + (nint)first * g.ChannelStride;
            if (g.ChannelStride == taps)
            {
                Transpose.Run(from, g.FilterStride, used, rows, channels * taps, plane, rows);
            }
            else
            {
                for (var channel = 0; channel < channels; channel++)
                {
                    Transpose.Run(from + (nint)channel * g.ChannelStride, g.FilterStride, used, rows, taps, plane + channel * taps * rows, rows);
                }
            }

            for (var t = 0; t < taps; t++)
            {
                for (var channel = 0; channel < channels; channel++)
                {
                    new ReadOnlySpan<float>(plane + (channel * taps + plan.WeightTaps[t]) * rows, rows)
                        .CopyTo(new Span<float>(block + (t * BlockChannels + channel) * rows, rows));
                }
            }
        }
    }

    /// <summary>One channel of a chunk's tiles: v [place][channel][tile].</summary>
    private readonly struct InputTask(WinogradPlan plan, float* input, int firstRow, int rows, float* v, Scratch[] own) : ITask
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int task, int worker)
        {
            var g = plan.Correlation;
            // Tiles of all rows of the chunk follow each other without gaps, so that vectors are full however narrow the image is.
            var pitch = (nint)plan.TilePitch;
            var elements = own[worker].Floats(Points * TileRow.TakenRows * pitch + plan.RowWidth);
            var line = elements + Points * TileRow.TakenRows * pitch;
            for (var r = 0; r < rows; r++)
            {
                var image = (firstRow + r) / plan.TilesY;
                var top = (firstRow + r) % plan.TilesY * plan.Outputs + plan.Top;
                var plane = input + ((nint)image * g.Channels + task) * g.InH * g.InW;
                for (var i = 0; i < Points; i++)
                {
                    Bands.PaddedRow(plane, g.InH, g.InW, top + i, plan.Left, 1, line, plan.RowWidth);
                    for (var t = 0; t < plan.TilesX; t += Width)
                    {
                        TileRow.Take(line + t * plan.Outputs, plan.Outputs, elements + i * TileRow.TakenRows * pitch + r * plan.TilesX + t, pitch);
                    }
                }
            }

            var half = stackalloc float[Places * Width];
            var to = v + (nint)task * pitch;
            for (var t = 0; t < rows * plan.TilesX; t += Width)
            {
                for (var i = 0; i < Points; i++)
                {
                    PointTransforms.Input(elements + i * TileRow.TakenRows * pitch + t, pitch, half + i * Points * Width, Width);
                }

                for (var j = 0; j < Points; j++)
                {
                    PointTransforms.Input(half + j * Width, Points * Width, to + t + (nint)j * plan.InputPitch, Points * (nint)plan.InputPitch);
                }
            }
        }
    }

    /// <summary>m [place][filter][tile] = u [place] · v [place] for one place and a part of the filters.</summary>
    private readonly struct ProductTask(WinogradPlan plan, int tiles, float* u, float* v, float* m) : ITask
    {
        private const int PartPanels = 16;

        public static int Parts(WinogradPlan plan) => CorrelationPlan.DivideUp(plan.Panels, PartPanels);

        public void Run(int task, int worker)
        {
            var kernel = plan.Kernel;
            var channels = plan.Correlation.Channels;
            var place = task / Parts(plan);
            var firstPanel = task % Parts(plan) * PartPanels;
            var endPanel = Math.Min(firstPanel + PartPanels, plan.Panels);
            var vectors = CorrelationPlan.DivideUp(tiles, kernel.Lanes);
            var left = u + (nint)place * plan.WeightPitch;
            var right = v + (nint)place * plan.InputPitch;
            var c = m + (nint)place * plan.OutputPitch;
            fixed (int* bases = plan.Bases, offsets = plan.Offsets)
            {
                for (var channel = 0; channel < channels; channel += plan.BlockChannels)
                {
                    var depth = Math.Min(plan.BlockChannels, channels - channel);
                    for (var p = firstPanel; p < endPanel; p++)
                    {
                        for (var vector = 0; vector < vectors;)
                        {
                            var tile = kernel.NextTile(vectors - vector);
                            kernel.Run(
                                tile, depth, left + ((nint)p * channels + channel) * kernel.Rows, right + (nint)channel * plan.TilePitch,
                                bases + vector, offsets, c + (nint)p * kernel.Rows * plan.TilePitch + vector * kernel.Lanes, plan.TilePitch,
                                accumulate: channel > 0);
                            vector += tile;
                        }
                    }
                }
            }
        }
    }

    /// <summary>One filter of a chunk's tiles, back to pixels.</summary>
    private readonly struct OutputTask(WinogradPlan plan, float* m, int firstRow, int rows, float* bias, float* output, Scratch[] own) : ITask
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int task, int worker)
        {
            var g = plan.Correlation;
            var shift = bias == null ? 0 : bias[task];
            var pitch = (nint)plan.TilePitch;
            var pixels = own[worker].Floats(plan.Outputs * plan.Outputs * pitch + plan.RowWidth);
            var line = pixels + plan.Outputs * plan.Outputs * pitch;
            var half = stackalloc float[Places * Width];
            var from = m + (nint)task * pitch;
            for (var t = 0; t < rows * plan.TilesX; t += Width)
            {
                for (var j = 0; j < Points; j++)
                {
                    Collect(from + t + (nint)j * plan.OutputPitch, Points * (nint)plan.OutputPitch, plan.Outputs, half + j * Width, Points * Width);
                }

                for (var i = 0; i < plan.Outputs; i++)
                {
                    Collect(half + i * Points * Width, Width, plan.Outputs, pixels + i * plan.Outputs * pitch + t, pitch);
                }
            }

            for (var r = 0; r < rows; r++)
            {
                var image = (firstRow + r) / plan.TilesY;
                var top = (firstRow + r) % plan.TilesY * plan.Outputs;
                var plane = output + ((nint)image * g.Filters + task) * g.OutH * g.OutW;
                for (var i = 0; i < plan.Outputs && top + i < g.OutH; i++)
                {
                    for (var t = 0; t < plan.TilesX; t += Width)
                    {
                        TileRow.Put(pixels + i * plan.Outputs * pitch + r * plan.TilesX + t, pitch, plan.Outputs, shift, line + t * plan.Outputs);
                    }

                    new ReadOnlySpan<float>(line, g.OutW).CopyTo(new Span<float>(plane + (nint)(top + i) * g.OutW, g.OutW));
                }
            }
        }
    }
}
