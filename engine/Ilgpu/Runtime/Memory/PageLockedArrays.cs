using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ILGPU.Runtime;

/// <summary>A page-locked array of one dimension.</summary>
public sealed class PageLockedArray1D<T> : PageLockedArray<T>
    where T : unmanaged
{
    internal PageLockedArray1D(Accelerator accelerator, LongIndex1D extent, bool uninitialized)
        : base(accelerator, extent.X, uninitialized) => Extent = extent;

    public LongIndex1D Extent { get; }

    /// <exception cref="IndexOutOfRangeException">The index lies outside the extent.</exception>
    public ref T this[Index1D index] => ref this[index.ToLongIndex()];

    /// <inheritdoc cref="this[Index1D]"/>
    public ref T this[LongIndex1D index]
    {
        get
        {
            ViewBounds.Assert(index.InBounds(Extent));
            return ref Elements[index.X];
        }
    }

    /// <summary>A copy of the elements.</summary>
    public T[] GetArray() => [.. Elements];
}

/// <summary>A page-locked array of two dimensions, laid out like a C# <c>T[,]</c>.</summary>
public sealed class PageLockedArray2D<T> : PageLockedArray<T>
    where T : unmanaged
{
    internal PageLockedArray2D(Accelerator accelerator, LongIndex2D extent, bool uninitialized)
        : base(accelerator, extent.Size, uninitialized) => Extent = extent;

    public LongIndex2D Extent { get; }

    /// <exception cref="IndexOutOfRangeException">The index lies outside the extent.</exception>
    public ref T this[Index2D index] => ref this[index.ToLongIndex()];

    /// <inheritdoc cref="this[Index2D]"/>
    public ref T this[LongIndex2D index]
    {
        get
        {
            ViewBounds.Assert(index.InBounds(Extent));
            return ref Elements[index.X * Extent.Y + index.Y];
        }
    }

    /// <summary>A copy of the elements.</summary>
    public T[,] GetArray()
    {
        var array = new T[Extent.X, Extent.Y];
        Span.CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(array)), array.Length));
        return array;
    }
}

/// <summary>A page-locked array of three dimensions, laid out like a C# <c>T[,,]</c>.</summary>
public sealed class PageLockedArray3D<T> : PageLockedArray<T>
    where T : unmanaged
{
    internal PageLockedArray3D(Accelerator accelerator, LongIndex3D extent, bool uninitialized)
        : base(accelerator, extent.Size, uninitialized) => Extent = extent;

    public LongIndex3D Extent { get; }

    /// <exception cref="IndexOutOfRangeException">The index lies outside the extent.</exception>
    public ref T this[Index3D index] => ref this[index.ToLongIndex()];

    /// <inheritdoc cref="this[Index3D]"/>
    public ref T this[LongIndex3D index]
    {
        get
        {
            ViewBounds.Assert(index.InBounds(Extent));
            return ref Elements[(index.X * Extent.Y + index.Y) * Extent.Z + index.Z];
        }
    }

    /// <summary>A copy of the elements.</summary>
    public T[,,] GetArray()
    {
        var array = new T[Extent.X, Extent.Y, Extent.Z];
        Span.CopyTo(MemoryMarshal.CreateSpan(ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(array)), array.Length));
        return array;
    }
}

public static class PageLockedArrayExtensions
{
    /// <summary>A zeroed array in page-locked host memory.</summary>
    public static PageLockedArray1D<T> AllocatePageLocked1D<T>(this Accelerator accelerator, LongIndex1D extent)
        where T : unmanaged => new(accelerator, extent, uninitialized: false);

    /// <summary>An array in page-locked host memory, whose contents are undefined if <paramref name="uninitialized"/>.</summary>
    public static PageLockedArray1D<T> AllocatePageLocked1D<T>(this Accelerator accelerator, LongIndex1D extent, bool uninitialized)
        where T : unmanaged => new(accelerator, extent, uninitialized);

    /// <inheritdoc cref="AllocatePageLocked1D{T}(Accelerator, LongIndex1D)"/>
    public static PageLockedArray2D<T> AllocatePageLocked2D<T>(this Accelerator accelerator, in LongIndex2D extent)
        where T : unmanaged => new(accelerator, extent, uninitialized: false);

    /// <inheritdoc cref="AllocatePageLocked1D{T}(Accelerator, LongIndex1D)"/>
    public static PageLockedArray3D<T> AllocatePageLocked3D<T>(this Accelerator accelerator, in LongIndex3D extent)
        where T : unmanaged => new(accelerator, extent, uninitialized: false);
}
