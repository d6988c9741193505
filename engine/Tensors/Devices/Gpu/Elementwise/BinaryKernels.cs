using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.Elementwise;

/// <summary>
/// All functions of two arrays of one shape, which nearly all that networks add and multiply are: no place needs finding.
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
