using ILGPU.Algorithms.ScanReduceOperations;
using ILGPU.Runtime;

namespace ILGPU.Algorithms;

/// <summary>Combines all elements of the input into the first element of the output.</summary>
public delegate void Reduction<T, TStride>(AcceleratorStream stream, ArrayView1D<T, TStride> input, ArrayView<T> output)
    where T : unmanaged
    where TStride : struct, IStride1D;

public static class ReductionExtensions
{
    /// <summary>Combines all elements of the input into the first element of the output.</summary>
    public static void Reduce<T, TReduction>(
        this Accelerator accelerator, AcceleratorStream stream, ArrayView<T> input, ArrayView<T> output)
        where T : unmanaged
        where TReduction : struct, IScanReduceOperation<T> => accelerator.Reduce<T, Stride1D.Dense, TReduction>(stream, input, output);

    /// <inheritdoc cref="Reduce{T, TReduction}(Accelerator, AcceleratorStream, ArrayView{T}, ArrayView{T})"/>
    public static void Reduce<T, TStride, TReduction>(
        this Accelerator accelerator, AcceleratorStream stream, ArrayView1D<T, TStride> input, ArrayView<T> output)
        where T : unmanaged
        where TStride : struct, IStride1D
        where TReduction : struct, IScanReduceOperation<T>
    {
        accelerator.Initialize(stream, output.SubView(0, 1), default(TReduction).Identity);
        if (input.Extent.X == 0)
        {
            return;
        }

        accelerator.Launch<ArrayView1D<T, TStride>, ArrayView<T>, TReduction>(
            Run, stream, accelerator.ComputeGridStrideLoopExtent(input.Extent.X), input, output, default);
    }

    /// <summary>All elements of the input, combined; waits for the stream.</summary>
    public static T Reduce<T, TReduction>(this Accelerator accelerator, AcceleratorStream stream, ArrayView<T> input)
        where T : unmanaged
        where TReduction : struct, IScanReduceOperation<T> => accelerator.Reduce<T, Stride1D.Dense, TReduction>(stream, input);

    /// <inheritdoc cref="Reduce{T, TReduction}(Accelerator, AcceleratorStream, ArrayView{T})"/>
    public static T Reduce<T, TStride, TReduction>(this Accelerator accelerator, AcceleratorStream stream, ArrayView1D<T, TStride> input)
        where T : unmanaged
        where TStride : struct, IStride1D
        where TReduction : struct, IScanReduceOperation<T>
    {
        using MemoryBuffer1D<T, Stride1D.Dense> output = accelerator.Allocate1D<T>(1);
        accelerator.Reduce<T, TStride, TReduction>(stream, input, output.AsContiguous());
        return output.GetAsArray1D(stream)[0];
    }

    /// <summary>All elements of the input, combined, once the stream has got there.</summary>
    public static Task<T> ReduceAsync<T, TReduction>(this Accelerator accelerator, AcceleratorStream stream, ArrayView<T> input)
        where T : unmanaged
        where TReduction : struct, IScanReduceOperation<T> => accelerator.ReduceAsync<T, Stride1D.Dense, TReduction>(stream, input);

    /// <inheritdoc cref="ReduceAsync{T, TReduction}"/>
    public static Task<T> ReduceAsync<T, TStride, TReduction>(
        this Accelerator accelerator, AcceleratorStream stream, ArrayView1D<T, TStride> input)
        where T : unmanaged
        where TStride : struct, IStride1D
        where TReduction : struct, IScanReduceOperation<T> => Task.Run(() => accelerator.Reduce<T, TStride, TReduction>(stream, input));

    /// <summary>Loads the kernels now, for launches later.</summary>
    public static Reduction<T, TStride> CreateReduction<T, TStride, TReduction>(this Accelerator accelerator)
        where T : unmanaged
        where TStride : struct, IStride1D
        where TReduction : struct, IScanReduceOperation<T>
    {
        var kernel = accelerator.LoadKernel<ArrayView1D<T, TStride>, ArrayView<T>, TReduction>(Run);
        Initializer<T, Stride1D.Dense> initializer = accelerator.CreateInitializer<T, Stride1D.Dense>();
        return (stream, input, output) =>
        {
            initializer(stream, output.SubView(0, 1), default(TReduction).Identity);
            if (input.Extent.X > 0)
            {
                kernel(stream, accelerator.ComputeGridStrideLoopExtent(input.Extent.X), input, output, default);
            }
        };
    }

    private static void Run<T, TStride, TReduction>(ArrayView1D<T, TStride> input, ArrayView<T> output, TReduction reduction)
        where T : unmanaged
        where TStride : struct, IStride1D
        where TReduction : struct, IScanReduceOperation<T>
    {
        T combined = reduction.Identity;
        long stride = (long)Grid.DimX * Group.DimX;
        for (long i = Grid.LongGlobalIndex.X; i < input.Extent.X; i += stride)
        {
            combined = reduction.Apply(combined, input[new LongIndex1D(i)]);
        }

        T ofGroup = GroupExtensions.Reduce<T, TReduction>(combined);
        if (Group.IsFirstThread)
        {
            reduction.AtomicApply(ref output[0], ofGroup);
        }
    }
}
