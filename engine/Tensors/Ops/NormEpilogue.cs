using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Tensors.Ops;

/// <summary>
/// What a network does with a normalised value next, computed in the norm's own pass over memory: activation(norm(x) + addend). For
/// forwards that record nothing; the bits are those of the ops one after the other.
/// </summary>
/// <param name="Activation"><see cref="UnaryFunction.Relu"/> or <see cref="UnaryFunction.LeakyRelu"/>; null for none</param>
/// <param name="Slope">p of the activation, at least 0</param>
/// <param name="Addend">of x's shape, as the way around a residual block; null for none</param>
/// <param name="Into">of x's shape, overwritten with the result, such as a part of a larger tensor; null for x's own memory</param>
public readonly record struct NormEpilogue(
    UnaryFunction? Activation = null, float Slope = 0, Tensor? Addend = null, Tensor? Into = null)
{
    internal NormTail Tail => new(Activation, Slope);

    /// <summary>Throws if the norm would be recorded, or if this does not fit its input.</summary>
    internal void Check(string op, Tensor x)
    {
        if (GradMode.IsEnabled)
        {
            throw new AutodiffException($"{op}: what follows is computed with the norm only where nothing is recorded");
        }

        if (Activation is not (null or UnaryFunction.Relu or UnaryFunction.LeakyRelu) || Slope < 0)
        {
            throw new ArgumentException(
                $"{op}: can be followed by relu or leakyrelu of a slope of at least 0, not by {Activation} {Slope}");
        }

        foreach (var tensor in (ReadOnlySpan<Tensor?>)[Addend, Into])
        {
            if (tensor is not null && tensor.Shape != x.Shape)
            {
                throw new ShapeException(
                    $"{op}: input {x.Shape} and what it is joined with or written to, {tensor.Shape}, must have the same shape");
            }
        }
    }
}
