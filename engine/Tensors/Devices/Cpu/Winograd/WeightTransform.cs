using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using static IlgpuGan.Tensors.Devices.Cpu.Winograd.TileRow;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>Brings a weight to the points: u [place][panel][channel][row]. A task is one panel of filters.</summary>
/// <typeparam name="TPoints">the plan's points</typeparam>
internal readonly unsafe struct WeightTransform<TPoints>(WinogradPlan plan, float* weight, float* u, Scratch[] own) : ITask
    where TPoints : struct, IPointTransform
{
    private const int BlockChannels = 16;

    private static int Points => TPoints.Count;

    private static int Places => TPoints.Count * TPoints.Count;

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public void Run(int task, int worker)
    {
        var rows = plan.Kernel.Rows;
        var taps = plan.Taps;
        var pitch = (nint)WinogradPlan.OddLines(BlockChannels * rows);
        var full = own[worker].Floats((Places * pitch) + (2L * taps * taps * BlockChannels * rows));
        var block = full + (Places * pitch);
        var spare = block + (taps * taps * BlockChannels * rows);
        var half = stackalloc float[Places * Width];
        for (var channel = 0; channel < plan.Channels; channel += BlockChannels)
        {
            var channels = Math.Min(BlockChannels, plan.Channels - channel);
            if (plan.IsDense)
            {
                GatherDense(task, channel, channels, spare, block);
            }
            else
            {
                Gather(task, channel, channels, block);
            }

            for (var i = 0; i < channels * rows; i += Width)
            {
                for (var x = 0; x < taps; x++)
                {
                    TPoints.Evaluate(block + (x * BlockChannels * rows) + i, taps * BlockChannels * rows, taps, half + (x * Width), Points * Width);
                }

                for (var y = 0; y < Points; y++)
                {
                    TPoints.Evaluate(half + (y * Points * Width), Width, taps, full + (y * Points * pitch) + i, pitch);
                }
            }

            Scatter(full, pitch, channels * rows, u + (((nint)task * plan.Channels + channel) * rows));
        }
    }

    /// <summary>Writes each place's numbers in one go: the places lie far apart, and memory takes whole runs faster than single lines.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Scatter(float* full, nint pitch, int count, float* to)
    {
        for (var place = 0; place < Places; place++, to += plan.WeightPitch, full += pitch)
        {
            var scale = Vector512.Create(plan.Scales[place]);
            var i = 0;
            for (; i <= count - Width; i += Width)
            {
                (Vector512.Load(full + i) * scale).Store(to + i);
            }

            for (; i < count; i++)
            {
                to[i] = full[i] * scale[0];
            }
        }
    }

    /// <summary>block [tap][channel][row], zeros for rows beyond the last filter and for taps that the filter lacks.</summary>
    private void Gather(int panel, int first, int channels, float* block)
    {
        var g = plan.Correlation;
        var rows = plan.Kernel.Rows;
        var phase = plan.Phases[panel / plan.PhasePanels];
        var firstFilter = panel % plan.PhasePanels * rows;
        var taps = plan.Taps * plan.Taps;
        for (var channel = 0; channel < channels; channel++)
        {
            var residue = (first + channel) % plan.Residues;
            var from = weight + ((nint)firstFilter * g.FilterStride) + ((nint)((first + channel) / plan.Residues) * g.ChannelStride);
            for (var t = 0; t < taps; t++)
            {
                var place = phase.WeightTaps[(residue * taps) + t];
                var to = block + (((t * BlockChannels) + channel) * rows);
                for (var row = 0; row < rows; row++)
                {
                    to[row] = place >= 0 && firstFilter + row < g.Filters ? from[(nint)row * g.FilterStride + place] : 0;
                }
            }
        }
    }

    /// <summary>The same for a stride-1 filter with all its taps, eight by eight.</summary>
    /// <param name="spare">room for as much as the block</param>
    private void GatherDense(int panel, int first, int channels, float* spare, float* block)
    {
        var g = plan.Correlation;
        var rows = plan.Kernel.Rows;
        var used = Math.Min(rows, g.Filters - panel * rows);
        var places = plan.Phases[0].WeightTaps;
        var taps = places.Length;
        var from = weight + ((nint)panel * rows * g.FilterStride) + ((nint)first * g.ChannelStride);
        if (g.ChannelStride == taps)
        {
            Transpose.Run(from, g.FilterStride, used, rows, channels * taps, spare, rows);
        }
        else
        {
            for (var channel = 0; channel < channels; channel++)
            {
                Transpose.Run(from + ((nint)channel * g.ChannelStride), g.FilterStride, used, rows, taps, spare + (channel * taps * rows), rows);
            }
        }

        for (var t = 0; t < taps; t++)
        {
            for (var channel = 0; channel < channels; channel++)
            {
                new ReadOnlySpan<float>(spare + (((channel * taps) + places[t]) * rows), rows)
                    .CopyTo(new Span<float>(block + (((t * BlockChannels) + channel) * rows), rows));
            }
        }
    }
}
