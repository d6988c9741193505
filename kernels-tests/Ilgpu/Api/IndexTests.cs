using ILGPU;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Api;

[TestFixture]
public sealed class IndexTests
{
    [Test]
    public void ConvertsToAndFromIntegersAndTuples()
    {
        Index1D one = 5;
        int back = one;
        Index2D two = (3, 4);
        LongIndex3D three = new Index3D(1, 2, 3);
        (int x, int y) = two;

        Assert.That(back, Is.EqualTo(5));
        Assert.That((x, y), Is.EqualTo((3, 4)));
        Assert.That(three, Is.EqualTo(new LongIndex3D(1, 2, 3)));
        Assert.That((Index2D)new LongIndex2D(7, 8), Is.EqualTo(new Index2D(7, 8)));
        Assert.That(() => (Index1D)new LongIndex1D(1L << 40), Throws.TypeOf<OverflowException>());
    }

    [Test]
    public void CalculatesComponentByComponent()
    {
        var a = new Index3D(6, 8, 10);
        var b = new Index3D(2, 4, 5);

        Assert.That(a + b, Is.EqualTo(new Index3D(8, 12, 15)));
        Assert.That(a - b, Is.EqualTo(new Index3D(4, 4, 5)));
        Assert.That(a * b, Is.EqualTo(new Index3D(12, 32, 50)));
        Assert.That(a / b, Is.EqualTo(new Index3D(3, 2, 2)));
        Assert.That(a.Size, Is.EqualTo(480));
        Assert.That(new Index2D(1 << 20, 1 << 20).LongSize, Is.EqualTo(1L << 40));
        Assert.That(Index3D.Clamp(a, Index3D.One, b), Is.EqualTo(b));
    }

    [Test]
    public void KnowsItsBounds()
    {
        Assert.That(new Index2D(0, 0).InBounds(new Index2D(1, 1)), Is.True);
        Assert.That(new Index2D(0, 1).InBounds(new Index2D(1, 1)), Is.False);
        Assert.That(new Index2D(-1, 0).InBounds(new Index2D(1, 1)), Is.False);
        Assert.That(new Index2D(1, 1).InBoundsInclusive(new Index2D(1, 1)), Is.True);
    }

    [Test]
    public void PrintsAsTheReferenceDoes()
    {
        Assert.That(new Index1D(1).ToString(), Is.EqualTo("(1)"));
        Assert.That(new LongIndex3D(1, 2, 3).ToString(), Is.EqualTo("(1, 2, 3)"));
    }

    [Test]
    public void StridesPutElementsWhereTheReferenceDoes()
    {
        var extent = new Index2D(5, 7);
        Assert.That(Stride2D.DenseX.FromExtent(extent).ComputeElementIndex(new Index2D(2, 3)), Is.EqualTo(2 + 3 * 5));
        Assert.That(Stride2D.DenseY.FromExtent(extent).ComputeElementIndex(new Index2D(2, 3)), Is.EqualTo(2 * 7 + 3));
        var space = new Index3D(5, 7, 11);
        Assert.That(Stride3D.DenseXY.FromExtent(space).ComputeElementIndex(new Index3D(2, 3, 4)), Is.EqualTo(2 + 3 * 5 + 4 * 35));
        Assert.That(Stride3D.DenseZY.FromExtent(space).ComputeElementIndex(new Index3D(2, 3, 4)), Is.EqualTo(2 * 77 + 3 * 11 + 4));
        Assert.That(new Stride2D.DenseX(8).ComputeBufferLength(extent), Is.EqualTo(6 * 8 + 5));
        Assert.That(new Stride2D.DenseX(8).ComputeBufferLength(new Index2D(0, 7)), Is.Zero);
    }

    [Test]
    public void StridesFindTheIndexOfAPosition()
    {
        var extent = new Index3D(3, 4, 5);
        var xy = Stride3D.DenseXY.FromExtent(extent);
        var zy = Stride3D.DenseZY.FromExtent(extent);
        for (int i = 0; i < extent.Size; i++)
        {
            Assert.That(xy.ComputeElementIndex(xy.ReconstructFromElementIndex(i)), Is.EqualTo(i));
            Assert.That(zy.ComputeElementIndex(zy.ReconstructFromElementIndex(i)), Is.EqualTo(i));
            Assert.That(xy.AsGeneral().ReconstructFromElementIndex(i), Is.EqualTo(xy.ReconstructFromElementIndex(i)));
            Assert.That(zy.AsGeneral().ReconstructFromElementIndex(i), Is.EqualTo(zy.ReconstructFromElementIndex(i)));
        }
    }
}
