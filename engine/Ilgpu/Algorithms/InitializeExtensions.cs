using ILGPU.Runtime;

namespace ILGPU.Algorithms;

/// <summary>Writes one value to all elements of a view.</summary>
public delegate void Initializer<T, TStride>(AcceleratorStream stream, ArrayView1D<T, TStride> view, T value)
    where T : unmanaged
    where TStride : struct, IStride1D;

public static class InitializeExtensions
{
    /// <summary>Writes <paramref name="value"/> to all elements of the view.</summary>
    public static void Initialize<T>(this Accelerator accelerator, AcceleratorStream stream, ArrayView<T> view, T value)
        where T : unmanaged => accelerator.Initialize<T, Stride1D.Dense>(stream, view, value);

    /// <inheritdoc cref="Initialize{T}"/>
    public static void Initialize<T, TStride>(this Accelerator accelerator, AcceleratorStream stream, ArrayView1D<T, TStride> view, T value)
        where T : unmanaged
        where TStride : struct, IStride1D
    {
        if (view.Extent.X > 0)
        {
            accelerator.Launch<ArrayView1D<T, TStride>, T>(
                Run, stream, accelerator.ComputeGridStrideLoopExtent(view.Extent.X), view, value);
        }
    }

    /// <summary>Loads the kernel now, for launches later.</summary>
    public static Initializer<T, TStride> CreateInitializer<T, TStride>(this Accelerator accelerator)
        where T : unmanaged
        where TStride : struct, IStride1D
    {
        var kernel = accelerator.LoadKernel<ArrayView1D<T, TStride>, T>(Run);
        return (stream, view, value) =>
        {
            if (view.Extent.X > 0)
            {
                kernel(stream, accelerator.ComputeGridStrideLoopExtent(view.Extent.X), view, value);
            }
        };
    }

    private static void Run<T, TStride>(ArrayView1D<T, TStride> view, T value)
        where T : unmanaged
        where TStride : struct, IStride1D
    {
        long stride = (long)Grid.DimX * Group.DimX;
        for (long i = Grid.LongGlobalIndex.X; i < view.Extent.X; i += stride)
        {
            view[new LongIndex1D(i)] = value;
        }
    }
}
