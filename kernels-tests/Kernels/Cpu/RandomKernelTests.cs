namespace IlgpuGan.KernelsTests.Cpu;

internal sealed class RandomKernelTests
{
    private static readonly RandomKey s_key = new(Seed: 0x123456789ABCDEF0, Stream: 5, Step: 77, Op: 3);
    private static readonly int[] s_lengths = [1, 3, 31, 33, 1000, 70001];

    private static uint[] Words(int count)
    {
        var words = new List<uint>();
        for (uint block = 0; words.Count < count; block++)
        {
            var (a, b, c, d) = Philox.Block(s_key, block);
            words.AddRange([a, b, c, d]);
        }

        return [.. words.Take((count + 1) / 2 * 2)];
    }

    [TestCaseSource(nameof(s_lengths))]
    public void Uniform_is_bit_exact(int length)
    {
        var y = KernelRun.Of(run =>
        {
            var output = run.Output(length);
            run.Kernels.Run(new UniformCall(s_key, output));
            return output;
        });
        Assert.That(y, Is.EqualTo(Words(length).Take(length).Select(Philox.ToUniform)));
    }

    [TestCaseSource(nameof(s_lengths))]
    public void Normal_agrees_with_the_host(int length)
    {
        var y = KernelRun.Of(run =>
        {
            var output = run.Output(length);
            run.Kernels.Run(new NormalCall(s_key, output));
            return output;
        });
        var words = Words(length);
        var expected = new double[length];
        for (var i = 0; i < length; i++)
        {
            var (cosine, sine) = Philox.ToNormal(words[i & ~1], words[i | 1]);
            expected[i] = (i & 1) == 0 ? cosine : sine;
        }

        Numbers.AssertClose(y, expected, 5e-7);
    }

    [TestCase(0f)]
    [TestCase(0.5f)]
    [TestCase(0.3f)]
    [TestCase(1f)]
    public void Dropout_is_bit_exact(float p)
    {
        foreach (var length in s_lengths)
        {
            var x = Numbers.Some(length);
            var y = KernelRun.Of(run =>
            {
                var values = run.InOut(x);
                run.Kernels.Run(new DropoutCall(s_key, p, values, values));
                return values;
            });
            var scale = 1 / (1 - p);
            Assert.That(y, Is.EqualTo(x.Zip(Words(length), (v, word) => Philox.ToUniform(word) >= p ? v * scale : 0)));
        }
    }

    [Test]
    public void Every_part_of_the_key_counts()
    {
        float[] Draw(RandomKey key) => KernelRun.Of(run =>
        {
            var output = run.Output(64);
            run.Kernels.Run(new UniformCall(key, output));
            return output;
        });
        var keys = new[]
        {
            s_key, s_key with { Seed = s_key.Seed + 1 }, s_key with { Seed = s_key.Seed + (1ul << 32) }, s_key with { Stream = 6 },
            s_key with { Step = 78 },
            s_key with { Op = 4 },
        };
        Assert.That(keys.SelectMany(Draw).Distinct().Count(), Is.EqualTo(keys.Length * 64));
    }
}
