using IlgpuGan.Tensors.Autodiff;

namespace IlgpuGan.EngineTests.PublicUse;

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

/// <summary>x + bias, whose gradients are what a test says.</summary>
/// <param name="gradients">of dy</param>
/// <param name="broadcasts">whether the walk sums them</param>
internal sealed class Bias(Func<Tensor, Tensor?[]> gradients, bool broadcasts = false) : Op
{
    public override string Name => "bias";

    protected override bool Broadcasts => broadcasts;

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs) => inputs[0].Shape;

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output) => kernels.Run(new BinaryCall(
        BinaryFunction.Add, inputs[0].Span, inputs[0].Shape, inputs[1].Span, inputs[1].Shape, output.Span, output.Shape));

    public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs) => gradients(dy);
}

/// <summary>An op whose result is larger than its input.</summary>
/// <param name="call">of the input and the result</param>
internal sealed class Stretched(Func<Tensor, Tensor, KernelCall> call) : Op
{
    public override string Name => "stretched";

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs) => new(4, 2);

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output) => kernels.Run(call(inputs[0], output));

    public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs) => [null];
}

/// <summary>The sum of two or more tensors of one shape, each of which may have no gradient.</summary>
internal sealed class Total : Op
{
    private int _count;

    public override string Name => "total";

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs)
    {
        _count = inputs.Length;
        return inputs[0].Shape;
    }

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output)
    {
        for (var i = 1; i < inputs.Length; i++)
        {
            var sum = i == 1 ? inputs[0] : output;
            kernels.Run(new BinaryCall(
                BinaryFunction.Add, sum.Span, sum.Shape, inputs[i].Span, inputs[i].Shape, output.Span, output.Shape));
        }
    }

    public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs)
    {
        var gradients = new Tensor?[_count];
        for (var i = 0; i < gradients.Length; i++)
        {
            gradients[i] = needs[i] ? dy.Share() : null;
        }

        return gradients;
    }
}

internal static class OwnProducts
{
    public static Tensor Product(this Tensor a, Tensor b) => Op.Run(new Product(), a, b);
}
