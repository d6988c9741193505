using System.Numerics;
using ILGPU;
using ILGPU.Algorithms;
using ILGPU.Algorithms.ScanReduceOperations;
using ILGPU.Runtime;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Conformance;

/// <summary>What the algorithms add to arrays, vectors and temporary memory.</summary>
public sealed class AlgorithmExtensionTests(string deviceName) : ConformanceFixture(deviceName)
{
    [Test]
    public void VectorsAreSummedAtomically()
    {
        using var pairs = Accelerator.Allocate1D(new Vector2[1]);
        using var triples = Accelerator.Allocate1D(new Vector3[1]);
        using var quadruples = Accelerator.Allocate1D(new Vector4[1]);
        Accelerator.LoadAutoGroupedStreamKernel<Index1D, VariableView<Vector2>, VariableView<Vector3>, VariableView<Vector4>>(Kernel)(
            300, new(pairs.AsContiguous()), new(triples.AsContiguous()), new(quadruples.AsContiguous()));
        Assert.That(pairs.GetAsArray1D()[0], Is.EqualTo(new Vector2(44850, 300)));
        Assert.That(triples.GetAsArray1D()[0], Is.EqualTo(new Vector3(300, 44850, 600)));
        Assert.That(quadruples.GetAsArray1D()[0], Is.EqualTo(new Vector4(300, 600, 44850, 900)));

        static void Kernel(Index1D i, VariableView<Vector2> pairs, VariableView<Vector3> triples, VariableView<Vector4> quadruples)
        {
            pairs.AtomicAdd(new Vector2(i, 1));
            triples.AtomicAdd(new Vector3(1, i, 2));
            quadruples.AtomicAdd(new Vector4(1, 2, i, 3));
        }
    }

    [Test]
    public void VectorsAndIndicesAreConverted()
    {
        using var buffer = Accelerator.Allocate2DDenseY<int>((5, 7));
        Accelerator.LoadAutoGroupedStreamKernel<Index2D, ArrayView2D<int, Stride2D.DenseY>>(Kernel)((5, 7), buffer.View);
        Assert.That(buffer.GetAsArray2D().Cast<int>(), Is.EqualTo(Enumerable.Range(0, 35).Select(i => (i / 7) + (100 * (i % 7)) + 3)));

        static void Kernel(Index2D index, ArrayView2D<int, Stride2D.DenseY> target)
        {
            Index2D there = (index.ToVector() + new Vector2(0.5f, 0.25f)).ToIndex();
            Index3D far = (new Index3D(there.X, there.Y, 3).ToVector() * new Vector3(1, 100, 1.25f)).ToIndex();
            target[index] = far.X + far.Y + far.Z;
        }
    }

    [Test]
    public void OffsetsAreThoseOfTheFields() => Assert.That(
        new[]
        {
            VectorExtensions.Vector2XOffset, VectorExtensions.Vector2YOffset, VectorExtensions.Vector3XOffset,
            VectorExtensions.Vector3YOffset, VectorExtensions.Vector3ZOffset,
            VectorExtensions.Vector4XOffset, VectorExtensions.Vector4YOffset, VectorExtensions.Vector4ZOffset,
            VectorExtensions.Vector4WOffset,
        },
        Is.EqualTo(new[] { 0, 4, 0, 4, 8, 0, 4, 8, 12 }));

    [Test]
    public void ArraysTakeIndices()
    {
        var line = new int[3];
        var plane = new int[3, 4];
        var space = new int[3, 4, 5];
        Assert.That(
            (line.GetExtent(), plane.GetExtent(), space.GetExtent()), Is.EqualTo(((Index1D)3, new Index2D(3, 4), new Index3D(3, 4, 5))));
        ArrayExtensions.SetValue(line, 7, new Index1D(1));
        plane.SetValue(8, new Index2D(1, 2));
        space.SetValue(9, new Index3D(1, 2, 3));
        Assert.That((line[1], plane[1, 2], space[1, 2, 3]), Is.EqualTo((7, 8, 9)));
        Assert.That(
            (ArrayExtensions.GetValue(line, new Index1D(1)), plane.GetValue(new Index2D(1, 2)), space.GetValue(new Index3D(1, 2, 3))),
            Is.EqualTo((7, 8, 9)));
    }

    [Test]
    public void TemporaryMemoryIsHandedOutInAlignedStretches()
    {
        using var buffer = Accelerator.Allocate1D<int>(12);
        var manager = new TempViewManager(buffer.AsContiguous(), "temp");
        Assert.That((manager.ParamName, manager.TempView.Length, manager.NumInts), Is.EqualTo(("temp", 12L, 0L)));
        ArrayView<byte> bytes = manager.Allocate<byte>(5);
        VariableView<long> number = manager.Allocate<long>();
        ArrayView<Vector4> vector = manager.Allocate<Vector4>(1);
        Assert.That((bytes.Length, number.IsValid, vector.Length, manager.NumInts), Is.EqualTo((5L, true, 1L, 8L)));
        Assert.That(manager.Allocate<int>(4).Length, Is.EqualTo(4));
        Assert.That(() => manager.Allocate<byte>(1), Throws.TypeOf<ArgumentOutOfRangeException>().With.Message.Contains("temp"));
    }

    /// <summary>The size of temporary memory takes 64-bit lengths, as views have.</summary>
    [Test]
    public void TemporaryMemoryOfScansTakesLongLengths()
    {
        LongIndex1D size = Accelerator.ComputeScanTempStorageSize<double>(1L << 40);
        Assert.That(size.X, Is.InRange(1, 4096));
        using ScanProvider provider = Accelerator.CreateScanProvider<int>(1L << 33);
        using var buffer = Accelerator.Allocate1D([1, 2, 3]);
        provider.CreateScan<int, Stride1D.Dense, Stride1D.Dense, AddInt32>(ScanKind.Inclusive)(
            Accelerator.DefaultStream, buffer.View, buffer.View);
        Assert.That(buffer.GetAsArray1D(), Is.EqualTo(new[] { 1, 3, 6 }));
    }
}
