using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;
using Doubles = System.Runtime.Intrinsics.Vector512<double>;

namespace IlgpuGan.Tensors.Devices.Cpu;

internal sealed unsafe partial class CpuKernels : IKernel<ResampleCall>
{
    public void Run(ResampleCall call)
    {
        var (x, y, outer, inner, taps) = call;
        if (inner == 1)
        {
            For(Blocks.RowTasks(outer, LineLength(taps)), new ResampleLinesTask(x, y, outer, taps, _workerScratch));
        }
        else
        {
            var rows = (long)outer * taps.Outputs;
            For(Blocks.RowTasks(rows, (long)inner * taps.Width), new ResampleRowsTask(x, y, rows, inner, taps));
        }
    }

    /// <summary>Line length for the split into tasks, bounded so that a task has at least sixteen lines.</summary>
    private static long LineLength(ResampleTaps taps) => Math.Min(Math.Max(taps.Inputs, taps.Outputs), Blocks.Size / Lanes.Count);

    /// <summary>y[lanes] = Σ weight · x[lanes], in float64, for taps <paramref name="pitch"/> elements apart.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<float> WeightedSum(float* x, nint pitch, float* row)
    {
        var (lower, upper) = (Doubles.Zero, Doubles.Zero);
        var weights = row + ResampleTaps.Weights;
        var count = (int)row[ResampleTaps.Count];
        for (var tap = 0; tap < count; tap++)
        {
            var (low, high) = Vector512.Widen(Vector512.Load(x));
            var weight = Vector512.Create((double)weights[tap]);
            lower = Vector512.MultiplyAddEstimate(low, weight, lower);
            upper = Vector512.MultiplyAddEstimate(high, weight, upper);
            x += pitch;
        }

        return Lanes.Narrow(lower, upper);
    }

    /// <summary>Inner extent above 1: weighted sums of contiguous rows.</summary>
    private readonly struct ResampleRowsTask(DeviceSpan x, DeviceSpan y, long rows, int inner, ResampleTaps taps) : ITask
    {
        public void Run(int task, int worker)
        {
            var (first, end) = Blocks.Rows(task, rows, (long)inner * taps.Width);
            fixed (float* table = taps.Table.Span)
            {
                for (var row = first; row < end; row++)
                {
                    var (plane, output) = Math.DivRem(row, taps.Outputs);
                    var tap = table + (output * taps.Width);
                    var source = x.Pointer() + (((plane * taps.Inputs) + (long)tap[ResampleTaps.Start]) * inner);
                    Weigh(source, tap, y.Pointer() + (row * inner), inner);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Weigh(float* x, float* row, float* y, int length)
        {
            var i = 0;
            for (; i <= length - Lanes.Count; i += Lanes.Count)
            {
                WeightedSum(x + i, length, row).Store(y + i);
            }

            for (; i < length; i++)
            {
                double sum = 0;
                for (var tap = 0; tap < (int)row[ResampleTaps.Count]; tap++)
                {
                    sum = double.MultiplyAddEstimate(x[i + ((nint)tap * length)], row[ResampleTaps.Weights + tap], sum);
                }

                y[i] = (float)sum;
            }
        }
    }

    /// <summary>Inner extent 1: transposes sixteen lines at a time, so that a vector holds one element of each.</summary>
    private readonly struct ResampleLinesTask(DeviceSpan x, DeviceSpan y, int lines, ResampleTaps taps, Scratch[] scratch) : ITask
    {
        public void Run(int task, int worker)
        {
            var (first, end) = Blocks.Rows(task, lines, LineLength(taps));
            var before = scratch[worker].Floats((long)Lanes.Count * (taps.Inputs + taps.Outputs));
            var after = before + ((long)Lanes.Count * taps.Inputs);
            fixed (float* table = taps.Table.Span)
            {
                for (var line = first; line < end; line += Lanes.Count)
                {
                    var count = (int)Math.Min(Lanes.Count, end - line);
                    Transpose.Run(x.Pointer() + (line * taps.Inputs), taps.Inputs, count, Lanes.Count, taps.Inputs, before, Lanes.Count);
                    Weigh(before, table, taps.Width, after, taps.Outputs);
                    Transpose.Run(after, Lanes.Count, taps.Outputs, taps.Outputs, count, y.Pointer() + (line * taps.Outputs), taps.Outputs);
                }
            }
        }

        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        private static void Weigh(float* x, float* table, int width, float* y, int outputs)
        {
            for (var output = 0; output < outputs; output++)
            {
                var row = table + ((nint)output * width);
                WeightedSum(x + ((nint)row[ResampleTaps.Start] * Lanes.Count), Lanes.Count, row).Store(y + ((nint)output * Lanes.Count));
            }
        }
    }
}
