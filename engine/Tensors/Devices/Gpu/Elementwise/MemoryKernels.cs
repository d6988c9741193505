using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.Elementwise;

/// <summary>Filling, copying and adding up arrays.</summary>
internal static class MemoryKernels
{
    public static void Fill(ArrayView<float> y, float value)
    {
        for (var k = 0; k < Element.PerThread; k++)
        {
            var i = Element.First + (k * Group.DimX);
            if (i < y.IntLength)
            {
                y[i] = value;
            }
        }
    }

    public static void Copy(ArrayView<float> x, ArrayView<float> y)
    {
        for (var k = 0; k < Element.PerThread; k++)
        {
            var i = Element.First + (k * Group.DimX);
            if (i < y.IntLength)
            {
                y[i] = x[i];
            }
        }
    }

    public static void AddScaled(float scale, ArrayView<float> x, ArrayView<float> y)
    {
        for (var k = 0; k < Element.PerThread; k++)
        {
            var i = Element.First + (k * Group.DimX);
            if (i < y.IntLength)
            {
                y[i] = MathF.FusedMultiplyAdd(scale, x[i], y[i]);
            }
        }
    }
}
