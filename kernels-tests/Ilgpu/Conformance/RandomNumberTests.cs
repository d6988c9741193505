using ILGPU;
using ILGPU.Algorithms.Random;
using ILGPU.Runtime;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.Ilgpu.Conformance;

/// <summary>Random numbers of every generator on the device: the host's bits, evenly distributed, none twice.</summary>
public sealed class RandomNumberTests(string deviceName) : ConformanceFixture(deviceName)
{
    private const int Seed = 20261121;

    private AcceleratorStream Stream => Accelerator.DefaultStream;

    /// <summary>Draws of every kind, of generators that came from a generator, and of the same on the host.</summary>
    private void CheckProvider<TProvider>()
        where TProvider : unmanaged, IRandomProvider<TProvider>, IEquatable<TProvider>
    {
        TProvider[] providers = [.. Enumerable.Range(0, 70).Select(i => default(TProvider).CreateProvider(new System.Random(i)))];
        Assert.That(providers.Distinct().Count(), Is.EqualTo(providers.Length));
        using var states = Accelerator.Allocate1D(providers);
        using var whole = Accelerator.Allocate1D<long>(5 * providers.Length);
        using var shares = Accelerator.Allocate1D<double>(3 * providers.Length);
        Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<TProvider>, ArrayView<long>, ArrayView<double>>(Kernel)(
            providers.Length, states.AsContiguous(), whole.AsContiguous(), shares.AsContiguous());
        long[] numbers = whole.GetAsArray1D();
        double[] fractions = shares.GetAsArray1D();
        TProvider[] after = states.GetAsArray1D();
        for (int i = 0; i < providers.Length; i++)
        {
            TProvider provider = providers[i];
            TProvider shifted = provider;
            shifted.ShiftPeriod(i);
            TProvider next = provider.NextProvider();
            TProvider other = default(TProvider).CreateProvider(ref next);
            Assert.That(
                numbers[(5 * i)..((5 * i) + 5)],
                Is.EqualTo(new[] { provider.Next(), provider.NextLong(), shifted.NextLong(), next.NextLong(), other.NextLong() }));
            Assert.That(fractions[(3 * i)..((3 * i) + 2)], Is.EqualTo(new[] { provider.NextFloat(), provider.NextDouble() }));
            Assert.That(
                fractions[(3 * i) + 2], Is.EqualTo(RandomExtensions.Next(ref provider, -2f, 3f)).Within(1e-6),
                "a sum of products may be rounded once");
            Assert.That(after[i], Is.EqualTo(provider));
        }

        Assert.That(numbers, Is.All.GreaterThanOrEqualTo(0));
        Assert.That(numbers.Distinct().Count(), Is.EqualTo(numbers.Length), "no two generators draw alike");

        static void Kernel(Index1D i, ArrayView<TProvider> states, ArrayView<long> whole, ArrayView<double> shares)
        {
            TProvider provider = states[i];
            TProvider shifted = provider;
            shifted.ShiftPeriod(i);
            TProvider next = provider.NextProvider();
            TProvider other = default(TProvider).CreateProvider(ref next);
            whole[5 * i] = provider.Next();
            whole[(5 * i) + 1] = provider.NextLong();
            whole[(5 * i) + 2] = shifted.NextLong();
            whole[(5 * i) + 3] = next.NextLong();
            whole[(5 * i) + 4] = other.NextLong();
            shares[3 * i] = provider.NextFloat();
            shares[(3 * i) + 1] = provider.NextDouble();
            shares[(3 * i) + 2] = RandomExtensions.Next(ref provider, -2f, 3f);
            states[i] = provider;
        }
    }

    [Test]
    public void GeneratorsDrawWhatTheHostDraws()
    {
        CheckProvider<XorShift32>();
        CheckProvider<XorShift64Star>();
        CheckProvider<XorShift128>();
        CheckProvider<XorShift128Plus>();
    }

    [Test]
    public void GeneratorsDrawThePublishedNumbers()
    {
        var x32 = new XorShift32(2463534242);
        Assert.That(new[] { x32.NextUInt(), x32.NextUInt(), x32.NextUInt() }, Is.EqualTo(new uint[] { 723471715, 2497366906, 2064144800 }));
        var x128 = new XorShift128(88675123, 521288629, 362436069, 123456789);
        Assert.That(
            new[] { x128.NextUInt(), x128.NextUInt(), x128.NextUInt(), x128.NextUInt() },
            Is.EqualTo(new uint[] { 3701687786, 458299110, 2500872618, 3633119408 }));
        var star = new XorShift64Star(1);
        Assert.That(
            new[] { star.NextULong(), star.NextULong(), star.NextULong() },
            Is.EqualTo(new ulong[] { 5180492295206395165, 12380297144915551517, 13389498078930870103 }));
        var plus = new XorShift128Plus(1, 2);
        Assert.That(
            new[] { plus.NextULong(), plus.NextULong(), plus.NextULong() }, Is.EqualTo(new ulong[] { 8388677, 33554692, 70368777736387 }));
    }

    /// <summary>The largest numbers would round to 1; each of these is the largest that shares its higher bits.</summary>
    [Test]
    public void SharesNeverReachOne()
    {
        int[] ints = [0, 1, int.MaxValue - 128, int.MaxValue - 64, int.MaxValue - 63, int.MaxValue - 1, int.MaxValue];
        long[] longs =
        [
            0, 1, long.MaxValue - (1L << 38), long.MaxValue >> 32 << 32, long.MaxValue - 1024, long.MaxValue - 512, long.MaxValue - 1,
            long.MaxValue,
        ];
        Check<int, float>(Ints, ints);
        Check<long, float>(Longs, longs);
        Check<long, double>(Doubles, longs);
        Assert.That(ints.Select(RandomBits.ToFloat), Is.Ordered.And.All.GreaterThanOrEqualTo(0f).And.All.LessThan(1f));
        Assert.That(longs.Select(RandomBits.ToFloat), Is.Ordered.And.All.GreaterThanOrEqualTo(0f).And.All.LessThan(1f));
        Assert.That(longs.Select(RandomBits.ToDouble), Is.Ordered.And.All.GreaterThanOrEqualTo(0d).And.All.LessThan(1d));
        Assert.That(
            (RandomBits.ToFloat(RandomBits.ToInt(uint.MaxValue)), RandomBits.ToDouble(RandomBits.ToLong(ulong.MaxValue))),
            Is.EqualTo((MathF.BitDecrement(1), Math.BitDecrement(1))));

        static void Ints(Index1D i, ArrayView<int> numbers, ArrayView<float> shares) => shares[i] = RandomBits.ToFloat(numbers[i]);

        static void Longs(Index1D i, ArrayView<long> numbers, ArrayView<float> shares) => shares[i] = RandomBits.ToFloat(numbers[i]);

        static void Doubles(Index1D i, ArrayView<long> numbers, ArrayView<double> shares) => shares[i] = RandomBits.ToDouble(numbers[i]);
    }

    private void CheckFill<T, TProvider>(int length, Action<RNG, ArrayView<T>> fill, Func<T, double> share)
        where T : unmanaged
        where TProvider : unmanaged, IRandomProvider<TProvider>
    {
        using RNG<TProvider> rng = length > 1
            ? RNG.Create<TProvider>(Accelerator, new System.Random(Seed))
            : new RNG<TProvider>(Accelerator, new System.Random(Seed));
        using RNG<TProvider> same = length > 1
            ? RNG.Create<TProvider>(Accelerator, new System.Random(Seed), 1)
            : new RNG<TProvider>(Accelerator, new System.Random(Seed), 1);
        using var buffer = Accelerator.Allocate1D<T>(length + 1);
        buffer.MemSetToZero();
        ArrayView<T> view = buffer.AsContiguous().SubView(0, length);
        fill(same, view);
        T[] again = buffer.GetAsArray1D()[..length];
        fill(rng, view);
        T[] first = buffer.GetAsArray1D()[..length];
        Assert.That(again, Is.EqualTo(first), "the same seed");
        fill(rng, view);
        T[] second = buffer.GetAsArray1D()[..length];
        Assert.That(buffer.GetAsArray1D()[length], Is.EqualTo(default(T)));
        double[] all = [.. first.Concat(second).Select(share)];
        Assert.That(all, Is.All.InRange(0, 1));
        if (length > 1000)
        {
            // Bins of a tenth are binomial: six standard deviations are one in a thousand million.
            double expected = all.Length / 10.0;
            int[] bins = [.. Enumerable.Range(0, 10).Select(bin => all.Count(v => (int)Math.Min(v * 10, 9) == bin))];
            Assert.That(bins, Is.All.InRange(expected - (6 * Math.Sqrt(expected * 0.9)), expected + (6 * Math.Sqrt(expected * 0.9))));
            Assert.That(all.Distinct().Count(), Is.GreaterThan(0.999 * all.Length));
        }
    }

    [Test]
    public void ViewsAreFilledEvenly([Values(0, 1, 5001)] int length)
    {
        CheckFill<int, XorShift128Plus>(length, (rng, view) => rng.FillUniform(view), v => v / 2147483648.0);
        CheckFill<int, XorShift32>(length, (rng, view) => rng.FillUniform(Stream, view), v => v / 2147483648.0);
        CheckFill<long, XorShift64Star>(length, (rng, view) => rng.FillUniform(view), v => v / 9223372036854775808.0);
        CheckFill<long, XorShift128>(length, (rng, view) => rng.FillUniform(Stream, view), v => v / 9223372036854775808.0);
        CheckFill<float, XorShift64Star>(length, (rng, view) => rng.FillUniform(view), v => v);
        CheckFill<float, XorShift128Plus>(length, (rng, view) => rng.FillUniform(Stream, view), v => v);
        CheckFill<double, XorShift128Plus>(length, (rng, view) => rng.FillUniform(view), v => v);
        CheckFill<double, XorShift64Star>(length, (rng, view) => rng.FillUniform(Stream, view), v => v);
    }

    /// <summary>Threads that draw differently often, some of them in a branch.</summary>
    [Test]
    public void ThreadsDrawFromTheirOwnGenerators()
    {
        const int Length = 200;
        using (RNG<XorShift64Star> small = Accelerator.CreateRNG<XorShift64Star>(new System.Random(Seed)))
        {
            Assert.That((long)small.MaxNumParallelWarps * Accelerator.WarpSize, Is.GreaterThanOrEqualTo(Accelerator.MaxNumThreads));
        }

        using RNG<XorShift64Star> rng =
            Accelerator.CreateRNG<XorShift64Star>(new System.Random(Seed), (Length + Accelerator.WarpSize - 1) / Accelerator.WarpSize);
        using var buffer = Accelerator.Allocate1D<long>(3 * Length);
        var kernel = Accelerator.LoadAutoGroupedStreamKernel<Index1D, RNGView<XorShift64Star>, ArrayView<long>>(Kernel);
        var seen = new HashSet<long>();
        for (int launch = 0; launch < 2; launch++)
        {
            kernel(Length, launch == 0 ? rng.GetViewViaThreads(Length) : rng.GetView(1), buffer.AsContiguous());
            long[] numbers = buffer.GetAsArray1D();
            for (int i = 0; i < numbers.Length; i++)
            {
                bool isDrawn = i % 3 != 1 || i / 3 % 2 == 0;
                Assert.That(isDrawn ? seen.Add(numbers[i]) : numbers[i] == -1, Is.True, $"number {i} of launch {launch}");
            }
        }

        Assert.That(rng.LengthInBytes, Is.EqualTo((long)rng.MaxNumParallelWarps * Accelerator.WarpSize * sizeof(ulong)));
        Assert.That(() => rng.GetView(0), Throws.TypeOf<ArgumentOutOfRangeException>());
        Assert.That(() => rng.GetView(rng.MaxNumParallelWarps + 1), Throws.TypeOf<ArgumentOutOfRangeException>());

        static void Kernel(Index1D i, RNGView<XorShift64Star> rng, ArrayView<long> target)
        {
            target[3 * i] = rng.NextLong();
            target[(3 * i) + 1] = i % 2 == 0 ? rng.NextLong() ^ rng.Next() : -1;
            target[(3 * i) + 2] = ((long)rng.Next<int, NextIntOperation<XorShift64Star>>() << 32) ^ Interop.FloatAsInt(rng.NextFloat()) ^ (
                long)Interop.FloatAsInt(rng.NextDouble());
        }
    }

    [Test]
    public void GeneratorsAreMadeOnTheDevice([Values(1, 70, 1000)] int threads)
    {
        using var rng = new ThreadWiseRNG<XorShift128Plus>(Accelerator, Stream, threads, new System.Random(Seed), 64);
        XorShift128Plus[] providers = rng.RNGView.GetAsArray();
        Assert.That(providers.Distinct().Count(), Is.EqualTo(threads));
        Assert.That(providers.Select(p => p.NextLong()).Distinct().Count(), Is.EqualTo(threads));
        Assert.That(
            () => new ThreadWiseRNG<XorShift32>(Accelerator, Stream, 0, new System.Random(Seed)),
            Throws.TypeOf<ArgumentOutOfRangeException>());
        using var own = Accelerator.Allocate1D<XorShift32>(threads);
        Accelerator.InitRNGView(Stream, own.AsContiguous(), new System.Random(Seed));
        Assert.That(own.GetAsArray1D().Select(p => p.State), Is.All.Not.Zero);
    }

    /// <summary>Whole numbers of a range on the device, against products of 128 bits on the host.</summary>
    [Test]
    public void WholeNumbersOfARangeAreExact()
    {
        const int Length = 100;
        using var buffer = Accelerator.Allocate1D<long>(3 * Length);
        Accelerator.LoadAutoGroupedStreamKernel<Index1D, ArrayView<long>>(Kernel)(Length, buffer.AsContiguous());
        long[] numbers = buffer.GetAsArray1D();
        for (int i = 0; i < Length; i++)
        {
            var random = new XorShift128Plus((ulong)i + 1, 77);
            int number = random.Next();
            Assert.That(numbers[3 * i], Is.EqualTo(-5 + (int)((long)number * (i + 1) >> 31)));
            long wide = random.NextLong();
            Assert.That(numbers[(3 * i) + 1], Is.EqualTo(-9 + (long)((UInt128)wide * ((ulong)i + 10) >> 63)));
            wide = random.NextLong();
            Assert.That(numbers[(3 * i) + 2], Is.EqualTo(long.MinValue + (long)(ulong)((UInt128)wide * ulong.MaxValue >> 63)));
            Assert.That(RandomExtensions.Next(ref random, -1.0, 1.0), Is.InRange(-1.0, 1.0));
        }

        static void Kernel(Index1D i, ArrayView<long> target)
        {
            var random = new XorShift128Plus((ulong)i.X + 1, 77);
            target[3 * i] = RandomExtensions.Next(ref random, -5, i.X - 4);
            target[(3 * i) + 1] = RandomExtensions.Next(ref random, -9L, i.X + 1L);
            target[(3 * i) + 2] = RandomExtensions.Next(ref random, long.MinValue, long.MaxValue);
        }
    }
}
