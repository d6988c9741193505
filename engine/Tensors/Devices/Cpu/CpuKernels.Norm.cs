using IlgpuGan.Tensors.Devices.Functions;

namespace IlgpuGan.Tensors.Devices.Cpu;

internal sealed unsafe partial class CpuKernels
{
    public void Moments(DeviceSpan x, DeviceSpan mean, DeviceSpan variance, in NormGeometry g)
    {
        var plan = new NormPlan(g);
        if (plan.UsesChannelLanes)
        {
            For(BlockTasks(plan), new ColumnMomentsTask(x, mean, variance, plan, _groupScratch));
            return;
        }

        var partials = _scratch.Doubles(2L * plan.Groups * plan.Parts);
        For(plan.Tasks, new MomentsTask(x, partials, plan));
        For(Blocks.Count(plan.Groups), new JoinMomentsTask(partials, mean, variance, plan));
    }

    public void Normalize(
        DeviceSpan x, DeviceSpan mean, DeviceSpan variance, DeviceSpan? weight, DeviceSpan? bias, DeviceSpan y, in NormGeometry g,
        float epsilon) =>
        NormalizeTo(x, mean, variance, weight, bias, addend: null, y, branch: null, g, epsilon, default);

    public void NormalizeGradient(
        DeviceSpan x, DeviceSpan mean, DeviceSpan variance, DeviceSpan? weight, DeviceSpan dy,
        DeviceSpan? dx, DeviceSpan? dweight, DeviceSpan? dbias, in NormGeometry g, float epsilon)
    {
        var plan = new NormPlan(g);
        var partials = GradientPartials(plan);
        if (plan.UsesChannelLanes)
        {
            GradientByChannels(
                new NormalizedRows(x, mean, variance, weight, bias: null, plan, epsilon, slope: 0), dy, sum: null, dx, partials,
                activation: null);
            JoinParameterGradients(variance, dweight, dbias, partials, plan, epsilon);
            return;
        }

        var apply = new GradientApply(x, mean, variance, weight, dy, dx, partials, plan, epsilon);
        For(plan.Tasks, new GradientSumsTask(x, mean, dy, partials, plan, apply));
        if (dx is not null && !plan.WholeGroups)
        {
            For(plan.Tasks, apply);
        }

        JoinParameterGradients(variance, dweight, dbias, partials, plan, epsilon);
    }

    private GradientSums* GradientPartials(in NormPlan plan) =>
        (GradientSums*)_scratch.Doubles((long)plan.Groups * plan.Parts * sizeof(GradientSums) / sizeof(double));

    private void JoinParameterGradients(
        DeviceSpan variance, DeviceSpan? dweight, DeviceSpan? dbias, GradientSums* partials, in NormPlan plan, float epsilon)
    {
        if (dweight is not null || dbias is not null)
        {
            For(Blocks.Count(plan.Channels), new JoinParameterGradientsTask(variance, dweight, dbias, partials, plan, epsilon));
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

    private readonly struct NormalizeTask<TActivation>(
        DeviceSpan x, DeviceSpan mean, DeviceSpan variance, DeviceSpan? weight, DeviceSpan? bias, DeviceSpan? addend, DeviceSpan y,
        NormBranch? branch, NormGeometry g, float epsilon, float slope) : ITask
        where TActivation : struct, ILaneFunction
    {
        public void Run(int task, int worker)
        {
            var (start, count) = Blocks.Range(task, y.Length);
            for (var rows = new RowPieces(start, count, g.Inner); rows.MoveNext();)
            {
                var channel = (int)(rows.Row % g.Channels);
                var group = g.PerInstance ? rows.Row : channel;
                var row = NormGroups.Row(mean.Pointer()[group], variance.Pointer()[group], weight, bias, channel, epsilon, slope);
                NormRows.Apply<TActivation>(x.Pointer(), addend, y.Pointer() + rows.Position, branch, rows.Position, rows.Count, row);
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
        DeviceSpan x, DeviceSpan mean, DeviceSpan variance, DeviceSpan? weight, DeviceSpan dy, DeviceSpan? dx,
        GradientSums* partials, NormPlan plan, float epsilon) : ITask
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

            var sums = NormGroups.Join(partials, plan, group);
            var factors = NormGroups.GradientFactors(sums, variance.Pointer()[group], weight, plan.Channel(group), plan.GroupSize, epsilon);
            var row = new NormRow(mean.Pointer()[group], 0, 0, 0);
            for (var part = firstPart; part < endPart; part++)
            {
                for (var runs = plan.Runs(part); runs.MoveNext();)
                {
                    var at = plan.Start(group, runs);
                    NormRows.ApplyGradient<Identity>(
                        x.Pointer() + at, dy.Pointer() + at, gradient.Pointer() + at, runs.Count, row, factors.Dy, factors.X, factors.Term);
                }
            }
        }
    }

    private readonly struct JoinParameterGradientsTask(
        DeviceSpan variance, DeviceSpan? dweight, DeviceSpan? dbias, GradientSums* partials, NormPlan plan, float epsilon) : ITask
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
                    weightSum += sums.CentredProduct(plan.GroupSize) * NormGroups.InverseDeviation(variance.Pointer()[group], epsilon);
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
