namespace IlgpuGan.Tensors.Devices;

/// <summary>A dropout behind a norm's activation; see <see cref="IKernels.Dropout"/>.</summary>
/// <param name="Key">of the uniform deviates</param>
/// <param name="P">the share of elements that become 0</param>
public readonly record struct NormDropout(RandomKey Key, float P);
