using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using static IlgpuGan.Tensors.Devices.Cpu.Convolution.CorrelationPlan;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>The matrix products of a chunk of tiles and a group of filters, one at each place. While one runs, what the next ones read comes to the second-level cache.</summary>
internal static unsafe class ChunkProduct
{
    /// <summary>m [place] = u [place] · v [place].</summary>
    /// <param name="u">[place][panel][channel][row]: the weight at the points</param>
    /// <param name="v">[place][channel][tile]: the chunk's input at the points</param>
    /// <param name="m">[place][phase][filter of the group][tile]</param>
    public static void Run(WinogradPlan plan, WinogradChunk chunk, int group, float* u, float* v, float* m)
    {
        var kernel = plan.Kernel;
        var vectors = DivideUp(chunk.Tiles, kernel.Lanes);
        var firstPanel = group * plan.GroupPanels;
        var panels = Math.Min(plan.GroupPanels, plan.PhasePanels - firstPanel);
        var panelPitch = (nint)plan.Channels * kernel.Rows;
        var phasePitch = plan.PhasePanels * panelPitch;
        var productPitch = kernel.Rows * WinogradPlan.TilePitch;
        var products = panels * plan.Phases.Length;
        u += firstPanel * panelPitch;
        fixed (int* bases = plan.Bases, offsets = plan.Offsets)
        {
            for (var place = 0; place < plan.Places; place++)
            {
                // After the last place comes the next group's first.
                var isLast = place == plan.Places - 1;
                var nextU = isLast ? u - (place * (nint)plan.WeightPitch) + plan.GroupPanels * panelPitch : u + plan.WeightPitch;
                var nextV = isLast ? v - (place * (nint)plan.InputPitch) : v + plan.InputPitch;
                for (var channel = 0; channel < plan.Channels; channel += plan.BlockChannels)
                {
                    var depth = Math.Min(plan.BlockChannels, plan.Channels - channel);
                    var isEnd = channel + depth == plan.Channels;
                    var right = v + ((nint)channel * WinogradPlan.TilePitch);
                    var soon = nextV + ((nint)channel * WinogradPlan.TilePitch);
                    for (var product = 0; product < products; product++)
                    {
                        var a = u + (product / panels * phasePitch) + (product % panels * panelPitch) + (channel * kernel.Rows);
                        var next = product + 1 < products ? u + ((product + 1) / panels * phasePitch) + ((product + 1) % panels * panelPitch) + (channel * kernel.Rows)
                            : isEnd ? nextU
                            : u + ((channel + depth) * kernel.Rows);
                        var ahead = new Ahead(next, kernel.Rows, soon + (product * depth * WinogradPlan.TilePitch / products), DivideUp(WinogradPlan.TilePitch, products));
                        var c = m + ((product / panels * plan.GroupPanels) + (product % panels)) * productPitch;
                        for (var vector = 0; vector < vectors;)
                        {
                            var tile = kernel.NextTile(vectors - vector);
                            kernel.Run(tile, depth, a, right, bases + vector, offsets, c + vector * kernel.Lanes, WinogradPlan.TilePitch, accumulate: channel > 0, ahead);
                            vector += tile;
                        }
                    }
                }

                u += plan.WeightPitch;
                v += plan.InputPitch;
                m += plan.OutputPitch;
            }
        }
    }
}
