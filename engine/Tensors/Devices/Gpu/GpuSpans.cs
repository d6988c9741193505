using ILGPU;
using ILGPU.Runtime;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal static class GpuSpans
{
    /// <summary>Kernels index elements with 32 bits, and the last group's indices may exceed the length.</summary>
    private const long MaxLength = int.MaxValue - (1 << 20);

    /// <summary>The span as a kernel argument.</summary>
    /// <exception cref="DeviceException">the array has more elements than kernels can index</exception>
    public static ArrayView<float> View(this DeviceSpan span) => span.Length <= MaxLength
        ? new ArrayView<float>(((GpuStorage)span.Storage).Buffer, span.Offset, span.Length)
        : throw new DeviceException($"an array of {span.Length} elements: kernels address at most {MaxLength}; take a smaller batch or " +
            "smaller pictures") { IsOutOfMemory = true };

    /// <summary>An empty view where there is no array.</summary>
    public static ArrayView<float> View(this DeviceSpan? span) => span is { } given ? given.View() : ArrayView<float>.Empty;

    /// <summary>
    /// Copies to the host, in stream order, and waits. The array is pinned here because ILGPU takes its address without pinning it.
    /// </summary>
    public static unsafe void CopyToHost<T>(this ArrayView<T> source, AcceleratorStream stream, Span<T> destination)
        where T : unmanaged
    {
        fixed (T* held = destination)
        {
            source.CopyToCPU(stream, ref *held, destination.Length);
        }
    }

    /// <summary>Copies from the host, in stream order; the source may be overwritten when the call returns.</summary>
    public static unsafe void CopyFromHost<T>(this ArrayView<T> destination, AcceleratorStream stream, ReadOnlySpan<T> source)
        where T : unmanaged
    {
        fixed (T* held = source)
        {
            destination.CopyFromCPU(stream, ref *held, source.Length);
        }
    }
}
