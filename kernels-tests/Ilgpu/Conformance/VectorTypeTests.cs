using System.Numerics;
using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Algorithms.Random;
using ILGPU.Algorithms.Vectors;
using ILGPU.Runtime;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Conformance;

/// <summary>Vectors of every type and length against their elements.</summary>
public sealed class VectorTypeTests(string deviceName) : ConformanceFixture(deviceName)
{
    private const int Count = 65;

    private struct Collect<TVector, TElement> : IVectorElementIterator<TVector, TElement>
        where TVector : struct, IVectorType<TVector, TElement>
        where TElement : unmanaged, INumber<TElement>
    {
        public TElement Weight;

        public TElement Sum;

        public void Iterate(TElement value, int index)
        {
            Weight += TElement.One;
            Sum += value * Weight;
        }
    }

    private void Check<TVector, TElement>()
        where TVector : unmanaged, IVectorType<TVector, TElement>
        where TElement : unmanaged, INumber<TElement>
    {
        int length = TVector.Length;
        TElement[] a = [.. Enumerable.Range(0, Count * length).Select(i => TElement.CreateTruncating((i * 37 % 251) - 100))];
        TElement[] b = [.. Enumerable.Range(0, Count * length).Select(i => TElement.CreateTruncating((i % 7) + 1))];
        using var first = Accelerator.Allocate1D(a);
        using var second = Accelerator.Allocate1D(b);
        using var target = Accelerator.Allocate2DDenseY<TElement>((10, Count * length));
        Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView1D<TElement, Stride1D.Dense>, ArrayView1D<TElement, Stride1D.Dense>,
            ArrayView2D<TElement, Stride2D.DenseY>>(Kernel)(
            Count, first.View, second.View, target.View);
        TElement[,] actual = target.GetAsArray2D();
        for (int i = 0; i < a.Length; i++)
        {
            TElement sum = TElement.Zero;
            for (int k = 0; k < length; k++)
            {
                sum += a[(i / length * length) + k] * TElement.CreateTruncating(k + 1);
            }

            TElement next = unchecked(b[i] + TElement.One);
            TElement[] expected =
            [
                a[i] + b[i], a[i] - b[i], a[i] * b[i], a[i] / b[i], TElement.Zero - a[i], TElement.Min(a[i], b[i]),
                TElement.Max(a[i], b[i]),
                TElement.Max(TElement.Min(a[i], next), b[i]), a[i] + TElement.One - TElement.One, sum,
            ];
            Assert.That(
                Enumerable.Range(0, 10).Select(row => actual[row, i]), Is.EqualTo(expected),
                $"{typeof(TVector).Name}, element {i} of {a[i]} and {b[i]}");
        }

        TVector vector = TVector.FromScalar(TElement.CreateTruncating(3));
        Assert.That((TVector.Zero + vector, vector * TVector.One, TVector.Abs(vector)), Is.EqualTo((vector, vector, vector)));
        Assert.That(vector.AsSpan().ToArray(), Is.EqualTo(Enumerable.Repeat(TElement.CreateTruncating(3), length)));
        Assert.That(vector.ToString(), Is.EqualTo(string.Join(", ", Enumerable.Repeat("3", length))));
        Assert.That(
            (TVector.IsOddInteger(vector), TVector.IsEvenInteger(vector), TVector.IsZero(TVector.Zero), TVector.IsNaN(vector)),
            Is.EqualTo((true, false, true, false)));
        Assert.That(TVector.IsNaN(TVector.Invalid), Is.EqualTo(TElement.IsNaN(TVector.Invalid.AsSpan()[0])));
        Assert.That(TVector.MaxMagnitude(vector, TVector.One), Is.EqualTo(vector));
        Assert.That(() => TVector.Parse("3", null), Throws.TypeOf<NotSupportedException>());
        var random = new XorShift64Star(7);
        TVector drawn = TVector.GetRandom(ref random, TVector.One, vector);
        Assert.That(drawn.AsSpan().ToArray(), Is.All.InRange(TElement.One, TElement.CreateTruncating(3)));

        static void Kernel(
            Index1D index, ArrayView1D<TElement, Stride1D.Dense> first, ArrayView1D<TElement, Stride1D.Dense> second,
            ArrayView2D<TElement, Stride2D.DenseY> target)
        {
            int at = index * TVector.Length;
            TVector a = TVector.FromElementView(first, at);
            SingleVectorView<TElement> view = second.AsGeneral();
            TVector b = TVector.FromElementView(view, at);
            Write(a + b, target, 0, at);
            Write(a - b, target, 1, at);
            Write(a * b, target, 2, at);
            Write(a / b, target, 3, at);
            Write(-a, target, 4, at);
            Write(TVector.Min(a, b), target, 5, at);
            Write(TVector.Max(a, b), target, 6, at);
            TVector next = b;
            next++;
            Write(TVector.Clamp(a, b, next), target, 7, at);
            TVector same = +a;
            same++;
            same--;
            Write(same, target, 8, at);
            var collect = default(Collect<TVector, TElement>);
            a.ForEach(ref collect);
            TVector.FromScalar(collect.Sum).ToElementView(target.As1DView(default(Stride1D.Dense)), (9 * (int)target.Extent.Y) + at);
        }

        static void Write(TVector vector, ArrayView2D<TElement, Stride2D.DenseY> target, int row, int at)
        {
            SingleVectorView<TElement> view = target.As1DView(new Stride1D.General(1));
            vector.ToElementView(view, (row * (int)target.Extent.Y) + at);
        }
    }

    [Test]
    public void Bytes()
    {
        Check<Int8x2, sbyte>();
        Check<Int8x4, sbyte>();
        Check<UInt8x2, byte>();
        Check<UInt8x8, byte>();
    }

    [Test]
    public void Shorts()
    {
        Check<Int16x2, short>();
        Check<Int16x8, short>();
        Check<UInt16x2, ushort>();
        Check<UInt16x4, ushort>();
    }

    [Test]
    public void Integers()
    {
        Check<Int32x2, int>();
        Check<Int32x4, int>();
        Check<Int32x8, int>();
        Check<UInt32x2, uint>();
        Check<UInt32x4, uint>();
    }

    [Test]
    public void Longs()
    {
        Check<Int64x2, long>();
        Check<Int64x4, long>();
        Check<UInt64x2, ulong>();
        Check<UInt64x8, ulong>();
    }

    [Test]
    public void Floats()
    {
        Check<Float32x2, float>();
        Check<Float32x4, float>();
        Check<Float32x8, float>();
        Check<Float64x2, double>();
        Check<Float64x4, double>();
    }

    private void CheckSums<TVector, TElement>()
        where TVector : unmanaged, IVectorType<TVector, TElement>, IAccumulationVectorType<TVector>
        where TElement : unmanaged, INumber<TElement>
    {
        using var sums = Accelerator.Allocate1D(new TVector[2]);
        Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<TVector>>(Kernel)(300, sums.AsContiguous());
        Assert.That(sums.GetAsArray1D(), Is.All.EqualTo(TVector.FromScalar(TElement.CreateTruncating(150))));

        static void Kernel(Index1D index, ArrayView<TVector> sums) => TVector.AtomicAdd(ref sums[index % 2], TVector.One);
    }

    [Test]
    public void SumsOfManyThreads()
    {
        CheckSums<Int32x2, int>();
        CheckSums<UInt32x4, uint>();
        CheckSums<Int64x2, long>();
        CheckSums<UInt64x2, ulong>();
        CheckSums<Float32x8, float>();
        CheckSums<Float64x2, double>();
    }

    [Test]
    public void VectorsLieSideBySide()
    {
        using var buffer = VectorView<int>.Allocate(Accelerator, 70, 3);
        VectorView<int> view = buffer.View;
        view = new VectorView<int>(view.DataView);
        Assert.That(
            (view.IsValid, view.Dimension.X, view.NumVectors.X, view.DataView.Extent), Is.EqualTo((true, 3, 70L, new LongIndex2D(3, 70))));
        Accelerator.LoadAutoGroupedStreamKernel<Index1D, VectorView<int>>(Kernel)(70, view);
        int[,] elements = buffer.GetAsArray2D();
        Assert.That(elements.Cast<int>(), Is.EqualTo(Enumerable.Range(0, 210).Select(i => (i % 70 * 10) + (i / 70))));
        SingleVectorView<int> slice = view.SliceVector(4);
        Assert.That((slice.IsValid, slice.NumVectors.X, slice.VectorIndex.X, slice.Dimension.X), Is.EqualTo((true, 70L, 4L, 3)));

        var own = new SingleVectorView<int>(buffer.View.BaseView, 70, 3, 9);
        var line =
            new SingleVectorView<int>(new ArrayView1D<int, Stride1D.General>(buffer.View.BaseView, 2, new Stride1D.General(7)), 2, 5);
        Assert.That(
            (own.VectorIndex.X, own.NumVectors.X, line.VectorIndex.X, line.NumVectors.X, line.Dimension.X),
            Is.EqualTo((9L, 70L, 5L, 7L, 2)));

        static void Kernel(Index1D index, VectorView<int> vectors)
        {
            vectors[index.X, 0] = index.X * 10;
            SingleVectorView<int> vector = vectors.SliceVector(index);
            for (Index1D i = 1; i < vector.Dimension; i += 1)
            {
                vector[i] = vector[i - 1] + 1;
            }
        }
    }
}
