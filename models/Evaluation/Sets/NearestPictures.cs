using IlgpuGan.Models.Data;

namespace IlgpuGan.Models.Evaluation.Sets;

/// <summary>The pictures of a set that others are nearest to, by the mean absolute difference of their numbers, of a range of 2.</summary>
/// <param name="pictures">of one size</param>
public sealed class NearestPictures(IReadOnlyList<Picture> pictures)
{
    private readonly float[][] _values = [.. pictures.Select(Diversity.Values)];

    /// <summary>The nearest ones of the set, with their distances, the nearest first.</summary>
    /// <param name="picture">of the set's size</param>
    /// <param name="count">how many, at most</param>
    public IReadOnlyList<(Picture Picture, double Distance)> To(Picture picture, int count)
    {
        var values = Diversity.Values(picture);
        var distances = new double[_values.Length];
        Parallel.For(0, _values.Length, i => distances[i] = Diversity.Distance(values, _values[i]));
        return [.. distances.Index().OrderBy(d => d.Item).Take(count).Select(d => (pictures[d.Index], d.Item))];
    }

    /// <summary>Mean over some pictures of the distance to the nearest one of the set: near 0 where they are copies of it.</summary>
    public double MeanDistance(IReadOnlyList<Picture> others) => others.Average(picture => To(picture, 1)[0].Distance);
}
