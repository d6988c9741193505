namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// Free blocks of one device, handed out best fit. A training step asks for the same sizes each time,
/// so after the first step nothing new is allocated. Where sizes change from step to step, a block that
/// two steps had no use for goes back to the device before another is asked for.
/// </summary>
public sealed class MemoryPool(Func<long, Storage> allocate)
{
    /// <summary>A block may be larger than asked by this factor before a new one is allocated instead.</summary>
    private const double MaxWaste = 1.25;

    /// <summary>Elements from which on a block that is soon returned may be larger by any factor.</summary>
    private const long Large = 4 << 20;

    private readonly Dictionary<long, List<Storage>> _free = [];
    private readonly List<long> _sizes = [];
    private readonly List<Storage> _kept = [];
    private long _allocatedBytes;
    private long _steps;

    /// <summary>
    /// False where a tool watches the device's memory and each block shall be seen to be written by its own user:
    /// none is used twice, and none is freed by the garbage collector.
    /// </summary>
    internal bool Recycles { get; set; } = true;

    /// <summary>Bytes allocated from the device so far and not given back to it.</summary>
    public long AllocatedBytes => Interlocked.Read(ref _allocatedBytes);

    /// <summary>Number of allocations that reached the device; constant from the second step on if all steps are alike.</summary>
    public long Allocations { get; private set; }

    /// <param name="count">elements</param>
    /// <param name="isBrief">
    /// it will be returned before long, as by a forward that records nothing: what is large then takes any block, so that the sizes of
    /// layers done with are not kept beside those of the present one
    /// </param>
    /// <param name="isWhole">false to leave what is not needed of a block to others until both parts are back, where the device can</param>
    public Storage Rent(long count, bool isBrief = false, bool isWhole = true)
    {
        var size = SizeOf(count);
        if (Find(size, isBrief, isWhole) is { } storage)
        {
            return storage;
        }

        FreeUnused();
        return Allocate(size);
    }

    /// <summary>
    /// A block for many values of a recorded step. Where none is free, all free ones go back to the device first: those of a step that ran as
    /// written would lie beside it.
    /// </summary>
    internal Storage RentForStep(long count)
    {
        var size = SizeOf(count);
        if (Find(size, isBrief: false, isWhole: true) is { } storage)
        {
            return storage;
        }

        Trim();
        return Allocate(size);
    }

    private Storage? Find(long size, bool isBrief, bool isWhole)
    {
        var most = isBrief && size >= Large ? long.MaxValue : size * MaxWaste;
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

                storage.Rental++;
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
        if (storage.Rest is var (whole, other) && Remove(other))
        {
            Return(whole);
            return;
        }

        Add(storage);
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

    /// <summary>Counts the steps, by which blocks age.</summary>
    internal void EndStep() => _steps++;

    /// <summary>Takes note that a block's memory went back to the device.</summary>
    internal void Forget(Storage storage) => Interlocked.Add(ref _allocatedBytes, -storage.Capacity * sizeof(float));

    /// <summary>Takes a free block out, whose next user is known already. False if it is not there.</summary>
    internal bool Remove(Storage storage) => _free.TryGetValue(storage.Capacity, out var blocks) && blocks.Remove(storage);

    /// <summary>Gives all free blocks back to the device.</summary>
    internal void Trim() => FreeWhere(static _ => true);

    private void FreeUnused() => FreeWhere(block => block.LastUse < _steps - 1);

    private void FreeWhere(Predicate<Storage> goes)
    {
        foreach (var blocks in _free.Values)
        {
            blocks.FindAll(IsToGo).ForEach(block => block.Free());
            blocks.RemoveAll(IsToGo);
        }

        bool IsToGo(Storage block) => block.Rest is null && goes(block);
    }

    /// <summary>Multiples of 16 floats keep every block a whole number of cache lines.</summary>
    private static long SizeOf(long count) => Math.Max((count + 15) & ~15L, 16);
}
