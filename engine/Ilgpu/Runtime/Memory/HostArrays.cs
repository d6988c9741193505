using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ILGPU.Runtime;

/// <summary>
/// Copies between .NET arrays and strided views, and waits. A view with gaps is copied only under a general stride, element by element on
/// the host; what lies in its gaps stays as it is.
/// </summary>
internal static class HostArrays
{
    public static void CopyTo<T, TStride>(AcceleratorStream stream, T[] data, ArrayView1D<T, TStride> view)
        where T : unmanaged
        where TStride : struct, IStride1D
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(data.LongLength, view.Extent.X, nameof(data));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(data.LongLength, view.Extent.X, "lengthInBytes");
        if (view.Stride is Stride1D.Dense)
        {
            BufferCopy.ToView(stream, in MemoryMarshal.GetArrayDataReference(data), view.BaseView);
            return;
        }

        T[] linear = Read(stream, view.BaseView);
        for (int x = 0; x < data.Length; x++)
        {
            linear[view.Stride.ComputeElementIndex(new LongIndex1D(x))] = data[x];
        }

        Write(stream, linear, view.BaseView);
    }

    public static void CopyFrom<T, TStride>(AcceleratorStream stream, ArrayView1D<T, TStride> view, T[] data)
        where T : unmanaged
        where TStride : struct, IStride1D
    {
        ArgumentNullException.ThrowIfNull(data);
        ArgumentOutOfRangeException.ThrowIfLessThan(data.LongLength, view.Extent.X, nameof(data));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(data.LongLength, view.Extent.X, "lengthInBytes");
        if (view.Stride is Stride1D.Dense)
        {
            BufferCopy.FromView(stream, view.BaseView, ref MemoryMarshal.GetArrayDataReference(data));
            return;
        }

        T[] linear = Read(stream, view.BaseView);
        for (int x = 0; x < data.Length; x++)
        {
            data[x] = linear[view.Stride.ComputeElementIndex(new LongIndex1D(x))];
        }
    }

    public static void CopyTo<T, TStride>(AcceleratorStream stream, T[,] data, ArrayView2D<T, TStride> view)
        where T : unmanaged
        where TStride : struct, IStride2D
    {
        CheckExtent(data, view);
        if (view.Stride is Stride2D.DenseY)
        {
            BufferCopy.ToView(stream, in FirstElement<T>(data), view.BaseView);
            return;
        }

        T[] linear = Read(stream, view.BaseView);
        for (int x = 0; x < data.GetLength(0); x++)
        {
            for (int y = 0; y < data.GetLength(1); y++)
            {
                linear[view.Stride.ComputeElementIndex(new LongIndex2D(x, y))] = data[x, y];
            }
        }

        Write(stream, linear, view.BaseView);
    }

    public static void CopyFrom<T, TStride>(AcceleratorStream stream, ArrayView2D<T, TStride> view, T[,] data)
        where T : unmanaged
        where TStride : struct, IStride2D
    {
        CheckExtent(data, view);
        if (view.Stride is Stride2D.DenseY)
        {
            BufferCopy.FromView(stream, view.BaseView, ref FirstElement<T>(data));
            return;
        }

        T[] linear = Read(stream, view.BaseView);
        for (int x = 0; x < data.GetLength(0); x++)
        {
            for (int y = 0; y < data.GetLength(1); y++)
            {
                data[x, y] = linear[view.Stride.ComputeElementIndex(new LongIndex2D(x, y))];
            }
        }
    }

    public static void CopyTo<T, TStride>(AcceleratorStream stream, T[,,] data, ArrayView3D<T, TStride> view)
        where T : unmanaged
        where TStride : struct, IStride3D
    {
        CheckExtent(data, view);
        if (view.Stride is Stride3D.DenseZY)
        {
            BufferCopy.ToView(stream, in FirstElement<T>(data), view.BaseView);
            return;
        }

        T[] linear = Read(stream, view.BaseView);
        for (int x = 0; x < data.GetLength(0); x++)
        {
            for (int y = 0; y < data.GetLength(1); y++)
            {
                for (int z = 0; z < data.GetLength(2); z++)
                {
                    linear[view.Stride.ComputeElementIndex(new LongIndex3D(x, y, z))] = data[x, y, z];
                }
            }
        }

        Write(stream, linear, view.BaseView);
    }

    public static void CopyFrom<T, TStride>(AcceleratorStream stream, ArrayView3D<T, TStride> view, T[,,] data)
        where T : unmanaged
        where TStride : struct, IStride3D
    {
        CheckExtent(data, view);
        if (view.Stride is Stride3D.DenseZY)
        {
            BufferCopy.FromView(stream, view.BaseView, ref FirstElement<T>(data));
            return;
        }

        T[] linear = Read(stream, view.BaseView);
        for (int x = 0; x < data.GetLength(0); x++)
        {
            for (int y = 0; y < data.GetLength(1); y++)
            {
                for (int z = 0; z < data.GetLength(2); z++)
                {
                    data[x, y, z] = linear[view.Stride.ComputeElementIndex(new LongIndex3D(x, y, z))];
                }
            }
        }
    }

    public static void CopyToSpan<T>(AcceleratorStream stream, ArrayView<T> view, Span<T> data)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(data.Length, view.Length, nameof(data));
        BufferCopy.FromView(stream, view, ref MemoryMarshal.GetReference(data));
    }

    public static void CopyFromSpan<T>(AcceleratorStream stream, ReadOnlySpan<T> data, ArrayView<T> view)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(data.Length, view.Length, nameof(data));
        BufferCopy.ToView(stream, in MemoryMarshal.GetReference(data), view.SubView(0, data.Length));
    }

    private static void CheckExtent<T, TStride>(T[,] data, ArrayView2D<T, TStride> view)
        where T : unmanaged
        where TStride : struct, IStride2D
    {
        ArgumentNullException.ThrowIfNull(data);
        var extent = new LongIndex2D(data.GetLongLength(0), data.GetLongLength(1));
        if (extent != view.Extent)
        {
            throw new ArgumentOutOfRangeException(nameof(data), $"The array has extent {extent}, the view {view.Extent}.");
        }

        DemandNoGaps(view.Length, view.Extent.Size, view.Stride is Stride2D.General);
    }

    private static void CheckExtent<T, TStride>(T[,,] data, ArrayView3D<T, TStride> view)
        where T : unmanaged
        where TStride : struct, IStride3D
    {
        ArgumentNullException.ThrowIfNull(data);
        var extent = new LongIndex3D(data.GetLongLength(0), data.GetLongLength(1), data.GetLongLength(2));
        if (extent != view.Extent)
        {
            throw new ArgumentOutOfRangeException(nameof(data), $"The array has extent {extent}, the view {view.Extent}.");
        }

        DemandNoGaps(view.Length, view.Extent.Size, view.Stride is Stride3D.General);
    }

    private static void DemandNoGaps(long spanned, long elements, bool isGeneral)
    {
        if (!isGeneral && spanned != elements)
        {
            throw new NotSupportedException(
                "The view has gaps between its elements, so that it can't be copied in one piece; copy its AsGeneral() view.");
        }
    }

    private static ref T FirstElement<T>(Array data) => ref Unsafe.As<byte, T>(ref MemoryMarshal.GetArrayDataReference(data));

    private static T[] Read<T>(AcceleratorStream stream, ArrayView<T> view)
        where T : unmanaged
    {
        var linear = new T[view.Length];
        BufferCopy.FromView(stream, view, ref MemoryMarshal.GetArrayDataReference(linear));
        return linear;
    }

    private static void Write<T>(AcceleratorStream stream, T[] linear, ArrayView<T> view)
        where T : unmanaged =>
        BufferCopy.ToView(stream, in MemoryMarshal.GetArrayDataReference(linear), view);
}
