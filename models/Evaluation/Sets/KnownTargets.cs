namespace IlgpuGan.Models.Evaluation.Sets;

/// <summary>
/// The known correct outputs for an input. Finds the one nearest to a picture, which recovers the hidden variable. Distances are mean
/// absolute differences over the pixels in which the targets differ.
/// </summary>
internal sealed class KnownTargets
{
    private readonly Picture _like;
    private readonly int[] _differing;
    private readonly List<float[]> _targets;

    /// <param name="targets">at least two targets of equal size</param>
    /// <exception cref="ArgumentException">there are fewer, some are equal, or sizes differ</exception>
    public KnownTargets(IReadOnlyList<Picture> targets)
    {
        if (targets.Count < 2 || !targets.All(a => Diversity.IsLike(a, targets[0])))
        {
            throw new ArgumentException("there must be at least two known targets of one size");
        }

        _like = targets[0];
        var (pixels, channels) = (_like.Width * _like.Height, _like.Channels);
        var all = targets.Select(Diversity.Values).ToList();
        var differs = new bool[pixels];
        for (var i = 0; i < pixels * channels; i++)
        {
            differs[i % pixels] |= all.Any(a => a[i] != all[0][i]);
        }

        _differing = [.. Enumerable.Range(0, pixels * channels).Where(i => differs[i % pixels])];
        _targets = all.ConvertAll(Differing);
        if (_targets.Index().Any(own => _targets.Take(own.Index).Any(other => Diversity.Distance(own.Item, other) is 0 or double.NaN)))
        {
            throw new ArgumentException("two of the known targets are one and the same");
        }
    }

    /// <summary>
    /// The index of the nearest target, and its distance. There is no limit on the distance: an output of the right hue counts, whatever
    /// its shade.
    /// </summary>
    /// <exception cref="ArgumentException">the picture's size differs from that of the targets</exception>
    public (int Answer, double Distance) NearestTo(Picture picture)
    {
        if (!Diversity.IsLike(picture, _like))
        {
            throw new ArgumentException(
                $"a picture of {picture.Width}x{picture.Height} can't be compared with targets of {_like.Width}x{_like.Height}");
        }

        var values = Differing(Diversity.Values(picture));
        return _targets.Select((target, i) => (i, Diversity.Distance(values, target))).MinBy(a => a.Item2);
    }

    private float[] Differing(float[] values) => Array.ConvertAll(_differing, i => values[i]);
}
