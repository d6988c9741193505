using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Tensors.Ops;

/// <summary>Dimension i of y is dimension order[i] of x.</summary>
internal sealed class PermuteOp(int[] order) : Op
{
    public override string Name => "permute";

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs)
    {
        var extents = new int[order.Length];
        for (var i = 0; i < order.Length; i++)
        {
            extents[i] = inputs[0].Shape[order[i]];
        }

        return new Shape(extents);
    }

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output) =>
        kernels.Run(new PermuteCall(inputs[0].Span, inputs[0].Shape, order, output.Span));

    public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs)
    {
        var inverse = new int[order.Length];
        for (var i = 0; i < order.Length; i++)
        {
            inverse[order[i]] = i;
        }

        return [Run(new PermuteOp(inverse), dy)];
    }
}

public static partial class TensorOps
{
    /// <summary>Permutes dimensions: dimension i of the result is dimension order[i] of x.</summary>
    public static Tensor Permute(this Tensor x, params ReadOnlySpan<int> order)
    {
        ArgumentNullException.ThrowIfNull(x);
        for (var i = 0; i < x.Shape.Rank; i++)
        {
            if (order.Length != x.Shape.Rank || !order.Contains(i))
            {
                throw new ShapeException($"permute: [{string.Join(',', order.ToArray())}] is no order of the dimensions of {x.Shape}");
            }
        }

        return Op.Run(new PermuteOp(order.ToArray()), x);
    }
}
