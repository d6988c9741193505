using System.Numerics;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace IlgpuGan.Tensors.Devices.Gpu.Transfers;

/// <summary>A page-locked staging block, and the event after its last copy.</summary>
internal sealed class StagingBlock(CudaAccelerator accelerator, HostTransfers transfers, long bytes)
{
    /// <summary>The requested size in bytes; the memory is rounded up to whole pages.</summary>
    public long Size { get; } = bytes;

    public PageLockedBlock Memory { get; } = new(accelerator, bytes);

    public CopyEvent Passed { get; } = new(accelerator, transfers);
}

/// <summary>
/// A ring of staging blocks for each size, a power of two. The oldest block is reused once its event has passed. Until then up to
/// <see cref="MaxOfASize"/> blocks are created; after that the host waits, since it is that many copies ahead of the device. Thread-safe: a
/// training reads the losses of its last step while others have the device's turn.
/// </summary>
internal sealed class StagingBlocks(CudaAccelerator accelerator, HostTransfers transfers)
{
    /// <summary>The size in bytes of the pieces of a long copy: the device copies one piece while the host fills the next.</summary>
    public const int LargestPiece = 1 << 22;

    private const int SmallestBlock = 1 << 14;
    private const int MaxOfASize = 4;

    private readonly Lock _lock = new();
    private readonly Dictionary<long, Queue<StagingBlock>> _rings = [];

    /// <summary>The size in bytes from which on no block can be locked: the system has refused one, and is not asked again.</summary>
    private long _refused = long.MaxValue;

    /// <summary>Why a block could not be locked.</summary>
    public AcceleratorException? Refusal { get; private set; }

    /// <summary>A block of at least the given size in bytes that no copy is using.</summary>
    /// <returns>null where none is there and no memory for one can be locked</returns>
    public StagingBlock? Rent(long bytes)
    {
        var size = Math.Max((long)BitOperations.RoundUpToPowerOf2((ulong)bytes), SmallestBlock);
        bool isFree;
        StagingBlock oldest;
        lock (_lock)
        {
            var ring = RingOf(size);
            isFree = ring.Count > 0 && ring.Peek().Passed.IsReached;
            if (!isFree && ring.Count < MaxOfASize && TryMake(size) is { } made)
            {
                return made;
            }

            if (ring.Count == 0)
            {
                return null;
            }

            oldest = ring.Dequeue();
        }

        if (!isFree)
        {
            oldest.Passed.Wait();
        }

        return oldest;
    }

    /// <summary>Appends a block to the ring of its size, after its copy and its event were enqueued.</summary>
    public void Return(StagingBlock block)
    {
        lock (_lock)
        {
            RingOf(block.Size).Enqueue(block);
        }
    }

    private StagingBlock? TryMake(long size)
    {
        if (size >= _refused)
        {
            return null;
        }

        try
        {
            return new StagingBlock(accelerator, transfers, size);
        }
        catch (AcceleratorException exception)
        {
            (_refused, Refusal) = (size, exception);
            return null;
        }
    }

    private Queue<StagingBlock> RingOf(long size)
    {
        if (!_rings.TryGetValue(size, out var ring))
        {
            _rings.Add(size, ring = new Queue<StagingBlock>(MaxOfASize));
        }

        return ring;
    }
}
