using ILGPU;
using ILGPU.Runtime;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Conformance;

/// <summary>Every member of the index types, in kernels; the expected values are computed component by component.</summary>
public sealed class IndexMemberTests(string deviceName) : ConformanceFixture(deviceName)
{
    private static readonly long[] s_components = [7, 40, 9, 3, 50, 4];

    private void CheckMembers(Action<ArrayView<long>, ArrayView<long>> kernel, int rank, bool isLong, IndexType type)
    {
        long[] a = s_components[..rank], b = s_components[3..(3 + rank)];
        List<long> expected = [];
        Func<long, long, long>[] binary = [(x, y) => x + y, (x, y) => x - y, (x, y) => x * y, (x, y) => x / y, Math.Min, Math.Max];
        foreach (var operation in binary)
        {
            expected.AddRange(a.Zip(b, operation));
        }
        foreach (var operation in binary[..4].Concat(binary[..2]))
        {
            expected.AddRange(a.Zip(b, operation));
        }
        expected.AddRange(a.Zip(b, (x, y) => Math.Clamp(x, 5, y + 5)));
        expected.AddRange(Enumerable.Repeat(-1L, rank).Concat(Enumerable.Repeat(0L, rank)).Concat(Enumerable.Repeat(1L, rank)));
        bool within = a.Zip(b).All(pair => pair.First < pair.Second), inclusive = a.Zip(b).All(pair => pair.First <= pair.Second);
        expected.AddRange([0, 1, within ? 1 : 0, inclusive ? 1 : 0, 1, 0, 0, 1]);
        expected.Add(a.Aggregate(1L, (product, x) => product * x));
        if (!isLong)
        {
            expected.Add(a.Aggregate(1L, (product, x) => product * x));
        }
        expected.Add((long)type);
        expected.AddRange(a);
        Assert.That(CheckWhole(kernel, s_components, expected.Count), Is.EqualTo(expected));
    }

    [Test]
    public void OneDimension() => CheckMembers(Index1DMembers, rank: 1, isLong: false, IndexType.Index1D);

    private static void Index1DMembers(ArrayView<long> c, ArrayView<long> r)
    {
        var a = new Index1D((int)c[0]);
        var b = new Index1D((int)c[3]);
        int k = 0;
        Put(a + b, r, ref k);
        Put(a - b, r, ref k);
        Put(a * b, r, ref k);
        Put(a / b, r, ref k);
        Put(Index1D.Min(a, b), r, ref k);
        Put(Index1D.Max(a, b), r, ref k);
        Put(Index1D.Add(a, b), r, ref k);
        Put(Index1D.Subtract(a, b), r, ref k);
        Put(Index1D.Multiply(a, b), r, ref k);
        Put(Index1D.Divide(a, b), r, ref k);
        Put(a.Add(b), r, ref k);
        Put(a.Subtract(b), r, ref k);
        Put(Index1D.Clamp(a, new Index1D(5), b + new Index1D(5)), r, ref k);
        Put(Index1D.Invalid, r, ref k);
        Put(Index1D.Zero, r, ref k);
        Put(Index1D.One, r, ref k);
        r[k++] = a.IsFirst ? 1 : 0;
        r[k++] = Index1D.Zero.IsFirst ? 1 : 0;
        r[k++] = a.InBounds(b) ? 1 : 0;
        r[k++] = a.InBoundsInclusive(b) ? 1 : 0;
        r[k++] = a == new Index1D((int)c[0]) ? 1 : 0;
        r[k++] = a != new Index1D((int)c[0]) ? 1 : 0;
        r[k++] = a == b ? 1 : 0;
        r[k++] = a != b ? 1 : 0;
        r[k++] = a.Size;
        r[k++] = a.LongSize;
        r[k++] = (long)a.IndexType;
        Put(a.ToLongIndex(), r, ref k);
    }

    [Test]
    public void TwoDimensions() => CheckMembers(Index2DMembers, rank: 2, isLong: false, IndexType.Index2D);

    private static void Index2DMembers(ArrayView<long> c, ArrayView<long> r)
    {
        var a = new Index2D((int)c[0], (int)c[1]);
        var b = new Index2D((int)c[3], (int)c[4]);
        int k = 0;
        Put(a + b, r, ref k);
        Put(a - b, r, ref k);
        Put(a * b, r, ref k);
        Put(a / b, r, ref k);
        Put(Index2D.Min(a, b), r, ref k);
        Put(Index2D.Max(a, b), r, ref k);
        Put(Index2D.Add(a, b), r, ref k);
        Put(Index2D.Subtract(a, b), r, ref k);
        Put(Index2D.Multiply(a, b), r, ref k);
        Put(Index2D.Divide(a, b), r, ref k);
        Put(a.Add(b), r, ref k);
        Put(a.Subtract(b), r, ref k);
        Put(Index2D.Clamp(a, new Index2D(5, 5), b + new Index2D(5, 5)), r, ref k);
        Put(Index2D.Invalid, r, ref k);
        Put(Index2D.Zero, r, ref k);
        Put(Index2D.One, r, ref k);
        r[k++] = a.IsFirst ? 1 : 0;
        r[k++] = Index2D.Zero.IsFirst ? 1 : 0;
        r[k++] = a.InBounds(b) ? 1 : 0;
        r[k++] = a.InBoundsInclusive(b) ? 1 : 0;
        r[k++] = a == new Index2D((int)c[0], (int)c[1]) ? 1 : 0;
        r[k++] = a != new Index2D((int)c[0], (int)c[1]) ? 1 : 0;
        r[k++] = a == b ? 1 : 0;
        r[k++] = a != b ? 1 : 0;
        r[k++] = a.Size;
        r[k++] = a.LongSize;
        r[k++] = (long)a.IndexType;
        Put(a.ToLongIndex(), r, ref k);
    }

    [Test]
    public void ThreeDimensions() => CheckMembers(Index3DMembers, rank: 3, isLong: false, IndexType.Index3D);

    private static void Index3DMembers(ArrayView<long> c, ArrayView<long> r)
    {
        var a = new Index3D((int)c[0], (int)c[1], (int)c[2]);
        var b = new Index3D((int)c[3], (int)c[4], (int)c[5]);
        int k = 0;
        Put(a + b, r, ref k);
        Put(a - b, r, ref k);
        Put(a * b, r, ref k);
        Put(a / b, r, ref k);
        Put(Index3D.Min(a, b), r, ref k);
        Put(Index3D.Max(a, b), r, ref k);
        Put(Index3D.Add(a, b), r, ref k);
        Put(Index3D.Subtract(a, b), r, ref k);
        Put(Index3D.Multiply(a, b), r, ref k);
        Put(Index3D.Divide(a, b), r, ref k);
        Put(a.Add(b), r, ref k);
        Put(a.Subtract(b), r, ref k);
        Put(Index3D.Clamp(a, new Index3D(5, 5, 5), b + new Index3D(5, 5, 5)), r, ref k);
        Put(Index3D.Invalid, r, ref k);
        Put(Index3D.Zero, r, ref k);
        Put(Index3D.One, r, ref k);
        r[k++] = a.IsFirst ? 1 : 0;
        r[k++] = Index3D.Zero.IsFirst ? 1 : 0;
        r[k++] = a.InBounds(b) ? 1 : 0;
        r[k++] = a.InBoundsInclusive(b) ? 1 : 0;
        r[k++] = a == new Index3D((int)c[0], (int)c[1], (int)c[2]) ? 1 : 0;
        r[k++] = a != new Index3D((int)c[0], (int)c[1], (int)c[2]) ? 1 : 0;
        r[k++] = a == b ? 1 : 0;
        r[k++] = a != b ? 1 : 0;
        r[k++] = a.Size;
        r[k++] = a.LongSize;
        r[k++] = (long)a.IndexType;
        Put(a.ToLongIndex(), r, ref k);
    }

    [Test]
    public void OneLongDimension() => CheckMembers(LongIndex1DMembers, rank: 1, isLong: true, IndexType.LongIndex1D);

    private static void LongIndex1DMembers(ArrayView<long> c, ArrayView<long> r)
    {
        var a = new LongIndex1D(c[0]);
        var b = new LongIndex1D(c[3]);
        int k = 0;
        Put(a + b, r, ref k);
        Put(a - b, r, ref k);
        Put(a * b, r, ref k);
        Put(a / b, r, ref k);
        Put(LongIndex1D.Min(a, b), r, ref k);
        Put(LongIndex1D.Max(a, b), r, ref k);
        Put(LongIndex1D.Add(a, b), r, ref k);
        Put(LongIndex1D.Subtract(a, b), r, ref k);
        Put(LongIndex1D.Multiply(a, b), r, ref k);
        Put(LongIndex1D.Divide(a, b), r, ref k);
        Put(a.Add(b), r, ref k);
        Put(a.Subtract(b), r, ref k);
        Put(LongIndex1D.Clamp(a, new LongIndex1D(5), b + new LongIndex1D(5)), r, ref k);
        Put(LongIndex1D.Invalid, r, ref k);
        Put(LongIndex1D.Zero, r, ref k);
        Put(LongIndex1D.One, r, ref k);
        r[k++] = a.IsFirst ? 1 : 0;
        r[k++] = LongIndex1D.Zero.IsFirst ? 1 : 0;
        r[k++] = a.InBounds(b) ? 1 : 0;
        r[k++] = a.InBoundsInclusive(b) ? 1 : 0;
        r[k++] = a == new LongIndex1D(c[0]) ? 1 : 0;
        r[k++] = a != new LongIndex1D(c[0]) ? 1 : 0;
        r[k++] = a == b ? 1 : 0;
        r[k++] = a != b ? 1 : 0;
        r[k++] = a.Size;
        r[k++] = (long)a.IndexType;
        Put(a.ToIntIndex(), r, ref k);
    }

    [Test]
    public void TwoLongDimensions() => CheckMembers(LongIndex2DMembers, rank: 2, isLong: true, IndexType.LongIndex2D);

    private static void LongIndex2DMembers(ArrayView<long> c, ArrayView<long> r)
    {
        var a = new LongIndex2D(c[0], c[1]);
        var b = new LongIndex2D(c[3], c[4]);
        int k = 0;
        Put(a + b, r, ref k);
        Put(a - b, r, ref k);
        Put(a * b, r, ref k);
        Put(a / b, r, ref k);
        Put(LongIndex2D.Min(a, b), r, ref k);
        Put(LongIndex2D.Max(a, b), r, ref k);
        Put(LongIndex2D.Add(a, b), r, ref k);
        Put(LongIndex2D.Subtract(a, b), r, ref k);
        Put(LongIndex2D.Multiply(a, b), r, ref k);
        Put(LongIndex2D.Divide(a, b), r, ref k);
        Put(a.Add(b), r, ref k);
        Put(a.Subtract(b), r, ref k);
        Put(LongIndex2D.Clamp(a, new LongIndex2D(5, 5), b + new LongIndex2D(5, 5)), r, ref k);
        Put(LongIndex2D.Invalid, r, ref k);
        Put(LongIndex2D.Zero, r, ref k);
        Put(LongIndex2D.One, r, ref k);
        r[k++] = a.IsFirst ? 1 : 0;
        r[k++] = LongIndex2D.Zero.IsFirst ? 1 : 0;
        r[k++] = a.InBounds(b) ? 1 : 0;
        r[k++] = a.InBoundsInclusive(b) ? 1 : 0;
        r[k++] = a == new LongIndex2D(c[0], c[1]) ? 1 : 0;
        r[k++] = a != new LongIndex2D(c[0], c[1]) ? 1 : 0;
        r[k++] = a == b ? 1 : 0;
        r[k++] = a != b ? 1 : 0;
        r[k++] = a.Size;
        r[k++] = (long)a.IndexType;
        Put(a.ToIntIndex(), r, ref k);
    }

    [Test]
    public void ThreeLongDimensions() => CheckMembers(LongIndex3DMembers, rank: 3, isLong: true, IndexType.LongIndex3D);

    private static void LongIndex3DMembers(ArrayView<long> c, ArrayView<long> r)
    {
        var a = new LongIndex3D(c[0], c[1], c[2]);
        var b = new LongIndex3D(c[3], c[4], c[5]);
        int k = 0;
        Put(a + b, r, ref k);
        Put(a - b, r, ref k);
        Put(a * b, r, ref k);
        Put(a / b, r, ref k);
        Put(LongIndex3D.Min(a, b), r, ref k);
        Put(LongIndex3D.Max(a, b), r, ref k);
        Put(LongIndex3D.Add(a, b), r, ref k);
        Put(LongIndex3D.Subtract(a, b), r, ref k);
        Put(LongIndex3D.Multiply(a, b), r, ref k);
        Put(LongIndex3D.Divide(a, b), r, ref k);
        Put(a.Add(b), r, ref k);
        Put(a.Subtract(b), r, ref k);
        Put(LongIndex3D.Clamp(a, new LongIndex3D(5, 5, 5), b + new LongIndex3D(5, 5, 5)), r, ref k);
        Put(LongIndex3D.Invalid, r, ref k);
        Put(LongIndex3D.Zero, r, ref k);
        Put(LongIndex3D.One, r, ref k);
        r[k++] = a.IsFirst ? 1 : 0;
        r[k++] = LongIndex3D.Zero.IsFirst ? 1 : 0;
        r[k++] = a.InBounds(b) ? 1 : 0;
        r[k++] = a.InBoundsInclusive(b) ? 1 : 0;
        r[k++] = a == new LongIndex3D(c[0], c[1], c[2]) ? 1 : 0;
        r[k++] = a != new LongIndex3D(c[0], c[1], c[2]) ? 1 : 0;
        r[k++] = a == b ? 1 : 0;
        r[k++] = a != b ? 1 : 0;
        r[k++] = a.Size;
        r[k++] = (long)a.IndexType;
        Put(a.ToIntIndex(), r, ref k);
    }

    private static void Put(Index1D value, ArrayView<long> r, ref int k)
    {
        r[k++] = value.X;
    }

    private static void Put(Index2D value, ArrayView<long> r, ref int k)
    {
        r[k++] = value.X;
        r[k++] = value.Y;
    }

    private static void Put(Index3D value, ArrayView<long> r, ref int k)
    {
        r[k++] = value.X;
        r[k++] = value.Y;
        r[k++] = value.Z;
    }

    private static void Put(LongIndex1D value, ArrayView<long> r, ref int k)
    {
        r[k++] = value.X;
    }

    private static void Put(LongIndex2D value, ArrayView<long> r, ref int k)
    {
        r[k++] = value.X;
        r[k++] = value.Y;
    }

    private static void Put(LongIndex3D value, ArrayView<long> r, ref int k)
    {
        r[k++] = value.X;
        r[k++] = value.Y;
        r[k++] = value.Z;
    }
}
