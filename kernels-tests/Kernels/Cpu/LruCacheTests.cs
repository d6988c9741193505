using IlgpuGan.Tensors.Devices.Cpu;

namespace IlgpuGan.KernelsTests.Cpu;

public sealed class LruCacheTests
{
    private const int Sizes = 500;

    [Test]
    public void WhatWasNotUsedForLongestGoes()
    {
        var texts = new LruCache<int, string>(capacity: 3);
        foreach (var i in (int[])[1, 2, 3])
        {
            texts.Add(i, $"{i}");
        }

        Assert.That(texts.TryGetValue(1, out var one), Is.True);
        Assert.That(one, Is.EqualTo("1"));
        texts.Add(4, "4");
        Assert.That(Enumerable.Range(0, 6).Where(i => texts.TryGetValue(i, out _)), Is.EqualTo(new[] { 1, 3, 4 }));
        texts.Add(5, "5");
        Assert.That(Enumerable.Range(0, 6).Where(i => texts.TryGetValue(i, out _)), Is.EqualTo(new[] { 3, 4, 5 }));
        Assert.That(texts.Count, Is.EqualTo(3));
    }

    /// <summary>
    /// A folder of pictures, each of a size of its own: plans for convolutions are not kept for all of them, and made again they compute
    /// the same bits.
    /// </summary>
    [Test]
    public void PlansOfPicturesOfManySizesAreForgotten()
    {
        using var device = new CpuDevice(threads: 1);
        var layer = new Conv2d(2, 3, 3, 2, 1).Initialize(seed: 1).To(device);
        var first = Passed(0);
        for (var i = 1; i < Sizes; i++)
        {
            Passed(i);
        }

        Assert.That(
            ((CpuKernels)device.OwnKernels).Passes, Is.LessThanOrEqualTo(3 * CpuKernels.PassesKept).And.GreaterThan(CpuKernels.PassesKept));
        Assert.That(Passed(0), Is.EqualTo(first));

        float[] Passed(int i)
        {
            using var step = device.Step();
            layer.ClearGradients();
            var x =
                Tensor.Uniform(new RandomKey(1, RandomStream.Training, 0, (uint)i), new Shape(1, 2, 5 + (i % 20), 7 + (i / 20)), device);
            x.RequiresGrad = true;
            layer.Forward(x).Square().Sum().Backward();
            return [.. x.Gradient!.ToArray(), .. layer.Weight.Value.Gradient!.ToArray()];
        }
    }
}
