using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.Elementwise;

namespace IlgpuGan.Tensors.Devices.Gpu.Places;

/// <summary>Strided copies, and gather and scatter-add by an array of indices. An index out of range is never dereferenced.</summary>
internal static class GatherScatterKernels
{
    public static void CopyStrided(ArrayView<float> x, ArrayView<float> y, StrideGeometry g)
    {
        for (var n = 0; n < Element.PerThread; n++)
        {
            var index = Element.First + (n * Group.DimX);
            if (index < g.Outer * g.Count * g.Inner)
            {
                var row = index / g.Inner;
                var inner = index - (row * g.Inner);
                var outer = row / g.Count;
                var k = row - (outer * g.Count);
                var from = (outer * g.XExtent) + g.XStart + (k * g.XStep);
                var to = (outer * g.YExtent) + g.YStart + (k * g.YStep);
                y[(to * g.Inner) + inner] = x[(from * g.Inner) + inner];
            }
        }
    }

    public static void Gather(ArrayView<float> x, ArrayView<float> places, ArrayView<float> y, GatherGeometry g)
    {
        for (var n = 0; n < Element.PerThread; n++)
        {
            var index = Element.First + (n * Group.DimX);
            if (index < y.IntLength)
            {
                var row = index / g.Inner;
                var inner = index - (row * g.Inner);
                var outer = row / g.Count;
                var number = places[(outer * g.IndexOuter) + ((row - (outer * g.Count)) * g.IndexStep) + (inner * g.IndexInner)];

                // Compared before it is converted: converting a float that no int represents is undefined.
                var isInside = number >= 0 && number < g.Extent;
                var place = isInside ? (int)number : 0;
                y[index] = isInside && place == number ? x[(((outer * g.Extent) + place) * g.Inner) + inner] : float.NaN;
            }
        }
    }

    /// <summary>
    /// A thread for each element of y, which searches all indices for its own. No two threads add to one element, and the order of
    /// summation is that of x.
    /// </summary>
    public static void ScatterAdd(ArrayView<float> x, ArrayView<float> places, ArrayView<float> y, GatherGeometry g)
    {
        var index = (Grid.IdxX * Group.DimX) + Group.IdxX;
        if (index >= y.IntLength)
        {
            return;
        }

        var row = index / g.Inner;
        var inner = index - (row * g.Inner);
        var outer = row / g.Extent;
        float own = row - (outer * g.Extent);
        var first = (outer * g.IndexOuter) + (inner * g.IndexInner);
        var source = (outer * g.Count * g.Inner) + inner;
        var sum = default(Compensated);
        for (var k = 0; k < g.Count; k++)
        {
            if (places[first + (k * g.IndexStep)] == own)
            {
                sum = sum.Add(x[source + (k * g.Inner)]);
            }
        }

        y[index] = sum.Value;
    }
}
