using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn.Import.Operators;

/// <summary>Sums, products, means, maxima, minima and norms over dimensions; argmax, argmin and cumulative sums.</summary>
internal static class Reductions
{
    private delegate Tensor Reduction(Tensor x, int[] axes, bool keepDims);

    public static void Add(OperatorList list)
    {
        Reduce(list, "ReduceSum", (x, axes, keep) => x.Sum(axes, keep));
        Reduce(list, "ReduceMean", (x, axes, keep) => x.Mean(axes, keep));
        Reduce(list, "ReduceMax", (x, axes, keep) => x.Max(axes, keep));
        Reduce(list, "ReduceMin", (x, axes, keep) => x.Min(axes, keep));
        Reduce(list, "ReduceProd", ProductOf);
        Reduce(list, "ReduceSumSquare", (x, axes, keep) => SumOf(x, axes, keep, size => size.Square()));
        Reduce(list, "ReduceL1", (x, axes, keep) => SumOf(x, axes, keep, size => size.Abs()));
        Reduce(list, "ReduceL2", LengthOf);
        Reduce(list, "ReduceLogSum", LogarithmOf);
        Reduce(list, "ReduceLogSumExp", LogSumExpOf);
        OnHost(list, "ReduceSum", (a, b) => a + b);
        OnHost(list, "ReduceProd", (a, b) => a * b);
        OnHost(list, "ReduceMax", Math.Max);
        OnHost(list, "ReduceMin", Math.Min);
        list.OnDevice.Add("ArgMax", call => [Extreme(call, (x, axis, keep) => x.Argmax(axis, keep))]);
        list.OnDevice.Add("ArgMin", call => [Extreme(call, (x, axis, keep) => x.Argmin(axis, keep))]);
        list.Floats("CumSum", CumulativeSum);
    }

    /// <summary>Σ f(x) over dimensions.</summary>
    public static Tensor SumOf(Tensor x, int[] axes, bool keepDims, Func<Tensor, Tensor> f)
    {
        using var terms = f(x);
        return terms.Sum(axes, keepDims);
    }

    /// <summary>√Σ x² over dimensions.</summary>
    public static Tensor LengthOf(Tensor x, int[] axes, bool keepDims)
    {
        using var sum = SumOf(x, axes, keepDims, size => size.Square());
        return sum.Sqrt();
    }

    private static Tensor LogarithmOf(Tensor x, int[] axes, bool keepDims)
    {
        using var sum = x.Sum(axes, keepDims);
        return sum.Log();
    }

    /// <summary>Subtracts the maximum first, so that nothing overflows.</summary>
    private static Tensor LogSumExpOf(Tensor x, int[] axes, bool keepDims)
    {
        using var largest = x.Max(axes, keepDims: true);
        using var less = x.Subtract(largest);
        using var sum = SumOf(less, axes, keepDims: true, power => power.Exp());
        using var logarithm = sum.Log();
        using var whole = logarithm.Add(largest);
        return whole.Reshape(Kept(x.Shape, axes, keepDims));
    }

    /// <summary>Multiplies slice by slice along each dimension, because no device has a kernel for it.</summary>
    private static Tensor ProductOf(Tensor x, int[] axes, bool keepDims)
    {
        var product = x.Share();
        foreach (var axis in axes)
        {
            using var before = product;
            product = before.Slice(axis, 0, 1);
            for (var i = 1; i < x.Shape[axis]; i++)
            {
                using var left = product;
                using var part = before.Slice(axis, i, 1);
                product = left.Multiply(part);
            }
        }

        using (product)
        {
            return product.Reshape(Kept(x.Shape, axes, keepDims));
        }
    }

    private static Shape Kept(Shape x, int[] axes, bool keepDims)
    {
        var extents = x.ToArray().Select((extent, axis) => axes.Contains(axis) ? keepDims ? 1 : -1 : extent);
        return new Shape([.. extents.Where(extent => extent >= 0)]);
    }

    private static void Reduce(OperatorList list, string name, Reduction reduce) => list.Floats(name, call =>
    {
        var x = call.Tensor(0);
        return Axes(call, x.Shape.Rank) is { } axes ? reduce(x, axes, call.Node.Integer("keepdims", 1) != 0) : x.Share();
    });

    private static void OnHost(OperatorList list, string name, Func<double, double, double> f)
    {
        list.Host(name, call =>
        {
            var x = call.Host(0);
            if (Axes(call, x.Shape.Rank) is not { } axes)
            {
                return x;
            }

            foreach (var axis in axes)
            {
                ShapeException.ThrowIf(x.Shape[axis] == 0, $"dimension {axis} of {x.Shape} is empty");

                var sum = x.Selected(axis, [0]);
                for (var i = 1; i < x.Shape[axis]; i++)
                {
                    sum = HostArray.Map(name, x.Kind, sum, x.Selected(axis, [i]), f);
                }

                x = sum;
            }

            return x.Reshaped(Kept(call.ShapeOf(0), axes, call.Node.Integer("keepdims", 1) != 0));
        });
        list.Exact.Add(name);
    }

    /// <summary>The reduced dimensions; null if the node has none and <c>noop_with_empty_axes</c> makes it the identity.</summary>
    private static int[]? Axes(NodeCall call, int rank)
    {
        var axes = call.Integers(1, "axes");
        return axes is null or { Length: 0 } && call.Node.Integer("noop_with_empty_axes", 0) != 0 ? null : NodeCall.Axes(axes, rank);
    }

    private static RunningValue Extreme(NodeCall call, Func<Tensor, int, bool, Tensor> find)
    {
        var x = call.Tensor(0);
        var axis = NodeCall.Axis(call.Node.Integer("axis", 0), x.Shape.Rank);
        var keepDims = call.Node.Integer("keepdims", 1) != 0;
        if (call.Node.Integer("select_last_index", 0) == 0)
        {
            return RunningValue.Of(find(x, axis, keepDims), ElementKind.Integer);
        }

        // The last of equal elements is the first one of the mirrored dimension.
        using var mirrored = x.Flip(axis);
        using var index = find(mirrored, axis, keepDims);
        return RunningValue.Of(index.Affine(-1, x.Shape[axis] - 1), ElementKind.Integer);
    }

    private static Tensor CumulativeSum(NodeCall call)
    {
        var axis = call.Integers(1) is [var one] ? one : throw NodeCall.Refused("its axis should be one number");
        var x = call.Tensor(0);
        return x.CumulativeSum(
            NodeCall.Axis(axis, x.Shape.Rank), call.Node.Integer("exclusive", 0) != 0, call.Node.Integer("reverse", 0) != 0);
    }
}
