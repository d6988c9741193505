using IlgpuGan.Tensors.Devices.Functions;

namespace IlgpuGan.Tensors.Devices.Cpu;

internal sealed unsafe partial class CpuKernels
{
    /// <summary>Scratch memory of each worker for a group: before its padding, or after the padding's gradient was folded back.</summary>
    private readonly Scratch[] _groupScratch = [.. Enumerable.Range(0, threads.Count).Select(_ => new Scratch())];

    public bool FusesNorms => true;

    public bool SumsNormGradients => true;

    public void NormTo(
        DeviceSpan x, DeviceSpan mean, DeviceSpan variance, DeviceSpan? weight, DeviceSpan? bias, DeviceSpan? addend,
        DeviceSpan y, bool keepY, DeviceSpan? padded, in NormBranch? branch, in TrackedStatistics? tracked, in NormGeometry g,
        float epsilon, in NormTail tail)
    {
        if (tail.Dropout is not null)
        {
            Composition.NormTo(this, x, mean, variance, weight, bias, addend, y, padded, branch, tracked, g, epsilon, tail);
            return;
        }

        var plan = new NormPlan(g);
        if (!plan.WholeGroups)
        {
            InParts(x, mean, variance, weight, bias, addend, y, padded, branch, tracked, g, epsilon, tail);
            return;
        }

        var rows = new NormalizedRows(x, mean, variance, weight, bias, plan, epsilon, tail.Slope);
        if (plan.UsesChannelLanes && tail.Pad is null)
        {
            NormalizeByChannels(rows, addend, y, branch, (mean, variance), tail.Activation);
            Track(mean, variance, tracked);
            return;
        }

        DeviceSpan? result = keepY || padded is null ? y : null;
        switch (tail.Activation)
        {
            case null: For(plan.Tasks, new NormToTask<Identity>(rows, addend, result, padded, branch, tail, _groupScratch)); break;
            case UnaryFunction.Relu:
                For(plan.Tasks, new NormToTask<Relu>(rows, addend, result, padded, branch, tail, _groupScratch));
                break;
            case UnaryFunction.LeakyRelu:
                For(plan.Tasks, new NormToTask<LeakyRelu>(rows, addend, result, padded, branch, tail, _groupScratch));
                break;
            default: throw new ArgumentOutOfRangeException(nameof(tail), tail, message: null);
        }

        Track(mean, variance, tracked);
    }

    public void NormalizeTo(
        DeviceSpan x, DeviceSpan mean, DeviceSpan variance, DeviceSpan? weight, DeviceSpan? bias, DeviceSpan? addend,
        DeviceSpan y, in NormBranch? branch, in NormGeometry g, float epsilon, in NormTail tail)
    {
        var plan = new NormPlan(g);
        if (plan.UsesChannelLanes)
        {
            var rows = new NormalizedRows(x, mean, variance, weight, bias, plan, epsilon, tail.Slope);
            NormalizeByChannels(rows, addend, y, branch, moments: null, tail.Activation);
            return;
        }

        switch (tail.Activation)
        {
            case null:
                For(
                    Blocks.Count(y.Length),
                    new NormalizeTask<Identity>(x, mean, variance, weight, bias, addend, y, branch, g, epsilon, tail.Slope));
                break;
            case UnaryFunction.Relu:
                For(
                    Blocks.Count(y.Length),
                    new NormalizeTask<Relu>(x, mean, variance, weight, bias, addend, y, branch, g, epsilon, tail.Slope));
                break;
            case UnaryFunction.LeakyRelu:
                For(
                    Blocks.Count(y.Length),
                    new NormalizeTask<LeakyRelu>(x, mean, variance, weight, bias, addend, y, branch, g, epsilon, tail.Slope));
                break;
            default: throw new ArgumentOutOfRangeException(nameof(tail), tail, message: null);
        }
    }

    /// <summary>For groups too large for a core's cache: separate passes for moments, normalisation with activation, and padding.</summary>
    private void InParts(
        DeviceSpan x, DeviceSpan mean, DeviceSpan variance, DeviceSpan? weight, DeviceSpan? bias, DeviceSpan? addend,
        DeviceSpan y, DeviceSpan? padded, in NormBranch? branch, in TrackedStatistics? tracked, in NormGeometry g, float epsilon,
        in NormTail tail)
    {
        Moments(x, mean, variance, g);
        Track(mean, variance, tracked);
        NormalizeTo(x, mean, variance, weight, bias, addend, y, branch, g, epsilon, tail);
        if (tail.Pad is { } pad && padded is { } destination)
        {
            Pad(tail.PadMode, tail.PadValue, y, destination, pad);
        }
    }

    private void Track(DeviceSpan mean, DeviceSpan variance, in TrackedStatistics? tracked)
    {
        if (tracked is { } past)
        {
            ((IKernels)this).TrackStatistics(mean, variance, past.Mean, past.Variance, past.Batches, past.Momentum, past.Correction);
        }
    }

    public void NormToGradient(
        DeviceSpan x, DeviceSpan mean, DeviceSpan variance, DeviceSpan? weight, DeviceSpan? bias, DeviceSpan dy, DeviceSpan? sum,
        DeviceSpan? dz,
        DeviceSpan dx, DeviceSpan? dweight, DeviceSpan? dbias, in NormGradientBranch? branch, in NormGeometry g, float epsilon,
        in NormTail tail)
    {
        var plan = new NormPlan(g);
        if (!plan.WholeGroups || tail.Dropout is not null || branch is not null)
        {
            Composition.NormToGradient(this, x, mean, variance, weight, bias, dy, sum, dz, dx, dweight, dbias, branch, g, epsilon, tail);
            return;
        }

        var rows = new NormalizedRows(x, mean, variance, weight, bias, plan, epsilon, tail.Slope);
        var partials = GradientPartials(plan);
        if (plan.UsesChannelLanes && tail.Pad is null)
        {
            GradientByChannels(rows, dy, sum, dx, partials, tail.Activation);
            JoinParameterGradients(variance, dweight, dbias, partials, plan, epsilon);
            return;
        }

        switch (tail.Activation)
        {
            case null: For(plan.Tasks, new NormToGradientTask<Identity>(rows, dy, sum, dx, partials, tail, _groupScratch)); break;
            case UnaryFunction.Relu: For(plan.Tasks, new NormToGradientTask<Relu>(rows, dy, sum, dx, partials, tail, _groupScratch)); break;
            case UnaryFunction.LeakyRelu:
                For(plan.Tasks, new NormToGradientTask<LeakyRelu>(rows, dy, sum, dx, partials, tail, _groupScratch));
                break;
            default: throw new ArgumentOutOfRangeException(nameof(tail), tail, message: null);
        }

        JoinParameterGradients(variance, dweight, dbias, partials, plan, epsilon);
    }

    /// <summary>The operands of a normalisation.</summary>
    private readonly struct NormalizedRows(
        DeviceSpan x, DeviceSpan mean, DeviceSpan variance, DeviceSpan? weight, DeviceSpan? bias, NormPlan plan, float epsilon, float slope)
    {
        public NormPlan Plan => plan;

        public float* X => x.Pointer();

        public void SetMoments(int group, (float Mean, float Variance) moments) =>
            (mean.Pointer()[group], variance.Pointer()[group]) = moments;

        public NormRow Row(int group) =>
            NormGroups.Row(mean.Pointer()[group], variance.Pointer()[group], weight, bias, plan.Channel(group), epsilon, slope);

        /// <summary>The coefficients of a block's channels, one channel per lane.</summary>
        public NormLanes Lanes(in ChannelBlock block)
        {
            Span<NormRow> channels = stackalloc NormRow[block.Count];
            for (var lane = 0; lane < channels.Length; lane++)
            {
                channels[lane] = Row(block.First + lane);
            }

            return NormLanes.Of(channels);
        }

        public (float Dy, float X, float Term) GradientFactors(GradientSums* partials, int group) => NormGroups.GradientFactors(
            NormGroups.Join(partials, plan, group), variance.Pointer()[group], weight, plan.Channel(group), plan.GroupSize, epsilon);
    }

    /// <summary>Reads each group from memory once: the passes after the first find it in the core's cache.</summary>
    private readonly struct NormToTask<TActivation>(
        NormalizedRows rows, DeviceSpan? addend, DeviceSpan? y, DeviceSpan? padded, NormBranch? branch, NormTail tail,
        Scratch[] scratch) : ITask
        where TActivation : struct, ILaneFunction
    {
        public void Run(int task, int worker)
        {
            var plan = rows.Plan;
            var (firstGroup, endGroup, _, parts) = plan.TaskRange(task);
            var partials = stackalloc double[2 * parts];
            for (var group = firstGroup; group < endGroup; group++)
            {
                for (var part = 0; part < parts; part++)
                {
                    (partials[2 * part], partials[(2 * part) + 1]) = NormGroups.PartMoments(rows.X, plan, group, part);
                }

                rows.SetMoments(group, NormGroups.Join(partials, plan));
                var row = rows.Row(group);
                for (var plane = 0; plane < plan.Planes; plane++)
                {
                    Finish(plan.Plane(group, plane), row, worker);
                }
            }
        }

        private void Finish(long plane, in NormRow row, int worker)
        {
            var pixels = rows.Plan.Inner;
            var at = plane * pixels;
            var result = y is { } kept ? kept.Pointer() + at : scratch[worker].Floats(pixels);
            NormRows.Apply<TActivation>(rows.X, addend, result, branch, at, pixels, row);
            if (tail.Pad is { } pad && padded is { } wider)
            {
                var border = new PadRows(tail.PadMode, tail.PadValue, pad);
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
    /// activation's gradient in the same pass, then writes dx.
    /// </summary>
    private readonly struct NormToGradientTask<TActivation>(
        NormalizedRows rows, DeviceSpan dy, DeviceSpan? sum, DeviceSpan dx, GradientSums* partials, NormTail tail,
        Scratch[] scratch) : ITask
        where TActivation : struct, ILaneFunction
    {
        public void Run(int task, int worker)
        {
            var plan = rows.Plan;
            var (firstGroup, endGroup, _, _) = plan.TaskRange(task);
            for (var group = firstGroup; group < endGroup; group++)
            {
                var folded = tail.Pad is { } pad ? Fold(pad, group, worker) : null;
                var row = rows.Row(group);
                if (sum is { } all)
                {
                    AddTo(all, group, folded, row);
                    Finish<Identity>(group, all, null, row);
                }
                else
                {
                    Finish<TActivation>(group, dy, folded, row);
                }
            }
        }

        private void AddTo(DeviceSpan all, int group, float* folded, in NormRow row)
        {
            var plan = rows.Plan;
            for (var part = 0; part < plan.Parts; part++)
            {
                for (var runs = plan.Runs(part); runs.MoveNext();)
                {
                    var at = plan.Start(group, runs);
                    NormRows.AddGradient<TActivation>(rows.X + at, Gradient(dy, folded, runs, at), all.Pointer() + at, runs.Count, row);
                }
            }
        }

        private void Finish<TFunction>(int group, DeviceSpan source, float* folded, in NormRow row)
            where TFunction : struct, ILaneFunction
        {
            var plan = rows.Plan;
            for (var part = 0; part < plan.Parts; part++)
            {
                var sums = default(GradientSums);
                for (var runs = plan.Runs(part); runs.MoveNext();)
                {
                    var at = plan.Start(group, runs);
                    NormRows.AddGradientSums<TFunction>(rows.X + at, Gradient(source, folded, runs, at), runs.Count, row, ref sums);
                }

                partials[((long)group * plan.Parts) + part] = sums;
            }

            var (dyFactor, xFactor, rest) = rows.GradientFactors(partials, group);
            for (var part = 0; part < plan.Parts; part++)
            {
                for (var runs = plan.Runs(part); runs.MoveNext();)
                {
                    var at = plan.Start(group, runs);
                    NormRows.ApplyGradient<TFunction>(
                        rows.X + at, Gradient(source, folded, runs, at), dx.Pointer() + at, runs.Count, row, dyFactor, xFactor, rest);
                }
            }
        }

        /// <summary>The gradient of a group's planes before padding, contiguous.</summary>
        private float* Fold(in PadGeometry pad, int group, int worker)
        {
            var plan = rows.Plan;
            var border = new PadGradientRows(tail.PadMode, pad);
            var folded = scratch[worker].Floats(plan.GroupSize);
            for (var plane = 0; plane < plan.Planes; plane++)
            {
                var source = dy.Pointer() + (plan.Plane(group, plane) * pad.OutH * pad.OutW);
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
