using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using static IlgpuGan.Tensors.Devices.Cpu.Winograd.TileRow;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>
/// The gradient of a block of filters and a group of channels: m · v at all places, which stays in the worker's cache, and back to taps.
/// </summary>
/// <typeparam name="TPoints">the plan's points</typeparam>
/// <param name="u">where the sums of a chunk wait for those of the next, a block after the other; null if one chunk is all</param>
internal readonly unsafe struct WinogradGradientProducts<TPoints>(
    WinogradGradientPlan plan, int group, int sets, int firstRow, int rows, float* m, float* v, float* u, float* dw, Scratch[] own) : ITask
    where TPoints : struct, IPointTransform
{
    /// <summary>Tiles whose channels stay in the first-level cache while a block's filters meet them.</summary>
    private const int MostDepth = 128;

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
        var spare = own[worker].Floats(plan.BlockSize + (long)plan.Taps * plan.Taps * plan.Residues * Width);
        var block = u == null ? spare : u + ((nint)group * plan.Blocks + task) * plan.BlockSize;
        var panels = Math.Min(plan.BlockPanels, plan.Panels - task * plan.BlockPanels);
        for (var place = 0; place < Places; place++)
        {
            Multiply(place, task * plan.BlockPanels, panels, block + (nint)place * plan.PlacePitch);
        }

        if (firstRow + rows == plan.TileRows)
        {
            Collect(block, task * plan.BlockPanels * plan.Kernel.Rows, spare + plan.BlockSize);
        }
    }

    /// <summary>The sums over tiles at one place.</summary>
    private void Multiply(int place, int firstPanel, int panels, float* c)
    {
        var kernel = plan.Kernel;
        var vectors = sets * plan.Residues * (Width / kernel.Lanes);
        var tiles = rows * plan.TilesX;
        var pieces = (tiles + MostDepth - 1) / MostDepth;
        fixed (int* bases = plan.Bases, offsets = plan.Offsets)
        {
            for (var piece = 0; piece < pieces; piece++)
            {
                var tile = piece * tiles / pieces;
                var depth = (piece + 1) * tiles / pieces - tile;
                var left = m + (nint)place * plan.OutputPitch + (nint)firstPanel * plan.PanelPitch + tile * kernel.Rows;
                var right = v + (nint)place * plan.InputPitch + tile * Width;
                for (var p = 0; p < panels; p++, left += plan.PanelPitch)
                {
                    for (var vector = 0; vector < vectors;)
                    {
                        var count = kernel.NextTile(vectors - vector);
                        kernel.Run(
                            count, depth, left, right, bases + vector, offsets, c + (nint)p * kernel.Rows * plan.ColumnPitch + vector * kernel.Lanes,
                            plan.ColumnPitch, accumulate: firstRow + tile > 0);
                        vector += count;
                    }
                }
            }
        }
    }

    /// <summary>Filters from <paramref name="first"/> on back from the points to where they lie.</summary>
    /// <param name="taps">room for [row][column][channel] of a filter's taps, as many as the residues have together</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Collect(float* block, int first, float* taps)
    {
        var g = plan.Geometry;
        var plane = g.KernelH * g.KernelW;
        var columns = plan.Taps * g.StrideW;
        var filters = Math.Min(plan.BlockPanels * plan.Kernel.Rows, g.K - first);
        var full = stackalloc float[Places * Width];
        var half = stackalloc float[Places * Width];
        var firstChannel = group * plan.GroupSets * Width;
        var length = Math.Min(sets * Width, g.C - firstChannel) * plane;
        for (var f = 0; f < filters; f++)
        {
            var to = dw + ((nint)(first + f) * g.C + firstChannel) * plane;
            if (f + 1 < filters)
            {
                CacheLines.Fetch(to + (nint)g.C * plane, length);
            }

            for (var set = 0; set < sets; set++, to += Width * plane)
            {
                for (var residue = 0; residue < plan.Residues; residue++)
                {
                    Collect(
                        block + (nint)f * plan.ColumnPitch + (set * plan.Residues + residue) * Width, full, half,
                        taps + (residue / g.StrideW * columns + residue % g.StrideW) * Width, columns * g.StrideH * Width, g.StrideW * Width);
                }

                var channels = Math.Min(Width, g.C - firstChannel - set * Width);
                if (columns == g.KernelW)
                {
                    Transpose.Run(taps, Width, plane, plane, channels, to, plane);
                    continue;
                }

                for (var row = 0; row < g.KernelH; row++)
                {
                    Transpose.Run(taps + row * columns * Width, Width, g.KernelW, g.KernelW, channels, to + row * g.KernelW, plane);
                }
            }
        }
    }

    /// <summary>The taps of one residue.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private void Collect(float* from, float* full, float* half, float* to, nint rowStep, nint columnStep)
    {
        for (var place = 0; place < Places; place++)
        {
            (Vector512.Load(from + (nint)place * plan.PlacePitch) * Vector512.Create(plan.Scales[place])).Store(full + place * Width);
        }

        for (var j = 0; j < Points; j++)
        {
            TPoints.Collect(full + j * Width, Points * Width, plan.Taps, half + j * Width, Points * Width);
        }

        for (var i = 0; i < plan.Taps; i++)
        {
            TPoints.Collect(half + i * Points * Width, Width, plan.Taps, to + i * rowStep, columnStep);
        }
    }
}
