namespace IlgpuGan.Tensors.Ops;

// Lengths and angles of vectors along a dimension. The square of a length is clamped, not the length: the slope of √ is infinite at 0.
public static partial class TensorOps
{
    /// <summary>x / max(‖x‖₂, epsilon) along a dimension (a negative one counts from the end).</summary>
    public static Tensor Normalize(this Tensor x, int axis = 1, float epsilon = 1e-12f)
    {
        ArgumentNullException.ThrowIfNull(x);
        using var length = Length(x, [x.Shape.Axis("normalize", axis)], epsilon);
        return x / length;
    }

    /// <summary>a·b / (max(‖a‖₂, epsilon) · max(‖b‖₂, epsilon)) along a dimension, which is dropped; a and b broadcast.</summary>
    public static Tensor CosineSimilarity(this Tensor a, Tensor b, int axis = 1, float epsilon = 1e-8f)
    {
        Given.Both(a, b);
        var common = Shape.Broadcast("cosine_similarity", a.Shape, b.Shape);
        var along = common.Axis("cosine_similarity", axis);
        using var vectorsOfA = WithWhole(a, common, along);
        using var vectorsOfB = WithWhole(b, common, along);
        using var unitA = vectorsOfA.Normalize(along, epsilon);
        using var unitB = vectorsOfB.Normalize(along, epsilon);
        using var products = unitA * unitB;
        return products.Sum([along]);
    }

    /// <summary>x with the common rank, and expanded along the vectors: one element repeated is another vector than one element.</summary>
    private static Tensor WithWhole(Tensor x, Shape common, int along)
    {
        var missing = common.Rank - x.Shape.Rank;
        using var ranked = missing == 0 ? x.Share() : x.Reshape(new Shape([.. Enumerable.Repeat(1, missing), .. x.Shape.ToArray()]));
        return ranked.Expand(ranked.Shape.With(along, common[along]));
    }

    private static Tensor Length(Tensor x, ReadOnlySpan<int> axes, float epsilon)
    {
        using var squares = x.Square();
        using var sum = squares.Sum(axes, keepDims: true);
        using var bounded = sum.Clamp(epsilon * epsilon, float.PositiveInfinity);
        return bounded.Sqrt();
    }
}
