using IlgpuGan.Imaging.Png;
using static System.Buffers.Binary.BinaryPrimitives;

namespace IlgpuGan.ToolsTests.Fuzzing;

/// <summary>Changes files at random, at the places and by the values at which readers fail; the same for the same random numbers.</summary>
internal sealed class Damage(Random random)
{
    private const int Longest = 1 << 15;

    private static readonly long[] s_numbers =
    [
        0, 1, -1, 2, 127, 128, 255, 256, 32767, 65535, 1 << 16, 1 << 24, int.MaxValue, int.MinValue, uint.MaxValue, long.MaxValue,
        long.MinValue,
    ];

    private static readonly byte[][] s_words =
    [
        .. ("0 -1 1 255 65536 2147483648 99999999999999999999 1e999 1e-9 NaN 0.5 null true \"\" [] {} {\"a\": \"\\ud800\" ( ) , : ' %00 é "
            + "\n \r\n \0 \u001b[2J \u0080").Split(' ').Select(Encoding.UTF8.GetBytes),
    ];

    public byte[] Of(byte[] whole, byte[] other)
    {
        var file = (byte[])whole.Clone();
        for (var changes = 1 << random.Next(1 + random.Next(5)); changes > 0; changes--)
        {
            // Half of the time in the headers, where a byte decides the most.
            var at = random.Next(Math.Min(file.Length, random.Next(2) == 0 ? 256 : int.MaxValue) + 1);
            var end = at + Math.Min(file.Length - at, 1 + random.Next(random.Next(8) == 0 ? file.Length + 1 : 32));
            var from = random.Next(other.Length + 1);
            var part = other[from..Math.Min(other.Length, from + 1 + random.Next(200))];
            switch (random.Next(10))
            {
                case 0 when at < file.Length:
                    file[at] ^= (byte)(1 << random.Next(8));
                    break;
                case 1 when at < file.Length:
                    file[at] = (byte)random.Next(256);
                    break;
                case < 5:
                    ChangeNumber(file.AsSpan(at, Math.Min(file.Length - at, 1 << random.Next(4))));
                    break;
                case 5:
                    file = random.Next(8) == 0 ? file[..at] : [.. file[..at], .. file[end..]];
                    break;
                case 6:
                    file = [.. file[..end], .. file[at..]];
                    break;
                case 7:
                    file = [.. file[..at], .. part, .. file[(random.Next(2) == 0 ? at : Math.Min(file.Length, at + part.Length))..]];
                    break;
                default:
                    file = [.. file[..at], .. s_words[random.Next(s_words.Length)], .. file[EndOfDigits(file, at)..]];
                    break;
            }
        }

        return file.Length <= Longest ? file : file[..Longest];
    }

    /// <summary>Checksums and lengths are made right again, most of the time, so that damage is not found by them alone.</summary>
    public byte[] Mended(byte[] file, string format)
    {
        switch (random.Next(8) == 0 ? "" : format)
        {
            case "png":
                for (long at = PngSignature.Bytes.Length, next; at + 12 <= file.Length; at = next)
                {
                    next = at + 12 + ReadUInt32BigEndian(file.AsSpan((int)at));
                    if (next <= file.Length)
                    {
                        WriteUInt32BigEndian(file.AsSpan((int)next - 4), Crc32.Compute(file.AsSpan(((int)at + 4)..((int)next - 4))));
                    }
                }

                return file;
            case "pth":
                MendZip(file);
                return file;
            case "safetensors" when file.AsSpan().LastIndexOf("}}"u8) is > 6 and var end:
                var padding = file.AsSpan(end + 2).IndexOfAnyExcept((byte)' ');
                WriteInt64LittleEndian(file, end + 2 + Math.Max(padding, 0) - sizeof(long));
                return file;
            case FuzzedReaders.Request when file.AsSpan().IndexOf("\r\n\r\n"u8) + 4 is > 3 and var body
                && file.AsSpan(0, body).IndexOf("Content-Length: "u8) + 16 is > 15 and var length:
                return [.. file[..length], .. Encoding.ASCII.GetBytes($"{file.Length - body}"), .. file[EndOfDigits(file, length)..]];
            default:
                return file;
        }
    }

    private void ChangeNumber(Span<byte> place)
    {
        Span<byte> wide = stackalloc byte[sizeof(long)];
        wide.Clear();
        place.CopyTo(wide);
        var number = wide[..place.Length];
        var isBigEndian = random.Next(2) == 0;
        if (isBigEndian)
        {
            number.Reverse();
        }

        WriteInt64LittleEndian(wide, random.Next(3) switch
        {
            0 => s_numbers[random.Next(s_numbers.Length)],
            1 => random.NextInt64(long.MinValue, long.MaxValue),
            _ => ReadInt64LittleEndian(wide) + random.Next(-16, 17),
        });
        if (isBigEndian)
        {
            number.Reverse();
        }

        number.CopyTo(place);
    }

    private static int EndOfDigits(byte[] file, int at)
    {
        while (at < file.Length && char.IsAsciiDigit((char)file[at]))
        {
            at++;
        }

        return at;
    }

    /// <summary>An archive's checksums are in its directory, whose records say where the bytes are.</summary>
    private static void MendZip(byte[] file)
    {
        const int localHeader = 30;
        for (var at = 0; file.AsSpan(at).IndexOf("PK\u0001\u0002"u8) is >= 0 and var next && at + next + 46 <= file.Length; at += next + 4)
        {
            var record = file.AsSpan(at + next);
            var (length, local) = ((long)ReadUInt32LittleEndian(record[20..]), (long)ReadUInt32LittleEndian(record[42..]));
            var start = local + localHeader > file.Length ? file.Length : local + localHeader
                + ReadUInt16LittleEndian(file.AsSpan((int)local + 26)) + ReadUInt16LittleEndian(file.AsSpan((int)local + 28));
            if (start + length <= file.Length)
            {
                WriteUInt32LittleEndian(record[16..], Crc32.Compute(file.AsSpan((int)start, (int)length)));
            }
        }
    }
}
