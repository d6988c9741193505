using ILGPU.Runtime;
using ILGPU.Util;

namespace ILGPU.Algorithms.MatrixOperations;

/// <summary>Takes what is found out about a matrix's entries.</summary>
public interface ISparseMatrixShapeInfoTarget
{
    /// <summary>Called once for every row.</summary>
    void OutputNumNeighbors(int rowIndex, int numRowEntries);

    /// <summary>Called by many threads with what each has seen, so that the largest must be taken atomically.</summary>
    void ComputeAtomicMaxNumNeighbors(int maxNumLocalNeighbors);
}

/// <summary>Counts the entries that a predicate finds in each row.</summary>
public delegate void SparseMatrixShapeInfoProvider<TPredicate, TTarget>(
    AcceleratorStream stream, LongIndex2D matrixExtent, TPredicate predicate, TTarget target)
    where TPredicate : struct, InlineList.IPredicate<Index2D>
    where TTarget : struct, ISparseMatrixShapeInfoTarget;

/// <summary>Counts the entries that a predicate finds in each row; returns the largest number and waits for it.</summary>
public delegate int SparseMatrixShapeInfoProvider<TPredicate>(
    AcceleratorStream stream, LongIndex2D matrixExtent, TPredicate predicate, ArrayView<int> numNeighbors)
    where TPredicate : struct, InlineList.IPredicate<Index2D>;

/// <summary>Finds the entries of a matrix.</summary>
/// <param name="stream">Where to; the number of entries is waited for.</param>
/// <param name="inputMatrix">The matrix.</param>
/// <param name="predicate">Which positions have entries.</param>
/// <param name="numNeighbors">[rows]: becomes the number of each row's entries.</param>
/// <param name="getNeighborsFunc">Memory of the rows by at least the number that it is given; becomes the entries' columns.</param>
public delegate SparseMatrixShapeView<TStride> SparseMatrixShapeConverter<T, TPredicate, TStride>(
    AcceleratorStream stream, ArrayView2D<T, TStride> inputMatrix, TPredicate predicate, ArrayView<int> numNeighbors,
    Func<int, ArrayView2D<int, TStride>> getNeighborsFunc)
    where T : unmanaged
    where TPredicate : struct, InlineList.IPredicate<Index2D>
    where TStride : struct, IStride2D;

/// <summary>Gathers the values of a matrix's entries.</summary>
/// <param name="stream">Where to.</param>
/// <param name="inputMatrix">The matrix.</param>
/// <param name="shapeView">Which entries it has.</param>
/// <param name="dataView">Memory as large as the shape's columns at least; becomes the values.</param>
public delegate SparseMatrixView<T, TStride> SparseMatrixConverter<T, TStride>(
    AcceleratorStream stream, ArrayView2D<T, TStride> inputMatrix, SparseMatrixShapeView<TStride> shapeView,
    ArrayView2D<T, TStride> dataView)
    where T : unmanaged
    where TStride : struct, IStride2D;

/// <summary>Matrices of few entries out of matrices of all. A thread takes a row.</summary>
public static class SparseMatrixExtensions
{
    /// <summary>Loads the kernel now, for launches later.</summary>
    public static SparseMatrixShapeInfoProvider<TPredicate, TTarget> CreateSparseMatrixInfoProvider<TPredicate, TTarget>(
        this Accelerator accelerator)
        where TPredicate : struct, InlineList.IPredicate<Index2D>
        where TTarget : struct, ISparseMatrixShapeInfoTarget
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        var kernel = accelerator.LoadAutoGroupedKernel<Index1D, int, TPredicate, TTarget>(CountEntries);
        return (stream, matrixExtent, predicate, target) =>
        {
            Index2D extent = matrixExtent.ToIntIndex();
            if (extent.X > 0)
            {
                kernel(stream, extent.X, extent.Y, predicate, target);
            }
        };
    }

    /// <summary>Loads the kernel now, for launches later, which share <paramref name="tempView"/>: one element at least.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The temporary memory, or at launch the counts, are too short.</exception>
    public static SparseMatrixShapeInfoProvider<TPredicate> CreateSparseMatrixInfoProvider<TPredicate>(
        this Accelerator accelerator, ArrayView<int> tempView)
        where TPredicate : struct, InlineList.IPredicate<Index2D> =>
        InfoProvider(accelerator.CreateSparseMatrixInfoProvider<TPredicate, Counts>(), tempView);

    private static SparseMatrixShapeInfoProvider<TPredicate> InfoProvider<TPredicate>(
        SparseMatrixShapeInfoProvider<TPredicate, Counts> count, ArrayView<int> tempView)
        where TPredicate : struct, InlineList.IPredicate<Index2D>
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(tempView.Length, 1, nameof(tempView));
        ArrayView<int> most = tempView.SubView(0, 1);
        return (stream, matrixExtent, predicate, numNeighbors) =>
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(numNeighbors.Length, matrixExtent.X, nameof(numNeighbors));
            most.MemSetToZero(stream);
            count(stream, matrixExtent, predicate, new(numNeighbors, most));
            return most.GetAsArray(stream)[0];
        };
    }

    /// <inheritdoc cref="SparseMatrixShapeInfoProvider{TPredicate}"/>
    public static int ComputeSparseMatrixShapeInfo<TPredicate>(
        this Accelerator accelerator, AcceleratorStream stream, Index2D matrixExtent, TPredicate predicate, ArrayView<int> numNeighbors,
        ArrayView<int> tempView)
        where TPredicate : struct, InlineList.IPredicate<Index2D> =>
        InfoProvider(accelerator.Loaded(CreateSparseMatrixInfoProvider<TPredicate, Counts>), tempView)(
            stream, matrixExtent.ToLongIndex(), predicate, numNeighbors);

    /// <inheritdoc cref="CreateSparseMatrixInfoProvider{TPredicate}(Accelerator, ArrayView{int})"/>
    public static SparseMatrixShapeConverter<T, TPredicate, TStride> CreateSparseMatrixShapeConverter<T, TPredicate, TStride>(
        this Accelerator accelerator, ArrayView<int> tempView)
        where T : unmanaged
        where TPredicate : struct, InlineList.IPredicate<Index2D>
        where TStride : struct, IStride2D =>
        ShapeConverter<T, TPredicate, TStride>(
            accelerator.CreateSparseMatrixInfoProvider<TPredicate>(tempView), LoadFindEntries<TPredicate, TStride>(accelerator));

    private static Action<AcceleratorStream, Index1D, int, TPredicate, ArrayView2D<int, TStride>> LoadFindEntries<TPredicate, TStride>(
        Accelerator accelerator)
        where TPredicate : struct, InlineList.IPredicate<Index2D>
        where TStride : struct, IStride2D =>
        accelerator.LoadAutoGroupedKernel<Index1D, int, TPredicate, ArrayView2D<int, TStride>>(FindEntries);

    private static SparseMatrixShapeConverter<T, TPredicate, TStride> ShapeConverter<T, TPredicate, TStride>(
        SparseMatrixShapeInfoProvider<TPredicate> count,
        Action<AcceleratorStream, Index1D, int, TPredicate, ArrayView2D<int, TStride>> kernel)
        where T : unmanaged
        where TPredicate : struct, InlineList.IPredicate<Index2D>
        where TStride : struct, IStride2D
    {
        return (stream, inputMatrix, predicate, numNeighbors, getNeighborsFunc) =>
        {
            ArgumentNullException.ThrowIfNull(getNeighborsFunc);
            int most = count(stream, inputMatrix.Extent, predicate, numNeighbors);
            ArrayView2D<int, TStride> neighbors = getNeighborsFunc(most);
            Index2D extent = inputMatrix.IntExtent;
            if (most > 0)
            {
                ArgumentOutOfRangeException.ThrowIfLessThan(neighbors.Extent.X, extent.X, nameof(getNeighborsFunc));
                ArgumentOutOfRangeException.ThrowIfLessThan(neighbors.Extent.Y, most, nameof(getNeighborsFunc));
                kernel(stream, extent.X, extent.Y, predicate, neighbors);
            }

            return new(neighbors, numNeighbors, extent.X, extent.Y);
        };
    }

    /// <inheritdoc cref="SparseMatrixShapeConverter{T, TPredicate, TStride}"/>
    public static SparseMatrixShapeView<TStride> ComputeSparseMatrixShapeConverter<T, TPredicate, TStride>(
        this Accelerator accelerator, AcceleratorStream stream, ArrayView2D<T, TStride> inputMatrix, TPredicate predicate,
        ArrayView<int> numNeighbors, Func<int, ArrayView2D<int, TStride>> getNeighborsFunc, ArrayView<int> tempView)
        where T : unmanaged
        where TPredicate : struct, InlineList.IPredicate<Index2D>
        where TStride : struct, IStride2D =>
        ShapeConverter<T, TPredicate, TStride>(
            InfoProvider(accelerator.Loaded(CreateSparseMatrixInfoProvider<TPredicate, Counts>), tempView),
            accelerator.Loaded(LoadFindEntries<TPredicate, TStride>))(
            stream, inputMatrix, predicate, numNeighbors, getNeighborsFunc);

    /// <summary>Loads the kernel now, for launches later.</summary>
    /// <exception cref="ArgumentException">At launch: the extents do not fit together.</exception>
    public static SparseMatrixConverter<T, TStride> CreateSparseMatrixConverter<T, TStride>(this Accelerator accelerator)
        where T : unmanaged
        where TStride : struct, IStride2D
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        var kernel = accelerator.LoadAutoGroupedKernel<
            Index1D, ArrayView2D<T, TStride>, SparseMatrixShapeView<TStride>, ArrayView2D<T, TStride>>(GatherEntries);
        return (stream, inputMatrix, shapeView, dataView) =>
        {
            Demand(inputMatrix.Extent, shapeView, dataView.Extent);
            if (shapeView.NumRows > 0)
            {
                kernel(stream, shapeView.NumRows, inputMatrix, shapeView, dataView);
            }

            return new(dataView, shapeView);
        };
    }

    /// <inheritdoc cref="SparseMatrixConverter{T, TStride}"/>
    public static SparseMatrixView<T, TStride> ComputeSparseMatrixView<T, TStride>(
        this Accelerator accelerator, AcceleratorStream stream, ArrayView2D<T, TStride> inputMatrix,
        SparseMatrixShapeView<TStride> shapeView, ArrayView2D<T, TStride> dataView)
        where T : unmanaged
        where TStride : struct, IStride2D =>
        accelerator.Loaded(CreateSparseMatrixConverter<T, TStride>)(stream, inputMatrix, shapeView, dataView);

    private static void Demand<TStride>(LongIndex2D input, SparseMatrixShapeView<TStride> shape, LongIndex2D data)
        where TStride : struct, IStride2D
    {
        var found = new LongIndex2D(shape.NumRows.X, shape.NumColumns.X);
        LongIndex2D room = shape.Neighbors.Extent;
        if (input != found || data.X < found.X || data.Y < room.Y)
        {
            throw new ArgumentException(
                $"The shape of a matrix of {found} with room for {room.Y} entries a row takes the values of such a matrix into memory of "
                + $"({found.X}, {room.Y}) at least, not those of {input} into {data}.");
        }
    }

    private static void CountEntries<TPredicate, TTarget>(Index1D row, int columns, TPredicate predicate, TTarget target)
        where TPredicate : struct, InlineList.IPredicate<Index2D>
        where TTarget : struct, ISparseMatrixShapeInfoTarget
    {
        int count = 0;
        for (int column = 0; column < columns; column++)
        {
            count += predicate.Apply(new Index2D(row, column)) ? 1 : 0;
        }

        target.OutputNumNeighbors(row, count);
        target.ComputeAtomicMaxNumNeighbors(count);
    }

    private static void FindEntries<TPredicate, TStride>(
        Index1D row, int columns, TPredicate predicate, ArrayView2D<int, TStride> neighbors)
        where TPredicate : struct, InlineList.IPredicate<Index2D>
        where TStride : struct, IStride2D
    {
        int count = 0;
        for (int column = 0; column < columns; column++)
        {
            if (predicate.Apply(new Index2D(row, column)))
            {
                neighbors[(long)row.X, count] = column;
                count++;
            }
        }
    }

    private static void GatherEntries<T, TStride>(
        Index1D row, ArrayView2D<T, TStride> input, SparseMatrixShapeView<TStride> shape, ArrayView2D<T, TStride> data)
        where T : unmanaged
        where TStride : struct, IStride2D
    {
        int count = shape.NumNeighbors[row];
        for (int i = 0; i < count; i++)
        {
            data[(long)row.X, i] = input[(long)row.X, shape.Neighbors[(long)row.X, i]];
        }
    }

    /// <summary>Keeps every row's number, and the largest of them in <paramref name="most"/>.</summary>
    private readonly struct Counts(ArrayView<int> ofRows, ArrayView<int> most) : ISparseMatrixShapeInfoTarget
    {
        public void OutputNumNeighbors(int rowIndex, int numRowEntries) => ofRows[rowIndex] = numRowEntries;

        public void ComputeAtomicMaxNumNeighbors(int maxNumLocalNeighbors) => Atomic.Max(ref most[0], maxNumLocalNeighbors);
    }
}
