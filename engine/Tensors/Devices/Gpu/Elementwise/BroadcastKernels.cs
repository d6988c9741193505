using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu.Elementwise;

/// <summary>Kernels over two arrays whose elements are found through a <see cref="StridedNest"/>.</summary>
internal static class BroadcastKernels
{
    /// <summary>y[i] = f(a, b) at the places of element i.</summary>
    public static void Binary<TFunction>(ArrayView<float> a, ArrayView<float> b, ArrayView<float> y, StridedNest nest)
        where TFunction : struct, IBinaryFunction
    {
        for (var k = 0; k < Element.PerThread; k++)
        {
            var i = Element.First + (k * Group.DimX);
            if (i < y.IntLength)
            {
                var place = nest.Place(i);
                y[i] = TFunction.Apply(a[place.A], b[place.B]);
            }
        }
    }

    /// <summary>y[i] = x at the first place of element i.</summary>
    public static void Gather(ArrayView<float> x, ArrayView<float> y, StridedNest nest)
    {
        for (var k = 0; k < Element.PerThread; k++)
        {
            var i = Element.First + (k * Group.DimX);
            if (i < y.IntLength)
            {
                y[i] = x[nest.Place(i).A];
            }
        }
    }

    /// <summary>Copies or adds <paramref name="count"/> elements from their first places in x to their second places in y.</summary>
    public static void CopyBlock(ArrayView<float> x, ArrayView<float> y, StridedNest nest, int count, byte accumulate)
    {
        for (var k = 0; k < Element.PerThread; k++)
        {
            var i = Element.First + (k * Group.DimX);
            if (i < count)
            {
                var place = nest.Place(i);
                var value = x[place.A];
                y[place.B] = accumulate != 0 ? y[place.B] + value : value;
            }
        }
    }
}
