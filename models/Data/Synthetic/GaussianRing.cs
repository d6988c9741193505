namespace IlgpuGan.Models.Data.Synthetic;

/// <summary>
/// Equal Gaussians, evenly on a circle around the origin: a distribution of which one can count how many modes a generator reaches.
/// </summary>
/// <param name="Modes">how many</param>
/// <param name="Radius">of the circle of their centres</param>
/// <param name="Deviation">of each, along either axis</param>
public sealed record GaussianRing(int Modes, float Radius, float Deviation)
{
    /// <summary>Radius of a mode in standard deviations: points within it belong to the mode.</summary>
    public const float Reach = 3;

    /// <summary>Share of the points from which a mode counts as covered.</summary>
    public const double LeastShare = 0.01;

    public IReadOnlyList<PlanePoint> Centres { get; } = [.. Enumerable.Range(0, Modes).Select(mode =>
    {
        var (sine, cosine) = MathF.SinCos(MathF.Tau * mode / Modes);
        return new PlanePoint(Radius * cosine, Radius * sine);
    })];

    /// <summary>The mode whose centre is nearest.</summary>
    public int Nearest(PlanePoint point) => Enumerable.Range(0, Modes).MinBy(i => Centres[i].DistanceTo(point));

    /// <summary>The mode that a point belongs to; null if it lies between them.</summary>
    public int? ModeOf(PlanePoint point) =>
        Nearest(point) is var mode && Centres[mode].DistanceTo(point) <= Reach * Deviation ? mode : null;

    /// <summary>The modes that have a hundredth of the points.</summary>
    public IReadOnlyList<int> ModesCoveredBy(IReadOnlyCollection<PlanePoint> points) =>
        [.. points.Select(ModeOf).OfType<int>().CountBy(m => m).Where(m => m.Value >= LeastShare * points.Count)
            .Select(m => m.Key).Order()];
}
