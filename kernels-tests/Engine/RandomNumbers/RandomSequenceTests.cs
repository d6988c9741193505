namespace IlgpuGan.EngineTests.RandomNumbers;

internal sealed class RandomSequenceTests
{
    private static readonly RandomKey s_key = new(seed: 42, stream: 7, step: 3, op: 1);

    [Test]
    public void Words_are_the_elements_of_the_key()
    {
        var random = new RandomSequence(s_key);
        for (uint block = 0; block < 3; block++)
        {
            var (a, b, c, d) = Philox.Block(s_key, block);
            Assert.That(
                new[] { random.NextUInt(), random.NextUInt(), random.NextUInt(), random.NextUInt() }, Is.EqualTo(new[] { a, b, c, d }));
        }
    }

    [TestCase(1)]
    [TestCase(3)]
    [TestCase(10)]
    public void Integers_are_uniform(int bound)
    {
        const int draws = 30_000;
        var random = new RandomSequence(s_key);
        var counts = new int[bound];
        for (var i = 0; i < draws; i++)
        {
            counts[random.NextInt(bound)]++;
        }

        // Five standard deviations of a binomial count.
        var expected = draws / (double)bound;
        var deviation = 5 * Math.Sqrt(expected * (1 - (1.0 / bound)));
        Assert.That(counts, Is.All.EqualTo(expected).Within(deviation));
    }

    /// <summary>With a bound of 3·2²⁹ plain scaling would give residues of one class twice as often as the others.</summary>
    [Test]
    public void Integers_are_unbiased_for_large_bounds()
    {
        const int bound = 3 << 29;
        const int draws = 30_000;
        var random = new RandomSequence(s_key);
        var counts = new int[3];
        for (var i = 0; i < draws; i++)
        {
            counts[random.NextInt(bound) % 3]++;
        }

        Assert.That(counts, Is.All.EqualTo(draws / 3).Within(5 * Math.Sqrt(draws * 2 / 9.0)));
    }

    [Test]
    public void A_bound_below_1_is_refused() =>
        Assert.That(() => new RandomSequence(s_key).NextInt(0), Throws.TypeOf<ArgumentOutOfRangeException>());

    [Test]
    public void Normal_deviates_have_the_moments_of_the_normal_distribution()
    {
        const int draws = 100_000;
        var random = new RandomSequence(s_key);
        var (sum, squares, fourths) = (0.0, 0.0, 0.0);
        for (var i = 0; i < draws; i++)
        {
            var value = random.NextNormal();
            sum += value;
            squares += (double)value * value;
            fourths += Math.Pow(value, 4);
        }

        Assert.That(sum / draws, Is.EqualTo(0).Within(5 / Math.Sqrt(draws)));
        Assert.That(squares / draws, Is.EqualTo(1).Within(5 * Math.Sqrt(2.0 / draws)));
        Assert.That(fourths / draws, Is.EqualTo(3).Within(5 * Math.Sqrt(96.0 / draws)));
    }

    [Test]
    public void Shuffle_permutes_and_every_order_is_equally_likely()
    {
        const int draws = 24_000;
        var random = new RandomSequence(s_key);
        var counts = new Dictionary<string, int>();
        for (var i = 0; i < draws; i++)
        {
            var items = "abcd".ToCharArray();
            random.Shuffle<char>(items);
            var order = new string(items);
            counts[order] = counts.GetValueOrDefault(order) + 1;
        }

        Assert.That(counts, Has.Count.EqualTo(24));
        Assert.That(counts.Values, Is.All.EqualTo(1000).Within(5 * Math.Sqrt(1000)));
    }
}
