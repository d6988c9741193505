using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>
/// Packs the weight of a <see cref="CorrelationPlan"/>: for each phase and panel of filters [channel, tap][row], zeros for rows beyond the
/// last filter. All phases are packed in one pass over the weight, which may be much larger than the caches.
/// </summary>
internal static unsafe class WeightPanels
{
    /// <summary>Prefetch distance in channels.</summary>
    private const int PrefetchDistance = 4;

    /// <summary>Floats of scratch memory for <see cref="Pack"/>.</summary>
    public static int ScratchSize(CorrelationPlan plan) => plan.Plane * plan.Kernel.Rows;

    /// <summary>Offset of a phase's panel, where each panel has the given number of channels.</summary>
    /// <param name="panels">panels per phase</param>
    public static nint Start(CorrelationPlan plan, PhasePlan phase, int panel, int panels, int channels) =>
        (((nint)phase.FirstStep / plan.Correlation.Channels * panels) + ((nint)panel * phase.Taps)) * channels * plan.Kernel.Rows;

    /// <summary>Packs some channels of the filters from <paramref name="filter"/> on, one panel per phase.</summary>
    /// <param name="panel">index of the panel among those of a phase</param>
    /// <param name="workspace">scratch memory, see <see cref="ScratchSize"/></param>
    public static void Pack(
        CorrelationPlan plan, float* weight, int filter, (int First, int Count) channels, (int Index, int Count) panel, float* workspace,
        float* to)
    {
        var g = plan.Correlation;
        var rows = plan.Kernel.Rows;
        var used = Math.Min(rows, g.Filters - filter);
        var from = weight + (nint)filter * g.FilterStride + (nint)channels.First * g.ChannelStride;
        if (plan.IsDense)
        {
            Panels.FromRows(
                from, g.FilterStride, used, channels.Count * plan.Plane, rows,
                to + Start(plan, plan.Phases[0], panel.Index, panel.Count, channels.Count));
            return;
        }

        for (var channel = 0; channel < channels.Count; channel++, from += g.ChannelStride)
        {
            if (g.FilterStride == plan.Plane)
            {
                CacheLines.Prefetch(from + (nint)PrefetchDistance * g.ChannelStride, used * plan.Plane);
            }

            Panels.FromRows(from, g.FilterStride, used, plan.Plane, rows, workspace);
            foreach (var phase in plan.Phases)
            {
                CopyTaps(
                    workspace, rows, phase.WeightTaps,
                    to + Start(plan, phase, panel.Index, panel.Count, channels.Count) + (nint)channel * phase.Taps * rows);
            }
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void CopyTaps(float* plane, int rows, int[] taps, float* to)
    {
        foreach (var tap in taps)
        {
            var from = plane + tap * rows;
            if (rows == Vector256<float>.Count)
            {
                Vector256.Load(from).Store(to);
            }
            else
            {
                for (var r = 0; r < rows; r++)
                {
                    to[r] = from[r];
                }
            }

            to += rows;
        }
    }
}
