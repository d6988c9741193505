namespace ILGPU.Runtime.CPU.Simulation;

/// <summary>
/// The buffers of one simulator by number. Numbers of disposed buffers are reused last, so that stale pointers are found out.
/// </summary>
internal sealed class AllocationTable
{
    private const int MaxAllocations = 1 << 19;

    private readonly Lock _gate = new();

    private readonly Queue<int> _free = new();

    private Allocation?[] _allocations = new Allocation?[64];

    private int _next = TaggedPointer.FirstBuffer;

    /// <summary>All allocations, indexed by number; entries change only between launches.</summary>
    public Allocation?[] Entries => _allocations;

    public int Add(Allocation allocation)
    {
        lock (_gate)
        {
            if (_next >= MaxAllocations && _free.Count == 0)
            {
                throw new InsufficientMemoryException($"The simulator holds at most {MaxAllocations} buffers at a time.");
            }

            int number = _next < MaxAllocations ? _next++ : _free.Dequeue();
            if (number >= _allocations.Length)
            {
                Array.Resize(ref _allocations, _allocations.Length * 2);
            }

            _allocations[number] = allocation;
            return number;
        }
    }

    public void Remove(int number)
    {
        lock (_gate)
        {
            _allocations[number] = null;
            _free.Enqueue(number);
        }
    }
}
