using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.Random;

namespace IlgpuGan.Tensors.Devices.Gpu.Norm;

/// <summary>The mask of <see cref="IKernels.Dropout"/>, element by element.</summary>
/// <param name="Numbers">the table that the key's step and draw are looked up in</param>
/// <param name="Scale">of what is kept</param>
internal readonly record struct DropoutMask(ArrayView<uint> Numbers, RandomKey Key, float P, float Scale)
{
    public static DropoutMask Of(NormDropout? dropout, ArrayView<uint> numbers) =>
        dropout is { } given ? new DropoutMask(numbers, given.Key, given.P, 1 / (1 - given.P)) : new(numbers, default, 0, 1);
}

/// <summary>Whether a kernel has a dropout: kernels without one stay as short as they were.</summary>
internal interface IDropout
{
    /// <summary>What is left of the element at a place.</summary>
    static abstract float Of(float value, int place, DropoutMask mask);
}

internal readonly struct NoDropout : IDropout
{
    public static float Of(float value, int place, DropoutMask mask) => value;
}

internal readonly struct Dropout : IDropout
{
    public static float Of(float value, int place, DropoutMask mask) =>
        RandomKernels.Kept(value, RandomKernels.WordOf(mask.Key, mask.Numbers, place), mask.P, mask.Scale);
}
