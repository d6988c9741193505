using IlgpuGan.Models.Losses;
using IlgpuGan.Tensors.Autodiff;

namespace IlgpuGan.Models.Families.Cut;

/// <summary>
/// The weighted contrastive loss between an encoder's features of a source and of what was made of it, averaged over the compared layers.
/// Keys are projected features of the source, queries those of the output, at random positions.
/// </summary>
/// <param name="projection">netF</param>
/// <param name="options">layers, positions, temperature and weight</param>
/// <param name="uniform">draws random numbers of a name and a shape</param>
internal sealed class PatchContrast(PatchProjection projection, ContrastiveOptions options, Func<string, Shape, Tensor> uniform)
{
    private readonly IReadOnlyList<int> _layers = options.ComparedLayers;

    /// <param name="name">of the source, which names the draws</param>
    /// <param name="source">for each compared layer [N, C, H, W]; no gradient flows into them</param>
    /// <param name="made">the same of the output</param>
    /// <param name="mirrored">[1, 1, 1, 1], 1 if the output was made from the mirrored source; null if it never is</param>
    public Tensor Of(string name, IReadOnlyList<Tensor> source, IReadOnlyList<Tensor> made, Tensor? mirrored = null)
    {
        Tensor? sum = null;
        for (var i = 0; i < _layers.Count; i++)
        {
            var (height, width) = (made[i].Shape[2], made[i].Shape[3]);
            using var places = DrawPlaces($"places_{name}_{_layers[i]}", height * width);
            using var placesInPicture = mirrored is null
                ? places.Share()
                : mirrored.Reshape(1).Where(Mirrored(places, height, width), places);
            var queries = projection.Forward(i, made[i], placesInPicture);
            var loss = PatchNce.Of(Grouped(queries), Grouped(Keys(i, source[i], places)), options.NceTemperature);
            sum = sum is null ? loss : sum + loss;
        }

        return sum! * (options.LambdaNce / _layers.Count);
    }

    /// <summary>
    /// Row-major positions [P] of a map on the map mirrored left to right: (r, c) becomes (r, W − 1 − c).
    /// </summary>
    internal static Tensor Mirrored(Tensor places, int height, int width)
    {
        using var rowStarts = PatchNce.Indices(height, places.Device) * width;
        using var rowsBegun = places.Unsqueeze(1).GreaterThanOrEqual(rowStarts);
        using var rows = rowsBegun.Sum([1]); // Counted from 1.
        return rows.Affine(2 * width, -width - 1) - places;
    }

    /// <summary>Projected features of a source: no gradient flows into them.</summary>
    private Tensor Keys(int layer, Tensor features, Tensor places)
    {
        using var constants = GradMode.NoGrad();
        return projection.Forward(layer, features, places);
    }

    /// <summary>Groups vectors [N, P, F] that are contrasted with each other: by picture, or as one group [1, N·P, F].</summary>
    private Tensor Grouped(Tensor vectors) => options.ContrastsBatch ? vectors.Reshape(1, -1, vectors.Shape[2]) : vectors;

    /// <summary>Distinct random positions, [P]: the indices of the largest of <paramref name="count"/> random numbers.</summary>
    private Tensor DrawPlaces(string name, int count)
    {
        using var numbers = uniform(name, new Shape(count));
        return numbers.TopK(Math.Min(options.NumPatches, count)).Indices;
    }
}
