namespace ILGPU.Algorithms.Sequencers;

/// <summary>Says what the element at an index of a sequence is.</summary>
public interface ISequencer<T>
    where T : struct
{
    T ComputeSequenceElement(LongIndex1D sequenceIndex);
}
