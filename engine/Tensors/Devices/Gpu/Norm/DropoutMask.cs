using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.Random;

namespace IlgpuGan.Tensors.Devices.Gpu.Norm;

/// <summary>The mask of <see cref="DropoutCall"/>, element by element.</summary>
/// <param name="Numbers">the step numbers, from which the key's step and draw are read</param>
/// <param name="Key">random key</param>
/// <param name="P">probability of dropping an element</param>
/// <param name="Scale">factor of kept elements</param>
internal readonly record struct DropoutMask(ArrayView<uint> Numbers, RandomKey Key, float P, float Scale)
{
    public static DropoutMask Of(NormDropout? dropout, ArrayView<uint> numbers) =>
        dropout is { } given ? new DropoutMask(numbers, given.Key, given.P, 1 / (1 - given.P)) : new(numbers, default, 0, 1);
}

/// <summary>Whether a kernel is compiled with dropout.</summary>
internal interface IDropout
{
    /// <summary>Applies dropout to the element at an index.</summary>
    static abstract float Of(float value, int place, DropoutMask mask);
}

internal readonly struct NoDropout : IDropout
{
    public static float Of(float value, int place, DropoutMask mask) => value;
}

internal readonly struct WithDropout : IDropout
{
    public static float Of(float value, int place, DropoutMask mask) =>
        RandomKernels.Kept(value, RandomKernels.WordOf(mask.Key, mask.Numbers, place), mask.P, mask.Scale);
}
