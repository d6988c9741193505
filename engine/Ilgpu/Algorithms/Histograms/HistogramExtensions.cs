using ILGPU.Algorithms.HistogramOperations;
using ILGPU.Runtime;

namespace ILGPU.Algorithms;

/// <summary>
/// Counts the view's values in the bins of the histogram, on top of what these hold; the first element of
/// <paramref name="histogramOverflow"/> becomes 1 if a bin went beyond its largest value, and stays as it is otherwise.
/// </summary>
public delegate void Histogram<T, TStride, TBinType>(
    AcceleratorStream stream, ArrayView1D<T, TStride> view, ArrayView<TBinType> histogram, ArrayView<int> histogramOverflow)
    where T : unmanaged
    where TBinType : unmanaged
    where TStride : struct, IStride1D;

/// <summary>Counts the view's values in the bins of the histogram, on top of what these hold.</summary>
public delegate void HistogramUnchecked<T, TStride, TBinType>(
    AcceleratorStream stream, ArrayView1D<T, TStride> view, ArrayView<TBinType> histogram)
    where T : unmanaged
    where TStride : struct, IStride1D
    where TBinType : unmanaged;

/// <summary>Histograms, whose bins the user's operation chooses. They count by atomic additions to the bins.</summary>
public static partial class HistogramExtensions
{
    /// <summary>Loads the kernel now, for launches later.</summary>
    /// <exception cref="ArgumentOutOfRangeException">At launch: there are no bins, or no room for the overflow.</exception>
    public static Histogram<T, TStride, TBinType> CreateHistogram<T, TStride, TBinType, TIncrementor, TLocator>(
        this Accelerator accelerator)
        where T : unmanaged
        where TStride : struct, IStride1D
        where TBinType : unmanaged
        where TIncrementor : struct, IIncrementOperation<TBinType>
        where TLocator : struct, IComputeMultiBinOperation<T, TBinType, TIncrementor>
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        var kernel = accelerator.LoadKernel<ArrayView1D<T, TStride>, ArrayView<TBinType>, ArrayView<int>, TIncrementor, TLocator>(Run);
        return (stream, view, histogram, histogramOverflow) =>
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(histogram.Length, 1, nameof(histogram));
            ArgumentOutOfRangeException.ThrowIfLessThan(histogramOverflow.Length, 1, nameof(histogramOverflow));
            if (view.Extent.X > 0)
            {
                kernel(
                    stream, accelerator.ComputeGridStrideLoopExtent(view.Extent.X), view, histogram, histogramOverflow, default, default);
            }
        };
    }

    /// <summary>Loads the kernel now, for launches later.</summary>
    /// <exception cref="ArgumentOutOfRangeException">At launch: there are no bins.</exception>
    public static HistogramUnchecked<T, TStride, TBinType> CreateHistogramUnchecked<T, TStride, TBinType, TIncrementor, TLocator>(
        this Accelerator accelerator)
        where T : unmanaged
        where TStride : struct, IStride1D
        where TBinType : unmanaged
        where TIncrementor : struct, IIncrementOperation<TBinType>
        where TLocator : struct, IComputeMultiBinOperation<T, TBinType, TIncrementor>
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        var kernel = accelerator.LoadKernel<ArrayView1D<T, TStride>, ArrayView<TBinType>, TIncrementor, TLocator>(RunUnchecked);
        return (stream, view, histogram) =>
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(histogram.Length, 1, nameof(histogram));
            if (view.Extent.X > 0)
            {
                kernel(stream, accelerator.ComputeGridStrideLoopExtent(view.Extent.X), view, histogram, default, default);
            }
        };
    }

    /// <inheritdoc cref="ILGPU.Algorithms.Histogram{T, TStride, TBinType}"/>
    public static void Histogram<T, TStride, TBinType, TIncrementor, TLocator>(
        this Accelerator accelerator, AcceleratorStream stream, ArrayView1D<T, TStride> view, ArrayView<TBinType> histogram,
        ArrayView<int> histogramOverflow)
        where T : unmanaged
        where TStride : struct, IStride1D
        where TBinType : unmanaged
        where TIncrementor : struct, IIncrementOperation<TBinType>
        where TLocator : struct, IComputeMultiBinOperation<T, TBinType, TIncrementor> =>
        accelerator.Loaded(CreateHistogram<T, TStride, TBinType, TIncrementor, TLocator>)(stream, view, histogram, histogramOverflow);

    /// <inheritdoc cref="ILGPU.Algorithms.HistogramUnchecked{T, TStride, TBinType}"/>
    public static void HistogramUnchecked<T, TStride, TBinType, TIncrementor, TLocator>(
        this Accelerator accelerator, AcceleratorStream stream, ArrayView1D<T, TStride> view, ArrayView<TBinType> histogram)
        where T : unmanaged
        where TStride : struct, IStride1D
        where TBinType : unmanaged
        where TIncrementor : struct, IIncrementOperation<TBinType>
        where TLocator : struct, IComputeMultiBinOperation<T, TBinType, TIncrementor> =>
        accelerator.Loaded(CreateHistogramUnchecked<T, TStride, TBinType, TIncrementor, TLocator>)(stream, view, histogram);

    private static void Run<T, TStride, TBinType, TIncrementor, TLocator>(
        ArrayView1D<T, TStride> view, ArrayView<TBinType> histogram, ArrayView<int> overflow, TIncrementor incrementor, TLocator locator)
        where T : unmanaged
        where TStride : struct, IStride1D
        where TBinType : unmanaged
        where TIncrementor : struct, IIncrementOperation<TBinType>
        where TLocator : struct, IComputeMultiBinOperation<T, TBinType, TIncrementor>
    {
        bool any = false;
        long stride = (long)Grid.DimX * Group.DimX;
        for (long i = Grid.LongGlobalIndex.X; i < view.Extent.X; i += stride)
        {
            locator.ComputeHistogramBins(view[new LongIndex1D(i)], histogram, in incrementor, out bool overflows);
            any |= overflows;
        }

        if (any)
        {
            Atomic.Exchange(ref overflow[0], 1);
        }
    }

    private static void RunUnchecked<T, TStride, TBinType, TIncrementor, TLocator>(
        ArrayView1D<T, TStride> view, ArrayView<TBinType> histogram, TIncrementor incrementor, TLocator locator)
        where T : unmanaged
        where TStride : struct, IStride1D
        where TBinType : unmanaged
        where TIncrementor : struct, IIncrementOperation<TBinType>
        where TLocator : struct, IComputeMultiBinOperation<T, TBinType, TIncrementor>
    {
        long stride = (long)Grid.DimX * Group.DimX;
        for (long i = Grid.LongGlobalIndex.X; i < view.Extent.X; i += stride)
        {
            locator.ComputeHistogramBins(view[new LongIndex1D(i)], histogram, in incrementor, out _);
        }
    }

    /// <summary>Counts a value in the one bin that an operation names.</summary>
    private readonly struct SingleBin<T, TBinType, TIncrementor, TLocator> : IComputeMultiBinOperation<T, TBinType, TIncrementor>
        where T : unmanaged
        where TBinType : unmanaged
        where TIncrementor : struct, IIncrementOperation<TBinType>
        where TLocator : struct, IComputeSingleBinOperation<T, Index1D>
    {
        public void ComputeHistogramBins(
            T value, ArrayView<TBinType> histogram, in TIncrementor incrementOperation, out bool incrementOverflow)
        {
            Index1D bin = default(TLocator).ComputeHistogramBin(value, histogram.IntLength);
            incrementOperation.Increment(ref histogram[bin], out incrementOverflow);
        }
    }
}
