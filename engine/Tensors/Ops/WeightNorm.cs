namespace IlgpuGan.Tensors.Ops;

public static partial class TensorOps
{
    /// <summary>
    /// g·v/‖v‖ for each slice of v along an axis (Salimans and Kingma 2016, equation 2). Slices of zeros stay zeros.
    /// </summary>
    /// <param name="v">directions, of any shape</param>
    /// <param name="g">lengths: v's extent along the axis, else 1</param>
    /// <param name="axis">the dimension, a negative one counted from the end</param>
    /// <param name="epsilon">lower bound of ‖v‖</param>
    public static Tensor WeightNormalize(this Tensor v, Tensor g, int axis = 0, float epsilon = 1e-12f)
    {
        Given.Both(v, g);
        var along = v.Shape.Axis("weight_normalize", axis);
        if (g.Shape != OneSlice(v.Shape, along))
        {
            throw new ShapeException(
                $"weight_normalize: lengths {g.Shape} along dimension {axis} of {v.Shape} must be {OneSlice(v.Shape, along)}");
        }

        using var lengths = Length(v, [.. Enumerable.Range(0, v.Shape.Rank).Where(d => d != along)], epsilon);
        using var scales = g.Divide(lengths);
        return v.Multiply(scales);
    }

    /// <summary>A shape's extent along a dimension, and 1 in the others.</summary>
    internal static Shape OneSlice(Shape shape, int along) => new([.. shape.ToArray().Select((extent, d) => d == along ? extent : 1)]);
}
