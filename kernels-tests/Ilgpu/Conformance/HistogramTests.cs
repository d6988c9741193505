using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Algorithms.ComparisonOperations;
using ILGPU.Algorithms.HistogramOperations;
using ILGPU.Runtime;
using NUnit.Framework;
using Half = ILGPU.Half;

namespace IlgpuGan.KernelsTests.Ilgpu.Conformance;

/// <summary>Histograms, and runs of equal neighbours made one element, against loops of the host.</summary>
public sealed class HistogramTests(string deviceName) : ConformanceFixture(deviceName)
{
    private AcceleratorStream Stream => Accelerator.DefaultStream;

    private readonly struct Remainder : IComputeSingleBinOperation<int, Index1D>
    {
        public Index1D ComputeHistogramBin(int value, Index1D numBins) => value % numBins.X;
    }

    /// <summary>A bin for each bit that a value has.</summary>
    private readonly struct BitsOf : IComputeMultiBinOperation<int, long, HistogramIncrementInt64>
    {
        public void ComputeHistogramBins(
            int value, ArrayView<long> histogram, in HistogramIncrementInt64 incrementOperation, out bool incrementOverflow)
        {
            incrementOverflow = false;
            for (int i = 0; i < histogram.Length; i++)
            {
                if (((value >> i) & 1) != 0)
                {
                    incrementOperation.Increment(ref histogram[i], out bool overflows);
                    incrementOverflow |= overflows;
                }
            }
        }
    }

    private delegate void Checked<TBin>(ArrayView1D<int, Stride1D.Dense> view, ArrayView<TBin> bins, ArrayView<int> overflow)
        where TBin : unmanaged;

    private void Check<TBin>(
        int length, TBin start, TBin most, Func<TBin, int, TBin> plus, Checked<TBin> count,
        Action<ArrayView1D<int, Stride1D.Dense>, ArrayView<TBin>> countUnchecked)
        where TBin : unmanaged
    {
        int[] values = [.. Enumerable.Range(0, length).Select(i => i * 37 % 1001)];
        using var view = Accelerator.Allocate1D<int>(length + 1);
        view.View.SubView(0, length).BaseView.CopyFromCPU(values);
        using var bins = Accelerator.Allocate1D([start, start, start]);
        using var overflow = Accelerator.Allocate1D([0]);
        count(view.View.SubView(0, length), bins.AsContiguous(), overflow.AsContiguous());
        TBin[] expected = [.. Enumerable.Range(0, 3).Select(bin => plus(start, values.Count(v => v % 3 == bin)))];
        Assert.That(bins.GetAsArray1D(), Is.EqualTo(expected));
        Assert.That(overflow.GetAsArray1D()[0], Is.Zero);
        countUnchecked(view.View.SubView(0, length), bins.AsContiguous());
        Assert.That(bins.GetAsArray1D(), Is.EqualTo(expected.Select((e, bin) => plus(e, values.Count(v => v % 3 == bin)))), "on top");
        if (length > 0)
        {
            bins.CopyFromCPU([most, most, most]);
            count(view.View.SubView(0, length), bins.AsContiguous(), overflow.AsContiguous());
            Assert.That(overflow.GetAsArray1D()[0], Is.EqualTo(1));
        }
    }

    [Test]
    public void BinsOfEveryType([Values(0, 1, 1000)] int length)
    {
        Check(
            length, 3, int.MaxValue, (a, b) => a + b, (v, h, o) => Accelerator.Histogram<int, Stride1D.Dense, Remainder>(Stream, v, h, o),
            (v, h) => Accelerator.HistogramUnchecked<int, Stride1D.Dense, Remainder>(Stream, v, h));
        Check(
            length, 3L, long.MaxValue, (a, b) => a + b, (v, h, o) => Accelerator.Histogram<int, Stride1D.Dense, Remainder>(Stream, v, h, o),
            (v, h) => Accelerator.HistogramUnchecked<int, Stride1D.Dense, Remainder>(Stream, v, h));
        Check(
            length, 3u, uint.MaxValue, (a, b) => a + (uint)b,
            (v, h, o) => Accelerator.Histogram<int, Stride1D.Dense, Remainder>(Stream, v, h, o),
            (v, h) => Accelerator.HistogramUnchecked<int, Stride1D.Dense, Remainder>(Stream, v, h));
        Check(
            length, 3ul, ulong.MaxValue, (a, b) => a + (ulong)b,
            (v, h, o) => Accelerator.Histogram<int, Stride1D.Dense, Remainder>(Stream, v, h, o),
            (v, h) => Accelerator.HistogramUnchecked<int, Stride1D.Dense, Remainder>(Stream, v, h));
        Check(
            length, 3f, float.MaxValue, (a, b) => a + b,
            (v, h, o) => Accelerator.Histogram<int, Stride1D.Dense, Remainder>(Stream, v, h, o),
            (v, h) => Accelerator.HistogramUnchecked<int, Stride1D.Dense, Remainder>(Stream, v, h));
        Check(
            length, 3d, double.MaxValue, (a, b) => a + b,
            (v, h, o) => Accelerator.Histogram<int, Stride1D.Dense, Remainder>(Stream, v, h, o),
            (v, h) => Accelerator.HistogramUnchecked<int, Stride1D.Dense, Remainder>(Stream, v, h));
    }

    [Test]
    public void AValueInManyBins()
    {
        int[] values = [.. Enumerable.Range(0, 777)];
        long[] expected = [.. Enumerable.Range(0, 5).Select(bit => (long)values.Count(v => ((v >> bit) & 1) != 0))];
        using var view = Accelerator.Allocate1D(values);
        using var bins = Accelerator.Allocate1D(new long[5]);
        using var overflow = Accelerator.Allocate1D([0]);
        Accelerator.Histogram<int, Stride1D.Dense, long, HistogramIncrementInt64, BitsOf>(
            Stream, view.View, bins.AsContiguous(), overflow.AsContiguous());
        Assert.That(bins.GetAsArray1D(), Is.EqualTo(expected));
        Accelerator.HistogramUnchecked<int, Stride1D.Dense, long, HistogramIncrementInt64, BitsOf>(Stream, view.View, bins.AsContiguous());
        Assert.That(bins.GetAsArray1D(), Is.EqualTo(expected.Select(e => 2 * e)));
        Accelerator.CreateHistogram<int, Stride1D.General, long, HistogramIncrementInt64, BitsOf>()(
            Stream, view.View.AsGeneral(), bins.AsContiguous(), overflow.AsContiguous());
        Accelerator.CreateHistogramUnchecked<int, Stride1D.General, long, HistogramIncrementInt64, BitsOf>()(
            Stream, view.View.AsGeneral(), bins.AsContiguous());
        Assert.That(bins.GetAsArray1D(), Is.EqualTo(expected.Select(e => 4 * e)));
        Assert.That(overflow.GetAsArray1D()[0], Is.Zero);
        Assert.That(
            () => Accelerator.Histogram<int, Stride1D.Dense, Remainder>(Stream, view.View, bins.AsContiguous(), default),
            Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    private void CheckUnique<T, TComparison>(Func<int, T> element, Func<ArrayView<T>, long> unique)
        where T : unmanaged
        where TComparison : struct, IComparisonOperation<T>
    {
        T[] values = [.. Enumerable.Range(0, 301).Select(i => element(i * i % 97 / 20))];
        T[] expected = [.. values.Where((v, i) => i == 0 || !v.Equals(values[i - 1]))];
        using var view = Accelerator.Allocate1D(values);
        long count = unique(view.AsContiguous());
        Assert.That(view.GetAsArray1D()[..(int)count], Is.EqualTo(expected));
        TComparison comparison = default;
        Assert.That(
            (
                Math.Sign(comparison.Compare(element(1), element(2))), comparison.Compare(element(2), element(2)),
                Math.Sign(comparison.Compare(element(2), element(1)))),
            Is.EqualTo((-1, 0, 1)));
    }

    [Test]
    public void RunsOfEveryType()
    {
        CheckUnique<sbyte, ComparisonInt8>(i => (sbyte)i, v => Accelerator.Unique(Stream, v));
        CheckUnique<byte, ComparisonUInt8>(i => (byte)i, v => Accelerator.Unique(Stream, v));
        CheckUnique<short, ComparisonInt16>(i => (short)i, v => Accelerator.Unique(Stream, v));
        CheckUnique<ushort, ComparisonUInt16>(i => (ushort)i, v => Accelerator.Unique(Stream, v));
        CheckUnique<int, ComparisonInt32>(i => i, v => Accelerator.Unique(Stream, v));
        CheckUnique<uint, ComparisonUInt32>(i => (uint)i, v => Accelerator.Unique(Stream, v));
        CheckUnique<long, ComparisonInt64>(i => i, v => Accelerator.Unique(Stream, v));
        CheckUnique<ulong, ComparisonUInt64>(i => (ulong)i, v => Accelerator.Unique(Stream, v));
        CheckUnique<Half, ComparisonHalf>(i => (Half)i, v => Accelerator.Unique(Stream, v));
        CheckUnique<float, ComparisonFloat>(i => i, v => Accelerator.Unique(Stream, v));
        CheckUnique<double, ComparisonDouble>(i => i, v => Accelerator.Unique(Stream, v));
    }

    [Test]
    public void FloatsCompareAsInDotNet()
    {
        float[] values = [float.NaN, float.NegativeInfinity, -1, -0f, 0, 1, float.PositiveInfinity];
        foreach (float a in values)
        {
            foreach (float b in values)
            {
                Assert.That(default(ComparisonFloat).Compare(a, b), Is.EqualTo(a.CompareTo(b)), $"{a} and {b}");
                Assert.That(default(ComparisonDouble).Compare(a, b), Is.EqualTo(((double)a).CompareTo(b)), $"{a} and {b}");
                Assert.That(default(ComparisonHalf).Compare((Half)a, (Half)b), Is.EqualTo(a.CompareTo(b)), $"{a} and {b}");
            }
        }
    }

    /// <summary>Equal if the last digit is left aside.</summary>
    private readonly struct Tens : IComparisonOperation<long>
    {
        public int Compare(long first, long second) => (first / 10).CompareTo(second / 10);
    }

    [Test]
    public void RunsOfAnyLength([Values(0, 1, 2, 256, 5003, 70001)] int length, [Values(1, 3, 1000)] int run)
    {
        long[] values = [.. Enumerable.Range(0, length).Select(i => (i / run * 10L) + (i % 10))];
        long[] expected = [.. values.Where((v, i) => i == 0 || v / 10 != values[i - 1] / 10)];
        using var view = Accelerator.Allocate1D<long>(length + 1);
        view.View.SubView(0, length).BaseView.CopyFromCPU(values);
        using var count = Accelerator.Allocate1D<long>(1);
        using var temp = Accelerator.Allocate1D<int>(Accelerator.ComputeUniqueTempStorageSize<long>(length));
        Unique<long> unique = Accelerator.CreateUnique<long, Tens>();
        unique(Stream, view.AsContiguous().SubView(0, length), count.AsContiguous(), temp.AsContiguous());
        Assert.That(count.GetAsArray1D()[0], Is.EqualTo(expected.Length));
        Assert.That(view.GetAsArray1D()[..expected.Length], Is.EqualTo(expected));
        view.View.SubView(0, length).BaseView.CopyFromCPU(values);
        Assert.That(Accelerator.Unique<long, Tens>(Stream, view.AsContiguous().SubView(0, length)), Is.EqualTo(expected.Length));
        Assert.That(() => unique(Stream, view.AsContiguous(), count.AsContiguous(), default), Throws.TypeOf<ArgumentOutOfRangeException>());
    }
}
