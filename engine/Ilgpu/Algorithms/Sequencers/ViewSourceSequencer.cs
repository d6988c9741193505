using ILGPU.Runtime;

namespace ILGPU.Algorithms.Sequencers;

/// <summary>The elements of a view, in their order.</summary>
public readonly struct ViewSourceSequencer<T, TStride>(ArrayView1D<T, TStride> viewSource) : ISequencer<T>
    where T : unmanaged
    where TStride : struct, IStride1D
{
    public ArrayView1D<T, TStride> ViewSource { get; } = viewSource;

    public T ComputeSequenceElement(LongIndex1D sequenceIndex) => ViewSource[sequenceIndex];
}
