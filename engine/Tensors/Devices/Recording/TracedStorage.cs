namespace IlgpuGan.Tensors.Devices.Recording;

/// <summary>
/// The storage of a value in recorded code. It has no memory: <see cref="MemoryPlan"/> places the value where nobody needs it after the
/// step, and a value that tensors go on holding gets a block of its own.
/// </summary>
internal sealed class TracedStorage(MemoryPool pool, long capacity) : Storage(capacity)
{
    private Storage? _block;

    internal override MemoryPool Pool => pool;

    public bool IsPlaced => _block is not null;

    /// <summary>Gives the value a block, which is released with the value's last handle.</summary>
    public void Place(Storage block)
    {
        block.Acquire();
        _block = block;
    }

    internal override DeviceSpan Locate(long offset, long length) => new(_block ?? this, offset, length);

    internal override void Free()
    {
    }

    private protected override void Return()
    {
        _block?.Release();
        _block = null;
    }
}
