namespace IlgpuGan.Tensors.Devices;

/// <summary>What a network does with a normalised value before anything else reads it; see <see cref="IKernels.NormTo"/>.</summary>
/// <param name="Activation"><see cref="UnaryFunction.Relu"/> or <see cref="UnaryFunction.LeakyRelu"/>; null for none</param>
/// <param name="Slope">p of the activation, at least 0</param>
/// <param name="Pad">how its planes are padded; null for not at all</param>
/// <param name="PadMode">what the padding shows</param>
/// <param name="PadValue">the constant, if it shows one</param>
/// <param name="Dropout">between activation and padding; null for none</param>
public readonly record struct NormTail(
    UnaryFunction? Activation, float Slope = 0, PadGeometry? Pad = null, PadMode PadMode = PadMode.Constant, float PadValue = 0,
    NormDropout? Dropout = null);
