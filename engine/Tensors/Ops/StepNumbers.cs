using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Tensors.Ops;

// Ops with numbers that change from step to step; see StepNumber.
public static partial class TensorOps
{
    /// <summary>scale·x, with the scale of the current step.</summary>
    public static Tensor Multiply(this Tensor x, StepNumber scale)
    {
        ArgumentNullException.ThrowIfNull(x);
        using var number = scale.ToTensor();
        return x.Multiply(number);
    }

    /// <summary>x + shift, with the shift of the current step.</summary>
    public static Tensor Add(this Tensor x, StepNumber shift)
    {
        ArgumentNullException.ThrowIfNull(x);
        using var number = shift.ToTensor();
        return x.Add(number);
    }

    /// <summary>x − shift, with the shift of the current step.</summary>
    public static Tensor Subtract(this Tensor x, StepNumber shift)
    {
        ArgumentNullException.ThrowIfNull(x);
        using var number = shift.ToTensor();
        return x.Subtract(number);
    }

    /// <summary>a + weight·(b − a), with the weight of the current step.</summary>
    public static Tensor Lerp(this Tensor a, Tensor b, StepNumber weight)
    {
        Given.Both(a, b);
        using var number = weight.ToTensor();
        return a.Lerp(b, number);
    }

    /// <summary>a + weight·(b − a), with NumPy's broadcasting.</summary>
    public static Tensor Lerp(this Tensor a, Tensor b, Tensor weight)
    {
        Given.Both(a, b);
        ArgumentNullException.ThrowIfNull(weight);
        _ = Shape.Broadcast("lerp", Shape.Broadcast("lerp", a.Shape, b.Shape), weight.Shape);
        using var difference = b.Subtract(a);
        using var part = difference.Multiply(weight);
        return a.Add(part);
    }

    /// <summary>a + weight·(b − a).</summary>
    public static Tensor Lerp(this Tensor a, Tensor b, float weight)
    {
        Given.Both(a, b);
        _ = Shape.Broadcast("lerp", a.Shape, b.Shape);
        using var difference = b.Subtract(a);
        using var part = difference.Affine(weight, 0);
        return a.Add(part);
    }
}
