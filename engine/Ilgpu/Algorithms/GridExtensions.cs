using ILGPU.Runtime;

namespace ILGPU.Algorithms;

/// <summary>What a grid-stride kernel does.</summary>
public interface IGridStrideKernelBody
{
    /// <summary>Called for every index of the launch, each by one thread.</summary>
    void Execute(LongIndex1D linearIndex);

    /// <summary>Called by every thread once it has no more indices.</summary>
    void Finish();
}

/// <summary>Kernels whose threads go over the data in steps of the grid.</summary>
public static class GridExtensions
{
    /// <summary>More threads than these in a group bring nothing to loops over memory.</summary>
    private const int PreferredGroupSize = 256;

    /// <summary>The number of threads of the grid along X. Only inside kernels.</summary>
    public static Index1D GridStrideLoopStride => Grid.DimX * Group.DimX;

    /// <summary>Groups and threads that fill the device, but no more groups than the data needs.</summary>
    public static (Index1D GridDim, Index1D GroupDim) ComputeGridStrideLoopExtent(this Accelerator accelerator, int numDataElements) =>
        accelerator.ComputeGridStrideLoopExtent((long)numDataElements);

    /// <inheritdoc cref="ComputeGridStrideLoopExtent(Accelerator, int)"/>
    public static (Index1D GridDim, Index1D GroupDim) ComputeGridStrideLoopExtent(this Accelerator accelerator, long numDataElements)
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        int groupSize = Math.Min(PreferredGroupSize, accelerator.MaxNumThreadsPerGroup);
        long resident = Math.Max(accelerator.MaxNumThreads / groupSize, 1);
        long needed = Math.Max((numDataElements + groupSize - 1) / groupSize, 1);
        return ((int)Math.Min(resident, needed), groupSize);
    }

    /// <summary>A launcher of a body over any number of indices.</summary>
    public static Action<AcceleratorStream, LongIndex1D, TBody> LoadGridStrideKernel<TBody>(this Accelerator accelerator)
        where TBody : struct, IGridStrideKernelBody
    {
        ArgumentNullException.ThrowIfNull(accelerator);
        var kernel = accelerator.LoadKernel<long, TBody>(Run);
        return (stream, numDataElements, body) =>
            kernel(stream, accelerator.ComputeGridStrideLoopExtent(numDataElements.X), numDataElements.X, body);
    }

    /// <summary>Runs a body over indices in the default stream.</summary>
    public static void LaunchGridStride<TBody>(this Accelerator accelerator, LongIndex1D numDataElements, in TBody body)
        where TBody : struct, IGridStrideKernelBody => accelerator.LaunchGridStride(accelerator.DefaultStream, numDataElements, body);

    /// <summary>Runs a body over indices in a stream.</summary>
    public static void LaunchGridStride<TBody>(
        this Accelerator accelerator, AcceleratorStream stream, LongIndex1D numDataElements, in TBody body)
        where TBody : struct, IGridStrideKernelBody =>
        accelerator.Launch<long, TBody>(
            Run, stream, accelerator.ComputeGridStrideLoopExtent(numDataElements.X), numDataElements.X, body);

    private static void Run<TBody>(long numDataElements, TBody body)
        where TBody : struct, IGridStrideKernelBody
    {
        long stride = (long)Grid.DimX * Group.DimX;
        for (long i = Grid.LongGlobalIndex.X; i < numDataElements; i += stride)
        {
            body.Execute(i);
        }

        body.Finish();
    }
}
