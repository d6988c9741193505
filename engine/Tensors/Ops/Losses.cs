namespace IlgpuGan.Tensors.Ops;

// Losses are compositions of ops, from which their gradients follow. By default they are means and return a scalar.
public static partial class TensorOps
{
    /// <summary>|x − target|.</summary>
    public static Tensor L1Loss(this Tensor x, Tensor target, LossReduction reduction = LossReduction.Mean)
    {
        using var difference = Same("l1_loss", x, target).AbsoluteDifference(target);
        return difference.Reduced(reduction);
    }

    /// <summary>(x − target)².</summary>
    public static Tensor MseLoss(this Tensor x, Tensor target, LossReduction reduction = LossReduction.Mean)
    {
        using var squares = Same("mse_loss", x, target).SquaredDifference(target);
        return squares.Reduced(reduction);
    }

    /// <summary>Mean of (x − target)² for a constant target.</summary>
    public static Tensor MseLoss(this Tensor x, float target)
    {
        ArgumentNullException.ThrowIfNull(x);
        using var difference = x.Affine(1, -target);
        using var squares = difference.Square();
        return squares.Mean();
    }

    /// <summary>With d = x − target: d²/(2·beta) where |d| is below beta, else |d| − beta/2.</summary>
    /// <param name="x">of any shape</param>
    /// <param name="target">of the same shape</param>
    /// <param name="beta">where the parabola becomes a line; 0 for |d|</param>
    /// <param name="reduction">of the elements</param>
    /// <exception cref="ArgumentOutOfRangeException">beta is negative or not finite</exception>
    public static Tensor SmoothL1Loss(
        this Tensor x, Tensor target, float beta = 1, LossReduction reduction = LossReduction.Mean)
    {
        if (!(beta >= 0) || !float.IsFinite(beta))
        {
            throw new ArgumentOutOfRangeException(nameof(beta), beta, "smooth_l1_loss: beta must be at least 0");
        }

        if (beta == 0)
        {
            using var difference = Same("smooth_l1_loss", x, target).AbsoluteDifference(target);
            return difference.Reduced(reduction);
        }

        using var parabolas = HuberOf("smooth_l1_loss", x, target, beta);
        using var values = parabolas.DividedBy(beta);
        return values.Reduced(reduction);
    }

    /// <summary>With d = x − target: d²/2 where |d| is below delta, else delta·(|d| − delta/2).</summary>
    /// <param name="x">of any shape</param>
    /// <param name="target">of the same shape</param>
    /// <param name="delta">where the parabola becomes a line</param>
    /// <param name="reduction">of the elements</param>
    /// <exception cref="ArgumentOutOfRangeException">delta is not above 0, or not finite</exception>
    public static Tensor HuberLoss(this Tensor x, Tensor target, float delta = 1, LossReduction reduction = LossReduction.Mean)
    {
        Given.Both(x, target);
        if (!(delta > 0) || !float.IsFinite(delta))
        {
            throw new ArgumentOutOfRangeException(nameof(delta), delta, "huber_loss: delta must be above 0");
        }

        using var values = HuberOf("huber_loss", x, target, delta);
        return values.Reduced(reduction);
    }

    /// <summary>
    /// Binary cross-entropy of sigmoid(x) and targets in [0, 1], from the logits x: t·softplus(−x) + (1 − t)·softplus(x), exact for
    /// large |x|.
    /// </summary>
    /// <param name="x">logits</param>
    /// <param name="target">of the same shape</param>
    /// <param name="weight">a factor of each value, broadcast to x; null for 1</param>
    /// <param name="positiveWeight">a factor of the values' first term, broadcast to x; null for 1</param>
    /// <param name="reduction">of the elements</param>
    public static Tensor BceWithLogits(
        this Tensor x, Tensor target, Tensor? weight = null, Tensor? positiveWeight = null, LossReduction reduction = LossReduction.Mean)
    {
        using var negated = Same("bce_with_logits", x, target).Negate();
        RequireFit("bce_with_logits", weight, x.Shape);
        RequireFit("bce_with_logits", positiveWeight, x.Shape);
        using var ifTrue = negated.Softplus();
        using var ifFalse = x.Softplus();
        using var complement = target.Affine(-1, 1);
        using var share = positiveWeight is null ? target.Share() : target.Multiply(positiveWeight);
        using var trueTerm = share * ifTrue;
        using var falseTerm = complement * ifFalse;
        using var sum = trueTerm + falseTerm;
        using var values = weight is null ? sum.Share() : sum.Multiply(weight);
        return values.Reduced(reduction);
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

        ArgumentNullException.ThrowIfNull(x);
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

    /// <summary>Cross-entropy of logits [N, classes, …] and a class index for each of the N·… positions, row-major.</summary>
    /// <inheritdoc cref="CrossEntropy(Tensor, Tensor, Tensor?, int?, float, LossReduction)"/>
    /// <exception cref="ArgumentException">the number of indices is not N·…, or an index is not below the number of classes</exception>
    public static Tensor CrossEntropy(
        this Tensor logits, ReadOnlySpan<int> classes, Tensor? weight = null, int? ignoredClass = null, float labelSmoothing = 0,
        LossReduction reduction = LossReduction.Mean)
    {
        ArgumentNullException.ThrowIfNull(logits);
        using var index = ClassIndex("cross_entropy", logits, classes, ignoredClass);
        return logits.CrossEntropy(index, weight, ignoredClass, labelSmoothing, reduction);
    }

    /// <summary>
    /// Cross-entropy of logits [N, classes, …] and a target: probabilities of the same shape, or class indices [N, …].
    /// </summary>
    /// <param name="logits">[N, classes, …]</param>
    /// <param name="target">probabilities of the same shape, or class indices [N, …]</param>
    /// <param name="weight">a factor for each class, [classes]; null for 1</param>
    /// <param name="ignoredClass">an index, negative ones included, whose positions count as if they were not there; null for none</param>
    /// <param name="labelSmoothing">the share of the target that is spread over all classes alike, from 0 to 1</param>
    /// <param name="reduction">of the N·… positions</param>
    /// <exception cref="ArgumentOutOfRangeException">the label smoothing is not from 0 to 1</exception>
    public static Tensor CrossEntropy(
        this Tensor logits, Tensor target, Tensor? weight = null, int? ignoredClass = null, float labelSmoothing = 0,
        LossReduction reduction = LossReduction.Mean)
    {
        Given.Both(logits, target);
        if (labelSmoothing is not (>= 0 and <= 1))
        {
            throw new ArgumentOutOfRangeException(
                nameof(labelSmoothing), labelSmoothing, "cross_entropy: the label smoothing must be from 0 to 1");
        }

        if (logits.Shape.Rank > 1 && target.Shape == WithoutClasses(logits.Shape))
        {
            using var all = logits.LogSoftmax(axis: 1);
            return ByClass("cross_entropy", all, target, weight, ignoredClass, labelSmoothing, reduction);
        }

        if (ignoredClass is not null)
        {
            throw new ArgumentException("cross_entropy: a target of probabilities has no class to ignore", nameof(ignoredClass));
        }

        using var logarithms = Same("cross_entropy", logits, target).LogSoftmax(axis: 1);
        RequireClassWeight("cross_entropy", weight, logits.Shape);
        using var smooth = labelSmoothing == 0
            ? target.Share()
            : target.Affine(1 - labelSmoothing, labelSmoothing / logits.Shape[1]);
        using var factors = weight?.Reshape(ChannelShape(weight.Shape[0], logits.Shape.Rank));
        using var weighted = factors is null ? smooth.Share() : smooth.Multiply(factors);
        using var products = logarithms * weighted;
        if (reduction == LossReduction.Mean)
        {
            using var mean = products.Mean();
            return mean * -logits.Shape[1];
        }

        using var sums = products.Sum([1]);
        using var values = sums.Negate();
        return values.Reduced(reduction);
    }

    /// <summary>−x at each position's class: cross-entropy of log-probabilities.</summary>
    /// <param name="x">log-probabilities [N, classes, …]</param>
    /// <param name="target">class indices [N, …]</param>
    /// <param name="weight">a factor for each class, [classes]; null for 1</param>
    /// <param name="ignoredClass">an index, negative ones included, whose positions count as if they were not there; null for none</param>
    /// <param name="reduction">of the N·… positions</param>
    public static Tensor NllLoss(
        this Tensor x, Tensor target, Tensor? weight = null, int? ignoredClass = null, LossReduction reduction = LossReduction.Mean)
    {
        Given.Both(x, target);
        return x.Shape.Rank > 1 && target.Shape == WithoutClasses(x.Shape)
            ? ByClass("nll_loss", x, target, weight, ignoredClass, labelSmoothing: 0, reduction)
            : throw new ShapeException($"nll_loss: {x.Shape} [N, classes, …] needs class indices [N, …], not {target.Shape}");
    }

    /// <summary>−x at each position's class, with the classes from the host.</summary>
    /// <inheritdoc cref="NllLoss(Tensor, Tensor, Tensor?, int?, LossReduction)"/>
    /// <exception cref="ArgumentException">the number of indices is not N·…, or an index is not below the number of classes</exception>
    public static Tensor NllLoss(
        this Tensor x, ReadOnlySpan<int> classes, Tensor? weight = null, int? ignoredClass = null,
        LossReduction reduction = LossReduction.Mean)
    {
        ArgumentNullException.ThrowIfNull(x);
        using var index = ClassIndex("nll_loss", x, classes, ignoredClass);
        return x.NllLoss(index, weight, ignoredClass, reduction);
    }

    /// <summary>
    /// Kullback-Leibler divergence of a target distribution from log-probabilities x: target·(log target − x), and 0 where the target is 0.
    /// PyTorch's <c>batchmean</c> is the sum divided by the number of samples.
    /// </summary>
    /// <param name="x">log-probabilities, of any shape</param>
    /// <param name="target">probabilities of the same shape, or their logarithms</param>
    /// <param name="isLogarithm">whether the target holds logarithms</param>
    /// <param name="reduction">of the elements</param>
    public static Tensor KlDivergence(
        this Tensor x, Tensor target, bool isLogarithm = false, LossReduction reduction = LossReduction.Mean)
    {
        _ = Same("kl_divergence", x, target);
        using var probabilities = isLogarithm ? target.Exp() : target.Share();
        using var logarithms = isLogarithm ? target.Share() : target.Log();
        using var own = probabilities.Multiply(logarithms);
        using var entropy = isLogarithm ? own.Share() : own.Mask(probabilities); // 0·log 0 counts as 0.
        using var cross = probabilities.Multiply(x);
        using var values = entropy.Subtract(cross);
        return values.Reduced(reduction);
    }

    /// <summary>‖a − b + epsilon‖ₚ along the last dimension, which is dropped; a and b broadcast.</summary>
    public static Tensor PairwiseDistance(this Tensor a, Tensor b, float p = 2, float epsilon = 1e-6f)
    {
        Given.Both(a, b);
        _ = Shape.Broadcast("pairwise_distance", a.Shape, b.Shape);
        using var difference = a.Subtract(b);
        using var shifted = difference.Affine(1, epsilon);
        return shifted.Norm(p, [-1]);
    }

    /// <summary>
    /// Triplet loss (Schroff et al. 2015): max(0, ‖anchor − positive‖ₚ − ‖anchor − negative‖ₚ + margin) of vectors along the last
    /// dimension.
    /// </summary>
    /// <param name="anchor">[N, features]</param>
    /// <param name="positive">of the anchor's kind, broadcast</param>
    /// <param name="negative">of another kind, broadcast</param>
    /// <param name="margin">by how much the negative should be further away</param>
    /// <param name="p">of the norm</param>
    /// <param name="epsilon">added to the differences</param>
    /// <param name="swap">take the negative's distance from the positive where it is the smaller one</param>
    /// <param name="reduction">of the vectors</param>
    public static Tensor TripletMarginLoss(
        this Tensor anchor, Tensor positive, Tensor negative, float margin = 1, float p = 2, float epsilon = 1e-6f, bool swap = false,
        LossReduction reduction = LossReduction.Mean)
    {
        Given.Both(anchor, positive);
        ArgumentNullException.ThrowIfNull(negative);
        _ = Shape.Broadcast("triplet_margin_loss", Shape.Broadcast("triplet_margin_loss", anchor.Shape, positive.Shape), negative.Shape);
        using var near = anchor.PairwiseDistance(positive, p, epsilon);
        using var far = anchor.PairwiseDistance(negative, p, epsilon);
        using var other = swap ? positive.PairwiseDistance(negative, p, epsilon) : far.Share();
        using var nearest = swap ? far.Minimum(other) : far.Share();
        using var difference = near.Subtract(nearest);
        using var shifted = difference.Affine(1, margin);
        using var values = shifted.Clamp(0, float.PositiveInfinity);
        return values.Reduced(reduction);
    }

    /// <summary>q·(d − q/2) with q = d limited to [−limit, limit]: a parabola, and lines from the limit on.</summary>
    private static Tensor HuberOf(string op, Tensor x, Tensor target, float limit)
    {
        using var difference = Same(op, x, target).Subtract(target);
        using var limited = difference.Clamp(-limit, limit);
        using var half = limited.Affine(0.5f, 0);
        using var rest = difference.Subtract(half);
        return limited.Multiply(rest);
    }

    private static Tensor Reduced(this Tensor values, LossReduction reduction) => reduction switch
    {
        LossReduction.Mean => values.Mean(),
        LossReduction.Sum => values.Sum(),
        LossReduction.None => values.Share(),
        _ => throw new ArgumentOutOfRangeException(nameof(reduction), reduction, message: null),
    };

    /// <summary>−log-probabilities at the classes, with weights, positions that are ignored, and smoothed labels.</summary>
    private static Tensor ByClass(
        string op, Tensor logarithms, Tensor target, Tensor? weight, int? ignoredClass, float labelSmoothing, LossReduction reduction)
    {
        RequireClassWeight(op, weight, logarithms.Shape);
        using var given = target.Detach();
        using var counts = ignoredClass is { } ignored ? given.NotEqualTo(ignored) : null;
        using var classes = counts is null ? given.Share() : given.Mask(counts);
        using var index = classes.Unsqueeze(1);
        using var own = logarithms.Gathered(op, 1, index);
        if (weight is null && counts is null && labelSmoothing == 0 && reduction == LossReduction.Mean)
        {
            using var meanOfOwn = own.Mean();
            return -meanOfOwn;
        }

        using var picked = own.Squeeze(1);
        using var values = picked.Negate();
        using var share = weight is null ? null : WeightsOf(weight, classes);
        using var factors = share is null ? counts?.Share() : counts is null ? share.Share() : share.Mask(counts);
        using var weighted = share is null ? values.Share() : values.Multiply(share);
        using var counted = counts is null ? weighted.Share() : weighted.Mask(counts);
        using var smoothed = labelSmoothing == 0 ? counted.Share() : Smoothed(logarithms, weight, counts, counted, labelSmoothing);
        if (reduction != LossReduction.Mean || factors is null)
        {
            return smoothed.Reduced(reduction);
        }

        using var sum = smoothed.Sum();
        using var total = factors.Sum();
        return sum.Divide(total);
    }

    /// <summary>(1 − s)·value + s·(mean of all classes' values).</summary>
    private static Tensor Smoothed(Tensor logarithms, Tensor? weight, Tensor? counts, Tensor values, float smoothing)
    {
        using var factors = weight?.Reshape(ChannelShape(weight.Shape[0], logarithms.Shape.Rank));
        using var all = factors is null ? logarithms.Share() : logarithms.Multiply(factors);
        using var sums = all.Sum([1]);
        using var counted = counts is null ? sums.Share() : sums.Mask(counts);
        using var spread = counted.Affine(-smoothing / logarithms.Shape[1], 0);
        using var kept = values.Affine(1 - smoothing, 0);
        return kept.Add(spread);
    }

    /// <summary>The weight of the class at each position.</summary>
    private static Tensor WeightsOf(Tensor weight, Tensor classes)
    {
        using var places = classes.Reshape(Extents.Of("cross_entropy", classes.Count, classes.Shape));
        using var weights = weight.IndexSelect(0, places);
        return weights.Reshape(classes.Shape);
    }

    private static void RequireClassWeight(string op, Tensor? weight, Shape logits)
    {
        if (weight is not null && weight.Shape != new Shape(logits[1]))
        {
            throw new ShapeException($"{op}: weights {weight.Shape} of the classes of {logits} must be [{logits[1]}]");
        }
    }

    /// <summary>Classes from the host as an index [N, …], checked.</summary>
    private static Tensor ClassIndex(string op, Tensor logits, ReadOnlySpan<int> classes, int? ignoredClass)
    {
        ArgumentNullException.ThrowIfNull(logits);
        var shape = logits.Shape;
        if (shape.Rank < 2 || classes.Length != WithoutClasses(shape).Count)
        {
            throw new ShapeException($"{op}: {classes.Length} classes do not match logits {shape}, [N, classes, …]");
        }

        for (var i = 0; i < classes.Length; i++)
        {
            if ((uint)classes[i] >= (uint)shape[1] && classes[i] != ignoredClass)
            {
                throw new ArgumentException(
                    $"{op}: class {classes[i]} at place {i} is not below {shape[1]}, the number of classes of logits {shape}");
            }
        }

        return Tensor.From(classes, WithoutClasses(shape), logits.Device);
    }

    /// <summary>[N, …] of [N, classes, …].</summary>
    private static Shape WithoutClasses(Shape logits)
    {
        var extents = logits.ToArray();
        return new Shape([extents[0], .. extents[2..]]);
    }

    /// <summary>Requires equal shapes: losses do not broadcast, because a target of another shape is nearly always a mistake.</summary>
    private static Tensor Same(string op, Tensor x, Tensor target)
    {
        Given.Both(x, target);
        return x.Shape == target.Shape ? x
            : throw new ShapeException($"{op}: input {x.Shape} and target {target.Shape} must have the same shape");
    }
}

/// <summary>What a loss does with the values of its elements.</summary>
public enum LossReduction
{
    /// <summary>Their mean: a scalar. Where elements have weights of classes, the sum divided by the sum of those.</summary>
    Mean,

    /// <summary>Their sum: a scalar.</summary>
    Sum,

    /// <summary>The values themselves.</summary>
    None,
}
