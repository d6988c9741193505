using IlgpuGan.Tensors.Devices.Gpu.Reductions;

namespace IlgpuGan.Tensors.Devices.Gpu.Norm;

/// <summary>
/// The layout of a norm's groups: elements with a common mean. A group is split into parts, one for each group of threads.
/// </summary>
/// <param name="Channels">number of channels</param>
/// <param name="Inner">pixels of a plane</param>
/// <param name="Groups">number of means and variances</param>
/// <param name="GroupElements">elements of a group</param>
/// <param name="RunStride">distance between a group's runs of <paramref name="Inner"/> elements; 0 if there is only one run</param>
/// <param name="Parts">parts of a group</param>
/// <param name="PerPart">elements of a part; the last one may have fewer</param>
/// <param name="Unit">
/// the power of two in 1/<paramref name="GroupElements"/> (<see cref="ReduceKernels.UnitOf"/>), by which numbers are multiplied before they
/// are added up for a mean, since the sum may exceed float32
/// </param>
internal readonly record struct NormLayout(
    int Channels, int Inner, int Groups, int GroupElements, int RunStride, int Parts, int PerPart, float Unit)
{
    /// <summary>The least number of elements of a part.</summary>
    private const int MinPerPart = 4096;

    private const int MaxParts = 64;

    public static NormLayout Of(in NormGeometry g)
    {
        var elements = (int)g.GroupSize;
        var parts = Math.Clamp(elements / MinPerPart, 1, MaxParts);
        var perPart = (elements + parts - 1) / parts;
        var hasRuns = !g.PerInstance && g.Outer > 1;
        return new NormLayout(
            g.Channels, g.Inner, g.Groups, elements, hasRuns ? g.Channels * g.Inner : 0, (elements + perPart - 1) / perPart, perPart,
            ReduceKernels.UnitOf(1f / elements));
    }

    /// <summary>The offset of a group's element.</summary>
    public int Place(int group, int element)
    {
        if (RunStride == 0)
        {
            return (group * Inner) + element;
        }

        var run = element / Inner;
        return (run * RunStride) + (group * Inner) + (element - (run * Inner));
    }
}
