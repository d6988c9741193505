using ILGPU;
using IlgpuGan.Tensors.Devices.Functions;

namespace IlgpuGan.Tensors.Devices.Gpu.Elementwise;

/// <summary>
/// Functions of two arrays of equal shape, the common case in networks: no index arithmetic is needed.
/// </summary>
internal static class BinaryKernels
{
    /// <summary>y = f(a, b); y may be either.</summary>
    public static void Apply<TFunction>(ArrayView<float> a, ArrayView<float> b, ArrayView<float> y)
        where TFunction : struct, IBinaryFunction
    {
        for (var k = 0; k < Element.PerThread; k++)
        {
            var i = Element.First + (k * Group.DimX);
            if (i < y.IntLength)
            {
                y[i] = TFunction.Apply(a[i], b[i]);
            }
        }
    }
}
