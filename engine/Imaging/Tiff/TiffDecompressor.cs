using System.IO.Compression;
using IlgpuGan.Imaging.Lzw;

namespace IlgpuGan.Imaging.Tiff;

/// <summary>Decompresses strips and tiles, sequentially and in portions.</summary>
internal abstract class TiffDecompressor : IDisposable
{
    public static TiffDecompressor For(TiffCompression compression) => compression switch
    {
        TiffCompression.PackBits => new PackBits(),
        TiffCompression.Lzw => new LzwCodes(),
        TiffCompression.Deflate or TiffCompression.OldDeflate => new Deflate(),
        _ => new Uncompressed(),
    };

    /// <summary>The most bytes that <paramref name="packed"/> compressed bytes can expand to.</summary>
    public static long MaxBytes(TiffCompression compression, long packed) => compression switch
    {
        TiffCompression.PackBits => packed * 64,
        TiffCompression.Lzw => LzwTable.MaxBytes(packed * 8 / 9),

        // Deflate expands two bits to at most 258 bytes.
        TiffCompression.Deflate or TiffCompression.OldDeflate => (packed + 1) * 1032,
        _ => packed,
    };

    /// <summary>Begins another strip or tile.</summary>
    /// <param name="length">The number of bytes used in <paramref name="packed"/>.</param>
    public abstract void Begin(byte[] packed, int length);

    /// <summary>Fills the target with the next bytes.</summary>
    /// <returns>false if the data ends first.</returns>
    /// <exception cref="ImageFormatException">The packed data is corrupt.</exception>
    public abstract bool TryRead(Span<byte> target);

    public virtual void Dispose()
    {
    }

    private sealed class Uncompressed : TiffDecompressor
    {
        private ReadOnlyMemory<byte> _rest;

        public override void Begin(byte[] packed, int length) => _rest = packed.AsMemory(0, length);

        public override bool TryRead(Span<byte> target)
        {
            if (_rest.Length < target.Length)
            {
                return false;
            }

            _rest.Span[..target.Length].CopyTo(target);
            _rest = _rest[target.Length..];
            return true;
        }
    }

    private sealed class PackBits : TiffDecompressor
    {
        private ReadOnlyMemory<byte> _rest;
        private int _literals;
        private int _copies;

        public override void Begin(byte[] packed, int length)
        {
            _rest = packed.AsMemory(0, length);
            (_literals, _copies) = (0, 0);
        }

        public override bool TryRead(Span<byte> target)
        {
            while (!target.IsEmpty)
            {
                var source = _rest.Span;
                if (_literals > 0)
                {
                    var count = Math.Min(Math.Min(_literals, target.Length), source.Length);
                    if (count == 0)
                    {
                        return false;
                    }

                    source[..count].CopyTo(target);
                    _rest = _rest[count..];
                    target = target[count..];
                    _literals -= count;
                }
                else if (_copies > 0)
                {
                    if (source.IsEmpty)
                    {
                        return false;
                    }

                    var count = Math.Min(_copies, target.Length);
                    target[..count].Fill(source[0]);
                    target = target[count..];
                    _copies -= count;
                    _rest = _copies == 0 ? _rest[1..] : _rest;
                }
                else if (source.IsEmpty)
                {
                    return false;
                }
                else
                {
                    var control = (sbyte)source[0];
                    _rest = _rest[1..];
                    _literals = control >= 0 ? control + 1 : 0;
                    _copies = control is < 0 and > sbyte.MinValue ? 1 - control : 0;
                }
            }

            return true;
        }
    }

    private sealed class LzwCodes : TiffDecompressor
    {
        private const int LiteralBits = 8;

        private readonly LzwTable _table = new(1 << LiteralBits);
        private readonly byte[] _decoded = new byte[LzwTable.MaxCodes];
        private byte[] _packed = [];
        private int _length;
        private int _position;
        private uint _bits;
        private int _count;
        private int _width;
        private int _previous;
        private int _decodedStart;
        private int _decodedEnd;

        public override void Begin(byte[] packed, int length)
        {
            (_packed, _length, _position) = (packed, length, 0);
            (_bits, _count, _decodedStart, _decodedEnd) = (0, 0, 0, 0);
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
                var taken = Math.Min(target.Length, _decodedEnd - _decodedStart);
                _decoded.AsSpan(_decodedStart, taken).CopyTo(target);
                _decodedStart += taken;
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

        /// <summary>Reads the next code and its string.</summary>
        private bool TryNext()
        {
            while (true)
            {
                while (_count < _width)
                {
                    if (_position == _length)
                    {
                        return false;
                    }

                    _bits = (_bits << 8) | _packed[_position++];
                    _count += 8;
                }

                var code = (int)(_bits >> (_count - _width)) & ((1 << _width) - 1);
                _count -= _width;
                if (code == _table.EndCode)
                {
                    // Ignore any data after the end code.
                    _position = _length;
                    _count = 0;
                    return false;
                }

                if (code == _table.ClearCode)
                {
                    Clear();
                    continue;
                }

                if (!_table.TryAdd(code, _previous))
                {
                    throw new ImageFormatException($"the TIFF's compressed data has the impossible code {code}");
                }

                _previous = code;
                var found = _table.StringOf(code);
                found.CopyTo(_decoded);
                (_decodedStart, _decodedEnd) = (0, found.Length);

                // One code earlier than necessary, as TIFF prescribes.
                if (_table.Next == (1 << _width) - 1 && _width < LzwTable.MaxCodeBits)
                {
                    _width++;
                }

                return true;
            }
        }

        private void Clear()
        {
            _table.Clear();
            (_width, _previous) = (LiteralBits + 1, -1);
        }
    }

    private sealed class Deflate : TiffDecompressor
    {
        private ZLibStream? _stream;

        public override void Begin(byte[] packed, int length)
        {
            _stream?.Dispose();
            _stream = new ZLibStream(new MemoryStream(packed, 0, length, writable: false), CompressionMode.Decompress);
        }

        public override bool TryRead(Span<byte> target)
        {
            try
            {
                return _stream!.ReadAtLeast(target, target.Length, throwOnEndOfStream: false) == target.Length;
            }
            catch (Exception e) when (e is InvalidDataException or (IOException and not ImageFormatException))
            {
                throw new ImageFormatException("the TIFF's compressed data is corrupt", innerException: e);
            }
        }

        public override void Dispose() => _stream?.Dispose();
    }
}
