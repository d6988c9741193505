using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Algorithms.RadixSortOperations;
using ILGPU.Algorithms.ScanReduceOperations;
using ILGPU.Runtime;
using NUnit.Framework;
using Half = ILGPU.Half;

namespace IlgpuGan.KernelsTests.Ilgpu.Conformance;

/// <summary>
/// Sorts against the stable order of LINQ, bit for bit: every type, random bits (NaN of all kinds among them) and values at the edges.
/// </summary>
public sealed class RadixSortTests(string deviceName) : ConformanceFixture(deviceName)
{
    private const int Count = 301;

    /// <summary>The values at the edges, each three times, between random bits.</summary>
    private static T[] Keys<T>(int count, params T[] edges)
        where T : unmanaged
    {
        var keys = new T[count];
        new Random(count).NextBytes(MemoryMarshal.AsBytes(keys.AsSpan()));
        for (int i = 0; i < 3 * edges.Length; i++)
        {
            keys[(i * 7) % count] = edges[i % edges.Length];
        }
        return keys;
    }

    private static byte[] Bytes<T>(IEnumerable<T> values)
        where T : unmanaged => MemoryMarshal.AsBytes(values.ToArray().AsSpan()).ToArray();

    /// <summary>OpenCL's compilers take seconds for each sort; there, an integer, a floating type and pairs stand for the others.</summary>
    private void SkipWhereCompilingIsSlow()
    {
        if (Accelerator.AcceleratorType == AcceleratorType.OpenCL)
        {
            Assert.Ignore("The OpenCL compiler takes seconds for each sort; Int32, Double and pairs are tested.");
        }
    }

    private void Check<T, TAscending, TDescending>(T[] keys, IComparer<T>? order = null)
        where T : unmanaged
        where TAscending : struct, IRadixSortOperation<T>
        where TDescending : struct, IRadixSortOperation<T>
    {
        if (typeof(T) != typeof(int) && typeof(T) != typeof(double))
        {
            SkipWhereCompilingIsSlow();
        }
        Assert.That(Bytes(Sorted<T, TAscending>(keys)), Is.EqualTo(Bytes(keys.OrderBy(key => key, order))), "ascending");
        Assert.That(Bytes(Sorted<T, TDescending>(keys)), Is.EqualTo(Bytes(keys.OrderByDescending(key => key, order))), "descending");
        TAscending ascending = default;
        TDescending descending = default;
        int bits = 8 * Interop.SizeOf<T>();
        Assert.That((ascending.NumBits, descending.NumBits), Is.EqualTo((bits, bits)));
        IComparer<T> comparer = order ?? Comparer<T>.Default;
        Assert.That(comparer.Compare(ascending.DefaultValue, descending.DefaultValue), Is.Positive);
    }

    private T[] Sorted<T, TOperation>(T[] keys)
        where T : unmanaged
        where TOperation : struct, IRadixSortOperation<T>
    {
        using var view = Accelerator.Allocate1D(keys);
        using var temp = Accelerator.Allocate1D<int>(Accelerator.ComputeRadixSortTempStorageSize<T, TOperation>(keys.Length));
        Accelerator.CreateRadixSort<T, Stride1D.Dense, TOperation>()(Accelerator.DefaultStream, view.View, temp.AsContiguous());
        return view.GetAsArray1D();
    }

    [Test]
    public void AnyLength([Values(0, 1, 2, 127, 128, 1000)] int length)
    {
        int[] keys = [.. Enumerable.Range(0, length).Select(i => (i * 7919 % 211) - 105)];
        using var view = Accelerator.Allocate1D<int>(length + 1);
        view.View.SubView(0, length).BaseView.CopyFromCPU(keys);
        using var temp = Accelerator.Allocate1D<int>(Accelerator.ComputeRadixSortTempStorageSize<int, AscendingInt32>(length));
        Accelerator.CreateRadixSort<int, Stride1D.Dense, AscendingInt32>()(
            Accelerator.DefaultStream, view.View.SubView(0, length), temp.AsContiguous());
        Assert.That(view.GetAsArray1D()[..length], Is.EqualTo(keys.Order()));
    }

    [Test]
    public void ValuesFollowTheirKeysAndEqualKeysKeepTheirOrder([Values(0, 1, 301)] int length)
    {
        float[] keys = [.. Enumerable.Range(0, length)
            .Select(i => (i * 37 % 11) switch { 0 => float.NaN, 1 => -0f, 2 => 0f, 3 => float.NegativeInfinity, int k => 5 - k })];
        long[] values = [.. Enumerable.Range(0, length).Select(i => (long)i << 33)];
        using var keyBuffer = Accelerator.Allocate1D<float>(length + 1);
        using var valueBuffer = Accelerator.Allocate1D<long>(length + 1);
        var keyView = keyBuffer.View.SubView(0, length).AsGeneral();
        var valueView = valueBuffer.View.SubView(0, length).AsGeneral();
        keyView.BaseView.CopyFromCPU(keys);
        valueView.BaseView.CopyFromCPU(values);
        using var temp =
            Accelerator.Allocate1D<int>(Accelerator.ComputeRadixSortPairsTempStorageSize<float, long, DescendingFloat>(length));
        var sort = Accelerator.CreateRadixSortPairs<float, Stride1D.General, long, Stride1D.General, DescendingFloat>();
        sort(Accelerator.DefaultStream, keyView, valueView, temp.AsContiguous());
        int[] order = [.. Enumerable.Range(0, length).OrderByDescending(i => keys[i])];
        Assert.That(Bytes(keyBuffer.GetAsArray1D()[..length]), Is.EqualTo(Bytes(order.Select(i => keys[i]))));
        Assert.That(valueBuffer.GetAsArray1D()[..length], Is.EqualTo(order.Select(i => values[i])));
    }

    [Test]
    public void WhatIsTooShortIsRefused()
    {
        SkipWhereCompilingIsSlow();
        using var view = Accelerator.Allocate1D<int>(300);
        using var temp = Accelerator.Allocate1D<int>(300);
        Assert.That(
            () =>
                Accelerator.CreateRadixSort<int, Stride1D.Dense, AscendingInt32>()(
                    Accelerator.DefaultStream, view.View, temp.AsContiguous()),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("temp"));
        var pairs = Accelerator.CreateRadixSortPairs<int, Stride1D.Dense, int, Stride1D.Dense, AscendingInt32>();
        Assert.That(
            () => pairs(Accelerator.DefaultStream, view.View, temp.View.SubView(0, 299), temp.AsContiguous()),
            Throws.TypeOf<ArgumentOutOfRangeException>().With.Property("ParamName").EqualTo("values"));
        Assert.That(() => Accelerator.CreateRadixSortProvider(0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => Accelerator.CreateScanProvider(0), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    [Test]
    public void ProvidersHaveTheirOwnMemory()
    {
        SkipWhereCompilingIsSlow();
        uint[] data = Keys<uint>(200, 0, uint.MaxValue);
        using var keys = Accelerator.Allocate1D(data);
        using var values = Accelerator.Allocate1D(data);
        using RadixSortProvider sorts =
            Accelerator.CreateRadixSortProvider(Accelerator.ComputeRadixSortPairsTempStorageSize<uint, uint, AscendingUInt32>(data.Length));
        sorts.CreateRadixSort<uint, Stride1D.Dense, DescendingUInt32>()(Accelerator.DefaultStream, keys.View);
        Assert.That(keys.GetAsArray1D(), Is.EqualTo(data.OrderDescending()));
        values.CopyFrom(keys);
        sorts.CreateRadixSortPairs<uint, Stride1D.Dense, uint, Stride1D.Dense, AscendingUInt32>()(
            Accelerator.DefaultStream, keys.View, values.View);
        Assert.That((keys.GetAsArray1D(), values.GetAsArray1D()), Is.EqualTo((data.Order().ToArray(), data.Order().ToArray())));
        using ScanProvider scans = Accelerator.CreateScanProvider<uint>(data.Length);
        scans.CreateScan<uint, Stride1D.Dense, Stride1D.Dense, MaxUInt32>(ScanKind.Inclusive)(
            Accelerator.DefaultStream, keys.View, values.View);
        Assert.That(values.GetAsArray1D(), Is.EqualTo(data.Order()));
    }

    /// <summary>The residue by 1000: ten bits, two and a half digits; the fourth pass has nothing left to sort by.</summary>
    private readonly struct ByResidue : IRadixSortOperation<uint>
    {
        public int NumBits => 10;

        public uint DefaultValue => 999;

        public int ExtractRadixBits(uint value, int shift, int bitMask) => (int)((value % 1000) >> shift) & bitMask;
    }

    [Test]
    public void UsersOrders()
    {
        SkipWhereCompilingIsSlow();
        uint[] keys = Keys<uint>(Count);
        Assert.That(Sorted<uint, ByResidue>(keys), Is.EqualTo(keys.OrderBy(key => key % 1000)));
    }

    private readonly struct ByLowByte : IRadixSortOperation<uint>
    {
        public int NumBits => 8;

        public uint DefaultValue => byte.MaxValue;

        public int ExtractRadixBits(uint value, int shift, int bitMask) => (int)(value >> shift) & bitMask;
    }

    /// <summary>More elements than all groups' threads: every group goes over its share in several steps.</summary>
    [Test]
    public void GroupsTakeSeveralSteps()
    {
        uint[] keys = Keys<uint>(33_001);
        Assert.That(Bytes(Sorted<uint, ByLowByte>(keys)), Is.EqualTo(Bytes(keys.OrderBy(key => key & byte.MaxValue))));
    }

    [Test]
    public void Int8() => Check<sbyte, AscendingInt8, DescendingInt8>(Keys<sbyte>(Count));

    [Test]
    public void Int16() => Check<short, AscendingInt16, DescendingInt16>(Keys<short>(Count, short.MinValue, -1, 0, short.MaxValue));

    [Test]
    public void Int32() => Check<int, AscendingInt32, DescendingInt32>(Keys(Count, int.MinValue, -1, 0, int.MaxValue));

    [Test]
    public void Int64() => Check<long, AscendingInt64, DescendingInt64>(Keys(Count, long.MinValue, -1, 0, long.MaxValue));

    [Test]
    public void UInt8() => Check<byte, AscendingUInt8, DescendingUInt8>(Keys<byte>(Count));

    [Test]
    public void UInt16() => Check<ushort, AscendingUInt16, DescendingUInt16>(Keys<ushort>(Count, 0, ushort.MaxValue));

    [Test]
    public void UInt32() => Check<uint, AscendingUInt32, DescendingUInt32>(Keys<uint>(Count, 0, uint.MaxValue));

    [Test]
    public void UInt64() => Check<ulong, AscendingUInt64, DescendingUInt64>(Keys<ulong>(Count, 0, ulong.MaxValue));

    [Test]
    public void HalfPrecision() => Check<Half, AscendingHalf, DescendingHalf>(
        Keys(Count, Half.NaN, (Half)(-0f), (Half)0f, Half.NegativeInfinity, Half.PositiveInfinity),
        Comparer<Half>.Create((a, b) => ((float)a).CompareTo(b)));

    [Test]
    public void Float() => Check<float, AscendingFloat, DescendingFloat>(
        Keys(Count, float.NaN, -float.NaN, -0f, 0f, float.NegativeInfinity, float.PositiveInfinity, float.Epsilon, -float.Epsilon));

    [Test]
    public void Double() => Check<double, AscendingDouble, DescendingDouble>(
        Keys(Count, double.NaN, -double.NaN, -0.0, 0.0, double.NegativeInfinity, double.PositiveInfinity, double.Epsilon, -double.Epsilon));
}
