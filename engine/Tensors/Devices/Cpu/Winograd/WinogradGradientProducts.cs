using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using static IlgpuGan.Tensors.Devices.Cpu.Winograd.TileRow;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>What all groups of a weight gradient share.</summary>
/// <param name="m">dy at the points</param>
/// <param name="u">sums of all blocks between chunks; null if there is a single chunk</param>
/// <param name="dw">[K, C, KernelH, KernelW]</param>
internal readonly unsafe struct GradientArrays(float* m, float* u, float* dw)
{
    public float* Output { get; } = m;

    public float* Sums { get; } = u;

    public float* Gradient { get; } = dw;
}

/// <summary>
/// Computes the gradient of a block of filters and a group of channels: m · v at all places, which stays in the worker's cache, transformed
/// to taps.
/// </summary>
/// <typeparam name="TPoints">the plan's points</typeparam>
/// <param name="tiles">the rows of tiles that are summed now</param>
/// <param name="v">the transformed input of the group</param>
internal readonly unsafe struct WinogradGradientProducts<TPoints>(
    WinogradGradientPlan plan, int group, (int First, int Rows) tiles, GradientArrays arrays, float* v, Scratch[] scratch) : ITask
    where TPoints : struct, IPointTransform
{
    /// <summary>Most tiles per product: their channels stay in the L1 cache while a block's filters are multiplied with them.</summary>
    private const int MaxDepth = 128;

    private static int Points
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TPoints.Count;
    }

    private static int Places
    {
        [MethodImpl(MethodImplOptions.AggressiveInlining)]
        get => TPoints.Count * TPoints.Count;
    }

    public void Run(int task, int worker)
    {
        var workspace = scratch[worker].Floats(plan.BlockSize + (long)plan.Taps * plan.Taps * plan.Residues * Width);
        var sums = arrays.Sums + ((nint)group * plan.Blocks + task) * plan.BlockSize;
        var isApart = arrays.Sums != null && plan.IsLong && tiles.First > 0;
        var block = arrays.Sums == null || isApart ? workspace : sums;
        var first = plan.FirstPanel(task);
        var panels = plan.FirstPanel(task + 1) - first;
        for (var place = 0; place < Places; place++)
        {
            Multiply(place, first, panels, block + (nint)place * plan.PlacePitch, isAdded: tiles.First > 0 && !isApart);
        }

        if (isApart)
        {
            Runs.Add(block, sums, plan.BlockSize);
            block = sums;
        }

        if (tiles.First + tiles.Rows == plan.TileRows)
        {
            Collect(block, first * plan.Kernel.Rows, panels * plan.Kernel.Rows, workspace + plan.BlockSize);
        }
    }

    /// <summary>The sums over tiles at one place, added to those that are there or in their place.</summary>
    private void Multiply(int place, int firstPanel, int panels, float* c, bool isAdded)
    {
        var kernel = plan.Kernel;
        var count = tiles.Rows * plan.TilesX;
        var pieces = (count + MaxDepth - 1) / MaxDepth;
        for (var piece = 0; piece < pieces; piece++)
        {
            var tile = piece * count / pieces;
            var depth = (piece + 1) * count / pieces - tile;
            var left = arrays.Output + (nint)place * plan.OutputPitch + (nint)firstPanel * plan.PanelPitch + tile * kernel.Rows;
            var right = v + (nint)place * plan.InputPitch + tile * Width;
            var after = arrays.Output + (nint)(place + 1) * plan.OutputPitch + (nint)firstPanel * plan.PanelPitch;
            for (var p = 0; p < panels; p++)
            {
                // dy is read once per group, possibly from memory: without prefetching this takes a third longer in a training step.
                CacheLines.Prefetch(p + 1 < panels ? left + (nint)(p + 1) * plan.PanelPitch : after, depth * kernel.Rows);
                foreach (var (first, end) in plan.Runs[place])
                {
                    MultiplyRun(
                        depth, left + (nint)p * plan.PanelPitch, right, first, Math.Min(end, plan.SetsOf(group) * plan.Residues),
                        c + (nint)p * kernel.Rows * plan.ColumnPitch,
                        accumulate: isAdded || tile > 0);
                }
            }
        }
    }

    /// <summary>Multiplies one panel of filters with the vectors [first, end).</summary>
    private void MultiplyRun(int depth, float* left, float* right, int first, int end, float* c, bool accumulate)
    {
        var kernel = plan.Kernel;
        var last = end * Width / kernel.Lanes;
        fixed (int* bases = plan.Bases, offsets = plan.Offsets)
        {
            for (var vector = first * Width / kernel.Lanes; vector < last;)
            {
                var count = kernel.NextTile(last - vector);
                kernel.Run(
                    count, depth, left, new(right, bases + vector, offsets), new(c + vector * kernel.Lanes, plan.ColumnPitch, accumulate));
                vector += count;
            }
        }
    }

    /// <summary>Transforms filters [first, first + count) to taps and writes them to dw.</summary>
    /// <param name="taps">scratch memory [row][column][channel] for a filter's taps in all residues</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Collect(float* block, int first, int count, float* taps)
    {
        var g = plan.Geometry;
        var plane = g.KernelH * g.KernelW;
        var width = plan.Taps * g.StrideW;
        var filters = Math.Min(count, g.K - first);
        var sets = plan.SetsOf(group);
        var firstChannel = group * plan.GroupSets * Width;
        var channels = Math.Min(sets * Width, g.C - firstChannel);
        var half = stackalloc float[Places * Width];
        var to = arrays.Gradient + ((nint)first * g.C + firstChannel) * plane;
        for (var f = 0; f < filters; f++, block += plan.ColumnPitch, to += (nint)g.C * plane)
        {
            if (f + 1 < filters)
            {
                CacheLines.Prefetch(to + (nint)g.C * plane, channels * plane);
            }

            for (var set = 0; set < sets; set++)
            {
                for (var residue = 0; residue < plan.Residues; residue++)
                {
                    Collect(
                        block + (set * plan.Residues + residue) * Width, half,
                        taps + (residue / g.StrideW * width + residue % g.StrideW) * Width, width * g.StrideH * Width, g.StrideW * Width);
                }

                // Where residues differ in taps, the highest tap of some does not exist: it was computed from uninitialised sums and is
                // skipped here.
                var (lines, line) = width == g.KernelW ? (1, plane) : (g.KernelH, g.KernelW);
                for (var i = 0; i < lines; i++)
                {
                    Transpose.Run(
                        taps + i * width * Width, Width, line, line, Math.Min(Width, channels - set * Width),
                        to + set * Width * plane + i * line, plane);
                }
            }
        }
    }

    /// <summary>Transforms the sums of one residue to taps.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Collect(float* from, float* half, float* to, nint rowStep, nint columnStep)
    {
        for (var j = 0; j < Points; j++)
        {
            TPoints.Collect(from + j * (nint)plan.PlacePitch, Points * (nint)plan.PlacePitch, plan.Taps, half + j * Width, Points * Width);
        }

        for (var i = 0; i < plan.Taps; i++)
        {
            TPoints.Collect(half + i * Points * Width, Width, plan.Taps, to + i * rowStep, columnStep);
        }
    }
}
