using ILGPU.Runtime;

namespace ILGPU.Algorithms.Random;

/// <summary>Random numbers of a range, on the host and in kernels, and generators for kernels.</summary>
public static class RandomExtensions
{
    /// <summary>A number from <paramref name="minValue"/> up to <paramref name="maxValue"/>, which only rounding reaches.</summary>
    public static float Next<TRandomProvider>(ref TRandomProvider randomProvider, float minValue, float maxValue)
        where TRandomProvider : struct, IRandomProvider =>
        Math.Min((randomProvider.NextFloat() * (maxValue - minValue)) + minValue, maxValue);

    /// <inheritdoc cref="Next{TRandomProvider}(ref TRandomProvider, float, float)"/>
    public static double Next<TRandomProvider>(ref TRandomProvider randomProvider, double minValue, double maxValue)
        where TRandomProvider : struct, IRandomProvider =>
        Math.Min((randomProvider.NextDouble() * (maxValue - minValue)) + minValue, maxValue);

    /// <summary>A number from <paramref name="minValue"/> up to, and without, <paramref name="maxValue"/>.</summary>
    public static int Next<TRandomProvider>(ref TRandomProvider randomProvider, int minValue, int maxValue)
        where TRandomProvider : struct, IRandomProvider =>
        minValue + (int)RandomBits.Below((uint)(maxValue - minValue), randomProvider.Next());

    /// <inheritdoc cref="Next{TRandomProvider}(ref TRandomProvider, int, int)"/>
    public static long Next<TRandomProvider>(ref TRandomProvider randomProvider, long minValue, long maxValue)
        where TRandomProvider : struct, IRandomProvider =>
        minValue + (long)RandomBits.Below((ulong)(maxValue - minValue), randomProvider.NextLong());

    /// <inheritdoc cref="Next{TRandomProvider}(ref TRandomProvider, int, int)"/>
    internal static ulong Next<TRandomProvider>(ref TRandomProvider randomProvider, ulong minValue, ulong maxValue)
        where TRandomProvider : struct, IRandomProvider => minValue + RandomBits.Below(maxValue - minValue, randomProvider.NextLong());

    /// <inheritdoc cref="RNG.Create{TRandomProvider}(Accelerator, System.Random)"/>
    public static RNG<TRandomProvider> CreateRNG<TRandomProvider>(this Accelerator accelerator, System.Random random)
        where TRandomProvider : unmanaged, IRandomProvider<TRandomProvider> => RNG.Create<TRandomProvider>(accelerator, random);

    /// <inheritdoc cref="RNG.Create{TRandomProvider}(Accelerator, System.Random, int)"/>
    public static RNG<TRandomProvider> CreateRNG<TRandomProvider>(
        this Accelerator accelerator, System.Random random, int maxNumParallelWarps)
        where TRandomProvider : unmanaged, IRandomProvider<TRandomProvider> =>
        RNG.Create<TRandomProvider>(accelerator, random, maxNumParallelWarps);

    /// <summary>
    /// Fills a view with generators: the host draws some states, and each of them a share of the view's. Waits for the stream.
    /// </summary>
    /// <param name="accelerator">Where the view is.</param>
    /// <param name="stream">Where to.</param>
    /// <param name="rngView">The generators.</param>
    /// <param name="random">What the host draws by.</param>
    /// <param name="numInitializers">The states that the host draws, at most.</param>
    public static void InitRNGView<TRandomProvider>(
        this Accelerator accelerator, AcceleratorStream stream, ArrayView<TRandomProvider> rngView, System.Random random,
        int numInitializers = ushort.MaxValue)
        where TRandomProvider : unmanaged, IRandomProvider<TRandomProvider>
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfLessThan(numInitializers, 1);
        if (rngView.Length == 0)
        {
            return;
        }

        var sources = new XorShift128Plus[(int)Math.Min(Math.Min(numInitializers, rngView.Length), ushort.MaxValue)];
        foreach (ref XorShift128Plus source in sources.AsSpan())
        {
            source = XorShift128Plus.Create(random);
        }

        using MemoryBuffer1D<XorShift128Plus, Stride1D.Dense> buffer = accelerator.Allocate1D(stream, sources);
        accelerator.LaunchAutoGrouped<Index1D, ArrayView<XorShift128Plus>, ArrayView<TRandomProvider>>(
            Initialize, stream, sources.Length, buffer.AsContiguous(), rngView);
        stream.Synchronize();
    }

    private static void Initialize<TRandomProvider>(
        Index1D index, ArrayView<XorShift128Plus> sources, ArrayView<TRandomProvider> target)
        where TRandomProvider : unmanaged, IRandomProvider<TRandomProvider>
    {
        XorShift128Plus source = sources[index];
        for (long i = index; i < target.Length; i += sources.Length)
        {
            target[i] = default(TRandomProvider).CreateProvider(ref source);
        }
    }
}
