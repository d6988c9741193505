namespace ILGPU.Runtime.CPU.Simulation;

/// <summary>
/// The buffers of one simulator by number. Numbers of disposed buffers are reused last, so that stale pointers are found out.
/// </summary>
internal sealed class AllocationTable
{
    private const int MaxAllocations = 1 << 19;

    private readonly Lock gate = new();

    private readonly Queue<int> free = new();

    private Allocation?[] allocations = new Allocation?[64];

    private int next = TaggedPointer.FirstBuffer;

    /// <summary>All allocations, indexed by number; entries change only between launches.</summary>
    public Allocation?[] Entries => allocations;

    public int Add(Allocation allocation)
    {
        lock (gate)
        {
            if (next >= MaxAllocations && free.Count == 0)
            {
                throw new InsufficientMemoryException($"The simulator holds at most {MaxAllocations} buffers at a time.");
            }

            int number = next < MaxAllocations ? next++ : free.Dequeue();
            if (number >= allocations.Length)
            {
                Array.Resize(ref allocations, allocations.Length * 2);
            }

            allocations[number] = allocation;
            return number;
        }
    }

    public void Remove(int number)
    {
        lock (gate)
        {
            allocations[number] = null;
            free.Enqueue(number);
        }
    }
}
