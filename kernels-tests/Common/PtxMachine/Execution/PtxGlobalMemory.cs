namespace IlgpuGan.TestsCommon.PtxMachine.Execution;

/// <summary>A block of global memory.</summary>
internal sealed class PtxAllocation(ulong address, byte[] bytes, bool isConstant)
{
    private int[]? _written;
    private int[]? _readThroughTexture;

    public ulong Address { get; } = address;

    public byte[] Bytes { get; } = bytes;

    public bool IsConstant { get; } = isConstant;

    public PtxRaces Races { get; } = new(bytes.Length);

    /// <summary>
    /// Records a write, or a read by ld.global.nc. Returns whether both happen to the same words in one launch, in either order.
    /// </summary>
    public bool Conflicts(int launch, int offset, int size, bool isWrite)
    {
        _written ??= new int[(Bytes.Length + 3) / 4];
        _readThroughTexture ??= new int[(Bytes.Length + 3) / 4];
        var (mine, other) = isWrite ? (_written, _readThroughTexture) : (_readThroughTexture, _written);
        var conflicts = false;
        for (var word = offset / 4; word <= (offset + size - 1) / 4; word++)
        {
            mine[word] = launch;
            conflicts |= other[word] == launch;
        }

        return conflicts;
    }
}

/// <summary>The global memory of a device. Gaps between blocks make every out-of-bounds access detectable.</summary>
internal sealed class PtxGlobalMemory
{
    /// <summary>The first global address. Lower ones are null pointers with offsets.</summary>
    public const ulong Start = 0x10_0000_0000;

    /// <summary>The size of the address range, which no host address is in.</summary>
    public const ulong Bytes = 1UL << 42;

    private const int SlotBits = 16;
    private readonly List<PtxAllocation?> _slots = [];

    /// <summary>Bytes in use.</summary>
    public long Used { get; private set; }

    /// <summary>Allocates a block. New memory holds a pattern, not zeros, to detect reads of uninitialised memory.</summary>
    public PtxAllocation Allocate(long bytes, bool isConstant = false)
    {
        var address = Start + ((ulong)_slots.Count << SlotBits);
        var block = new PtxAllocation(address, new byte[checked((int)bytes)], isConstant);
        block.Bytes.AsSpan().Fill(0xA5);

        // One empty slot follows each block.
        for (var k = 0L; k <= (bytes + (1 << SlotBits) - 1) >> SlotBits; k++)
        {
            _slots.Add(k << SlotBits < bytes ? block : null);
        }
        Used += bytes;
        return block;
    }

    public bool Free(ulong address)
    {
        if (Find(address) is not { } block || block.Address != address)
        {
            return false;
        }
        for (var k = 0; k << SlotBits < block.Bytes.Length; k++)
        {
            _slots[(int)((address - Start) >> SlotBits) + k] = null;
        }
        Used -= block.Bytes.Length;
        return true;
    }

    /// <summary>The block that contains the address, or that ends in the address's slot.</summary>
    public PtxAllocation? Find(ulong address)
    {
        var slot = (address - Start) >> SlotBits;
        return slot < (ulong)_slots.Count ? _slots[(int)slot] : null;
    }

    /// <summary>The bytes at an address, or null if not all of them are allocated.</summary>
    public ArraySegment<byte>? At(ulong address, long bytes)
    {
        if (Find(address) is not { } block || (address - block.Address) + (ulong)bytes > (ulong)block.Bytes.Length)
        {
            return null;
        }
        return new ArraySegment<byte>(block.Bytes, (int)(address - block.Address), (int)bytes);
    }
}
