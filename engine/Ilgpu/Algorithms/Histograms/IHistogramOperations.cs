namespace ILGPU.Algorithms.HistogramOperations;

/// <summary>Says which bin counts a value.</summary>
public interface IComputeSingleBinOperation<T, TIndex>
    where T : unmanaged
    where TIndex : struct, IGenericIndex<TIndex>
{
    TIndex ComputeHistogramBin(T value, TIndex numBins);
}

/// <summary>Counts a value in as many bins as it likes.</summary>
public interface IComputeMultiBinOperation<T, TBinType, TIncrementor>
    where T : unmanaged
    where TBinType : unmanaged
    where TIncrementor : struct, IIncrementOperation<TBinType>
{
    void ComputeHistogramBins(T value, ArrayView<TBinType> histogram, in TIncrementor incrementOperation, out bool incrementOverflow);
}

/// <summary>Counts one more, atomically.</summary>
public interface IIncrementOperation<TBinType>
    where TBinType : unmanaged
{
    /// <param name="target">A bin.</param>
    /// <param name="incrementOverflow">Whether the bin had reached its largest value before.</param>
    void Increment(ref TBinType target, out bool incrementOverflow);
}
