using System.Runtime.CompilerServices;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Tensors.Devices.Cpu;

internal sealed unsafe partial class CpuKernels : IKernel<CopyBlockCall>, IKernel<PermuteCall>
{
    public void Run(CopyBlockCall call)
    {
        var (x, xShape, xStart, y, yShape, yStart, extent) = call;
        var rows = StridedRows.Block(xShape, yShape, extent);
        var xFirst = Offset(xShape, xStart);
        var yFirst = Offset(yShape, yStart);
        For(Blocks.Count(extent.Count), new CopyBlockTask(x, xFirst, y, yFirst, rows, extent.Count));
    }

    public void Run(PermuteCall call)
    {
        var (x, xShape, order, y) = call;
        var rows = StridedRows.Permutation(xShape, order);
        if (rows.AStride(0) <= 1)
        {
            For(Blocks.Count(y.Length), new CopyBlockTask(x, 0, y, 0, rows, y.Length));
            return;
        }

        // Another dimension of y has stride 1 in x: transpose its plane with the innermost one.
        var along = 1;
        while (rows.AStride(along) != 1)
        {
            along++;
        }

        var strips = rows.Rows / rows.Extent(along) * TransposeTask.Strips(rows, along);
        For(Blocks.RowTasks(strips, TransposeTask.Width * rows.RowLength), new TransposeTask(x, y, rows, along, strips));
    }

    private static long Offset(Shape shape, ReadOnlySpan<int> index)
    {
        long offset = 0;
        for (var i = 0; i < shape.Rank; i++)
        {
            offset = (offset * shape[i]) + index[i];
        }

        return offset;
    }

    private readonly struct CopyBlockTask(DeviceSpan x, long xFirst, DeviceSpan y, long yFirst, StridedRows rows, long total) : ITask
    {
        public void Run(int task, int worker)
        {
            var (start, count) = Blocks.Range(task, total);
            var pieces = new RowPieces(start, count, rows.RowLength);
            while (pieces.MoveNext())
            {
                var (a, b) = rows.RowStart(pieces.Row);
                Runs.Copy(x.Pointer() + xFirst + a + pieces.Column, y.Pointer() + yFirst + b + pieces.Column, pieces.Count);
            }
        }
    }

    /// <summary>Transposes planes (innermost dimension of y × the dimension of stride 1 in x) in strips that stay in the cache.</summary>
    private readonly struct TransposeTask(DeviceSpan x, DeviceSpan y, StridedRows rows, int along, long strips) : ITask
    {
        public const int Width = 16;

        private const long Tile = 64;

        public static long Strips(in StridedRows rows, int along) => (rows.Extent(along) + Width - 1) / Width;

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int task, int worker)
        {
            var (first, end) = Blocks.Rows(task, strips, Width * rows.RowLength);
            var perPlane = Strips(rows, along);
            for (var strip = first; strip < end; strip++)
            {
                var (plane, place) = Math.DivRem(strip, perPlane);
                var column = place * Width;
                var width = Math.Min(Width, rows.Extent(along) - column);
                var source = x.Pointer() + column;
                var destination = y.Pointer() + (column * rows.BStride(along));
                for (var i = 1; i < rows.Rank; i++)
                {
                    if (i != along)
                    {
                        (plane, var index) = Math.DivRem(plane, rows.Extent(i));
                        source += index * rows.AStride(i);
                        destination += index * rows.BStride(i);
                    }
                }

                Strip(source, rows.AStride(0), destination, rows.BStride(along), rows.RowLength, width);
            }
        }

        /// <summary>destination[j, i] = source[i, j] for i below length, j below width.</summary>
        private static void Strip(float* source, long sourceStride, float* destination, long destinationStride, long length, long width)
        {
            for (long tile = 0; tile < length; tile += Tile)
            {
                var rows = (int)Math.Min(Tile, length - tile);
                Transpose.Run(
                    source + (tile * sourceStride), (nint)sourceStride, rows, rows, (int)width, destination + tile,
                    (nint)destinationStride);
            }
        }
    }
}
