namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// A reference-counted block of device memory for float32 elements. It returns to its device's pool when the last handle releases it.
/// </summary>
public abstract class Storage
{
    private int _handles;

    /// <summary>Elements that fit; at least as many as were requested.</summary>
    public long Capacity { get; }

    /// <summary>True while exactly one handle refers to the block: its content may then be overwritten in place.</summary>
    internal bool IsExclusive => _handles == 1;

    /// <summary>True while no handle refers to the block.</summary>
    internal bool IsFree => _handles == 0;

    protected Storage(long capacity) => Capacity = capacity;

    internal abstract MemoryPool Pool { get; }

    /// <summary>The block that was cut in two, and the other part; null if this block was not cut from another.</summary>
    internal (Storage Whole, Storage Other)? CutFrom { get; private set; }

    /// <summary>The pool's step in which the block was last returned.</summary>
    internal long LastUse { get; set; }

    /// <summary>How often the pool has rented the block out. Code that caches facts about its content compares this as well.</summary>
    internal int RentCount { get; set; }

    /// <summary>Cuts a free block in two parts, each of which later returns to the pool; null if the device can't split blocks.</summary>
    /// <param name="count">elements of the first part</param>
    internal virtual (Storage First, Storage Second)? Cut(long count) => null;

    /// <summary>Links the two parts of this block.</summary>
    protected (Storage First, Storage Second) Parts(Storage first, Storage second)
    {
        (first.CutFrom, second.CutFrom) = ((this, second), (this, first));
        return (first, second);
    }

    /// <summary>Frees the memory at once; nothing refers to the block any more.</summary>
    internal abstract void Free();

    internal void Acquire() => _handles++;

    internal void Release()
    {
        if (--_handles == 0)
        {
            Return();
        }
    }

    /// <summary>Called when the last handle lets go.</summary>
    private protected virtual void Return() => Pool.Return(this);

    /// <summary>Where in the device's memory a run of elements lies.</summary>
    internal virtual DeviceSpan Locate(long offset, long length) => new(this, offset, length);
}

/// <summary>Contiguous elements of a storage: the operands of kernels.</summary>
/// <param name="Storage">the memory</param>
/// <param name="Offset">first element</param>
/// <param name="Length">number of elements</param>
public readonly record struct DeviceSpan(Storage Storage, long Offset, long Length);
