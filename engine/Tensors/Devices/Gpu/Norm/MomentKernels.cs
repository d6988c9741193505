using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.Reductions;
using IlgpuGan.Tensors.Devices.Gpu.Registers;

namespace IlgpuGan.Tensors.Devices.Gpu.Norm;

/// <summary>
/// Mean and variance of each group. Sums are of differences from the group's first element, so that a large mean costs no digits.
/// </summary>
internal static class MomentKernels
{
    /// <summary>Elements whose moments a thread computes in registers.</summary>
    private const int Strip = 8;

    /// <summary>
    /// A group of threads for each group (grid X) and part (grid Y). Writes mean and variance; with several parts,
    /// <see cref="RunningMoments.Mean"/> and <see cref="RunningMoments.Squares"/> to the scratch, [2, part, group].
    /// </summary>
    public static void Take(ArrayView<float> x, ArrayView<float> mean, ArrayView<float> variance, ArrayView<float> scratch, NormLayout g)
    {
        var shared = SharedMemory.Allocate<float>(3 * GroupTree.MaxThreads);
        var (group, part) = (Grid.IdxX, Grid.IdxY);
        var moments = OfPart(x, g, group, part, shared);
        if (Group.IdxX != 0)
        {
            return;
        }

        if (g.Parts == 1)
        {
            (mean[group], variance[group]) = Of(moments, x[g.Place(group, 0)]);
        }
        else
        {
            scratch[(part * g.Groups) + group] = moments.Mean;
            scratch[((g.Parts + part) * g.Groups) + group] = moments.Squares;
        }
    }

    /// <summary>Joins the parts of each group in order; a thread for each group.</summary>
    public static void JoinParts(
        ArrayView<float> x, ArrayView<float> scratch, ArrayView<float> mean, ArrayView<float> variance, NormLayout g)
    {
        var group = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (group < g.Groups)
        {
            (mean[group], variance[group]) = Of(Joined(scratch, g, group), x[g.Place(group, 0)]);
        }
    }

    /// <summary>
    /// The moments of a part of a group, of differences from the group's first element, returned to each thread. All threads must call it.
    /// </summary>
    /// <param name="x">elements</param>
    /// <param name="g">layout of the groups</param>
    /// <param name="group">index of the group</param>
    /// <param name="part">index of the part</param>
    /// <param name="shared">shared memory of 3 · <see cref="GroupTree.MaxThreads"/> elements</param>
    public static RunningMoments OfPart(ArrayView<float> x, NormLayout g, int group, int part, ArrayView<float> shared)
    {
        var centre = x[g.Place(group, 0)];
        var end = Math.Min((part + 1) * g.PerPart, g.GroupElements);
        var moments = default(RunningMoments);
        for (var first = (part * g.PerPart) + Group.IdxX; first < end; first += Strip * Group.DimX)
        {
            moments = moments.Join(OfStrip(x, g, group, first, end, centre));
        }

        return JoinThreads(moments, shared);
    }

    /// <summary>The moments of a group, joined from its parts in order.</summary>
    public static RunningMoments Joined(ArrayView<float> scratch, NormLayout g, int group)
    {
        var moments = default(RunningMoments);
        for (var part = 0; part < g.Parts; part++)
        {
            var count = Math.Min(g.PerPart, g.GroupElements - (part * g.PerPart));
            moments = moments.Join(new RunningMoments(
                count * g.Unit, scratch[(part * g.Groups) + group], scratch[((g.Parts + part) * g.Groups) + group]));
        }

        return moments;
    }

    /// <summary>Mean and variance of a whole group whose first element is <paramref name="first"/>.</summary>
    public static (float Mean, float Variance) Of(RunningMoments moments, float first) =>
        (first + moments.Mean, moments.Squares / moments.Count);

    /// <summary>
    /// The moments of up to <see cref="Strip"/> elements, a group's width apart: their mean, then the deviations from it.
    /// </summary>
    private static RunningMoments OfStrip(ArrayView<float> x, NormLayout g, int group, int first, int end, float centre)
    {
        Differences differences = default;
        (differences.X, differences.Layout, differences.Group) = (x, g, group);
        (differences.First, differences.End, differences.Centre) = (first, end, centre);
        var values = Twice<Float4>.Make(ref differences, 0);
        var count = Math.Min((end - first + Group.DimX - 1) / Group.DimX, Strip);
        Sum sum = default;
        Twice<Float4>.Each(values, ref sum, 0);
        Squares squares = default;
        (squares.Average, squares.Count, squares.Unit) = (sum.Value / count, count, g.Unit);
        Twice<Float4>.Each(values, ref squares, 0);
        return new RunningMoments(count * g.Unit, squares.Average, squares.Value);
    }

    /// <summary>A thread's elements, or 0 beyond the end.</summary>
    private struct Differences : ISource<float>
    {
        public ArrayView<float> X;
        public NormLayout Layout;
        public int Group, First, End;
        public float Centre;

        public readonly float Get(int index)
        {
            var i = First + (index * ILGPU.Group.DimX);
            float value = 0;
            if (i < End)
            {
                value = X[Layout.Place(Group, i)] - Centre;
            }

            return value;
        }
    }

    private struct Sum : ITarget<float>
    {
        public float Value;

        public void Put(int index, float value) => Value += value;
    }

    private struct Squares : ITarget<float>
    {
        public float Average, Unit, Value;
        public int Count;

        public void Put(int index, float value)
        {
            var difference = value - Average;
            Value += index < Count ? difference * Unit * difference : 0;
        }
    }

    private static RunningMoments JoinThreads(RunningMoments moments, ArrayView<float> shared)
    {
        var thread = Group.IdxX;
        var counts = shared.SubView(0, GroupTree.MaxThreads);
        var means = shared.SubView(GroupTree.MaxThreads, GroupTree.MaxThreads);
        var squares = shared.SubView(2 * GroupTree.MaxThreads, GroupTree.MaxThreads);
        (counts[thread], means[thread], squares[thread]) = (moments.Count, moments.Mean, moments.Squares);
        Group.Barrier();
        for (var half = Group.DimX / 2; half > 0; half /= 2)
        {
            if (thread < half)
            {
                var other = thread + half;
                moments = moments.Join(new RunningMoments(counts[other], means[other], squares[other]));
                (counts[thread], means[thread], squares[thread]) = (moments.Count, moments.Mean, moments.Squares);
            }

            Group.Barrier();
        }

        return new RunningMoments(counts[0], means[0], squares[0]);
    }
}
