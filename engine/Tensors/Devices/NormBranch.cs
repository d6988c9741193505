namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// A second output of a norm, as for a skip connection: another activation of the same value; see <see cref="NormToCall"/>.
/// </summary>
/// <param name="Y">destination of the activated value, of the norm's size</param>
/// <param name="Activation"><see cref="UnaryFunction.Relu"/> or <see cref="UnaryFunction.LeakyRelu"/></param>
/// <param name="Slope">p of the activation, at least 0</param>
public readonly record struct NormBranch(DeviceSpan Y, UnaryFunction Activation, float Slope = 0)
{
    /// <summary>The same with other memory in place of each array.</summary>
    internal NormBranch Map(Func<DeviceSpan, DeviceSpan> map) => this with { Y = map(Y) };
}
