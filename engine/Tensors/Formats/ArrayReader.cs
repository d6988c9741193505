using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace IlgpuGan.Tensors.Formats;

/// <summary>
/// Reads one array as floats straight to where they are to be: part by part, by several threads at once. Valid while its file is open.
/// </summary>
/// <remarks>
/// Files that hold floats are read by system calls, not through a mapping: what was checked stays what it was when another program
/// overwrites the file, as PyTorch's save does, and one that shortens it causes an exception and not the end of the process. For 218 MB
/// on two threads that costs 60 ms where mapped pages cost 9. (Huge pages make it 15 where the system has them at hand, and up to 250 on
/// a virtual machine that has yet to get them from its host.)
/// </remarks>
public abstract class ArrayReader
{
    /// <summary>Elements read at a time: they are still in a core's L2 cache when they are checked.</summary>
    private const int PieceLength = 1 << 17;

    private int _notFinite;

    /// <summary>Whether all that was read so far are finite numbers.</summary>
    public bool AllFinite => Volatile.Read(ref _notFinite) == 0;

    /// <summary>Reads the elements from <paramref name="first"/> on.</summary>
    /// <exception cref="CheckpointFormatException">The file has been cut short.</exception>
    public void Read(long first, Span<float> part)
    {
        while (!part.IsEmpty)
        {
            var piece = part[..Math.Min(part.Length, PieceLength)];
            ReadPiece(first, piece);
            if (!IsFinite(MemoryMarshal.Cast<float, uint>(piece)))
            {
                Volatile.Write(ref _notFinite, 1);
            }
            first += piece.Length;
            part = part[piece.Length..];
        }
    }

    /// <summary>Checks the array as a whole, once each of its elements was read exactly once.</summary>
    /// <exception cref="CheckpointFormatException">It is not what was once written.</exception>
    public virtual void Finish()
    {
    }

    private protected abstract void ReadPiece(long first, Span<float> piece);

    /// <summary>A number that is infinite or none has all bits of its exponent set: without its sign it is at least infinity.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static bool IsFinite(ReadOnlySpan<uint> bits)
    {
        const uint magnitude = 0x7FFFFFFF;
        const uint infinity = 0x7F800000;
        var largest = Vector<uint>.Zero;
        var mask = new Vector<uint>(magnitude);
        var i = 0;
        for (; i <= bits.Length - Vector<uint>.Count; i += Vector<uint>.Count)
        {
            largest = Vector.Max(largest, new Vector<uint>(bits[i..]) & mask);
        }
        for (; i < bits.Length; i++)
        {
            if ((bits[i] & magnitude) >= infinity)
            {
                return false;
            }
        }

        return Vector.LessThanAll(largest, new Vector<uint>(infinity));
    }
}

/// <summary>Reads an array that is in memory already, of whatever type.</summary>
internal sealed class CopyingReader(NamedArray array) : ArrayReader
{
    private readonly float[]? _converted = array.Type == ElementType.F32 ? null : array.ToSingle();

    private protected override void ReadPiece(long first, Span<float> piece) =>
        (_converted ?? array.AsSingle()).Slice((int)first, piece.Length).CopyTo(piece);
}

/// <summary>Reads floats that lie in a file one after another.</summary>
/// <param name="file">The file.</param>
/// <param name="start">Where they begin.</param>
internal class FileReader(DataFile file, long start) : ArrayReader
{
    protected DataFile File { get; } = file;

    private protected override void ReadPiece(long first, Span<float> piece) =>
        File.Read(start + (first * sizeof(float)), MemoryMarshal.AsBytes(piece));
}
