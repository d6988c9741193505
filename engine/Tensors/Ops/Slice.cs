using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Tensors.Ops;

/// <summary>
/// Every step-th element of x along one dimension, backwards if the step is negative.
/// The result shares x's memory until one of both is overwritten if it is contiguous: with step 1 along the outermost dimension of extent
/// above 1.
/// </summary>
internal sealed class SliceOp(int axis, int start, int length, int step) : Op
{
    private Shape _input;

    public override string Name => "slice";

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs)
    {
        _input = inputs[0].Shape;
        return _input.With(axis, length);
    }

    internal override OpCost Cost(ReadOnlySpan<Tensor> inputs, Tensor output) =>
        IsView(output.Shape) ? default : new OpCost(0, 2 * sizeof(float) * output.Count);

    protected override Tensor Allocate(ReadOnlySpan<Tensor> inputs, Shape shape) =>
        IsView(shape) ? inputs[0].Cut(shape, start * (shape.Count / length)) : base.Allocate(inputs, shape);

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output)
    {
        if (IsView(output.Shape))
        {
            return;
        }

        var x = inputs[0];
        if (step != 1)
        {
            var (outer, inner) = x.Shape.Around(Name, axis);
            kernels.Run(new CopyStridedCall(
                x.Span, output.Span, new StrideGeometry(outer, length, inner, new(x.Shape[axis], start, step), new(length))));
            return;
        }

        var (from, to) = (new int[x.Shape.Rank], new int[x.Shape.Rank]);
        from[axis] = start;
        kernels.Run(new CopyBlockCall(x.Span, x.Shape, from, output.Span, output.Shape, to, output.Shape));
    }

    public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs) =>
        [Run(new EmbedOp(axis, start, step, _input), dy)];

    private bool IsView(Shape shape)
    {
        for (var i = 0; i < axis; i++)
        {
            if (shape[i] != 1)
            {
                return false;
            }
        }

        return length > 0 && step == 1;
    }
}

/// <summary>A copy of a leaf; see <see cref="Tensor.Whole"/>.</summary>
internal sealed class WholeOp : Op
{
    public override string Name => "whole";

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs) => inputs[0].Shape;

    internal override OpCost Cost(ReadOnlySpan<Tensor> inputs, Tensor output) => default;

    protected override Tensor Allocate(ReadOnlySpan<Tensor> inputs, Shape shape) => inputs[0].Cut(shape, 0);

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output)
    {
        // The output shares the input's memory.
    }

    public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs) => [dy.Share()];
}

/// <summary>x written into zeros: the transpose of <see cref="SliceOp"/>.</summary>
internal sealed class EmbedOp(int axis, int start, int step, Shape output) : Op
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
        var x = inputs[0];
        if (x.Count == 0)
        {
            kernels.Run(new FillCall(y.Span, 0));
            return;
        }

        var (outer, inner) = output.Around(Name, axis);
        kernels.Run(new EmbedCall(
            x.Span, y.Span, new StrideGeometry(outer, _length, inner, new(_length), new(output[axis], start, step))));
    }

    public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs) =>
        [Run(new SliceOp(axis, start, _length, step), dy)];
}

public static partial class TensorOps
{
    /// <summary>
    /// <paramref name="length"/> elements start, start + step, … of a dimension (a negative one counts from the end);
    /// a negative step goes backwards. A slice counts as a copy: writing to it leaves x as it is, and the other way round.
    /// </summary>
    public static Tensor Slice(this Tensor x, int axis, int start, int length, int step = 1)
    {
        ArgumentNullException.ThrowIfNull(x);
        var along = x.Shape.Axis("slice", axis);
        var extent = x.Shape[along];
        var last = start + ((length - 1L) * step);
        if (step == 0 || length < 0
            || (length == 0 ? (uint)start > (uint)extent : (uint)start >= (uint)extent || last < 0 || last >= extent))
        {
            var steps = step == 1 ? "" : $" in steps of {step}";
            throw new ShapeException(
                $"slice: {length} from {start} on{steps} does not fit into dimension {axis} of {x.Shape}, which has {extent}");
        }

        step = length <= 1 ? 1 : step;
        return length == extent && step == 1 ? x.Whole() : Op.Run(new SliceOp(along, start, length, step), x);
    }

    /// <summary>
    /// Every step-th element of a range of a dimension, also of an empty one; with a negative step backwards from the range's end:
    /// <c>x.Slice(-1, .., -1)</c> mirrors x.
    /// </summary>
    public static Tensor Slice(this Tensor x, int axis, Range range, int step = 1)
    {
        ArgumentNullException.ThrowIfNull(x);
        var extent = x.Shape[x.Shape.Axis("slice", axis)];
        var (start, end) = (range.Start.GetOffset(extent), range.End.GetOffset(extent));
        if (step == 0 || start < 0 || end > extent || start > end)
        {
            throw new ShapeException(
                $"slice: {range} in steps of {step} does not fit into dimension {axis} of {x.Shape}, which has {extent}");
        }

        return start == end
            ? x.Slice(axis, start, 0)
            : x.Slice(axis, step > 0 ? start : end - 1, (int)((end - start - 1) / Math.Abs((long)step)) + 1, step);
    }

    /// <summary>Splits a dimension into consecutive pieces of the given lengths, whose sum must be its extent.</summary>
    public static Tensor[] Split(this Tensor x, int axis, params ReadOnlySpan<int> lengths)
    {
        ArgumentNullException.ThrowIfNull(x);
        long total = 0;
        foreach (var length in lengths)
        {
            total += length;
        }

        if (total != x.Shape[x.Shape.Axis("split", axis)])
        {
            throw new ShapeException(
                $"split: lengths {string.Join(" + ", lengths.ToArray())} are not dimension {axis} of {x.Shape}, which has {x.Shape[axis]}");
        }

        var pieces = new Tensor[lengths.Length];
        var start = 0;
        for (var i = 0; i < pieces.Length; i++)
        {
            pieces[i] = x.Slice(axis, start, lengths[i]);
            start += lengths[i];
        }

        return pieces;
    }

    /// <summary>
    /// Splits a dimension into consecutive pieces of equal length, as PyTorch's <c>chunk</c>: if the extent is not divisible, the last
    /// piece is shorter, and there may be fewer pieces.
    /// </summary>
    public static Tensor[] Chunk(this Tensor x, int axis, int chunks)
    {
        ArgumentNullException.ThrowIfNull(x);
        ShapeException.ThrowIf(chunks < 1, $"chunk: {x.Shape} can't be cut into {chunks} pieces");

        var extent = x.Shape[x.Shape.Axis("chunk", axis)];
        if (extent == 0)
        {
            return x.Split(axis, new int[chunks]);
        }

        var length = (int)(((long)extent + chunks - 1) / chunks);
        var lengths = new int[(int)(((long)extent + length - 1) / length)];
        lengths.AsSpan().Fill(length);
        lengths[^1] = extent - ((lengths.Length - 1) * length);
        return x.Split(axis, lengths);
    }

    /// <summary>x mirrored along dimensions (negative ones count from the end).</summary>
    public static Tensor Flip(this Tensor x, params ReadOnlySpan<int> axes)
    {
        ArgumentNullException.ThrowIfNull(x);
        var result = x.Whole();
        foreach (var axis in axes)
        {
            using var before = result;
            result = before.Slice(x.Shape.Axis("flip", axis), .., -1);
        }

        return result;
    }

    /// <summary>Shifts a dimension cyclically: element i becomes element i + shift.</summary>
    public static Tensor Roll(this Tensor x, int axis, int shift)
    {
        ArgumentNullException.ThrowIfNull(x);
        var extent = x.Shape[x.Shape.Axis("roll", axis)];
        var cut = extent == 0 ? 0 : (int)(((-(long)shift % extent) + extent) % extent);
        if (cut == 0)
        {
            return x.Whole();
        }

        using var first = x.Slice(axis, 0, cut);
        using var second = x.Slice(axis, cut, extent - cut);
        return Concat(axis, second, first);
    }
}
