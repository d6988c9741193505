using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IlgpuGan.Tensors.Devices.Functions;

namespace IlgpuGan.Tensors.Devices.Cpu;

internal sealed unsafe partial class CpuKernels : IBinaryLoops, IKernel<BinaryCall>, IKernel<ExpandCall>
{
    public void Run(BinaryCall call) => BinaryFunctions.Run(call, this);

    public void Run(ExpandCall call)
    {
        var (x, xShape, y, yShape) = call;
        var rows = StridedRows.Broadcast(xShape, xShape, yShape);
        if (HasShortRows(rows))
        {
            For(Blocks.Count(y.Length), new ShortExpandTask(x, y, rows, _workerScratch));
        }
        else
        {
            For(Blocks.Count(y.Length), new ExpandTask(x, y, rows));
        }
    }

    void IBinaryLoops.Apply<TFunction>(DeviceSpan a, DeviceSpan b, DeviceSpan y, in StridedRows rows)
    {
        if (HasShortRows(rows))
        {
            For(Blocks.Count(y.Length), new ShortBinaryTask<TFunction>(a, b, y, rows, _workerScratch));
        }
        else
        {
            For(Blocks.Count(y.Length), new BinaryTask<TFunction>(a, b, y, rows));
        }
    }

    private static bool HasShortRows(in StridedRows rows) => rows.Rank > 1 && rows.RowLength <= ContiguousOperand.MaxRow;

    private readonly struct BinaryTask<TFunction>(DeviceSpan a, DeviceSpan b, DeviceSpan y, StridedRows rows) : ITask
        where TFunction : struct, IBinaryFunction
    {
        public void Run(int task, int worker)
        {
            var (start, count) = Blocks.Range(task, y.Length);
            var pieces = new RowPieces(start, count, rows.RowLength);
            while (pieces.MoveNext())
            {
                var (aStart, bStart) = rows.RowStart(pieces.Row);
                var left = a.Pointer() + aStart + (pieces.Column * rows.AStride(0));
                var right = b.Pointer() + bStart + (pieces.Column * rows.BStride(0));
                var destination = y.Pointer() + pieces.Position;
                if (rows.AStride(0) == 0)
                {
                    Row(*left, right, rows.BStride(0), destination, pieces.Count);
                }
                else if (rows.BStride(0) == 0)
                {
                    Row(left, *right, destination, pieces.Count);
                }
                else
                {
                    Row(left, right, destination, pieces.Count);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public static void Row(float* a, float* b, float* y, long count)
        {
            long i = 0;
            for (; i <= count - Lanes.Count; i += Lanes.Count)
            {
                TFunction.Apply(Vector512.Load(a + i), Vector512.Load(b + i)).Store(y + i);
            }

            if (i < count)
            {
                Lanes.Store(TFunction.Apply(Lanes.Load(a + i, count - i), Lanes.Load(b + i, count - i)), y + i, count - i);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Row(float* a, float b, float* y, long count)
        {
            var right = Vector512.Create(b);
            long i = 0;
            for (; i <= count - Lanes.Count; i += Lanes.Count)
            {
                TFunction.Apply(Vector512.Load(a + i), right).Store(y + i);
            }

            if (i < count)
            {
                Lanes.Store(TFunction.Apply(Lanes.Load(a + i, count - i), right), y + i, count - i);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Row(float a, float* b, long bStride, float* y, long count)
        {
            var left = Vector512.Create(a);
            if (bStride == 0)
            {
                new Span<float>(y, (int)count).Fill(TFunction.Apply(left, Vector512.Create(*b))[0]);
                return;
            }

            long i = 0;
            for (; i <= count - Lanes.Count; i += Lanes.Count)
            {
                TFunction.Apply(left, Vector512.Load(b + i)).Store(y + i);
            }

            if (i < count)
            {
                Lanes.Store(TFunction.Apply(left, Lanes.Load(b + i, count - i)), y + i, count - i);
            }
        }
    }

    /// <summary>Many short rows at a time: a vector may span several.</summary>
    private readonly struct ShortBinaryTask<TFunction>(
        DeviceSpan a, DeviceSpan b, DeviceSpan y, StridedRows rows, Scratch[] scratch) : ITask
        where TFunction : struct, IBinaryFunction
    {
        public void Run(int task, int worker)
        {
            var (start, count) = Blocks.Range(task, y.Length);
            var memory = scratch[worker].Floats(2 * ContiguousOperand.Floats);
            var left = new ContiguousOperand(a.Pointer(), rows, second: false, start, memory);
            var right = new ContiguousOperand(b.Pointer(), rows, second: true, start, memory + ContiguousOperand.Floats);
            var length = ContiguousOperand.Length(rows);
            for (var position = start; position < start + count; position += length)
            {
                var elements = Math.Min(length, start + count - position);
                BinaryTask<TFunction>.Row(
                    left.At(rows, second: false, position, elements), right.At(rows, second: true, position, elements),
                    y.Pointer() + position, elements);
            }
        }
    }

    /// <summary>Many short rows at a time.</summary>
    private readonly struct ShortExpandTask(DeviceSpan x, DeviceSpan y, StridedRows rows, Scratch[] scratch) : ITask
    {
        public void Run(int task, int worker)
        {
            var (start, count) = Blocks.Range(task, y.Length);
            var source = new ContiguousOperand(x.Pointer(), rows, second: false, start, scratch[worker].Floats(ContiguousOperand.Floats));
            var length = ContiguousOperand.Length(rows);
            for (var position = start; position < start + count; position += length)
            {
                var elements = Math.Min(length, start + count - position);
                Runs.Copy(source.At(rows, second: false, position, elements), y.Pointer() + position, elements);
            }
        }
    }

    private readonly struct ExpandTask(DeviceSpan x, DeviceSpan y, StridedRows rows) : ITask
    {
        public void Run(int task, int worker)
        {
            var (start, count) = Blocks.Range(task, y.Length);
            var pieces = new RowPieces(start, count, rows.RowLength);
            while (pieces.MoveNext())
            {
                var source = x.Pointer() + rows.RowStart(pieces.Row).A + (pieces.Column * rows.AStride(0));
                var destination = new Span<float>(y.Pointer() + pieces.Position, (int)pieces.Count);
                if (rows.AStride(0) == 0)
                {
                    destination.Fill(*source);
                }
                else
                {
                    new ReadOnlySpan<float>(source, destination.Length).CopyTo(destination);
                }
            }
        }
    }
}
