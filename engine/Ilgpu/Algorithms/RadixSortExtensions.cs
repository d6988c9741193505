using ILGPU.Algorithms.RadixSortOperations;
using ILGPU.Algorithms.Sequencers;
using ILGPU.Runtime;

namespace ILGPU.Algorithms;

/// <summary>Sorts the view's elements in place.</summary>
/// <param name="stream">Where to.</param>
/// <param name="view">The elements.</param>
/// <param name="temp">Room as <see cref="RadixSortExtensions.ComputeRadixSortTempStorageSize"/> says; its contents don't matter.</param>
public delegate void RadixSort<T, TStride>(AcceleratorStream stream, ArrayView1D<T, TStride> view, ArrayView<int> temp)
    where T : unmanaged
    where TStride : struct, IStride1D;

/// <summary>Sorts the keys in place and moves each key's value along.</summary>
/// <param name="stream">Where to.</param>
/// <param name="keys">What to sort by.</param>
/// <param name="values">As many values.</param>
/// <param name="temp">
/// Room as <see cref="RadixSortExtensions.ComputeRadixSortPairsTempStorageSize"/> says; its contents don't matter.
/// </param>
public delegate void RadixSortPairs<TKey, TKeyStride, TValue, TValueStride>(
    AcceleratorStream stream, ArrayView1D<TKey, TKeyStride> keys, ArrayView1D<TValue, TValueStride> values, ArrayView<int> temp)
    where TKey : unmanaged
    where TKeyStride : struct, IStride1D
    where TValue : unmanaged
    where TValueStride : struct, IStride1D;

/// <summary>Sorts the keys in place and moves the elements of a sequence along, one to a key.</summary>
/// <param name="stream">Where to.</param>
/// <param name="keys">What to sort by.</param>
/// <param name="outputValues">Becomes the elements of the sequence, in the keys' new order.</param>
/// <param name="sequencer">What each key's value is; <see cref="IndexSequencer"/> tells where each key was.</param>
/// <param name="temp">
/// Room as <see cref="RadixSortExtensions.ComputeRadixSortPairsTempStorageSize"/> says; its contents don't matter.
/// </param>
public delegate void RadixSortPairs<TKey, TKeyStride, TValue, TValueStride, TSequencer>(
    AcceleratorStream stream, ArrayView1D<TKey, TKeyStride> keys, ArrayView1D<TValue, TValueStride> outputValues, TSequencer sequencer,
    ArrayView<int> temp)
    where TKey : unmanaged
    where TKeyStride : struct, IStride1D
    where TValue : unmanaged
    where TValueStride : struct, IStride1D
    where TSequencer : struct, ISequencer<TValue>;

/// <summary>
/// Sorts that keep the order of equal keys, four bits at a time from the lowest on. A pass carries the elements from the view to the
/// temporary memory or back, so the passes are even in number. Keys of floating point are ordered as .NET orders them: NaN is less than
/// every number, and the zeros are equal.
/// </summary>
public static class RadixSortExtensions
{
    /// <summary>The number of 32-bit integers that a sort of <paramref name="dataLength"/> elements needs as temporary memory.</summary>
    public static Index1D ComputeRadixSortTempStorageSize<T, TRadixSortOperation>(this Accelerator accelerator, Index1D dataLength)
        where T : unmanaged
        where TRadixSortOperation : struct, IRadixSortOperation<T>
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        return checked((int)(RadixSortPlan.RoomFor<T>(dataLength.X) + RadixSortPlan.RoomForCounts(accelerator, dataLength.X)));
    }

    /// <summary>The number of 32-bit integers that a sort of <paramref name="dataLength"/> pairs needs as temporary memory.</summary>
    public static Index1D ComputeRadixSortPairsTempStorageSize<TKey, TValue, TRadixSortOperation>(
        this Accelerator accelerator, Index1D dataLength)
        where TKey : unmanaged
        where TValue : unmanaged
        where TRadixSortOperation : struct, IRadixSortOperation<TKey>
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        long elements = RadixSortPlan.RoomFor<TKey>(dataLength.X) + RadixSortPlan.RoomFor<TValue>(dataLength.X);
        return checked((int)(elements + RadixSortPlan.RoomForCounts(accelerator, dataLength.X)));
    }

    /// <summary>Loads the kernels of a sort.</summary>
    /// <exception cref="ArgumentOutOfRangeException">At launch: the temporary memory is too short.</exception>
    public static RadixSort<T, TStride> CreateRadixSort<T, TStride, TRadixSortOperation>(this Accelerator accelerator)
        where T : unmanaged
        where TStride : struct, IStride1D
        where TRadixSortOperation : struct, IRadixSortOperation<T>
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        var countThere = new RadixSortCount<T, TStride, TRadixSortOperation>(accelerator);
        var countBack = new RadixSortCount<T, Stride1D.Dense, TRadixSortOperation>(accelerator);
        var there = accelerator.LoadKernel<
            ArrayView1D<T, TStride>, ArrayView1D<T, Stride1D.Dense>, ArrayView<int>, long, RadixDigit,
            TRadixSortOperation>(RadixSortKernels.Scatter);
        var back = accelerator.LoadKernel<
            ArrayView1D<T, Stride1D.Dense>, ArrayView1D<T, TStride>, ArrayView<int>, long, RadixDigit,
            TRadixSortOperation>(RadixSortKernels.Scatter);
        return (stream, view, temp) =>
        {
            if (view.Extent.X < 2)
            {
                return;
            }

            var plan = new RadixSortPlan(accelerator, view.Extent.X, temp, RadixSortPlan.RoomFor<T>(view.Extent.X));
            ArrayView1D<T, Stride1D.Dense> other = plan.Elements.Cast<T>().SubView(0, view.Extent.X);
            int bits = default(TRadixSortOperation).NumBits;
            for (int shift = 0; shift < bits; shift += 2 * RadixDigit.Bits)
            {
                var digit = RadixDigit.At(shift, bits);
                countThere.Launch(stream, view, plan, digit);
                there(stream, plan.Config, view, other, plan.Counts, plan.Share, digit, default);
                digit = RadixDigit.At(shift + RadixDigit.Bits, bits);
                countBack.Launch(stream, other, plan, digit);
                back(stream, plan.Config, other, view, plan.Counts, plan.Share, digit, default);
            }
        };
    }

    /// <summary>Loads the kernels of a sort of keys with their values.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// At launch: there are fewer values than keys, or the temporary memory is too short.
    /// </exception>
    public static RadixSortPairs<TKey, TKeyStride, TValue, TValueStride>
        CreateRadixSortPairs<TKey, TKeyStride, TValue, TValueStride, TRadixSortOperation>(
        this Accelerator accelerator)
        where TKey : unmanaged
        where TKeyStride : struct, IStride1D
        where TValue : unmanaged
        where TValueStride : struct, IStride1D
        where TRadixSortOperation : struct, IRadixSortOperation<TKey>
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        var countThere = new RadixSortCount<TKey, TKeyStride, TRadixSortOperation>(accelerator);
        var countBack = new RadixSortCount<TKey, Stride1D.Dense, TRadixSortOperation>(accelerator);
        var there = accelerator.LoadKernel<
            ArrayView1D<TKey, TKeyStride>, ArrayView1D<TValue, TValueStride>, ArrayView1D<TKey, Stride1D.Dense>,
            ArrayView1D<TValue, Stride1D.Dense>,
            ArrayView<int>, long, RadixDigit, TRadixSortOperation>(RadixSortKernels.ScatterPairs);
        var back = accelerator.LoadKernel<
            ArrayView1D<TKey, Stride1D.Dense>, ArrayView1D<TValue, Stride1D.Dense>, ArrayView1D<TKey, TKeyStride>,
            ArrayView1D<TValue, TValueStride>,
            ArrayView<int>, long, RadixDigit, TRadixSortOperation>(RadixSortKernels.ScatterPairs);
        return (stream, keys, values, temp) =>
        {
            long length = keys.Extent.X;
            ArgumentOutOfRangeException.ThrowIfLessThan(values.Extent.X, length, nameof(values));
            if (length < 2)
            {
                return;
            }

            long keyRoom = RadixSortPlan.RoomFor<TKey>(length);
            var plan = new RadixSortPlan(accelerator, length, temp, keyRoom + RadixSortPlan.RoomFor<TValue>(length));
            ArrayView1D<TKey, Stride1D.Dense> otherKeys = plan.Elements.Cast<TKey>().SubView(0, length);
            ArrayView1D<TValue, Stride1D.Dense> otherValues = plan.Elements.SubView(keyRoom).Cast<TValue>().SubView(0, length);
            int bits = default(TRadixSortOperation).NumBits;
            for (int shift = 0; shift < bits; shift += 2 * RadixDigit.Bits)
            {
                var digit = RadixDigit.At(shift, bits);
                countThere.Launch(stream, keys, plan, digit);
                there(stream, plan.Config, keys, values, otherKeys, otherValues, plan.Counts, plan.Share, digit, default);
                digit = RadixDigit.At(shift + RadixDigit.Bits, bits);
                countBack.Launch(stream, otherKeys, plan, digit);
                back(stream, plan.Config, otherKeys, otherValues, keys, values, plan.Counts, plan.Share, digit, default);
            }
        };
    }

    /// <summary>Loads the kernels of a sort of keys with values that a sequence gives.</summary>
    /// <exception cref="ArgumentOutOfRangeException">
    /// At launch: there is less room for values than there are keys, or the temporary memory is too short.
    /// </exception>
    public static RadixSortPairs<TKey, TKeyStride, TValue, TValueStride, TSequencer>
        CreateRadixSortPairs<TKey, TKeyStride, TValue, TValueStride, TSequencer, TRadixSortOperation>(this Accelerator accelerator)
        where TKey : unmanaged
        where TKeyStride : struct, IStride1D
        where TValue : unmanaged
        where TValueStride : struct, IStride1D
        where TSequencer : struct, ISequencer<TValue>
        where TRadixSortOperation : struct, IRadixSortOperation<TKey>
    {
        Sequencer<TValue, TValueStride, TSequencer> sequence = accelerator.CreateSequencer<TValue, TValueStride, TSequencer>();
        var sort = accelerator.CreateRadixSortPairs<TKey, TKeyStride, TValue, TValueStride, TRadixSortOperation>();
        return (stream, keys, outputValues, sequencer, temp) =>
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(outputValues.Extent.X, keys.Extent.X, nameof(outputValues));
            ArrayView1D<TValue, TValueStride> values = outputValues.SubView(LongIndex1D.Zero, keys.Extent);
            sequence(stream, values, sequencer);
            sort(stream, keys, values, temp);
        };
    }

    /// <summary>Makes sorts that share temporary memory of their own; they may not run at the same time.</summary>
    /// <param name="accelerator">Where to sort.</param>
    /// <param name="tempStorageSize">The most 32-bit integers that any of the sorts needs.</param>
    /// <exception cref="ArgumentOutOfRangeException">The size is less than one.</exception>
    public static RadixSortProvider CreateRadixSortProvider(this Accelerator accelerator, Index1D tempStorageSize)
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        ArgumentOutOfRangeException.ThrowIfLessThan(tempStorageSize.X, 1, nameof(tempStorageSize));
        return new(accelerator, tempStorageSize);
    }

    /// <summary>Makes sorts of at most <paramref name="dataLength"/> elements of type <typeparamref name="T"/>.</summary>
    /// <inheritdoc cref="CreateRadixSortProvider(Accelerator, Index1D)"/>
    public static RadixSortProvider CreateRadixSortProvider<T, TRadixSortOperation>(this Accelerator accelerator, Index1D dataLength)
        where T : unmanaged
        where TRadixSortOperation : struct, IRadixSortOperation<T> =>
        accelerator.CreateRadixSortProvider(accelerator.ComputeRadixSortTempStorageSize<T, TRadixSortOperation>(dataLength));

    /// <summary>Makes sorts of at most <paramref name="dataLength"/> pairs of these types.</summary>
    /// <inheritdoc cref="CreateRadixSortProvider(Accelerator, Index1D)"/>
    public static RadixSortProvider CreateRadixSortProvider<TKey, TValue, TRadixSortOperation>(
        this Accelerator accelerator, Index1D dataLength)
        where TKey : unmanaged
        where TValue : unmanaged
        where TRadixSortOperation : struct, IRadixSortOperation<TKey> =>
        accelerator.CreateRadixSortProvider(
            accelerator.ComputeRadixSortPairsTempStorageSize<TKey, TValue, TRadixSortOperation>(dataLength));
}
