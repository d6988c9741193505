using IlgpuGan.Models.Data.Labels;

namespace IlgpuGan.Models.Data;

/// <summary>
/// Whether pictures of a domain are maps or drawings of a few flat colours, whose colours mean something, or photographs.
/// </summary>
internal static class LabelMapDetector
{
    /// <summary>So many pictures, spread over the set, tell.</summary>
    private const int Looked = 20;

    /// <param name="count">pictures of the domain</param>
    /// <param name="read">the picture of a number</param>
    public static bool AreMaps(int count, Func<int, Picture> read)
    {
        var step = Math.Max(1, count / Looked);
        var pictures = Enumerable.Range(0, count).Where(i => i % step == 0).Take(Looked).Select(read).ToList();
        return pictures.All(p => p.Layers.Count == 1)
            && LabelPalette.Find([.. pictures.Select(p => new Picture(p.Layers[0].ToEightBits().ToChannels(3)))]) is not null;
    }
}
