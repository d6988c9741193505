namespace IlgpuGan.Models.Data.Synthetic;

/// <summary>
/// Equal Gaussians, evenly spaced on a circle around the origin. The mixture allows counting the modes that a generator covers.
/// </summary>
/// <param name="Modes">number of modes</param>
/// <param name="Radius">radius of the circle of centres</param>
/// <param name="Deviation">standard deviation of each mode along each axis</param>
internal sealed record GaussianRing(int Modes, float Radius, float Deviation)
{
    /// <summary>Radius of a mode in standard deviations: points within it belong to the mode.</summary>
    public const float Reach = 3;

    /// <summary>Smallest share of the points for a covered mode.</summary>
    public const double LeastShare = 0.01;

    public IReadOnlyList<PlanePoint> Centres { get; } = [.. Enumerable.Range(0, Modes).Select(mode =>
    {
        var (sine, cosine) = MathF.SinCos(MathF.Tau * mode / Modes);
        return new PlanePoint(Radius * cosine, Radius * sine);
    })];

    /// <summary>The mode whose centre is nearest.</summary>
    public int Nearest(PlanePoint point) => Enumerable.Range(0, Modes).MinBy(i => Centres[i].DistanceTo(point));

    /// <summary>The mode of a point; null if it lies between modes.</summary>
    public int? ModeOf(PlanePoint point) =>
        Nearest(point) is var mode && Centres[mode].DistanceTo(point) <= Reach * Deviation ? mode : null;

    /// <summary>The covered modes: those with at least 1 % of the points.</summary>
    public IReadOnlyList<int> ModesCoveredBy(IReadOnlyCollection<PlanePoint> points) =>
        [.. points.Select(ModeOf).OfType<int>().CountBy(m => m).Where(m => m.Value >= LeastShare * points.Count)
            .Select(m => m.Key).Order()];
}
