using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using static IlgpuGan.Tensors.Devices.Cpu.Convolution.CorrelationPlan;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>
/// The matrix products of a chunk of tiles and a group of filters, one at each place. Each product prefetches the operands of the next into
/// the L2 cache.
/// </summary>
internal static unsafe class ChunkProduct
{
    /// <summary>m [place] = u [place] · v [place].</summary>
    /// <param name="panels">the group's panels of filters in each phase</param>
    /// <param name="u">the transformed weight, or the group's part of it</param>
    /// <param name="v">[place][channel][tile]: the chunk's transformed input</param>
    /// <param name="nextV">the transformed input of the products that follow</param>
    /// <param name="m">[place][phase][filter of the group][tile]</param>
    public static void Run(WinogradPlan plan, WinogradChunk chunk, PanelRange panels, TransformedWeight u, float* v, float* nextV, float* m)
    {
        var kernel = plan.Kernel;
        var vectors = DivideUp(chunk.Tiles, kernel.Lanes);
        var panelPitch = (nint)plan.Channels * kernel.Rows;
        var productPitch = (nint)kernel.Rows * WinogradPlan.TilePitch;
        foreach (var (place, phase) in plan.Schedule.Zeros)
        {
            new Span<float>(
                m + (place * (nint)plan.OutputPitch) + (phase * plan.GroupPanels * productPitch),
                (int)(panels.Count * productPitch)).Clear();
        }

        var steps = plan.Schedule.Steps;
        fixed (int* bases = plan.Bases, offsets = plan.Offsets)
        {
            for (var s = 0; s < steps.Length; s++)
            {
                ref readonly var step = ref steps[s];
                var left = Left(plan, step, u, panels.First);
                var right = v + (step.Place * (nint)plan.InputPitch) + ((nint)step.Channel * WinogradPlan.TilePitch);
                var c = m + (step.Place * (nint)plan.OutputPitch) + (step.Phase * plan.GroupPanels * productPitch);

                // The last step is followed by the first of the next group.
                var after = s + 1 < steps.Length ? Left(plan, steps[s + 1], u, panels.First) : Left(plan, steps[0], u, panels.End);
                var soon = step.Place < plan.Places - 1
                    ? right + plan.InputPitch
                    : nextV + (right - v) - (step.Place * (nint)plan.InputPitch);
                var (products, product) = (step.Parts * panels.Count, step.Part * panels.Count);
                for (var panel = 0; panel < panels.Count; panel++, product++, left += panelPitch, c += productPitch)
                {
                    var prefetch = new Prefetch(
                        panel + 1 < panels.Count ? left + panelPitch : after, kernel.Rows,
                        soon + (product * step.Depth * WinogradPlan.TilePitch / products), DivideUp(WinogradPlan.TilePitch, products));
                    for (var vector = 0; vector < vectors;)
                    {
                        var tile = kernel.NextTile(vectors - vector);
                        kernel.Run(
                            tile, step.Depth, left, new(right, bases + vector, offsets),
                            new(c + vector * kernel.Lanes, WinogradPlan.TilePitch, !step.IsFirst), prefetch);
                        vector += tile;
                    }
                }
            }
        }
    }

    /// <summary>The part of a panel that a step reads.</summary>
    private static float* Left(WinogradPlan plan, in ChunkStep step, TransformedWeight u, int panel) =>
        u.At(step.Phase, panel) + (step.Place * u.Pitch) + (step.Channel * plan.Kernel.Rows);
}
