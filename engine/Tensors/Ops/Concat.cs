using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Tensors.Ops;

/// <summary>Concatenation along one dimension.</summary>
/// <param name="axis">the dimension</param>
/// <param name="name">what was called</param>
internal sealed class ConcatOp(int axis, string name) : Op
{
    private int[] _lengths = [];

    public override string Name => name;

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs)
    {
        var first = inputs[0].Shape;
        _lengths = new int[inputs.Length];
        var total = 0L;
        for (var i = 0; i < inputs.Length; i++)
        {
            var shape = inputs[i].Shape;
            if (shape.Rank != first.Rank || shape.With(axis, 1) != first.With(axis, 1))
            {
                throw new ShapeException(
                    $"{Name}: {first} and {shape} can't be joined along dimension {axis}: the other extents must be equal");
            }

            _lengths[i] = shape[axis];
            total += shape[axis];
        }

        return first.With(axis, Extents.Of(Name, total, first));
    }

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output)
    {
        var parts = new List<ConcatPart>(inputs.Length);
        foreach (var x in inputs)
        {
            if (x.Count > 0)
            {
                parts.Add(new ConcatPart(x.Span, x.Shape[axis]));
            }
        }

        if (parts.Count > 0)
        {
            kernels.Run(new ConcatCall([.. parts], axis, output.Span, output.Shape));
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
    /// <summary>The inputs of one op whose gradients a <see cref="GradientNeeds"/> can name.</summary>
    private const int MostJoined = 32;

    /// <summary>Concatenates tensors along a dimension (a negative one counts from the end); other extents must be equal.</summary>
    /// <exception cref="ArgumentException">there are no tensors</exception>
    public static Tensor Concat(int axis, params ReadOnlySpan<Tensor> tensors)
    {
        RequireTensors("concat", tensors);
        return Joined("concat", tensors[0].Shape.Axis("concat", axis), tensors);
    }

    /// <summary>Stacks tensors of one shape along a new dimension, which is dimension <paramref name="axis"/> of the result.</summary>
    /// <exception cref="ArgumentException">there are no tensors</exception>
    public static Tensor Stack(int axis, params ReadOnlySpan<Tensor> tensors)
    {
        RequireTensors("stack", tensors);
        var shape = tensors[0].Shape;
        if (shape.Rank == Shape.MaxRank || axis < -shape.Rank - 1 || axis > shape.Rank)
        {
            throw new ShapeException(
                $"stack: {shape} with one more dimension has no dimension {axis}; a tensor has at most {Shape.MaxRank}");
        }

        foreach (var tensor in tensors)
        {
            ShapeException.ThrowIf(tensor.Shape != shape, $"stack: {shape} and {tensor.Shape} must have the same shape");
        }

        var along = axis < 0 ? axis + shape.Rank + 1 : axis;
        var parts = new Tensor[tensors.Length];
        for (var i = 0; i < parts.Length; i++)
        {
            parts[i] = tensors[i].Unsqueeze(along);
        }

        var stack = Joined("stack", along, parts);
        foreach (var part in parts)
        {
            part.Dispose();
        }

        return stack;
    }

    private static void RequireTensors(string op, ReadOnlySpan<Tensor> tensors)
    {
        if (tensors.IsEmpty)
        {
            throw new ArgumentException($"{op}: there are no tensors to join", nameof(tensors));
        }

        for (var i = 0; i < tensors.Length; i++)
        {
            if (tensors[i] is null)
            {
                throw new ArgumentNullException(nameof(tensors), $"{op}: input {i + 1} of {tensors.Length} is null");
            }
        }
    }

    /// <summary>Any number of tensors in one, some at a time.</summary>
    private static Tensor Joined(string op, int axis, ReadOnlySpan<Tensor> tensors)
    {
        if (tensors.Length <= MostJoined)
        {
            return Op.Run(new ConcatOp(axis, op), tensors);
        }

        // As many runs as can be joined in turn, or this method joins them in the same way.
        var runs = new Tensor[(tensors.Length + MostJoined - 1) / MostJoined];
        for (var i = 0; i < runs.Length; i++)
        {
            var first = i * MostJoined;
            runs[i] = Joined(op, axis, tensors[first..Math.Min(first + MostJoined, tensors.Length)]);
        }

        var all = Joined(op, axis, runs);
        foreach (var run in runs)
        {
            run.Dispose();
        }

        return all;
    }
}
