using IlgpuGan.Tensors.Devices.Functions;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <content>Batch normalisation of small planes, by columns.</content>
internal sealed unsafe partial class CpuKernels
{
    /// <summary>Blocks of a task.</summary>
    private static (int First, int End) BlocksOf(int task, in NormPlan plan)
    {
        var (first, end) = Blocks.Rows(task, plan.ColumnBlocks, plan.ColumnBlockSize);
        return ((int)first, (int)end);
    }

    private static int BlockTasks(in NormPlan plan) => Blocks.RowTasks(plan.ColumnBlocks, plan.ColumnBlockSize);

    private void NormalizeByColumns(
        in NormalizedRows rows, DeviceSpan? addend, DeviceSpan y, in NormBranch? branch, bool takesMoments, UnaryFunction? activation) =>
        For(BlockTasks(rows.Plan), new ColumnNormTask(rows, addend, y, branch, takesMoments, _groupScratch), activation);

    private readonly struct ColumnMomentsTask(DeviceSpan x, DeviceSpan mean, DeviceSpan variance, NormPlan plan, Scratch[] scratch) : ITask
    {
        public void Run(int task, int worker)
        {
            var (first, end) = BlocksOf(task, plan);
            for (var b = first; b < end; b++)
            {
                var block = new ColumnBlock(plan, b);
                SetMoments(block.Of(x), block, mean, variance, scratch[worker]);
            }
        }

        /// <summary>
        /// As <see cref="NormGroups.PartMoments"/>: deviations from a sample's mean, and where that lies far from the mean, again from the
        /// mean just found.
        /// </summary>
        public static void SetMoments(float* x, in ColumnBlock block, DeviceSpan mean, DeviceSpan variance, Scratch scratch)
        {
            var width = block.Width;
            var deviations = scratch.Doubles(3L * width);
            var squares = deviations + width;
            var centre = (float*)(squares + width);
            new Span<float>(centre, width).Clear();
            for (var channel = 0; channel < block.Count; channel++)
            {
                block.Fill(centre, channel, NormRows.Sample(x + ((long)channel * block.Pixels), block.Pixels));
            }

            var isFar = true;
            for (var pass = 0; pass < 2 && isFar; pass++)
            {
                NormColumns.Deviations(x, block, centre, deviations, squares);
                isFar = false;
                double count = (long)block.Rows * block.Pixels;
                for (var channel = 0; channel < block.Count; channel++)
                {
                    var offset = block.Sum(deviations, channel) / count;
                    var deviation = (block.Sum(squares, channel) / count) - (offset * offset);
                    var average = centre[(long)channel * block.Pixels] + offset;
                    mean.Pointer()[block.First + channel] = (float)average;
                    variance.Pointer()[block.First + channel] = (float)deviation;
                    if (offset * offset > 4 * deviation)
                    {
                        block.Fill(centre, channel, (float)average);
                        isFar = true;
                    }
                }
            }
        }
    }

    private readonly struct ColumnNormTask(
        NormalizedRows rows, DeviceSpan? addend, DeviceSpan y, NormBranch? branch, bool takesMoments, Scratch[] scratch) : IActivatedTask
    {
        public void Run<TActivation>(int task, int worker)
            where TActivation : struct, ILaneFunction
        {
            var (first, end) = BlocksOf(task, rows.Plan);
            for (var b = first; b < end; b++)
            {
                var block = new ColumnBlock(rows.Plan, b);
                var x = block.Of(rows.X);
                if (takesMoments)
                {
                    ColumnMomentsTask.SetMoments(x, block, rows.Mean, rows.Variance, scratch[worker]);
                }

                var row = rows.Columns(block, scratch[worker].Floats(3L * block.Width));
                var added = addend is { } more ? block.Of(more) : null;
                if (branch is { Activation: UnaryFunction.Relu } relu)
                {
                    // Written first, since the result may overwrite x.
                    NormColumns.Apply<Relu>(x, added, block.Of(relu.Y), block, row with { Slope = relu.Slope });
                }
                else if (branch is { } leaky)
                {
                    NormColumns.Apply<LeakyRelu>(x, added, block.Of(leaky.Y), block, row with { Slope = leaky.Slope });
                }

                NormColumns.Apply<TActivation>(x, added, block.Of(y), block, row);
            }
        }
    }

    private readonly struct ColumnGradientTask(
        NormalizedRows rows, DeviceSpan dy, (DeviceSpan Addend, DeviceSpan All)? sum, DeviceSpan? dx, GradientSums* partials,
        Scratch[] scratch) : IActivatedTask
    {
        public void Run<TActivation>(int task, int worker)
            where TActivation : struct, ILaneFunction
        {
            var (first, end) = BlocksOf(task, rows.Plan);
            for (var b = first; b < end; b++)
            {
                var block = new ColumnBlock(rows.Plan, b);

                // Sums of three kinds for each column, then four rows of floats: the coefficients' three, and zeros.
                var sums = scratch[worker].Doubles(5L * block.Width);
                var row = rows.Columns(block, (float*)(sums + (3L * block.Width)));
                if (sum is var (addend, all))
                {
                    NormColumns.AddGradient<TActivation>(
                        block.Of(rows.X), block.Of(dy), block.Of(addend), block.Of(all), block, row);
                    Finish<Identity>(all, sums, block, row);
                }
                else
                {
                    Finish<TActivation>(dy, sums, block, row);
                }
            }
        }

        private void Finish<TFunction>(DeviceSpan source, double* sums, in ColumnBlock block, in ColumnCoefficients row)
            where TFunction : struct, ILaneFunction
        {
            var width = block.Width;
            var products = sums + width;
            var deviations = products + width;
            var zeros = row.Shift + width; // The last of the coefficients' rows is the shift.
            new Span<float>(zeros, width).Clear();
            NormColumns.GradientSums<TFunction>(block.Of(rows.X), block.Of(source), block, row, zeros, sums);
            for (var channel = 0; channel < block.Count; channel++)
            {
                partials[block.First + channel] = new GradientSums
                {
                    Gradient = block.Sum(sums, channel),
                    Product = block.Sum(products, channel),
                    Deviation = block.Sum(deviations, channel),
                };
            }

            if (dx is not { } gradient)
            {
                return;
            }

            // The sums of the columns are no longer needed.
            var scales = (float*)sums;
            for (var channel = 0; channel < block.Count; channel++)
            {
                var factors = rows.GradientFactors(partials, block.First + channel);
                block.Fill(scales, channel, factors.Dy);
                block.Fill(scales + width, channel, factors.X);
                block.Fill(scales + (2 * width), channel, factors.Term);
            }

            NormColumns.ApplyGradient<TFunction>(block.Of(rows.X), block.Of(source), block.Of(gradient), block, row, scales);
        }
    }
}
