using IlgpuGan.Tensors.Devices.Functions;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <content>
/// A norm with all that follows it (activation, addend, padding), and its gradient. A group is what shares a mean: a plane of instance
/// norm, a channel of batch norm. Groups that fit into a core's cache are read from memory once (<see cref="NormToTask"/>); channels
/// of small planes lie beside each other and are taken as columns (<see cref="ColumnNormTask"/>); the rest runs as its single calls.
/// </content>
/// <remarks>
/// Bits: each way has those of the call's <see cref="KernelCall.Parts"/>. Sums are taken in the order that <see cref="NormPlan"/> gives for
/// the geometry alone, single calls ask the same plan, and coefficients come from moments as they are stored
/// (<see cref="NormalizedRows"/>). So a rule for who sums what belongs into the plan, never into one of these calls. The rows "norm to" and
/// "gradient of norm to" of the table of kernels compare fused calls with their parts, and numbers of threads.
/// <para>
/// Operands: only those that the call names in <see cref="KernelCall.InPlace"/> may be the same memory. For these a pass reads an element
/// before it writes that place, and writes over nothing that a later pass of its group reads; tests of the calls run each pair in place.
/// </para>
/// </remarks>
internal sealed unsafe partial class CpuKernels
    : IKernel<NormToCall>, IKernel<NormalizeToCall>, IKernel<NormalizeCall>, IKernel<TrackStatisticsCall>, IKernel<NormToGradientCall>
{
    /// <summary>
    /// Scratch memory of each worker, within one group or block of columns: a plane before its padding, if nobody else keeps it; a group
    /// after the padding's gradient was folded back; sums and coefficients of columns. Each request ends the one before. What tasks leave
    /// for the loop after them, the sums of each part, is in the scratch that all workers share.
    /// </summary>
    private readonly Scratch[] _groupScratch = [.. Enumerable.Range(0, threads.Count).Select(_ => new Scratch())];

    public void Run(NormToCall call)
    {
        var (norm, tail) = (call.Norm, call.Tail);
        if (!HasKernel(call))
        {
            call.RunParts(this);
            return;
        }

        var plan = new NormPlan(norm.G);
        var rows = new NormalizedRows(norm, plan, tail.Slope);
        if (plan.UsesColumns)
        {
            // Without padding the result itself is asked for.
            NormalizeByColumns(rows, call.Addend, call.Y!.Value, call.Branch, takesMoments: true, tail.Activation);
        }
        else
        {
            For(plan.Tasks, new NormToTask(rows, call, _groupScratch), tail.Activation);
        }

        Track(norm.Mean, norm.Variance, call.Tracked);
    }

    /// <summary>
    /// Whether one pass over groups computes it all: what <see cref="Fuses"/> names, of groups that fit into a core's cache, where norms by
    /// columns don't pad. Otherwise the call's parts run, in the memory that <see cref="ScratchOf"/> asks for by the same rule.
    /// </summary>
    private bool HasKernel(NormToCall call) => Fuses(call) && TakesGroups(call.Norm.G, call.Tail);

    /// <inheritdoc cref="HasKernel(NormToCall)"/>
    private bool HasKernel(NormToGradientCall call) => Fuses(call) && TakesGroups(call.Norm.G, call.Tail);

    private static bool TakesGroups(in NormGeometry g, in NormTail tail) =>
        new NormPlan(g) is { WholeGroups: true } plan && !(plan.UsesColumns && tail.Pad is not null);

    public void Run(NormalizeToCall call) => NormalizeTo(call.Norm, call.Addend, call.Y, call.Branch, call.Tail);

    public void Run(NormalizeCall call) => NormalizeTo(call.Norm, addend: null, call.Y, branch: null, default);

    private void NormalizeTo(in Normalization norm, DeviceSpan? addend, DeviceSpan y, in NormBranch? branch, in NormTail tail)
    {
        var plan = new NormPlan(norm.G);
        if (plan.UsesColumns)
        {
            NormalizeByColumns(new NormalizedRows(norm, plan, tail.Slope), addend, y, branch, takesMoments: false, tail.Activation);
            return;
        }

        For(Blocks.Count(y.Length), new NormalizeTask(norm, addend, y, branch, tail.Slope), tail.Activation);
    }

    public void Run(TrackStatisticsCall call) => Track(call.Mean, call.Variance, call.Past);

    /// <summary>What <see cref="TrackStatisticsCall"/> says, in two passes over the averages.</summary>
    private void Track(DeviceSpan mean, DeviceSpan variance, in TrackedStatistics? tracked)
    {
        if (tracked is not { } past)
        {
            return;
        }

        Blend(mean, past.Momentum, past.Mean);
        Blend(variance, past.Momentum * past.Correction, past.Variance);
        if (past.Batches is { } count)
        {
            UnaryTable.Of(UnaryFunction.Affine).Apply(this, 1, 1, count, count);
        }

        void Blend(DeviceSpan present, float weight, DeviceSpan average)
        {
            UnaryTable.Of(UnaryFunction.Affine).Apply(this, 1 - past.Momentum, 0, average, average);
            For(Blocks.Count(average.Length), new AddScaledTask(weight, present, average));
        }
    }

    public void Run(NormToGradientCall call)
    {
        var (norm, tail) = (call.Norm, call.Tail);
        if (!HasKernel(call))
        {
            call.RunParts(this);
            return;
        }

        // A sum that nobody asked for is kept in dx until dx is computed of it.
        (DeviceSpan Addend, DeviceSpan All)? sum = call.Addend is { } others ? (others, call.Sum ?? call.Dx) : null;
        var plan = new NormPlan(norm.G);
        var rows = new NormalizedRows(norm, plan, tail.Slope);
        var partials = GradientPartials(plan);
        if (plan.UsesColumns)
        {
            For(BlockTasks(plan), new ColumnGradientTask(rows, call.Dy, sum, call.Dx, partials, _groupScratch), tail.Activation);
        }
        else
        {
            For(plan.Tasks, new NormToGradientTask(rows, call, sum, partials, _groupScratch), tail.Activation);
        }

        JoinParameterGradients(norm, call.Dweight, call.Dbias, partials, plan);
    }

    /// <summary>
    /// Reads each group from memory once: the passes after the first find it in the core's cache. Tasks are of whole groups
    /// (<see cref="HasKernel(NormToCall)"/>), which have few parts: a group's moments are known within its task.
    /// </summary>
    private readonly struct NormToTask(NormalizedRows rows, NormToCall call, Scratch[] scratch) : IActivatedTask
    {
        public void Run<TActivation>(int task, int worker)
            where TActivation : struct, ILaneFunction
        {
            var plan = rows.Plan;
            var (firstGroup, endGroup, _, parts) = plan.TaskRange(task);
            var partials = stackalloc double[2 * parts];
            for (var group = firstGroup; group < endGroup; group++)
            {
                for (var part = 0; part < parts; part++)
                {
                    (partials[2 * part], partials[(2 * part) + 1]) = NormGroups.PartMoments(rows.X.Pointer(), plan, group, part);
                }

                rows.SetMoments(group, NormGroups.Join(partials, plan));
                var row = rows.Row(group);
                for (var plane = 0; plane < plan.Planes; plane++)
                {
                    Write<TActivation>(plan.Plane(group, plane), row, worker);
                }
            }
        }

        private void Write<TActivation>(long plane, in NormRow row, int worker)
            where TActivation : struct, ILaneFunction
        {
            var pixels = rows.Plan.Inner;
            var at = plane * pixels;
            var result = call.Y is { } kept ? kept.Pointer() + at : scratch[worker].Floats(pixels);
            NormRows.Apply<TActivation>(rows.X.Pointer(), call.Addend, result, call.Branch, at, pixels, row);
            if (call.Tail.Pad is { } pad && call.Padded is { } wider)
            {
                var border = new PadRows(call.Tail.PadMode, call.Tail.PadValue, pad);
                var destination = wider.Pointer() + (plane * pad.OutH * pad.OutW);
                for (var outRow = 0; outRow < pad.OutH; outRow++)
                {
                    border.Write(result, outRow, destination + ((long)outRow * pad.OutW));
                }
            }
        }
    }

    /// <summary>
    /// For each group: folds the padding's gradient back, adds the gradient of the norm's other readers, takes the sums, applying the
    /// activation's gradient in the same pass, then writes dx. Tasks are of whole groups, as those of <see cref="NormToTask"/>.
    /// </summary>
    private readonly struct NormToGradientTask(
        NormalizedRows rows, NormToGradientCall call, (DeviceSpan Addend, DeviceSpan All)? sum, GradientSums* partials, Scratch[] scratch)
        : IActivatedTask
    {
        public void Run<TActivation>(int task, int worker)
            where TActivation : struct, ILaneFunction
        {
            var plan = rows.Plan;
            var (firstGroup, endGroup, _, _) = plan.TaskRange(task);
            for (var group = firstGroup; group < endGroup; group++)
            {
                var folded = call.Tail.Pad is { } pad ? Fold(pad, group, worker) : null;
                var row = rows.Row(group);
                if (sum is var (addend, all))
                {
                    SumGradients<TActivation>(addend, all, group, folded, row);
                    WriteGradient<Identity>(group, all, folded: null, row);
                }
                else
                {
                    WriteGradient<TActivation>(group, call.Dy, folded, row);
                }
            }
        }

        private void SumGradients<TActivation>(DeviceSpan addend, DeviceSpan all, int group, float* folded, in NormRow row)
            where TActivation : struct, ILaneFunction
        {
            var plan = rows.Plan;
            for (var part = 0; part < plan.Parts; part++)
            {
                for (var runs = plan.Runs(part); runs.MoveNext();)
                {
                    var at = plan.Start(group, runs);
                    NormRows.AddGradient<TActivation>(
                        rows.X.Pointer() + at, Gradient(call.Dy, folded, runs, at), addend.Pointer() + at, all.Pointer() + at, runs.Count,
                        row);
                }
            }
        }

        private void WriteGradient<TFunction>(int group, DeviceSpan source, float* folded, in NormRow row)
            where TFunction : struct, ILaneFunction
        {
            var plan = rows.Plan;
            for (var part = 0; part < plan.Parts; part++)
            {
                var sums = default(GradientSums);
                for (var runs = plan.Runs(part); runs.MoveNext();)
                {
                    var at = plan.Start(group, runs);
                    NormRows.AddGradientSums<TFunction>(
                        rows.X.Pointer() + at, Gradient(source, folded, runs, at), runs.Count, row, ref sums);
                }

                partials[((long)group * plan.Parts) + part] = sums;
            }

            var factors = rows.GradientFactors(partials, group);
            for (var part = 0; part < plan.Parts; part++)
            {
                for (var runs = plan.Runs(part); runs.MoveNext();)
                {
                    var at = plan.Start(group, runs);
                    NormRows.ApplyGradient<TFunction>(
                        rows.X.Pointer() + at, Gradient(source, folded, runs, at), call.Dx.Pointer() + at, runs.Count, row, factors);
                }
            }
        }

        /// <summary>The gradient of a group's planes before padding, contiguous.</summary>
        private float* Fold(in PadGeometry pad, int group, int worker)
        {
            var plan = rows.Plan;
            var border = new PadGradientRows(call.Tail.PadMode, pad);
            var folded = scratch[worker].Floats(plan.GroupSize);
            for (var plane = 0; plane < plan.Planes; plane++)
            {
                var source = call.Dy.Pointer() + (plan.Plane(group, plane) * pad.OutH * pad.OutW);
                for (var row = 0; row < pad.H; row++)
                {
                    border.Write(source, row, folded + ((long)plane * plan.Inner) + ((long)row * pad.W));
                }
            }

            return folded;
        }

        private static float* Gradient(DeviceSpan source, float* folded, in RowPieces run, long at) =>
            folded is null ? source.Pointer() + at : folded + run.Position;
    }
}
