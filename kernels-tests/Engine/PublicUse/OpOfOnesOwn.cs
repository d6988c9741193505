using IlgpuGan.Tensors.Autodiff;

namespace IlgpuGan.EngineTests.PublicUse;

/// <summary>y = x·tanh(x), written as somebody would who has the library only: forward through the kernels, gradient in ops.</summary>
internal sealed class TanhGate : Op
{
    public override string Name => "tanh_gate";

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs) => inputs[0].Shape;

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output)
    {
        var (x, shape) = (inputs[0].Span, inputs[0].Shape);
        using var gate = Tensor.Empty(shape, output.Device);
        kernels.Run(new UnaryCall(UnaryFunction.Tanh, 0, 0, x, gate.Span));
        kernels.Run(new BinaryCall(BinaryFunction.Multiply, gate.Span, shape, x, shape, output.Span, shape));
    }

    protected override Tensor?[] Save(ReadOnlySpan<Tensor> inputs, Tensor output, GradientNeeds needs) => [inputs[0]];

    // tanh(x) + x·(1 − tanh²(x)), in ops: that is differentiated again by itself.
    public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs)
    {
        if (!needs[0])
        {
            return [null];
        }

        var t = saved[0].Tanh();
        return [dy * (t + (saved[0] * (1 - t.Square())))];
    }
}

/// <summary>a·b of one shape, each of which may have no gradient.</summary>
internal sealed class Product : Op
{
    public override string Name => "product";

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs) => inputs[0].Shape == inputs[1].Shape
        ? inputs[0].Shape
        : throw new ShapeException($"product: {inputs[0].Shape} and {inputs[1].Shape} must be equal");

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output) => kernels.Run(new BinaryCall(
        BinaryFunction.Multiply, inputs[0].Span, inputs[0].Shape, inputs[1].Span, inputs[1].Shape, output.Span, output.Shape));

    protected override Tensor?[] Save(ReadOnlySpan<Tensor> inputs, Tensor output, GradientNeeds needs) =>
        [needs[1] ? inputs[0] : null, needs[0] ? inputs[1] : null];

    public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs) =>
        [needs[0] ? Run(new Product(), dy, saved[1]) : null, needs[1] ? Run(new Product(), dy, saved[0]) : null];
}

internal static class OwnOps
{
    public static Tensor TanhGate(this Tensor x) => Op.Run(new TanhGate(), x);

    public static Tensor Product(this Tensor a, Tensor b) => Op.Run(new Product(), a, b);
}
