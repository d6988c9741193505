using IlgpuGan.Tensors.Devices.Functions;

namespace IlgpuGan.Tensors.Devices.Cpu;

internal sealed unsafe partial class CpuKernels : IKernel<MomentsCall>, IKernel<NormalizeGradientCall>
{
    public void Run(MomentsCall call) => Moments(call.X, call.Mean, call.Variance, call.G);

    private void Moments(DeviceSpan x, DeviceSpan mean, DeviceSpan variance, in NormGeometry g)
    {
        var plan = new NormPlan(g);
        if (plan.UsesColumns)
        {
            For(BlockTasks(plan), new ColumnMomentsTask(x, mean, variance, plan, _groupScratch));
            return;
        }

        var partials = _scratch.Doubles(2L * plan.Groups * plan.Parts);
        For(plan.Tasks, new MomentsTask(x, partials, plan));
        For(Blocks.Count(plan.Groups), new JoinMomentsTask(partials, mean, variance, plan));
    }

    public void Run(NormalizeGradientCall call)
    {
        var (norm, dy, dx, dweight, dbias) = call;
        var plan = new NormPlan(norm.G);
        var partials = GradientPartials(plan);
        if (plan.UsesColumns)
        {
            var rows = new NormalizedRows(norm with { Bias = null }, plan, slope: 0);
            For(BlockTasks(plan), new ColumnGradientTask(rows, dy, sum: null, dx, partials, _groupScratch), activation: null);
            JoinParameterGradients(norm, dweight, dbias, partials, plan);
            return;
        }

        var apply = new GradientApply(norm, dy, dx, partials, plan);
        For(plan.Tasks, new GradientSumsTask(norm.X, norm.Mean, dy, partials, plan, apply));
        if (dx is not null && !plan.WholeGroups)
        {
            For(plan.Tasks, apply);
        }

        JoinParameterGradients(norm, dweight, dbias, partials, plan);
    }

    /// <summary>Memory for the sums of each part of each group, in the scratch of all workers: until the parameters' are joined.</summary>
    private GradientSums* GradientPartials(in NormPlan plan) =>
        (GradientSums*)_scratch.Doubles((long)plan.Groups * plan.Parts * sizeof(GradientSums) / sizeof(double));

    private void JoinParameterGradients(
        in Normalization norm, DeviceSpan? dweight, DeviceSpan? dbias, GradientSums* partials, in NormPlan plan)
    {
        if (dweight is not null || dbias is not null)
        {
            For(Blocks.Count(plan.Channels), new JoinParameterGradientsTask(norm, dweight, dbias, partials, plan));
        }
    }

    private readonly struct MomentsTask(DeviceSpan x, double* partials, NormPlan plan) : ITask
    {
        public void Run(int task, int worker)
        {
            var (firstGroup, endGroup, firstPart, endPart) = plan.TaskRange(task);
            for (var group = firstGroup; group < endGroup; group++)
            {
                for (var part = firstPart; part < endPart; part++)
                {
                    var partial = partials + (2 * (((long)group * plan.Parts) + part));
                    (partial[0], partial[1]) = NormGroups.PartMoments(x.Pointer(), plan, group, part);
                }
            }
        }
    }

    private readonly struct JoinMomentsTask(double* partials, DeviceSpan mean, DeviceSpan variance, NormPlan plan) : ITask
    {
        public void Run(int task, int worker)
        {
            var (start, count) = Blocks.Range(task, plan.Groups);
            for (var group = start; group < start + count; group++)
            {
                (mean.Pointer()[group], variance.Pointer()[group]) = NormGroups.Join(partials + (2 * group * plan.Parts), plan);
            }
        }
    }

    private readonly struct NormalizeTask(
        Normalization norm, DeviceSpan? addend, DeviceSpan y, NormBranch? branch, float slope) : IActivatedTask
    {
        public void Run<TActivation>(int task, int worker)
            where TActivation : struct, ILaneFunction
        {
            var (start, count) = Blocks.Range(task, y.Length);
            for (var rows = new RowPieces(start, count, norm.G.Inner); rows.MoveNext();)
            {
                var channel = (int)(rows.Row % norm.G.Channels);
                var group = norm.G.PerInstance ? rows.Row : channel;
                var row = NormGroups.Row(
                    norm.Mean.Pointer()[group], norm.Variance.Pointer()[group], norm.Weight, norm.Bias, channel, norm.Epsilon, slope);
                NormRows.Apply<TActivation>(norm.X.Pointer(), addend, y.Pointer() + rows.Position, branch, rows.Position, rows.Count, row);
            }
        }
    }

    /// <summary>The sums of each part; and then dx if the task covers whole groups, which are still in the cache.</summary>
    private readonly struct GradientSumsTask(
        DeviceSpan x, DeviceSpan mean, DeviceSpan dy, GradientSums* partials, NormPlan plan, GradientApply apply) : ITask
    {
        public void Run(int task, int worker)
        {
            var (firstGroup, endGroup, firstPart, endPart) = plan.TaskRange(task);
            for (var group = firstGroup; group < endGroup; group++)
            {
                for (var part = firstPart; part < endPart; part++)
                {
                    var sums = default(GradientSums);
                    var row = new NormRow(mean.Pointer()[group], 0, 0, 0);
                    for (var runs = plan.Runs(part); runs.MoveNext();)
                    {
                        var at = plan.Start(group, runs);
                        NormRows.AddGradientSums<Identity>(x.Pointer() + at, dy.Pointer() + at, runs.Count, row, ref sums);
                    }

                    partials[((long)group * plan.Parts) + part] = sums;
                }

                if (plan.WholeGroups)
                {
                    apply.Apply(group, firstPart, endPart);
                }
            }
        }
    }

    private readonly struct GradientApply(
        Normalization norm, DeviceSpan dy, DeviceSpan? dx, GradientSums* partials, NormPlan plan) : ITask
    {
        public void Run(int task, int worker)
        {
            var (firstGroup, endGroup, firstPart, endPart) = plan.TaskRange(task);
            for (var group = firstGroup; group < endGroup; group++)
            {
                Apply(group, firstPart, endPart);
            }
        }

        public void Apply(int group, int firstPart, int endPart)
        {
            if (dx is not { } gradient)
            {
                return;
            }

            var factors = new NormalizedRows(norm, plan, slope: 0).GradientFactors(partials, group);
            var row = new NormRow(norm.Mean.Pointer()[group], 0, 0, 0);
            for (var part = firstPart; part < endPart; part++)
            {
                for (var runs = plan.Runs(part); runs.MoveNext();)
                {
                    var at = plan.Start(group, runs);
                    NormRows.ApplyGradient<Identity>(
                        norm.X.Pointer() + at, dy.Pointer() + at, gradient.Pointer() + at, runs.Count, row, factors);
                }
            }
        }
    }

    private readonly struct JoinParameterGradientsTask(
        Normalization norm, DeviceSpan? dweight, DeviceSpan? dbias, GradientSums* partials, NormPlan plan) : ITask
    {
        public void Run(int task, int worker)
        {
            var (start, count) = Blocks.Range(task, plan.Channels);
            for (var channel = (int)start; channel < start + count; channel++)
            {
                double weightSum = 0;
                double biasSum = 0;
                for (var group = channel; group < plan.Groups; group += plan.Channels)
                {
                    var sums = NormGroups.Join(partials, plan, group);
                    biasSum += sums.Gradient;
                    weightSum += sums.CentredProduct(plan.GroupSize) * NormGroups.InverseDeviation(
                        norm.Variance.Pointer()[group], norm.Epsilon);
                }

                if (dweight is { } forWeight)
                {
                    forWeight.Pointer()[channel] = (float)weightSum;
                }

                if (dbias is { } forBias)
                {
                    forBias.Pointer()[channel] = (float)biasSum;
                }
            }
        }
    }
}
