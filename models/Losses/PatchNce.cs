namespace IlgpuGan.Models.Losses;

/// <summary>
/// How well places of one picture tell which places of another they belong to (Park et al. 2020, "Contrastive learning for unpaired
/// image-to-image translation", section 3): each query should be more like the key of its own place than like those of the other places of
/// the same picture. Cross-entropy over the similarities of a query with all P keys, its own being the right class; the mean over places
/// and pictures.
/// </summary>
public static class PatchNce
{
    /// <param name="queries">vectors of length 1 of the picture that is made, [N, P, F]</param>
    /// <param name="keys">those of the same places of the picture that it is made of, [N, P, F]; constants</param>
    /// <param name="temperature">what similarities are divided by, 0.07 in the paper</param>
    public static Tensor Of(Tensor queries, Tensor keys, float temperature)
    {
        var (pictures, places) = (queries.Shape[0], queries.Shape[1]);
        using var constants = keys.Detach();
        using var similarities = queries.MatMul(constants, transposeB: true); // [N, query, key]
        using var logits = similarities.Affine(1 / temperature, 0);
        using var rows = logits.Reshape(pictures * places, places);
        using var own = Counting(places, queries.Device);
        using var ofAll = own.Expand(pictures, places);
        using var classes = ofAll.Reshape(pictures * places);
        return rows.CrossEntropy(classes);
    }

    /// <summary>0, 1, 2, … [count], made on the device: equal numbers keep their order when they are sorted.</summary>
    internal static Tensor Counting(int count, Tensors.Devices.Device device)
    {
        using var zeros = Tensor.Zeros(new Shape(count), device);
        return zeros.Argsort();
    }
}
