using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using IlgpuGan.Tensors.Devices.Cpu.Gemm;

namespace IlgpuGan.Tensors.Devices.Cpu;

internal sealed unsafe partial class CpuKernels : IKernel<ReduceCall>
{
    private readonly Scratch _scratch = new();

    public void Run(ReduceCall call)
    {
        var (f, x, xShape, y, yShape) = call;
        var plan = new ReducePlan(xShape, yShape);
        switch (f)
        {
            case Reduction.Sum: Reduce<Reducers.Sum>(x, y, plan, 1); break;
            case Reduction.Mean: Reduce<Reducers.Sum>(x, y, plan, plan.Reduced); break;
            case Reduction.Maximum: Reduce<Reducers.Maximum>(x, y, plan, 1); break;
            case Reduction.Minimum: Reduce<Reducers.Minimum>(x, y, plan, 1); break;
            default: throw new ArgumentOutOfRangeException(nameof(f), f, message: null);
        }
    }

    private void Reduce<TReducer>(DeviceSpan x, DeviceSpan y, in ReducePlan plan, double divisor)
        where TReducer : struct, IReducer
    {
        if (plan.AreShortRows)
        {
            For(Blocks.RowTasks(plan.Outputs, plan.Reduced), new ShortRowsTask<TReducer>(x, y, plan.Reduced, divisor, _workerScratch));
            return;
        }

        if (plan.AreRows)
        {
            For(Blocks.RowTasks(plan.Outputs, plan.Reduced), new RowsTask<TReducer>(x, y, plan.Reduced, divisor));
            return;
        }

        if (plan.Parts == 1 && !plan.InnerIsReduced)
        {
            For(plan.Tasks, new ColumnsTask<TReducer>(x, y, plan, divisor));
            return;
        }

        var partials = _scratch.Doubles(plan.Parts * y.Length);
        For(plan.Tasks, new ReduceTask<TReducer>(x, partials, plan));
        For(Blocks.Count(y.Length), new JoinTask<TReducer>(partials, plan.Parts, y, divisor));
    }

    /// <summary>Partial results [part, output] for a share of the outputs and a part of the elements reduced into each.</summary>
    private readonly struct ReduceTask<TReducer>(DeviceSpan x, double* partials, ReducePlan plan) : ITask
        where TReducer : struct, IReducer
    {
        public void Run(int task, int worker)
        {
            var (part, share) = Math.DivRem(task, plan.Shares);
            var firstReduced = part * plan.ReducedPerPart;
            var lastReduced = Math.Min(firstReduced + plan.ReducedPerPart, plan.Reduced);
            var firstOutput = share * plan.OutputsPerShare;
            var lastOutput = Math.Min(firstOutput + plan.OutputsPerShare, plan.Outputs);
            var results = partials + (part * plan.Outputs);
            if (plan.InnerIsReduced)
            {
                for (var output = firstOutput; output < lastOutput; output++)
                {
                    var source = x.Pointer() + plan.OutputStart(output);
                    var result = TReducer.Identity;
                    var runs = new RowPieces(firstReduced, lastReduced - firstReduced, plan.InnerLength);
                    while (runs.MoveNext())
                    {
                        var run = Reducers.Run<TReducer>(source + plan.ReducedStart(runs.Row) + runs.Column, runs.Count);
                        result = TReducer.Combine(result, run);
                    }

                    results[output] = result;
                }

                return;
            }

            var rows = new RowPieces(firstOutput, lastOutput - firstOutput, plan.InnerLength);
            while (rows.MoveNext())
            {
                var source = x.Pointer() + plan.OutputStart(rows.Row) + rows.Column;
                ReduceColumns<TReducer>(
                    plan, source, x.Pointer() + x.Length, firstReduced, lastReduced, results + rows.Position, rows.Count);
            }
        }
    }

    /// <summary>Reduces the columns of rows [first, last).</summary>
    /// <param name="plan">a plan that keeps the inner dimension</param>
    /// <param name="source">the first column in row 0</param>
    /// <param name="end">end of the array</param>
    /// <param name="first">first row</param>
    /// <param name="last">one past the last row</param>
    /// <param name="results">result of each column</param>
    /// <param name="count">number of columns</param>
    private static void ReduceColumns<TReducer>(
        in ReducePlan plan, float* source, float* end, long first, long last, double* results, long count)
        where TReducer : struct, IReducer
    {
        if (plan.AreNarrowColumns)
        {
            Reducers.NarrowColumns<TReducer>(source + (first * plan.InnerLength), end, plan.InnerLength, last - first, results, count);
            return;
        }

        new Span<double>(results, (int)count).Fill(TReducer.Identity);
        for (var row = first; row < last; row++)
        {
            Reducers.Columns<TReducer>(source + plan.ReducedStart(row), results, count);
        }
    }

    /// <summary>Reduces whole rows.</summary>
    private readonly struct RowsTask<TReducer>(DeviceSpan x, DeviceSpan y, long length, double divisor) : ITask
        where TReducer : struct, IReducer
    {
        public void Run(int task, int worker)
        {
            var (first, end) = Blocks.Rows(task, y.Length, length);
            float* from = x.Pointer();
            float* to = y.Pointer();
            for (var row = first; row < end; row++)
            {
                to[row] = (float)(Reducers.Run<TReducer>(from + (row * length), length) / divisor);
            }
        }
    }

    /// <summary>Reduces sixteen short rows at a time, one per lane, element after element.</summary>
    private readonly struct ShortRowsTask<TReducer>(DeviceSpan x, DeviceSpan y, long length, double divisor, Scratch[] scratch) : ITask
        where TReducer : struct, IReducer
    {
        public void Run(int task, int worker)
        {
            var (first, end) = Blocks.Rows(task, y.Length, length);
            var row = first;
            if (Avx.IsSupported && length >= Transpose.Columns)
            {
                float* from = x.Pointer();
                float* to = y.Pointer();
                for (; row <= end - Lanes.Count; row += Lanes.Count)
                {
                    Reducers.ShortRows<TReducer>(from + (row * length), (nint)length, divisor).Store(to + row);
                }
            }

            var columns = scratch[worker].Floats(Lanes.Count * length);
            for (; row < end; row += Lanes.Count)
            {
                var rows = (int)Math.Min(Lanes.Count, end - row);
                Transpose.Run(x.Pointer() + (row * length), (nint)length, rows, Lanes.Count, (int)length, columns, Lanes.Count);
                Lanes.StoreUpTo(Reducers.Lanewise<TReducer>(columns, length, divisor), y.Pointer() + row, rows);
            }
        }
    }

    /// <summary>
    /// Reduces columns whose elements are all read by one task: a few at a time, so that their accumulators stay in the L1 cache.
    /// </summary>
    private readonly struct ColumnsTask<TReducer>(DeviceSpan x, DeviceSpan y, ReducePlan plan, double divisor) : ITask
        where TReducer : struct, IReducer
    {
        private const int Chunk = 512;

        [SkipLocalsInit]
        public void Run(int task, int worker)
        {
            var results = stackalloc double[Chunk];
            var firstOutput = task * plan.OutputsPerShare;
            var pieces = new RowPieces(firstOutput, Math.Min(plan.OutputsPerShare, plan.Outputs - firstOutput), plan.InnerLength);
            while (pieces.MoveNext())
            {
                var source = x.Pointer() + plan.OutputStart(pieces.Row) + pieces.Column;
                for (long done = 0; done < pieces.Count; done += Chunk)
                {
                    var count = Math.Min(Chunk, pieces.Count - done);
                    ReduceColumns<TReducer>(plan, source + done, x.Pointer() + x.Length, 0, plan.Reduced, results, count);
                    Reducers.Round(results, divisor, y.Pointer() + pieces.Position + done, count);
                }
            }
        }
    }

    /// <summary>Combines the parts in order.</summary>
    private readonly struct JoinTask<TReducer>(double* partials, long parts, DeviceSpan y, double divisor) : ITask
        where TReducer : struct, IReducer
    {
        public void Run(int task, int worker)
        {
            var (start, count) = Blocks.Range(task, y.Length);
            for (var i = start; i < start + count; i++)
            {
                var result = partials[i];
                for (long part = 1; part < parts; part++)
                {
                    result = TReducer.Combine(result, partials[(part * y.Length) + i]);
                }

                y.Pointer()[i] = (float)(result / divisor);
            }
        }
    }
}
