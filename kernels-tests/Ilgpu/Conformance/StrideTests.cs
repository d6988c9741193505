using ILGPU;
using ILGPU.Runtime;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Conformance;

/// <summary>Every stride through its interface, in kernels; elements, extents and buffer lengths follow from the steps alone.</summary>
public sealed class StrideTests(string deviceName) : ConformanceFixture(deviceName)
{
    private static void Line<TStride>(TStride stride, ArrayView<long> r)
        where TStride : struct, IStride1D
    {
        r[0] = stride.XStride;
        r[1] = stride.ComputeElementIndex(new Index1D(5));
        r[2] = stride.ComputeElementIndex(new LongIndex1D(6));
        r[3] = stride.ComputeElementIndexChecked(new Index1D(5), new LongIndex1D(9));
        r[4] = stride.ComputeElementIndexChecked(new LongIndex1D(6), new LongIndex1D(9));
        r[5] = stride.ComputeBufferLength(new Index1D(9));
        r[6] = stride.ComputeBufferLength(new LongIndex1D(9));
        r[7] = stride.AsGeneral().XStride;
        r[8] = stride.To1DStride().XStride;
        r[9] = stride.StrideExtent.X;
        r[10] = stride.XStride == 0 ? 5 : stride.ReconstructFromElementIndex(stride.ComputeElementIndex(new Index1D(5))).X;
        r[11] = stride.XStride == 0 ? 6 : stride.ReconstructFromElementIndex(stride.ComputeElementIndex(new LongIndex1D(6))).X;
    }

    private static void Plane<TStride>(TStride stride, ArrayView<long> r)
        where TStride : struct, IStride2D
    {
        r[0] = stride.XStride;
        r[1] = stride.YStride;
        r[2] = stride.ComputeElementIndex(new Index2D(2, 3));
        r[3] = stride.ComputeElementIndex(new LongIndex2D(2, 3));
        r[4] = stride.ComputeElementIndexChecked(new Index2D(2, 3), new LongIndex2D(4, 5));
        r[5] = stride.ComputeElementIndexChecked(new LongIndex2D(2, 3), new LongIndex2D(4, 5));
        r[6] = stride.ComputeBufferLength(new Index2D(4, 5));
        r[7] = stride.ComputeBufferLength(new LongIndex2D(4, 5));
        r[8] = stride.AsGeneral().XStride + (100 * stride.AsGeneral().YStride);
        r[9] = stride.StrideExtent.X + (100 * stride.StrideExtent.Y);
        r[10] = stride.XStride == 0
            ? 302
            : Packed(stride.ReconstructFromElementIndex(stride.ComputeElementIndex(new Index2D(2, 3))).ToLongIndex());
        r[11] = stride.XStride == 0 ? 302 : Packed(stride.ReconstructFromElementIndex(stride.ComputeElementIndex(new LongIndex2D(2, 3))));
        r[12] = stride.To1DStride().XStride;

        static long Packed(LongIndex2D index) => index.X + (100 * index.Y);
    }

    private static void Space<TStride>(TStride stride, ArrayView<long> r)
        where TStride : struct, IStride3D
    {
        r[0] = stride.XStride;
        r[1] = stride.YStride;
        r[2] = stride.ZStride;
        r[3] = stride.ComputeElementIndex(new Index3D(1, 2, 3));
        r[4] = stride.ComputeElementIndex(new LongIndex3D(1, 2, 3));
        r[5] = stride.ComputeElementIndexChecked(new Index3D(1, 2, 3), new LongIndex3D(4, 5, 6));
        r[6] = stride.ComputeElementIndexChecked(new LongIndex3D(1, 2, 3), new LongIndex3D(4, 5, 6));
        r[7] = stride.ComputeBufferLength(new Index3D(4, 5, 6));
        r[8] = stride.ComputeBufferLength(new LongIndex3D(4, 5, 6));
        r[9] = Packed(stride.AsGeneral().StrideExtent.ToLongIndex());
        r[10] = Packed(stride.StrideExtent.ToLongIndex());
        r[11] = stride.XStride == 0
            ? 30201
            : Packed(stride.ReconstructFromElementIndex(stride.ComputeElementIndex(new Index3D(1, 2, 3))).ToLongIndex());
        r[12] = stride.XStride == 0
            ? 30201
            : Packed(stride.ReconstructFromElementIndex(stride.ComputeElementIndex(new LongIndex3D(1, 2, 3))));
        r[13] = stride.To1DStride().XStride;

        static long Packed(LongIndex3D index) => index.X + (100 * index.Y) + (10000 * index.Z);
    }

    private long[] Run<TStride>(Action<TStride, ArrayView<long>> kernel, TStride stride)
        where TStride : struct
    {
        var expected = new long[16];
        kernel(stride, expected.AsArrayView());
        using var buffer = Accelerator.Allocate1D<long>(16);
        buffer.MemSetToZero();
        Accelerator.LoadStreamKernel(kernel)((1, 1), stride, buffer.AsContiguous());
        Assert.That(buffer.GetAsArray1D(), Is.EqualTo(expected));
        return expected;
    }

    [Test]
    public void Lines()
    {
        CheckLine(new Stride1D.Dense(), 1);
        CheckLine(new Stride1D.General(3), 3);
        CheckLine(new Stride1D.Infinite(), 0);

        void CheckLine<TStride>(TStride stride, long x)
            where TStride : struct, IStride1D
        {
            long length = (8 * x) + 1;
            Assert.That(
                Run(Line, stride)[..12], Is.EqualTo(new[] { x, 5 * x, 6 * x, 5 * x, 6 * x, length, length, x, x, x, 5, 6 }),
                typeof(TStride).Name);
        }
    }

    [Test]
    public void Planes()
    {
        CheckPlane(new Stride2D.DenseX(4), 1, 4);
        CheckPlane(Stride2D.DenseX.FromExtent(new Index2D(4, 5)), 1, 4);
        CheckPlane(Stride2D.DenseX.FromExtent(new LongIndex2D(4, 5)), 1, 4);
        CheckPlane(new Stride2D.DenseY(5), 5, 1);
        CheckPlane(Stride2D.DenseY.FromExtent(new Index2D(4, 5)), 5, 1);
        CheckPlane(Stride2D.DenseY.FromExtent(new LongIndex2D(4, 5)), 5, 1);
        CheckPlane(new Stride2D.General(new Index2D(2, 9)), 2, 9);
        CheckPlane(new Stride2D.Infinite(), 0, 0);

        void CheckPlane<TStride>(TStride stride, long x, long y)
            where TStride : struct, IStride2D
        {
            long element = (2 * x) + (3 * y), length = (3 * x) + (4 * y) + 1, both = x + (100 * y);
            Assert.That(
                Run(Plane, stride)[..12],
                Is.EqualTo(new[] { x, y, element, element, element, element, length, length, both, both, 302, 302 }), typeof(TStride).Name);
        }
    }

    [Test]
    public void Spaces()
    {
        CheckSpace(new Stride3D.DenseXY(4, 20), 1, 4, 20);
        CheckSpace(Stride3D.DenseXY.FromExtent(new Index3D(4, 5, 6)), 1, 4, 20);
        CheckSpace(Stride3D.DenseXY.FromExtent(new LongIndex3D(4, 5, 6)), 1, 4, 20);
        CheckSpace(new Stride3D.DenseZY(30, 6), 30, 6, 1);
        CheckSpace(Stride3D.DenseZY.FromExtent(new Index3D(4, 5, 6)), 30, 6, 1);
        CheckSpace(Stride3D.DenseZY.FromExtent(new LongIndex3D(4, 5, 6)), 30, 6, 1);
        CheckSpace(new Stride3D.General(new Index3D(2, 9, 50)), 2, 9, 50);
        CheckSpace(new Stride3D.Infinite(), 0, 0, 0);

        void CheckSpace<TStride>(TStride stride, long x, long y, long z)
            where TStride : struct, IStride3D
        {
            long element = x + (2 * y) + (3 * z), length = (3 * x) + (4 * y) + (5 * z) + 1, all = x + (100 * y) + (10000 * z);
            Assert.That(
                Run(Space, stride)[..13],
                Is.EqualTo(new[] { x, y, z, element, element, element, element, length, length, all, all, 30201, 30201 }),
                typeof(TStride).Name);
        }
    }

    /// <summary>A stride of nothing has one element, whatever the index: no bounds are asked for.</summary>
    [Test]
    public void InfiniteStridesHaveNoBounds()
    {
        using var value = Accelerator.Allocate1D([7]);
        using var target = Accelerator.Allocate1D<int>(3);
        var line = new ArrayView1D<int, Stride1D.Infinite>(value.AsContiguous(), 1, default);
        var plane = new ArrayView2D<int, Stride2D.Infinite>(value.AsContiguous(), new LongIndex2D(1, 1), default);
        var space = new ArrayView3D<int, Stride3D.Infinite>(value.AsContiguous(), new LongIndex3D(1, 1, 1), default);
        Accelerator.LoadStreamKernel<ArrayView1D<int, Stride1D.Infinite>, ArrayView2D<int, Stride2D.Infinite>,
            ArrayView3D<int, Stride3D.Infinite>, ArrayView<int>>(Kernel)(
            (1, 1), line, plane, space, target.AsContiguous());
        Assert.That(target.GetAsArray1D(), Is.EqualTo(new[] { 14, 14, 14 }));

        static void Kernel(
            ArrayView1D<int, Stride1D.Infinite> line, ArrayView2D<int, Stride2D.Infinite> plane, ArrayView3D<int, Stride3D.Infinite> space,
            ArrayView<int> target)
        {
            target[0] = line[1000] + line[2000L];
            target[1] = plane[5, 6] + plane[7L, 8L];
            target[2] = space[new Index3D(5, 6, 7)] + space[new LongIndex3D(8, 9, 10)];
        }
    }
}
