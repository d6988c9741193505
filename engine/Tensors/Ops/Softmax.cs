using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Tensors.Ops;

/// <summary>y = x − log Σ exp x over the last dimension.</summary>
internal sealed class LogSoftmaxOp : Op
{
    public override string Name => "log_softmax";

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs) => inputs[0].Shape;

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output)
    {
        var columns = output.Shape[-1];
        kernels.Run(new LogSoftmaxCall(inputs[0].Span, output.Span, Extents.Of(Name, output.Count / Math.Max(1, columns), output.Shape),
            columns));
    }

    protected override Tensor?[] Save(ReadOnlySpan<Tensor> inputs, Tensor output, GradientNeeds needs) => new[] { output };

    /// <summary>dx = dy − softmax(x)·Σ dy.</summary>
    public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs) =>
        [dy - (saved[0].Exp() * dy.Sum([-1], keepDims: true))];
}

public static partial class TensorOps
{
    /// <summary>log of <see cref="Softmax"/>, without overflow.</summary>
    public static Tensor LogSoftmax(this Tensor x, int axis = -1)
    {
        ArgumentNullException.ThrowIfNull(x);
        var rank = x.Shape.Rank;
        var index = axis < 0 ? axis + rank : axis;
        ShapeException.ThrowIf((uint)index >= (uint)rank, $"log_softmax: {x.Shape} has no dimension {axis}");

        if (index == rank - 1)
        {
            return Op.Run(new LogSoftmaxOp(), x);
        }

        // Swapping two dimensions is its own inverse.
        Span<int> order = stackalloc int[rank];
        for (var i = 0; i < rank; i++)
        {
            order[i] = i;
        }

        (order[index], order[^1]) = (rank - 1, index);
        using var rows = x.Permute(order);
        using var result = Op.Run(new LogSoftmaxOp(), rows);
        return result.Permute(order);
    }

    /// <summary>exp x / Σ exp x along a dimension.</summary>
    public static Tensor Softmax(this Tensor x, int axis = -1)
    {
        ArgumentNullException.ThrowIfNull(x);
        _ = x.Shape.Axis("softmax", axis);
        using var logarithm = x.LogSoftmax(axis);
        return logarithm.Exp();
    }
}
