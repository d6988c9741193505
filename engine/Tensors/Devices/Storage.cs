using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// A reference-counted block of device memory for float32 elements. It returns to its device's pool when the last handle releases it, on
/// whatever thread.
/// </summary>
public abstract class Storage
{
    /// <summary>Held while a list of slices changes.</summary>
    private static readonly Lock s_slicesLock = new();

    private int _handles;

    /// <summary>Slices that share this memory, for as long as somebody holds them; null while there are none.</summary>
    private List<WeakReference<SliceStorage>>? _slices;

    /// <summary>Elements that fit; at least as many as were requested.</summary>
    public long Capacity { get; }

    /// <summary>True while exactly one handle refers to the block: its content may then be overwritten in place.</summary>
    internal virtual bool IsExclusive => _handles == 1;

    /// <summary>True while no handle refers to the block.</summary>
    internal bool IsFree => _handles == 0;

    protected Storage(long capacity) => Capacity = capacity;

    internal abstract MemoryPool Pool { get; }

    /// <summary>The block that was cut in two, and the other part; null if this block was not cut from another.</summary>
    internal (Storage Whole, Storage Other)? CutFrom { get; private set; }

    /// <summary>The pool's step in which the block was last returned.</summary>
    internal long LastUse { get; set; }

    /// <summary>
    /// How many graphs use the block at its address whenever they run: it isn't freed meanwhile. Between their runs others may rent it.
    /// </summary>
    internal int Graphs { get; set; }

    /// <summary>How often the pool has rented the block out. Code that caches facts about its content compares this as well.</summary>
    internal int RentCount { get; set; }

    /// <summary>How often the content was overwritten by something other than the op that made it.</summary>
    internal int Version { get; private set; }

    /// <summary>What overwrote the content last, for messages.</summary>
    internal string LastWriter { get; private set; } = "";

    /// <summary>
    /// Called before something other than an op writes to the memory: graphs that still need the old numbers then refuse to go on, and
    /// slices, which count as copies, get memory of their own.
    /// </summary>
    internal virtual void Overwrite(string writer)
    {
        (Version, LastWriter) = (Version + 1, writer);
        if (_slices is null)
        {
            return;
        }

        List<WeakReference<SliceStorage>>? slices;
        lock (s_slicesLock)
        {
            (slices, _slices) = (_slices, null);
        }

        foreach (var reference in slices ?? [])
        {
            if (reference.TryGetTarget(out var slice))
            {
                slice.Part();
            }
        }
    }

    /// <summary>Copies the elements of a slice that shares another's memory to its own.</summary>
    internal virtual void Part()
    {
    }

    /// <summary>Notes a slice that shares the memory.</summary>
    internal void Add(SliceStorage slice)
    {
        lock (s_slicesLock)
        {
            _slices ??= [];
            if (_slices.Count == _slices.Capacity)
            {
                _slices.RemoveAll(reference => !reference.TryGetTarget(out _));
            }

            _slices.Add(new WeakReference<SliceStorage>(slice));
        }
    }

    /// <summary>Forgets a slice that nobody holds any more, or that has memory of its own.</summary>
    internal void Remove(SliceStorage slice)
    {
        lock (s_slicesLock)
        {
            _slices?.RemoveAll(reference => !reference.TryGetTarget(out var other) || other == slice);
        }
    }

    /// <summary>Cuts a free block in two parts, each of which later returns to the pool; null if the device can't split blocks.</summary>
    /// <param name="count">elements of the first part</param>
    internal virtual (Storage First, Storage Second)? Cut(long count) => null;

    /// <summary>Links the two parts of this block.</summary>
    private protected (Storage First, Storage Second) Parts(Storage first, Storage second)
    {
        (first.CutFrom, second.CutFrom) = ((this, second), (this, first));
        return (first, second);
    }

    /// <summary>Frees the memory at once; nothing refers to the block any more.</summary>
    internal abstract void Free();

    internal void Acquire() => Interlocked.Increment(ref _handles);

    /// <summary>Acquires the memory unless nobody holds it any more.</summary>
    internal bool TryAcquire()
    {
        var handles = _handles;
        while (handles > 0)
        {
            var now = Interlocked.CompareExchange(ref _handles, handles + 1, handles);
            if (now == handles)
            {
                return true;
            }

            handles = now;
        }

        return false;
    }

    internal void Release()
    {
        if (Interlocked.Decrement(ref _handles) == 0)
        {
            Return();
        }
    }

    /// <summary>Called when the last handle lets go.</summary>
    private protected virtual void Return()
    {
        if (KernelRecording.Current is { } recording)
        {
            recording.Free(this);
        }
        else
        {
            Pool.Return(this);
        }
    }

    /// <summary>Where in the device's memory a run of elements lies.</summary>
    internal virtual DeviceSpan Locate(long offset, long length) => new(this, offset, length);
}

/// <summary>Contiguous elements of a storage: the operands of kernels.</summary>
/// <param name="Storage">the memory</param>
/// <param name="Offset">first element</param>
/// <param name="Length">number of elements</param>
public readonly record struct DeviceSpan(Storage Storage, long Offset, long Length)
{
    /// <summary>Whether two spans share an element.</summary>
    internal bool Overlaps(DeviceSpan other) =>
        Storage == other.Storage && Offset < other.Offset + other.Length && other.Offset < Offset + Length;

    /// <summary>Whether these are all elements of the storage. A method, since a record prints its properties.</summary>
    internal bool IsWhole() => Offset == 0 && Length == Storage.Capacity;
}
