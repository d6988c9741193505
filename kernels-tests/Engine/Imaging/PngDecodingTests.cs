using System.Buffers.Binary;
using IlgpuGan.Imaging.Png;

namespace IlgpuGan.EngineTests.Imaging;

internal sealed class PngDecodingTests
{
    public static IEnumerable<TestCaseData> Files() => Fixtures.Lines("png-samples.txt")
        .Select(f =>
            new TestCaseData(
                f[0],
                new ImageInfo
                {
                    Format = ImageFormat.Png, Width = int.Parse(f[1]), Height = int.Parse(f[2]), Channels = int.Parse(f[3]),
                    BitsPerChannel = int.Parse(f[4]), Orientation = Orientation.Normal,
                },
                f[5])
            .SetArgDisplayNames(f[0]));

    [TestCaseSource(nameof(Files))]
    public void SamplesAreThoseThatWereStored(string name, ImageInfo expected, string hash)
    {
        var image = ImageFile.Load(Fixtures.PathOf(name));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((image.Width, image.Height), Is.EqualTo((expected.Width, expected.Height)));
            Assert.That((image.Channels, image.BitsPerChannel), Is.EqualTo((expected.Channels, expected.BitsPerChannel)));
            Assert.That(Fixtures.Hash(image), Is.EqualTo(hash));
        }
    }

    [TestCaseSource(nameof(Files))]
    public void TheHeaderSaysWhatDecodingGives(string name, ImageInfo expected, string hash) =>
        Assert.That(ImageFile.Identify(Fixtures.PathOf(name)), Is.EqualTo(expected), hash);

    /// <summary>A changed byte is refused, or where all pixels are there nevertheless, remarked upon.</summary>
    [Test]
    public void EveryByteIsUnderAChecksum()
    {
        var good = Fixtures.Bytes("color2-8bit.png");
        var pixels = Fixtures.Hash(ImageFile.Load(good));
        for (var i = 0; i < good.Length; i++)
        {
            var bad = (byte[])good.Clone();
            bad[i] ^= 0x10;
            var remarks = new List<string>();
            try
            {
                Assert.That(Fixtures.Hash(ImageFile.Load(bad, new() { Remark = remarks.Add })), Is.EqualTo(pixels), $"byte {i}");
                Assert.That(remarks, Is.Not.Empty, $"byte {i}");
            }
            catch (ImageFormatException)
            {
                Assert.That(i, Is.LessThan(good.Length - 12), "behind the pixels nothing is refused");
            }
        }
    }

    [Test]
    public void AnUnknownCriticalChunkIsRefusedByName() => Fails.With<ImageFormatException>(
        () => ImageFile.Load(WithChunk("ABCd", [1, 2, 3])), "ABCd");

    [Test]
    public void AnUnknownAncillaryChunkIsIgnored() =>
        Assert.That(
            Fixtures.Hash(ImageFile.Load(WithChunk("abCd", [1, 2, 3]))),
            Is.EqualTo(Fixtures.Hash(ImageFile.Load(Fixtures.Bytes("color2-8bit.png")))));

    [Test]
    public void AnIndexBeyondThePaletteIsRefusedAndBlackWhenLenient()
    {
        var file = PngEncoder.Encode(new(2, 1, 1, [(byte)0, 9]));
        file[25] = (byte)PngColor.Palette;
        FixChecksum(file, 8);
        byte[] withPalette = [.. file[..33], .. Chunk("PLTE", [10, 20, 30]), .. file[33..]];
        using (Assert.EnterMultipleScope())
        {
            Fails.With<ImageFormatException>(() => ImageFile.Load(withPalette), "palette of 1");
            Assert.That(
                ImageFile.Load(withPalette, new DecodeOptions { Lenient = true }).Bytes, Is.EqualTo(new byte[] { 10, 20, 30, 0, 0, 0 }));
        }
    }

    /// <summary>Rows of every filter and pixel size against the specification's formulas, byte by byte.</summary>
    [Test]
    public void FiltersAreUndone(
        [Values(1, 2, 3, 4, 6, 8)] int step, [Values(1, 2, 3, 7, 40)] int pixels, [Values(0, 1, 2, 3, 4)] int filter, [Values] bool first)
    {
        var random = new Random(step + (10 * pixels) + filter);
        var (row, above) = (new byte[step * pixels], new byte[step * pixels]);
        random.NextBytes(row);
        random.NextBytes(above);
        if (first)
        {
            Array.Clear(above);
        }

        var raw = new byte[row.Length];
        for (var i = 0; i < row.Length; i++)
        {
            int a = i < step ? 0 : row[i - step], b = above[i], c = i < step ? 0 : above[i - step];
            int[] predictions = [0, a, b, (a + b) / 2, new[] { a, b, c }.MinBy(p => Math.Abs(a + b - c - p))];
            raw[i] = (byte)(row[i] - predictions[filter]);
        }

        var result = new byte[row.Length];
        Assert.That(PngUnfilter.TryApply((byte)filter, raw, first ? default : above, result, step));
        Assert.That(result, Is.EqualTo(row));

        // The encoder's filter, whose vectors are of another kind, is the same in the other direction.
        var encoder = new PngFilter(row.Length, step, filter);
        encoder.Apply(above, default);
        var filtered = encoder.Apply(row, first ? default : above).ToArray();
        Assert.That(filtered, Is.EqualTo((byte[])[(byte)filter, .. raw]));
    }

    private static byte[] WithChunk(string type, byte[] data)
    {
        var file = Fixtures.Bytes("color2-8bit.png");
        return [.. file[..33], .. Chunk(type, data), .. file[33..]];
    }

    private static byte[] Chunk(string type, byte[] data)
    {
        byte[] chunk = [0, 0, 0, (byte)data.Length, .. type.Select(c => (byte)c), .. data, 0, 0, 0, 0];
        FixChecksum(chunk, 0);
        return chunk;
    }

    private static void FixChecksum(byte[] file, int chunk)
    {
        var length = BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(chunk));
        BinaryPrimitives.WriteUInt32BigEndian(file.AsSpan(chunk + 8 + length), Crc32.Compute(file.AsSpan(chunk + 4, length + 4)));
    }
}
