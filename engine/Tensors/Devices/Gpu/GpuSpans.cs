using ILGPU;
using ILGPU.Runtime;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal static class GpuSpans
{
    /// <summary>Kernels count elements with 32 bits, and their last group may count past the end.</summary>
    private const long MaxLength = int.MaxValue - (1 << 20);

    /// <summary>What a kernel reads and writes.</summary>
    /// <exception cref="DeviceException">the array has more elements than kernels can count</exception>
    public static ArrayView<float> View(this DeviceSpan span) => span.Length <= MaxLength
        ? new ArrayView<float>(((GpuStorage)span.Storage).Buffer, span.Offset, span.Length)
        : throw new DeviceException($"an array of {span.Length} elements: kernels address at most {MaxLength}; take a smaller batch or " +
            "smaller pictures") { IsOutOfMemory = true };

    /// <summary>The view of nothing where there is no array.</summary>
    public static ArrayView<float> View(this DeviceSpan? span) => span is { } given ? given.View() : ArrayView<float>.Empty;

    /// <summary>
    /// Copies to the host, in the order of a stream, and waits. ILGPU takes the address and lets the collector move the array meanwhile.
    /// </summary>
    public static unsafe void CopyToHost<T>(this ArrayView<T> source, AcceleratorStream stream, Span<T> destination)
        where T : unmanaged
    {
        fixed (T* held = destination)
        {
            source.CopyToCPU(stream, ref *held, destination.Length);
        }
    }

    /// <summary>The opposite; the source may be overwritten when the call returns.</summary>
    public static unsafe void CopyFromHost<T>(this ArrayView<T> destination, AcceleratorStream stream, ReadOnlySpan<T> source)
        where T : unmanaged
    {
        fixed (T* held = source)
        {
            destination.CopyFromCPU(stream, ref *held, source.Length);
        }
    }
}
