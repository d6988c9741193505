using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.Tensors.Devices.Gpu.Registers;

namespace IlgpuGan.Tensors.Devices.Gpu.ChannelsLast;

/// <summary>
/// Writes a warp's sums as float32 [N, K, height, width], with the bias. A lane has two pixels of each fragment, eight apart, and two
/// neighbouring filters; eight lanes write eight neighbouring pixels of a filter: a whole sector.
/// </summary>
internal static class TurnsResults
{
    /// <param name="row">the warp's first pixel</param>
    /// <param name="column">its first filter</param>
    /// <param name="part">which part of the depth the sums are</param>
    public static void Store(in TurnsPass g, in TurnsPhase phase, WarpSums sums, int row, int column, int part)
    {
        int lane = Group.IdxX & 31, pixel = row + (lane >> 2), filter = column + ((lane & 3) * 2);
        long target = DeviceAddress.Of(ref g.Results[0]) + ((long)part * g.PartLength * 4);
        if (g.HasBias != 0)
        {
            long bias = DeviceAddress.Of(ref g.Bias[0]);
            sums.Near = WithBias(sums.Near, bias, filter, g.FilterCount);
            sums.Far = WithBias(sums.Far, bias, filter + 32, g.FilterCount);
        }

        Store(g, phase, target, pixel, filter, sums.Near.A, sums.Far.A);
        Store(g, phase, target, pixel + 16, filter, sums.Near.B, sums.Far.B);
        Store(g, phase, target, pixel + 32, filter, sums.Near.C, sums.Far.C);
        Store(g, phase, target, pixel + 48, filter, sums.Near.D, sums.Far.D);
    }

    private static Four<Four<AccumulatorFragment>> WithBias(Four<Four<AccumulatorFragment>> sums, long bias, int filter, int count)
    {
        Four<Float2> ofFilters = default;
        ofFilters.A = LoadTwo(bias, filter, count);
        ofFilters.B = LoadTwo(bias, filter + 8, count);
        ofFilters.C = LoadTwo(bias, filter + 16, count);
        ofFilters.D = LoadTwo(bias, filter + 24, count);
        sums.A = Add(sums.A, ofFilters);
        sums.B = Add(sums.B, ofFilters);
        sums.C = Add(sums.C, ofFilters);
        sums.D = Add(sums.D, ofFilters);
        return sums;
    }

    private static Float2 LoadTwo(long bias, int filter, int count) =>
        new() { X = Load(bias, filter, count), Y = Load(bias, filter + 1, count) };

    private static float Load(long bias, int filter, int count)
    {
        float value = 0;
        if (filter < count)
        {
            value = DeviceAddress.Load(bias + (filter * 4L));
        }

        return value;
    }

    private static Four<AccumulatorFragment> Add(Four<AccumulatorFragment> row, Four<Float2> bias)
    {
        row.A = Add(row.A, bias.A);
        row.B = Add(row.B, bias.B);
        row.C = Add(row.C, bias.C);
        row.D = Add(row.D, bias.D);
        return row;
    }

    private static AccumulatorFragment Add(AccumulatorFragment sums, Float2 bias)
    {
        sums.C0 += bias.X;
        sums.C1 += bias.Y;
        sums.C2 += bias.X;
        sums.C3 += bias.Y;
        return sums;
    }

    /// <summary>Stores a row of fragments: those of a pixel and of the one eight further.</summary>
    private static void Store(
        in TurnsPass g, in TurnsPhase phase, long target, int pixel, int filter, Four<AccumulatorFragment> near,
        Four<AccumulatorFragment> far)
    {
        long plane = (long)g.Height * g.Width * 4, origin = target + (filter * plane);
        int above = Place(g, phase, pixel), below = Place(g, phase, pixel + 8);
        int left = above < 0 ? 0 : g.FilterCount - filter, leftBelow = below < 0 ? 0 : g.FilterCount - filter;
        long to = origin + (above * 4L), toBelow = origin + (below * 4L);
        Store(to, toBelow, plane, left, leftBelow, near);
        Store(to + (32 * plane), toBelow + (32 * plane), plane, left - 32, leftBelow - 32, far);
    }

    private static void Store(long to, long below, long plane, int left, int leftBelow, Four<AccumulatorFragment> row)
    {
        Store(to, below, plane, left, leftBelow, row.A);
        Store(to + (8 * plane), below + (8 * plane), plane, left - 8, leftBelow - 8, row.B);
        Store(to + (16 * plane), below + (16 * plane), plane, left - 16, leftBelow - 16, row.C);
        Store(to + (24 * plane), below + (24 * plane), plane, left - 24, leftBelow - 24, row.D);
    }

    private static void Store(long to, long below, long plane, int left, int leftBelow, AccumulatorFragment sums)
    {
        if (left > 0)
        {
            DeviceAddress.Store(to, sums.C0);
        }

        if (left > 1)
        {
            DeviceAddress.Store(to + plane, sums.C1);
        }

        if (leftBelow > 0)
        {
            DeviceAddress.Store(below, sums.C2);
        }

        if (leftBelow > 1)
        {
            DeviceAddress.Store(below + plane, sums.C3);
        }
    }

    /// <summary>Where a pixel of the first filter is stored; −1 if it is none of the result.</summary>
    private static int Place(in TurnsPass g, in TurnsPhase phase, int pixel)
    {
        int image = g.Plane.Quotient(pixel), inImage = pixel - (image * g.Plane.Value), row = g.Row.Quotient(inImage);
        int y = phase.Y + (row * g.StepY), x = phase.X + ((inImage - (row * g.Row.Value)) * g.StepX);
        bool exists = (pixel < g.Pixels) & (y < g.Height) & (x < g.Width);
        return exists ? (((image * g.FilterCount * g.Height) + y) * g.Width) + x : -1;
    }
}
