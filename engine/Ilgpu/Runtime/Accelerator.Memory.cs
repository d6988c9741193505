namespace ILGPU.Runtime;

/// <content>Buffers and page-locked memory.</content>
public abstract partial class Accelerator
{
    /// <summary>
    /// A buffer of <paramref name="length"/> elements of <paramref name="elementSize"/> bytes; its contents are undefined.
    /// </summary>
    /// <exception cref="ArgumentOutOfRangeException">The length is negative or the element size below 1.</exception>
    public MemoryBuffer AllocateRaw(long length, int elementSize)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        ArgumentOutOfRangeException.ThrowIfLessThan(elementSize, 1);
        using ScopedAcceleratorBinding binding = BindScoped();
        return AllocateRawCore(length, elementSize);
    }

    public MemoryBuffer1D<T, Stride1D.Dense> Allocate1D<T>(long length)
        where T : unmanaged => Allocate1D<T, Stride1D.Dense>(length, default);

    public MemoryBuffer1D<T, TStride> Allocate1D<T, TStride>(long length, TStride stride)
        where T : unmanaged
        where TStride : struct, IStride1D
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        return new(this, new(AllocateView<T>(stride.ComputeBufferLength(new LongIndex1D(length))), length, stride));
    }

    public MemoryBuffer2D<T, TStride> Allocate2D<T, TStride>(
        in LongIndex2D extent,
        Stride2D.GetLeadingDimensionSize getLeadingDimensionSize,
        Stride2D.BuildStride<TStride> buildStride)
        where T : unmanaged
        where TStride : struct, IStride2D
    {
        ArgumentNullException.ThrowIfNull(getLeadingDimensionSize);
        ArgumentNullException.ThrowIfNull(buildStride);
        ArgumentOutOfRangeException.ThrowIfLessThan(Math.Min(extent.X, extent.Y), 0, nameof(extent));
        TStride stride = buildStride(extent, checked((int)getLeadingDimensionSize(extent)));
        return new(this, new(AllocateView<T>(stride.ComputeBufferLength(extent)), extent, stride));
    }

    public MemoryBuffer2D<T, Stride2D.DenseX> Allocate2DDenseX<T>(in LongIndex2D extent)
        where T : unmanaged => Allocate2D<T, Stride2D.DenseX>(extent, e => e.X, (_, leading) => new(leading));

    public MemoryBuffer2D<T, Stride2D.DenseY> Allocate2DDenseY<T>(in LongIndex2D extent)
        where T : unmanaged => Allocate2D<T, Stride2D.DenseY>(extent, e => e.Y, (_, leading) => new(leading));

    /// <summary>Rows along X start at multiples of <paramref name="xAlignmentInBytes"/>.</summary>
    public MemoryBuffer2D<T, Stride2D.DenseX> Allocate2DPitchedX<T>(in LongIndex2D extent, int xAlignmentInBytes)
        where T : unmanaged =>
        Allocate2D<T, Stride2D.DenseX>(extent, e => AlignLength<T>(e.X, xAlignmentInBytes), (_, leading) => new(leading));

    /// <summary>Columns along Y start at multiples of <paramref name="yAlignmentInBytes"/>.</summary>
    public MemoryBuffer2D<T, Stride2D.DenseY> Allocate2DPitchedY<T>(in LongIndex2D extent, int yAlignmentInBytes)
        where T : unmanaged =>
        Allocate2D<T, Stride2D.DenseY>(extent, e => AlignLength<T>(e.Y, yAlignmentInBytes), (_, leading) => new(leading));

    public MemoryBuffer3D<T, TStride> Allocate3D<T, TStride>(
        LongIndex3D extent,
        Stride3D.GetLeadingDimensionSize getLeadingDimensionSize,
        Stride3D.BuildStride<TStride> buildStride)
        where T : unmanaged
        where TStride : struct, IStride3D
    {
        ArgumentNullException.ThrowIfNull(getLeadingDimensionSize);
        ArgumentNullException.ThrowIfNull(buildStride);
        ArgumentOutOfRangeException.ThrowIfLessThan(Math.Min(extent.X, Math.Min(extent.Y, extent.Z)), 0, nameof(extent));
        TStride stride = buildStride(extent, checked((int)getLeadingDimensionSize(extent)));
        return new(this, new(AllocateView<T>(stride.ComputeBufferLength(extent)), extent, stride));
    }

    public MemoryBuffer3D<T, Stride3D.DenseXY> Allocate3DDenseXY<T>(LongIndex3D extent)
        where T : unmanaged =>
        Allocate3D<T, Stride3D.DenseXY>(extent, e => e.X, (e, leading) => new(leading, checked((int)(leading * e.Y))));

    public MemoryBuffer3D<T, Stride3D.DenseZY> Allocate3DDenseZY<T>(LongIndex3D extent)
        where T : unmanaged =>
        Allocate3D<T, Stride3D.DenseZY>(extent, e => e.Z, (e, leading) => new(checked((int)(leading * e.Y)), leading));

    /// <summary>Rows along X start at multiples of <paramref name="xyAlignmentInBytes"/>.</summary>
    public MemoryBuffer3D<T, Stride3D.DenseXY> Allocate3DPitchedXY<T>(LongIndex3D extent, int xyAlignmentInBytes)
        where T : unmanaged =>
        Allocate3D<T, Stride3D.DenseXY>(
            extent,
            e => AlignLength<T>(e.X, xyAlignmentInBytes),
            (e, leading) => new(leading, checked((int)(leading * e.Y))));

    /// <summary>Rows along Z start at multiples of <paramref name="zyAlignmentInBytes"/>.</summary>
    public MemoryBuffer3D<T, Stride3D.DenseZY> Allocate3DPitchedZY<T>(LongIndex3D extent, int zyAlignmentInBytes)
        where T : unmanaged =>
        Allocate3D<T, Stride3D.DenseZY>(
            extent,
            e => AlignLength<T>(e.Z, zyAlignmentInBytes),
            (e, leading) => new(checked((int)(leading * e.Y)), leading));

    /// <summary>Registers pinned host memory with the driver, which makes copies from and to it asynchronous and fast.</summary>
    public PageLockScope<T> CreatePageLockFromPinned<T>(IntPtr pinned, long numElements)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(numElements);
        using ScopedAcceleratorBinding binding = BindScoped();
        return CreatePageLockCore<T>(pinned, numElements);
    }

    /// <inheritdoc cref="CreatePageLockFromPinned{T}(IntPtr, long)"/>
    /// <param name="pinned">An array of the pinned object heap (<c>GC.AllocateArray(length, pinned: true)</c>) or pinned otherwise.</param>
    public unsafe PageLockScope<T> CreatePageLockFromPinned<T>(T[] pinned)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(pinned);
        fixed (T* start = pinned)
        {
            return CreatePageLockFromPinned<T>((IntPtr)start, pinned.LongLength);
        }
    }

    protected abstract MemoryBuffer AllocateRawCore(long length, int elementSize);

    /// <summary>A scope that locks nothing, for devices whose driver has no such notion.</summary>
    protected virtual PageLockScope<T> CreatePageLockCore<T>(IntPtr pinned, long numElements)
        where T : unmanaged => new UnlockedScope<T>(this, pinned, numElements);

    private static long AlignLength<T>(long length, int alignmentInBytes)
        where T : unmanaged
    {
        int size = Interop.SizeOf<T>();
        ArgumentOutOfRangeException.ThrowIfLessThan(alignmentInBytes, 1);
        if (alignmentInBytes % size != 0)
        {
            throw new ArgumentOutOfRangeException(
                nameof(alignmentInBytes), $"An alignment of {alignmentInBytes} bytes is no multiple of the element size {size}.");
        }

        int elements = alignmentInBytes / size;
        return (length + elements - 1) / elements * elements;
    }

    private ArrayView<T> AllocateView<T>(long length)
        where T : unmanaged
    {
        BlittableType<T>.Demand();
        return new(AllocateRaw(length, Interop.SizeOf<T>()), 0, length);
    }
}
