using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.Tensors.Devices.Gpu.ChannelsLast;

/// <summary>Writes a warp's sums to its part, [filters, columns]: two neighbouring columns at a time.</summary>
internal static class GradientResults
{
    /// <param name="filter">this lane's first filter</param>
    /// <param name="step">from there to its second of each 16</param>
    /// <param name="column">the warp's first column</param>
    public static void Store(in GradientPass g, WarpSums sums, int filter, int step, int column, int part)
    {
        int first = column + ((Group.IdxX & 3) * 2), rows = g.Filters - filter, columns = g.Columns - first;
        long to = DeviceAddress.Of(ref g.Parts[0]) + (((((long)part * g.Filters) + filter) * g.Columns) + first) * 4L;
        long row = g.Columns * 4L;
        Store(to, row * step, rows, step, columns, sums.Near.A, sums.Far.A);
        Store(to + (16 * row), row * step, rows - 16, step, columns, sums.Near.B, sums.Far.B);
        Store(to + (32 * row), row * step, rows - 32, step, columns, sums.Near.C, sums.Far.C);
        Store(to + (48 * row), row * step, rows - 48, step, columns, sums.Near.D, sums.Far.D);
    }

    private static void Store(
        long to, long below, int rows, int step, int columns, Four<AccumulatorFragment> near, Four<AccumulatorFragment> far)
    {
        Store(to, below, rows, step, columns, near);
        Store(to + 128, below, rows, step, columns - 32, far);
    }

    private static void Store(long to, long below, int rows, int step, int columns, Four<AccumulatorFragment> row)
    {
        Store(to, below, rows, step, columns, row.A);
        Store(to + 32, below, rows, step, columns - 8, row.B);
        Store(to + 64, below, rows, step, columns - 16, row.C);
        Store(to + 96, below, rows, step, columns - 24, row.D);
    }

    /// <summary>Columns are a multiple of 16: where one exists, so does its neighbour.</summary>
    private static void Store(long to, long below, int rows, int step, int columns, AccumulatorFragment sums)
    {
        if ((rows > 0) & (columns > 0))
        {
            DeviceAddress.StoreTwo(to, sums.C0, sums.C1);
        }

        if ((rows > step) & (columns > 0))
        {
            DeviceAddress.StoreTwo(to + below, sums.C2, sums.C3);
        }
    }
}
