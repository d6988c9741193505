using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IlgpuGan.Tensors.Devices.Cpu.Convolution;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using static IlgpuGan.Tensors.Devices.Cpu.Winograd.TileRow;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>
/// Runs a <see cref="WinogradPlan"/>: weights to the points, then for each chunk of tiles the input to the points, a matrix product for each
/// place, and the products back to outputs.
/// </summary>
/// <typeparam name="TPoints">the plan's points</typeparam>
internal sealed unsafe class WinogradRunner<TPoints>(CpuThreads threads, ConvolutionMemory memory)
    where TPoints : struct, IPointTransform
{
    private static int Points => TPoints.Count;

    private static int Places => TPoints.Count * TPoints.Count;

    private readonly Scratch _weights = memory.Weights;
    private readonly Scratch _inputs = memory.Inputs;
    private readonly Scratch _outputs = memory.Outputs;
    private readonly Scratch[] _own = memory.Own;

    /// <param name="input">[Images, Channels, InH, InW]</param>
    /// <param name="weight">as the correlation's strides say</param>
    /// <param name="held">null for a weight that may change</param>
    /// <param name="bias">[Filters] or null</param>
    /// <param name="output">[Images, Filters, OutH, OutW]</param>
    public void Run(WinogradPlan plan, float* input, float* weight, HeldWeight? held, float* bias, float* output)
    {
        var u = HeldWeight.FormOf(plan.KeepsWeight ? held : null, plan.WeightForm, (long)Places * plan.WeightPitch + Width, _weights, out var isMade);
        var v = _inputs.Floats((long)Places * plan.InputPitch + Width);
        var m = _outputs.Floats((long)Places * plan.OutputPitch + Width);
        if (!isMade)
        {
            threads.For(WeightTransform<TPoints>.Count(plan), new WeightTransform<TPoints>(plan, weight, u, _own));
        }

        for (var row = 0; row < plan.TileRows; row += plan.ChunkRows)
        {
            var rows = Math.Min(plan.ChunkRows, plan.TileRows - row);
            threads.For(plan.Correlation.Channels, new InputTask(plan, input, row, rows, v, _own));
            threads.For(Places * ProductTask.Parts(plan), new ProductTask(plan, rows * plan.TilesX, u, v, m));
            threads.For(plan.Correlation.Filters, new OutputTask(plan, m, row, rows, bias, output, _own));
        }
    }

    /// <summary>Asks for one run of each place: they lie far apart, and would be waited for one after the other.</summary>
    private static void FetchPlaces(float* from, nint pitch, int count)
    {
        for (var place = 0; place < Places; place++, from += pitch)
        {
            CacheLines.Fetch(from, count);
        }
    }

    /// <summary>One channel of the input of a chunk's tiles, in all its residues: v [place][channel][tile].</summary>
    private readonly struct InputTask(WinogradPlan plan, float* input, int firstRow, int rows, float* v, Scratch[] own) : ITask
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int task, int worker)
        {
            var g = plan.Correlation;
            // Tiles of all rows of the chunk follow each other without gaps, so that vectors are full however narrow the image is.
            var pitch = (nint)plan.TilePitch;
            var elements = own[worker].Floats((Points * TileRow.TakenRows + Places) * pitch + plan.RowWidth);
            var full = elements + Points * TileRow.TakenRows * pitch;
            var line = full + Places * pitch;
            FetchRows(task + 1);
            for (var residue = 0; residue < plan.Residues; residue++)
            {
                FetchPlaces(v + ((nint)task * plan.Residues + residue) * pitch, plan.InputPitch, rows * plan.TilesX);
                Take(task, residue / g.StrideX, residue % g.StrideX, elements, line);
                Transform(elements, full, v + ((nint)task * plan.Residues + residue) * pitch);
            }
        }

        /// <summary>Asks for what the channel that probably comes next reads: pieces too short for the processor to see a stream in them.</summary>
        private void FetchRows(int channel)
        {
            var g = plan.Correlation;
            var top = firstRow % plan.TilesY * plan.Outputs * g.StrideY + plan.Top;
            var first = Math.Max(top, 0);
            var end = Math.Min(top + ((rows - 1) * plan.Outputs + Points) * g.StrideY, g.InH);
            if (channel < g.Channels && first < end)
            {
                CacheLines.Fetch(input + (((nint)(firstRow / plan.TilesY) * g.Channels + channel) * g.InH + first) * g.InW, (end - first) * g.InW);
            }
        }

        /// <summary>elements [row of a tile][column of a tile][tile].</summary>
        private void Take(int channel, int residueY, int residueX, float* elements, float* line)
        {
            var g = plan.Correlation;
            var pitch = (nint)plan.TilePitch;
            var end = input + (nint)g.Images * g.Channels * g.InH * g.InW;
            for (var r = 0; r < rows; r++)
            {
                var plane = input + ((nint)((firstRow + r) / plan.TilesY) * g.Channels + channel) * g.InH * g.InW;
                var top = (firstRow + r) % plan.TilesY * plan.Outputs * g.StrideY + plan.Top + residueY;
                for (var i = 0; i < Points; i++)
                {
                    var from = line;
                    var y = top + i * g.StrideY;
                    if (plan.ReadsOnlyInside && plane + (nint)y * g.InW + plan.Left + plan.RowWidth <= end)
                    {
                        from = plane + (nint)y * g.InW + plan.Left;
                    }
                    else
                    {
                        Bands.Row(g, plane, y, plan.Left + residueX, line, plan.RowWidth);
                    }

                    for (var t = 0; t < plan.TilesX; t += Width)
                    {
                        TileRow.Take(from + t * plan.Outputs, plan.Outputs, Points, elements + i * TileRow.TakenRows * pitch + r * plan.TilesX + t, pitch);
                    }
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Transform(float* elements, float* full, float* to)
        {
            var pitch = (nint)plan.TilePitch;
            var tiles = rows * plan.TilesX;
            var half = stackalloc float[Places * Width];
            for (var t = 0; t < tiles; t += Width)
            {
                for (var i = 0; i < Points; i++)
                {
                    TPoints.Input(elements + i * TileRow.TakenRows * pitch + t, pitch, half + i * Points * Width, Width);
                }

                for (var j = 0; j < Points; j++)
                {
                    TPoints.Input(half + j * Width, Points * Width, full + t + j * pitch, Points * pitch);
                }
            }

            // Each place's numbers in one go: the places lie far apart, and memory takes whole runs faster than single lines.
            for (var place = 0; place < Places; place++, to += plan.InputPitch, full += pitch)
            {
                for (var t = 0; t < tiles; t += Width)
                {
                    Vector512.Load(full + t).Store(to + t);
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
            var channels = plan.Channels;
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
                        CacheLines.Fetch(left + ((nint)(p + 1) * channels + channel) * kernel.Rows, depth * kernel.Rows);
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
            var phasePitch = (nint)plan.Outputs * plan.Outputs * plan.TilePitch;
            var pixels = own[worker].Floats(phasePitch * plan.Phases.Length + 2 * plan.RowWidth);
            for (var p = 0; p < plan.Phases.Length; p++)
            {
                FetchPlaces(m + ((nint)p * plan.PhasePanels * plan.Kernel.Rows + task + 1) * plan.TilePitch, plan.OutputPitch, rows * plan.TilesX);
                Transform(m + ((nint)p * plan.PhasePanels * plan.Kernel.Rows + task) * plan.TilePitch, pixels + p * phasePitch);
            }

            var lines = pixels + phasePitch * plan.Phases.Length;
            for (var r = 0; r < rows; r++)
            {
                var plane = output + ((nint)((firstRow + r) / plan.TilesY) * g.Filters + task) * g.OutH * g.OutW;
                var gridRow = (firstRow + r) % plan.TilesY * plan.Outputs;
                for (var i = 0; i < plan.Outputs; i++)
                {
                    Put(pixels + i * plan.Outputs * (nint)plan.TilePitch + r * plan.TilesX, phasePitch, gridRow + i, shift, lines, plane);
                }
            }
        }

        /// <summary>pixels [row of a tile][column of a tile][tile] of one phase.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Transform(float* from, float* pixels)
        {
            var half = stackalloc float[Places * Width];
            for (var t = 0; t < rows * plan.TilesX; t += Width)
            {
                for (var j = 0; j < Points; j++)
                {
                    TPoints.Collect(from + t + (nint)j * plan.OutputPitch, Points * (nint)plan.OutputPitch, plan.Outputs, half + j * Width, Points * Width);
                }

                for (var i = 0; i < plan.Outputs; i++)
                {
                    TPoints.Collect(half + i * Points * Width, Width, plan.Outputs, pixels + i * plan.Outputs * (nint)plan.TilePitch + t, plan.TilePitch);
                }
            }
        }

        /// <summary>Writes one grid row of all phases to the rows of the plane that they are.</summary>
        private void Put(float* pixels, nint phasePitch, int gridRow, float shift, float* lines, float* plane)
        {
            var g = plan.Correlation;
            for (var p = 0; p < plan.Phases.Length; p++)
            {
                var phase = plan.Phases[p];
                var y = (gridRow - phase.ShiftY) * g.OutStepY + phase.Top;
                if (gridRow < phase.ShiftY || y >= g.OutH)
                {
                    continue;
                }

                var to = plane + (nint)y * g.OutW + phase.Left;
                PutLine(pixels + p * phasePitch, shift, lines);
                if (g.OutStepX == 2 && g.OutW % 2 == 0)
                {
                    // The phases come left, right, left, right.
                    p++;
                    PutLine(pixels + p * phasePitch, shift, lines + plan.RowWidth);
                    Interleaving.PutPairs(lines + phase.ShiftX, lines + plan.RowWidth + plan.Phases[p].ShiftX, g.Columns, 0, to);
                }
                else
                {
                    Interleaving.Put(lines + phase.ShiftX, (g.OutW - phase.Left + g.OutStepX - 1) / g.OutStepX, 0, to, g.OutStepX);
                }
            }
        }

        private void PutLine(float* pixels, float shift, float* line)
        {
            for (var t = 0; t < plan.TilesX; t += Width)
            {
                TileRow.Put(pixels + t, plan.TilePitch, plan.Outputs, shift, line + t * plan.Outputs);
            }
        }
    }
}
