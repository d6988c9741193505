namespace IlgpuGan.EngineTests.RandomNumbers;

internal sealed class PhiloxTests
{
    /// <summary>The known answers that the authors of Random123 publish for philox4x32 with 10 rounds: counter, key, result.</summary>
    private static readonly uint[][] s_knownAnswers =
    [
        [0, 0, 0, 0, 0, 0, 0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8],
        [
            0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff, 0xffffffff,
            0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd,
        ],
        [
            0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344, 0xa4093822, 0x299f31d0,
            0xd16cfe09, 0x94fdcceb, 0x5001e420, 0x24126ea1,
        ],
    ];

    [TestCaseSource(nameof(s_knownAnswers))]
    public void Block(params uint[] v) =>
        Assert.That(Philox.Block(v[0], v[1], v[2], v[3], v[4], v[5]), Is.EqualTo((v[6], v[7], v[8], v[9])));

    [TestCaseSource(nameof(s_knownAnswers))]
    public void Random_key_names_counter_and_key(params uint[] v)
    {
        var key = new RandomKey(((ulong)v[5] << 32) | v[4], v[3], v[2], v[1]);
        Assert.That(Philox.Block(key, v[0]), Is.EqualTo((v[6], v[7], v[8], v[9])));
    }

    [Test]
    public void Uniform_covers_zero_to_one_exclusive()
    {
        Assert.That(Philox.ToUniform(0), Is.EqualTo(0f));
        Assert.That(Philox.ToUniform(uint.MaxValue), Is.EqualTo(1 - MathF.Pow(2, -24)));
        Assert.That(Philox.ToUniform(0x80000000), Is.EqualTo(0.5f));
    }

    [Test]
    public void Normal_is_finite_at_the_ends()
    {
        Assert.That(Philox.ToNormal(uint.MaxValue, 0), Is.EqualTo((0f, 0f)));
        Assert.That(Philox.ToNormal(0, 0).Cosine, Is.EqualTo((float)Math.Sqrt(48 * Math.Log(2))));
    }
}
