using System.Runtime.CompilerServices;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Tensors.Ops;

/// <summary>Sum, mean, maximum or minimum over some dimensions, which keep extent 1.</summary>
internal sealed class ReduceOp(Reduction f, Shape output) : Op
{
    private Shape _input;

    public override string Name => f.ToString().ToLowerInvariant();

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs)
    {
        _input = inputs[0].Shape;
        return f is Reduction.Sum or Reduction.Mean || _input.Count > 0 || output.Count == 0 ? output
            : throw new ShapeException($"{(f == Reduction.Maximum ? "max" : "min")}: {_input} has no elements of which one could be it");
    }

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor y)
    {
        if (inputs[0].Count == 0)
        {
            kernels.Run(new FillCall(y.Span, f == Reduction.Sum ? 0 : float.NaN));
        }
        else
        {
            kernels.Run(new ReduceCall(f, inputs[0].Span, inputs[0].Shape, y.Span, y.Shape));
        }
    }

    protected override Tensor?[] Save(ReadOnlySpan<Tensor> inputs, Tensor y, GradientNeeds needs) =>
        f is Reduction.Maximum or Reduction.Minimum ? new[] { inputs[0], y } : [];

    public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs)
    {
        if (f is Reduction.Maximum or Reduction.Minimum)
        {
            // All elements equal to the maximum (or minimum) share its gradient; if it is NaN, those that are NaN.
            using var winners = Run(new BinaryOp(BinaryFunction.SameAs), saved[0], saved[1]);
            using var count = winners.SumTo(output);
            using var each = dy / count;
            return [winners * each];
        }

        using var share = f == Reduction.Sum ? dy.Share() : dy.Affine((float)((double)output.Count / _input.Count), 0);
        return [share.Expand(_input)];
    }
}

/// <summary>Broadcasts x: repeats it along dimensions of extent 1 and along new leading dimensions.</summary>
internal sealed class ExpandOp(Shape output) : Op
{
    private Shape _input;

    public override string Name => "expand";

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs)
    {
        _input = inputs[0].Shape;
        return Shape.Broadcast(Name, _input, output) == output ? output
            : throw new ShapeException($"expand: {_input} can't be expanded to {output}");
    }

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor y) =>
        kernels.Run(new ExpandCall(inputs[0].Span, inputs[0].Shape, y.Span, y.Shape));

    public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs) => [dy.SumTo(_input)];
}

public static partial class TensorOps
{
    /// <summary>Sum of all elements: a scalar.</summary>
    public static Tensor Sum(this Tensor x) => x.ReduceAll(Reduction.Sum);

    /// <summary>Mean of all elements: a scalar.</summary>
    public static Tensor Mean(this Tensor x) => x.ReduceAll(Reduction.Mean);

    /// <summary>Sum over the given dimensions (negative ones count from the end), which are dropped unless kept with extent 1.</summary>
    public static Tensor Sum(this Tensor x, ReadOnlySpan<int> axes, bool keepDims = false) => x.ReduceAxes(Reduction.Sum, axes, keepDims);

    /// <summary>Mean over the given dimensions (negative ones count from the end), which are dropped unless kept with extent 1.</summary>
    public static Tensor Mean(this Tensor x, ReadOnlySpan<int> axes, bool keepDims = false) => x.ReduceAxes(Reduction.Mean, axes, keepDims);

    /// <summary>Maximum of all elements: a scalar; NaN if any is NaN. Equal maxima (or all NaN) share the gradient.</summary>
    public static Tensor Max(this Tensor x) => x.ReduceAll(Reduction.Maximum);

    /// <summary>Minimum of all elements: a scalar; NaN if any is NaN. Equal minima (or all NaN) share the gradient.</summary>
    public static Tensor Min(this Tensor x) => x.ReduceAll(Reduction.Minimum);

    /// <summary>
    /// Maximum over the given dimensions (negative ones count from the end), which are dropped unless kept with extent 1.
    /// </summary>
    public static Tensor Max(this Tensor x, ReadOnlySpan<int> axes, bool keepDims = false) =>
        x.ReduceAxes(Reduction.Maximum, axes, keepDims);

    /// <summary>
    /// Minimum over the given dimensions (negative ones count from the end), which are dropped unless kept with extent 1.
    /// </summary>
    public static Tensor Min(this Tensor x, ReadOnlySpan<int> axes, bool keepDims = false) =>
        x.ReduceAxes(Reduction.Minimum, axes, keepDims);

    /// <summary>Broadcasts x to a larger shape.</summary>
    [OverloadResolutionPriority(1)]
    public static Tensor Expand(this Tensor x, params ReadOnlySpan<int> extents) => x.Expand(new Shape(extents));

    /// <summary>Broadcasts x to a larger shape.</summary>
    public static Tensor Expand(this Tensor x, Shape shape)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.Shape == shape ? x.Share() : Op.Run(new ExpandOp(shape), x);
    }

    /// <summary>The transpose of broadcasting: the sum over all broadcast dimensions.</summary>
    internal static Tensor SumTo(this Tensor x, Shape shape)
    {
        if (x.Shape == shape)
        {
            return x.Share();
        }

        Span<int> kept = stackalloc int[Shape.MaxRank];
        var missing = x.Shape.Rank - shape.Rank;
        for (var i = 0; i < x.Shape.Rank; i++)
        {
            kept[i] = i < missing ? 1 : shape[i - missing];
        }

        using var sum = Op.Run(new ReduceOp(Reduction.Sum, new Shape(kept[..x.Shape.Rank])), x);
        return sum.Reshape(shape);
    }

    private static Tensor ReduceAll(this Tensor x, Reduction f)
    {
        ArgumentNullException.ThrowIfNull(x);
        Span<int> ones = stackalloc int[Shape.MaxRank];
        ones.Fill(1);
        using var reduced = Op.Run(new ReduceOp(f, new Shape(ones[..x.Shape.Rank])), x);
        return reduced.Reshape(Shape.Scalar);
    }

    private static Tensor ReduceAxes(this Tensor x, Reduction f, ReadOnlySpan<int> axes, bool keepDims)
    {
        ArgumentNullException.ThrowIfNull(x);
        var name = f switch { Reduction.Maximum => "max", Reduction.Minimum => "min", Reduction.Mean => "mean", _ => "sum" };
        var kept = x.Shape;
        var seen = 0;
        foreach (var axis in axes)
        {
            var along = x.Shape.Axis(name, axis);
            seen = (seen & (1 << along)) == 0
                ? seen | (1 << along)
                : throw new ShapeException($"{name}: dimension {axis} of {x.Shape} is named twice");
            kept = kept.With(along, 1);
        }

        var reduced = Op.Run(new ReduceOp(f, kept), x);
        if (keepDims)
        {
            return reduced;
        }

        Span<int> extents = stackalloc int[Shape.MaxRank];
        var rank = 0;
        for (var i = 0; i < x.Shape.Rank; i++)
        {
            if (!axes.Contains(i) && !axes.Contains(i - x.Shape.Rank))
            {
                extents[rank++] = x.Shape[i];
            }
        }

        using (reduced)
        {
            return reduced.Reshape(new Shape(extents[..rank]));
        }
    }
}
