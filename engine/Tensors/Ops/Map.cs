using System.Text.Json;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Devices.Functions;

namespace IlgpuGan.Tensors.Ops;

/// <summary>
/// A function of one number of your own, for <see cref="TensorOps.Map{TFunction}"/>: a struct without fields, compiled into the loops of
/// the processor and into the kernels of other devices.
/// </summary>
public interface IElementwise
{
    /// <summary>
    /// f(x), by arithmetic, comparisons and <see cref="MathF"/>: no memory, no exceptions. Any number of threads call it at once.
    /// </summary>
    static abstract float Of(float x);

    /// <summary>
    /// f′(x) of each element, by ops or by <c>x.Map</c> of another function: so it is differentiated again like any op. Called only for
    /// gradients.
    /// </summary>
    /// <param name="x">what f was applied to</param>
    static abstract Tensor Derivative(Tensor x);
}

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
        where TFunction : struct, IElementwise => Op.Run(new MapOp(MappedFunction.Of<TFunction>()), x);
}
