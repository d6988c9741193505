using IlgpuGan.Tensors.Ranks;
using IlgpuGan.Tensors.Samples;

namespace IlgpuGan.ModelsTests.Ranks;

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

        Assert.That(tree.Sum.ToArray(), Is.EqualTo(Definition(0, total)));
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

            return Sum(ranks, share, tree);
        }))
        {
            Assert.That(sum, Is.EqualTo(expected));
        }
    }

    /// <summary>Rounded sums, too; each is within what its roundings allow of the sum that is not rounded.</summary>
    [Test]
    public void ShortSumsHaveTheSameBits([Values(1, 5, 8, 13)] int total, [Values(1, 2, 3, 7)] int count)
    {
        var sums = ThreadRanks.Run(count, ranks =>
        {
            var share = SampleShare.Of(ranks.Rank, count, total);
            var tree = new SampleTree(total, isBfloat16: true);
            for (var i = share.First; i < share.First + share.Count; i++)
            {
                tree.Push(i, i + 1, Sample(i));
            }

            return (Sum: Sum(ranks, share, tree), ranks.Sent);
        });
        Assert.That(sums.Select(s => s.Sum), Is.All.EqualTo(ShortDefinition(0, total)));
        var magnitudes = Enumerable.Range(0, Length).Select(k => Enumerable.Range(0, total).Sum(i => Math.Abs(Sample(i)[k]))).ToList();
        var roundings = 1 + Math.Ceiling(Math.Log2(total));
        foreach (var (k, exact) in Definition(0, total).Index())
        {
            Assert.That(sums[0].Sum[k], Is.EqualTo(exact).Within(roundings * magnitudes[k] / 256));
        }
    }

    private static float[] Sum(ThreadRanks ranks, SampleShare share, SampleTree tree)
    {
        var sum = new float[Length];
        Assert.That(new TreeExchange(ranks).Sum(share, tree, sum), Is.EqualTo(ranks.Sent));
        return sum;
    }

    private static float[] ShortDefinition(int first, int end)
    {
        if (end - first == 1)
        {
            return [.. Sample(first).Select(Short)];
        }

        var half = 1;
        while (2 * half < end - first)
        {
            half *= 2;
        }

        return [.. ShortDefinition(first, first + half).Zip(ShortDefinition(first + half, end), (a, b) => Short(a + b))];
    }

    /// <summary>The nearest number of eight bits of significance, ties to the even one.</summary>
    private static float Short(float number)
    {
        var step = Math.ScaleB(1, Math.ILogB(number) - 7);
        return number == 0 ? 0 : (float)(Math.Round(number / step, MidpointRounding.ToEven) * step);
    }

    [TestCase(0x7F800000u, 0x7F800000u)]
    [TestCase(0xFF7FFFFFu, 0xFF800000u)]
    [TestCase(0x7F800001u, 0x7FC00000u)]
    [TestCase(0x3F808000u, 0x3F800000u)]
    [TestCase(0x3F818000u, 0x3F820000u)]
    [TestCase(0x80000001u, 0x80000000u)]
    public void OddNumbersAreRounded(uint number, uint expected)
    {
        var numbers = Enumerable.Repeat(BitConverter.UInt32BitsToSingle(number), 19).ToArray();
        Bfloat16.Round(numbers);
        Assert.That(numbers.Select(BitConverter.SingleToUInt32Bits), Is.All.EqualTo(expected));
        var (packed, back) = (new byte[2 * numbers.Length], new float[numbers.Length]);
        Bfloat16.Pack(numbers, packed);
        Bfloat16.Unpack(packed, back);
        Assert.That(back.Select(BitConverter.SingleToUInt32Bits), Is.All.EqualTo(expected));
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
