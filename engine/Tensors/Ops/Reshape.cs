using System.Runtime.CompilerServices;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Tensors.Ops;

/// <summary>A view of the same elements with another shape.</summary>
internal sealed class ReshapeOp(Shape output) : Op
{
    private Shape _input;

    public override string Name => "reshape";

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs)
    {
        _input = inputs[0].Shape;
        return _input.Count == output.Count ? output
            : throw new ShapeException($"reshape: {_input} has {_input.Count} elements but {output} has {output.Count}");
    }

    internal override OpCost Cost(ReadOnlySpan<Tensor> inputs, Tensor y) => default;

    protected override Tensor Allocate(ReadOnlySpan<Tensor> inputs, Shape shape) => inputs[0].Alias(shape);

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor y)
    {
        // The output is the input's memory.
    }

    public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs) => [dy.Reshape(_input)];
}

public static partial class TensorOps
{
    /// <summary>The same elements, in row-major order, with another shape of equally many elements; a view.</summary>
    public static Tensor Reshape(this Tensor x, Shape shape)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.Shape == shape ? x.Share() : Op.Run(new ReshapeOp(shape), x);
    }

    /// <summary>The same elements, in row-major order, with other extents; one may be −1 and is inferred from the others. A view.</summary>
    [OverloadResolutionPriority(1)]
    public static Tensor Reshape(this Tensor x, params ReadOnlySpan<int> extents)
    {
        ArgumentNullException.ThrowIfNull(x);
        var open = extents.IndexOf(-1);
        if (open < 0)
        {
            return x.Reshape(new Shape(extents));
        }

        Span<int> complete = stackalloc int[extents.Length];
        extents.CopyTo(complete);
        complete[open] = 1;
        var others = complete.Contains(-1) ? 0 : new Shape(complete).Count;
        if (others == 0 || x.Count % others != 0)
        {
            throw new ShapeException($"reshape: no extent in the place of -1 makes [{string.Join(',', extents.ToArray())}] of {x.Shape}");
        }

        complete[open] = Extents.Of("reshape", x.Count / others, x.Shape);
        return x.Reshape(new Shape(complete));
    }

    /// <summary>
    /// Inserts a dimension of extent 1 as dimension <paramref name="axis"/> of the result (a negative one counts from its end).
    /// </summary>
    public static Tensor Unsqueeze(this Tensor x, int axis)
    {
        ArgumentNullException.ThrowIfNull(x);
        var rank = x.Shape.Rank + 1;
        var index = axis < 0 ? axis + rank : axis;
        ShapeException.ThrowIf((uint)index >= (uint)rank, $"unsqueeze: {x.Shape} with one more dimension has no dimension {axis}");

        var extents = x.Shape.ToArray();
        return x.Reshape(new Shape([.. extents[..index], 1, .. extents[index..]]));
    }

    /// <summary>Removes a dimension of extent 1.</summary>
    public static Tensor Squeeze(this Tensor x, int axis)
    {
        ArgumentNullException.ThrowIfNull(x);
        var index = x.Shape.Axis("squeeze", axis);
        ShapeException.ThrowIf(x.Shape[index] != 1, $"squeeze: dimension {axis} of {x.Shape} has extent {x.Shape[index]}, not 1");

        var extents = x.Shape.ToArray();
        return x.Reshape(new Shape([.. extents[..index], .. extents[(index + 1)..]]));
    }

    /// <summary>Removes all dimensions of extent 1.</summary>
    public static Tensor Squeeze(this Tensor x)
    {
        ArgumentNullException.ThrowIfNull(x);
        return x.Reshape(new Shape([.. x.Shape.ToArray().Where(extent => extent != 1)]));
    }

    /// <summary>Merges the dimensions from first to last (negative ones count from the end) into one.</summary>
    public static Tensor Flatten(this Tensor x, int first = 0, int last = -1)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (x.Shape.Rank == 0)
        {
            return x.Reshape(1);
        }

        var (start, end) = (x.Shape.Axis("flatten", first), x.Shape.Axis("flatten", last));
        ShapeException.ThrowIf(start > end, $"flatten: dimension {first} of {x.Shape} is behind dimension {last}");

        var extents = x.Shape.ToArray();
        var joined = extents[start..(end + 1)].Aggregate(1, (product, extent) => Extents.Of("flatten", (long)product * extent, x.Shape));
        return x.Reshape(new Shape([.. extents[..start], joined, .. extents[(end + 1)..]]));
    }
}
