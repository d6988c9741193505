using ILGPU;

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
}
