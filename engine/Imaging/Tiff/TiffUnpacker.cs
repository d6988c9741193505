using System.IO.Compression;
using IlgpuGan.Imaging.Lzw;

namespace IlgpuGan.Imaging.Tiff;

/// <summary>Gives the bytes of a strip or a tile from the first on, as many as are asked for.</summary>
internal abstract class TiffUnpacker : IDisposable
{
    public static TiffUnpacker For(TiffCompression compression) => compression switch
    {
        TiffCompression.PackBits => new PackedRuns(),
        TiffCompression.Lzw => new LzwCodes(),
        TiffCompression.Deflate or TiffCompression.OldDeflate => new Deflated(),
        _ => new Plain(),
    };

    /// <summary>Most bytes that so many packed ones can give.</summary>
    public static long MostBytes(TiffCompression compression, long packed) => compression switch
    {
        TiffCompression.PackBits => packed * 64,
        TiffCompression.Lzw => LzwTable.MostBytes(packed * 8 / 9),

        // Deflate makes at most 258 bytes of two bits.
        TiffCompression.Deflate or TiffCompression.OldDeflate => (packed + 1) * 1032,
        _ => packed,
    };

    /// <summary>Turns to another strip or tile.</summary>
    /// <param name="length">How many bytes of <paramref name="packed"/> there are.</param>
    public abstract void Begin(byte[] packed, int length);

    /// <summary>Fills the target with the bytes that follow.</summary>
    /// <returns>Whether there are as many.</returns>
    /// <exception cref="ImageFormatException">The packed data is corrupt.</exception>
    public abstract bool TryRead(Span<byte> target);

    public virtual void Dispose()
    {
    }

    private sealed class Plain : TiffUnpacker
    {
        private ReadOnlyMemory<byte> rest;

        public override void Begin(byte[] packed, int length) => rest = packed.AsMemory(0, length);

        public override bool TryRead(Span<byte> target)
        {
            if (rest.Length < target.Length)
            {
                return false;
            }

            rest.Span[..target.Length].CopyTo(target);
            rest = rest[target.Length..];
            return true;
        }
    }

    private sealed class PackedRuns : TiffUnpacker
    {
        private ReadOnlyMemory<byte> rest;
        private int literals;
        private int copies;

        public override void Begin(byte[] packed, int length)
        {
            rest = packed.AsMemory(0, length);
            (literals, copies) = (0, 0);
        }

        public override bool TryRead(Span<byte> target)
        {
            while (!target.IsEmpty)
            {
                var source = rest.Span;
                if (literals > 0)
                {
                    var count = Math.Min(Math.Min(literals, target.Length), source.Length);
                    if (count == 0)
                    {
                        return false;
                    }

                    source[..count].CopyTo(target);
                    rest = rest[count..];
                    target = target[count..];
                    literals -= count;
                }
                else if (copies > 0)
                {
                    if (source.IsEmpty)
                    {
                        return false;
                    }

                    var count = Math.Min(copies, target.Length);
                    target[..count].Fill(source[0]);
                    target = target[count..];
                    copies -= count;
                    rest = copies == 0 ? rest[1..] : rest;
                }
                else if (source.IsEmpty)
                {
                    return false;
                }
                else
                {
                    var control = (sbyte)source[0];
                    rest = rest[1..];
                    literals = control >= 0 ? control + 1 : 0;
                    copies = control is < 0 and > sbyte.MinValue ? 1 - control : 0;
                }
            }

            return true;
        }
    }

    private sealed class LzwCodes : TiffUnpacker
    {
        private const int LiteralBits = 8;

        private readonly LzwTable table = new(1 << LiteralBits);
        private readonly byte[] text = new byte[LzwTable.MaxCodes];
        private byte[] packed = [];
        private int length;
        private int position;
        private uint bits;
        private int count;
        private int width;
        private int previous;
        private int textStart;
        private int textEnd;

        public override void Begin(byte[] packed, int length)
        {
            (this.packed, this.length, position) = (packed, length, 0);
            (bits, count, textStart, textEnd) = (0, 0, 0, 0);
            Clear();
            if (length > 1 && packed[0] == 0 && (packed[1] & 1) != 0)
            {
                throw new ImageFormatException("a TIFF with LZW of before 1988 is not supported");
            }
        }

        public override bool TryRead(Span<byte> target)
        {
            while (true)
            {
                var taken = Math.Min(target.Length, textEnd - textStart);
                text.AsSpan(textStart, taken).CopyTo(target);
                textStart += taken;
                target = target[taken..];
                if (target.IsEmpty)
                {
                    return true;
                }

                if (!TryNext())
                {
                    return false;
                }
            }
        }

        /// <summary>Reads the next code, and what it stands for.</summary>
        private bool TryNext()
        {
            while (true)
            {
                while (count < width)
                {
                    if (position == length)
                    {
                        return false;
                    }

                    bits = (bits << 8) | packed[position++];
                    count += 8;
                }

                var code = (int)(bits >> (count - width)) & ((1 << width) - 1);
                count -= width;
                if (code == table.EndCode)
                {
                    // Nothing follows, whatever else is stored.
                    position = length;
                    count = 0;
                    return false;
                }

                if (code == table.ClearCode)
                {
                    Clear();
                    continue;
                }

                if (!table.TryTake(code, previous))
                {
                    throw new ImageFormatException($"the TIFF's compressed data has the impossible code {code}");
                }

                previous = code;
                var found = table.TextOf(code);
                found.CopyTo(text);
                (textStart, textEnd) = (0, found.Length);

                // A code earlier than would be needed, as the format has it.
                if (table.Next == (1 << width) - 1 && width < LzwTable.MaxCodeBits)
                {
                    width++;
                }

                return true;
            }
        }

        private void Clear()
        {
            table.Clear();
            (width, previous) = (LiteralBits + 1, -1);
        }
    }

    private sealed class Deflated : TiffUnpacker
    {
        private ZLibStream? stream;

        public override void Begin(byte[] packed, int length)
        {
            stream?.Dispose();
            stream = new ZLibStream(new MemoryStream(packed, 0, length, writable: false), CompressionMode.Decompress);
        }

        public override bool TryRead(Span<byte> target)
        {
            try
            {
                return stream!.ReadAtLeast(target, target.Length, throwOnEndOfStream: false) == target.Length;
            }
            catch (Exception e) when (e is InvalidDataException or IOException)
            {
                throw new ImageFormatException("the TIFF's compressed data is corrupt", innerException: e);
            }
        }

        public override void Dispose() => stream?.Dispose();
    }
}
