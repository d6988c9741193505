using System.Buffers.Binary;
using IlgpuGan.Imaging.Jpeg;
using IlgpuGan.Imaging.Png;
using StbImageSharp;

namespace IlgpuGan.EngineTests.Imaging;

/// <summary>
/// The decoders against those of StbImageSharp, which share no code with them: the same pixels from PNG, BMP and GIF, and near ones from
/// JPEG, whose samples the standard leaves open by a level.
/// </summary>
internal sealed class StbImageSharpTests
{
    /// <summary>Where the two differ by more than a rounding, and why. The lists of Pillow's samples hold all of these.</summary>
    private static readonly Dictionary<string, string> s_apart = new()
    {
        ["422.jpg"] = "StbImageSharp swaps the weights of the last column's neighbours where only the width is halved",
        ["odd-ratios.jpg"] = "the same",
        ["arithmetic.jpg"] = "neither decodes arithmetic coding",
        ["progressive-first-1-scans.jpg"] = "StbImageSharp does not smooth what the missing scans would have refined",
        ["progressive-first-2-scans.jpg"] = "the same",
        ["progressive-first-5-scans.jpg"] = "the same",
        ["progressive-first-8-scans.jpg"] = "the same",
        ["size-1.jpg"] = "libjpeg repeats chroma of one or two columns, StbImageSharp blends it",
        ["size-2.jpg"] = "the same",
        ["size-3.jpg"] = "the same",
        ["runs-4bit.bmp"] = "StbImageSharp refuses run lengths",
        ["runs-8bit.bmp"] = "the same",
        ["palette-8bit-os2.bmp"] = "StbImageSharp reads four colours too few of an OS/2 palette",
    };

    public static IEnumerable<string> Own(string pattern) =>
        Directory.GetFiles(Fixtures.Folder, pattern)
            .Select(path => Path.GetFileName(path))
            .Where(name => !s_apart.ContainsKey(name))
            .Order(StringComparer.Ordinal);

    [TestCaseSource(nameof(Own), new object[] { "*.png" })]
    public void PngPixelsAreTheSame(string name) => AssertSame(WithoutEmptyChunks(Fixtures.Bytes(name)));

    [Test]
    public void PngPixelsOfTheEncoderAreTheSame([Values(1, 2, 3, 4)] int channels, [Values(1, 5, 70)] int width, [Values] bool words) =>
        AssertSame(PngEncoder.Encode(words ? TestPicture.CreateWords(width, 13, channels) : TestPicture.Create(width, 13, channels)));

    /// <summary>Colours of 5 bits become 8 by another rounding; a fourth byte without a mask is alpha to StbImageSharp alone.</summary>
    [TestCaseSource(nameof(Own), new object[] { "*.bmp" })]
    public void BmpPixelsAreTheSame(string name)
    {
        var file = Fixtures.Bytes(name);
        var levels = name is "color-15bit.bmp" or "color-16bit-masks.bmp" ? 1 : 0;
        Assert.That(Differences(Ours(file, 3), Theirs(file, ColorComponents.RedGreenBlue)).Max(), Is.LessThanOrEqualTo(levels));
    }

    /// <summary>StbImageSharp leaves transparent what Pillow fills with the background, so only what is opaque there is compared.</summary>
    [TestCaseSource(nameof(Own), new object[] { "*.gif" })]
    public void GifPixelsAreTheSame(string name)
    {
        var file = Fixtures.Bytes(name);
        var (ours, theirs) = (Ours(file, 4).Chunk(4), Theirs(file, ColorComponents.RedGreenBlueAlpha).Chunk(4));
        Assert.That(theirs.Count(p => p[3] == 255), Is.GreaterThan(100));
        Assert.That(ours.Zip(theirs).Where(p => p.Second[3] == 255).Select(p => p.First), Is.EqualTo(theirs.Where(p => p[3] == 255)));
    }

    [TestCaseSource(nameof(Own), new object[] { "*.jpg" })]
    public void JpegPixelsAreNear(string name) => AssertNear(Fixtures.Bytes(name));

    [Test]
    public void JpegPixelsOfTheEncoderAreNear(
        [Values(5, 75, 100)] int quality, [Values(ChromaSubsampling.None, ChromaSubsampling.Both)] ChromaSubsampling subsampling) =>
        AssertNear(JpegEncoder.Encode(TestPicture.Create(83, 61, 3), quality, subsampling));

    [Test]
    public void SamplePixelsAreTheSame()
    {
        foreach (var path in Directory.GetFiles(SharedData.Require("pngsuite"), "*.png").Where(f => !Path.GetFileName(f).StartsWith('x')))
        {
            AssertSame(File.ReadAllBytes(path));
        }
    }

    [Test]
    public void PhotographsAreNear()
    {
        var paths = Directory.GetFiles(SharedData.Require("photos"), "*.jpg")
            .Concat(Directory.GetFiles(SharedData.Require("facades/train"), "1*0.jpg"));
        foreach (var path in paths)
        {
            AssertNear(File.ReadAllBytes(path));
        }
    }

    private static void AssertSame(byte[] file) =>
        Assert.That(Fixtures.Hash(Ours(file, 4)), Is.EqualTo(Fixtures.Hash(Theirs(file, ColorComponents.RedGreenBlueAlpha))));

    /// <summary>
    /// Gray within a level. A level in each of a colour's three components, before and after chroma is enlarged, is at most four of blue;
    /// but one sample of a hundred is further than two.
    /// </summary>
    private static void AssertNear(byte[] file)
    {
        var gray = ImageFile.Identify(file).Channels == 1;
        var differences = Differences(Ours(file, 3), Theirs(file, ColorComponents.RedGreenBlue));
        Assert.That(differences.Max(), Is.LessThanOrEqualTo(gray ? 1 : 4));
        Assert.That(differences.Count(d => d > 2), Is.LessThanOrEqualTo(differences.Length / 100));
    }

    private static int[] Differences(byte[] ours, byte[] theirs)
    {
        Assert.That(ours, Has.Length.EqualTo(theirs.Length));
        var differences = new int[ours.Length];
        for (var i = 0; i < differences.Length; i++)
        {
            differences[i] = Math.Abs(ours[i] - theirs[i]);
        }

        return differences;
    }

    private static byte[] Ours(byte[] file, int channels)
    {
        var image = ImageFile.Load(file);
        return (image.BitsPerChannel == 8
            ? image
            : new(image.Width, image.Height, image.Channels, Array.ConvertAll(image.Words, word => (byte)(word >> 8))))
            .ToChannels(channels).Bytes;
    }

    private static byte[] Theirs(byte[] file, ColorComponents components) => ImageResult.FromMemory(file, components).Data;

    /// <summary>StbImageSharp refuses an empty IDAT chunk, which the standard allows and the fixtures have.</summary>
    private static byte[] WithoutEmptyChunks(byte[] file)
    {
        var kept = file[..PngSignature.Bytes.Length].ToList();
        for (var position = kept.Count; position < file.Length;)
        {
            var length = 12 + BinaryPrimitives.ReadInt32BigEndian(file.AsSpan(position));
            var chunk = file.AsSpan(position, length);
            if (length > 12 || !chunk[4..8].SequenceEqual("IDAT"u8))
            {
                kept.AddRange(chunk);
            }

            position += length;
        }

        return [.. kept];
    }
}
