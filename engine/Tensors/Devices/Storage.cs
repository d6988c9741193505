namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// A block of device memory holding float32 elements, counted by the handles that share it and
/// given back to its device's pool when the last one lets go.
/// </summary>
public abstract class Storage
{
    private int _handles;

    /// <summary>Elements that fit; at least what was asked for.</summary>
    public long Capacity { get; }

    /// <summary>True while exactly one handle refers to the block: its content may then be overwritten in place.</summary>
    internal bool IsExclusive => _handles == 1;

    /// <summary>True while no handle refers to the block.</summary>
    internal bool IsFree => _handles == 0;

    protected Storage(long capacity) => Capacity = capacity;

    internal abstract MemoryPool Pool { get; }

    /// <summary>The block that this is a part of, and its other part; null for memory of its own.</summary>
    internal (Storage Whole, Storage Other)? Rest { get; private set; }

    /// <summary>The pool's step in which the block was last returned.</summary>
    internal long LastUse { get; set; }

    /// <summary>How often the pool has handed the block out: who remembers something about its content must remember this, too.</summary>
    internal int Rental { get; set; }

    /// <summary>Cuts a free block in two, each of which goes to the pool; null on devices whose blocks stay whole.</summary>
    /// <param name="count">elements of the first part</param>
    internal virtual (Storage First, Storage Second)? Cut(long count) => null;

    /// <summary>Introduces the parts of this block to each other.</summary>
    protected (Storage First, Storage Second) Parts(Storage first, Storage second)
    {
        (first.Rest, second.Rest) = ((this, second), (this, first));
        return (first, second);
    }

    /// <summary>Gives the memory back to the device, now; nothing refers to the block any more.</summary>
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

/// <summary>A run of elements of a storage: what kernels read and write.</summary>
/// <param name="Storage">the memory</param>
/// <param name="Offset">first element</param>
/// <param name="Length">number of elements</param>
public readonly record struct DeviceSpan(Storage Storage, long Offset, long Length);
