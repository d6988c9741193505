using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IlgpuGan.Tensors.Devices.Cpu.Convolution;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using static IlgpuGan.Tensors.Devices.Cpu.Winograd.TileRow;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>
/// Transforms a weight to the Winograd domain: u [place][panel][channel][row]. A task is some of the weight's channels for one panel of
/// filters, in all phases. The weight is transposed so that its filters become lanes; the rest works on sixteen lanes at a time, in the L1
/// cache, and writes whole cache lines to the places.
/// </summary>
/// <typeparam name="TPoints">the plan's points</typeparam>
internal readonly unsafe struct WeightTransform<TPoints>(WinogradPlan plan, float* weight, TransformedWeight u, Scratch[] scratch) : ITask
    where TPoints : struct, IPointTransform
{
    /// <summary>Channels per task: a place is written in runs of this many channels.</summary>
    private const int TaskChannels = 64;

    /// <summary>Channels transposed at a time.</summary>
    private const int BlockChannels = 16;

    /// <summary>Filters transposed at a time; a panel has at most as many.</summary>
    private const int TransposedRows = 8;

    /// <summary>Prefetch distance of reads, in channels.</summary>
    private const int ReadPrefetchDistance = 8;

    /// <summary>
    /// Prefetch distance of writes, in floats of a place: there are more streams than the hardware prefetcher tracks.
    /// </summary>
    private const int WritePrefetchDistance = 8 * Width;

    private static int Points => TPoints.Count;

    private static int Places => TPoints.Count * TPoints.Count;

    public int Count => u.Panels.Count * Parts(plan);

    private static int Parts(WinogradPlan plan) => CorrelationPlan.DivideUp(plan.Correlation.Channels, TaskChannels);

    /// <summary>Floats of scratch memory.</summary>
    public static long ScratchSize(WinogradPlan plan) => (plan.Correlation.WeightPlane + 1 + (plan.Taps * plan.Taps)) * PlanePitch(plan);

    private static nint PlanePitch(WinogradPlan plan) => (nint)WinogradPlan.OddLines((BlockChannels * plan.Kernel.Rows) + TransposedRows);

    public void Run(int task, int worker)
    {
        var first = task % Parts(plan) * TaskChannels;
        var end = Math.Min(first + TaskChannels, plan.Correlation.Channels);
        Run(u.Panels.First + (task / Parts(plan)), first, end, scratch[worker].Floats(ScratchSize(plan)));
    }

    /// <summary>Transforms the channels [first, end) of a panel.</summary>
    /// <param name="planes"><see cref="ScratchSize"/> floats of scratch memory</param>
    public void Run(int panel, int first, int end, float* planes)
    {
        var g = plan.Correlation;
        var rows = plan.Kernel.Rows;
        var pitch = PlanePitch(plan);
        var grid = planes + ((g.WeightPlane + 1) * pitch);
        for (var channel = first; channel < end; channel += BlockChannels)
        {
            var channels = Math.Min(BlockChannels, end - channel);
            TransposePlanes(panel * rows, channel, channels, planes, pitch);
            for (var p = 0; p < plan.Phases.Length; p++)
            {
                var to = u.At(p, panel) + (channel * rows);
                var taps = plan.Phases[p].WeightTaps;
                if (plan.HasAllTaps)
                {
                    Transform(planes, pitch, taps, channels * rows, to);
                    continue;
                }

                for (var place = 0; place < taps.Length; place += plan.TapsInOrder.Length, to += g.Channels * rows)
                {
                    CopyToGrid(planes, pitch, taps.AsSpan(place, plan.TapsInOrder.Length), channels, grid);
                    Transform(grid, pitch, plan.TapsInOrder, channels * rows, to);
                }
            }
        }
    }

    /// <summary>planes [tap][channel][row], zeros for rows beyond the last filter; the plane after the last tap is zeros too.</summary>
    private void TransposePlanes(int filter, int first, int channels, float* planes, nint pitch)
    {
        var g = plan.Correlation;
        var used = Math.Min(TransposedRows, g.Filters - filter);
        var from = weight + ((nint)filter * g.FilterStride) + ((nint)first * g.ChannelStride);
        for (var channel = 0; channel < channels; channel++, from += g.ChannelStride)
        {
            if (g.FilterStride == g.WeightPlane)
            {
                CacheLines.Prefetch(from + ((nint)ReadPrefetchDistance * g.ChannelStride), used * g.WeightPlane);
            }

            // If a panel has fewer rows than are transposed, the next channel overwrites the surplus.
            Transpose.Run(from, g.FilterStride, used, TransposedRows, g.WeightPlane, planes + (channel * plan.Kernel.Rows), pitch);
        }

        new Span<float>(planes + (g.WeightPlane * pitch), (int)pitch).Clear();
    }

    /// <summary>grid [tap of the grid][channel][row] of one phase and residue, zeros for missing taps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void CopyToGrid(float* planes, nint pitch, ReadOnlySpan<int> taps, int channels, float* grid)
    {
        foreach (var tap in taps)
        {
            var from = planes + ((tap < 0 ? plan.Correlation.WeightPlane : tap) * pitch);
            new ReadOnlySpan<float>(from, channels * plan.Kernel.Rows).CopyTo(new Span<float>(grid, channels * plan.Kernel.Rows));
            grid += pitch;
        }
    }

    /// <summary>Transforms <paramref name="count"/> lanes of planes [tap] to all places.</summary>
    /// <param name="taps">[r, r]: the planes of the filter's taps, evenly spaced in rows and in columns</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Transform(float* planes, nint pitch, int[] taps, int count, float* to)
    {
        var r = plan.Taps;
        var down = (taps[r] - taps[0]) * pitch;
        var toPitch = u.Pitch;
        var half = stackalloc float[Places * Width];
        var rest = stackalloc float[Places * Width];
        for (var i = 0; i < count; i += Width)
        {
            for (var place = 0; place < Places; place++)
            {
                CacheLines.Prefetch(to + i + WritePrefetchDistance + (place * toPitch), Width);
            }

            for (var x = 0; x < r; x++)
            {
                TPoints.Evaluate(planes + (taps[x] * pitch) + i, down, r, half + (x * Width), r * Width);
            }

            var isWhole = count - i >= Width;
            var end = isWhole ? to + i : rest;
            var endPitch = isWhole ? toPitch : Width;
            for (var y = 0; y < Points; y++)
            {
                TPoints.Evaluate(half + (y * r * Width), Width, r, end + (y * Points * endPitch), endPitch);
            }

            if (!isWhole)
            {
                for (var place = 0; place < Places; place++)
                {
                    new ReadOnlySpan<float>(rest + (place * Width), count - i)
                        .CopyTo(new Span<float>(to + i + (place * toPitch), count - i));
                }
            }
        }
    }
}
