using ILGPU;
using IlgpuGan.Tensors.Devices.Functions;
using IlgpuGan.Tensors.Devices.Gpu.Elementwise;
using IlgpuGan.Tensors.Devices.Gpu.Reductions;

namespace IlgpuGan.Tensors.Devices.Gpu.Norm;

/// <summary>
/// <see cref="NormToCall"/>: a norm fused with residual addition, activation, dropout and padding; an element stays in one thread's
/// registers from x to the output. Padded planes are gathered from x, so that no thread depends on another's writes. Results have the bits
/// of the plain kernels.
/// </summary>
internal static class NormToKernels
{
    /// <summary>
    /// Elements of a plane that a thread of <see cref="Apply"/> processes. Many, since each group of threads first joins partial moments.
    /// </summary>
    public const int PerThread = 16;

    /// <summary>Elements that a thread has in flight.</summary>
    private const int Strip = 4;

    /// <summary>
    /// The whole norm in one launch, for small groups, whose second pass reads from the multiprocessor's cache. Grid X counts groups. An
    /// empty y, padded or branch is not written.
    /// </summary>
    public static void Whole<TActivation, TDropout>(
        ArrayView<float> x, ArrayView<float> mean, ArrayView<float> variance, ArrayView<float> weight, ArrayView<float> bias,
        ArrayView<float> addend,
        ArrayView<float> y, ArrayView<float> padded, NormFusionArgs fusion, NormTailShape g, TrackedStatisticsArgs past)
        where TActivation : struct, IUnaryFunction
        where TDropout : struct, IDropout
    {
        var shared = SharedMemory.Allocate<float>(3 * GroupTree.MaxThreads);
        var group = Grid.IdxX;
        var moments = MomentKernels.OfPart(x, g.Groups, group, 0, shared);
        var present = MomentKernels.Of(moments, x[g.Groups.Place(group, 0)], g.Groups);
        if (Group.IdxX == 0)
        {
            mean[group] = present.Mean;
            variance[group] = present.Variance;
            past.Update(group, present.Mean, present.Variance);
        }

        var row = NormFactors.Of(present.Mean, present.Variance, weight, bias, group % g.Groups.Channels, g.Epsilon);
        var planes = g.Groups.GroupElements / g.Groups.Inner;
        for (var plane = 0; plane < planes; plane++)
        {
            Write<TActivation, TDropout>(
                x, addend, y, padded, fusion, g, row, group + (plane * g.Groups.Channels), Group.IdxX, g.LargestPlane);
        }
    }

    /// <summary>
    /// The second launch, after <see cref="MomentKernels.Take"/>, for groups with several parts. Grid X counts planes, Y the pieces of a
    /// plane. Each group of threads joins the parts itself; the first one of a norm's group writes the moments.
    /// </summary>
    public static void Apply<TActivation, TDropout>(
        ArrayView<float> x, ArrayView<float> scratch, ArrayView<float> mean, ArrayView<float> variance, ArrayView<float> weight,
        ArrayView<float> bias,
        ArrayView<float> addend, ArrayView<float> y, ArrayView<float> padded, NormFusionArgs fusion, NormTailShape g,
        TrackedStatisticsArgs past)
        where TActivation : struct, IUnaryFunction
        where TDropout : struct, IDropout
    {
        var shared = SharedMemory.Allocate<float>(2);
        var plane = Grid.IdxX;
        var channel = plane % g.Groups.Channels;
        var group = g.PerInstance != 0 ? plane : channel;
        if (Group.IdxX == 0)
        {
            var joined = MomentKernels.Of(MomentKernels.Joined(scratch, g.Groups, group), x[g.Groups.Place(group, 0)], g.Groups);
            shared[0] = joined.Mean;
            shared[1] = joined.Variance;
            if (Grid.IdxY == 0 && plane == group)
            {
                mean[group] = joined.Mean;
                variance[group] = joined.Variance;
                past.Update(group, joined.Mean, joined.Variance);
            }
        }

        Group.Barrier();
        var row = NormFactors.Of(shared[0], shared[1], weight, bias, channel, g.Epsilon);
        var first = Grid.IdxY * PerThread * Group.DimX;
        Write<TActivation, TDropout>(
            x, addend, y, padded, fusion, g, row, plane, first + Group.IdxX, Math.Min(first + (PerThread * Group.DimX), g.LargestPlane));
    }

    /// <summary>Writes the elements of a plane and of the padded plane from <paramref name="first"/> on, a group's width apart.</summary>
    private static void Write<TActivation, TDropout>(
        ArrayView<float> x, ArrayView<float> addend, ArrayView<float> y, ArrayView<float> padded, NormFusionArgs fusion, NormTailShape g,
        NormFactors row,
        int plane, int first, int end)
        where TActivation : struct, IUnaryFunction
        where TDropout : struct, IDropout
    {
        var start = plane * g.Groups.Inner;
        for (var i = first; i < end; i += Strip * Group.DimX)
        {
            for (var k = 0; k < Strip; k++)
            {
                var element = i + (k * Group.DimX);
                if (element < end)
                {
                    if (element < g.Groups.Inner)
                    {
                        WriteUnpadded<TActivation, TDropout>(x, addend, y, fusion, g, row, start + element);
                    }

                    if (padded.IntLength > 0)
                    {
                        WritePadded<TActivation, TDropout>(x, addend, padded, fusion.Mask, g, row, plane, element);
                    }
                }
            }
        }
    }

    private static void WriteUnpadded<TActivation, TDropout>(
        ArrayView<float> x, ArrayView<float> addend, ArrayView<float> y, NormFusionArgs fusion, NormTailShape g, NormFactors row,
        int place)
        where TActivation : struct, IUnaryFunction
        where TDropout : struct, IDropout
    {
        if (y.IntLength == 0 && fusion.Branch.IntLength == 0)
        {
            return;
        }

        var value = Value(x, addend, place, row);
        if (y.IntLength > 0)
        {
            y[place] = TDropout.Of(TActivation.Apply(value, g.Slope, 0), place, fusion.Mask);
        }

        if (fusion.Branch.IntLength > 0)
        {
            fusion.Branch[place] = g.BranchIsRelu != 0
                ? Relu.Apply(value, g.BranchSlope, 0)
                : LeakyRelu.Apply(value, g.BranchSlope, 0);
        }
    }

    private static void WritePadded<TActivation, TDropout>(
        ArrayView<float> x, ArrayView<float> addend, ArrayView<float> padded, DropoutMask mask, NormTailShape g, NormFactors row, int plane,
        int element)
        where TActivation : struct, IUnaryFunction
        where TDropout : struct, IDropout
    {
        var area = g.Pad.OutH * g.Pad.OutW;
        if (element >= area)
        {
            return;
        }

        var line = element / g.Pad.OutW;
        var from = g.Rows.Source(line);
        var column = g.Columns.Source(element - (line * g.Pad.OutW));
        var value = g.PadValue;
        if (from >= 0 && column >= 0)
        {
            var place = (plane * g.Groups.Inner) + (from * g.Pad.W) + column;
            value = TDropout.Of(TActivation.Apply(Value(x, addend, place, row), g.Slope, 0), place, mask);
        }

        padded[(plane * area) + element] = value;
    }

    private static float Value(ArrayView<float> x, ArrayView<float> addend, int i, NormFactors row)
    {
        var value = row.Of(x[i]);
        if (addend.IntLength > 0)
        {
            value += addend[i];
        }

        return value;
    }
}
