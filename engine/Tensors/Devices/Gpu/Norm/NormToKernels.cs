using ILGPU;
using IlgpuGan.Tensors.Devices.Functions;
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
    /// The whole norm in one launch, for small groups, whose second pass reads from the multiprocessor's cache. Grid X counts groups.
    /// </summary>
    public static void Whole<TActivation, TDropout>(
        NormalizationArgs norm, ArrayView<float> addend, NormToResults results, NormTailShape g, TrackedStatisticsArgs past)
        where TActivation : struct, IUnaryFunction
        where TDropout : struct, IDropout
    {
        var shared = SharedMemory.Allocate<float>(3 * GroupTree.MaxThreads);
        var group = Grid.IdxX;
        var moments = MomentKernels.OfPart(norm.X, g.Groups, group, 0, shared);
        var present = MomentKernels.Of(moments, norm.X[g.Groups.Place(group, 0)]);
        if (Group.IdxX == 0)
        {
            norm.Mean[group] = present.Mean;
            norm.Variance[group] = present.Variance;
            past.Update(group, present.Mean, present.Variance);
        }

        var row = NormFactors.Of(present.Mean, present.Variance, norm, group % g.Groups.Channels, g.Epsilon);
        var planes = g.Groups.GroupElements / g.Groups.Inner;
        for (var plane = 0; plane < planes; plane++)
        {
            Write<TActivation, TDropout>(
                norm.X, addend, results, g, row, PlanePiece.Whole(group + (plane * g.Groups.Channels), g.LargestPlane));
        }
    }

    /// <summary>
    /// The second launch, after <see cref="MomentKernels.Take"/>, for groups with several parts. Grid X counts planes, Y the pieces of a
    /// plane. Each group of threads joins the parts itself; the first one of a norm's group writes the moments.
    /// </summary>
    public static void Apply<TActivation, TDropout>(
        NormalizationArgs norm, ArrayView<float> scratch, ArrayView<float> addend, NormToResults results, NormTailShape g,
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
            var joined = MomentKernels.Of(MomentKernels.Joined(scratch, g.Groups, group), norm.X[g.Groups.Place(group, 0)]);
            shared[0] = joined.Mean;
            shared[1] = joined.Variance;
            if (Grid.IdxY == 0 && plane == group)
            {
                norm.Mean[group] = joined.Mean;
                norm.Variance[group] = joined.Variance;
                past.Update(group, joined.Mean, joined.Variance);
            }
        }

        Group.Barrier();
        var row = NormFactors.Of(shared[0], shared[1], norm, channel, g.Epsilon);
        Write<TActivation, TDropout>(norm.X, addend, results, g, row, PlanePiece.OfGrid(plane, g.LargestPlane));
    }

    /// <summary>Writes elements of a plane and of the padded plane.</summary>
    private static void Write<TActivation, TDropout>(
        ArrayView<float> x, ArrayView<float> addend, NormToResults results, NormTailShape g, NormFactors row, PlanePiece piece)
        where TActivation : struct, IUnaryFunction
        where TDropout : struct, IDropout
    {
        var start = piece.Plane * g.Groups.Inner;
        for (var i = piece.First; i < piece.End; i += PlanePiece.Strip * Group.DimX)
        {
            for (var k = 0; k < PlanePiece.Strip; k++)
            {
                var element = i + (k * Group.DimX);
                if (element < piece.End)
                {
                    if (element < g.Groups.Inner)
                    {
                        WriteUnpadded<TActivation, TDropout>(x, addend, results, g, row, start + element);
                    }

                    if (results.Padded.IntLength > 0)
                    {
                        WritePadded<TActivation, TDropout>(x, addend, results.Padded, g, row, piece.Plane, element);
                    }
                }
            }
        }
    }

    private static void WriteUnpadded<TActivation, TDropout>(
        ArrayView<float> x, ArrayView<float> addend, NormToResults results, NormTailShape g, NormFactors row, int place)
        where TActivation : struct, IUnaryFunction
        where TDropout : struct, IDropout
    {
        if (results.Y.IntLength == 0 && results.Branch.IntLength == 0)
        {
            return;
        }

        var value = Value(x, addend, place, row);
        if (results.Y.IntLength > 0)
        {
            results.Y[place] = TDropout.Of(TActivation.Apply(value, g.Slope, 0), place, g.Mask);
        }

        if (results.Branch.IntLength > 0)
        {
            results.Branch[place] = g.Branch.Apply(value);
        }
    }

    private static void WritePadded<TActivation, TDropout>(
        ArrayView<float> x, ArrayView<float> addend, ArrayView<float> padded, NormTailShape g, NormFactors row, int plane, int element)
        where TActivation : struct, IUnaryFunction
        where TDropout : struct, IDropout
    {
        var (padding, pad) = (g.Padding, g.Padding.G);
        var area = pad.OutH * pad.OutW;
        if (element >= area)
        {
            return;
        }

        var line = element / pad.OutW;
        var from = padding.Rows.Source(line);
        var column = padding.Columns.Source(element - (line * pad.OutW));
        var value = padding.Value;
        if (from >= 0 && column >= 0)
        {
            var place = (plane * g.Groups.Inner) + (from * pad.W) + column;
            value = TDropout.Of(TActivation.Apply(Value(x, addend, place, row), g.Slope, 0), place, g.Mask);
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
