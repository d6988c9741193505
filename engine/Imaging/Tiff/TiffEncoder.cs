using System.IO.Compression;
using System.Numerics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace IlgpuGan.Imaging.Tiff;

/// <summary>
/// Writes TIFF files in the machine's byte order: strips compressed by Deflate, integers with horizontal differencing (predictor 2).
/// Thread-safe.
/// </summary>
public static class TiffEncoder
{
    private const int StripBytes = 1 << 18;

    /// <summary>Encodes layers, one per page, as <see cref="TiffDecoder.DecodeLayers"/> reads them.</summary>
    /// <param name="layers">Images of 8 or 16 bits; gray or RGB, with or without alpha.</param>
    /// <param name="metadata">Metadata to write, reduced by <see cref="ImageMetadata.Fitting"/> to what the format can hold.</param>
    public static byte[] Encode(IReadOnlyList<Image> layers, ImageMetadata? metadata = null)
    {
        var file = new Pages();
        foreach (var layer in layers)
        {
            var kept = metadata?.Fitting(layer, ImageFormat.Tiff);
            if (layer.BitsPerChannel == 8)
            {
                Write<byte>(file, layer.Width, layer.Height, layer.Channels, layer.Bytes, kept);
            }
            else
            {
                Write<ushort>(file, layer.Width, layer.Height, layer.Channels, layer.Words, kept);
            }
        }

        return file.Bytes.ToArray();
    }

    /// <summary>Encodes 32-bit floats; 0 is black and 1 is white.</summary>
    /// <param name="samples">[height, width, channels].</param>
    /// <exception cref="ArgumentException">The number of samples is not the product of the sides.</exception>
    public static byte[] Encode(int width, int height, int channels, ReadOnlySpan<float> samples)
    {
        if ((long)width * height * channels != samples.Length || width < 1 || height < 1 || channels is < 1 or > 4)
        {
            throw new ArgumentException(
                $"{samples.Length} samples given for a TIFF of {width}x{height} with {channels} channels", nameof(samples));
        }

        var file = new Pages();
        Write(file, width, height, channels, MemoryMarshal.Cast<float, uint>(samples), null);
        return file.Bytes.ToArray();
    }

    /// <param name="samples">Floats are passed as their bits (uint).</param>
    private static void Write<T>(Pages file, int width, int height, int channels, ReadOnlySpan<T> samples, ImageMetadata? metadata)
        where T : unmanaged, IBinaryInteger<T>
    {
        var (row, bytes, isFloat) = (width * channels, Unsafe.SizeOf<T>(), typeof(T) == typeof(uint));
        var strip = new T[Math.Clamp(StripBytes / ((long)row * bytes), 1, height) * row];
        List<uint> offsets = [], counts = [];
        while (!samples.IsEmpty)
        {
            var part = strip.AsSpan(0, Math.Min(strip.Length, samples.Length));
            samples[..part.Length].CopyTo(part);
            samples = samples[part.Length..];
            for (var i = part.Length - 1; i >= 0 && !isFloat; i--)
            {
                part[i] -= i % row >= channels ? part[i - channels] : T.Zero;
            }

            offsets.Add((uint)file.Bytes.Length);
            using (var deflate = new ZLibStream(file.Bytes, CompressionLevel.Optimal, leaveOpen: true))
            {
                deflate.Write(MemoryMarshal.AsBytes(part));
            }

            counts.Add((uint)file.Bytes.Length - offsets[^1]);
        }

        var (x, y, isRatio) = metadata?.Resolution ?? new(1, 1, IsRatio: true);
        ushort[] Each(int value) => [.. Enumerable.Repeat((ushort)value, channels)];
        file.Add<uint>(TiffTag.ImageWidth, (uint)width);
        file.Add<uint>(TiffTag.ImageLength, (uint)height);
        file.Add(TiffTag.BitsPerSample, Each(bytes * 8));
        file.Add(TiffTag.Compression, (ushort)TiffCompression.Deflate);
        file.Add(TiffTag.PhotometricInterpretation, (ushort)(channels < 3 ? TiffColor.BlackIsZero : TiffColor.Rgb));
        file.Add(TiffTag.StripOffsets, [.. offsets]);
        file.Add(TiffTag.SamplesPerPixel, (ushort)channels);
        file.Add<uint>(TiffTag.RowsPerStrip, (uint)(strip.Length / row));
        file.Add(TiffTag.StripByteCounts, [.. counts]);
        file.Add(TiffTag.XResolution, Fraction(x));
        file.Add(TiffTag.YResolution, Fraction(y));
        file.Add(TiffTag.ResolutionUnit, (ushort)(isRatio ? 1 : 2));
        file.Add(TiffTag.Predictor, (ushort)(isFloat ? TiffPredictor.None : TiffPredictor.Differences));
        if (channels is 2 or 4)
        {
            file.Add<ushort>(TiffTag.ExtraSamples, 2); // Unassociated alpha: colours are not premultiplied.
        }

        file.Add(TiffTag.SampleFormat, Each(isFloat ? 3 : 1));
        if (metadata?.ColorProfile is { } profile)
        {
            file.Add(TiffTag.IccProfile, profile);
        }

        file.EndPage();

        // Numerator and denominator, four bytes each, as one number.
        static ulong Fraction(double number) => MemoryMarshal.Read<ulong>(MemoryMarshal.AsBytes([(uint)Math.Round(number * 4096), 4096u]));
    }

    /// <summary>The bytes so far, and the directory of the current page. Tags must be added in ascending order.</summary>
    private sealed class Pages
    {
        private readonly MemoryStream _directory = new();
        private int _link = 4;

        public Pages() => Bytes.Write([.. BitConverter.IsLittleEndian ? "II*\0"u8 : "MM\0*"u8, 0, 0, 0, 0]);

        public MemoryStream Bytes { get; } = new();

        public void Add<T>(TiffTag tag, params T[] values)
            where T : unmanaged
        {
            var data = MemoryMarshal.AsBytes(values.AsSpan());
            var type = Unsafe.SizeOf<T>() switch { 1 => 7, 2 => 3, 4 => 4, _ => 5 };
            _directory.Write(MemoryMarshal.AsBytes([(ushort)tag, (ushort)type]));
            _directory.Write(BitConverter.GetBytes(values.Length));
            if (data.Length > 4)
            {
                Align();
                _directory.Write(BitConverter.GetBytes((uint)Bytes.Length));
                Bytes.Write(data);
                return;
            }

            _directory.Write(data);
            _directory.Write(stackalloc byte[4 - data.Length]);
        }

        public void EndPage()
        {
            Align();
            BitConverter.TryWriteBytes(Bytes.GetBuffer().AsSpan(_link), (uint)Bytes.Length);
            Bytes.Write(BitConverter.GetBytes((ushort)(_directory.Length / 12)));
            Bytes.Write(_directory.ToArray());
            _link = (int)Bytes.Length;
            Bytes.Write(stackalloc byte[4]);
            _directory.SetLength(0);
        }

        private void Align() => Bytes.Write(stackalloc byte[(int)(Bytes.Length & 1)]);
    }
}
