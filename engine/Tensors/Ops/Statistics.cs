namespace IlgpuGan.Tensors.Ops;

// Statistics, norms and products: compositions, whose gradients are 0 where the function has a kink, as PyTorch's.
public static partial class TensorOps
{
    /// <summary>Variance of all elements, a scalar: Σ (x − mean)² / (count − correction).</summary>
    /// <param name="x">of any shape</param>
    /// <param name="correction">1 for the unbiased estimate, 0 for the mean of the squares</param>
    public static Tensor Var(this Tensor x, int correction = 1) => x.Var(AllAxes(x), correction: correction);

    /// <summary>
    /// Variance over the given dimensions (negative ones count from the end), which are dropped unless kept with extent 1.
    /// </summary>
    /// <inheritdoc cref="Var(Tensor, int)"/>
    public static Tensor Var(this Tensor x, ReadOnlySpan<int> axes, bool keepDims = false, int correction = 1)
    {
        RequireAxes("var", x, axes);
        using var mean = x.Mean(axes, keepDims: true);
        using var centred = x.Subtract(mean);
        using var squares = centred.Square();
        using var sum = squares.Sum(axes, keepDims);
        var count = mean.Count == 0 ? 0 : x.Count / mean.Count;
        return sum.DividedBy(Math.Max(count - correction, 0));
    }

    /// <summary>Standard deviation of all elements, a scalar: the root of <see cref="Var(Tensor, int)"/>.</summary>
    /// <inheritdoc cref="Var(Tensor, int)"/>
    public static Tensor Std(this Tensor x, int correction = 1) => x.Std(AllAxes(x), correction: correction);

    /// <summary>
    /// Standard deviation over the given dimensions (negative ones count from the end), which are dropped unless kept with extent 1. Its
    /// gradient is 0 where it is 0.
    /// </summary>
    /// <inheritdoc cref="Var(Tensor, int)"/>
    public static Tensor Std(this Tensor x, ReadOnlySpan<int> axes, bool keepDims = false, int correction = 1)
    {
        RequireAxes("std", x, axes);
        using var variance = x.Var(axes, keepDims, correction);
        return variance.RootWithFlatZero();
    }

    /// <summary>‖x‖ₚ of all elements, a scalar.</summary>
    /// <inheritdoc cref="Norm(Tensor, float, ReadOnlySpan{int}, bool)"/>
    public static Tensor Norm(this Tensor x, float p = 2) => x.Norm(p, AllAxes(x));

    /// <summary>
    /// ‖x‖ₚ = (Σ |x|ᵖ)^(1/p) over the given dimensions (negative ones count from the end), which are dropped unless kept with extent 1. Its
    /// gradient is 0 where it is 0.
    /// </summary>
    /// <param name="x">of any shape</param>
    /// <param name="p">
    /// 2 for the length, 1 for the sum of sizes, 0 for the number of elements that are not 0, infinity for the largest size and −infinity
    /// for the smallest
    /// </param>
    /// <param name="axes">the dimensions</param>
    /// <param name="keepDims">keep them with extent 1</param>
    public static Tensor Norm(this Tensor x, float p, ReadOnlySpan<int> axes, bool keepDims = false)
    {
        RequireAxes("norm", x, axes);
        if (float.IsNaN(p))
        {
            throw new ArgumentOutOfRangeException(nameof(p), p, "norm: p must be a number");
        }

        if (p == 2)
        {
            using var squares = x.Square();
            using var sum = squares.Sum(axes, keepDims);
            return sum.RootWithFlatZero();
        }

        if (p == 0)
        {
            using var counted = x.NotEqualTo(0);
            return counted.Sum(axes, keepDims);
        }

        using var sizes = x.Abs();
        if (p == 1 || float.IsInfinity(p))
        {
            return p == 1 ? sizes.Sum(axes, keepDims) : p > 0 ? sizes.Max(axes, keepDims) : sizes.Min(axes, keepDims);
        }

        // The slope of a power below 1 is infinite at 0: those elements are left out of the graph.
        using var safe = p < 1 && p > 0 ? sizes.OnesAtZero() : sizes.Share();
        using var powers = safe.Power(p);
        using var counting = p < 1 && p > 0 ? powers.Mask(sizes) : powers.Share();
        using var total = counting.Sum(axes, keepDims);
        using var positive = total.OnesAtZero();
        using var root = positive.Power(1 / p);
        return root.Mask(total);
    }

    /// <summary>log Σ exp x over the given dimensions (negative ones count from the end), without overflow.</summary>
    /// <param name="x">of any shape</param>
    /// <param name="axes">the dimensions, which are dropped unless kept with extent 1</param>
    /// <param name="keepDims">keep them with extent 1</param>
    public static Tensor LogSumExp(this Tensor x, ReadOnlySpan<int> axes, bool keepDims = false)
    {
        RequireAxes("log_sum_exp", x, axes);
        using var constant = x.Detach();
        using var largest = constant.Max(axes, keepDims: true);

        // Where it is infinite, the difference would be NaN.
        using var size = largest.Abs();
        using var isFinite = size.LessThan(float.PositiveInfinity);
        using var shift = largest.Mask(isFinite);
        using var differences = x.Subtract(shift);
        using var powers = differences.Exp();
        using var sum = powers.Sum(axes, keepDims);
        using var logarithm = sum.Log();
        using var kept = keepDims ? shift.Share() : shift.Reshape(logarithm.Shape);
        return logarithm.Add(kept);
    }

    /// <summary>Product of all elements: a scalar, 1 of none.</summary>
    public static Tensor Prod(this Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        using var line = x.Reshape(Extents.Of("prod", x.Count, x.Shape));
        return line.Prod(0);
    }

    /// <summary>
    /// Product over a dimension (a negative one counts from the end), which is dropped unless kept with extent 1; 1 of no elements.
    /// Elements are multiplied in pairs, so that gradients of any order hold where some of them are 0.
    /// </summary>
    public static Tensor Prod(this Tensor x, int axis, bool keepDims = false)
    {
        ArgumentNullException.ThrowIfNull(x);
        var along = x.Shape.Axis("prod", axis);
        if (x.Shape[along] == 0)
        {
            using var ones = Tensor.Ones(x.Shape.With(along, 1), x.Device);
            return keepDims ? ones.Share() : ones.Squeeze(along);
        }

        var products = x.Whole();
        while (products.Shape[along] is > 1 and var extent)
        {
            using var before = products;
            var half = extent / 2;
            using var first = before.Slice(along, 0, half);
            using var second = before.Slice(along, half, half);
            using var pairs = first.Multiply(second);
            using var odd = extent % 2 == 1 ? before.Slice(along, extent - 1, 1) : null;
            products = odd is null ? pairs.Share() : Concat(along, pairs, odd);
        }

        using (products)
        {
            return keepDims ? products.Share() : products.Squeeze(along);
        }
    }

    private static void RequireAxes(string op, Tensor x, ReadOnlySpan<int> axes)
    {
        ArgumentNullException.ThrowIfNull(x);
        foreach (var axis in axes)
        {
            _ = x.Shape.Axis(op, axis);
        }
    }

    private static int[] AllAxes(Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return [.. Enumerable.Range(0, x.Shape.Rank)];
    }

    /// <summary>√x whose gradient is 0 where x is 0.</summary>
    private static Tensor RootWithFlatZero(this Tensor x)
    {
        using var positive = x.OnesAtZero();
        using var root = positive.Sqrt();
        return root.Mask(x);
    }

    /// <summary>x, and 1 where it is 0, there without a gradient.</summary>
    private static Tensor OnesAtZero(this Tensor x)
    {
        using var zeros = x.EqualTo(0);
        using var others = x.Mask(x);
        return others.Add(zeros);
    }
}
