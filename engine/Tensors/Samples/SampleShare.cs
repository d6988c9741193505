namespace IlgpuGan.Tensors.Samples;

/// <summary>The samples of a batch that one rank computes. A batch is divided evenly among the ranks, in order.</summary>
/// <param name="First">index of the rank's first sample in the whole batch</param>
/// <param name="Count">number of its samples; 0 where there are more ranks than samples</param>
/// <param name="Total">number of samples of the whole batch</param>
internal readonly record struct SampleShare(int First, int Count, int Total)
{
    /// <summary>A rank's share of a batch.</summary>
    public static SampleShare Of(int rank, int ranks, int total)
    {
        var first = (int)((long)total * rank / ranks);
        return new SampleShare(first, (int)((long)total * (rank + 1) / ranks) - first, total);
    }
}
