using ILGPU;
using ILGPU.Runtime;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Conformance;

/// <summary>What may be passed to a kernel.</summary>
public sealed class StructParameterTests(string deviceName) : ConformanceFixture(deviceName)
{
    public enum Mode
    {
        Add = 3,
        Subtract = -4,
    }

    public struct Settings
    {
        public float Factor;
        public double Bias;
        public byte Shift;
        public int Count;
        public ArrayView<float> Table;
    }

    public unsafe struct Weights
    {
        public fixed int Values[3];
        public short Last;
    }

    [Test]
    public void StructsWithViewsInside()
    {
        using var table = Accelerator.Allocate1D([1f, 2f, 3f, 4f]);
        using var result = Accelerator.Allocate1D<float>(10);
        var settings = new Settings { Factor = 0.5f, Bias = 2.25, Shift = 2, Count = 4, Table = table.View.SubView(1, 3) };
        Accelerator.LoadAutoGroupedStreamKernel<Index1D, Settings, ArrayView<float>>(Kernel)(10, settings, result.AsContiguous());
        Assert.That(result.GetAsArray1D(), Is.EqualTo(Enumerable.Range(0, 10).Select(i => (i % 3 + 2) * 0.5f + 2.25f + (i << 2) + 4 + 3)));

        static void Kernel(Index1D i, Settings s, ArrayView<float> target) =>
            target[i] = s.Table[i % s.Table.IntLength] * s.Factor + (float)s.Bias + (i << s.Shift) + s.Count + s.Table.IntLength;
    }

    [Test]
    public void AllPrimitivesEnumsAndTuples()
    {
        using var result = Accelerator.Allocate1D<double>(13);
        var kernel = Accelerator.LoadStreamKernel<sbyte, byte, short, ushort, int, uint, long, ulong, float, double, Mode, (
            byte, long), ArrayView<double>>(Kernel);
        kernel(
            (1, 1), -5, 250, -300, 65000, -70000, 4000000000, -1L << 40, ulong.MaxValue, 1.5f, 2.25, Mode.Subtract, (7, -9),
            result.AsContiguous());
        double[] expected = [-5, 250, -300, 65000, -70000, 4000000000, -(double)(1L << 40), 18446744073709551615.0, 1.5, 2.25, -4, 7, -9];
        Assert.That(result.GetAsArray1D(), Is.EqualTo(expected));

        static void Kernel(
            sbyte a, byte b, short c, ushort d, int e, uint f, long g, ulong h, float k, double l, Mode m, (byte, long) n,
            ArrayView<double> target)
        {
            target[0] = a;
            target[1] = b;
            target[2] = c;
            target[3] = d;
            target[4] = e;
            target[5] = f;
            target[6] = g;
            target[7] = h;
            target[8] = k;
            target[9] = l;
            target[10] = (int)m;
            target[11] = n.Item1;
            target[12] = n.Item2;
        }
    }

    [Test]
    public unsafe void FixedBuffersAreParameters()
    {
        using var result = Accelerator.Allocate1D<int>(4);
        Weights weights = default;
        weights.Values[0] = 11;
        weights.Values[1] = 22;
        weights.Values[2] = 33;
        weights.Last = -44;
        Accelerator.LoadStreamKernel<Weights, ArrayView<int>>(Kernel)((1, 1), weights, result.AsContiguous());
        Assert.That(result.GetAsArray1D(), Is.EqualTo(new[] { 11, 22, 33, -44 }));

        static void Kernel(Weights w, ArrayView<int> target)
        {
            for (int i = 0; i < 3; i++)
            {
                target[i] = w.Values[i];
            }
            target[3] = w.Last;
        }
    }

    [Test]
    public void FourteenArguments()
    {
        using var result = Accelerator.Allocate1D<int>(1);
        var kernel = Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>, int, int, int, int, int, int, int, int, int, int, int,
            int, int>(Kernel);
        kernel(1, result.AsContiguous(), 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13);
        Assert.That(result.GetAsArray1D()[0], Is.EqualTo(Enumerable.Range(1, 13).Sum(v => v * v)));

        static void Kernel(
            Index1D i, ArrayView<int> r, int a, int b, int c, int d, int e, int f, int g, int h, int k, int l, int m, int n, int o) =>
            r[i] = a * a + b * b + c * c + d * d + e * e + f * f + g * g + h * h + k * k + l * l + m * m + n * n + o * o;
    }

    [Test]
    public void IndicesAndStridesAreParameters()
    {
        using var result = Accelerator.Allocate1D<int>(6);
        Accelerator.LoadStreamKernel<Index3D, LongIndex2D, Stride2D.DenseX, ArrayView<int>>(Kernel)(
            (1, 1), new Index3D(1, 2, 3), new LongIndex2D(4, 5), new Stride2D.DenseX(6), result.AsContiguous());
        Assert.That(result.GetAsArray1D(), Is.EqualTo(new[] { 1, 2, 3, 4, 5, 6 }));

        static void Kernel(Index3D index, LongIndex2D extent, Stride2D.DenseX stride, ArrayView<int> target)
        {
            target[0] = index.X;
            target[1] = index.Y;
            target[2] = index.Z;
            target[3] = (int)extent.X;
            target[4] = (int)extent.Y;
            target[5] = stride.YStride;
        }
    }

    [Test]
    public void EmptyViewsHaveNoLength()
    {
        using var result = Accelerator.Allocate1D<int>(2);
        Accelerator.LoadStreamKernel<ArrayView<int>, ArrayView<int>>(Kernel)((1, 1), default, result.AsContiguous());
        Assert.That(result.GetAsArray1D(), Is.EqualTo(new[] { 0, 1 }));

        static void Kernel(ArrayView<int> empty, ArrayView<int> target)
        {
            target[0] = empty.IntLength;
            target[1] = empty.IsValid ? 0 : 1;
        }
    }

    [Test]
    public void DisposedAndForeignBuffersAreRefused()
    {
        var kernel = Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<int>>((i, v) => v[i] = i);
        var buffer = Accelerator.Allocate1D<int>(4);
        ArrayView<int> view = buffer.AsContiguous();
        buffer.Dispose();
        Assert.That(() => kernel(4, view), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => kernel(3, new int[3].AsArrayView()), Throws.InstanceOf<Exception>().With.Message.Contains("host"));
    }
}
