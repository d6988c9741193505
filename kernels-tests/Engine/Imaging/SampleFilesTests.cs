namespace IlgpuGan.EngineTests.Imaging;

/// <summary>PngSuite, JPEG files of many writers, photographs: the samples that Pillow decodes.</summary>
internal sealed class SampleFilesTests
{
    /// <summary>Files that Pillow decodes and this decoder does not, with what it says.</summary>
    private static readonly Dictionary<string, string> s_refusedHereOnly = new()
    {
        ["jpeg/testimgari.jpg"] = "arithmetic coding",
        ["pngsuite/xcsn0g01.png"] = "checksum of PNG chunk IDAT",
    };

    /// <summary>
    /// Corrupt: in 13 of its blocks coefficients overflow 16 bits, and what comes of them is an accident of the arithmetic.
    /// </summary>
    private const string Overflowing = "jpeg/crash_subtract-with-overflow.jpg";

    public static IEnumerable<TestCaseData> Files() => Fixtures.Lines("samples-pillow.txt")
        .Select(f => new TestCaseData(f[0], int.Parse(f[1]), int.Parse(f[2]), f[3], f[4]).SetArgDisplayNames(f[0]));

    [TestCaseSource(nameof(Files))]
    public void SamplesAreThoseOfPillow(string name, int width, int height, string mode, string hash)
    {
        var path = SharedData.Require(name);
        if (s_refusedHereOnly.TryGetValue(name, out var reason))
        {
            Fails.With<ImageFormatException>(() => ImageFile.Load(path), reason);
            return;
        }

        var image = ImageFile.Load(path);
        if (name == Overflowing)
        {
            Assert.That((image.Width, image.Height, image.Channels), Is.EqualTo((width, height, 3)));
            return;
        }

        using (Assert.EnterMultipleScope())
        {
            Assert.That((image.Width, image.Height), Is.EqualTo((width, height)));
            Assert.That(Fixtures.Hash(Fixtures.InPillowMode(image, mode)), Is.EqualTo(hash));
        }
    }

    /// <summary>What Pillow refuses is refused, with the file named.</summary>
    [Test]
    public void WhatPillowRefusesIsRefused()
    {
        var decoded = Fixtures.Lines("samples-pillow.txt").Select(f => Path.GetFileName(f[0])).ToHashSet();
        var refused = new[] { "jpeg", "pngsuite" }
            .SelectMany(folder => Directory.GetFiles(SharedData.Require(folder)))
            .Where(path => Path.GetExtension(path) is ".png" or ".jpg" or ".jpeg" && !decoded.Contains(Path.GetFileName(path)))
            .ToList();
        Assert.That(refused, Has.Count.EqualTo(17));
        using (Assert.EnterMultipleScope())
        {
            foreach (var path in refused)
            {
                Assert.That(() => ImageFile.Load(path), Throws.TypeOf<ImageFormatException>().With.Message.StartsWith(path));
            }
        }
    }
}
