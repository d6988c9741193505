using System.Numerics;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace IlgpuGan.Tensors.Devices.Gpu.Transfers;

/// <summary>Page-locked memory that numbers pass through, and the event behind the copy that used it last.</summary>
internal sealed class StagingBlock(CudaAccelerator accelerator, HostTransfers transfers, long bytes)
{
    /// <summary>In bytes, as asked for: the memory is of whole pages, which may be larger.</summary>
    public long Size { get; } = bytes;

    public PageLockedBlock Memory { get; } = new(accelerator, bytes);

    public CopyEvent Passed { get; } = new(accelerator, transfers);
}

/// <summary>
/// A ring of staging blocks for each size, a power of two. The oldest block is used again when its event has passed; while it has not, up
/// to <see cref="MostOfASize"/> blocks are made, and only then does the host wait: it is that many copies ahead of the device.
/// </summary>
internal sealed class StagingBlocks(CudaAccelerator accelerator, HostTransfers transfers)
{
    /// <summary>Long copies pass in pieces of so many bytes: the device copies one while the host fills the next.</summary>
    public const int LargestPiece = 1 << 22;

    private const int SmallestBlock = 1 << 14;
    private const int MostOfASize = 4;

    private readonly Dictionary<long, Queue<StagingBlock>> _rings = [];

    /// <summary>A block that no copy uses, for at least so many bytes.</summary>
    public StagingBlock Rent(long bytes)
    {
        var size = Math.Max((long)BitOperations.RoundUpToPowerOf2((ulong)bytes), SmallestBlock);
        var ring = RingOf(size);
        var isFree = ring.Count > 0 && ring.Peek().Passed.IsReached;
        if (!isFree && ring.Count < MostOfASize)
        {
            return new StagingBlock(accelerator, transfers, size);
        }

        var oldest = ring.Dequeue();
        if (!isFree)
        {
            oldest.Passed.Wait();
        }

        return oldest;
    }

    /// <summary>Puts a block behind the others of its size; the copy that uses it has been enqueued, and its event behind it.</summary>
    public void Return(StagingBlock block) => RingOf(block.Size).Enqueue(block);

    private Queue<StagingBlock> RingOf(long size)
    {
        if (!_rings.TryGetValue(size, out var ring))
        {
            _rings.Add(size, ring = new Queue<StagingBlock>(MostOfASize));
        }

        return ring;
    }
}
