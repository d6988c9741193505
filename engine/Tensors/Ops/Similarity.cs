namespace IlgpuGan.Tensors.Ops;

// Lengths and angles of vectors along a dimension. The square of a length is clamped, not the length: the slope of √ is infinite at 0.
public static partial class TensorOps
{
    /// <summary>x / max(‖x‖₂, epsilon) along a dimension (a negative one counts from the end).</summary>
    public static Tensor Normalize(this Tensor x, int axis = 1, float epsilon = 1e-12f)
    {
        using var length = Length(x, axis, epsilon);
        return x / length;
    }

    /// <summary>a·b / (max(‖a‖₂, epsilon) · max(‖b‖₂, epsilon)) along a dimension, which is dropped; a and b broadcast.</summary>
    public static Tensor CosineSimilarity(this Tensor a, Tensor b, int axis = 1, float epsilon = 1e-8f)
    {
        using var unitA = a.Normalize(axis, epsilon);
        using var unitB = b.Normalize(axis, epsilon);
        using var products = unitA * unitB;
        return products.Sum([axis]);
    }

    private static Tensor Length(Tensor x, int axis, float epsilon)
    {
        using var squares = x.Square();
        using var sum = squares.Sum([axis], keepDims: true);
        using var bounded = sum.Clamp(epsilon * epsilon, float.PositiveInfinity);
        return bounded.Sqrt();
    }
}
