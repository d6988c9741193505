namespace IlgpuGan.Tensors.Devices.Gpu.Cuda;

/// <summary>
/// What a method is in kernels for CUDA: instructions that C# has no words for. Elsewhere it must not be called; kernels ask
/// <see cref="PtxMethods.AreSupported"/> before. Unlike inline PTX it returns values without passing them through memory.
/// </summary>
/// <param name="text">
/// the PTX; <c>%0</c> and on stand for the numbers of the result, field by field, and then for those of the arguments. A <c>ref</c> is one
/// number, its address: <c>%shared2</c> or <c>%global2</c> in that space.
/// </param>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class PtxAttribute(string text) : Attribute
{
    public string Text { get; } = text;

    /// <summary>The same for cards before sm_80, where it differs.</summary>
    public string? BeforeSm80 { get; init; }
}
