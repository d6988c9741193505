namespace IlgpuGan.Tensors.Devices.Gpu.Norm;

/// <summary>
/// How the elements of normalisation are cut: each group (what has one mean) into parts, each part to a group of threads.
/// </summary>
/// <param name="Channels">channels</param>
/// <param name="Inner">pixels</param>
/// <param name="Groups">means and variances</param>
/// <param name="GroupElements">elements behind each</param>
/// <param name="RunStride">elements from one run of <paramref name="Inner"/> of a group to its next: 0 if there is but one</param>
/// <param name="Parts">parts of a group</param>
/// <param name="PerPart">elements of each part but the last</param>
internal readonly record struct NormLayout(
    int Channels, int Inner, int Groups, int GroupElements, int RunStride, int Parts, int PerPart)
{
    /// <summary>Elements that are worth a group of threads of their own.</summary>
    private const int LeastPerPart = 4096;

    private const int MaxParts = 64;

    public static NormLayout Of(in NormGeometry g)
    {
        var elements = (int)g.GroupSize;
        var parts = Math.Clamp(elements / LeastPerPart, 1, MaxParts);
        var perPart = (elements + parts - 1) / parts;
        var hasRuns = !g.PerInstance && g.Outer > 1;
        return new NormLayout(
            g.Channels, g.Inner, g.Groups, elements, hasRuns ? g.Channels * g.Inner : 0, (elements + perPart - 1) / perPart, perPart);
    }

    /// <summary>Where an element of a group lies.</summary>
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
