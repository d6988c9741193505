namespace ILGPU.Runtime;

/// <summary>A one-dimensional buffer.</summary>
public sealed class MemoryBuffer1D<T, TStride> : MemoryBuffer<ArrayView1D<T, TStride>>
    where T : unmanaged
    where TStride : struct, IStride1D
{
    internal MemoryBuffer1D(Accelerator accelerator, in ArrayView1D<T, TStride> view)
        : base(accelerator, view, view.Length)
    {
        Extent = view.Extent;
        Stride = view.Stride;
    }

    public LongIndex1D Extent { get; }

    public Index1D IntExtent => Extent.ToIntIndex();

    public TStride Stride { get; }

    /// <summary>All elements in linear order, padding included.</summary>
    public ArrayView<T> AsContiguous() => View.BaseView;

    public static explicit operator ArrayView<T>(MemoryBuffer1D<T, TStride> buffer) => buffer.AsContiguous();
}

/// <summary>A two-dimensional buffer.</summary>
public sealed class MemoryBuffer2D<T, TStride> : MemoryBuffer<ArrayView2D<T, TStride>>
    where T : unmanaged
    where TStride : struct, IStride2D
{
    internal MemoryBuffer2D(Accelerator accelerator, in ArrayView2D<T, TStride> view)
        : base(accelerator, view, view.Length)
    {
        Extent = view.Extent;
        Stride = view.Stride;
    }

    public LongIndex2D Extent { get; }

    public Index2D IntExtent => Extent.ToIntIndex();

    public TStride Stride { get; }

    /// <summary>All elements in linear order, padding included.</summary>
    public ArrayView<T> AsContiguous() => View.BaseView;

    public static explicit operator ArrayView<T>(MemoryBuffer2D<T, TStride> buffer) => buffer.AsContiguous();
}

/// <summary>A three-dimensional buffer.</summary>
public sealed class MemoryBuffer3D<T, TStride> : MemoryBuffer<ArrayView3D<T, TStride>>
    where T : unmanaged
    where TStride : struct, IStride3D
{
    internal MemoryBuffer3D(Accelerator accelerator, in ArrayView3D<T, TStride> view)
        : base(accelerator, view, view.Length)
    {
        Extent = view.Extent;
        Stride = view.Stride;
    }

    public LongIndex3D Extent { get; }

    public Index3D IntExtent => Extent.ToIntIndex();

    public TStride Stride { get; }

    /// <summary>All elements in linear order, padding included.</summary>
    public ArrayView<T> AsContiguous() => View.BaseView;

    public static explicit operator ArrayView<T>(MemoryBuffer3D<T, TStride> buffer) => buffer.AsContiguous();
}
