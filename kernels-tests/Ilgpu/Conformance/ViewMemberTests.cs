using ILGPU;
using ILGPU.Runtime;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Conformance;

/// <summary>What views say and how they turn into each other, in kernels.</summary>
public sealed class ViewMemberTests(string deviceName) : ConformanceFixture(deviceName)
{
    private static readonly int[] s_numbers = [.. Enumerable.Range(0, 24)];

    [Test]
    public void Lines()
    {
        long[] results = CheckWhole<int, long>(Kernel, s_numbers, 22);
        Assert.That(results, Is.EqualTo(new long[] { 24, 24, 96, 24, 24, 4, 1, 5, 6, 7, 3, 24, 24, 96, 24, 24, 4, 1, 9, 10, 11, 5 }));

        static void Kernel(ArrayView<int> v, ArrayView<long> r)
        {
            r[0] = v.Length;
            r[1] = v.IntLength;
            r[2] = v.LengthInBytes;
            r[3] = v.Extent.X;
            r[4] = v.IntExtent.X;
            r[5] = ArrayView<int>.ElementSize;
            r[6] = v.Stride.XStride;
            r[7] = v.AsDense()[5];
            r[8] = v.AsGeneral()[6];
            r[9] = v.AsContiguous().SubView(5L, 10L)[2];
            r[10] = v.VariableView(3).Value;
            ArrayView1D<int, Stride1D.Dense> line = v;
            r[11] = line.Length;
            r[12] = line.IntLength;
            r[13] = line.LengthInBytes;
            r[14] = line.Extent.X;
            r[15] = line.IntExtent.X;
            r[16] = ArrayView1D<int, Stride1D.Dense>.ElementSize;
            r[17] = line.Stride.XStride;
            r[18] = line[new LongIndex1D(9)];
            r[19] = line.SubView(new LongIndex1D(4), new LongIndex1D(8))[6];
            r[20] = line.ComputeLinearIndex(new Index1D(4)) + line.ComputeLinearIndex(new LongIndex1D(7));
            r[21] = line.VariableView(new Index1D(2)).Value + line.VariableView(new LongIndex1D(3)).Value;
        }
    }

    [Test]
    public void LinesBecomeOthers()
    {
        long[] results = CheckWhole<int, long>(Kernel, s_numbers, 12);
        Assert.That(results, Is.EqualTo(new long[] { 11, 13, 11, 17, 23, 17, 8, 8, 9, 6, 1, 0 }));

        static void Kernel(ArrayView<int> v, ArrayView<long> r)
        {
            ArrayView1D<int, Stride1D.Dense> line = v;
            r[0] = line.As2DDenseXView(new LongIndex2D(4, 6))[3, 2];
            r[1] = line.As2DDenseYView(new LongIndex2D(4, 6))[2, 1];
            r[2] = line.As2DView(new LongIndex2D(4, 6), new Stride2D.DenseX(4))[new LongIndex2D(3, 2)];
            r[3] = line.As3DDenseXYView(new LongIndex3D(2, 3, 4))[1, 2, 2];
            r[4] = line.As3DDenseZYView(new LongIndex3D(2, 3, 4))[1, 2, 3];
            r[5] = line.As3DView(new LongIndex3D(2, 3, 4), new Stride3D.DenseXY(2, 6))[new LongIndex3D(1, 2, 2)];
            r[6] = line.AsGeneral(new Stride1D.General(2))[4];
            r[7] = line.AsGeneral()[8] + line.AsDense()[0];
            r[8] = line.To1DView()[9];
            r[9] = line.AsContiguous()[6];
            r[10] = line.IsValid ? 1 : 0;
            r[11] = new ArrayView1D<int, Stride1D.General>(v, 12, new Stride1D.General(2))[0];
        }
    }

    [Test]
    public void Planes()
    {
        long[] results = CheckWhole<int, long>(Kernel, s_numbers, 20);
        Assert.That(results, Is.EqualTo(new long[] { 24, 24, 96, 406, 406, 4, 14, 23, 11, 11, 13, 13, 9, 13, 7, 15, 18, 11, 1, 23 }));

        static void Kernel(ArrayView<int> v, ArrayView<long> r)
        {
            ArrayView2D<int, Stride2D.DenseX> plane = v.AsDense().As2DDenseXView(new LongIndex2D(4, 6));
            r[0] = plane.Length;
            r[1] = plane.IntLength;
            r[2] = plane.LengthInBytes;
            r[3] = (100 * plane.Extent.X) + plane.Extent.Y;
            r[4] = (100 * plane.IntExtent.X) + plane.IntExtent.Y;
            r[5] = ArrayView2D<int, Stride2D.DenseX>.ElementSize;
            r[6] = (10 * plane.Stride.XStride) + plane.Stride.YStride;
            r[7] = plane[3L, 5L];
            r[8] = plane[new LongIndex2D(3, 2)];
            r[9] = plane.ComputeLinearIndex(new Index2D(3, 2));
            r[10] = plane.ComputeLinearIndex(new LongIndex2D(1, 3));
            r[11] = plane.SubView(new Index2D(1, 2), new Index2D(2, 3))[0, 1];
            r[12] = plane.SubView(new LongIndex2D(1, 2), new LongIndex2D(2, 3))[new LongIndex2D(0, 0)];
            r[13] = plane.VariableView(new Index2D(1, 3)).Value;
            r[14] = plane.VariableView(new LongIndex2D(3, 1)).Value;
            r[15] = plane.AsGeneral()[3, 3] + plane.AsDenseX()[0, 0];
            r[16] = plane.To1DView()[18];
            r[17] = plane.AsContiguous()[11];
            r[18] = plane.IsValid ? plane.BaseView[1] : 0;
            r[19] = plane.As1DView(new Stride1D.Dense())[23];
        }
    }

    [Test]
    public void PlanesBecomeOthers()
    {
        long[] results = CheckWhole<int, long>(Kernel, s_numbers, 8);
        Assert.That(results, Is.EqualTo(new long[] { 9, 9, 21, 23, 9, 9, 20, 5 }));

        static void Kernel(ArrayView<int> v, ArrayView<long> r)
        {
            ArrayView2D<int, Stride2D.DenseY> rows = v.AsDense().As2DDenseYView(new LongIndex2D(4, 6));
            r[0] = rows.AsTransposed()[3, 1];
            r[1] = rows.AsDenseY()[1, 3];
            r[2] = rows.AsGeneral(new Stride2D.General(new Index2D(6, 1)))[3, 3];
            r[3] = rows.As3DView(new LongIndex3D(2, 3, 4), new Stride3D.DenseXY(2, 6))[1, 2, 3];
            r[4] = rows.AsGeneral().AsTransposed()[3, 1];
            r[5] = new ArrayView2D<int, Stride2D.DenseY>(v, new LongIndex2D(4, 6), new Stride2D.DenseY(6))[1, 3];
            r[6] = rows.Cast<int, float>().Extent.X + (rows.AsTransposed().Cast<int, uint>()[4, 2] & 0xFF);
            r[7] = v.AsDense().Cast<int, long>()[2] >> 32;
        }
    }

    [Test]
    public void Spaces()
    {
        long[] results = CheckWhole<int, long>(Kernel, s_numbers, 22);
        Assert.That(
            results, Is.EqualTo(new long[] { 24, 24, 96, 20304, 20304, 4, 126, 17, 17, 17, 16, 15, 15, 17, 17, 21, 13, 12, 3, 17, 17, 9 }));

        static void Kernel(ArrayView<int> v, ArrayView<long> r)
        {
            ArrayView3D<int, Stride3D.DenseXY> space = v.AsDense().As3DDenseXYView(new LongIndex3D(2, 3, 4));
            r[0] = space.Length;
            r[1] = space.IntLength;
            r[2] = space.LengthInBytes;
            r[3] = (10000 * space.Extent.X) + (100 * space.Extent.Y) + space.Extent.Z;
            r[4] = (10000 * space.IntExtent.X) + (100 * space.IntExtent.Y) + space.IntExtent.Z;
            r[5] = ArrayView3D<int, Stride3D.DenseXY>.ElementSize;
            r[6] = (100 * space.Stride.XStride) + (10 * space.Stride.YStride) + space.Stride.ZStride;
            r[7] = space[1L, 2L, 2L];
            r[8] = space[new LongIndex3D(1, 2, 2)];
            r[9] = space.ComputeLinearIndex(new Index3D(1, 2, 2));
            r[10] = space.ComputeLinearIndex(new LongIndex3D(0, 2, 2));
            r[11] = space.SubView(new Index3D(1, 0, 1), new Index3D(1, 2, 2))[0, 1, 1];
            r[12] = space.SubView(new LongIndex3D(1, 0, 1), new LongIndex3D(1, 2, 2))[0, 1, 1];
            r[13] = space.VariableView(new Index3D(1, 2, 2)).Value;
            r[14] = space.VariableView(new LongIndex3D(1, 2, 2)).Value;
            r[15] = space.AsGeneral()[1, 1, 3] + space.AsDenseXY()[0, 0, 0];
            r[16] = space.To1DView()[13];
            r[17] = space.AsContiguous()[12];
            r[18] = space.IsValid ? space.BaseView[3] : 0;
            r[19] = space.As1DView(new Stride1D.Dense())[17];
            r[20] = space.AsGeneral(new Stride3D.General(new Index3D(1, 2, 6)))[1, 2, 2];
            r[21] = new ArrayView3D<int, Stride3D.DenseXY>(v, new LongIndex3D(2, 3, 4), new Stride3D.DenseXY(2, 6))[1, 1, 1];
        }
    }

    [Test]
    public void SpacesTurnOver()
    {
        long[] results = CheckWhole<int, long>(Kernel, s_numbers, 3);
        Assert.That(results, Is.EqualTo(new long[] { 17, 23, 23 }));

        static void Kernel(ArrayView<int> v, ArrayView<long> r)
        {
            r[0] = v.AsDense().As3DDenseXYView(new LongIndex3D(2, 3, 4)).AsTransposed()[2, 2, 1];
            r[1] = v.AsDense().As3DDenseZYView(new LongIndex3D(2, 3, 4)).AsTransposed()[3, 2, 1];
            r[2] = v.AsDense().As3DDenseZYView(new LongIndex3D(2, 3, 4)).AsDenseZY()[1, 2, 3];
        }
    }

    [Test]
    public void VariablesAreViewsOfOneElement()
    {
        long[] results = CheckWhole<long, long>(Kernel, [5, 7L << 32], 6);
        Assert.That(results, Is.EqualTo(new long[] { 7L << 32, 7, 8, 1, 1, 42 }));

        static void Kernel(ArrayView<long> v, ArrayView<long> r)
        {
            var first = new VariableView<long>(r.SubView(0, 1));
            first.CopyFrom(v.VariableView(1));
            r[1] = v.VariableView(1).SubView<int>(4).Value;
            r[2] = VariableView<long>.VariableSize;
            r[3] = first.IsValid ? 1 : 0;
            r[4] = first.BaseView.Length;
            first.Value = 42;
            first.CopyTo(r.VariableView(5));
            first.Value = v[1];
        }
    }

    [Test]
    public void AtomicsTakeEveryType()
    {
        long[] results = CheckWhole<long, long>(Kernel, [3], 20);
        Assert.That(results[..14], Is.EqualTo(new long[] { 0, 10, 0, 11, 0, 12, 0, 13, 0, 14, 0, 15, 0, 16 }));

        static void Kernel(ArrayView<long> v, ArrayView<long> r)
        {
            r[0] = Atomic.Exchange(ref r.Cast<int>()[2], 5);
            r[0] = Atomic.CompareExchange(ref r.Cast<int>()[2], 5, 10) - 5;
            r[2] = (long)Atomic.Exchange(ref r.Cast<uint>()[6], 6u);
            r[2] = (long)Atomic.CompareExchange(ref r.Cast<uint>()[6], 6u, 11u) - 6;
            r[4] = Atomic.Exchange(ref r[5], 7L);
            r[4] = Atomic.CompareExchange(ref r[5], 7L, 12L) - 7;
            r[6] = (long)Atomic.Exchange(ref r.Cast<ulong>()[7], 8ul);
            r[6] = (long)Atomic.CompareExchange(ref r.Cast<ulong>()[7], 8ul, 13ul) - 8;
            Atomic.Exchange(ref r.Cast<float>()[40 - 4], 1.5f);
            r[8] = (long)(2 * Atomic.CompareExchange(ref r.Cast<float>()[36], 1.5f, 14f)) - 3;
            r[9] = (long)r.Cast<float>()[36];
            Atomic.Exchange(ref r.Cast<double>()[19], 2.5);
            r[10] = (long)(2 * Atomic.CompareExchange(ref r.Cast<double>()[19], 2.5, 15)) - 5;
            r[11] = (long)r.Cast<double>()[19];
            Atomic.Exchange(ref r.Cast<Index1D>()[30], new Index1D(9));
            r[12] = Atomic.CompareExchange(ref r.Cast<Index1D>()[30], new Index1D(9), new Index1D(14)).X - 9;
            Atomic.Add(ref r.Cast<Index1D>()[30], new Index1D(2));
            r[13] = r.Cast<Index1D>()[30].X;
            r[18] = 0;
            r[19] = 0;
            r[15] = 0;
        }
    }

    [Test]
    public void HalvesConvertFromAndToEverything()
    {
        double[] results = CheckWhole<double, double>(Kernel, [2.75, -3.5, 7], 24);
        Assert.That(results, Is.EqualTo(new double[] { 2.75, 7, 7, 7, 7, 7, 7, 7, 7, 2, -3, 7, 7, 7, 7, 7, 7, 2.75, 1, 0, 1, 1, 6, 3.5 }));

        static void Kernel(ArrayView<double> x, ArrayView<double> r)
        {
            var h = (ILGPU.Half)x[0];
            var negative = (ILGPU.Half)(float)x[1];
            var seven = (ILGPU.Half)x[2];
            r[0] = h;
            r[1] = (ILGPU.Half)(byte)x[2];
            r[2] = (ILGPU.Half)(sbyte)x[2];
            r[3] = (ILGPU.Half)(short)x[2];
            r[4] = (ILGPU.Half)(ushort)x[2];
            r[5] = (ILGPU.Half)(int)x[2];
            r[6] = (ILGPU.Half)(uint)x[2];
            r[7] = (ILGPU.Half)(long)x[2];
            r[8] = (ILGPU.Half)(ulong)x[2];
            r[9] = (int)h;
            r[10] = (short)negative;
            r[11] = (byte)seven;
            r[12] = (sbyte)seven;
            r[13] = (ushort)seven;
            r[14] = (uint)seven;
            r[15] = (long)seven;
            r[16] = (ulong)seven;
            r[17] = (float)h;
            r[18] = (h < seven ? 1 : 0) * (h <= seven ? 1 : 0) * (seven > h ? 1 : 0) * (seven >= h ? 1 : 0) * (h != seven ? 1 : 0);
            r[19] = h == seven ? 1 : 0;
            r[20] = ILGPU.Half.IsFinite(h) && !ILGPU.Half.IsZero(h) && ILGPU.Half.IsZero(ILGPU.Half.Zero) ? 1 : 0;
            r[21] = ILGPU.Half.IsPositiveInfinity(ILGPU.Half.PositiveInfinity) && ILGPU.Half.IsNegativeInfinity(ILGPU.Half.NegativeInfinity)
                && ILGPU.Half.IsInfinity(ILGPU.Half.NegativeInfinity) && ILGPU.Half.IsNaN(ILGPU.Half.NaN)
                ? 1
                : 0;
            r[22] = seven - ILGPU.Half.One;
            r[23] = IntrinsicMath.Abs(negative);
        }
    }
}
