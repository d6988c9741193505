using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using Doubles = System.Runtime.Intrinsics.Vector512<double>;

namespace IlgpuGan.Tensors.Devices.Cpu;

internal sealed unsafe partial class CpuKernels
{
    public void LogSoftmax(DeviceSpan x, DeviceSpan y, int rows, int columns) =>
        For(Blocks.RowTasks(rows, columns), new LogSoftmaxTask(x, y, rows, columns));

    private readonly struct LogSoftmaxTask(DeviceSpan x, DeviceSpan y, int rows, int columns) : ITask
    {
        public void Run(int task, int worker)
        {
            var (first, end) = Blocks.Rows(task, rows, columns);
            for (var row = first; row < end; row++)
            {
                var source = x.Pointer() + (row * columns);
                var largest = (float)Reducers.Run<Reducers.Maximum>(source, columns);
                var logarithm = Math.Log(SumOfExponentials(source, columns, largest));
                Shift(source, y.Pointer() + (row * columns), columns, largest, (float)logarithm);
            }
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

        /// <summary>y = (x − largest) − logarithm: in this order, or a large x would swallow the logarithm.</summary>
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
