namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// Best-fit pool of one device's free blocks. A training step rents the same sizes each time, so after the first step nothing new is
/// allocated. Where sizes change from step to step, blocks unused for two steps are freed before a new one is allocated. Thread-safe: two
/// threads never get one block, and a tensor may be disposed on any.
/// </summary>
public sealed class MemoryPool(Func<long, Storage> allocate)
{
    /// <summary>A block may exceed the requested size by this factor; beyond it a new block is allocated.</summary>
    private const double MaxWaste = 1.25;

    /// <summary>From this many elements on, a short-lived request takes a free block of any larger size.</summary>
    private const long Large = 4 << 20;

    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(1);

    /// <summary>Held while blocks are found, returned, allocated or freed. A finalizer never takes it.</summary>
    private readonly Lock _lock = new();

    private readonly Dictionary<long, List<Storage>> _free = [];
    private readonly List<long> _sizes = [];
    private readonly List<Storage> _kept = [];
    private long _allocatedBytes;
    private long _steps;

    /// <summary>
    /// False for memory checkers, which must see each block written by its own user: then no block is used twice, and none is freed by
    /// the garbage collector.
    /// </summary>
    internal bool Recycles { get; set; } = true;

    /// <summary>Receives the blocks that are rented while it is set, for a graph that uses them: <see cref="Storage.Graphs"/>.</summary>
    internal HashSet<Storage>? Noted { get; set; }

    /// <summary>Bytes allocated from the device and not yet freed.</summary>
    public long AllocatedBytes => Interlocked.Read(ref _allocatedBytes);

    /// <summary>Number of allocations that reached the device; constant from the second step on if all steps are alike.</summary>
    public long Allocations { get; private set; }

    /// <param name="count">elements</param>
    /// <param name="isShortLived">
    /// the block is short-lived, as in a forward pass without gradients: a large request then takes any free block, so that blocks of
    /// earlier layers' sizes don't accumulate
    /// </param>
    /// <param name="isWhole">false lets the pool split a block that is too large, where the device can, until both parts are back</param>
    public Storage Rent(long count, bool isShortLived = false, bool isWhole = true)
    {
        var size = SizeOf(count);
        lock (_lock)
        {
            if (Find(size, isShortLived, isWhole) is not { } storage)
            {
                FreeUnused();
                storage = Allocate(size);
            }

            if (Noted?.Add(storage) == true)
            {
                storage.Graphs++;
            }

            return storage;
        }
    }

    /// <summary>
    /// A block for many values of a recorded step. If none is free, all free blocks go back to the device first: those of eager steps would
    /// lie beside it.
    /// </summary>
    internal Storage RentForStep(long count)
    {
        var size = SizeOf(count);
        lock (_lock)
        {
            if (Find(size, isShortLived: false, isWhole: true) is { } storage)
            {
                return storage;
            }

            Trim();
            return Allocate(size);
        }
    }

    private Storage? Find(long size, bool isShortLived, bool isWhole)
    {
        var most = isShortLived && size >= Large ? long.MaxValue : size * MaxWaste;
        var index = _sizes.BinarySearch(size);
        index = index < 0 ? ~index : index;
        for (; index < _sizes.Count && _sizes[index] <= most; index++)
        {
            var blocks = _free[_sizes[index]];
            if (blocks.Count > 0)
            {
                var storage = blocks[^1];
                blocks.RemoveAt(blocks.Count - 1);
                if (!isWhole && storage.Capacity > size * MaxWaste && storage.Cut(size) is var (first, second))
                {
                    Add(second);
                    storage = first;
                }

                storage.RentCount++;
                return storage;
            }
        }

        return null;
    }

    private Storage Allocate(long size)
    {
        var fresh = allocate(size);
        if (!Recycles)
        {
            _kept.Add(fresh);
        }
        Allocations++;
        Interlocked.Add(ref _allocatedBytes, size * sizeof(float));
        return fresh;
    }

    internal void Return(Storage storage)
    {
        if (!Recycles)
        {
            return;
        }

        lock (_lock)
        {
            if (storage.CutFrom is var (whole, other) && Remove(other))
            {
                Return(whole);
                return;
            }

            Add(storage);
        }
    }

    private void Add(Storage storage)
    {
        storage.LastUse = _steps;
        if (!_free.TryGetValue(storage.Capacity, out var blocks))
        {
            _free.Add(storage.Capacity, blocks = []);
            _sizes.Insert(~_sizes.BinarySearch(storage.Capacity), storage.Capacity);
        }

        blocks.Add(storage);
    }

    /// <summary>Counts steps, the unit of a block's age.</summary>
    internal void EndStep() => _steps++;

    /// <summary>Subtracts a freed block from <see cref="AllocatedBytes"/>.</summary>
    internal void Forget(Storage storage) => Interlocked.Add(ref _allocatedBytes, -storage.Capacity * sizeof(float));

    /// <summary>Removes a particular free block from the pool. False if it is not free.</summary>
    private bool Remove(Storage storage) => _free.TryGetValue(storage.Capacity, out var blocks) && blocks.Remove(storage);

    /// <summary>
    /// Gives all free blocks back to the device. Does nothing where another thread is in the pool for long: where memory is short, that one
    /// may be waiting to trim the pool from which this one rents.
    /// </summary>
    internal void Trim()
    {
        if (!_lock.TryEnter(s_patience))
        {
            return;
        }

        try
        {
            FreeWhere(static _ => true);
        }
        finally
        {
            _lock.Exit();
        }
    }

    private void FreeUnused() => FreeWhere(block => block.LastUse < _steps - 1);

    private void FreeWhere(Predicate<Storage> condition)
    {
        foreach (var blocks in _free.Values)
        {
            blocks.FindAll(IsToFree).ForEach(block => block.Free());
            blocks.RemoveAll(IsToFree);
        }

        bool IsToFree(Storage block) => block.CutFrom is null && block.Graphs == 0 && condition(block);
    }

    /// <summary>Multiples of 16 floats keep every block a whole number of cache lines.</summary>
    private static long SizeOf(long count) => Math.Max((count + 15) & ~15L, 16);
}
