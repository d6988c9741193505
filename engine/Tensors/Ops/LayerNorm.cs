namespace IlgpuGan.Tensors.Ops;

/// <summary>Norms composed of other ops.</summary>
public static partial class TensorOps
{
    /// <summary>Layer norm (Ba et al. 2016) over the last dimensions: (x − μ)/√(σ² + ε)·weight + bias.</summary>
    /// <param name="x">[…, shape]</param>
    /// <param name="dimensions">number of trailing dimensions that are normalised together</param>
    /// <param name="weight">of those dimensions' shape; null for 1</param>
    /// <param name="bias">of those dimensions' shape; null for 0</param>
    /// <param name="epsilon">added to the variance</param>
    public static Tensor LayerNorm(this Tensor x, int dimensions, Tensor? weight = null, Tensor? bias = null, float epsilon = 1e-5f)
    {
        ArgumentNullException.ThrowIfNull(x);
        ShapeException.ThrowIf(dimensions < 1 || dimensions > x.Shape.Rank, $"layer_norm: {x.Shape} has no {dimensions} last dimensions");

        RequireFit("layer_norm", weight, x.Shape);
        RequireFit("layer_norm", bias, x.Shape);

        int[] axes = [.. Enumerable.Range(x.Shape.Rank - dimensions, dimensions)];
        using var mean = x.Mean(axes, keepDims: true);
        using var centred = x.Subtract(mean);
        using var squares = centred.Square();
        using var variance = squares.Mean(axes, keepDims: true);
        using var shifted = variance.Affine(1, epsilon);
        using var deviation = shifted.Sqrt();
        var y = centred.Divide(deviation);
        return y.Scaled(weight, bias);
    }

    /// <summary>Group norm (Wu and He 2018): normalises each group of an image's channels by its own statistics.</summary>
    /// <param name="x">[N, C, …]</param>
    /// <param name="groups">divides C</param>
    /// <param name="weight">[C]; null for 1</param>
    /// <param name="bias">[C]; null for 0</param>
    /// <param name="epsilon">added to the variance</param>
    public static Tensor GroupNorm(this Tensor x, int groups, Tensor? weight = null, Tensor? bias = null, float epsilon = 1e-5f)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (groups < 1 || x.Shape.Rank < 2 || x.Shape[1] % groups != 0)
        {
            throw new ShapeException($"group_norm: the channels of {x.Shape} do not divide into {groups} groups");
        }

        if (weight is not null)
        {
            CheckChannels("group_norm", "weight", x, weight);
        }

        if (bias is not null)
        {
            CheckChannels("group_norm", "bias", x, bias);
        }

        using var rows = x.Reshape(new Shape(x.Shape[0], groups, Extents.Of("group_norm", x.Shape.Count / Math.Max(1,
            (long)x.Shape[0] * groups), x.Shape)));
        using var normalized = rows.LayerNorm(1, epsilon: epsilon);
        var channels = ChannelShape(x.Shape[1], x.Shape.Rank);
        using var scale = weight?.Reshape(channels);
        using var shift = bias?.Reshape(channels);
        return normalized.Reshape(x.Shape).Scaled(scale, shift);
    }

    /// <summary>x / √(mean over the channels of x² + ε): each pixel's vector gets length √C (Karras et al. 2018).</summary>
    /// <param name="x">[N, C, …]</param>
    /// <param name="epsilon">added to the mean</param>
    public static Tensor PixelNorm(this Tensor x, float epsilon = 1e-8f)
    {
        ArgumentNullException.ThrowIfNull(x);
        using var squares = x.Square();
        using var mean = squares.Mean([x.Shape.Axis("pixel_norm", 1)], keepDims: true);
        using var shifted = mean.Affine(1, epsilon);
        using var length = shifted.Sqrt();
        return x.Divide(length);
    }

    /// <summary>Requires a factor or a summand to broadcast to x: one that makes x larger would count its elements several times.</summary>
    internal static void RequireFit(string op, Tensor? tensor, Shape x)
    {
        if (tensor is not null && Shape.Broadcast(op, x, tensor.Shape) is var common && common != x)
        {
            throw new ShapeException($"{op}: {tensor.Shape} does not broadcast to {x}, but makes {common} of it");
        }
    }

    /// <summary>y·weight + bias; disposes y unless it is the result.</summary>
    private static Tensor Scaled(this Tensor y, Tensor? weight, Tensor? bias)
    {
        if (weight is not null)
        {
            using var plain = y;
            y = plain.Multiply(weight);
        }

        if (bias is not null)
        {
            using var unshifted = y;
            y = unshifted.Add(bias);
        }

        return y;
    }
}
