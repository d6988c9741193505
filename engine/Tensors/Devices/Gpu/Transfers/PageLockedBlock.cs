#if !USE_ILGPU_PACKAGES
using System.Runtime.InteropServices;
using ILGPU;
using ILGPU.Runtime;

namespace IlgpuGan.Tensors.Devices.Gpu.Transfers;

/// <summary>
/// Host memory that the driver copies from and to while the host goes on. Whole pages: a driver locks pages, and may refuse to lock one twice
/// for two neighbours that share it.
/// </summary>
internal sealed class PageLockedBlock : IDisposable
{
    private readonly byte[] _memory;
    private readonly int _start;
    private readonly PageLockScope<byte> _lock;

    public PageLockedBlock(Accelerator accelerator, long bytes)
    {
        var page = Environment.SystemPageSize;
        Length = checked((int)((bytes + page - 1) / page * page));
        _memory = GC.AllocateUninitializedArray<byte>(checked(Length + page), pinned: true);
        var address = Marshal.UnsafeAddrOfPinnedArrayElement(_memory, 0);
        _start = (int)(-address & (page - 1));
        _lock = accelerator.CreatePageLockFromPinned<byte>(address + _start, Length);
    }

    /// <summary>In bytes.</summary>
    public int Length { get; }

    public Span<byte> Bytes => _memory.AsSpan(_start, Length);

    public void CopyTo(ArrayView<byte> device, AcceleratorStream stream) => device.CopyFromPageLockedAsync(stream, _lock);

    public void CopyFrom(ArrayView<byte> device, AcceleratorStream stream) => device.CopyToPageLockedAsync(stream, _lock);

    public void Dispose() => _lock.Dispose();
}
#endif
