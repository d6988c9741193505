using IlgpuGan.Tensors.Devices.Gpu.Elementwise;
using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.Images;

/// <summary>
/// The image pool's exchange of pictures. The mode and slot are read from the step numbers, so a recorded launch needs no update.
/// </summary>
internal static class ExchangeKernel
{
    /// <summary>See <see cref="ExchangeCall"/>.</summary>
    public static void Exchange(
        ArrayView<float> image, ArrayView<float> pool, int stride, ArrayView<uint> numbers, int choice, ArrayView<float> shown)
    {
        var mode = numbers[choice];
        var slot = (long)stride * numbers[choice + 1];
        for (var k = 0; k < Element.PerThread; k++)
        {
            var i = Element.First + (k * Group.DimX);
            if (i < shown.IntLength)
            {
                // Read before the image overwrites the slot, below.
                shown[i] = mode == (uint)ExchangeMode.Swap ? pool[slot + i] : image[i];
            }

            if (i < image.IntLength && mode != (uint)ExchangeMode.PassOn)
            {
                pool[slot + i] = image[i];
            }
        }
    }
}
