using System.Runtime.Intrinsics;
using IlgpuGan.Tensors.Devices.Functions;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <content>Batch normalisation of small planes, sixteen channels at a time.</content>
internal sealed unsafe partial class CpuKernels
{
    private static int BlockTasks(in NormPlan plan) => Blocks.RowTasks(plan.ChannelBlocks, plan.GroupSize * Lanes.Count);

    private static (int First, int End) BlocksOf(int task, in NormPlan plan)
    {
        var (first, end) = Blocks.Rows(task, plan.ChannelBlocks, plan.GroupSize * Lanes.Count);
        return ((int)first, (int)end);
    }

    private void NormalizeByChannels(
        in NormalizedRows rows, DeviceSpan? addend, DeviceSpan y, in NormBranch? branch, (DeviceSpan Mean, DeviceSpan Variance)? moments,
        UnaryFunction? activation)
    {
        var tasks = BlockTasks(rows.Plan);
        switch (activation)
        {
            case null: For(tasks, new ColumnNormTask<Identity>(rows, addend, y, branch, moments, _groupScratch)); break;
            case UnaryFunction.Relu: For(tasks, new ColumnNormTask<Relu>(rows, addend, y, branch, moments, _groupScratch)); break;
            case UnaryFunction.LeakyRelu: For(tasks, new ColumnNormTask<LeakyRelu>(rows, addend, y, branch, moments, _groupScratch)); break;
            default: throw new ArgumentOutOfRangeException(nameof(activation), activation, message: null);
        }
    }

    private void GradientByChannels(
        in NormalizedRows rows, DeviceSpan dy, DeviceSpan? sum, DeviceSpan? dx, GradientSums* partials, UnaryFunction? activation)
    {
        var tasks = BlockTasks(rows.Plan);
        switch (activation)
        {
            case null: For(tasks, new ColumnGradientTask<Identity>(rows, dy, sum, dx, partials, _groupScratch)); break;
            case UnaryFunction.Relu: For(tasks, new ColumnGradientTask<Relu>(rows, dy, sum, dx, partials, _groupScratch)); break;
            case UnaryFunction.LeakyRelu: For(tasks, new ColumnGradientTask<LeakyRelu>(rows, dy, sum, dx, partials, _groupScratch)); break;
            default: throw new ArgumentOutOfRangeException(nameof(activation), activation, message: null);
        }
    }

    private readonly struct ColumnMomentsTask(DeviceSpan x, DeviceSpan mean, DeviceSpan variance, NormPlan plan, Scratch[] scratch) : ITask
    {
        public void Run(int task, int worker)
        {
            var (first, end) = BlocksOf(task, plan);
            for (var b = first; b < end; b++)
            {
                var block = new ChannelBlock(plan, b);
                SetMoments(block.Read(x.Pointer(), scratch[worker].Floats((long)block.Rows * Lanes.Count)), block, mean, variance);
            }
        }

        public static void SetMoments(float* columns, in ChannelBlock block, DeviceSpan mean, DeviceSpan variance)
        {
            for (var half = 0; half < block.Count; half += Vector512<double>.Count)
            {
                var (means, squares) = NormColumns.Moments(columns + half, block);
                for (var lane = 0; lane < Math.Min(Vector512<double>.Count, block.Count - half); lane++)
                {
                    var channel = block.First + half + lane;
                    mean.Pointer()[channel] = (float)means[lane];
                    variance.Pointer()[channel] = (float)(squares[lane] / block.Rows);
                }
            }
        }
    }

    /// <summary>Normalises with the given moments, or computes and stores those of x first.</summary>
    private readonly struct ColumnNormTask<TActivation>(
        NormalizedRows rows, DeviceSpan? addend, DeviceSpan y, NormBranch? branch, (DeviceSpan Mean, DeviceSpan Variance)? moments,
        Scratch[] scratch) : ITask
        where TActivation : struct, ILaneFunction
    {
        public void Run(int task, int worker)
        {
            var plan = rows.Plan;
            var (first, end) = BlocksOf(task, plan);
            for (var b = first; b < end; b++)
            {
                var block = new ChannelBlock(plan, b);
                var size = (long)block.Rows * Lanes.Count;
                var copies = scratch[worker].Floats(3 * size);
                var columns = block.Read(rows.X, copies);
                if (moments is { } found)
                {
                    ColumnMomentsTask.SetMoments(columns, block, found.Mean, found.Variance);
                }

                var lanes = rows.Lanes(block);
                var added = addend is { } more ? block.Read(more.Pointer(), copies + (2 * size)) : null;
                if (branch is { } other)
                {
                    // Written first, since the result may overwrite x.
                    var target = block.Place(other.Y.Pointer(), copies + size);
                    var slopes = lanes with { Slope = Vector512.Create(other.Slope) };
                    if (other.Activation == UnaryFunction.Relu)
                    {
                        NormColumns.Apply<Relu>(columns, added, target, block, slopes);
                    }
                    else
                    {
                        NormColumns.Apply<LeakyRelu>(columns, added, target, block, slopes);
                    }

                    block.Write(target, other.Y.Pointer());
                }

                var result = block.Place(y.Pointer(), copies + size);
                NormColumns.Apply<TActivation>(columns, added, result, block, lanes);
                block.Write(result, y.Pointer());
            }
        }
    }

    private readonly struct ColumnGradientTask<TActivation>(
        NormalizedRows rows, DeviceSpan dy, DeviceSpan? sum, DeviceSpan? dx, GradientSums* partials, Scratch[] scratch) : ITask
        where TActivation : struct, ILaneFunction
    {
        public void Run(int task, int worker)
        {
            var plan = rows.Plan;
            var (first, end) = BlocksOf(task, plan);
            for (var b = first; b < end; b++)
            {
                var block = new ChannelBlock(plan, b);
                var size = (long)block.Rows * Lanes.Count;
                var copies = scratch[worker].Floats(4 * size);
                var columns = block.Read(rows.X, copies);
                var gradients = block.Read(dy.Pointer(), copies + size);
                var lanes = rows.Lanes(block);
                if (sum is { } all)
                {
                    var total = block.Read(all.Pointer(), copies + (2 * size));
                    NormColumns.AddGradient<TActivation>(columns, gradients, total, block, lanes);
                    block.Write(total, all.Pointer());
                    Finish<Identity>(columns, total, copies + (3 * size), block, lanes);
                }
                else
                {
                    Finish<TActivation>(columns, gradients, copies + (3 * size), block, lanes);
                }
            }
        }

        private void Finish<TFunction>(float* columns, float* gradients, float* copy, in ChannelBlock block, in NormLanes lanes)
            where TFunction : struct, ILaneFunction
        {
            NormColumns.GradientSums<TFunction>(
                columns, gradients, block, lanes, new Span<GradientSums>(partials + block.First, block.Count));
            if (dx is not { } gradient)
            {
                return;
            }

            var factors = stackalloc float[3 * Lanes.Count];
            new Span<float>(factors, 3 * Lanes.Count).Clear();
            for (var lane = 0; lane < block.Count; lane++)
            {
                (factors[lane], factors[Lanes.Count + lane], factors[(2 * Lanes.Count) + lane]) =
                    rows.GradientFactors(partials, block.First + lane);
            }

            var result = block.Place(gradient.Pointer(), copy);
            NormColumns.ApplyGradient<TFunction>(
                columns, gradients, result, block, lanes, Vector512.Load(factors), Vector512.Load(factors + Lanes.Count),
                Vector512.Load(factors + (2 * Lanes.Count)));
            block.Write(result, gradient.Pointer());
        }
    }
}
