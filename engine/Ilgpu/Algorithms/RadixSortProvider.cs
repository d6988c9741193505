using ILGPU.Algorithms.RadixSortOperations;
using ILGPU.Algorithms.Sequencers;
using ILGPU.Runtime;

namespace ILGPU.Algorithms;

/// <summary>Sorts the view's elements in place; the provider has the temporary memory.</summary>
public delegate void BufferedRadixSort<T, TStride>(AcceleratorStream stream, ArrayView1D<T, TStride> view)
    where T : unmanaged
    where TStride : struct, IStride1D;

/// <summary>Sorts the keys in place and moves each key's value along; the provider has the temporary memory.</summary>
public delegate void BufferedRadixSortPairs<TKey, TKeyStride, TValue, TValueStride>(
    AcceleratorStream stream, ArrayView1D<TKey, TKeyStride> keys, ArrayView1D<TValue, TValueStride> values)
    where TKey : unmanaged
    where TKeyStride : struct, IStride1D
    where TValue : unmanaged
    where TValueStride : struct, IStride1D;

/// <summary>Sorts the keys in place and moves the elements of a sequence along; the provider has the temporary memory.</summary>
public delegate void BufferedRadixSortPairs<TKey, TKeyStride, TValue, TValueStride, TSequencer>(
    AcceleratorStream stream, ArrayView1D<TKey, TKeyStride> keys, ArrayView1D<TValue, TValueStride> outputValues, TSequencer sequencer)
    where TKey : unmanaged
    where TKeyStride : struct, IStride1D
    where TValue : unmanaged
    where TValueStride : struct, IStride1D
    where TSequencer : struct, ISequencer<TValue>;

/// <summary>Makes sorts that share temporary memory; it must outlive them.</summary>
public sealed class RadixSortProvider : AcceleratorObject
{
    private readonly MemoryBuffer1D<int, Stride1D.Dense> _temp;

    internal RadixSortProvider(Accelerator accelerator, Index1D tempStorageSize)
        : base(accelerator) => _temp = accelerator.Allocate1D<int>(tempStorageSize);

    /// <inheritdoc cref="RadixSortExtensions.CreateRadixSort"/>
    public BufferedRadixSort<T, TStride> CreateRadixSort<T, TStride, TRadixSortOperation>()
        where T : unmanaged
        where TStride : struct, IStride1D
        where TRadixSortOperation : struct, IRadixSortOperation<T>
    {
        RadixSort<T, TStride> sort = Accelerator.CreateRadixSort<T, TStride, TRadixSortOperation>();
        return (stream, view) => sort(stream, view, _temp.AsContiguous());
    }

    /// <inheritdoc cref="RadixSortExtensions.CreateRadixSortPairs{TKey, TKeyStride, TValue, TValueStride, TRadixSortOperation}"/>
    public BufferedRadixSortPairs<TKey, TKeyStride, TValue, TValueStride>
        CreateRadixSortPairs<TKey, TKeyStride, TValue, TValueStride, TRadixSortOperation>()
        where TKey : unmanaged
        where TKeyStride : struct, IStride1D
        where TValue : unmanaged
        where TValueStride : struct, IStride1D
        where TRadixSortOperation : struct, IRadixSortOperation<TKey>
    {
        var sort = Accelerator.CreateRadixSortPairs<TKey, TKeyStride, TValue, TValueStride, TRadixSortOperation>();
        return (stream, keys, values) => sort(stream, keys, values, _temp.AsContiguous());
    }

    /// <summary>
    /// As <see cref="CreateRadixSortPairs{TKey, TKeyStride, TValue, TValueStride, TRadixSortOperation}"/>, of a sequence.
    /// </summary>
    public BufferedRadixSortPairs<TKey, TKeyStride, TValue, TValueStride, TSequencer>
        CreateRadixSortPairs<TKey, TKeyStride, TValue, TValueStride, TSequencer, TRadixSortOperation>()
        where TKey : unmanaged
        where TKeyStride : struct, IStride1D
        where TValue : unmanaged
        where TValueStride : struct, IStride1D
        where TSequencer : struct, ISequencer<TValue>
        where TRadixSortOperation : struct, IRadixSortOperation<TKey>
    {
        var sort = Accelerator.CreateRadixSortPairs<TKey, TKeyStride, TValue, TValueStride, TSequencer, TRadixSortOperation>();
        return (stream, keys, outputValues, sequencer) => sort(stream, keys, outputValues, sequencer, _temp.AsContiguous());
    }

    /// <inheritdoc/>
    protected override void DisposeAcceleratorObject(bool disposing)
    {
        if (disposing)
        {
            _temp.Dispose();
        }
    }
}
