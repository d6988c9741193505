using IlgpuGan.Models.Families;

namespace IlgpuGan.Claims.Papers;

/// <summary>Houses that became houses of one kind and came back, also with noise between: whether they kept their kind.</summary>
internal static class RoundTripJudge
{
    private const int RowsShown = 4;

    public static ClaimFinding Find(TrainedVariant variant)
    {
        // Of each house: itself, the house of one kind, then what comes back, last with the most noise between.
        var trips = variant.Instruments.RoundTrips(Direction.AToB);
        var kinds = Kinds(0);
        var (clean, noisy) = (Kept(Kinds(2)), Kept(Kinds(^1)));
        return new ClaimFinding
        {
            Values = new Dictionary<string, double> { ["lost"] = clean - noisy, ["clean"] = clean, ["noisy"] = noisy },
            Pictures = [.. trips.Take(RowsShown).Select(p => Mosaic.Row([p[0], p[1], p[2], p[^1]]))],
        };

        IReadOnlyList<int> Kinds(Index picture) => variant.Instruments.Classes([.. trips.Select(p => p[picture])]);

        double Kept(IReadOnlyList<int> found) => found.Zip(kinds).Average(k => k.First == k.Second ? 1.0 : 0);
    }
}
