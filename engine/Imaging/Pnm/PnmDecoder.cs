using System.Numerics;

namespace IlgpuGan.Imaging.Pnm;

/// <summary>Decodes PBM, PGM and PPM, plain and binary (P1 to P6).</summary>
internal static class PnmDecoder
{
    /// <summary>
    /// Decodes to gray [height, width, 1] or RGB [height, width, 3]: 8 bits up to a maximum value (maxval) of 255, else 16. Samples are
    /// scaled to full scale, rounded to nearest, halves to even. In a bitmap 1 is black. Data after the first picture is ignored.
    /// </summary>
    /// <param name="file">The whole file, from its first byte.</param>
    /// <exception cref="ImageFormatException">The data is not a PNM, is corrupt, is cut short or is over the limit.</exception>
    public static Image Decode(ReadOnlySpan<byte> file, DecodeOptions? options = null)
    {
        options ??= DecodeOptions.Default;
        var header = PnmHeader.Parse(file);
        PixelLimit.Check("PNM", header.Width, header.Height, header.Channels, options, 0);
        var data = file.Length - header.DataOffset;
        if (!options.Lenient && data < header.MinBytes)
        {
            throw PixelLimit.CutShort("PNM", data, header.Width, header.Height, header.DataOffset);
        }

        if (!header.IsPlain && data > header.MinBytes && PnmHeader.StartsImage(file[(int)(header.DataOffset + header.MinBytes)..]))
        {
            options.Remark?.Invoke("only the first of its pictures is read");
        }

        return header.BitsPerChannel == 8
            ? new(header.Width, header.Height, header.Channels, Samples<byte>(header, file, options.Lenient))
            : new(header.Width, header.Height, header.Channels, Samples<ushort>(header, file, options.Lenient));
    }

    /// <summary>Reads the header.</summary>
    /// <exception cref="ImageFormatException">The data is not a PNM, or its header is corrupt.</exception>
    public static ImageInfo Identify(ReadOnlySpan<byte> file)
    {
        var header = PnmHeader.Parse(file);
        return new ImageInfo
        {
            Format = ImageFormat.Pnm, Width = header.Width, Height = header.Height, Channels = header.Channels,
            BitsPerChannel = header.BitsPerChannel, Orientation = Orientation.Normal,
        };
    }

    private static T[] Samples<T>(PnmHeader header, ReadOnlySpan<byte> file, bool lenient)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        var samples = new T[header.Width * header.Height * header.Channels];
        try
        {
            if (header.IsBitmap)
            {
                ReadBitmap(header, file, samples.AsSpan());
            }
            else if (header.IsPlain)
            {
                ReadPlain(header, file, samples.AsSpan(), lenient);
            }
            else
            {
                ReadBinary(header, file[header.DataOffset..], samples.AsSpan(), lenient);
            }
        }
        catch (ImageFormatException) when (lenient)
        {
            // Decoded samples are kept, the rest is zero.
        }

        return samples;
    }

    private static void ReadBitmap<T>(PnmHeader header, ReadOnlySpan<byte> file, Span<T> samples)
        where T : unmanaged, IMinMaxValue<T>
    {
        var white = T.MaxValue;
        if (header.IsPlain)
        {
            var reader = new PnmReader(file, header.DataOffset);
            foreach (ref var sample in samples)
            {
                sample = reader.Bit() ? default : white;
            }

            return;
        }

        var length = (header.Width + 7) / 8;
        var data = file[header.DataOffset..];
        for (var y = 0; y < header.Height && data.Length >= length; y++, data = data[length..])
        {
            var row = samples.Slice(y * header.Width, header.Width);
            for (var x = 0; x < row.Length; x++)
            {
                row[x] = (data[x / 8] & (0x80 >> (x % 8))) != 0 ? default : white;
            }
        }
    }

    private static void ReadPlain<T>(PnmHeader header, ReadOnlySpan<byte> file, Span<T> samples, bool lenient)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        var scale = Scale<T>(header.MaxValue);
        var reader = new PnmReader(file, header.DataOffset);
        foreach (ref var sample in samples)
        {
            sample = scale[Checked(reader.Number(), header.MaxValue, reader.Position, lenient)];
        }
    }

    private static void ReadBinary<T>(PnmHeader header, ReadOnlySpan<byte> data, Span<T> samples, bool lenient)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        var scale = Scale<T>(header.MaxValue);
        var bytes = header.BitsPerChannel / 8;
        var count = Math.Min(samples.Length, data.Length / bytes);
        for (var i = 0; i < count; i++)
        {
            var value = bytes == 1 ? data[i] : BinaryPrimitives.ReadUInt16BigEndian(data[(2 * i)..]);
            samples[i] = scale[Checked(value, header.MaxValue, header.DataOffset + ((long)i * bytes), lenient)];
        }
    }

    private static int Checked(int value, int most, long offset, bool lenient) => value <= most ? value
        : lenient ? most
        : throw new ImageFormatException($"the PNM has a sample of {value}, above its greatest value of {most}", offset);

    /// <summary>A table from stored numbers to samples.</summary>
    private static T[] Scale<T>(int most)
        where T : unmanaged, IBinaryInteger<T>, IMinMaxValue<T>
    {
        var full = double.CreateTruncating(T.MaxValue);
        var scale = new T[most + 1];
        for (var i = 0; i < scale.Length; i++)
        {
            scale[i] = T.CreateTruncating(Math.Round(i / (double)most * full, MidpointRounding.ToEven));
        }

        return scale;
    }
}
