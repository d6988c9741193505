namespace IlgpuGan.Models.Data.Synthetic;

/// <summary>One of a mixture's Gaussians.</summary>
/// <param name="Centre">coordinates: one on a line, two in the plane</param>
/// <param name="Deviation">standard deviation along each axis</param>
internal sealed record GaussianMode(IReadOnlyList<float> Centre, float Deviation)
{
    /// <summary>Distance of a point from the centre, in standard deviations.</summary>
    public double DistanceTo(ReadOnlySpan<float> point)
    {
        var sum = 0.0;
        for (var i = 0; i < point.Length; i++)
        {
            sum += (point[i] - (double)Centre[i]) * (point[i] - (double)Centre[i]);
        }

        return Math.Sqrt(sum) / Deviation;
    }
}

/// <summary>
/// A mixture of Gaussians with equal weights, on a line or in the plane. It allows counting the modes that a generator covers.
/// </summary>
/// <param name="Modes">one or more modes, of the same dimension</param>
internal sealed record GaussianMixture(IReadOnlyList<GaussianMode> Modes)
{
    /// <summary>Separator of the modes in a text.</summary>
    private const char Separator = ';';

    /// <summary>Numbers of a point: 1 on a line, 2 in the plane.</summary>
    public int Numbers => Modes[0].Centre.Count;

    /// <summary>Parses the output of <see cref="ToString"/>; null if malformed.</summary>
    public static GaussianMixture? Parse(string text)
    {
        var modes = new List<GaussianMode>();
        foreach (var mode in text.Split(Separator))
        {
            var cells = mode.Split(',');
            var numbers = new float[cells.Length];
            for (var i = 0; i < cells.Length; i++)
            {
                if (!float.TryParse(cells[i], NumberStyles.Float, CultureInfo.InvariantCulture, out numbers[i])
                    || !float.IsFinite(numbers[i]))
                {
                    return null;
                }
            }

            modes.Add(new GaussianMode(numbers[..^1], numbers[^1]));
        }

        return modes.All(m => m.Centre.Count is 1 or 2 && m.Centre.Count == modes[0].Centre.Count && m.Deviation > 0)
            ? new GaussianMixture(modes)
            : null;
    }

    /// <summary>
    /// The mode of a point: the nearest, if its centre is within <see cref="GaussianRing.Reach"/> standard deviations; otherwise null.
    /// </summary>
    /// <param name="point">coordinates of the point</param>
    public int? ModeOf(ReadOnlySpan<float> point)
    {
        var (nearest, least) = (-1, double.PositiveInfinity);
        for (var i = 0; i < Modes.Count; i++)
        {
            var distance = Modes[i].DistanceTo(point);
            (nearest, least) = distance < least ? (i, distance) : (nearest, least);
        }

        return least <= GaussianRing.Reach ? nearest : null;
    }

    /// <summary>The covered modes: those with at least 1 % of the points.</summary>
    /// <param name="points">concatenated coordinates of the points</param>
    public IReadOnlyList<int> ModesCoveredBy(IReadOnlyCollection<float> points)
    {
        var count = points.Count / Numbers;
        var covered = ModesOf(points).OfType<int>().CountBy(m => m).Where(m => m.Value >= GaussianRing.LeastShare * count);
        return [.. covered.Select(m => m.Key).Order()];
    }

    /// <summary>The mode of each point; null for points between modes.</summary>
    /// <param name="points">concatenated coordinates of the points</param>
    public IEnumerable<int?> ModesOf(IEnumerable<float> points) => points.Chunk(Numbers).Select(p => ModeOf(p));

    /// <summary>
    /// The text for a file or an option: for each mode the coordinates of its centre and its deviation, separated by commas; modes are
    /// separated by semicolons.
    /// </summary>
    public override string ToString() => string.Join(
        Separator, Modes.Select(m => string.Join(',', m.Centre.Append(m.Deviation).Select(v => v.ToString(CultureInfo.InvariantCulture)))));
}
