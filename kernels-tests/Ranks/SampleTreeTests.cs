using IlgpuGan.KernelsTests.Ops;
using IlgpuGan.Tensors.Ranks;
using IlgpuGan.Tensors.Samples;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ranks;

/// <summary>A sum's bits depend on the samples alone, not on who has which.</summary>
internal sealed class SampleTreeTests
{
    private const int Length = 37;

    /// <summary>The definition: halves at the largest power of two below the count, left plus right.</summary>
    private static float[] Definition(int first, int end)
    {
        if (end - first == 1)
        {
            return Sample(first);
        }

        var half = 1;
        while (2 * half < end - first)
        {
            half *= 2;
        }

        return [.. Definition(first, first + half).Zip(Definition(first + half, end), (a, b) => a + b)];
    }

    private static float[] Sample(int i) => OpCase.DrawNumbers(new Random(i), Length);

    [Test]
    public void SamplesPushedOneByOneGiveTheTreesSum([Range(1, 33)] int total)
    {
        var tree = new SampleTree(total);
        for (var i = 0; i < total; i++)
        {
            if (i > 0)
            {
                Assert.That(() => tree.Sum, Throws.InvalidOperationException);
            }

            tree.Push(i, i + 1, Sample(i));
        }

        Assert.That(tree.Sum, Is.EqualTo(Definition(0, total)));
    }

    /// <summary>More ranks than samples, and samples that can't be divided evenly, too.</summary>
    [Test]
    public void RanksGiveTheSameBits([Values(1, 2, 3, 5, 8, 13, 16)] int total, [Values(1, 2, 3, 4, 7, 8, 11)] int count)
    {
        var expected = Definition(0, total);
        foreach (var sum in ThreadRanks.Run(count, ranks =>
        {
            var share = SampleShare.Of(ranks.Rank, count, total);
            var tree = new SampleTree(total);
            for (var i = share.First; i < share.First + share.Count; i++)
            {
                tree.Push(i, i + 1, Sample(i));
            }

            return TreeExchange.Sum(ranks, share, tree, Length);
        }))
        {
            Assert.That(sum, Is.EqualTo(expected));
        }
    }

    [Test]
    public void AnotherOrderHasOtherBits()
    {
        var inTurn = Sample(0);
        for (var i = 1; i < 16; i++)
        {
            inTurn = [.. inTurn.Zip(Sample(i), (a, b) => a + b)];
        }

        Assert.That(inTurn, Is.Not.EqualTo(Definition(0, 16)), "or the tests above prove nothing");
    }

    [Test]
    public void SharesAreNeighboursAndEven([Values(1, 5, 8, 4096)] int total, [Values(1, 3, 8)] int count)
    {
        var shares = Enumerable.Range(0, count).Select(rank => SampleShare.Of(rank, count, total)).ToList();
        Assert.That(shares.Sum(s => s.Count), Is.EqualTo(total));
        Assert.That(shares.Zip(shares.Skip(1), (a, b) => b.First - a.First - a.Count), Is.All.Zero);
        Assert.That(shares.Max(s => s.Count) - shares.Min(s => s.Count), Is.LessThanOrEqualTo(1));
    }
}
