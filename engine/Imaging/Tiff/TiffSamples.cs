using System.Runtime.InteropServices;

namespace IlgpuGan.Imaging.Tiff;

/// <summary>Converts the stored bytes of a row to samples of 8 or 16 bits.</summary>
internal sealed class TiffSamples(TiffPage page, bool littleEndian, bool lenient)
{
    private readonly int _step = page.ChunkSamples;

    /// <summary>1 for indices; grays and colours of fewer than 8 bits are widened to full scale.</summary>
    private readonly int _scale = page.Bits > 8 || page.Color == TiffColor.Palette ? 1 : 255 / ((1 << page.Bits) - 1);

    private byte[] _sorted = [];

    /// <summary>Reads samples of at most 8 bits.</summary>
    /// <param name="row">The stored bytes; overwritten.</param>
    public void Read(Span<byte> row, Span<byte> samples)
    {
        if (page.Bits == 8)
        {
            for (var i = _step; page.Predictor == TiffPredictor.Differences && i < row.Length; i++)
            {
                row[i] += row[i - _step];
            }

            row[..samples.Length].CopyTo(samples);
            return;
        }

        var mask = (1 << page.Bits) - 1;
        for (var i = 0; i < samples.Length; i++)
        {
            var bit = (long)i * page.Bits;
            samples[i] = (byte)(((row[(int)(bit / 8)] >> (8 - page.Bits - (int)(bit % 8))) & mask) * _scale);
        }
    }

    /// <summary>Reads samples of 16 bits, or floats, which become 16 bits.</summary>
    /// <param name="row">The stored bytes; overwritten.</param>
    /// <exception cref="ImageFormatException">A float is out of range, unless decoding is lenient.</exception>
    public void Read(Span<byte> row, Span<ushort> samples)
    {
        if (page.Bits == 32)
        {
            ReadFloats(row, samples);
            return;
        }

        for (var i = 0; i < samples.Length; i++)
        {
            var source = row[(2 * i)..];
            samples[i] = littleEndian
                ? BinaryPrimitives.ReadUInt16LittleEndian(source)
                : BinaryPrimitives.ReadUInt16BigEndian(source);
            if (page.Predictor == TiffPredictor.Differences && i >= _step)
            {
                samples[i] += samples[i - _step];
            }
        }
    }

    private void ReadFloats(Span<byte> row, Span<ushort> samples)
    {
        var bigEndian = !littleEndian;
        if (page.Predictor == TiffPredictor.FloatingPoint)
        {
            row = Unpredict(row, samples.Length);
            bigEndian = true;
        }

        // In place, since differences refer to the previous number's bits.
        var words = MemoryMarshal.Cast<byte, uint>(row)[..samples.Length];
        var foreign = bigEndian == BitConverter.IsLittleEndian;
        for (var i = 0; i < words.Length; i++)
        {
            words[i] = foreign ? BinaryPrimitives.ReverseEndianness(words[i]) : words[i];
            if (page.Predictor == TiffPredictor.Differences && i >= _step)
            {
                words[i] += words[i - _step];
            }

            samples[i] = Scaled(BitConverter.UInt32BitsToSingle(words[i]));
        }
    }

    /// <summary>Undoes the floating-point predictor: sums the bytes, then regroups those of each number, highest first.</summary>
    private Span<byte> Unpredict(Span<byte> row, int count)
    {
        for (var i = _step; i < row.Length; i++)
        {
            row[i] += row[i - _step];
        }

        if (_sorted.Length < row.Length)
        {
            _sorted = new byte[row.Length];
        }

        for (var i = 0; i < count; i++)
        {
            for (var place = 0; place < sizeof(float); place++)
            {
                _sorted[(i * sizeof(float)) + place] = row[(place * count) + i];
            }
        }

        return _sorted.AsSpan(0, row.Length);
    }

    private ushort Scaled(float value)
    {
        var (low, high) = page.Range;
        var share = (value - low) / (high - low);
        if (share is >= 0 and <= 1)
        {
            return (ushort)Math.Round(share * ushort.MaxValue);
        }

        return lenient
            ? (ushort)(share > 1 ? ushort.MaxValue : 0)
            : throw new ImageFormatException(
                $"the TIFF has the number {value}, and {low} to {high} is its range (SMinSampleValue, SMaxSampleValue)", page.Offset);
    }
}
