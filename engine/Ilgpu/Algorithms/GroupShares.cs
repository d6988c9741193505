using ILGPU.Runtime;

namespace ILGPU.Algorithms;

/// <summary>How an algorithm over a whole view shares it out: every group takes as many neighbours as the others, but the last.</summary>
/// <param name="Length">The elements.</param>
/// <param name="Groups">One at least.</param>
/// <param name="GroupSize">The threads of a group.</param>
internal readonly record struct GroupShares(long Length, int Groups, int GroupSize)
{
    private const int PreferredGroupSize = 256;

    /// <summary>More groups than these would spend more on each other's results than on their own elements.</summary>
    private const int MaxGroups = 128;

    public KernelConfig Config => (Groups, GroupSize);

    /// <summary>The elements of a group.</summary>
    public long Share => XMath.DivRoundUp(Length, Groups);

    public static GroupShares Of(Accelerator accelerator, long length)
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        int groupSize = Math.Min(PreferredGroupSize, accelerator.MaxNumThreadsPerGroup);
        return new(length, (int)Math.Clamp(XMath.DivRoundUp(length, groupSize), 1, MaxGroups), groupSize);
    }
}
