using ILGPU.Runtime;

namespace IlgpuGan.Tensors.Devices.Gpu;

/// <summary>A memory block of an accelerator.</summary>
internal sealed class GpuStorage(MemoryPool pool, MemoryBuffer buffer) : Storage(buffer.Length)
{
    public MemoryBuffer Buffer { get; } = buffer;

    internal override MemoryPool Pool { get; } = pool;

    /// <summary>
    /// Nothing needs it that is disposed, and all that holds memory can be. For a tensor made outside a step that was forgotten: the
    /// buffer's own finalizer frees the memory.
    /// </summary>
    ~GpuStorage() => Pool.Forget(this);

    internal override void Free()
    {
        Pool.Forget(this);
        Freeing.UnlessFaulted(Buffer.Dispose);
        GC.SuppressFinalize(this);
    }
}
