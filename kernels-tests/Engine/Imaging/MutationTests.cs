using System.Buffers.Binary;
using System.Diagnostics;
using IlgpuGan.Imaging.Png;

namespace IlgpuGan.EngineTests.Imaging;

/// <summary>Damaged files: whatever is done to a file, the decoders give an image or their one exception, soon and within bounds.</summary>
internal sealed class MutationTests
{
    private const int MaxPixels = 1 << 16;

    private static readonly Image s_any = new(1, 1, 3, new byte[3]);
    private static readonly TimeSpan s_maxTime = TimeSpan.FromSeconds(2);

    [TestCase("jpg", 50_000)]
    [TestCase("png", 50_000)]
    [TestCase("bmp", 50_000)]
    [TestCase("gif", 50_000)]
    [TestCase("p?m", 50_000)]
    [TestCase("tif", 100_000)]
    [TestCase("webp", 100_000)]
    [Exhaustive]
    public void OnlyOneException(string type, int mutations)
    {
        var samples = Directory.GetFiles(Fixtures.Folder, "*." + type).Order().Select(File.ReadAllBytes)
            .Append(MetadataTests.Sample(type)).ToArray();
        var random = new Random(20240229);
        var (decoded, refused) = (0, 0);
        for (var n = 0; n < mutations; n++)
        {
            var file = Mutate(samples[random.Next(samples.Length)], samples[random.Next(samples.Length)], random);
            if (type == "png" && random.Next(10) != 0)
            {
                FixChecksums(file);
            }

            var options = new DecodeOptions { MaxPixels = MaxPixels, Lenient = random.Next(2) == 0 };
            var watch = Stopwatch.StartNew();
            try
            {
                _ = Exif.ReadOrientation(file);
                _ = ImageMetadata.Read(file).Fitting(s_any, ImageFormat.Png);
                _ = Attempt(() => ImageFile.Identify(file));
                if (Attempt(() => ImageFile.Load(file, options)))
                {
                    decoded++;
                }
                else
                {
                    refused++;
                }
            }
            catch (Exception e)
            {
                Assert.Fail($"mutation {n}: {e}\n{Convert.ToBase64String(file)}");
            }

            Assert.That(watch.Elapsed, Is.LessThan(s_maxTime), $"mutation {n}: {Convert.ToBase64String(file)}");
        }

        // Damage must reach what is behind the first checks, else this proves nothing.
        TestContext.Out.WriteLine($"{decoded} decoded, {refused} refused");
        Assert.That(decoded, Is.GreaterThan(mutations / 20));
        Assert.That(refused, Is.GreaterThan(mutations / 20));
    }

    private static bool Attempt<T>(Func<T> read)
    {
        try
        {
            read();
            return true;
        }
        catch (ImageFormatException)
        {
            return false;
        }
    }

    private static byte[] Mutate(byte[] sample, byte[] other, Random random)
    {
        var file = (byte[])sample.Clone();
        for (var changes = 1 << random.Next(5); changes > 0; changes--)
        {
            // Two times of three in the headers, where a byte decides the most.
            var position = random.Next(random.Next(3) == 0 ? file.Length : Math.Min(file.Length, 700));
            switch (random.Next(7))
            {
                case 0:
                    file[position] ^= (byte)(1 << random.Next(8));
                    break;
                case 1:
                    file[position] = (byte)random.Next(256);
                    break;
                case 2:
                    file[position] = random.Next(2) == 0 ? (byte)0 : (byte)0xFF;
                    break;
                case 3 when file.Length > position + 2:
                    BinaryPrimitives.WriteUInt16BigEndian(file.AsSpan(position), (ushort)random.Next(65536));
                    break;
                case 4:
                    file = file[..position];
                    break;
                case 5:
                    var count = Math.Min(random.Next(64), file.Length - position);
                    file = [.. file[..position], .. file[(position + count)..]];
                    break;
                default:
                    var start = random.Next(other.Length);
                    file = [.. file[..position], .. other[start..Math.Min(other.Length, start + random.Next(200))], .. file[position..]];
                    break;
            }

            if (file.Length < 4)
            {
                break;
            }
        }

        return file;
    }

    /// <summary>Makes the checksums of a PNG's chunks right again, so that damage is not found by them alone.</summary>
    private static void FixChecksums(byte[] file)
    {
        for (var position = PngSignature.Bytes.Length; position + 12 <= file.Length;)
        {
            var length = BinaryPrimitives.ReadUInt32BigEndian(file.AsSpan(position));
            if (length > file.Length - position - 12)
            {
                break;
            }

            var data = file.AsSpan(position + 4, (int)length + 4);
            BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(position + 8 + (int)length), Crc32.Compute(data));
            position += (int)length + 12;
        }
    }
}
