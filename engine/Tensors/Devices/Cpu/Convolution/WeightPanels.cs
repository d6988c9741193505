using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>
/// Packs the weight of a <see cref="CorrelationPlan"/>: a panel of filters is [phase][channel, tap][row], zeros for rows beyond the last
/// filter. All phases are packed in one pass over the weight, which may be much larger than the caches.
/// </summary>
internal static unsafe class WeightPanels
{
    /// <summary>Prefetch distance in channels.</summary>
    private const int PrefetchDistance = 4;

    /// <summary>Floats of scratch memory for <see cref="Pack"/>.</summary>
    public static int ScratchSize(CorrelationPlan plan) => plan.Correlation.WeightPlane * plan.Kernel.Rows;

    /// <summary>Floats of a panel of the given number of channels.</summary>
    public static nint Size(CorrelationPlan plan, int channels) => StepsToFloats(plan, plan.Steps, channels);

    /// <summary>Offset of a phase in such a panel.</summary>
    public static nint Start(CorrelationPlan plan, PhasePlan phase, int channels) => StepsToFloats(plan, phase.FirstStep, channels);

    private static nint StepsToFloats(CorrelationPlan plan, int steps, int channels) =>
        (nint)steps / plan.Correlation.Channels * channels * plan.Kernel.Rows;

    /// <summary>Packs some channels of the panel of filters from <paramref name="filter"/> on.</summary>
    /// <param name="workspace">scratch memory, see <see cref="ScratchSize"/></param>
    public static void Pack(CorrelationPlan plan, float* weight, int filter, (int First, int Count) channels, float* workspace, float* to)
    {
        var g = plan.Correlation;
        var rows = plan.Kernel.Rows;
        var used = Math.Min(rows, g.Filters - filter);
        var from = weight + (nint)filter * g.FilterStride + (nint)channels.First * g.ChannelStride;
        if (plan.IsDense)
        {
            Panels.FromRows(from, g.FilterStride, used, channels.Count * g.WeightPlane, rows, to);
            return;
        }

        for (var channel = 0; channel < channels.Count; channel++, from += g.ChannelStride)
        {
            if (g.FilterStride == g.WeightPlane)
            {
                CacheLines.Prefetch(from + (nint)PrefetchDistance * g.ChannelStride, used * g.WeightPlane);
            }

            Panels.FromRows(from, g.FilterStride, used, g.WeightPlane, rows, workspace);
            foreach (var phase in plan.Phases)
            {
                CopyTaps(
                    workspace, rows, phase.WeightTaps, to + Start(plan, phase, channels.Count) + (nint)channel * phase.Taps * rows);
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
