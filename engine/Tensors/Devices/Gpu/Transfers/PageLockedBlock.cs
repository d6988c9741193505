using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using IlgpuGan.Tensors.Devices.Gpu.Cuda;

namespace IlgpuGan.Tensors.Devices.Gpu.Transfers;

/// <summary>
/// Page-locked host memory for asynchronous copies. It consists of whole pages: a driver locks pages, and may refuse to lock a page twice
/// for two blocks that share it.
/// </summary>
internal sealed class PageLockedBlock
{
    // Locked memory must not be reused by the runtime, so it lives as long as the accelerator, whose disposal unlocks it. A finalizer of
    // the block can't unlock it: no context is current on the finalizer thread.
    private static readonly ConditionalWeakTable<CudaAccelerator, List<float[]>> s_locked = [];

    private readonly float[] _memory;
    private readonly nint _address;
    private readonly int _start;
    private readonly int _count;

    /// <exception cref="CudaException">the driver can't lock more memory</exception>
    /// <exception cref="OverflowException">the size exceeds that of an array of floats, 8 GB</exception>
    public PageLockedBlock(CudaAccelerator accelerator, long bytes)
    {
        var page = Environment.SystemPageSize;
        var length = (bytes + page - 1) / page * page;
        _memory = GC.AllocateUninitializedArray<float>(checked((int)((length + page) / sizeof(float))), pinned: true);
        var address = Marshal.UnsafeAddrOfPinnedArrayElement(_memory, 0);
        var start = (int)(-address & (page - 1));
        (_start, _count) = (start / sizeof(float), (int)(length / sizeof(float)));
        _address = address + start;
        using var binding = accelerator.BindScoped();
        CudaDriver.Check(CudaDriver.MemHostRegister(_address, (nint)length, 0));
        var locked = s_locked.GetOrCreateValue(accelerator);
        lock (locked)
        {
            locked.Add(_memory);
        }
    }

    /// <summary>The block's memory, a whole number of pages.</summary>
    public Span<float> Numbers => _memory.AsSpan(_start, _count);

    /// <summary>Copies from the start of the block to a view, as many bytes as the view has.</summary>
    /// <exception cref="CudaException">the driver refuses</exception>
    public void CopyTo(ArrayView<byte> device, CudaStream stream) => Copy(device.LoadEffectiveAddressAsPtr(), _address, device, stream);

    /// <summary>Copies a view to the start of the block.</summary>
    /// <exception cref="CudaException">the driver refuses</exception>
    public void CopyFrom(ArrayView<byte> device, CudaStream stream) => Copy(_address, device.LoadEffectiveAddressAsPtr(), device, stream);

    private static void Copy(nint to, nint from, ArrayView<byte> device, CudaStream stream)
    {
        using var binding = stream.BindScoped();
        CudaDriver.Check(CudaDriver.MemcpyAsync(to, from, (nint)device.LengthInBytes, stream.StreamPtr));
    }
}
