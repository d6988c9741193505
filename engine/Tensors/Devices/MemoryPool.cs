namespace IlgpuGan.Tensors.Devices;

/// <summary>
/// Free blocks of one device, handed out best fit. A training step asks for the same sizes each time,
/// so after the first step nothing new is allocated.
/// </summary>
public sealed class MemoryPool(Func<long, Storage> allocate)
{
    /// <summary>A block may be larger than asked by this factor before a new one is allocated instead.</summary>
    private const double MaxWaste = 1.25;

    private readonly SortedDictionary<long, Stack<Storage>> _free = [];
    private readonly List<long> _sizes = [];
    private long _allocatedBytes;

    /// <summary>Bytes allocated from the device so far and not given back to it.</summary>
    public long AllocatedBytes => Interlocked.Read(ref _allocatedBytes);

    /// <summary>Number of allocations that reached the device; constant from the second step on.</summary>
    public long Allocations { get; private set; }

    public Storage Rent(long count)
    {
        var size = Math.Max(RoundUp(count), 16);
        var index = _sizes.BinarySearch(size);
        index = index < 0 ? ~index : index;
        for (; index < _sizes.Count && _sizes[index] <= size * MaxWaste; index++)
        {
            if (_free[_sizes[index]].TryPop(out var storage))
            {
                return storage;
            }
        }

        Allocations++;
        Interlocked.Add(ref _allocatedBytes, size * sizeof(float));
        return allocate(size);
    }

    internal void Return(Storage storage)
    {
        if (!_free.TryGetValue(storage.Capacity, out var stack))
        {
            _free.Add(storage.Capacity, stack = new Stack<Storage>());
            _sizes.Insert(~_sizes.BinarySearch(storage.Capacity), storage.Capacity);
        }

        stack.Push(storage);
    }

    /// <summary>Takes note that a block's memory went back to the device.</summary>
    internal void Forget(Storage storage) => Interlocked.Add(ref _allocatedBytes, -storage.Capacity * sizeof(float));

    /// <summary>Multiples of 16 floats keep every block a whole number of cache lines.</summary>
    private static long RoundUp(long count) => (count + 15) & ~15L;
}
