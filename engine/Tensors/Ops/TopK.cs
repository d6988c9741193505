using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Tensors.Ops;

/// <summary>The places of the first elements in order along one dimension. Constants: nothing is recorded.</summary>
internal sealed class TopKOp(int axis, int count, bool largest) : Op
{
    public override string Name => "top_k";

    protected override bool IsConstant => true;

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs) => inputs[0].Shape.With(axis, count);

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output)
    {
        var (outer, inner) = inputs[0].Shape.Around(axis);
        kernels.TopK(inputs[0].Span, output.Span, new TopKGeometry(outer, inputs[0].Shape[axis], count, inner, largest ? 1 : -1));
    }

    public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs) => [null];
}

// Values are gathered from the places, so that their gradient goes back there. NaN comes first, the earlier of equals before the later.
public static partial class TensorOps
{
    /// <summary>The largest (or smallest) k of a dimension in order, and their places.</summary>
    public static (Tensor Values, Tensor Indices) TopK(this Tensor x, int k, int axis = -1, bool largest = true)
    {
        var indices = x.PlacesInOrder("top_k", k, axis, largest);
        return (x.Gather(axis, indices), indices);
    }

    /// <summary>A dimension in order, and where each element was.</summary>
    public static (Tensor Values, Tensor Indices) Sort(this Tensor x, int axis = -1, bool descending = false)
    {
        var indices = x.PlacesInOrder("sort", x.Shape[axis], axis, descending);
        return (x.Gather(axis, indices), indices);
    }

    /// <summary>The places of a dimension's elements in order.</summary>
    public static Tensor Argsort(this Tensor x, int axis = -1, bool descending = false) =>
        x.PlacesInOrder("argsort", x.Shape[axis], axis, descending);

    /// <summary>Where a dimension's largest element is, the first of equals.</summary>
    public static Tensor Argmax(this Tensor x, int axis, bool keepDims = false) => x.Extreme("argmax", axis, keepDims, largest: true);

    /// <summary>Where a dimension's smallest element is, the first of equals.</summary>
    public static Tensor Argmin(this Tensor x, int axis, bool keepDims = false) => x.Extreme("argmin", axis, keepDims, largest: false);

    /// <summary>A dimension's largest element, the first of equals, and where it is. All of the gradient goes there.</summary>
    public static (Tensor Values, Tensor Indices) Max(this Tensor x, int axis, bool keepDims = false) =>
        x.ExtremeWithPlace("max", axis, keepDims, largest: true);

    /// <summary>A dimension's smallest element, the first of equals, and where it is. All of the gradient goes there.</summary>
    public static (Tensor Values, Tensor Indices) Min(this Tensor x, int axis, bool keepDims = false) =>
        x.ExtremeWithPlace("min", axis, keepDims, largest: false);

    private static Tensor Extreme(this Tensor x, string op, int axis, bool keepDims, bool largest)
    {
        var place = x.PlacesInOrder(op, 1, axis, largest);
        return keepDims ? place : Dropped(place, axis);
    }

    private static (Tensor Values, Tensor Indices) ExtremeWithPlace(this Tensor x, string op, int axis, bool keepDims, bool largest)
    {
        var place = x.PlacesInOrder(op, 1, axis, largest);
        var value = x.Gather(axis, place);
        return keepDims ? (value, place) : (Dropped(value, axis), Dropped(place, axis));
    }

    private static Tensor Dropped(Tensor x, int axis)
    {
        using (x)
        {
            return x.Squeeze(axis);
        }
    }

    private static Tensor PlacesInOrder(this Tensor x, string op, int count, int axis, bool largest)
    {
        var along = x.Shape.Axis(op, axis);
        var extent = x.Shape[along];
        if (count < 1 || count > extent || extent > MostPlaces)
        {
            throw new ShapeException(extent > MostPlaces
                ? $"{op}: dimension {axis} of {x.Shape} has {extent} places; they are counted up to {MostPlaces}"
                : $"{op}: {count} elements of dimension {axis} of {x.Shape}, which has {extent}");
        }

        return Op.Run(new TopKOp(along, count, largest), x);
    }
}
