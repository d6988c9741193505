namespace IlgpuGan.Tensors.Devices;

/// <summary>A dropout after a norm's activation; see <see cref="DropoutCall"/>.</summary>
/// <param name="Key">key of the uniform deviates</param>
/// <param name="P">probability that an element becomes 0</param>
public readonly record struct NormDropout(RandomKey Key, float P);
