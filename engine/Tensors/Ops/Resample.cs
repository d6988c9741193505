using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Tensors.Ops;

/// <summary>Weighted sums of neighbours along one axis; the gradient is the same op with the transposed taps.</summary>
/// <param name="taps">the neighbours of each output, and their weights</param>
/// <param name="axis">the axis, negative: counted from the end</param>
internal sealed class ResampleOp(ResampleTaps taps, int axis) : Op
{
    public override string Name => "resample";

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs) => inputs[0].Shape.With(axis, taps.Outputs);

    internal override OpCost Cost(ReadOnlySpan<Tensor> inputs, Tensor output) =>
        base.Cost(inputs, output) with { Flops = 2 * (inputs[0].Count / taps.Inputs) * taps.Reads };

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output)
    {
        var x = inputs[0].Shape;
        var inner = 1;
        for (var i = axis + 1; i < 0; i++)
        {
            inner = Extents.Of(Name, (long)inner * x[i], x);
        }

        kernels.Run(new ResampleCall(inputs[0].Span, output.Span, Extents.Of(Name, x.Count / ((long)taps.Inputs * inner), x), inner, taps));
    }

    public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs) =>
        [Run(new ResampleOp(taps.Transposed, axis), dy)];

    /// <summary>Resamples planes to a size, with the taps from so many inputs to so many outputs.</summary>
    public static Tensor Planes(string op, Tensor x, Size2d size, Func<int, int, ResampleTaps> taps)
    {
        var (_, h, w) = Ops.Planes.Of(op, x.Shape);
        ShapeException.ThrowIf(
            Math.Min(size.Height, size.Width) < 1 || Math.Max(size.Height, size.Width) > TensorOps.MaxExactInteger,
            $"{op}: {x.Shape} cannot become {size.Height}x{size.Width}: sides are 1 to {TensorOps.MaxExactInteger}");
        return Planes(x, taps(h, size.Height), taps(w, size.Width));
    }

    /// <summary>Resamples the rows and columns of planes, in the order with the smaller intermediate result.</summary>
    public static Tensor Planes(Tensor x, ResampleTaps rows, ResampleTaps columns)
    {
        var rowsFirst = (long)rows.Outputs * columns.Inputs <= (long)rows.Inputs * columns.Outputs;
        using var intermediate = rowsFirst ? Run(new ResampleOp(rows, -2), x) : Run(new ResampleOp(columns, -1), x);
        return rowsFirst ? Run(new ResampleOp(columns, -1), intermediate) : Run(new ResampleOp(rows, -2), intermediate);
    }
}
