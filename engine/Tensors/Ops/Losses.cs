namespace IlgpuGan.Tensors.Ops;

// Losses are compositions of ops, from which their gradients follow. All are means and return a scalar.
public static partial class TensorOps
{
    /// <summary>Mean of |x − target|.</summary>
    public static Tensor L1Loss(this Tensor x, Tensor target)
    {
        using var difference = Same("l1_loss", x, target).AbsoluteDifference(target);
        return difference.Mean();
    }

    /// <summary>Mean of (x − target)².</summary>
    public static Tensor MseLoss(this Tensor x, Tensor target)
    {
        using var squares = Same("mse_loss", x, target).SquaredDifference(target);
        return squares.Mean();
    }

    /// <summary>Mean of (x − target)² for a constant target.</summary>
    public static Tensor MseLoss(this Tensor x, float target)
    {
        using var difference = x.Affine(1, -target);
        using var squares = difference.Square();
        return squares.Mean();
    }

    /// <summary>
    /// Mean binary cross-entropy of sigmoid(x) and targets in [0, 1], from the logits x: t·softplus(−x) + (1 − t)·softplus(x), exact for
    /// large |x|.
    /// </summary>
    public static Tensor BceWithLogits(this Tensor x, Tensor target)
    {
        using var negated = Same("bce_with_logits", x, target).Negate();
        using var ifTrue = negated.Softplus();
        using var ifFalse = x.Softplus();
        using var complement = target.Affine(-1, 1);
        using var trueTerm = target * ifTrue;
        using var falseTerm = complement * ifFalse;
        using var sum = trueTerm + falseTerm;
        return sum.Mean();
    }

    /// <summary>Mean binary cross-entropy from logits for a constant target in [0, 1].</summary>
    public static Tensor BceWithLogits(this Tensor x, float target)
    {
        Tensor MeanSoftplus(bool negated)
        {
            using var signed = negated ? x.Affine(-1, 0) : x.Share();
            using var softplus = signed.Softplus();
            return softplus.Mean();
        }

        switch (target)
        {
            case 1:
                return MeanSoftplus(negated: true);
            case 0:
                return MeanSoftplus(negated: false);
            default:
                using (var ifTrue = MeanSoftplus(negated: true))
                using (var ifFalse = MeanSoftplus(negated: false))
                {
                    return (target * ifTrue) + ((1 - target) * ifFalse);
                }
        }
    }

    /// <summary>Mean cross-entropy of logits [N, classes, …] and a class index for each of the N·… positions, row-major.</summary>
    /// <exception cref="ArgumentException">the number of indices is not N·…, or an index is not below the number of classes</exception>
    public static Tensor CrossEntropy(this Tensor logits, ReadOnlySpan<int> classes)
    {
        var shape = logits.Shape;
        if (shape.Rank < 2 || classes.Length != shape.Count / shape[1])
        {
            throw new ShapeException($"cross_entropy: {classes.Length} classes do not match logits {shape}, [N, classes, …]");
        }

        for (var i = 0; i < classes.Length; i++)
        {
            if ((uint)classes[i] >= (uint)shape[1])
            {
                throw new ArgumentException(
                    $"cross_entropy: class {classes[i]} at place {i} is not below {shape[1]}, the number of classes of logits {shape}");
            }
        }

        using var index = Tensor.From(classes, WithoutClasses(shape), logits.Device);
        return logits.CrossEntropy(index);
    }

    /// <summary>
    /// Mean cross-entropy of logits [N, classes, …] and a target: probabilities of the same shape, or class indices [N, …].
    /// </summary>
    public static Tensor CrossEntropy(this Tensor logits, Tensor target)
    {
        if (logits.Shape.Rank > 1 && target.Shape == WithoutClasses(logits.Shape))
        {
            using var index = target.Unsqueeze(1);
            using var all = logits.LogSoftmax(axis: 1);
            using var own = all.Gather(1, index);
            using var meanOfOwn = own.Mean();
            return -meanOfOwn;
        }

        using var logarithms = Same("cross_entropy", logits, target).LogSoftmax(axis: 1);
        using var products = logarithms * target;
        using var mean = products.Mean();
        return mean * -logits.Shape[1];
    }

    /// <summary>[N, …] of [N, classes, …].</summary>
    private static Shape WithoutClasses(Shape logits)
    {
        var extents = logits.ToArray();
        return new Shape([extents[0], .. extents[2..]]);
    }

    /// <summary>Requires equal shapes: losses do not broadcast, because a target of another shape is nearly always a mistake.</summary>
    private static Tensor Same(string op, Tensor x, Tensor target) => x.Shape == target.Shape ? x
        : throw new ShapeException($"{op}: input {x.Shape} and target {target.Shape} must have the same shape");
}
