using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Tensors.Ops;

/// <summary>A run of x along one dimension. No memory moves where the run is contiguous: along the outermost dimension of extent above 1.</summary>
internal sealed class SliceOp(int axis, int start, int length) : Op
{
    private Shape _input;

    public override string Name => "slice";

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs)
    {
        _input = inputs[0].Shape;
        return _input.With(axis, length);
    }

    public override OpCost Cost(ReadOnlySpan<Tensor> inputs, Tensor output) =>
        IsView(output.Shape) ? default : new OpCost(0, 2 * sizeof(float) * output.Count);

    protected override Tensor Allocate(ReadOnlySpan<Tensor> inputs, Shape shape) =>
        IsView(shape) ? inputs[0].Alias(shape, start * (shape.Count / length)) : base.Allocate(inputs, shape);

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output)
    {
        if (!IsView(output.Shape))
        {
            Span<int> from = stackalloc int[Shape.MaxRank];
            Span<int> to = stackalloc int[Shape.MaxRank];
            from.Clear();
            to.Clear();
            from[axis] = start;
            var rank = output.Shape.Rank;
            kernels.CopyBlock(
                inputs[0].Span, inputs[0].Shape, from[..rank], output.Span, output.Shape, to[..rank], output.Shape, accumulate: false);
        }
    }

    public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs) => [Run(new EmbedOp(axis, start, _input), dy)];

    private bool IsView(Shape shape)
    {
        for (var i = 0; i < axis; i++)
        {
            if (shape[i] != 1)
            {
                return false;
            }
        }

        return length > 0;
    }
}

/// <summary>x placed into zeros: the transpose of <see cref="SliceOp"/>.</summary>
internal sealed class EmbedOp(int axis, int start, Shape output) : Op
{
    private int _length;

    public override string Name => "slice_gradient";

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs)
    {
        _length = inputs[0].Shape[axis];
        return output;
    }

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor y)
    {
        Span<int> from = stackalloc int[Shape.MaxRank];
        Span<int> to = stackalloc int[Shape.MaxRank];
        from.Clear();
        to.Clear();
        to[axis] = start;
        var (x, rank) = (inputs[0], output.Rank);
        kernels.Fill(y.Span, 0);
        kernels.CopyBlock(x.Span, x.Shape, from[..rank], y.Span, y.Shape, to[..rank], x.Shape, accumulate: false);
    }

    public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs) => [Run(new SliceOp(axis, start, _length), dy)];
}

public static partial class TensorOps
{
    /// <summary>Elements start … start + length − 1 along a dimension (a negative one counts from the end).</summary>
    public static Tensor Slice(this Tensor x, int axis, int start, int length)
    {
        var extent = x.Shape[axis];
        if (start < 0 || length < 1 || start > extent - length)
        {
            throw new ShapeException($"slice: {length} from {start} on does not fit into dimension {axis} of {x.Shape}, which has {extent}");
        }

        return length == extent ? x.Share() : Op.Run(new SliceOp(axis < 0 ? axis + x.Shape.Rank : axis, start, length), x);
    }
}
