using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using IlgpuGan.Tensors.Devices.Gpu.Cuda;

namespace IlgpuGan.Tensors.Devices.Gpu.Transfers;

/// <summary>
/// Host memory that the driver copies from and to while the host goes on. Whole pages: a driver locks pages, and may refuse to lock one
/// twice for two neighbours that share it.
/// </summary>
internal sealed class PageLockedBlock
{
    // Memory that the driver has locked must not be given to others: it lives as long as the accelerator, whose end unlocks it. A
    // finalizer of the block can't: no context is current on its thread.
    private static readonly ConditionalWeakTable<CudaAccelerator, List<float[]>> s_locked = [];

    private readonly float[] _memory;
    private readonly nint _address;
    private readonly int _start;
    private readonly int _count;

    /// <exception cref="CudaException">the driver locks no more memory</exception>
    /// <exception cref="OverflowException">more is asked for than an array of numbers holds, 8 GB</exception>
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

    /// <summary>Whole pages of them.</summary>
    public Span<float> Numbers => _memory.AsSpan(_start, _count);

    /// <summary>Copies as many bytes as a view has from the start of the block.</summary>
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
