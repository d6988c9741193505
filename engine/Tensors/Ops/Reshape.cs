using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Tensors.Ops;

/// <summary>The same elements under another shape: no memory moves.</summary>
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

    public override OpCost Cost(ReadOnlySpan<Tensor> inputs, Tensor y) => default;

    protected override Tensor Allocate(ReadOnlySpan<Tensor> inputs, Shape shape) => inputs[0].Alias(shape);

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor y)
    {
        // The output is the input's memory.
    }

    public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs) => [dy.Reshape(_input)];
}

public static partial class TensorOps
{
    /// <summary>The same elements in row-major order under another shape of as many elements.</summary>
    public static Tensor Reshape(this Tensor x, Shape shape) => x.Shape == shape ? x.Share() : Op.Run(new ReshapeOp(shape), x);
}
