using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Functions;

namespace IlgpuGan.Tensors.Ops;

/// <summary>
/// dx = f′·dy, linear in dy. Its inputs are s, from which f′ is computed: x or y, as <see cref="GradientReads"/> says of f; and dy.
/// </summary>
/// <param name="f">the function, with its parameters p and q as in <see cref="UnaryOp"/></param>
internal sealed class UnaryGradientOp(UnaryFunction f, float p, float q) : Op
{
    public override string Name => f.ToString().ToLowerInvariant() + "_gradient";

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs) => inputs[1].Shape;

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output) =>
        kernels.Run(new UnaryGradientCall(f, p, q, inputs[0].Span, inputs[1].Span, output.Span));

    protected override Tensor?[] Save(ReadOnlySpan<Tensor> inputs, Tensor output, GradientNeeds needs) =>
        new[] { inputs[0], needs[0] ? inputs[1] : null };

    /// <summary>Of s: d · dy · the slope of f′ with respect to s, if f′ has one; of dy: f′ · d.</summary>
    public override Tensor?[] Gradient(Tensor d, SavedTensors saved, GradientNeeds needs) =>
    [
        needs[0] && UnaryTable.Of(f).Curvature(new TensorOperand(saved[0]), p, q) is TensorOperand slope
            ? d * saved[1] * slope.Value
            : null,
        needs[1] ? Run(new UnaryGradientOp(f, p, q), saved[0], d) : null,
    ];
}
