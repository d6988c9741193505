using ILGPU.Runtime;

namespace ILGPU.Algorithms;

/// <summary>Says what the element at an index of a sequence is.</summary>
public interface ISequencer<T>
    where T : struct
{
    T ComputeSequenceElement(LongIndex1D sequenceIndex);
}

public static class SequenceExtensions
{
    /// <summary>Writes the elements of a sequence to the view.</summary>
    public static void Sequence<T, TSequencer>(
        this Accelerator accelerator, AcceleratorStream stream, ArrayView<T> view, TSequencer sequencer)
        where T : unmanaged
        where TSequencer : struct, ISequencer<T>
    {
        if (view.Length > 0)
            accelerator.Launch<ArrayView<T>, TSequencer>(
                Run, stream, accelerator.ComputeGridStrideLoopExtent(view.Length), view, sequencer);
    }

    private static void Run<T, TSequencer>(ArrayView<T> view, TSequencer sequencer)
        where T : unmanaged
        where TSequencer : struct, ISequencer<T>
    {
        long stride = (long)Grid.DimX * Group.DimX;
        for (long i = Grid.LongGlobalIndex.X; i < view.Length; i += stride)
            view[i] = sequencer.ComputeSequenceElement(i);
    }
}
