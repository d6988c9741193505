using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Tensors.Ops;

/// <summary>Elements of x at places along one dimension: y[…, k, …] = x[…, index[…, k, …], …]. The index is a constant.</summary>
internal sealed class GatherOp(int axis, int extent) : Op
{
    public override string Name => "gather";

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs) => inputs[0].Shape.With(axis, inputs[1].Shape[axis]);

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output) =>
        kernels.Gather(inputs[0].Span, inputs[1].Span, output.Span, GatherShapes.Geometry(output.Shape, inputs[1].Shape, axis, extent));

    protected override Tensor?[] Save(ReadOnlySpan<Tensor> inputs, Tensor output, GradientNeeds needs) => new[] { inputs[1] };

    public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs) =>
        [Run(new ScatterOp(axis, extent), dy, saved[0]), null];
}

/// <summary>x added to zeros at places along one dimension: the transpose of <see cref="GatherOp"/>.</summary>
internal sealed class ScatterOp(int axis, int extent) : Op
{
    public override string Name => "scatter_add";

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs) => inputs[0].Shape.With(axis, extent);

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output)
    {
        kernels.Fill(output.Span, 0);
        kernels.ScatterAdd(
            inputs[0].Span, inputs[1].Span, output.Span, GatherShapes.Geometry(inputs[0].Shape, inputs[1].Shape, axis, extent));
    }

    protected override Tensor?[] Save(ReadOnlySpan<Tensor> inputs, Tensor output, GradientNeeds needs) => new[] { inputs[1] };

    public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs) =>
        [Run(new GatherOp(axis, extent), dy, saved[0]), null];
}

// An index is a tensor of whole numbers, as float32 holds them: made on the device (TopK, Argmax), or uploaded by Tensor.From.
// One that is out of range is an error on the processor. Other devices would have to be waited for: there the element is NaN,
// and nothing is added.
public static partial class TensorOps
{
    /// <summary>Places that float32 counts exactly.</summary>
    internal const int MostPlaces = 1 << 24;

    /// <summary>
    /// y[…, k, …] = x[…, index[…, k, …], …] along a dimension (a negative one counts from the end); in each other dimension the index has
    /// x's extent, or 1.
    /// </summary>
    public static Tensor Gather(this Tensor x, int axis, Tensor index)
    {
        var along = x.Shape.Axis("gather", axis);
        using var places = GatherShapes.Check("gather", index, x.Shape, along, x.Shape[along]);
        return Op.Run(new GatherOp(along, x.Shape[along]), x, places);
    }

    /// <summary>
    /// x with elements of a source added: y[…, index[…, k, …], …] += source[…, k, …]. Several to one place are added in order of k, so bits
    /// repeat. The source has x's extents but along the dimension, where it has the index's; in each other dimension the index has x's
    /// extent, or 1.
    /// </summary>
    public static Tensor ScatterAdd(this Tensor x, int axis, Tensor index, Tensor source)
    {
        var along = x.Shape.Axis("scatter_add", axis);
        using var places = GatherShapes.Check("scatter_add", index, x.Shape, along, x.Shape[along]);
        if (source.Shape != x.Shape.With(along, index.Shape[along]))
        {
            throw new ShapeException(
                $"scatter_add: a source {source.Shape} does not match an index {index.Shape} along dimension {axis} of {x.Shape}");
        }

        using var sums = Op.Run(new ScatterOp(along, x.Shape[along]), source, places);
        return x + sums;
    }

    /// <summary>The slices of x at places [K] along a dimension (a negative one counts from the end), in their order.</summary>
    public static Tensor IndexSelect(this Tensor x, int axis, Tensor places)
    {
        var along = x.Shape.Axis("index_select", axis);
        if (places.Shape.Rank != 1)
        {
            throw new ShapeException($"index_select: places {places.Shape} along dimension {axis} of {x.Shape} must be [K]");
        }

        Span<int> extents = stackalloc int[x.Shape.Rank];
        extents.Fill(1);
        extents[along] = places.Shape[0];
        using var index = places.Reshape(new Shape(extents));
        return x.Gather(along, index);
    }

    /// <summary>The slices of x at places of a dimension, in their order.</summary>
    /// <exception cref="ArgumentException">a place is out of range</exception>
    public static Tensor IndexSelect(this Tensor x, int axis, params ReadOnlySpan<int> places)
    {
        var extent = x.Shape[x.Shape.Axis("index_select", axis)];
        for (var k = 0; k < places.Length; k++)
        {
            if ((uint)places[k] >= (uint)extent)
            {
                throw new ArgumentException($"index_select: place {places[k]} is not in dimension {axis} of {x.Shape}, which has {extent}");
            }
        }

        using var index = Tensor.From(places, new Shape(places.Length), x.Device);
        return x.IndexSelect(axis, index);
    }

    /// <summary>1 at each class and 0 elsewhere, along a new last dimension: […, classes] of an index […].</summary>
    public static Tensor OneHot(this Tensor index, int classes)
    {
        using var places = index.Unsqueeze(-1);
        using var ones = Tensor.Ones(places.Shape, index.Device);
        using var constant = GatherShapes.Check("one_hot", places, places.Shape, places.Shape.Rank - 1, classes);
        return Op.Run(new ScatterOp(places.Shape.Rank - 1, classes), ones, constant);
    }
}

/// <summary>Shape rules of gathering and scattering.</summary>
internal static class GatherShapes
{
    /// <summary>
    /// The index as kernels take it: without history, whole or a single element in front of the dimension, and the same behind it.
    /// </summary>
    /// <exception cref="ShapeException">it does not match, or float32 does not count so far</exception>
    public static Tensor Check(string op, Tensor index, Shape x, int axis, int extent)
    {
        if (extent > TensorOps.MostPlaces)
        {
            throw new ShapeException($"{op}: dimension {axis} of {x} has {extent} places; an index counts up to {TensorOps.MostPlaces}");
        }

        var s = index.Shape;
        var (spreads, fits) = (false, s.Rank == x.Rank);
        for (var i = 0; fits && i < x.Rank; i++)
        {
            fits = i == axis || s[i] == x[i] || s[i] == 1;
            spreads |= i != axis && s[i] != x[i];
        }

        if (!fits)
        {
            throw new ShapeException(
                $"{op}: an index {s} along dimension {axis} does not match {x}: its other extents must be equal, or 1");
        }

        using var constant = index.Detach();
        var (outer, inner) = s.Around(axis);
        var (outerOfX, innerOfX) = x.Around(axis);
        return spreads && ((outer != 1 && outer != outerOfX) || (inner != 1 && inner != innerOfX))
            ? constant.Expand(x.With(axis, s[axis]))
            : constant.Share();
    }

    /// <param name="gathered">shape of what is gathered, or of what is scattered</param>
    /// <param name="index">shape of the index</param>
    /// <param name="axis">the dimension</param>
    /// <param name="extent">its places</param>
    public static GatherGeometry Geometry(Shape gathered, Shape index, int axis, int extent)
    {
        var (outer, inner) = gathered.Around(axis);
        var (indexOuter, indexInner) = index.Around(axis);
        return new GatherGeometry(
            outer, extent, index[axis], inner,
            indexOuter == 1 ? 0 : index[axis] * indexInner, indexInner, indexInner == 1 ? 0 : 1);
    }
}
