using ILGPU;
using IlgpuGan.Tensors.Devices.Functions;

namespace IlgpuGan.Tensors.Devices.Gpu.Elementwise;

/// <summary>
/// Kernels over two arrays with different strides. Elements are addressed one by one through a <see cref="StridedNest"/>, or, where rows
/// are long, row by row through a <see cref="RowNest"/>.
/// </summary>
internal static class BroadcastKernels
{
    /// <summary>y[i] = f(a, b) at the offsets of element i.</summary>
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

    /// <summary>The same by rows.</summary>
    public static void BinaryRows<TFunction>(ArrayView<float> a, ArrayView<float> b, ArrayView<float> y, RowNest nest)
        where TFunction : struct, IBinaryFunction
    {
        var rowA = nest.RowOfA(a);
        var rowB = nest.RowOfB(b);
        var rowY = nest.RowOf(y);

        // Read only from a repeated row: y may be the other array, in-place, and another thread may overwrite its first element.
        var firstA = nest.RepeatsA ? rowA[0] : 0;
        var firstB = nest.RepeatsB ? rowB[0] : 0;
        for (var k = 0; k < Element.PerThread; k++)
        {
            var column = nest.FirstColumn + (k * Group.DimX);
            if (column < nest.Length)
            {
                rowY[column] = TFunction.Apply(nest.RepeatsA ? firstA : rowA[column], nest.RepeatsB ? firstB : rowB[column]);
            }
        }
    }

    /// <summary>y[i] = x at the first offset of element i.</summary>
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

    /// <summary>The same by rows.</summary>
    public static void GatherRows(ArrayView<float> x, ArrayView<float> y, RowNest nest)
    {
        var from = nest.RowOfA(x);
        var to = nest.RowOf(y);
        var first = from[0];
        for (var k = 0; k < Element.PerThread; k++)
        {
            var column = nest.FirstColumn + (k * Group.DimX);
            if (column < nest.Length)
            {
                to[column] = nest.RepeatsA ? first : from[column];
            }
        }
    }

    /// <summary>Copies <paramref name="count"/> elements from their first offsets, in x, to their second offsets, in y.</summary>
    public static void CopyBlock(ArrayView<float> x, ArrayView<float> y, StridedNest nest, int count)
    {
        for (var k = 0; k < Element.PerThread; k++)
        {
            var i = Element.First + (k * Group.DimX);
            if (i < count)
            {
                var place = nest.Place(i);
                y[place.B] = x[place.A];
            }
        }
    }

    /// <summary>Copies by rows.</summary>
    public static void CopyRows(ArrayView<float> x, ArrayView<float> y, RowNest nest)
    {
        var from = nest.RowOfA(x);
        var to = nest.RowOfB(y);
        for (var k = 0; k < Element.PerThread; k++)
        {
            var column = nest.FirstColumn + (k * Group.DimX);
            if (column < nest.Length)
            {
                to[column] = from[column];
            }
        }
    }
}
