using ILGPU;
using ILGPU.Runtime;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Conformance;

/// <summary>Views of one to three dimensions in kernels, their parts and their reinterpretations.</summary>
public sealed class ViewTests(string deviceName) : ConformanceFixture(deviceName)
{
    private static float[,] Plane(int width, int height)
    {
        var plane = new float[width, height];
        for (int x = 0; x < width; x++)
        {
            for (int y = 0; y < height; y++)
            {
                plane[x, y] = x * 100 + y;
            }
        }

        return plane;
    }

    private static void Map2D<TStride>(Index2D i, ArrayView2D<float, TStride> source, ArrayView2D<float, TStride> target)
        where TStride : struct, IStride2D
    {
        target[i] = source[i.X, i.Y] * 2;
        target[i.X, i.Y] += source.IntExtent.X * 1000 + source.ComputeLinearIndex(i);
    }

    [Test]
    public void DenseXPlanes()
    {
        float[,] plane = Plane(7, 5);
        using var source = Accelerator.Allocate2DDenseX(plane);
        using var target = Accelerator.Allocate2DDenseX<float>(new LongIndex2D(7, 5));
        var kernel = Accelerator.LoadAutoGroupedStreamKernel<Index2D, ArrayView2D<float, Stride2D.DenseX>,
            ArrayView2D<float, Stride2D.DenseX>>(Map2D);
        kernel(source.IntExtent, source.View, target.View);
        float[,] result = target.GetAsArray2D();
        for (int x = 0; x < 7; x++)
        {
            for (int y = 0; y < 5; y++)
            {
                Assert.That(result[x, y], Is.EqualTo(plane[x, y] * 2 + 7000 + x + y * 7));
            }
        }
    }

    [Test]
    public void DenseYPlanes()
    {
        float[,] plane = Plane(7, 5);
        using var source = Accelerator.Allocate2DDenseY(plane);
        using var target = Accelerator.Allocate2DDenseY<float>((7, 5));
        var kernel = Accelerator.LoadAutoGroupedStreamKernel<Index2D, ArrayView2D<float, Stride2D.DenseY>,
            ArrayView2D<float, Stride2D.DenseY>>(Map2D);
        kernel((7, 5), source.View, target.View);
        float[,] result = target.GetAsArray2D();
        for (int x = 0; x < 7; x++)
        {
            for (int y = 0; y < 5; y++)
            {
                Assert.That(result[x, y], Is.EqualTo(plane[x, y] * 2 + 7000 + x * 5 + y));
            }
        }
    }

    [Test]
    public void PitchedAndGeneralPlanes()
    {
        float[,] plane = Plane(5, 4);
        using var pitched = Accelerator.Allocate2DPitchedX<float>(new LongIndex2D(5, 4), 32);
        pitched.MemSetToZero();
        pitched.View.AsGeneral().CopyFromCPU(plane);
        var kernel =
            Accelerator.LoadAutoGroupedStreamKernel<Index2D, ArrayView2D<float, Stride2D.General>>((i, view) => view[i] += i.X + 10 * i.Y);
        kernel((3, 2), pitched.View.SubView(new Index2D(1, 1), new Index2D(3, 2)).AsGeneral());
        float[,] result = pitched.View.AsGeneral().GetAsArray2D();
        for (int x = 0; x < 5; x++)
        {
            for (int y = 0; y < 4; y++)
            {
                bool isInside = x is >= 1 and < 4 && y is >= 1 and < 3;
                Assert.That(result[x, y], Is.EqualTo(plane[x, y] + (isInside ? x - 1 + 10 * (y - 1) : 0)));
            }
        }
    }

    [Test]
    public void SpacesOfBothLayouts()
    {
        using var xy = Accelerator.Allocate3DDenseXY<int>(new LongIndex3D(3, 4, 5));
        using var zy = Accelerator.Allocate3DDenseZY<int>(new LongIndex3D(3, 4, 5));
        var fillXY = Accelerator.LoadAutoGroupedStreamKernel<Index3D, ArrayView3D<int, Stride3D.DenseXY>>(
            (i, v) => v[i] = i.X * 100 + i.Y * 10 + i.Z);
        var fillZY = Accelerator.LoadAutoGroupedStreamKernel<Index3D, ArrayView3D<int, Stride3D.DenseZY>>(
            (i, v) => v[i.X, i.Y, i.Z] = i.X * 100 + i.Y * 10 + i.Z);
        fillXY(xy.IntExtent, xy.View);
        fillZY(zy.IntExtent, zy.View);
        int[,,] result = xy.GetAsArray3D();
        Assert.That(zy.GetAsArray3D(), Is.EqualTo(result));
        Assert.That(result[2, 3, 4], Is.EqualTo(234));
        Assert.That(xy.AsContiguous().GetAsArray()[2 + 3 * 3 + 4 * 12], Is.EqualTo(234));
        Assert.That(zy.AsContiguous().GetAsArray()[2 * 20 + 3 * 5 + 4], Is.EqualTo(234));
    }

    [Test]
    public void SubViewsAndTheirLengths()
    {
        using var buffer = Accelerator.Allocate1D(Enumerable.Range(0, 20).ToArray());
        Accelerator.LoadStreamKernel<ArrayView<int>>(Kernel)((1, 1), buffer.View.SubView(2, 15));
        int[] result = buffer.GetAsArray1D();
        Assert.That(result[2], Is.EqualTo(15));
        Assert.That(result[3], Is.EqualTo(12));
        Assert.That(result[4], Is.EqualTo(5 * 1000 + 7));
        Assert.That(result[5], Is.EqualTo(60));

        static void Kernel(ArrayView<int> view)
        {
            ArrayView<int> tail = view.SubView(3);
            ArrayView<int> part = tail.SubView(2, 5);
            view[0] = view.IntLength;
            view[1] = (int)tail.Length;
            view[2] = part.IntLength * 1000 + part[0];
            view[3] = (int)view.LengthInBytes;
        }
    }

    [Test]
    public void CastsSeeTheSameBytes()
    {
        using var buffer = Accelerator.Allocate1D([0x04030201, 0x08070605, 0, 0]);
        Accelerator.LoadStreamKernel<ArrayView<int>>(Kernel)((1, 1), buffer.AsContiguous());
        Assert.That(buffer.GetAsArray1D(), Is.EqualTo(new[] { 0x04030201, 0x08070605, 1 + 8 + 8 * 100 + 2 * 10000, 0x3F800000 }));

        static void Kernel(ArrayView<int> view)
        {
            ArrayView<byte> bytes = view.SubView(0, 2).Cast<byte>();
            view[2] = bytes[0] + bytes[7] + bytes.IntLength * 100 + view.Cast<long>().IntLength * 10000;
            view.Cast<float>()[3] = 1f;
        }
    }

    [Test]
    public void VariableViewsReachOneElement()
    {
        using var buffer = Accelerator.Allocate1D([1, 2, 3, 4]);
        Accelerator.LoadStreamKernel<ArrayView<int>>(Kernel)((1, 1), buffer.AsContiguous());
        Assert.That(buffer.GetAsArray1D(), Is.EqualTo(new[] { 1, 20, 20, 4 }));

        static void Kernel(ArrayView<int> view)
        {
            VariableView<int> second = view.VariableView(1);
            second.Value *= 10;
            second.CopyTo(view.VariableView(2));
        }
    }

    [Test]
    public void TransposedViewsExchangeTheirAxes()
    {
        float[,] plane = Plane(3, 4);
        using var source = Accelerator.Allocate2DDenseX(plane);
        using var target = Accelerator.Allocate2DDenseX<float>((4, 3));
        Accelerator.LoadAutoGroupedStreamKernel<Index2D, ArrayView2D<float, Stride2D.DenseX>, ArrayView2D<float, Stride2D.DenseX>>(Kernel)(
            (4, 3), source.View, target.View);
        float[,] result = target.GetAsArray2D();
        for (int x = 0; x < 4; x++)
        {
            for (int y = 0; y < 3; y++)
            {
                Assert.That(result[x, y], Is.EqualTo(plane[y, x]));
            }
        }

        static void Kernel(Index2D i, ArrayView2D<float, Stride2D.DenseX> from, ArrayView2D<float, Stride2D.DenseX> to) =>
            to[i] = from.AsTransposed()[i];
    }

    [Test]
    public void ShapesOfLinearViews()
    {
        using var buffer = Accelerator.Allocate1D<int>(24);
        Accelerator.LoadStreamKernel<ArrayView1D<int, Stride1D.Dense>>(Kernel)((1, 1), buffer.View);
        int[] result = buffer.GetAsArray1D();
        Assert.That(result[1 + 2 * 4], Is.EqualTo(5));
        Assert.That(result[1 + 2 * 2 + 3 * 6], Is.EqualTo(7));

        static void Kernel(ArrayView1D<int, Stride1D.Dense> view)
        {
            view.As2DDenseXView(new LongIndex2D(4, 6))[1, 2] = 5;
            view.As3DDenseXYView(new LongIndex3D(2, 3, 4))[1, 2, 3] = 7;
        }
    }

    [Test]
    public void StridedLines()
    {
        using var buffer = Accelerator.Allocate1D<int, Stride1D.General>(5, new Stride1D.General(3));
        buffer.MemSetToZero();
        Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView1D<int, Stride1D.General>>((i, v) => v[i] = i + 1)(5, buffer.View);
        Assert.That(buffer.GetAsArray1D(), Is.EqualTo(new[] { 1, 2, 3, 4, 5 }));
        Assert.That(buffer.AsContiguous().GetAsArray(), Is.EqualTo(new[] { 1, 0, 0, 2, 0, 0, 3, 0, 0, 4, 0, 0, 5 }));
    }

    [Test]
    public void ViewsAreChosenAtRunTime()
    {
        using var first = Accelerator.Allocate1D([1, 2, 3, 4]);
        using var second = Accelerator.Allocate1D([10, 20, 30, 40]);
        using var result = Accelerator.Allocate1D<int>(4);
        Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>, ArrayView<int>, ArrayView<int>>(Kernel)(
            4, first.AsContiguous(), second.AsContiguous(), result.AsContiguous());
        Assert.That(result.GetAsArray1D(), Is.EqualTo(new[] { 1, 20, 3, 40 }));

        static void Kernel(Index1D i, ArrayView<int> a, ArrayView<int> b, ArrayView<int> target)
        {
            ArrayView<int> chosen = i % 2 == 0 ? a : b;
            target[i] = chosen[i];
        }
    }

    [Test]
    public void AllKindsOfIndexReachAnElement()
    {
        using var buffer = Accelerator.Allocate1D<int>(4);
        Accelerator.LoadStreamKernel<ArrayView<int>>(Kernel)((1, 1), buffer.AsContiguous());
        Assert.That(buffer.GetAsArray1D(), Is.EqualTo(new[] { 1, 2, 3, 4 }));

        static void Kernel(ArrayView<int> view)
        {
            view[0] = 1;
            view[1L] = 2;
            view[new Index1D(2)] = 3;
            view[new LongIndex1D(3)] = 4;
        }
    }
}
