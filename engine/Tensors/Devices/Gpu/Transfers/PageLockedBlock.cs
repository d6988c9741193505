#if !USE_ILGPU_PACKAGES
using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;

namespace IlgpuGan.Tensors.Devices.Gpu.Transfers;

/// <summary>
/// Host memory that the driver copies from and to while the host goes on. Whole pages: a driver locks pages, and may refuse to lock one
/// twice for two neighbours that share it.
/// </summary>
internal sealed class PageLockedBlock : IDisposable
{
    private readonly float[] _memory;
    private readonly int _start;
    private readonly int _count;
    private readonly PageLockScope<byte> _lock;

    /// <exception cref="OverflowException">more is asked for than an array of numbers holds, 8 GB</exception>
    public PageLockedBlock(Accelerator accelerator, long bytes)
    {
        var page = Environment.SystemPageSize;
        var length = (bytes + page - 1) / page * page;
        _memory = GC.AllocateUninitializedArray<float>(checked((int)((length + page) / sizeof(float))), pinned: true);
        var address = Marshal.UnsafeAddrOfPinnedArrayElement(_memory, 0);
        var start = (int)(-address & (page - 1));
        (_start, _count) = (start / sizeof(float), (int)(length / sizeof(float)));
        _lock = accelerator.CreatePageLockFromPinned<byte>(address + start, length);
    }

    /// <summary>Whole pages of them.</summary>
    public Span<float> Numbers => _memory.AsSpan(_start, _count);

    public void CopyTo(ArrayView<byte> device, AcceleratorStream stream) => device.CopyFromPageLockedAsync(stream, _lock);

    public void CopyFrom(ArrayView<byte> device, AcceleratorStream stream) => device.CopyToPageLockedAsync(stream, _lock);

    public void Dispose() => _lock.Dispose();
}
#endif
