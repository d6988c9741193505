using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.Tensors.Devices.Gpu.ChannelsLast;

/// <summary>Writes a warp's sums to its part, [filters, columns]: two neighbouring columns at a time.</summary>
internal static class GradientResults
{
    /// <param name="row">the warp's first filter</param>
    /// <param name="column">its first column</param>
    public static void Store(in GradientPass g, WarpSums sums, int row, int column, int part)
    {
        int lane = Group.IdxX & 31, filter = row + (lane >> 2), first = column + ((lane & 3) * 2);
        long to = DeviceAddress.Of(ref g.Parts[0]) + (((((long)part * g.Filters) + filter) * g.Columns) + first) * 4L;
        long below = g.Columns * 32L;
        Store(to, below, g.Filters - filter, g.Columns - first, sums.Near.A, sums.Far.A);
        Store(to + (2 * below), below, g.Filters - filter - 16, g.Columns - first, sums.Near.B, sums.Far.B);
        Store(to + (4 * below), below, g.Filters - filter - 32, g.Columns - first, sums.Near.C, sums.Far.C);
        Store(to + (6 * below), below, g.Filters - filter - 48, g.Columns - first, sums.Near.D, sums.Far.D);
    }

    private static void Store(
        long to, long below, int rows, int columns, Four<AccumulatorFragment> near, Four<AccumulatorFragment> far)
    {
        Store(to, below, rows, columns, near);
        Store(to + 128, below, rows, columns - 32, far);
    }

    private static void Store(long to, long below, int rows, int columns, Four<AccumulatorFragment> row)
    {
        Store(to, below, rows, columns, row.A);
        Store(to + 32, below, rows, columns - 8, row.B);
        Store(to + 64, below, rows, columns - 16, row.C);
        Store(to + 96, below, rows, columns - 24, row.D);
    }

    /// <summary>Columns are a multiple of 32: where one exists, so does its neighbour.</summary>
    private static void Store(long to, long below, int rows, int columns, AccumulatorFragment sums)
    {
        if ((rows > 0) & (columns > 0))
        {
            DeviceAddress.StoreTwo(to, sums.C0, sums.C1);
        }

        if ((rows > 8) & (columns > 0))
        {
            DeviceAddress.StoreTwo(to + below, sums.C2, sums.C3);
        }
    }
}
