using System.Runtime.InteropServices;

namespace ILGPU.Runtime.CPU.Simulation;

/// <summary>The memory of one buffer as kernels see it, and what is known about its bytes.</summary>
internal sealed unsafe class Allocation : IDisposable
{
    private readonly byte* _start;

    /// <summary>One byte for each of the buffer's, not zero where somebody has written; null if the buffer is not watched.</summary>
    private readonly byte* _marks;

    /// <summary>Whether everything was written.</summary>
    private volatile bool _isInitialised;

    /// <param name="lengthInBytes">Its size.</param>
    /// <param name="alignment">Of the first byte.</param>
    /// <param name="isWatched">Whether races and reads of what nobody wrote are looked for.</param>
    /// <param name="margin">Bytes before and behind that may be read, a multiple of the alignment.</param>
    public Allocation(long lengthInBytes, int alignment, bool isWatched, int margin = 0)
    {
        LengthInBytes = lengthInBytes;
        _start = (byte*)NativeMemory.AlignedAlloc((nuint)(Math.Max(lengthInBytes, 1) + (2L * margin)), (nuint)alignment);
        Address = _start + margin;
        _isInitialised = !isWatched;
        if (!isWatched)
        {
            return;
        }

        _marks = (byte*)NativeMemory.AllocZeroed((nuint)Math.Max(lengthInBytes, 1));
        Shadow = new(lengthInBytes, isOfGroup: false);
    }

    /// <summary>The first byte on the host.</summary>
    public byte* Address { get; }

    public long LengthInBytes { get; }

    /// <summary>Null if the buffer is not watched.</summary>
    public AccessShadow? Shadow { get; }

    /// <summary>Notes that the host, or a kernel, has written.</summary>
    public void MarkWritten(long offset, long length)
    {
        if (_isInitialised)
        {
            return;
        }

        if (length == LengthInBytes)
        {
            _isInitialised = true;
        }
        else
        {
            NativeMemory.Fill(_marks + offset, (nuint)length, 1);
        }
    }

    /// <summary>Notes that from now on the host may write at any time without saying so.</summary>
    public void Expose() => _isInitialised = true;

    /// <summary>Whether all the bytes were written. The size is that of a scalar and the offset a multiple of it.</summary>
    public bool IsWritten(long offset, int size) => _isInitialised || size switch
    {
        1 => _marks[offset] == 1,
        2 => *(ushort*)(_marks + offset) == 0x0101,
        4 => *(uint*)(_marks + offset) == 0x01010101,
        _ => *(ulong*)(_marks + offset) == 0x0101010101010101,
    };

    /// <summary>As <see cref="MarkWritten"/>, for a scalar.</summary>
    public void MarkScalar(long offset, int size)
    {
        if (!_isInitialised)
        {
            new Span<byte>(_marks + offset, size).Fill(1);
        }
    }

    /// <summary>Copies bytes to another buffer, and what is known about them.</summary>
    public void CopyTo(long offset, Allocation target, long targetOffset, long length)
    {
        Buffer.MemoryCopy(Address + offset, target.Address + targetOffset, target.LengthInBytes - targetOffset, length);
        if (_isInitialised)
        {
            target.MarkWritten(targetOffset, length);
        }
        else if (!target._isInitialised)
        {
            Buffer.MemoryCopy(_marks + offset, target._marks + targetOffset, length, length);
        }
    }

    public void Dispose()
    {
        NativeMemory.AlignedFree(_start);
        NativeMemory.Free(_marks);
    }
}
