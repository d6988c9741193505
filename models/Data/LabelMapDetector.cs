using IlgpuGan.Models.Data.Labels;

namespace IlgpuGan.Models.Data;

/// <summary>Distinguishes maps and drawings in a few flat colours, whose colours carry meaning, from photographs.</summary>
internal static class LabelMapDetector
{
    /// <summary>Number of pictures examined, spread over the set.</summary>
    private const int Looked = 20;

    /// <param name="count">number of pictures in the domain</param>
    /// <param name="read">reads a picture by its index</param>
    public static bool AreMaps(int count, Func<int, Picture> read)
    {
        var step = Math.Max(1, count / Looked);
        var pictures = Enumerable.Range(0, count).Where(i => i % step == 0).Take(Looked).Select(TryRead).OfType<Picture>().ToList();
        return pictures.Count > 0 && pictures.All(p => p.Layers.Count == 1)
            && LabelPalette.Find([.. pictures.Select(p => new Picture(p.Converted(3).Layers[0].ToEightBits()))]) is not null;

        Picture? TryRead(int index)
        {
            try
            {
                return read(index);
            }
            catch (DataException)
            {
                return null; // Who reads it for training reports it.
            }
        }
    }
}
