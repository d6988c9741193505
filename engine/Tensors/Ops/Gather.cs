using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Tensors.Ops;

/// <summary>y[…, k, …] = x[…, index[…, k, …], …] along one dimension. The index is a constant.</summary>
/// <param name="axis">the dimension</param>
/// <param name="extent">its extent in x</param>
/// <param name="name">what was called</param>
internal sealed class GatherOp(int axis, int extent, string name = "gather") : Op
{
    public override string Name => name;

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs) => inputs[0].Shape.With(axis, inputs[1].Shape[axis]);

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output) =>
        kernels.Run(new GatherCall(
            inputs[0].Span, inputs[1].Span, output.Span, GatherShapes.Geometry(Name, output.Shape, inputs[1].Shape, axis, extent)));

    protected override Tensor?[] Save(ReadOnlySpan<Tensor> inputs, Tensor output, GradientNeeds needs) => new[] { inputs[1] };

    public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs) =>
        [Run(new ScatterOp(axis, extent), dy, saved[0]), null];
}

/// <summary>y[…, index[…, k, …], …] += x[…, k, …] over zeros, along one dimension: the transpose of <see cref="GatherOp"/>.</summary>
internal sealed class ScatterOp(int axis, int extent) : Op
{
    public override string Name => "scatter_add";

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs) => inputs[0].Shape.With(axis, extent);

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output)
    {
        if (inputs[0].Count == 0)
        {
            kernels.Run(new FillCall(output.Span, 0));
        }
        else
        {
            kernels.Run(new ScatterAddCall(
                inputs[0].Span, inputs[1].Span, output.Span, GatherShapes.Geometry(Name, inputs[0].Shape, inputs[1].Shape, axis, extent)));
        }
    }

    protected override Tensor?[] Save(ReadOnlySpan<Tensor> inputs, Tensor output, GradientNeeds needs) => new[] { inputs[1] };

    public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs) =>
        [Run(new GatherOp(axis, extent), dy, saved[0]), null];
}

// An index is a float32 tensor of integers, computed on the device (TopK, Argmax) or uploaded by Tensor.From.
// An index out of range is an error on the CPU. On other devices an error would need a synchronisation: there Gather returns NaN, and
// ScatterAdd adds nothing.
public static partial class TensorOps
{
    /// <summary>The largest integer up to which float32 is exact, and so the largest extent of an indexed dimension.</summary>
    internal const int MaxExactInteger = 1 << 24;

    /// <summary>
    /// y[…, k, …] = x[…, index[…, k, …], …] along a dimension (a negative one counts from the end); in each other dimension the index has
    /// x's extent, or 1.
    /// </summary>
    public static Tensor Gather(this Tensor x, int axis, Tensor index) => x.Gathered("gather", axis, index);

    /// <summary><see cref="Gather"/> as part of another op, which errors name.</summary>
    internal static Tensor Gathered(this Tensor x, string op, int axis, Tensor index)
    {
        Given.Both(x, index);
        var along = x.Shape.Axis(op, axis);
        using var indices = GatherShapes.Check(op, index, x.Shape, along, x.Shape[along]);
        return Op.Run(new GatherOp(along, x.Shape[along], op), x, indices);
    }

    /// <summary>
    /// y = x, then y[…, index[…, k, …], …] += source[…, k, …]. Elements with equal indices are added in order of k, so the bits are
    /// reproducible. The source has x's extents, except along the dimension, where it has the index's. In each other dimension the index
    /// has x's extent, or 1.
    /// </summary>
    public static Tensor ScatterAdd(this Tensor x, int axis, Tensor index, Tensor source)
    {
        Given.Both(x, index);
        ArgumentNullException.ThrowIfNull(source);
        var along = x.Shape.Axis("scatter_add", axis);
        using var indices = GatherShapes.Check("scatter_add", index, x.Shape, along, x.Shape[along]);
        if (source.Shape != x.Shape.With(along, index.Shape[along]))
        {
            throw new ShapeException(
                $"scatter_add: a source {source.Shape} does not match an index {index.Shape} along dimension {axis} of {x.Shape}");
        }

        using var sums = Op.Run(new ScatterOp(along, x.Shape[along]), source, indices);
        return x + sums;
    }

    /// <summary>The slices of x at indices [K] along a dimension (a negative one counts from the end), in their order.</summary>
    public static Tensor IndexSelect(this Tensor x, int axis, Tensor indices)
    {
        Given.Both(x, indices);
        var along = x.Shape.Axis("index_select", axis);
        if (indices.Shape.Rank != 1)
        {
            throw new ShapeException($"index_select: indices {indices.Shape} along dimension {axis} of {x.Shape} must be [K]");
        }

        Span<int> extents = stackalloc int[x.Shape.Rank];
        extents.Fill(1);
        extents[along] = indices.Shape[0];
        using var index = indices.Reshape(new Shape(extents));
        return x.Gathered("index_select", along, index);
    }

    /// <summary>The slices of x at indices along a dimension, in the order of the indices.</summary>
    /// <exception cref="ArgumentException">an index is out of range</exception>
    public static Tensor IndexSelect(this Tensor x, int axis, params ReadOnlySpan<int> indices)
    {
        ArgumentNullException.ThrowIfNull(x);
        var extent = x.Shape[x.Shape.Axis("index_select", axis)];
        for (var k = 0; k < indices.Length; k++)
        {
            if ((uint)indices[k] >= (uint)extent)
            {
                throw new ArgumentException(
                    $"index_select: index {indices[k]} is not in dimension {axis} of {x.Shape}, which has {extent}");
            }
        }

        using var index = Tensor.From(indices, new Shape(indices.Length), x.Device);
        return x.IndexSelect(axis, index);
    }

    /// <summary>One-hot vectors along a new last dimension: […, classes] of an index […].</summary>
    public static Tensor OneHot(this Tensor index, int classes)
    {
        ArgumentNullException.ThrowIfNull(index);
        using var column = index.Unsqueeze(-1);
        using var ones = Tensor.Ones(column.Shape, index.Device);
        using var constant = GatherShapes.Check("one_hot", column, column.Shape, column.Shape.Rank - 1, classes);
        return Op.Run(new ScatterOp(column.Shape.Rank - 1, classes), ones, constant);
    }
}

/// <summary>Shape rules of gathering and scattering.</summary>
internal static class GatherShapes
{
    /// <summary>
    /// The index in the form that kernels take: without history, and either full or of one element before the dimension, likewise after it.
    /// </summary>
    /// <exception cref="ShapeException">shapes do not match, or the extent exceeds <see cref="TensorOps.MaxExactInteger"/></exception>
    public static Tensor Check(string op, Tensor index, Shape x, int axis, int extent)
    {
        if (extent > TensorOps.MaxExactInteger)
        {
            throw new ShapeException($"{op}: dimension {axis} of {x} has {extent} elements, above {TensorOps.MaxExactInteger}");
        }

        var s = index.Shape;
        var (broadcasts, fits) = (false, s.Rank == x.Rank);
        for (var i = 0; fits && i < x.Rank; i++)
        {
            fits = i == axis || s[i] == x[i] || s[i] == 1;
            broadcasts |= i != axis && s[i] != x[i];
        }

        ShapeException.ThrowIf(
            !fits, $"{op}: an index {s} along dimension {axis} does not match {x}: its other extents must be equal, or 1");

        using var constant = index.Detach();
        var (outer, inner) = s.Around(op, axis);
        var (outerOfX, innerOfX) = x.Around(op, axis);
        return broadcasts && ((outer != 1 && outer != outerOfX) || (inner != 1 && inner != innerOfX))
            ? constant.Expand(x.With(axis, s[axis]))
            : constant.Share();
    }

    /// <param name="op">the op, for errors</param>
    /// <param name="gathered">shape of the gathered result, or of the scattered source</param>
    /// <param name="index">shape of the index</param>
    /// <param name="axis">the dimension</param>
    /// <param name="extent">extent of the dimension that is indexed</param>
    public static GatherGeometry Geometry(string op, Shape gathered, Shape index, int axis, int extent)
    {
        var (outer, inner) = gathered.Around(op, axis);
        var (indexOuter, indexInner) = index.Around(op, axis);
        return new GatherGeometry(
            outer, extent, index[axis], inner,
            indexOuter == 1 ? 0 : index[axis] * indexInner, indexInner, indexInner == 1 ? 0 : 1);
    }
}
