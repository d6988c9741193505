namespace IlgpuGan.Models.Data.Synthetic;

/// <summary>One of a mixture's Gaussians.</summary>
/// <param name="Centre">its numbers: one on a line, two in the plane</param>
/// <param name="Deviation">along each axis</param>
public sealed record GaussianMode(IReadOnlyList<float> Centre, float Deviation)
{
    /// <summary>In deviations.</summary>
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
/// Gaussians of equal weight on a line or in the plane: a distribution of which one can count how many modes a generator reaches.
/// </summary>
/// <param name="Modes">one or more, of as many numbers each</param>
public sealed record GaussianMixture(IReadOnlyList<GaussianMode> Modes)
{
    /// <summary>Between the modes of a text.</summary>
    private const char Separator = ';';

    /// <summary>Numbers of a point: 1 on a line, 2 in the plane.</summary>
    public int Numbers => Modes[0].Centre.Count;

    /// <summary>What <see cref="ToString"/> wrote; null where it is none.</summary>
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
    /// The mode that a point belongs to, within <see cref="GaussianRing.Reach"/> deviations of its centre; null if it lies between them.
    /// </summary>
    /// <param name="point">its numbers</param>
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

    /// <summary>The modes that a hundredth of the points belong to.</summary>
    /// <param name="points">their numbers, one point behind the other</param>
    public IReadOnlyList<int> ModesCoveredBy(IReadOnlyCollection<float> points)
    {
        var count = points.Count / Numbers;
        var covered = ModesOf(points).OfType<int>().CountBy(m => m).Where(m => m.Value >= GaussianRing.LeastShare * count);
        return [.. covered.Select(m => m.Key).Order()];
    }

    /// <summary>Of each point its mode; null for those between.</summary>
    /// <param name="points">their numbers, one point behind the other</param>
    public IEnumerable<int?> ModesOf(IEnumerable<float> points) => points.Chunk(Numbers).Select(p => ModeOf(p));

    /// <summary>For a file or an option: of each mode its centre's numbers and its deviation, with commas between.</summary>
    public override string ToString() => string.Join(
        Separator, Modes.Select(m => string.Join(',', m.Centre.Append(m.Deviation).Select(v => v.ToString(CultureInfo.InvariantCulture)))));
}
