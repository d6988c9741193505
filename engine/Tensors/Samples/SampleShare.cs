namespace IlgpuGan.Tensors.Samples;

/// <summary>Which of a step's samples a rank has: those of a batch are divided evenly, in their order.</summary>
/// <param name="First">the number of its first sample in the whole batch</param>
/// <param name="Count">how many it has; 0 where there are more ranks than samples</param>
/// <param name="Total">samples of the whole batch</param>
public readonly record struct SampleShare(int First, int Count, int Total)
{
    /// <summary>A rank's share of a batch.</summary>
    public static SampleShare Of(int rank, int ranks, int total)
    {
        var first = (int)((long)total * rank / ranks);
        return new SampleShare(first, (int)((long)total * (rank + 1) / ranks) - first, total);
    }
}
