namespace ILGPU.Algorithms.Random;

/// <summary>A stream of random numbers.</summary>
public interface IRandomProvider
{
    /// <summary>At least 0.</summary>
    int Next();

    /// <summary>At least 0.</summary>
    long NextLong();

    /// <summary>In [0, 1).</summary>
    float NextFloat();

    /// <inheritdoc cref="NextFloat"/>
    double NextDouble();
}

/// <summary>A generator: a small state in a structure, which kernels carry along.</summary>
public interface IRandomProvider<TProvider> : IRandomProvider
    where TProvider : struct, IRandomProvider<TProvider>
{
    /// <summary>Moves the state elsewhere in the period: generators of one state and different shifts go their own ways.</summary>
    /// <param name="shift">At least 0.</param>
    void ShiftPeriod(int shift);

    /// <summary>A generator elsewhere in the period, chosen by this one's next number.</summary>
    TProvider NextProvider();

    /// <summary>A generator whose state the host draws.</summary>
    TProvider CreateProvider(System.Random random);

    /// <summary>A generator whose state another one draws.</summary>
    TProvider CreateProvider<TRandomProvider>(ref TRandomProvider random)
        where TRandomProvider : struct, IRandomProvider<TRandomProvider>;
}

/// <summary>Which of a generator's numbers is drawn.</summary>
public interface IRandomProviderOperation<T, TRandomProvider>
    where T : struct
    where TRandomProvider : struct, IRandomProvider
{
    T Apply(ref TRandomProvider randomProvider);
}

/// <summary>Draws by <see cref="IRandomProvider.Next"/>.</summary>
public readonly struct NextIntOperation<TRandomProvider> : IRandomProviderOperation<int, TRandomProvider>
    where TRandomProvider : struct, IRandomProvider
{
    public int Apply(ref TRandomProvider randomProvider) => randomProvider.Next();
}

/// <summary>Draws by <see cref="IRandomProvider.NextLong"/>.</summary>
public readonly struct NextLongOperation<TRandomProvider> : IRandomProviderOperation<long, TRandomProvider>
    where TRandomProvider : struct, IRandomProvider
{
    public long Apply(ref TRandomProvider randomProvider) => randomProvider.NextLong();
}

/// <summary>Draws by <see cref="IRandomProvider.NextFloat"/>.</summary>
public readonly struct NextFloatOperation<TRandomProvider> : IRandomProviderOperation<float, TRandomProvider>
    where TRandomProvider : struct, IRandomProvider
{
    public float Apply(ref TRandomProvider randomProvider) => randomProvider.NextFloat();
}

/// <summary>Draws by <see cref="IRandomProvider.NextDouble"/>.</summary>
public readonly struct NextDoubleOperation<TRandomProvider> : IRandomProviderOperation<double, TRandomProvider>
    where TRandomProvider : struct, IRandomProvider
{
    public double Apply(ref TRandomProvider randomProvider) => randomProvider.NextDouble();
}
