using ILGPU.Runtime;
using ILGPU.Util;

namespace ILGPU.Algorithms.Random;

/// <summary>A view of generators, one for each thread, for kernels that keep theirs in a register while they draw.</summary>
public class ThreadWiseRNG<TRandomProvider> : DisposeBase
    where TRandomProvider : unmanaged, IRandomProvider<TRandomProvider>
{
    private readonly MemoryBuffer1D<TRandomProvider, Stride1D.Dense> _providers;

    /// <inheritdoc cref="RandomExtensions.InitRNGView"/>
    /// <param name="accelerator">Where the generators are.</param>
    /// <param name="stream">Where to.</param>
    /// <param name="maxNumThreads">How many generators there are.</param>
    /// <param name="random">What the host draws by.</param>
    /// <param name="numInitializers">The states that the host draws, at most.</param>
    public ThreadWiseRNG(
        Accelerator accelerator, AcceleratorStream stream, LongIndex1D maxNumThreads, System.Random random,
        int numInitializers = ushort.MaxValue)
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        ArgumentOutOfRangeException.ThrowIfLessThan(maxNumThreads.X, 1, nameof(maxNumThreads));
        _providers = accelerator.Allocate1D<TRandomProvider>(maxNumThreads);
        accelerator.InitRNGView(stream, RNGView, random, numInitializers);
    }

    public ArrayView<TRandomProvider> RNGView => _providers.AsContiguous();

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _providers.Dispose();
        }
    }
}
