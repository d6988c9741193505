using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Tensors.Ops;

/// <summary>Indices of the k largest or smallest elements along one dimension, in order. Constants: nothing is recorded.</summary>
/// <param name="axis">the dimension</param>
/// <param name="count">k</param>
/// <param name="largest">the largest first, else the smallest</param>
/// <param name="nanFirst">whether NaN precedes everything, else it follows</param>
internal sealed class TopKOp(int axis, int count, bool largest, bool nanFirst) : Op
{
    public override string Name => "top_k";

    protected override bool IsConstant => true;

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs) => inputs[0].Shape.With(axis, count);

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output)
    {
        var (outer, inner) = inputs[0].Shape.Around(Name, axis);
        kernels.Run(new TopKCall(
            inputs[0].Span, output.Span,
            new TopKGeometry(outer, inputs[0].Shape[axis], count, inner, largest ? 1 : -1, nanFirst ? 1 : 0)));
    }

    public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs) => [null];
}

/// <summary>Elements of a dimension by their order, and where they were in it.</summary>
/// <param name="Values">the elements; gradients flow back to where they were</param>
/// <param name="Indices">their indices in the dimension, of the same shape; constants</param>
public readonly record struct RankedValues(Tensor Values, Tensor Indices);

// Values are gathered at the indices, so that gradients flow back. As in PyTorch NaN is the largest number of an order, and the extreme of
// any dimension that has one. Equal elements keep their order.
public static partial class TensorOps
{
    /// <summary>The k largest (or smallest) elements of a dimension in order, NaN being the largest, and their indices.</summary>
    public static RankedValues TopK(this Tensor x, int k, int axis = -1, bool largest = true)
    {
        ArgumentNullException.ThrowIfNull(x);
        var indices = x.TopIndices("top_k", k, axis, largest, nanFirst: largest);
        return new RankedValues(x.Gathered("top_k", axis, indices), indices);
    }

    /// <summary>Sorts a dimension, NaN being the largest; returns the values and their indices in x.</summary>
    public static RankedValues Sort(this Tensor x, int axis = -1, bool descending = false)
    {
        ArgumentNullException.ThrowIfNull(x);
        var indices = x.TopIndices("sort", count: null, axis, descending, nanFirst: descending);
        return new RankedValues(x.Gathered("sort", axis, indices), indices);
    }

    /// <summary>The indices that sort a dimension.</summary>
    public static Tensor Argsort(this Tensor x, int axis = -1, bool descending = false) =>
        x.TopIndices("argsort", count: null, axis, descending, nanFirst: descending);

    /// <summary>Index of a dimension's largest element, the first of equals.</summary>
    public static Tensor Argmax(this Tensor x, int axis, bool keepDims = false) => x.Extreme("argmax", axis, keepDims, largest: true);

    /// <summary>Index of a dimension's smallest element, the first of equals.</summary>
    public static Tensor Argmin(this Tensor x, int axis, bool keepDims = false) => x.Extreme("argmin", axis, keepDims, largest: false);

    /// <summary>A dimension's largest element, the first of equals, and its index. That element gets all of the gradient.</summary>
    public static RankedValues Max(this Tensor x, int axis, bool keepDims = false) =>
        x.ExtremeWithIndex("max", axis, keepDims, largest: true);

    /// <summary>A dimension's smallest element, the first of equals, and its index. That element gets all of the gradient.</summary>
    public static RankedValues Min(this Tensor x, int axis, bool keepDims = false) =>
        x.ExtremeWithIndex("min", axis, keepDims, largest: false);

    private static Tensor Extreme(this Tensor x, string op, int axis, bool keepDims, bool largest)
    {
        var index = x.TopIndices(op, 1, axis, largest, nanFirst: true);
        return keepDims ? index : Dropped(index, axis);
    }

    private static RankedValues ExtremeWithIndex(this Tensor x, string op, int axis, bool keepDims, bool largest)
    {
        var index = x.TopIndices(op, 1, axis, largest, nanFirst: true);
        var value = x.Gathered(op, axis, index);
        return keepDims ? new RankedValues(value, index) : new RankedValues(Dropped(value, axis), Dropped(index, axis));
    }

    private static Tensor Dropped(Tensor x, int axis)
    {
        using (x)
        {
            return x.Squeeze(axis);
        }
    }

    /// <param name="x">the numbers</param>
    /// <param name="op">what was called</param>
    /// <param name="count">how many; null for all</param>
    /// <param name="axis">the dimension</param>
    /// <param name="largest">the largest first, else the smallest</param>
    /// <param name="nanFirst">whether NaN precedes everything, else it follows</param>
    private static Tensor TopIndices(this Tensor x, string op, int? count, int axis, bool largest, bool nanFirst)
    {
        ArgumentNullException.ThrowIfNull(x);
        var along = x.Shape.Axis(op, axis);
        var extent = x.Shape[along];
        if (count < 0 || count > extent || extent > MaxExactInteger)
        {
            throw new ShapeException(extent > MaxExactInteger
                ? $"{op}: dimension {axis} of {x.Shape} has {extent} places; they are counted up to {MaxExactInteger}"
                : $"{op}: {count} elements of dimension {axis} of {x.Shape}, which has {extent}");
        }

        return Op.Run(new TopKOp(along, count ?? extent, largest, nanFirst), x);
    }
}
