namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// A block of device memory holding float32 elements, counted by the handles that share it and
/// given back to its device's pool when the last one lets go or when the step that made it ends.
/// </summary>
public abstract class Storage
{
    private int _handles;

    /// <summary>Elements that fit; at least what was asked for.</summary>
    public long Capacity { get; }

    /// <summary>Grows each time the block goes back to the pool, so that a stale handle is recognised.</summary>
    internal int Generation { get; private set; }

    /// <summary>True while exactly one handle refers to the block: its content may then be overwritten in place.</summary>
    internal bool IsExclusive => _handles == 1;

    /// <summary>The step that will reclaim the block; null for memory that outlives steps.</summary>
    internal Step? Owner { get; set; }

    protected Storage(long capacity) => Capacity = capacity;

    internal abstract MemoryPool Pool { get; }

    internal void Acquire() => _handles++;

    internal void Release(int generation)
    {
        if (generation == Generation && --_handles == 0)
        {
            Reclaim();
        }
    }

    internal void Reclaim()
    {
        Generation++;
        _handles = 0;
        Owner = null;
        Pool.Return(this);
    }
}

/// <summary>A run of elements of a storage: what kernels read and write.</summary>
/// <param name="Storage">the memory</param>
/// <param name="Offset">first element</param>
/// <param name="Length">number of elements</param>
public readonly record struct DeviceSpan(Storage Storage, long Offset, long Length);
