namespace IlgpuGan.Models.Losses;

/// <summary>
/// The patchwise contrastive loss (Park et al. 2020, "Contrastive learning for unpaired image-to-image translation", section 3): each query
/// should be more similar to the key of its own location than to the keys of other locations in the same picture. Cross-entropy over the
/// similarities of a query with all P keys, with its own key as the class; the mean over locations and pictures.
/// </summary>
public static class PatchNce
{
    /// <param name="queries">unit vectors [N, P, F] of the generated picture</param>
    /// <param name="keys">unit vectors [N, P, F] of the same locations in the input picture; no gradient flows into them</param>
    /// <param name="temperature">divisor of the similarities, 0.07 in the paper</param>
    public static Tensor Of(Tensor queries, Tensor keys, float temperature)
    {
        var (pictures, places) = (queries.Shape[0], queries.Shape[1]);
        using var constants = keys.Detach();
        using var similarities = queries.MatMul(constants, transposeB: true); // [N, query, key]
        using var logits = similarities.Affine(1 / temperature, 0);
        using var rows = logits.Reshape(pictures * places, places);
        using var own = Indices(places, queries.Device);
        using var ofAll = own.Expand(pictures, places);
        using var classes = ofAll.Reshape(pictures * places);
        return rows.CrossEntropy(classes);
    }

    /// <summary>0, 1, 2, … [count], computed on the device by a stable argsort of zeros.</summary>
    internal static Tensor Indices(int count, Tensors.Devices.Device device)
    {
        using var zeros = Tensor.Zeros(new Shape(count), device);
        return zeros.Argsort();
    }
}
