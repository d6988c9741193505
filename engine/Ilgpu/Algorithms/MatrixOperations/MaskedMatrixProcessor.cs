using ILGPU.Runtime;
using ILGPU.Util;

namespace ILGPU.Algorithms.MatrixOperations;

/// <summary>Multiplies dense matrices by sparse ones, transposed, several products at a time.</summary>
/// <inheritdoc cref="ConcurrentStreamProcessor(Accelerator, int, Func{Accelerator, AcceleratorStream})"/>
public class MaskedMatrixProcessor<T, TPredicate, TStride, TProcessor>(
    Accelerator accelerator, int maxNumConcurrentStreams = 0, Func<Accelerator, AcceleratorStream>? streamProvider = null)
    : ConcurrentStreamProcessor(accelerator, maxNumConcurrentStreams, streamProvider)
    where T : unmanaged
    where TStride : struct, IStride2D
    where TPredicate : struct, InlineList.IPredicate<Index2D>
    where TProcessor : struct, IMaskedSparseMatrixProcessor<T>
{
    private readonly MaskedSparseMatrixMultiplier<T, TPredicate, TStride> _masked =
        accelerator.CreateSparseTransposedMatrixMultiplierMasked<T, TPredicate, TStride, TProcessor>();

    private readonly MaskedSparseMatrixMultiplier<T, InlineList.TruePredicate<Index2D>, TStride> _whole =
        accelerator.CreateSparseTransposedMatrixMultiplierMasked<T, InlineList.TruePredicate<Index2D>, TStride, TProcessor>();

    /// <summary>Which positions of the results are wanted; null for all.</summary>
    public TPredicate? Predicate { get; set; }

    /// <inheritdoc cref="MaskedSparseMatrixMultiplier{T, TPredicate, TStride}"/>
    public void MultiplyTransposed(
        AcceleratorStream stream, ArrayView2D<T, TStride> aView, SparseMatrixView<T, TStride> bView, ArrayView2D<T, TStride> outView)
    {
        if (Predicate is { } predicate)
        {
            _masked(stream, predicate, aView, bView, outView);
        }
        else
        {
            _whole(stream, default, aView, bView, outView);
        }
    }

    /// <summary>A product for each three of the lists, in several streams; waits for all.</summary>
    /// <exception cref="ArgumentException">The lists are not equally long.</exception>
    public void MultiplyBatchedTransposed(
        AcceleratorStream stream, IReadOnlyList<ArrayView2D<T, TStride>> aViews, IReadOnlyList<SparseMatrixView<T, TStride>> bViews,
        IReadOnlyList<ArrayView2D<T, TStride>> outViews)
    {
        ArgumentNullException.ThrowIfNull(aViews);
        ArgumentNullException.ThrowIfNull(bViews);
        ArgumentNullException.ThrowIfNull(outViews);
        if (aViews.Count != bViews.Count || aViews.Count != outViews.Count)
        {
            throw new ArgumentException($"{aViews.Count} and {bViews.Count} matrices do not make {outViews.Count} products.");
        }

        ProcessConcurrently(stream, aViews.Count, (own, i) => MultiplyTransposed(own, aViews[i], bViews[i], outViews[i]));
    }
}
