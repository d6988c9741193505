using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using static IlgpuGan.Tensors.Devices.Cpu.Convolution.CorrelationPlan;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>The matrix products of a chunk of tiles and a group of filters, one at each place.</summary>
internal static unsafe class ChunkProduct
{
    /// <summary>m [place] = u [place] · v [place].</summary>
    /// <param name="u">[place][panel][channel][row]: the weight at the points</param>
    /// <param name="v">[place][channel][tile]: the chunk's input at the points</param>
    /// <param name="m">[place][phase][filter of the group][tile]</param>
    public static void Run(WinogradPlan plan, WinogradChunk chunk, int group, float* u, float* v, float* m)
    {
        var rows = plan.Kernel.Rows;
        var vectors = DivideUp(chunk.Tiles, plan.Kernel.Lanes);
        var firstPanel = group * plan.GroupPanels;
        var panels = Math.Min(plan.GroupPanels, plan.PhasePanels - firstPanel);
        var panelPitch = (nint)plan.Channels * rows;
        for (var place = 0; place < plan.Places; place++, u += plan.WeightPitch, v += plan.InputPitch)
        {
            for (var phase = 0; phase < plan.Phases.Length; phase++)
            {
                var left = u + (phase * plan.PhasePanels + firstPanel) * panelPitch;
                var c = m + ((nint)place * plan.Phases.Length + phase) * plan.GroupPanels * rows * WinogradPlan.TilePitch;
                for (var channel = 0; channel < plan.Channels; channel += plan.BlockChannels)
                {
                    Multiply(plan, channel, vectors, panels, left, v + (nint)channel * WinogradPlan.TilePitch, c);
                }
            }
        }
    }

    /// <summary>c [filter][tile] = or += some channels' part of one place's product.</summary>
    private static void Multiply(WinogradPlan plan, int channel, int vectors, int panels, float* left, float* right, float* c)
    {
        var kernel = plan.Kernel;
        var depth = Math.Min(plan.BlockChannels, plan.Channels - channel);
        fixed (int* bases = plan.Bases, offsets = plan.Offsets)
        {
            for (var p = 0; p < panels; p++, c += kernel.Rows * WinogradPlan.TilePitch)
            {
                var a = left + ((nint)p * plan.Channels + channel) * kernel.Rows;
                CacheLines.Fetch(a + plan.Channels * kernel.Rows, depth * kernel.Rows);
                for (var vector = 0; vector < vectors;)
                {
                    var tile = kernel.NextTile(vectors - vector);
                    kernel.Run(
                        tile, depth, a, right, bases + vector, offsets, c + vector * kernel.Lanes, WinogradPlan.TilePitch, accumulate: channel > 0);
                    vector += tile;
                }
            }
        }
    }
}
