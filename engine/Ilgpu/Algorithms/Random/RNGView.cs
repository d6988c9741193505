namespace ILGPU.Algorithms.Random;

/// <summary>
/// A generator for each thread of a launch: threads call it when they like, together or not. It is a defect of the caller, and found by
/// the simulator, if there are more threads than generators.
/// </summary>
public readonly struct RNGView<TRandomProvider> : IRandomProvider
    where TRandomProvider : unmanaged, IRandomProvider<TRandomProvider>
{
    private readonly ArrayView<TRandomProvider> _providers;

    internal RNGView(ArrayView<TRandomProvider> providers)
    {
        _providers = providers;
    }

    /// <summary>Draws by an operation of one's own, from the thread's generator.</summary>
    public T Next<T, TOperation>()
        where T : struct
        where TOperation : struct, IRandomProviderOperation<T, TRandomProvider>
    {
        int groupSize = Group.DimX * Group.DimY * Group.DimZ;
        long group = Grid.IdxX + (Grid.DimX * (Grid.IdxY + ((long)Grid.DimY * Grid.IdxZ)));
        long thread = (group * groupSize) + Group.LinearIndex;
        TRandomProvider provider = _providers[thread];
        T value = default(TOperation).Apply(ref provider);
        _providers[thread] = provider;
        return value;
    }

    public int Next() => Next<int, NextIntOperation<TRandomProvider>>();

    public long NextLong() => Next<long, NextLongOperation<TRandomProvider>>();

    public float NextFloat() => Next<float, NextFloatOperation<TRandomProvider>>();

    public double NextDouble() => Next<double, NextDoubleOperation<TRandomProvider>>();
}
