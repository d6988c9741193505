using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using Doubles = System.Runtime.Intrinsics.Vector512<double>;

namespace IlgpuGan.Tensors.Devices.Cpu;

internal sealed unsafe partial class CpuKernels : IKernel<LogSoftmaxCall>
{
    public void Run(LogSoftmaxCall call)
    {
        var (x, y, rows, columns) = call;
        if (columns < 2 * Lanes.Count)
        {
            For(Blocks.RowTasks(rows, columns), new ShortLogSoftmaxTask(x, y, rows, columns, _workerScratch));
        }
        else
        {
            For(Blocks.RowTasks(rows, columns), new LogSoftmaxTask(x, y, rows, columns));
        }
    }

    /// <summary>Sixteen short rows at a time, one per lane.</summary>
    private readonly struct ShortLogSoftmaxTask(DeviceSpan x, DeviceSpan y, int rows, int columns, Scratch[] scratch) : ITask
    {
        public void Run(int task, int worker)
        {
            var (first, end) = Blocks.Rows(task, rows, columns);
            var lanes = scratch[worker].Floats((long)Lanes.Count * columns);
            for (var row = first; row < end; row += Lanes.Count)
            {
                var count = (int)Math.Min(Lanes.Count, end - row);
                Transpose.Run(x.Pointer() + (row * columns), columns, count, Lanes.Count, columns, lanes, Lanes.Count);
                Normalize(lanes, columns);
                Transpose.Run(lanes, Lanes.Count, columns, columns, count, y.Pointer() + (row * columns), columns);
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Normalize(float* lanes, int columns)
        {
            var end = lanes + ((nint)columns * Lanes.Count);
            var largest = Vector512.Load(lanes);
            for (var x = lanes + Lanes.Count; x < end; x += Lanes.Count)
            {
                largest = Vector512.Max(largest, Vector512.Load(x));
            }

            var (lower, upper) = (Doubles.Zero, Doubles.Zero);
            for (var x = lanes; x < end; x += Lanes.Count)
            {
                var (low, high) = Vector512.Widen(VectorMath.Exp(Vector512.Load(x) - largest));
                lower += low;
                upper += high;
            }

            // ln of the float64 sum: its float32 rounding error is added to first order, or the small loss of a confident answer
            // would vanish.
            var sum = Lanes.Narrow(lower, upper);
            var (roundedLower, roundedUpper) = Vector512.Widen(sum);
            var rest = Lanes.Narrow(lower - roundedLower, upper - roundedUpper);
            var logarithm = VectorMath.Log(sum) + (rest / sum);
            for (var x = lanes; x < end; x += Lanes.Count)
            {
                (Vector512.Load(x) - largest - logarithm).Store(x);
            }
        }
    }

    private readonly struct LogSoftmaxTask(DeviceSpan x, DeviceSpan y, int rows, int columns) : ITask
    {
        public void Run(int task, int worker)
        {
            var (first, end) = Blocks.Rows(task, rows, columns);
            for (var row = first; row < end; row++)
            {
                var source = x.Pointer() + (row * columns);
                var largest = Largest(source, columns);
                var logarithm = Math.Log(SumOfExponentials(source, columns, largest));
                Shift(source, y.Pointer() + (row * columns), columns, largest, (float)logarithm);
            }
        }

        /// <summary>The maximum of a row of at least 32 elements; NaN if any is.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static float Largest(float* x, long count)
        {
            // The last two vectors overlap the others.
            var (a, b) = (Vector512.Load(x + count - (2 * Lanes.Count)), Vector512.Load(x + count - Lanes.Count));
            for (long i = 0; i <= count - (2 * Lanes.Count); i += 2 * Lanes.Count)
            {
                a = Vector512.Max(a, Vector512.Load(x + i));
                b = Vector512.Max(b, Vector512.Load(x + i + Lanes.Count));
            }

            a = Vector512.Max(a, b);
            var largest = a[0];
            for (var lane = 1; lane < Lanes.Count; lane++)
            {
                largest = Math.Max(largest, a[lane]);
            }

            return largest;
        }

        /// <summary>Σ exp(x − largest).</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static double SumOfExponentials(float* x, long count, float largest)
        {
            var shift = Vector512.Create(largest);
            var sum = Doubles.Zero;
            long i = 0;
            for (; i <= count - Lanes.Count; i += Lanes.Count)
            {
                var (lower, upper) = Vector512.Widen(VectorMath.Exp(Vector512.Load(x + i) - shift));
                sum += lower + upper;
            }

            var total = Vector512.Sum(sum);
            var tail = VectorMath.Exp(Lanes.Load(x + i, count - i) - shift);
            for (var lane = 0; lane < count - i; lane++)
            {
                total += tail[lane];
            }

            return total;
        }

        /// <summary>y = (x − largest) − logarithm: in this order, or the logarithm would be lost beside a large x.</summary>
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Shift(float* x, float* y, long count, float largest, float logarithm)
        {
            long i = 0;
            for (; i <= count - Lanes.Count; i += Lanes.Count)
            {
                (Vector512.Load(x + i) - Vector512.Create(largest) - Vector512.Create(logarithm)).Store(y + i);
            }

            for (; i < count; i++)
            {
                y[i] = x[i] - largest - logarithm;
            }
        }
    }
}
