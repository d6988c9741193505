namespace ILGPU.Runtime.CPU.Simulation;

/// <summary>One buffer as kernels see it.</summary>
/// <param name="Address">The first byte on the host; zero once the buffer was disposed.</param>
/// <param name="LengthInBytes">Its size.</param>
internal readonly record struct Allocation(IntPtr Address, long LengthInBytes);

/// <summary>The buffers of one simulator by number. Numbers of disposed buffers are reused last, so that stale pointers are found out.</summary>
internal sealed class AllocationTable
{
    private const int MaxAllocations = 1 << 19;

    private readonly Lock gate = new();

    private readonly Queue<int> free = new();

    private Allocation[] allocations = new Allocation[64];

    private int next = TaggedPointer.FirstBuffer;

    /// <summary>All allocations, indexed by number; entries change only between launches.</summary>
    public Allocation[] Entries => allocations;

    public int Add(IntPtr address, long lengthInBytes)
    {
        lock (gate)
        {
            if (next >= MaxAllocations && free.Count == 0)
                throw new InsufficientMemoryException($"The simulator holds at most {MaxAllocations} buffers at a time.");
            int number = next < MaxAllocations ? next++ : free.Dequeue();
            if (number >= allocations.Length)
                Array.Resize(ref allocations, allocations.Length * 2);
            allocations[number] = new(address, lengthInBytes);
            return number;
        }
    }

    public void Remove(int number)
    {
        lock (gate)
        {
            allocations[number] = default;
            free.Enqueue(number);
        }
    }
}
