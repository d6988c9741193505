// Written by tools/type-tables: change it there.
using ILGPU.Algorithms.HistogramOperations;
using ILGPU.Runtime;

namespace ILGPU.Algorithms;

public static partial class HistogramExtensions
{
    /// <inheritdoc cref="Histogram{T, TStride, TBinType, TIncrementor, TLocator}"/>
    public static void Histogram<T, TStride, TLocator>(
        this Accelerator accelerator, AcceleratorStream stream, ArrayView1D<T, TStride> view,
        ArrayView<int> histogram,
        ArrayView<int> histogramOverflow)
        where T : unmanaged
        where TStride : struct, IStride1D
        where TLocator : struct, IComputeSingleBinOperation<T, Index1D> =>
        accelerator.Histogram<
            T, TStride, int, HistogramIncrementInt32, SingleBin<T, int, HistogramIncrementInt32, TLocator>>(
            stream, view, histogram, histogramOverflow);

    /// <inheritdoc cref="HistogramUnchecked{T, TStride, TBinType, TIncrementor, TLocator}"/>
    public static void HistogramUnchecked<T, TStride, TLocator>(
        this Accelerator accelerator, AcceleratorStream stream, ArrayView1D<T, TStride> view,
        ArrayView<int> histogram)
        where T : unmanaged
        where TStride : struct, IStride1D
        where TLocator : struct, IComputeSingleBinOperation<T, Index1D> =>
        accelerator.HistogramUnchecked<
            T, TStride, int, HistogramIncrementInt32, SingleBin<T, int, HistogramIncrementInt32, TLocator>>(
            stream, view, histogram);

    /// <inheritdoc cref="Histogram{T, TStride, TBinType, TIncrementor, TLocator}"/>
    public static void Histogram<T, TStride, TLocator>(
        this Accelerator accelerator, AcceleratorStream stream, ArrayView1D<T, TStride> view,
        ArrayView<long> histogram,
        ArrayView<int> histogramOverflow)
        where T : unmanaged
        where TStride : struct, IStride1D
        where TLocator : struct, IComputeSingleBinOperation<T, Index1D> =>
        accelerator.Histogram<
            T, TStride, long, HistogramIncrementInt64, SingleBin<T, long, HistogramIncrementInt64, TLocator>>(
            stream, view, histogram, histogramOverflow);

    /// <inheritdoc cref="HistogramUnchecked{T, TStride, TBinType, TIncrementor, TLocator}"/>
    public static void HistogramUnchecked<T, TStride, TLocator>(
        this Accelerator accelerator, AcceleratorStream stream, ArrayView1D<T, TStride> view,
        ArrayView<long> histogram)
        where T : unmanaged
        where TStride : struct, IStride1D
        where TLocator : struct, IComputeSingleBinOperation<T, Index1D> =>
        accelerator.HistogramUnchecked<
            T, TStride, long, HistogramIncrementInt64, SingleBin<T, long, HistogramIncrementInt64, TLocator>>(
            stream, view, histogram);

    /// <inheritdoc cref="Histogram{T, TStride, TBinType, TIncrementor, TLocator}"/>
    public static void Histogram<T, TStride, TLocator>(
        this Accelerator accelerator, AcceleratorStream stream, ArrayView1D<T, TStride> view,
        ArrayView<uint> histogram,
        ArrayView<int> histogramOverflow)
        where T : unmanaged
        where TStride : struct, IStride1D
        where TLocator : struct, IComputeSingleBinOperation<T, Index1D> =>
        accelerator.Histogram<
            T, TStride, uint, HistogramIncrementUInt32, SingleBin<T, uint, HistogramIncrementUInt32, TLocator>>(
            stream, view, histogram, histogramOverflow);

    /// <inheritdoc cref="HistogramUnchecked{T, TStride, TBinType, TIncrementor, TLocator}"/>
    public static void HistogramUnchecked<T, TStride, TLocator>(
        this Accelerator accelerator, AcceleratorStream stream, ArrayView1D<T, TStride> view,
        ArrayView<uint> histogram)
        where T : unmanaged
        where TStride : struct, IStride1D
        where TLocator : struct, IComputeSingleBinOperation<T, Index1D> =>
        accelerator.HistogramUnchecked<
            T, TStride, uint, HistogramIncrementUInt32, SingleBin<T, uint, HistogramIncrementUInt32, TLocator>>(
            stream, view, histogram);

    /// <inheritdoc cref="Histogram{T, TStride, TBinType, TIncrementor, TLocator}"/>
    public static void Histogram<T, TStride, TLocator>(
        this Accelerator accelerator, AcceleratorStream stream, ArrayView1D<T, TStride> view,
        ArrayView<ulong> histogram,
        ArrayView<int> histogramOverflow)
        where T : unmanaged
        where TStride : struct, IStride1D
        where TLocator : struct, IComputeSingleBinOperation<T, Index1D> =>
        accelerator.Histogram<
            T, TStride, ulong, HistogramIncrementUInt64, SingleBin<T, ulong, HistogramIncrementUInt64, TLocator>>(
            stream, view, histogram, histogramOverflow);

    /// <inheritdoc cref="HistogramUnchecked{T, TStride, TBinType, TIncrementor, TLocator}"/>
    public static void HistogramUnchecked<T, TStride, TLocator>(
        this Accelerator accelerator, AcceleratorStream stream, ArrayView1D<T, TStride> view,
        ArrayView<ulong> histogram)
        where T : unmanaged
        where TStride : struct, IStride1D
        where TLocator : struct, IComputeSingleBinOperation<T, Index1D> =>
        accelerator.HistogramUnchecked<
            T, TStride, ulong, HistogramIncrementUInt64, SingleBin<T, ulong, HistogramIncrementUInt64, TLocator>>(
            stream, view, histogram);

    /// <inheritdoc cref="Histogram{T, TStride, TBinType, TIncrementor, TLocator}"/>
    public static void Histogram<T, TStride, TLocator>(
        this Accelerator accelerator, AcceleratorStream stream, ArrayView1D<T, TStride> view,
        ArrayView<float> histogram,
        ArrayView<int> histogramOverflow)
        where T : unmanaged
        where TStride : struct, IStride1D
        where TLocator : struct, IComputeSingleBinOperation<T, Index1D> =>
        accelerator.Histogram<
            T, TStride, float, HistogramIncrementFloat, SingleBin<T, float, HistogramIncrementFloat, TLocator>>(
            stream, view, histogram, histogramOverflow);

    /// <inheritdoc cref="HistogramUnchecked{T, TStride, TBinType, TIncrementor, TLocator}"/>
    public static void HistogramUnchecked<T, TStride, TLocator>(
        this Accelerator accelerator, AcceleratorStream stream, ArrayView1D<T, TStride> view,
        ArrayView<float> histogram)
        where T : unmanaged
        where TStride : struct, IStride1D
        where TLocator : struct, IComputeSingleBinOperation<T, Index1D> =>
        accelerator.HistogramUnchecked<
            T, TStride, float, HistogramIncrementFloat, SingleBin<T, float, HistogramIncrementFloat, TLocator>>(
            stream, view, histogram);

    /// <inheritdoc cref="Histogram{T, TStride, TBinType, TIncrementor, TLocator}"/>
    public static void Histogram<T, TStride, TLocator>(
        this Accelerator accelerator, AcceleratorStream stream, ArrayView1D<T, TStride> view,
        ArrayView<double> histogram,
        ArrayView<int> histogramOverflow)
        where T : unmanaged
        where TStride : struct, IStride1D
        where TLocator : struct, IComputeSingleBinOperation<T, Index1D> =>
        accelerator.Histogram<
            T, TStride, double, HistogramIncrementDouble, SingleBin<T, double, HistogramIncrementDouble, TLocator>>(
            stream, view, histogram, histogramOverflow);

    /// <inheritdoc cref="HistogramUnchecked{T, TStride, TBinType, TIncrementor, TLocator}"/>
    public static void HistogramUnchecked<T, TStride, TLocator>(
        this Accelerator accelerator, AcceleratorStream stream, ArrayView1D<T, TStride> view,
        ArrayView<double> histogram)
        where T : unmanaged
        where TStride : struct, IStride1D
        where TLocator : struct, IComputeSingleBinOperation<T, Index1D> =>
        accelerator.HistogramUnchecked<
            T, TStride, double, HistogramIncrementDouble, SingleBin<T, double, HistogramIncrementDouble, TLocator>>(
            stream, view, histogram);
}
