using ILGPU.Runtime;

namespace ILGPU.Algorithms.Random;

/// <summary>Fills views with random numbers, evenly distributed: integers from 0 to their largest, floats in [0, 1).</summary>
public abstract class RNG : AcceleratorObject
{
    protected RNG(Accelerator accelerator)
        : base(accelerator)
    {
    }

    /// <summary>Generators for as many threads as the device can run at once.</summary>
    public static RNG<TRandomProvider> Create<TRandomProvider>(Accelerator accelerator, System.Random random)
        where TRandomProvider : unmanaged, IRandomProvider<TRandomProvider> => new(accelerator, random);

    /// <summary>Generators for the threads of at least so many warps.</summary>
    public static RNG<TRandomProvider> Create<TRandomProvider>(Accelerator accelerator, System.Random random, int maxNumParallelWarps)
        where TRandomProvider : unmanaged, IRandomProvider<TRandomProvider> => new(accelerator, random, maxNumParallelWarps);

    public void FillUniform(ArrayView<int> view) => FillUniform(Accelerator.DefaultStream, view);

    public abstract void FillUniform(AcceleratorStream stream, ArrayView<int> view);

    public void FillUniform(ArrayView<long> view) => FillUniform(Accelerator.DefaultStream, view);

    public abstract void FillUniform(AcceleratorStream stream, ArrayView<long> view);

    public void FillUniform(ArrayView<float> view) => FillUniform(Accelerator.DefaultStream, view);

    public abstract void FillUniform(AcceleratorStream stream, ArrayView<float> view);

    public void FillUniform(ArrayView<double> view) => FillUniform(Accelerator.DefaultStream, view);

    public abstract void FillUniform(AcceleratorStream stream, ArrayView<double> view);
}

/// <summary>
/// A generator for every thread. It keeps its state from launch to launch, so that no numbers come twice. Fills and kernels that use one
/// RNG must not run at the same time.
/// </summary>
public class RNG<TRandomProvider> : RNG
    where TRandomProvider : unmanaged, IRandomProvider<TRandomProvider>
{
    private readonly MemoryBuffer1D<TRandomProvider, Stride1D.Dense> _providers;

    public RNG(Accelerator accelerator, System.Random random)
        : this(accelerator, random, 1)
    {
    }

    /// <param name="accelerator">Where the numbers are drawn.</param>
    /// <param name="random">What draws the generators' states.</param>
    /// <param name="maxNumParallelWarps">The warps whose threads have generators; at least as many as the device can run at once.</param>
    public RNG(Accelerator accelerator, System.Random random, int maxNumParallelWarps)
        : base(accelerator)
    {
        ArgumentNullException.ThrowIfNull(random);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxNumParallelWarps, 1);
        (Index1D gridDim, Index1D groupDim) = accelerator.ComputeGridStrideLoopExtent(long.MaxValue / 2);
        int residentWarps = XMath.DivRoundUp(Math.Max(accelerator.MaxNumThreads, gridDim.X * groupDim.X), accelerator.WarpSize);
        MaxNumParallelWarps = Math.Max(maxNumParallelWarps, residentWarps);
        _providers = accelerator.Allocate1D<TRandomProvider>((long)MaxNumParallelWarps * accelerator.WarpSize);
        accelerator.InitRNGView(accelerator.DefaultStream, _providers.AsContiguous(), random);
    }

    public int MaxNumParallelWarps { get; }

    /// <summary>The memory that the generators take.</summary>
    public long LengthInBytes => _providers.LengthInBytes;

    /// <summary>The generators of a launch of so many threads.</summary>
    public RNGView<TRandomProvider> GetViewViaThreads(int numThreads) => GetView(XMath.DivRoundUp(numThreads, Accelerator.WarpSize));

    /// <summary>The generators of a launch of so many warps.</summary>
    /// <exception cref="ArgumentOutOfRangeException">There are not so many, or less than one is asked for.</exception>
    public RNGView<TRandomProvider> GetView(int numWarps)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(numWarps, 1);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(numWarps, MaxNumParallelWarps);
        return new(_providers.AsContiguous());
    }

    public override void FillUniform(AcceleratorStream stream, ArrayView<int> view) =>
        Fill<int, NextIntOperation<TRandomProvider>>(stream, view);

    public override void FillUniform(AcceleratorStream stream, ArrayView<long> view) =>
        Fill<long, NextLongOperation<TRandomProvider>>(stream, view);

    public override void FillUniform(AcceleratorStream stream, ArrayView<float> view) =>
        Fill<float, NextFloatOperation<TRandomProvider>>(stream, view);

    public override void FillUniform(AcceleratorStream stream, ArrayView<double> view) =>
        Fill<double, NextDoubleOperation<TRandomProvider>>(stream, view);

    /// <inheritdoc/>
    protected override void DisposeAcceleratorObject(bool disposing)
    {
        if (disposing)
        {
            _providers.Dispose();
        }
    }

    private void Fill<T, TOperation>(AcceleratorStream stream, ArrayView<T> view)
        where T : unmanaged
        where TOperation : struct, IRandomProviderOperation<T, TRandomProvider>
    {
        if (view.Length > 0)
        {
            Accelerator.Launch<ArrayView<TRandomProvider>, ArrayView<T>, TOperation>(
                Run, stream, Accelerator.ComputeGridStrideLoopExtent(view.Length), _providers.AsContiguous(), view, default);
        }
    }

    private static void Run<T, TOperation>(ArrayView<TRandomProvider> providers, ArrayView<T> view, TOperation operation)
        where T : unmanaged
        where TOperation : struct, IRandomProviderOperation<T, TRandomProvider>
    {
        int thread = Grid.GlobalIndex.X;
        TRandomProvider provider = providers[thread];
        long stride = (long)Grid.DimX * Group.DimX;
        for (long i = thread; i < view.Length; i += stride)
        {
            view[i] = operation.Apply(ref provider);
        }

        providers[thread] = provider;
    }
}
