using ILGPU;
using ILGPU.Runtime;

namespace IlgpuGan.Tensors.Devices.Gpu;

/// <summary>The device's copy of <see cref="StepNumbers"/>, at an address that never changes.</summary>
internal sealed class DeviceStepNumbers(KernelQueue queue, StepNumbers numbers)
{
    private readonly MemoryBuffer1D<uint, Stride1D.Dense> _buffer = queue.Accelerator.Allocate1D<uint>(StepNumbers.Capacity);

    /// <summary>For a launch in the device's stream: the numbers as they are on the host now.</summary>
    public ArrayView<uint> View
    {
        get
        {
            Flush();
            return _buffer.View.BaseView;
        }
    }

    /// <summary>
    /// Copies the numbers if one has changed, in the order of the stream: launches from before still read what they were given. The host
    /// goes on.
    /// </summary>
    public void Flush()
    {
        var changed = numbers.TakeChanged();
        if (changed.Length > 0)
        {
            queue.Transfers.Upload(changed, _buffer.View.BaseView.SubView(0, changed.Length));
        }
    }
}
