using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Tensors.Ops;

/// <summary>
/// x/(1 − p) where the element's uniform deviate is at least p, else 0. The backward pass draws the mask again, instead of saving it.
/// </summary>
internal sealed class DropoutOp(RandomKey key, float p) : Op
{
    public override string Name => "dropout";

    public override Shape InferShape(ReadOnlySpan<Tensor> inputs) => inputs[0].Shape;

    protected override void Forward(IKernels kernels, ReadOnlySpan<Tensor> inputs, Tensor output) =>
        kernels.Run(new DropoutCall(key, p, inputs[0].Span, output.Span));

    public override Tensor?[] Gradient(Tensor dy, SavedTensors saved, GradientNeeds needs) => [Run(new DropoutOp(key, p), dy)];
}

public static partial class TensorOps
{
    /// <summary>Zeroes each element with a probability and scales the rest by 1/(1 − probability); equal keys give equal masks.</summary>
    /// <remarks>A dropped element is 0, whatever it was, NaN included; with the probability 1 all are dropped.</remarks>
    /// <exception cref="ArgumentOutOfRangeException">the probability is not from 0 to 1</exception>
    public static Tensor Dropout(this Tensor x, float probability, RandomKey key)
    {
        ArgumentNullException.ThrowIfNull(x);
        if (RequireProbability(probability) < 1)
        {
            return Op.Run(new DropoutOp(key, probability), x);
        }

        using var none = Tensor.Zeros(Shape.Scalar, x.Device);
        return x.Mask(none);
    }

    internal static float RequireProbability(float probability) => probability is >= 0 and <= 1 ? probability
        : throw new ArgumentOutOfRangeException(nameof(probability), probability, "dropout: the probability must be from 0 to 1");
}
