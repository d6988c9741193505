using System.Text.Json;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Functions;

namespace IlgpuGan.Tensors.Ops;

/// <summary>y = f(x), element-wise, of a user's function.</summary>
internal sealed class MapOp(MappedFunction f) : Op
{
    public override string Name => "map_" + JsonNamingPolicy.SnakeCaseLower.ConvertName(f.Name);

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs) => inputs[0].Shape;

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output) =>
        kernels.Run(new MapCall(f, inputs[0].Span, output.Span));

    protected override Tensor?[] Save(ReadOnlySpan<Tensor> inputs, Tensor output, GradientNeeds needs) => [inputs[0]];

    public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs) => [dy * f.Derivative(saved[0])];
}

public static partial class TensorOps
{
    /// <summary>A function of your own of each element.</summary>
    /// <typeparam name="TFunction">the function</typeparam>
    public static Tensor Map<TFunction>(this Tensor x)
        where TFunction : struct, IElementwise
    {
        ArgumentNullException.ThrowIfNull(x);
        return Op.Run(new MapOp(MappedFunction.Of<TFunction>()), x);
    }
}
