using ILGPU;
using ILGPU.Runtime;
using ILGPU.Util;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Conformance;

/// <summary>The small things of <see cref="ILGPU.Util"/>, and generic code over the interfaces of views.</summary>
public sealed class UtilityTests(string deviceName) : ConformanceFixture(deviceName)
{
    [Test]
    public void ValuesAreExchangedAndSelected()
    {
        int[] results = CheckWhole<int, int>(Kernel, [3, 8], 7);
        Assert.That(results, Is.EqualTo(new[] { 8, 3, 8, 3, 3, 8, 10 }));

        static void Kernel(ArrayView<int> v, ArrayView<int> r)
        {
            int a = v[0], b = v[1];
            Utilities.Swap(ref a, ref b);
            r[0] = a;
            r[1] = b;
            bool swapped = Utilities.Swap(v[0] > v[1], ref a, ref b);
            r[2] = a;
            r[6] = swapped ? 1 : 0;
            swapped = Utilities.Swap(v[0] < v[1], ref a, ref b);
            r[3] = a;
            r[6] += swapped ? 10 : 0;
            r[4] = Utilities.Select(v[0] < 5, v[0], v[1]);
            r[5] = Utilities.Select(v[0] > 5, v[0], v[1]);
        }
    }

    [Test]
    public void PowersAndDivisors()
    {
        long[] results = CheckWhole<long, long>(Kernel, [1, -64, 0, 6, long.MinValue, 84, 36, 7, 0], 11);
        Assert.That(results, Is.EqualTo(new long[] { 1, 1, 0, 0, 0, 1, 0, 12, 1, 84, 252 }));

        static void Kernel(ArrayView<long> v, ArrayView<long> r)
        {
            for (int i = 0; i < 5; i++)
            {
                r[i] = Utilities.IsPowerOf2(v[i]) ? 1 : 0;
            }

            r[5] = Utilities.IsPowerOf2((ulong)v[4]) ? 1 : 0;
            r[6] = Utilities.IsPowerOf2((ulong)v[8]) ? 1 : 0;
            r[7] = Utilities.GCD(v[5], v[6]);
            r[8] = Utilities.GCD(v[6], v[7]);
            r[9] = Utilities.GCD(v[5], v[8]);
            r[10] = Utilities.LCM(v[5], v[6]);
        }
    }

    [Test]
    public void LogicOnAllBits()
    {
        long[] results = CheckWhole<long, long>(Kernel, [0xC, 0xA, 1], 12);
        Assert.That(results, Is.EqualTo(new long[] { 8, 8, 8, 8, 14, 14, 14, 14, 0, 1, 0, 1 }));

        static void Kernel(ArrayView<long> v, ArrayView<long> r)
        {
            r[0] = Bitwise.And((int)v[0], (int)v[1]);
            r[1] = Bitwise.And((uint)v[0], (uint)v[1]);
            r[2] = Bitwise.And(v[0], v[1]);
            r[3] = (long)Bitwise.And((ulong)v[0], (ulong)v[1]);
            r[4] = Bitwise.Or((int)v[0], (int)v[1]);
            r[5] = Bitwise.Or((uint)v[0], (uint)v[1]);
            r[6] = Bitwise.Or(v[0], v[1]);
            r[7] = (long)Bitwise.Or((ulong)v[0], (ulong)v[1]);
            bool yes = v[2] == 1, no = v[2] == 0;
            r[8] = Bitwise.And(yes, no) ? 1 : 0;
            r[9] = Bitwise.Or(yes, no) ? 1 : 0;
            r[10] = Bitwise.And(yes, no, yes) ? 1 : 0;
            r[11] = Bitwise.Or(no, no, yes) ? 1 : 0;
        }
    }

    private static T Last<T, TView>(TView view)
        where T : unmanaged
        where TView : struct, IArrayView<T, LongIndex1D> => view[new LongIndex1D(view.Extent.X - 1)];

    private static int StrideOf<TView, TStride>(TView view)
        where TView : struct, IStridedArrayView<int, Index1D, TStride>
        where TStride : struct, IStride<Index1D> => view.Stride.StrideExtent.X;

    private static int First<TView>(TView view)
        where TView : struct, IArrayView<int, Index1D, LongIndex1D, Stride1D.General> =>
            view[new Index1D(0)] + view.IntLength + view.IntExtent.X;

    [Test]
    public void GenericCodeOverViews()
    {
        int[] results = CheckWhole<int, int>(Kernel, [1, 2, 3, 4, 5, 6], 4);
        Assert.That(results, Is.EqualTo(new[] { 6, 5, 2, 9 }));
        using var buffer = Accelerator.Allocate1D<int>(8);
        IContiguousArrayView<int> view = buffer.AsContiguous().SubView(3, 2);
        Assert.That((view.Index, view.IndexInBytes, ((IArrayView<int>)view).Length), Is.EqualTo((3L, 12L, 2L)));

        static void Kernel(ArrayView<int> v, ArrayView<int> r)
        {
            var everySecond = new ArrayView1D<int, Stride1D.General>(v, 3, new Stride1D.General(2));
            r[0] = Last<int, ArrayView<int>>(v);
            r[1] = Last<int, ArrayView1D<int, Stride1D.General>>(everySecond);
            r[2] = StrideOf<ArrayView1D<int, Stride1D.General>, Stride1D.General>(everySecond);
            r[3] = First(everySecond) - (everySecond.IntLength - 5);
        }
    }
}
