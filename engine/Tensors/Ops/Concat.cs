using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Tensors.Ops;

/// <summary>Concatenation along one dimension.</summary>
internal sealed class ConcatOp(int axis) : Op
{
    private int[] _lengths = [];

    public override string Name => "concat";

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs)
    {
        var first = inputs[0].Shape;
        _lengths = new int[inputs.Length];
        var total = 0;
        for (var i = 0; i < inputs.Length; i++)
        {
            var shape = inputs[i].Shape;
            if (shape.Rank != first.Rank || shape.With(axis, 1) != first.With(axis, 1))
            {
                throw new ShapeException(
                    $"concat: {first} and {shape} can't be joined along dimension {axis}: the other extents must be equal");
            }

            _lengths[i] = shape[axis];
            total = checked(total + shape[axis]);
        }

        return first.With(axis, total);
    }

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output)
    {
        var (from, start) = (new int[output.Shape.Rank], 0);
        foreach (var x in inputs)
        {
            var to = new int[from.Length];
            to[axis] = start;
            kernels.Run(new CopyBlockCall(x.Span, x.Shape, from, output.Span, output.Shape, to, x.Shape, Accumulate: false));
            start += x.Shape[axis];
        }
    }

    public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs)
    {
        var gradients = new Tensor?[_lengths.Length];
        var start = 0;
        for (var i = 0; i < gradients.Length; i++)
        {
            gradients[i] = needs[i] ? dy.Slice(axis, start, _lengths[i]) : null;
            start += _lengths[i];
        }

        return gradients;
    }
}

public static partial class TensorOps
{
    /// <summary>Concatenates 1 to 32 tensors along a dimension (a negative one counts from the end); other extents must be equal.</summary>
    public static Tensor Concat(int axis, params ReadOnlySpan<Tensor> tensors)
    {
        if (tensors.Length is 0 or > 32)
        {
            throw new ArgumentException($"concat: joins 1 to 32 tensors, not {tensors.Length}");
        }

        return Op.Run(new ConcatOp(tensors[0].Shape.Axis("concat", axis)), tensors);
    }

    /// <summary>Stacks tensors of one shape along a new dimension, which is dimension <paramref name="axis"/> of the result.</summary>
    public static Tensor Stack(int axis, params ReadOnlySpan<Tensor> tensors)
    {
        var parts = new Tensor[tensors.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            if (tensors[i].Shape != tensors[0].Shape)
            {
                throw new ShapeException($"stack: {tensors[0].Shape} and {tensors[i].Shape} must have the same shape");
            }

            parts[i] = tensors[i].Unsqueeze(axis);
        }

        var stack = Concat(axis, parts);
        foreach (var part in parts)
        {
            part.Dispose();
        }

        return stack;
    }
}
