namespace IlgpuGan.Tensors.Devices.Gpu.Cuda;

/// <summary>
/// The PTX instructions that a method compiles to in CUDA kernels. It must not be called elsewhere; kernels check
/// <see cref="PtxMethods.AreSupported"/> first. Unlike ILGPU's inline PTX it returns values in registers, not through memory.
/// </summary>
/// <param name="text">
/// the PTX; <c>%0</c>, <c>%1</c>, … are the registers of the result, field by field, then those of the arguments. A <c>ref</c> is one
/// register, its generic address; <c>%shared2</c> or <c>%global2</c> is that address converted to the shared or global space.
/// </param>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PtxAttribute(string text) : Attribute
{
    public string Text { get; } = text;

    /// <summary>The PTX for cards before sm_80, where it differs.</summary>
    public string? BeforeSm80 { get; init; }
}
