namespace IlgpuGan.Tensors.Devices;

/// <summary>The epilogue of a norm: activation, dropout and padding of the normalised value; see <see cref="NormToCall"/>.</summary>
/// <param name="Activation"><see cref="UnaryFunction.Relu"/> or <see cref="UnaryFunction.LeakyRelu"/>; null for none</param>
/// <param name="Slope">p of the activation, at least 0</param>
/// <param name="Pad">padding of its planes; null for none</param>
/// <param name="PadMode">content of the padding</param>
/// <param name="PadValue">the constant of constant padding</param>
/// <param name="Dropout">between activation and padding; null for none</param>
public readonly record struct NormTail(
    UnaryFunction? Activation, float Slope = 0, PadGeometry? Pad = null, PadMode PadMode = PadMode.Constant, float PadValue = 0,
    NormDropout? Dropout = null);
