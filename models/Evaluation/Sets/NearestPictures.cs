namespace IlgpuGan.Models.Evaluation.Sets;

/// <summary>Nearest neighbours in a set of pictures by mean absolute difference, for values in [−1, 1].</summary>
/// <param name="pictures">the set, with pictures of equal size</param>
internal sealed class NearestPictures(IReadOnlyList<Picture> pictures)
{
    private readonly float[][] _values = [.. pictures.Select(Diversity.Values)];

    /// <summary>The nearest pictures of the set and their distances, nearest first.</summary>
    /// <param name="picture">a picture of the set's size</param>
    /// <param name="count">most neighbours returned</param>
    public IReadOnlyList<(Picture Picture, double Distance)> To(Picture picture, int count)
    {
        var values = Diversity.Values(picture);
        var distances = new double[_values.Length];
        Parallel.For(0, _values.Length, i => distances[i] = Diversity.Distance(values, _values[i]));
        return [.. distances.Index().OrderBy(d => d.Item).Take(count).Select(d => (pictures[d.Index], d.Item))];
    }

    /// <summary>Mean distance of pictures to their nearest neighbour in the set; near 0 for copies.</summary>
    public double MeanDistance(IReadOnlyList<Picture> others) => others.Average(picture => To(picture, 1)[0].Distance);
}
