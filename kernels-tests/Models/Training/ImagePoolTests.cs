namespace IlgpuGan.ModelsTests.Training;

public sealed class ImagePoolTests : OnCpu
{
    [Test]
    public void EmptyPoolHandsOn()
    {
        using var pool = new ImagePool(0, seed: 1, index: 0, _device);
        Assert.That(Enumerable.Range(0, 20).Select(i => Query(pool, i)), Is.EqualTo(Enumerable.Range(0, 20)));
        Assert.That(pool.Count, Is.Zero);
    }

    [Test]
    public void FullPoolSwapsHalfOfTheTime()
    {
        const int size = 10, steps = 2000;
        using var pool = new ImagePool(size, seed: 1, index: 0, _device);
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

            Assert.That(pool.Count, Is.EqualTo(Math.Min(i + 1, size)));
        }

        Assert.That(swaps / (double)(steps - size), Is.EqualTo(0.5).Within(0.04));
        Assert.That(ages.Average(), Is.EqualTo(2 * size).Within(3), "slots are equally likely");
        using var scope = _device.Step();
        Assert.That(pool.Images().Select(image => (int)image.Item()), Is.EquivalentTo(stored));
    }

    [Test]
    public void ImagesOfABatchGoOneByOne()
    {
        using var pool = new ImagePool(2, seed: 1, index: 0, _device);
        using var step = _device.Step();
        Assert.That(Shown(0, 1, 2), Is.EqualTo(new[] { 1f, 2f }));
        var shown = Enumerable.Range(1, 50).SelectMany(i => Shown(i, 10 * i, (10 * i) + 1)).ToList();
        Assert.That(shown, Is.Unique, "an image is shown again only after it was stored, and leaves the pool then");

        float[] Shown(int step, params float[] values)
        {
            Assert.That(pool.Draw(step, new Shape(2, 1, 1, 1)));
            return pool.Query(Batch(values)).ToArray();
        }
    }

    [Test]
    public void RestoredPoolContinuesTheDraws()
    {
        using var whole = new ImagePool(3, seed: 9, index: 1, _device);
        var shown = Enumerable.Range(0, 40).Select(i => Query(whole, i)).ToList();
        using var first = new ImagePool(3, seed: 9, index: 1, _device);
        for (var i = 0; i < 20; i++)
        {
            Query(first, i);
        }

        using var second = new ImagePool(3, seed: 9, index: 1, _device);
        using (_device.Step())
        {
            second.Restore([.. first.Images().Select(image => Tensor.From(image.ToArray(), image.Shape, _device))]);
        }

        Assert.That(Enumerable.Range(20, 20).Select(i => Query(second, i)), Is.EqualTo(shown[20..]));
        Assert.That(Enumerable.Range(0, 40).Select(i => QueryOfFresh(i)), Is.Not.EqualTo(shown));
    }

    /// <summary>Pictures may keep their sizes: a slot holds any, and what is shown is as large as what was stored.</summary>
    [Test]
    public void ImagesOfSeveralSizesShareAPool()
    {
        using var pool = new ImagePool(2, seed: 3, index: 0, _device);
        var sizes = new HashSet<(int Offered, int Shown)>();
        for (var i = 0; i < 60; i++)
        {
            using var scope = _device.Step();
            var offered = new Shape(1, 1, 1, (i % 3) + 1);
            var alike = pool.Draw(i, offered);
            var shown = pool.Query(Tensor.Full(offered, i, _device));
            Assert.That(alike, Is.EqualTo(shown.Shape == offered));
            var image = (int)shown.ToArray()[0];
            Assert.That(shown.ToArray(), Is.All.EqualTo(image));
            Assert.That(shown.Shape[3], Is.EqualTo((image % 3) + 1));
            sizes.Add((offered[3], shown.Shape[3]));
        }

        Assert.That(sizes, Has.Count.EqualTo(9), "every size was shown in place of every other");
    }

    private int Query(ImagePool pool, int step)
    {
        using var scope = _device.Step();
        pool.Draw(step, new Shape(1, 1, 1, 1));
        return (int)pool.Query(Batch(step)).Item();
    }

    private int QueryOfFresh(int step)
    {
        using var pool = new ImagePool(3, 9, 1, _device);
        return Query(pool, step);
    }

    private Tensor Batch(params float[] values) => Tensor.From(values, new Shape(values.Length, 1, 1, 1), _device);
}
