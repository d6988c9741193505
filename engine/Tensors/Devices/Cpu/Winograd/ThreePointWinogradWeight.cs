using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Tensors.Devices.Cpu.Winograd;

/// <summary>Transforms a group's weight, a block of channels at a time: u [source][place][channel][filter].</summary>
/// <param name="plan">the plan</param>
/// <param name="weight">the whole weight</param>
/// <param name="filter">first filter of the group</param>
/// <param name="vectors">vectors of sixteen filters</param>
internal readonly unsafe struct ThreePointWinogradWeight(ThreePointWinogradPlan plan, float* weight, int filter, int vectors)
{
    private const int Width = ThreePointWinogradPlan.Width;

    /// <summary>Prefetch distance in channels.</summary>
    private const int PrefetchDistance = 8;

    private bool HasContiguousFilters => plan.Correlation.FilterStride < plan.Correlation.ChannelStride;

    /// <summary>Transforms channels [channel, channel + depth).</summary>
    /// <param name="planes">scratch memory for the taps of sixteen filters</param>
    public void Transform(int channel, int depth, float* planes, float* u)
    {
        if (channel == 0)
        {
            // No product has prefetched the first block.
            PrefetchFirstBlock(depth);
        }

        if (Avx512F.IsSupported && plan.Squares is { } squares)
        {
            fixed (ThreePointWinogradSquare* square = squares)
            {
                TransformSquares(channel, depth, square, u);
            }

            return;
        }

        var c = plan.Correlation;
        for (var k = 0; k < depth; k++)
        {
            for (var vector = 0; vector < vectors; vector++)
            {
                Transpose.Run(From(channel + k, vector), c.FilterStride, Width, Width, c.WeightPlane, planes, Width);
                Evaluate(planes, u + ((nint)k * plan.GroupFilters) + (vector * Width));
            }
        }
    }

    private float* From(int channel, int vector) =>
        weight + ((nint)(filter + (vector * Width)) * plan.Correlation.FilterStride) + ((nint)channel * plan.Correlation.ChannelStride);

    private void PrefetchFirstBlock(int depth)
    {
        var (pitch, rows, length) = HasContiguousFilters
            ? (plan.Correlation.ChannelStride, Math.Min(depth, PrefetchDistance), vectors * Width * plan.Correlation.WeightPlane)
            : (plan.Correlation.FilterStride, vectors * Width, Math.Min(depth, PrefetchDistance) * plan.Correlation.WeightPlane);
        for (var row = 0; row < rows; row++)
        {
            CacheLines.Prefetch(From(0, 0) + ((nint)row * pitch), length);
        }
    }

    /// <summary>
    /// Transforms 4 × 4 taps, of which each source has every other one in both dimensions, directly from the weight's rows, in registers.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void TransformSquares(int channel, int depth, ThreePointWinogradSquare* squares, float* u)
    {
        var (topLeft, topRight, bottomLeft, bottomRight) = (squares[0], squares[1], squares[2], squares[3]);
        var pitch = (nint)plan.Correlation.FilterStride;
        for (var k = 0; k < depth; k++)
        {
            for (var vector = 0; vector < vectors; vector++)
            {
                var from = From(channel + k, vector);
                var to = u + ((nint)k * plan.GroupFilters) + (vector * Width);
                var (y0, y1, y2, y3) = Transpose.FourColumns(from, pitch);
                var (z0, z1, z2, z3) = Transpose.FourColumns(from + 8, pitch);
                ThreePoints.EvaluateSquare(y0, y2, z0, z2, to + topLeft.Corner, topLeft.RowStep, topLeft.ColumnStep);
                ThreePoints.EvaluateSquare(y1, y3, z1, z3, to + topRight.Corner, topRight.RowStep, topRight.ColumnStep);
                (y0, y1, y2, y3) = Transpose.FourColumns(from + 4, pitch);
                (z0, z1, z2, z3) = Transpose.FourColumns(from + 12, pitch);
                ThreePoints.EvaluateSquare(y0, y2, z0, z2, to + bottomLeft.Corner, bottomLeft.RowStep, bottomLeft.ColumnStep);
                ThreePoints.EvaluateSquare(y1, y3, z1, z3, to + bottomRight.Corner, bottomRight.RowStep, bottomRight.ColumnStep);
            }
        }
    }

    /// <summary>Transforms sixteen filters of one channel for all sources.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private void Evaluate(float* planes, float* to)
    {
        var pitch = (nint)plan.WeightPitch;
        foreach (var source in plan.Sources)
        {
            var taps = source.Taps;
            ThreePoints.EvaluateSquare(
                Vector512.Load(planes + (taps[0] * Width)), Vector512.Load(planes + (taps[1] * Width)),
                Vector512.Load(planes + (taps[2] * Width)), Vector512.Load(planes + (taps[3] * Width)), to, ThreePoints.Points * pitch,
                pitch);
            to += ThreePointWinogradPlan.Places * pitch;
        }
    }
}
