using IlgpuGan.Models.Training;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Devices;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Training;

[TestFixture]
public sealed class ImagePoolTests
{
    private Device _device = null!;

    [SetUp]
    public void SetUp() => _device = Device.Open("cpu", threads: 1);

    [TearDown]
    public void TearDown() => _device.Dispose();

    [Test]
    public void EmptyPoolHandsOn()
    {
        var pool = new ImagePool(0, seed: 1, index: 0);
        Assert.That(Enumerable.Range(0, 20).Select(i => Query(pool, i)), Is.EqualTo(Enumerable.Range(0, 20)));
        Assert.That(pool.Images, Is.Empty);
    }

    [Test]
    public void FullPoolSwapsHalfOfTheTime()
    {
        const int size = 10, steps = 2000;
        var pool = new ImagePool(size, seed: 1, index: 0);
        var stored = new HashSet<int>();
        var swaps = 0;
        var ages = new List<int>();
        for (var i = 0; i < steps; i++)
        {
            var shown = Query(pool, i);
            if (i < size)
            {
                Assert.That(shown, Is.EqualTo(i), "it is not full yet");
                stored.Add(i);
            }
            else if (shown != i)
            {
                Assert.That(stored.Remove(shown), $"{shown} was in the pool");
                stored.Add(i);
                ages.Add(i - shown);
                swaps++;
            }

            Assert.That(pool.Images, Has.Count.EqualTo(Math.Min(i + 1, size)));
        }

        Assert.That(swaps / (double)(steps - size), Is.EqualTo(0.5).Within(0.04));
        Assert.That(ages.Average(), Is.EqualTo(2 * size).Within(3), "slots are equally likely");
        Assert.That(pool.Images.Select(image => (int)image.Item()), Is.EquivalentTo(stored));
    }

    [Test]
    public void ImagesOfABatchGoOneByOne()
    {
        var pool = new ImagePool(2, seed: 1, index: 0);
        using var step = _device.Step();
        Assert.That(pool.Query(Batch(1, 2), 0).ToArray(), Is.EqualTo(new[] { 1f, 2f }));
        var shown = Enumerable.Range(1, 50).SelectMany(i => pool.Query(Batch(10 * i, (10 * i) + 1), i).ToArray()).ToList();
        Assert.That(shown, Is.Unique, "an image is shown again only after it was stored, and leaves the pool then");
    }

    [Test]
    public void RestoredPoolContinuesTheDraws()
    {
        var whole = new ImagePool(3, seed: 9, index: 1);
        var shown = Enumerable.Range(0, 40).Select(i => Query(whole, i)).ToList();
        var first = new ImagePool(3, seed: 9, index: 1);
        for (var i = 0; i < 20; i++)
        {
            Query(first, i);
        }

        var second = new ImagePool(3, seed: 9, index: 1);
        second.Restore(first.Images.Select(image => Tensor.From(image.ToArray(), image.Shape, _device)));
        Assert.That(Enumerable.Range(20, 20).Select(i => Query(second, i)), Is.EqualTo(shown[20..]));
        Assert.That(Enumerable.Range(0, 40).Select(i => Query(new ImagePool(3, 9, 1), i)), Is.Not.EqualTo(shown));
    }

    private int Query(ImagePool pool, int step)
    {
        using var scope = _device.Step();
        return (int)pool.Query(Batch(step), step).Item();
    }

    private Tensor Batch(params float[] values) => Tensor.From(values, new Shape(values.Length, 1, 1, 1), _device);
}
