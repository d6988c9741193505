using IlgpuGan.Tensors.Devices.Functions;

namespace IlgpuGan.Tensors.Devices.Gpu.Norm;

/// <summary>The activation of a norm's second output, as a kernel argument.</summary>
/// <param name="IsRelu">1 if it is a ReLU, 0 if it is a leaky ReLU</param>
/// <param name="Slope">its slope</param>
internal readonly record struct BranchActivation(byte IsRelu, float Slope)
{
    public static BranchActivation Of(UnaryFunction? activation, float? slope) =>
        new((byte)(activation == UnaryFunction.Relu ? 1 : 0), slope ?? 0);

    public float Apply(float x) => IsRelu != 0 ? Relu.Apply(x, Slope, 0) : LeakyRelu.Apply(x, Slope, 0);

    /// <summary>The gradient of x.</summary>
    public float Gradient(float x, float dy) => IsRelu != 0
        ? Relu.Gradient(Relu.Apply(x, Slope, 0), dy, Slope, 0)
        : LeakyRelu.Gradient(LeakyRelu.Apply(x, Slope, 0), dy, Slope, 0);
}
