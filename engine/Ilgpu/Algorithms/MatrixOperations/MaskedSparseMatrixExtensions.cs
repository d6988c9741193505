using ILGPU.Runtime;
using ILGPU.Util;

namespace ILGPU.Algorithms.MatrixOperations;

/// <summary>The arithmetic of a product of matrices.</summary>
public interface IMaskedSparseMatrixProcessor<T>
    where T : struct
{
    /// <param name="summed">The sum up to here, 0 at first.</param>
    /// <param name="left">The sparse matrix's value.</param>
    /// <param name="right">The dense matrix's value.</param>
    T MultiplyAdd(T summed, T left, T right);
}

/// <summary>The usual product.</summary>
public readonly struct FloatMaskedSparseMatrixProcessor : IMaskedSparseMatrixProcessor<float>
{
    public float MultiplyAdd(float summed, float left, float right) => summed + (left * right);
}

/// <inheritdoc cref="FloatMaskedSparseMatrixProcessor"/>
public readonly struct DoubleMaskedSparseMatrixProcessor : IMaskedSparseMatrixProcessor<double>
{
    public double MultiplyAdd(double summed, double left, double right) => summed + (left * right);
}

/// <summary>Multiplies a dense matrix by a sparse one, transposed, where a mask asks for it.</summary>
/// <param name="stream">Where to.</param>
/// <param name="maskPredicate">Which positions of the result are wanted; the others keep what they hold.</param>
/// <param name="aView">[m, k].</param>
/// <param name="bView">[n, k].</param>
/// <param name="outView">[m, n]: becomes a · bᵀ.</param>
public delegate void MaskedSparseMatrixMultiplier<T, TPredicate, TStride>(
    AcceleratorStream stream, TPredicate maskPredicate, ArrayView2D<T, TStride> aView, SparseMatrixView<T, TStride> bView,
    ArrayView2D<T, TStride> outView)
    where T : unmanaged
    where TStride : struct, IStride2D
    where TPredicate : struct, InlineList.IPredicate<Index2D>;

/// <summary>Products of dense and sparse matrices. A thread makes an element of the result, and sums in the order of the columns.</summary>
public static class MaskedSparseMatrixExtensions
{
    /// <summary>Loads the kernel now, for launches later.</summary>
    /// <exception cref="ArgumentException">At launch: the matrices' extents do not fit together.</exception>
    public static MaskedSparseMatrixMultiplier<T, TPredicate, TStride>
        CreateSparseTransposedMatrixMultiplierMasked<T, TPredicate, TStride, TProcessor>(this Accelerator accelerator)
        where T : unmanaged
        where TStride : struct, IStride2D
        where TPredicate : struct, InlineList.IPredicate<Index2D>
        where TProcessor : struct, IMaskedSparseMatrixProcessor<T>
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        var kernel = accelerator.LoadKernel<
            TPredicate, ArrayView2D<T, TStride>, SparseMatrixView<T, TStride>, ArrayView2D<T, TStride>, TProcessor>(Multiply);
        return (stream, maskPredicate, aView, bView, outView) =>
        {
            if (aView.Extent.Y != bView.NumColumns || outView.Extent.X != aView.Extent.X || outView.Extent.Y != bView.NumRows)
            {
                throw new ArgumentException(
                    $"A product of {aView.Extent} and the transpose of ({bView.NumRows.X}, {bView.NumColumns.X}) is no {outView.Extent}.",
                    nameof(outView));
            }

            if (outView.Extent.Size > 0)
            {
                kernel(stream, accelerator.ComputeGridStrideLoopExtent(outView.Extent.Size), maskPredicate, aView, bView, outView, default);
            }
        };
    }

    /// <inheritdoc cref="MaskedSparseMatrixMultiplier{T, TPredicate, TStride}"/>
    public static void MultiplySparseTransposedMatrixMasked<T, TPredicate, TStride, TProcessor>(
        this Accelerator accelerator, AcceleratorStream stream, TPredicate maskPredicate, ArrayView2D<T, TStride> aView,
        SparseMatrixView<T, TStride> bView, ArrayView2D<T, TStride> outView)
        where T : unmanaged
        where TStride : struct, IStride2D
        where TPredicate : struct, InlineList.IPredicate<Index2D>
        where TProcessor : struct, IMaskedSparseMatrixProcessor<T> =>
        accelerator.Loaded(CreateSparseTransposedMatrixMultiplierMasked<T, TPredicate, TStride, TProcessor>)(
            stream, maskPredicate, aView, bView, outView);

    /// <inheritdoc cref="MaskedSparseMatrixMultiplier{T, TPredicate, TStride}"/>
    public static void MultiplySparseTransposedMatrixMasked<TPredicate, TStride>(
        this Accelerator accelerator, AcceleratorStream stream, TPredicate maskPredicate, ArrayView2D<float, TStride> aView,
        SparseMatrixView<float, TStride> bView, ArrayView2D<float, TStride> outView)
        where TStride : struct, IStride2D
        where TPredicate : struct, InlineList.IPredicate<Index2D> =>
        accelerator.MultiplySparseTransposedMatrixMasked<float, TPredicate, TStride, FloatMaskedSparseMatrixProcessor>(
            stream, maskPredicate, aView, bView, outView);

    /// <inheritdoc cref="MaskedSparseMatrixMultiplier{T, TPredicate, TStride}"/>
    public static void MultiplySparseTransposedMatrixMasked<TPredicate, TStride>(
        this Accelerator accelerator, AcceleratorStream stream, TPredicate maskPredicate, ArrayView2D<double, TStride> aView,
        SparseMatrixView<double, TStride> bView, ArrayView2D<double, TStride> outView)
        where TStride : struct, IStride2D
        where TPredicate : struct, InlineList.IPredicate<Index2D> =>
        accelerator.MultiplySparseTransposedMatrixMasked<double, TPredicate, TStride, DoubleMaskedSparseMatrixProcessor>(
            stream, maskPredicate, aView, bView, outView);

    private static void Multiply<T, TPredicate, TStride, TProcessor>(
        TPredicate mask, ArrayView2D<T, TStride> a, SparseMatrixView<T, TStride> b, ArrayView2D<T, TStride> output, TProcessor processor)
        where T : unmanaged
        where TStride : struct, IStride2D
        where TPredicate : struct, InlineList.IPredicate<Index2D>
        where TProcessor : struct, IMaskedSparseMatrixProcessor<T>
    {
        long stride = (long)Grid.DimX * Group.DimX;
        for (long element = Grid.LongGlobalIndex.X; element < output.Extent.Size; element += stride)
        {
            var position = new LongIndex2D(element / output.Extent.Y, element % output.Extent.Y);
            if (mask.Apply(position.ToIntIndex()))
            {
                T sum = default;
                int count = b.NumNeighbors[position.Y];
                for (int i = 0; i < count; i++)
                {
                    sum = processor.MultiplyAdd(sum, b.EdgeWeights[position.Y, i], a[position.X, b.Neighbors[position.Y, i]]);
                }

                output[position] = sum;
            }
        }
    }
}
