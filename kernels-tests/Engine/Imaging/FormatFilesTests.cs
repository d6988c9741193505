namespace IlgpuGan.EngineTests.Imaging;

/// <summary>The fixtures of the formats beside PNG and JPEG: the samples that Pillow decodes, and what is damaged.</summary>
internal sealed class FormatFilesTests
{
    private static readonly DecodeOptions s_lenient = new() { Lenient = true };

    public static IEnumerable<TestCaseData> Files() => Fixtures.Lines("formats-pillow.txt")
        .Select(f => new TestCaseData(f[0], int.Parse(f[1]), int.Parse(f[2]), f[3], f[4]).SetArgDisplayNames(f[0]));

    public static IEnumerable<string> Names() => Fixtures.Lines("formats-pillow.txt").Select(f => f[0]);

    [TestCaseSource(nameof(Files))]
    public void SamplesAreThoseOfPillow(string name, int width, int height, string mode, string hash)
    {
        var image = ImageFile.LoadUpright(Fixtures.PathOf(name));
        using (Assert.EnterMultipleScope())
        {
            Assert.That((image.Width, image.Height), Is.EqualTo((width, height)));
            Assert.That(Fixtures.Hash(Fixtures.InPillowMode(image, mode)), Is.EqualTo(hash));
        }
    }

    [TestCaseSource(nameof(Names))]
    public void TheHeaderSaysWhatDecodingGives(string name)
    {
        var file = Fixtures.Bytes(name);
        var (info, image) = (ImageFile.Identify(file), ImageFile.Load(file));
        Assert.That(
            (info.Width, info.Height, info.Channels, info.BitsPerChannel),
            Is.EqualTo((image.Width, image.Height, image.Channels, image.BitsPerChannel)));
        Assert.That(info.Format.ToString(), Is.EqualTo(FormatOf(name)));
    }

    /// <summary>What is cut off is missed, and what is left is decoded where that is asked for, to a picture of the same size.</summary>
    [TestCaseSource(nameof(Names))]
    public void AFileCutShortIsRefused(string name)
    {
        var file = Fixtures.Bytes(name);
        var whole = ImageFile.Load(file);
        for (var length = 0; length < file.Length - Spared(name); length += 1 + (file.Length / 200))
        {
            Assert.That(
                () => ImageFile.Load(file.AsSpan(0, length)), Throws.TypeOf<ImageFormatException>(), $"{length} of {file.Length} bytes");
        }

        if (name.EndsWith(".tif", StringComparison.Ordinal))
        {
            // What a TIFF is stands at its end.
            return;
        }

        var most = ImageFile.Load(file.AsSpan(0, file.Length - (file.Length / 20)), s_lenient);
        Assert.That((most.Width, most.Height, most.Channels), Is.EqualTo((whole.Width, whole.Height, whole.Channels)));
    }

    [TestCaseSource(nameof(Names))]
    [TestCase("420.jpg")]
    [TestCase("color6-8bit.png")]
    public void ALimitOnPixelsIsKept(string name)
    {
        var file = Fixtures.Bytes(name);
        var info = ImageFile.Identify(file);
        var pixels = (long)info.Width * info.Height;
        Assert.That(() => ImageFile.Load(file, new() { MaxPixels = pixels }), Throws.Nothing);
        Fails.With<ImageFormatException>(() => ImageFile.Load(file, new() { MaxPixels = pixels - 1 }), $"limit of {pixels - 1}");
    }

    private static string FormatOf(string name) => Path.GetExtension(name) switch
    {
        ".bmp" => "Bmp",
        ".tif" => "Tiff",
        ".webp" => "WebP",
        ".gif" => "Gif",
        ".pbm" or ".pgm" or ".ppm" => "Pnm",
        var other => throw new ArgumentOutOfRangeException(nameof(name), other, "no format of the list"),
    };

    /// <summary>Bytes at a file's end without which all pixels are there, or seem to be: 12 may be what is left of 123.</summary>
    private static int Spared(string name) => name.StartsWith("runs-", StringComparison.Ordinal) ? 2
        : name.Contains("plain", StringComparison.Ordinal) ? 5
        : name == "animated.gif" ? 525
        : name == "animated.webp" ? 5710
        : name.EndsWith(".webp", StringComparison.Ordinal) ? 1
        : name.EndsWith(".gif", StringComparison.Ordinal) ? 6
        : name.EndsWith(".bmp", StringComparison.Ordinal) ? 3
        : name.EndsWith(".tif", StringComparison.Ordinal) ? 4
        : 0;
}
