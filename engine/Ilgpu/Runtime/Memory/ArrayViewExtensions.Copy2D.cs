namespace ILGPU.Runtime;

/// <content>Copies between .NET arrays of 2 dimensions and views; element <c>[x, y]</c> of one is that of the other.</content>
public static partial class ArrayViewExtensions
{
    /// <summary>Copies an array to the view and waits.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="data"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The array's dimensions are not the view's.</exception>
    /// <exception cref="InvalidOperationException">The buffer was disposed.</exception>
    public static void CopyFromCPU<T, TStride>(this MemoryBuffer<ArrayView2D<T, TStride>> buffer, T[,] data)
        where T : unmanaged
        where TStride : struct, IStride2D =>
        HostArrays.CopyTo(BufferCopy.DefaultStreamOf(buffer.View), data, buffer.View);

    /// <summary>Copies the view to an array and waits.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="data"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The array's dimensions are not the view's.</exception>
    /// <exception cref="InvalidOperationException">The buffer was disposed.</exception>
    public static void CopyToCPU<T, TStride>(this MemoryBuffer<ArrayView2D<T, TStride>> buffer, T[,] data)
        where T : unmanaged
        where TStride : struct, IStride2D =>
        HostArrays.CopyFrom(BufferCopy.DefaultStreamOf(buffer.View), buffer.View, data);

    /// <summary>The view's elements as a new array.</summary>
    /// <exception cref="InvalidOperationException">The buffer was disposed.</exception>
    public static T[,] GetAsArray2D<T, TStride>(this MemoryBuffer<ArrayView2D<T, TStride>> buffer)
        where T : unmanaged
        where TStride : struct, IStride2D
    {
        ArrayView2D<T, TStride> source = buffer.View;
        var data = new T[source.Extent.X, source.Extent.Y];
        HostArrays.CopyFrom(BufferCopy.DefaultStreamOf(source), source, data);
        return data;
    }

    /// <summary>Copies an array to the view in the given stream and waits.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="data"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The array's dimensions are not the view's.</exception>
    /// <exception cref="InvalidOperationException">The buffer was disposed.</exception>
    public static void CopyFromCPU<T, TStride>(this MemoryBuffer<ArrayView2D<T, TStride>> buffer, AcceleratorStream stream, T[,] data)
        where T : unmanaged
        where TStride : struct, IStride2D =>
        HostArrays.CopyTo(stream, data, buffer.View);

    /// <summary>Copies the view to an array in the given stream and waits.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="data"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The array's dimensions are not the view's.</exception>
    /// <exception cref="InvalidOperationException">The buffer was disposed.</exception>
    public static void CopyToCPU<T, TStride>(this MemoryBuffer<ArrayView2D<T, TStride>> buffer, AcceleratorStream stream, T[,] data)
        where T : unmanaged
        where TStride : struct, IStride2D =>
        HostArrays.CopyFrom(stream, buffer.View, data);

    /// <summary>The view's elements as a new array, read in the given stream.</summary>
    /// <exception cref="InvalidOperationException">The buffer was disposed.</exception>
    public static T[,] GetAsArray2D<T, TStride>(this MemoryBuffer<ArrayView2D<T, TStride>> buffer, AcceleratorStream stream)
        where T : unmanaged
        where TStride : struct, IStride2D
    {
        ArrayView2D<T, TStride> source = buffer.View;
        var data = new T[source.Extent.X, source.Extent.Y];
        HostArrays.CopyFrom(stream, source, data);
        return data;
    }

    /// <summary>Copies an array to the view and waits.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="data"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The array's dimensions are not the view's.</exception>
    /// <exception cref="InvalidOperationException">The buffer was disposed.</exception>
    public static void CopyFromCPU<T, TStride>(this ArrayView2D<T, TStride> view, T[,] data)
        where T : unmanaged
        where TStride : struct, IStride2D =>
        HostArrays.CopyTo(BufferCopy.DefaultStreamOf(view), data, view);

    /// <summary>Copies the view to an array and waits.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="data"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The array's dimensions are not the view's.</exception>
    /// <exception cref="InvalidOperationException">The buffer was disposed.</exception>
    public static void CopyToCPU<T, TStride>(this ArrayView2D<T, TStride> view, T[,] data)
        where T : unmanaged
        where TStride : struct, IStride2D =>
        HostArrays.CopyFrom(BufferCopy.DefaultStreamOf(view), view, data);

    /// <summary>The view's elements as a new array.</summary>
    /// <exception cref="InvalidOperationException">The buffer was disposed.</exception>
    public static T[,] GetAsArray2D<T, TStride>(this ArrayView2D<T, TStride> view)
        where T : unmanaged
        where TStride : struct, IStride2D
    {
        ArrayView2D<T, TStride> source = view;
        var data = new T[source.Extent.X, source.Extent.Y];
        HostArrays.CopyFrom(BufferCopy.DefaultStreamOf(source), source, data);
        return data;
    }

    /// <summary>Copies an array to the view in the given stream and waits.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="data"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The array's dimensions are not the view's.</exception>
    /// <exception cref="InvalidOperationException">The buffer was disposed.</exception>
    public static void CopyFromCPU<T, TStride>(this ArrayView2D<T, TStride> view, AcceleratorStream stream, T[,] data)
        where T : unmanaged
        where TStride : struct, IStride2D =>
        HostArrays.CopyTo(stream, data, view);

    /// <summary>Copies the view to an array in the given stream and waits.</summary>
    /// <exception cref="ArgumentNullException"><paramref name="data"/> is null.</exception>
    /// <exception cref="ArgumentOutOfRangeException">The array's dimensions are not the view's.</exception>
    /// <exception cref="InvalidOperationException">The buffer was disposed.</exception>
    public static void CopyToCPU<T, TStride>(this ArrayView2D<T, TStride> view, AcceleratorStream stream, T[,] data)
        where T : unmanaged
        where TStride : struct, IStride2D =>
        HostArrays.CopyFrom(stream, view, data);

    /// <summary>The view's elements as a new array, read in the given stream.</summary>
    /// <exception cref="InvalidOperationException">The buffer was disposed.</exception>
    public static T[,] GetAsArray2D<T, TStride>(this ArrayView2D<T, TStride> view, AcceleratorStream stream)
        where T : unmanaged
        where TStride : struct, IStride2D
    {
        ArrayView2D<T, TStride> source = view;
        var data = new T[source.Extent.X, source.Extent.Y];
        HostArrays.CopyFrom(stream, source, data);
        return data;
    }
}
