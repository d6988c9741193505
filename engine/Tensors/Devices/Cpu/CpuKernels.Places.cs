using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IlgpuGan.Tensors.Devices.Cpu;

internal sealed unsafe partial class CpuKernels : IKernel<CopyStridedCall>, IKernel<GatherCall>, IKernel<ScatterAddCall>
{
    public void Run(CopyStridedCall call) =>
        For(Blocks.Count((long)call.G.Outer * call.G.Count * call.G.Inner), new CopyStridedTask(call.X, call.Y, call.G));

    public void Run(GatherCall call) => For(Blocks.Count(call.Y.Length), new GatherTask(call.X, call.Places, call.Y, call.G));

    public void Run(ScatterAddCall call) => For(ScatterAddTask.Tasks(call.G), new ScatterAddTask(
        call.X, call.Places, call.Y, call.G, _workerScratch));

    private readonly struct CopyStridedTask(DeviceSpan x, DeviceSpan y, StrideGeometry g) : ITask
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int task, int worker)
        {
            var (start, count) = Blocks.Range(task, (long)g.Outer * g.Count * g.Inner);
            if (g.Inner == 1)
            {
                var lines = new RowPieces(start, count, g.Count);
                while (lines.MoveNext())
                {
                    Line(
                        x.Pointer() + (lines.Row * g.XExtent) + g.XStart + (lines.Column * g.XStep),
                        y.Pointer() + (lines.Row * g.YExtent) + g.YStart + (lines.Column * g.YStep), lines.Count);
                }

                return;
            }

            var rows = new RowPieces(start, count, g.Inner);
            while (rows.MoveNext())
            {
                var (outer, k) = Math.DivRem(rows.Row, g.Count);
                var from = (outer * g.XExtent) + g.XStart + (k * g.XStep);
                var to = (outer * g.YExtent) + g.YStart + (k * g.YStep);
                Runs.Copy(x.Pointer() + (from * g.Inner) + rows.Column, y.Pointer() + (to * g.Inner) + rows.Column, rows.Count);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Line(float* source, float* destination, long count)
        {
            if (g.XStep == -1 && g.YStep == 1)
            {
                var line = new Span<float>(destination, (int)count);
                new ReadOnlySpan<float>(source - (count - 1), (int)count).CopyTo(line);
                line.Reverse();
                return;
            }

            for (long i = 0; i < count; i++)
            {
                destination[i * g.YStep] = source[i * g.XStep];
            }
        }
    }

    private readonly struct GatherTask(DeviceSpan x, DeviceSpan places, DeviceSpan y, GatherGeometry g) : ITask
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int task, int worker)
        {
            var (start, count) = Blocks.Range(task, y.Length);
            var rows = new RowPieces(start, count, g.Inner);
            while (rows.MoveNext())
            {
                var (outer, k) = Math.DivRem(rows.Row, g.Count);
                var place = places.Pointer() + (outer * g.IndexOuter) + (k * g.IndexStep);
                var source = x.Pointer() + (outer * g.Extent * g.Inner) + rows.Column;
                var destination = y.Pointer() + rows.Position;
                if (g.IndexInner == 0)
                {
                    Runs.Copy(source + ((long)Place(*place, g) * g.Inner), destination, rows.Count);
                    continue;
                }

                for (long i = 0; i < rows.Count; i++)
                {
                    destination[i] = source[((long)Place(place[rows.Column + i], g) * g.Inner) + i];
                }
            }
        }
    }

    /// <summary>
    /// A task takes columns of whole middle dimensions, so that no other task adds to the same elements. The first terms of a sum are added
    /// in float32, where they belong; a sum of more (a class of a label map may have millions) goes on in float64.
    /// </summary>
    private readonly struct ScatterAddTask(DeviceSpan x, DeviceSpan places, DeviceSpan y, GatherGeometry g, Scratch[] scratch) : ITask
    {
        private const int MinWidth = 64;

        /// <summary>Most terms that are added in float32.</summary>
        private const int Short = 8;

        public static int Tasks(in GatherGeometry g) => Blocks.RowTasks((long)g.Outer * Strips(g), (long)Width(g) * g.Count);

        public void Run(int task, int worker)
        {
            var width = Width(g);
            var (first, end) = Blocks.Rows(task, (long)g.Outer * Strips(g), (long)width * g.Count);
            for (var strip = first; strip < end; strip++)
            {
                var (outer, column) = Math.DivRem(strip, Strips(g));
                column *= width;
                var columns = (int)Math.Min(width, g.Inner - column);
                var destination = y.Pointer() + (outer * g.Extent * g.Inner) + column;
                for (long row = 0; row < g.Extent; row++)
                {
                    new Span<float>(destination + (row * g.Inner), columns).Clear();
                }

                Add(
                    x.Pointer() + (outer * g.Count * g.Inner) + column,
                    places.Pointer() + (outer * g.IndexOuter) + (column * g.IndexInner), destination, columns, scratch[worker]);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Add(float* source, float* indices, float* destination, int columns, Scratch memory)
        {
            // Columns of the same indices are added at once, and counted as one.
            var (lists, length) = g.IndexInner == 0 ? (1, columns) : (columns, 1);
            var most = (long)g.Count * lists / (Short + 1);
            var sums = memory.Doubles((most * (length + 1)) + ((long)g.Extent * lists));
            var owners = (int*)(sums + (most * length));
            var terms = owners + most; // Of each sum their number up to the limit, then above it the number of its float64 sum.
            new Span<int>(terms, g.Extent * lists).Clear();
            var used = 0;
            for (long k = 0; k < g.Count; k++)
            {
                for (var i = 0; i < lists; i++)
                {
                    var row = Place(indices[(k * g.IndexStep) + i], g);
                    var from = source + (k * g.Inner) + i;
                    var to = destination + ((long)row * g.Inner) + i;
                    var sum = (row * lists) + i;
                    var before = terms[sum];
                    if (before < Short)
                    {
                        terms[sum] = before + 1;
                        if (length == 1)
                        {
                            *to += *from;
                            continue;
                        }

                        Runs.Add(from, to, length);
                        continue;
                    }

                    if (terms[sum] == Short)
                    {
                        new Span<double>(sums + ((long)used * length), length).Clear();
                        Reducers.Columns<Reducers.Sum>(to, sums + ((long)used * length), length);
                        owners[used] = sum;
                        terms[sum] += ++used;
                    }

                    var total = sums + ((long)(terms[sum] - Short - 1) * length);
                    if (length == 1)
                    {
                        *total += *from;
                        continue;
                    }

                    Reducers.Columns<Reducers.Sum>(from, total, length);
                }
            }

            for (var i = 0; i < used; i++)
            {
                var (row, column) = Math.DivRem(owners[i], lists);
                Reducers.Round(sums + ((long)i * length), 1, destination + ((long)row * g.Inner) + column, length);
            }
        }

        private static int Width(in GatherGeometry g) => Math.Min(g.Inner, Math.Max(Blocks.Size / Math.Max(g.Count, 1), MinWidth));

        private static int Strips(in GatherGeometry g) => (g.Inner + Width(g) - 1) / Math.Max(Width(g), 1);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static int Place(float number, in GatherGeometry g)
    {
        var place = (int)number;
        return (uint)place < (uint)g.Extent && place == number ? place
            : throw new DeviceException($"{number} is not a valid index: the dimension has {g.Extent} elements");
    }
}
