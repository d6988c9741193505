using ILGPU;
using ILGPU.Runtime;

namespace IlgpuGan.Tensors.Devices.Gpu;

/// <summary>The device's copy of <see cref="StepNumbers"/>, at a fixed address.</summary>
internal sealed class DeviceStepNumbers(KernelQueue queue, StepNumbers numbers)
{
    private readonly MemoryBuffer1D<uint, Stride1D.Dense> _buffer = queue.Accelerator.Allocate1D<uint>(StepNumbers.Capacity);

    /// <summary>The table for a launch in the device's stream, with the host's current numbers.</summary>
    public ArrayView<uint> View
    {
        get
        {
            Flush();
            return _buffer.View.BaseView;
        }
    }

    /// <summary>
    /// Copies the numbers if one has changed, in stream order: earlier launches still read the old numbers. The host does not wait.
    /// </summary>
    public void Flush()
    {
        var changed = numbers.Changed;
        if (changed.Length > 0)
        {
            queue.Transfers.Upload(changed, _buffer.View.BaseView.SubView(0, changed.Length));
            numbers.NoteCopied(); // Not before: a copy that fails is made again.
        }
    }
}
