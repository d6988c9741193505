namespace IlgpuGan.Models.Evaluation.Sets;

/// <summary>
/// The known right answers to an input. Finds the one that a picture is nearest to: the hidden choice, read back from the picture.
/// Distances are mean absolute differences over the pixels in which the answers differ.
/// </summary>
public sealed class KnownTargets
{
    private readonly Picture _like;
    private readonly int[] _differing;
    private readonly List<float[]> _answers;

    /// <param name="answers">at least two, of one size</param>
    /// <exception cref="ArgumentException">there are fewer, some are the same, or sizes differ</exception>
    public KnownTargets(IReadOnlyList<Picture> answers)
    {
        if (answers.Count < 2 || !answers.All(a => Diversity.IsLike(a, answers[0])))
        {
            throw new ArgumentException("there must be at least two right answers of one size");
        }

        _like = answers[0];
        var (pixels, channels) = (_like.Width * _like.Height, _like.Channels);
        var all = answers.Select(Diversity.Values).ToList();
        var differs = new bool[pixels];
        for (var i = 0; i < pixels * channels; i++)
        {
            differs[i % pixels] |= all.Any(a => a[i] != all[0][i]);
        }

        _differing = [.. Enumerable.Range(0, pixels * channels).Where(i => differs[i % pixels])];
        _answers = all.ConvertAll(Differing);
        if (_answers.Index().Any(own => _answers.Take(own.Index).Any(other => Diversity.Distance(own.Item, other) is 0 or double.NaN)))
        {
            throw new ArgumentException("two of the right answers are one and the same");
        }
    }

    /// <summary>
    /// The answer that a picture is nearest to, however far, and how far: an output of the right hue counts, whatever its shade.
    /// </summary>
    /// <exception cref="ArgumentException">the picture is of another size than the answers</exception>
    public (int Answer, double Distance) NearestTo(Picture picture)
    {
        if (!Diversity.IsLike(picture, _like))
        {
            throw new ArgumentException(
                $"a picture of {picture.Width}x{picture.Height} can't be compared with answers of {_like.Width}x{_like.Height}");
        }

        var values = Differing(Diversity.Values(picture));
        return _answers.Select((answer, i) => (i, Diversity.Distance(values, answer))).MinBy(a => a.Item2);
    }

    private float[] Differing(float[] values) => Array.ConvertAll(_differing, i => values[i]);
}
