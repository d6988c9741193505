namespace IlgpuGan.KernelsTests.Cpu;

/// <summary>Taps are kept for the sizes of late, however many there were.</summary>
public sealed class TapCacheTests
{
    [Test]
    public void OnlyTheLatestAreKept()
    {
        var cache = new TapCache<int>();
        var made = 0;
        Parallel.For(0, 10_000, i => Assert.That(cache.Of(i % 700, Make).Inputs, Is.EqualTo((i % 700) + 1)));
        Assert.That(cache.Count, Is.EqualTo(TapCache<int>.Kept));
        var before = made;
        var taps = cache.Of(5, Make);
        Assert.That(cache.Of(5, Make), Is.SameAs(taps));
        Assert.That(made, Is.LessThanOrEqualTo(before + 1));

        ResampleTaps Make(int key)
        {
            Interlocked.Increment(ref made);
            return new ResampleTaps(key + 1, [(0, [1])]);
        }
    }

    /// <summary>Kernels read what the table says, in floats.</summary>
    [TestCase(5, 4, 2)]
    [TestCase(5, -1, 2)]
    [TestCase((1 << 24) + 4, (1 << 24) + 1, 1)]
    [TestCase((1 << 24) + 1, 0, (1 << 24) + 1)]
    public void NoRowReadsBeyondItsInputs(int inputs, int first, int count) =>
        Assert.That(() => new ResampleTaps(inputs, [(first, new float[count])]), Throws.TypeOf<ShapeException>());

    /// <summary>Each op whose taps depend on the size of its picture has a bounded cache: what it made first is collected.</summary>
    [TestCase("resize")]
    [TestCase("blur")]
    [TestCase("adaptive")]
    public void AnOpForgetsTheSizesOfLongAgo(string op)
    {
        var first = Made(op, 9);
        for (var size = 10; size < 10 + (2 * TapCache<int>.Kept); size++)
        {
            Made(op, size);
        }

        GC.Collect();
        Assert.That(first.IsAlive, Is.False);
    }

    /// <summary>In a method of its own, so that no local variable keeps it alive.</summary>
    [System.Runtime.CompilerServices.MethodImpl(System.Runtime.CompilerServices.MethodImplOptions.NoInlining)]
    private static WeakReference Made(string op, int size) => new(op switch
    {
        "resize" => new IlgpuGan.Tensors.Ops.Resizing().Taps(size, 1000),
        "blur" => new BlurTaps(size, [1, 2, 1], 1, 1, 1, 1, PadMode.Reflect).Taps(),
        _ => AdaptiveTaps.Of(size, 1000),
    });
}
