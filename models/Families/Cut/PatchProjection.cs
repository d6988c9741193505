namespace IlgpuGan.Models.Families.Cut;

/// <summary>
/// netF: projects feature vectors at positions of feature maps to vectors of length 1. Each map has its own network: linear, ReLU, linear.
/// Keys <c>mlp_0.0.weight</c>, <c>mlp_0.2.weight</c>, <c>mlp_1.0.weight</c>, …
/// </summary>
internal sealed class PatchProjection : Module
{
    /// <summary>Keeps the division finite for a vector of zeros.</summary>
    private const float Epsilon = 1e-7f;

    /// <summary>Keeps the square root's gradient finite for a vector of zeros.</summary>
    private const float LeastSquare = 1e-24f;

    private readonly Sequential[] _networks;

    /// <param name="channels">of each map</param>
    /// <param name="features">length of a vector</param>
    public PatchProjection(IReadOnlyList<int> channels, int features = 256) => _networks =
    [
        .. channels.Select((c, i) => Add($"mlp_{i}", new Sequential(new Linear(c, features), new Relu(), new Linear(features, features)))),
    ];

    /// <summary>Vectors [N, P, features] at positions of a map.</summary>
    /// <param name="map">index of the map</param>
    /// <param name="x">[N, C, H, W]</param>
    /// <param name="places">row-major positions, the same for all N samples, [P]</param>
    public Tensor Forward(int map, Tensor x, Tensor places)
    {
        using var planes = x.Reshape(x.Shape[0], x.Shape[1], -1);
        using var chosen = planes.IndexSelect(2, places);
        using var byPlace = chosen.Permute(0, 2, 1);
        using var rows = byPlace.Reshape(-1, x.Shape[1]);
        using var vectors = _networks[map].Forward(rows);
        using var squares = vectors.Square();
        using var sums = squares.Sum([1], keepDims: true);
        using var bounded = sums.Clamp(LeastSquare, float.PositiveInfinity);
        using var lengths = bounded.Sqrt();
        using var divisors = lengths.Affine(1, Epsilon);
        using var units = vectors / divisors;
        return units.Reshape(x.Shape[0], -1, vectors.Shape[1]);
    }
}
