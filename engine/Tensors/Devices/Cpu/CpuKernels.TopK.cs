using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IlgpuGan.Tensors.Devices.Cpu;

internal sealed unsafe partial class CpuKernels : IKernel<TopKCall>
{
    public void Run(TopKCall call)
    {
        var (x, places, g) = call;
        if (g.Count == 1 && g.NanFirst != 0)
        {
            For(ExtremeTask.Tasks(g), new ExtremeTask(x, places, g));
            return;
        }

        var keys = (ulong*)_scratch.Doubles((long)_threads.Count * g.Extent);
        For(Blocks.RowTasks((long)g.Outer * g.Inner, g.Extent), new OrderTask(x, places, g, keys));
    }

    /// <summary>For Count 1: the index of the extreme of a contiguous line, or of sixteen neighbouring columns at a time.</summary>
    private readonly struct ExtremeTask(DeviceSpan x, DeviceSpan places, TopKGeometry g) : ITask
    {
        public static int Tasks(in TopKGeometry g) => Blocks.RowTasks(g.Outer * Strips(g), Width(g) * g.Extent);

        public void Run(int task, int worker)
        {
            var (first, end) = Blocks.Rows(task, g.Outer * Strips(g), Width(g) * g.Extent);
            for (var strip = first; strip < end; strip++)
            {
                var (outer, column) = Math.DivRem(strip, Strips(g));
                column *= Width(g);
                var source = x.Pointer() + (outer * g.Extent * g.Inner) + column;
                var destination = places.Pointer() + (outer * g.Inner) + column;
                if (g.Inner == 1)
                {
                    *destination = PlaceInLine(source);
                }
                else
                {
                    Columns(source, destination, Math.Min(Width(g), g.Inner - column));
                }
            }
        }

        private static long Width(in TopKGeometry g) => Math.Min(g.Inner, Lanes.Count);

        private static long Strips(in TopKGeometry g) => (g.Inner + Width(g) - 1) / Math.Max(Width(g), 1);

        private long PlaceInLine(float* line)
        {
            var extreme =
                (float)(g.Sign > 0 ? Reducers.Run<Reducers.Maximum>(line, g.Extent) : Reducers.Run<Reducers.Minimum>(line, g.Extent));
            long place = 0;
            while (line[place] != extreme && !float.IsNaN(line[place]))
            {
                place++;
            }

            return place;
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private void Columns(float* source, float* destination, long count)
        {
            var sign = Vector512.Create((float)g.Sign);
            var best = Load(source, count) * sign;
            var place = Vector512<float>.Zero;
            for (var k = 1; k < g.Extent; k++)
            {
                var next = Load(source + ((long)k * g.Inner), count) * sign;
                var wins = Vector512.GreaterThan(next, best) | (Vector512.IsNaN(next) & ~Vector512.IsNaN(best));
                best = Vector512.ConditionalSelect(wins, next, best);
                place = Vector512.ConditionalSelect(wins, Vector512.Create((float)k), place);
            }

            Store(place, destination, count);
        }
    }

    /// <summary>
    /// Sorts numbers as 64-bit keys: the upper half ascends in the requested order, the lower half is the index. No two keys are equal, so
    /// that any sorting algorithm gives the same order.
    /// </summary>
    private readonly struct OrderTask(DeviceSpan x, DeviceSpan places, TopKGeometry g, ulong* keys) : ITask
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int task, int worker)
        {
            var order = new Span<ulong>(keys + ((long)worker * g.Extent), g.Extent);
            var (first, end) = Blocks.Rows(task, (long)g.Outer * g.Inner, g.Extent);
            for (var line = first; line < end; line++)
            {
                var (outer, inner) = Math.DivRem(line, g.Inner);
                var source = x.Pointer() + (outer * g.Extent * g.Inner) + inner;
                for (var k = 0; k < order.Length; k++)
                {
                    order[k] = ((ulong)Rank(source[(long)k * g.Inner]) << 32) | (uint)k;
                }

                order.Sort();
                var destination = places.Pointer() + (outer * g.Count * g.Inner) + inner;
                for (var k = 0; k < g.Count; k++)
                {
                    destination[(long)k * g.Inner] = (uint)order[k];
                }
            }
        }

        /// <summary>The upper half of the key: +0 and −0 are equal, NaN comes first or last.</summary>
        private uint Rank(float number)
        {
            if (float.IsNaN(number))
            {
                return g.NanFirst != 0 ? 0 : uint.MaxValue;
            }

            // As integers, the bits of floats ascend for positive numbers and descend for negative ones.
            var bits = BitConverter.SingleToUInt32Bits(number + 0f);
            var ascending = (bits >> 31) != 0 ? ~bits : bits | 0x8000_0000;
            return g.Sign > 0 ? ~ascending : ascending;
        }
    }
}
