namespace ILGPU.Runtime;

/// <content>Buffers made from .NET arrays.</content>
public static partial class ArrayViewExtensions
{
    /// <summary>A buffer that holds a copy of the array.</summary>
    public static MemoryBuffer1D<T, Stride1D.Dense> Allocate1D<T>(this Accelerator accelerator, T[] data)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(data);
        MemoryBuffer1D<T, Stride1D.Dense> buffer = accelerator.Allocate1D<T>(data.LongLength);
        buffer.CopyFromCPU(accelerator.DefaultStream, data);
        return buffer;
    }

    /// <summary>A buffer that holds a copy of the array.</summary>
    public static MemoryBuffer2D<T, Stride2D.DenseX> Allocate2DDenseX<T>(this Accelerator accelerator, T[,] data)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(data);
        MemoryBuffer2D<T, Stride2D.DenseX> buffer =
            accelerator.Allocate2DDenseX<T>(new LongIndex2D(data.GetLongLength(0), data.GetLongLength(1)));
        buffer.CopyFromCPU(accelerator.DefaultStream, data);
        return buffer;
    }

    /// <summary>A buffer that holds a copy of the array.</summary>
    public static MemoryBuffer2D<T, Stride2D.DenseY> Allocate2DDenseY<T>(this Accelerator accelerator, T[,] data)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(data);
        MemoryBuffer2D<T, Stride2D.DenseY> buffer =
            accelerator.Allocate2DDenseY<T>(new LongIndex2D(data.GetLongLength(0), data.GetLongLength(1)));
        buffer.CopyFromCPU(accelerator.DefaultStream, data);
        return buffer;
    }

    /// <summary>A buffer that holds a copy of the array.</summary>
    public static MemoryBuffer3D<T, Stride3D.DenseXY> Allocate3DDenseXY<T>(this Accelerator accelerator, T[,,] data)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(data);
        MemoryBuffer3D<T, Stride3D.DenseXY> buffer =
            accelerator.Allocate3DDenseXY<T>(new LongIndex3D(data.GetLongLength(0), data.GetLongLength(1), data.GetLongLength(2)));
        buffer.CopyFromCPU(accelerator.DefaultStream, data);
        return buffer;
    }

    /// <summary>A buffer that holds a copy of the array.</summary>
    public static MemoryBuffer3D<T, Stride3D.DenseZY> Allocate3DDenseZY<T>(this Accelerator accelerator, T[,,] data)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(data);
        MemoryBuffer3D<T, Stride3D.DenseZY> buffer =
            accelerator.Allocate3DDenseZY<T>(new LongIndex3D(data.GetLongLength(0), data.GetLongLength(1), data.GetLongLength(2)));
        buffer.CopyFromCPU(accelerator.DefaultStream, data);
        return buffer;
    }

    /// <summary>A buffer that holds a copy of the array.</summary>
    public static MemoryBuffer1D<T, Stride1D.Dense> Allocate1D<T>(this Accelerator accelerator, AcceleratorStream stream, T[] data)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(data);
        MemoryBuffer1D<T, Stride1D.Dense> buffer = accelerator.Allocate1D<T>(data.LongLength);
        buffer.CopyFromCPU(stream, data);
        return buffer;
    }

    /// <summary>A buffer that holds a copy of the array.</summary>
    public static MemoryBuffer2D<T, Stride2D.DenseX> Allocate2DDenseX<T>(this Accelerator accelerator, AcceleratorStream stream, T[,] data)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(data);
        MemoryBuffer2D<T, Stride2D.DenseX> buffer =
            accelerator.Allocate2DDenseX<T>(new LongIndex2D(data.GetLongLength(0), data.GetLongLength(1)));
        buffer.CopyFromCPU(stream, data);
        return buffer;
    }

    /// <summary>A buffer that holds a copy of the array.</summary>
    public static MemoryBuffer2D<T, Stride2D.DenseY> Allocate2DDenseY<T>(this Accelerator accelerator, AcceleratorStream stream, T[,] data)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(data);
        MemoryBuffer2D<T, Stride2D.DenseY> buffer =
            accelerator.Allocate2DDenseY<T>(new LongIndex2D(data.GetLongLength(0), data.GetLongLength(1)));
        buffer.CopyFromCPU(stream, data);
        return buffer;
    }

    /// <summary>A buffer that holds a copy of the array.</summary>
    public static MemoryBuffer3D<T, Stride3D.DenseXY> Allocate3DDenseXY<T>(
        this Accelerator accelerator, AcceleratorStream stream, T[,,] data)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(data);
        MemoryBuffer3D<T, Stride3D.DenseXY> buffer =
            accelerator.Allocate3DDenseXY<T>(new LongIndex3D(data.GetLongLength(0), data.GetLongLength(1), data.GetLongLength(2)));
        buffer.CopyFromCPU(stream, data);
        return buffer;
    }

    /// <summary>A buffer that holds a copy of the array.</summary>
    public static MemoryBuffer3D<T, Stride3D.DenseZY> Allocate3DDenseZY<T>(
        this Accelerator accelerator, AcceleratorStream stream, T[,,] data)
        where T : unmanaged
    {
        ArgumentNullException.ThrowIfNull(data);
        MemoryBuffer3D<T, Stride3D.DenseZY> buffer =
            accelerator.Allocate3DDenseZY<T>(new LongIndex3D(data.GetLongLength(0), data.GetLongLength(1), data.GetLongLength(2)));
        buffer.CopyFromCPU(stream, data);
        return buffer;
    }
}
