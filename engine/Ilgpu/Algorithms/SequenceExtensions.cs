using ILGPU.Algorithms.Sequencers;
using ILGPU.Runtime;

namespace ILGPU.Algorithms;

/// <summary>Writes the elements of a sequence to a view.</summary>
public delegate void Sequencer<T, TStride, TSequencer>(AcceleratorStream stream, ArrayView1D<T, TStride> view, TSequencer sequencer)
    where T : unmanaged
    where TStride : struct, IStride1D
    where TSequencer : struct, ISequencer<T>;

/// <summary>Writes a sequence each of whose elements stands <paramref name="sequenceBatchLength"/> times: 0 0 1 1 2 2 … for two.</summary>
public delegate void BatchedSequencer<T, TStride, TSequencer>(
    AcceleratorStream stream, ArrayView1D<T, TStride> view, LongIndex1D sequenceBatchLength, TSequencer sequencer)
    where T : unmanaged
    where TStride : struct, IStride1D
    where TSequencer : struct, ISequencer<T>;

/// <summary>Writes the first <paramref name="sequenceLength"/> elements of a sequence again and again: 0 1 0 1 … for two.</summary>
public delegate void RepeatedSequencer<T, TStride, TSequencer>(
    AcceleratorStream stream, ArrayView1D<T, TStride> view, LongIndex1D sequenceLength, TSequencer sequencer)
    where T : unmanaged
    where TStride : struct, IStride1D
    where TSequencer : struct, ISequencer<T>;

/// <summary>
/// Writes the first <paramref name="sequenceLength"/> elements again and again, each a batch long: 0 0 1 1 0 0 … for two and two.
/// </summary>
public delegate void RepeatedBatchedSequencer<T, TStride, TSequencer>(
    AcceleratorStream stream, ArrayView1D<T, TStride> view, LongIndex1D sequenceLength, LongIndex1D sequenceBatchLength,
    TSequencer sequencer)
    where T : unmanaged
    where TStride : struct, IStride1D
    where TSequencer : struct, ISequencer<T>;

/// <summary>
/// Views filled with sequences. Lengths of sequences and batches are at least one; a smaller one is refused at the launch.
/// </summary>
public static class SequenceExtensions
{
    /// <summary>Loads the kernel of a sequence now, for launches later.</summary>
    public static Sequencer<T, TStride, TSequencer> CreateSequencer<T, TStride, TSequencer>(this Accelerator accelerator)
        where T : unmanaged
        where TStride : struct, IStride1D
        where TSequencer : struct, ISequencer<T>
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        var kernel = accelerator.LoadKernel<ArrayView1D<T, TStride>, TSequencer>(Run);
        return (stream, view, sequencer) =>
        {
            if (view.Extent.X > 0)
            {
                kernel(stream, accelerator.ComputeGridStrideLoopExtent(view.Extent.X), view, sequencer);
            }
        };
    }

    /// <summary>Loads the kernel of a sequence with batches now, for launches later.</summary>
    public static BatchedSequencer<T, TStride, TSequencer> CreateBatchedSequencer<T, TStride, TSequencer>(this Accelerator accelerator)
        where T : unmanaged
        where TStride : struct, IStride1D
        where TSequencer : struct, ISequencer<T>
    {
        RepeatedBatchedSequencer<T, TStride, TSequencer> sequence = accelerator.CreateRepeatedBatchedSequencer<T, TStride, TSequencer>();
        return (stream, view, sequenceBatchLength, sequencer) =>
            sequence(stream, view, long.MaxValue, sequenceBatchLength, sequencer);
    }

    /// <summary>Loads the kernel of a repeated sequence now, for launches later.</summary>
    public static RepeatedSequencer<T, TStride, TSequencer> CreateRepeatedSequencer<T, TStride, TSequencer>(this Accelerator accelerator)
        where T : unmanaged
        where TStride : struct, IStride1D
        where TSequencer : struct, ISequencer<T>
    {
        RepeatedBatchedSequencer<T, TStride, TSequencer> sequence = accelerator.CreateRepeatedBatchedSequencer<T, TStride, TSequencer>();
        return (stream, view, sequenceLength, sequencer) => sequence(stream, view, sequenceLength, 1, sequencer);
    }

    /// <summary>Loads the kernel of a repeated sequence with batches now, for launches later.</summary>
    public static RepeatedBatchedSequencer<T, TStride, TSequencer> CreateRepeatedBatchedSequencer<T, TStride, TSequencer>(
        this Accelerator accelerator)
        where T : unmanaged
        where TStride : struct, IStride1D
        where TSequencer : struct, ISequencer<T>
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        var kernel = accelerator.LoadKernel<ArrayView1D<T, TStride>, long, long, TSequencer>(RunRepeated);
        return (stream, view, sequenceLength, sequenceBatchLength, sequencer) =>
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(sequenceLength.X, 1, nameof(sequenceLength));
            ArgumentOutOfRangeException.ThrowIfLessThan(sequenceBatchLength.X, 1, nameof(sequenceBatchLength));
            if (view.Extent.X > 0)
            {
                kernel(
                    stream, accelerator.ComputeGridStrideLoopExtent(view.Extent.X), view, sequenceLength.X, sequenceBatchLength.X,
                    sequencer);
            }
        };
    }

    /// <summary>Writes the elements of a sequence to the view.</summary>
    public static void Sequence<T, TSequencer>(
        this Accelerator accelerator, AcceleratorStream stream, ArrayView<T> view, TSequencer sequencer)
        where T : unmanaged
        where TSequencer : struct, ISequencer<T> => accelerator.Sequence<T, Stride1D.Dense, TSequencer>(stream, view, sequencer);

    /// <inheritdoc cref="Sequence{T, TSequencer}"/>
    public static void Sequence<T, TStride, TSequencer>(
        this Accelerator accelerator, AcceleratorStream stream, ArrayView1D<T, TStride> view, TSequencer sequencer)
        where T : unmanaged
        where TStride : struct, IStride1D
        where TSequencer : struct, ISequencer<T> => accelerator.Loaded(CreateSequencer<T, TStride, TSequencer>)(stream, view, sequencer);

    /// <inheritdoc cref="RepeatedSequencer{T, TStride, TSequencer}"/>
    public static void RepeatedSequence<T, TSequencer>(
        this Accelerator accelerator, AcceleratorStream stream, ArrayView<T> view, LongIndex1D sequenceLength, TSequencer sequencer)
        where T : unmanaged
        where TSequencer : struct, ISequencer<T> =>
        accelerator.RepeatedSequence<T, Stride1D.Dense, TSequencer>(stream, view, sequenceLength, sequencer);

    /// <inheritdoc cref="RepeatedSequencer{T, TStride, TSequencer}"/>
    public static void RepeatedSequence<T, TStride, TSequencer>(
        this Accelerator accelerator, AcceleratorStream stream, ArrayView1D<T, TStride> view, LongIndex1D sequenceLength,
        TSequencer sequencer)
        where T : unmanaged
        where TStride : struct, IStride1D
        where TSequencer : struct, ISequencer<T> =>
        accelerator.Loaded(CreateRepeatedSequencer<T, TStride, TSequencer>)(stream, view, sequenceLength, sequencer);

    /// <inheritdoc cref="BatchedSequencer{T, TStride, TSequencer}"/>
    public static void BatchedSequence<T, TSequencer>(
        this Accelerator accelerator, AcceleratorStream stream, ArrayView<T> view, LongIndex1D sequenceBatchLength, TSequencer sequencer)
        where T : unmanaged
        where TSequencer : struct, ISequencer<T> =>
        accelerator.BatchedSequence<T, Stride1D.Dense, TSequencer>(stream, view, sequenceBatchLength, sequencer);

    /// <inheritdoc cref="BatchedSequencer{T, TStride, TSequencer}"/>
    public static void BatchedSequence<T, TStride, TSequencer>(
        this Accelerator accelerator, AcceleratorStream stream, ArrayView1D<T, TStride> view, LongIndex1D sequenceBatchLength,
        TSequencer sequencer)
        where T : unmanaged
        where TStride : struct, IStride1D
        where TSequencer : struct, ISequencer<T> =>
        accelerator.Loaded(CreateBatchedSequencer<T, TStride, TSequencer>)(stream, view, sequenceBatchLength, sequencer);

    /// <inheritdoc cref="RepeatedBatchedSequencer{T, TStride, TSequencer}"/>
    public static void RepeatedBatchedSequence<T, TSequencer>(
        this Accelerator accelerator, AcceleratorStream stream, ArrayView<T> view, LongIndex1D sequenceLength,
        LongIndex1D sequenceBatchLength, TSequencer sequencer)
        where T : unmanaged
        where TSequencer : struct, ISequencer<T> =>
        accelerator.RepeatedBatchedSequence<T, Stride1D.Dense, TSequencer>(stream, view, sequenceLength, sequenceBatchLength, sequencer);

    /// <inheritdoc cref="RepeatedBatchedSequencer{T, TStride, TSequencer}"/>
    public static void RepeatedBatchedSequence<T, TStride, TSequencer>(
        this Accelerator accelerator, AcceleratorStream stream, ArrayView1D<T, TStride> view, LongIndex1D sequenceLength,
        LongIndex1D sequenceBatchLength, TSequencer sequencer)
        where T : unmanaged
        where TStride : struct, IStride1D
        where TSequencer : struct, ISequencer<T> =>
        accelerator.Loaded(CreateRepeatedBatchedSequencer<T, TStride, TSequencer>)(
            stream, view, sequenceLength, sequenceBatchLength, sequencer);

    private static void Run<T, TStride, TSequencer>(ArrayView1D<T, TStride> view, TSequencer sequencer)
        where T : unmanaged
        where TStride : struct, IStride1D
        where TSequencer : struct, ISequencer<T>
    {
        long stride = (long)Grid.DimX * Group.DimX;
        for (long i = Grid.LongGlobalIndex.X; i < view.Extent.X; i += stride)
        {
            view[new LongIndex1D(i)] = sequencer.ComputeSequenceElement(i);
        }
    }

    private static void RunRepeated<T, TStride, TSequencer>(
        ArrayView1D<T, TStride> view, long sequenceLength, long batchLength, TSequencer sequencer)
        where T : unmanaged
        where TStride : struct, IStride1D
        where TSequencer : struct, ISequencer<T>
    {
        long stride = (long)Grid.DimX * Group.DimX;
        for (long i = Grid.LongGlobalIndex.X; i < view.Extent.X; i += stride)
        {
            view[new LongIndex1D(i)] = sequencer.ComputeSequenceElement(i / batchLength % sequenceLength);
        }
    }
}
