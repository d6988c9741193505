using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu;

/// <summary>
/// Memory for intermediate results between the launches of one kernel call. It returns to the pool when the call returns; its next user
/// launches later in the same stream. Each lane has a pool of its own.
/// </summary>
internal readonly ref struct PooledScratch : IDisposable
{
    private readonly Storage _storage;

    public PooledScratch(MemoryPool pool, long count)
    {
        _storage = pool.Rent(count);
        _storage.Acquire();
        Span = new DeviceSpan(_storage, 0, count);
    }

    public DeviceSpan Span { get; }

    public ArrayView<float> View => Span.View();

    public void Dispose() => _storage.Release();
}
