namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// The gradient of a norm's second output, its <see cref="NormBranch"/>; see <see cref="NormToGradientCall"/>.
/// </summary>
/// <param name="Dy">gradient of the activated value, of the norm's size</param>
/// <param name="Activation"><see cref="UnaryFunction.Relu"/> or <see cref="UnaryFunction.LeakyRelu"/></param>
/// <param name="Slope">p of the activation, at least 0</param>
public readonly record struct NormGradientBranch(DeviceSpan Dy, UnaryFunction Activation, float Slope = 0)
{
    /// <summary>The same with other memory in place of each array.</summary>
    internal NormGradientBranch Map(Func<DeviceSpan, DeviceSpan> map) => this with { Dy = map(Dy) };
}
