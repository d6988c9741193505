using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace IlgpuGan.Tensors.Formats;

/// <summary>
/// Reads one array as floats straight to their destination, part by part, from several threads at once. Valid while its file is open.
/// </summary>
/// <remarks>
/// Floats are read by system calls instead of a memory mapping: the checked data can't change when another program overwrites the file, as
/// PyTorch's save does, and a file that is shortened causes an exception instead of ending the process. For 218 MB on two threads that
/// costs 60 ms, where mapped pages cost 9. (With huge pages mapping costs 15 if the system has them at hand, and up to 250 on a virtual
/// machine that must first get them from its host.)
/// </remarks>
internal abstract class ArrayReader
{
    /// <summary>Elements read at a time, few enough to be in a core's L2 cache when they are checked.</summary>
    private const int PieceLength = 1 << 17;

    private int _notFinite;

    /// <summary>Whether all numbers read so far are finite.</summary>
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

    /// <summary>Verifies the array's checksum, if the format has one. Call it when every element was read exactly once.</summary>
    /// <exception cref="CheckpointFormatException">The array is damaged.</exception>
    public virtual void Finish()
    {
    }

    private protected abstract void ReadPiece(long first, Span<float> piece);

    /// <summary>An infinity or NaN has all exponent bits set: without the sign its bits are at least those of infinity.</summary>
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

/// <summary>Reads an array of any type from memory.</summary>
internal sealed class CopyingReader(NamedArray array) : ArrayReader
{
    private readonly float[]? _converted = array.Type == ElementType.F32 ? null : array.ToSingle();

    private protected override void ReadPiece(long first, Span<float> piece) =>
        (_converted ?? array.AsSingle()).Slice((int)first, piece.Length).CopyTo(piece);
}

/// <summary>Reads contiguous floats from a file.</summary>
/// <param name="file">The file.</param>
/// <param name="start">Offset of the first float in bytes.</param>
internal class FileReader(DataFile file, long start) : ArrayReader
{
    protected DataFile File { get; } = file;

    private protected override void ReadPiece(long first, Span<float> piece) =>
        File.Read(start + (first * sizeof(float)), MemoryMarshal.AsBytes(piece));
}
