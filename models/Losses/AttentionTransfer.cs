namespace IlgpuGan.Models.Losses;

/// <summary>
/// Attention transfer (Zagoruyko and Komodakis 2017, section 3.1): how much the places at which two networks are active differ. Only the
/// sides of their features must agree, not the channels, so that a narrow network can learn from a wide one.
/// </summary>
internal static class AttentionTransfer
{
    private const float Epsilon = 1e-12f;

    /// <summary>Mean over the features and the pictures of ‖a − b‖², from 0 to 2: a and b are maps of length 1.</summary>
    /// <param name="student">features [N, C, H, W]</param>
    /// <param name="teacher">as many, without gradients; [N, C', H, W]</param>
    /// <exception cref="ShapeException">numbers or sides differ</exception>
    public static Tensor Of(IReadOnlyList<Tensor> student, IReadOnlyList<Tensor> teacher)
    {
        if (student.Count == 0 || student.Count != teacher.Count)
        {
            throw new ShapeException($"{student.Count} features can't be compared with {teacher.Count}");
        }

        var distances = student.Zip(teacher, (own, other) => Map(own).SquaredDifference(Map(other)).Sum() * (1f / own.Shape[0]));
        return distances.Aggregate((sum, distance) => sum + distance) * (1f / student.Count);
    }

    /// <summary>[N, 1, H, W]: the mean square over the channels, divided by the map's length.</summary>
    private static Tensor Map(Tensor features)
    {
        var energy = features.Square().Mean([1], keepDims: true);
        return energy / (energy.Square().Sum([1, 2, 3], keepDims: true) + Epsilon).Sqrt();
    }
}
