namespace IlgpuGan.Tensors.Devices.Cpu;

internal sealed unsafe partial class CpuKernels
{
    public void Moments(DeviceSpan x, DeviceSpan mean, DeviceSpan variance, in NormGeometry g)
    {
        var plan = new NormPlan(g);
        var partials = _scratch.Doubles(2L * plan.Groups * plan.Parts);
        For(plan.Tasks, new MomentsTask(x, partials, plan));
        For(Blocks.Count(plan.Groups), new JoinMomentsTask(partials, mean, variance, plan));
    }

    public void Normalize(
        DeviceSpan x, DeviceSpan mean, DeviceSpan variance, DeviceSpan? weight, DeviceSpan? bias, DeviceSpan y, in NormGeometry g, float epsilon) =>
        For(Blocks.Count(y.Length), new NormalizeTask(x, mean, variance, weight, bias, y, g, epsilon));

    public void NormalizeGradient(
        DeviceSpan x, DeviceSpan mean, DeviceSpan variance, DeviceSpan? weight, DeviceSpan dy,
        DeviceSpan? dx, DeviceSpan? dweight, DeviceSpan? dbias, in NormGeometry g, float epsilon)
    {
        var plan = new NormPlan(g);
        var partials = (GradientSums*)_scratch.Doubles((long)plan.Groups * plan.Parts * sizeof(GradientSums) / sizeof(double));
        var apply = new GradientApply(x, mean, variance, weight, dy, dx, partials, plan, epsilon);
        For(plan.Tasks, new GradientSumsTask(x, mean, dy, partials, plan, apply));
        if (dx is not null && !plan.WholeGroups)
        {
            For(plan.Tasks, apply);
        }

        if (dweight is not null || dbias is not null)
        {
            For(Blocks.Count(plan.Channels), new JoinParameterGradientsTask(variance, dweight, dbias, partials, plan, epsilon));
        }
    }

    /// <summary>1 / √(variance + ε).</summary>
    private static double InverseDeviation(float variance, float epsilon) => 1 / Math.Sqrt((double)variance + epsilon);

    /// <summary>
    /// Mean and Σ (x − mean)² of each part, in two passes over what the cache holds. The first finds a centre close to the mean;
    /// the second sums deviations from it, so that nothing large cancels.
    /// </summary>
    private readonly struct MomentsTask(DeviceSpan x, double* partials, NormPlan plan) : ITask
    {
        public void Run(int task, int worker)
        {
            var (firstGroup, endGroup, firstPart, endPart) = plan.Share(task);
            for (var group = firstGroup; group < endGroup; group++)
            {
                for (var part = firstPart; part < endPart; part++)
                {
                    double sum = 0;
                    for (var runs = plan.Runs(part); runs.MoveNext();)
                    {
                        sum += NormRows.Sum(x.Pointer() + plan.Start(group, runs), runs.Count);
                    }

                    double count = plan.PartSize(part);
                    var centre = (float)(sum / count);
                    var (deviations, squares) = (0.0, 0.0);
                    for (var runs = plan.Runs(part); runs.MoveNext();)
                    {
                        var (deviation, square) = NormRows.Deviations(x.Pointer() + plan.Start(group, runs), runs.Count, centre);
                        deviations += deviation;
                        squares += square;
                    }

                    var partial = partials + (2 * (((long)group * plan.Parts) + part));
                    (partial[0], partial[1]) = (centre + (deviations / count), squares - (deviations * deviations / count));
                }
            }
        }
    }

    /// <summary>Joins the parts of each group in order (Chan, Golub and LeVeque 1979).</summary>
    private readonly struct JoinMomentsTask(double* partials, DeviceSpan mean, DeviceSpan variance, NormPlan plan) : ITask
    {
        public void Run(int task, int worker)
        {
            var (start, count) = Blocks.Range(task, plan.Groups);
            for (var group = start; group < start + count; group++)
            {
                var partial = partials + (2 * group * plan.Parts);
                var (average, deviations) = (partial[0], partial[1]);
                double seen = plan.PartSize(0);
                for (var part = 1; part < plan.Parts; part++)
                {
                    double more = plan.PartSize(part);
                    var difference = partial[2 * part] - average;
                    var total = seen + more;
                    average += difference * more / total;
                    deviations += partial[(2 * part) + 1] + (difference * difference * seen * more / total);
                    seen = total;
                }

                mean.Pointer()[group] = (float)average;
                variance.Pointer()[group] = (float)(deviations / seen);
            }
        }
    }

    private readonly struct NormalizeTask(
        DeviceSpan x, DeviceSpan mean, DeviceSpan variance, DeviceSpan? weight, DeviceSpan? bias, DeviceSpan y, NormGeometry g, float epsilon)
        : ITask
    {
        public void Run(int task, int worker)
        {
            var (start, count) = Blocks.Range(task, y.Length);
            for (var rows = new RowPieces(start, count, g.Inner); rows.MoveNext();)
            {
                var channel = rows.Row % g.Channels;
                var group = g.PerInstance ? rows.Row : channel;
                var scale = InverseDeviation(variance.Pointer()[group], epsilon) * (weight is { } w ? w.Pointer()[channel] : 1);
                var shift = bias is { } b ? b.Pointer()[channel] : 0;
                NormRows.Apply(
                    x.Pointer() + rows.Position, y.Pointer() + rows.Position, rows.Count, mean.Pointer()[group], (float)scale, shift);
            }
        }
    }

    /// <summary>The sums of each part; and dx at once where the task holds whole groups, still in the cache.</summary>
    private readonly struct GradientSumsTask(
        DeviceSpan x, DeviceSpan mean, DeviceSpan dy, GradientSums* partials, NormPlan plan, GradientApply apply) : ITask
    {
        public void Run(int task, int worker)
        {
            var (firstGroup, endGroup, firstPart, endPart) = plan.Share(task);
            for (var group = firstGroup; group < endGroup; group++)
            {
                for (var part = firstPart; part < endPart; part++)
                {
                    var sums = default(GradientSums);
                    for (var runs = plan.Runs(part); runs.MoveNext();)
                    {
                        var at = plan.Start(group, runs);
                        NormRows.AddGradientSums(x.Pointer() + at, dy.Pointer() + at, runs.Count, mean.Pointer()[group], ref sums);
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

    /// <summary>
    /// dx = w·r · (dy − Σdy/m − (x − mean) · r² · Σdy·(x − mean)/m) with r = 1/√(variance + ε) and m elements in a group:
    /// the mean and the variance depend on every x.
    /// </summary>
    private readonly struct GradientApply(
        DeviceSpan x, DeviceSpan mean, DeviceSpan variance, DeviceSpan? weight, DeviceSpan dy, DeviceSpan? dx,
        GradientSums* partials, NormPlan plan, float epsilon) : ITask
    {
        public void Run(int task, int worker)
        {
            var (firstGroup, endGroup, firstPart, endPart) = plan.Share(task);
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

            var sums = Sums(partials, plan, group);
            var r = InverseDeviation(variance.Pointer()[group], epsilon);
            var scale = r * (weight is { } w ? w.Pointer()[plan.Channel(group)] : 1);
            var xScale = -scale * r * r * sums.CentredProduct(plan.GroupSize) / plan.GroupSize;
            var shift = -scale * sums.Gradient / plan.GroupSize;
            for (var part = firstPart; part < endPart; part++)
            {
                for (var runs = plan.Runs(part); runs.MoveNext();)
                {
                    var at = plan.Start(group, runs);
                    NormRows.ApplyGradient(
                        x.Pointer() + at, dy.Pointer() + at, gradient.Pointer() + at, runs.Count,
                        mean.Pointer()[group], (float)scale, (float)xScale, (float)shift);
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
                    var sums = Sums(partials, plan, group);
                    biasSum += sums.Gradient;
                    weightSum += sums.CentredProduct(plan.GroupSize) * InverseDeviation(variance.Pointer()[group], epsilon);
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

    /// <summary>The sums of a group, its parts added in order.</summary>
    private static GradientSums Sums(GradientSums* partials, in NormPlan plan, int group)
    {
        var first = (long)group * plan.Parts;
        var sums = partials[first];
        for (var part = 1; part < plan.Parts; part++)
        {
            sums.Gradient += partials[first + part].Gradient;
            sums.Product += partials[first + part].Product;
            sums.Deviation += partials[first + part].Deviation;
        }

        return sums;
    }
}
