using IlgpuGan.Models.Data.Clips;

namespace IlgpuGan.ModelsTests.Data.Clips;

/// <summary>Clips as ffmpeg makes them, read and written through the installed one.</summary>
internal sealed class InstalledFfmpegTests
{
    private string _folder = "";
    private Ffmpeg _ffmpeg = null!;

    [SetUp]
    public void SetUp()
    {
        try
        {
            _ffmpeg = Ffmpeg.Find("clip");
        }
        catch (DataException)
        {
            Assert.Ignore("ffmpeg is not installed");
        }

        _folder = Directory.CreateTempSubdirectory("ilgpugan-ffmpeg-").FullName;
    }

    [TearDown]
    public void TearDown()
    {
        if (_folder.Length > 0)
        {
            Directory.Delete(_folder, recursive: true);
            _folder = "";
        }
    }

    /// <summary>Through the codec and back: colours stay, by the tags that the file carries.</summary>
    [TestCase("out.mp4")]
    [TestCase("out.mkv")]
    [TestCase("out.mov")]
    [TestCase("out.webm")]
    public void ColoursComeBack(string name)
    {
        (byte R, byte G, byte B)[] colours = [(200, 30, 40), (20, 180, 60), (30, 50, 220), (128, 128, 128), (250, 250, 5)];
        var file = PathOf(name);
        using (var writer = new ClipWriter(_ffmpeg, file, 64, 48, new ClipInfo { File = "", Width = 64, Height = 48, Rate = new(10, 1) }))
        {
            foreach (var colour in colours)
            {
                writer.Write(Plain(64, 48, colour));
            }

            writer.Finish();
        }

        using var clip = ClipReader.Open(_ffmpeg, file);
        Assert.That((clip.Info.Width, clip.Info.Height, clip.Info.IsVariable), Is.EqualTo((64, 48, false)));
        Assert.That(clip.Info.Rate.PerSecond, Is.EqualTo(10).Within(0.01));
        foreach (var (r, g, b) in colours)
        {
            var samples = FakeFfmpeg.BytesOf(clip.Next()!);
            var middle = ((24 * 64) + 32) * 3;
            Assert.That(samples[middle], Is.EqualTo(r).Within(6));
            Assert.That(samples[middle + 1], Is.EqualTo(g).Within(6));
            Assert.That(samples[middle + 2], Is.EqualTo(b).Within(6));
        }

        Assert.That(clip.Next(), Is.Null);
    }

    [TestCase("aac", "in.mp4", "out.mp4", "aac")]
    [TestCase("pcm_s16le", "in.mkv", "out.mp4", "aac")]
    [TestCase("pcm_s16le", "in.mkv", "out.mkv", "pcm_s16le")]
    public void SoundIsThere(string codec, string input, string output, string kept)
    {
        Make("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=10:duration=1", "-f", "lavfi", "-i", "sine=duration=1",
            "-c:v", "libx264", "-c:a", codec, PathOf(input));
        var frames = Copy(PathOf(input), PathOf(output));
        var info = ClipInfo.Read(_ffmpeg, PathOf(output));
        Assert.That(info.Sound, Is.EqualTo(new[] { kept }));
        Assert.That(frames, Is.EqualTo(10));
    }

    [Test]
    public void OddSidesAreReadAndWritten()
    {
        Make("-f", "lavfi", "-i", "testsrc=size=65x47:rate=10:duration=0.5", "-pix_fmt", "yuv444p", "-c:v", "ffv1", PathOf("in.mkv"));
        using (var clip = ClipReader.Open(_ffmpeg, PathOf("in.mkv")))
        {
            Assert.That((clip.Info.Width, clip.Info.Height), Is.EqualTo((65, 47)));
        }

        Assert.That(Copy(PathOf("in.mkv"), PathOf("out.mp4")), Is.EqualTo(5));
        var info = ClipInfo.Read(_ffmpeg, PathOf("out.mp4"));
        Assert.That((info.Width, info.Height, info.Sound.Count), Is.EqualTo((66, 48, 0)));
    }

    /// <summary>
    /// Of twenty frames in two seconds every third of the second half is left: what is read takes two seconds all the same.
    /// </summary>
    [Test]
    public void UnequalTimesBecomeEqual()
    {
        Make("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=10:duration=2", "-vf", "select='lt(n,10)+not(mod(n,3))'", "-vsync", "vfr",
            "-c:v", "libx264", PathOf("in.mp4"));
        var info = ClipInfo.Read(_ffmpeg, PathOf("in.mp4"));
        Assert.That(info.IsVariable, Is.True);
        var frames = Copy(PathOf("in.mp4"), PathOf("out.mp4"));
        Assert.That(frames / info.Rate.PerSecond, Is.InRange(1.6, 2.2));
        Assert.That(ClipInfo.Read(_ffmpeg, PathOf("out.mp4")).IsVariable, Is.False);
    }

    /// <summary>The upper half is white as the sensor sees it: upright, it is the left or the right one.</summary>
    [Test]
    public void TurnedClipsAreReadUpright()
    {
        Make("-f", "lavfi", "-i", "color=white:size=64x24:rate=10:duration=0.3", "-vf", "pad=64:48", "-c:v", "libx264",
            PathOf("plain.mp4"));
        Make("-i", PathOf("plain.mp4"), "-c", "copy", "-metadata:s:v", "rotate=90", PathOf("turned.mp4"));
        using var clip = ClipReader.Open(_ffmpeg, PathOf("turned.mp4"));
        if (clip.Info.Width == 64)
        {
            Assert.Ignore("this ffmpeg writes no turn");
        }

        Assert.That((clip.Info.Width, clip.Info.Height), Is.EqualTo((48, 64)));
        var samples = FakeFfmpeg.BytesOf(clip.Next()!);
        var row = 32 * 48 * 3;
        Assert.That(Math.Abs(samples[row + (3 * 4)] - samples[row + (3 * 43)]), Is.GreaterThan(200), "left and right differ");
        Assert.That(Math.Abs(samples[(4 * 48 * 3) + 12] - samples[(59 * 48 * 3) + 12]), Is.LessThan(20), "above and below don't");
    }

    [Test]
    public void AFileThatBreaksOffIsNamed()
    {
        Make("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=10:duration=1", "-c:v", "libx264", PathOf("whole.mp4"));
        File.WriteAllBytes(PathOf("half.mp4"), File.ReadAllBytes(PathOf("whole.mp4"))[..1000]);
        Assert.That(
            () => ClipReader.Open(_ffmpeg, PathOf("half.mp4")),
            Throws.TypeOf<DataException>().With.Message.StartsWith($"{PathOf("half.mp4")}: ffprobe can't read it: ")
                .And.Message.Not.Contain(" @ 0x"));
    }

    /// <summary>Names that look like options or addresses are names.</summary>
    [TestCase("-y.mp4")]
    [TestCase("http:a b'c.mp4")]
    public void AnyNameWillDo(string name)
    {
        Make("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=10:duration=0.3", "-c:v", "libx264", PathOf("in.mp4"));
        File.Move(PathOf("in.mp4"), PathOf(name));
        Assert.That(Copy(PathOf(name), PathOf("out " + name)), Is.EqualTo(3));
    }

    private string PathOf(string name) => Path.Combine(_folder, name);

    private static Picture Plain(int width, int height, (byte R, byte G, byte B) colour)
    {
        byte[] samples = [.. Enumerable.Repeat((byte[])[colour.R, colour.G, colour.B], width * height).SelectMany(c => c)];
        return new Picture(new Image(width, height, 3, samples));
    }

    /// <returns>frames that went through</returns>
    private int Copy(string input, string output)
    {
        using var clip = ClipReader.Open(_ffmpeg, input);
        using var writer = new ClipWriter(_ffmpeg, output, clip.Info.Width, clip.Info.Height, clip.Info);
        var count = 0;
        while (clip.Next() is { } frame)
        {
            writer.Write(frame);
            count++;
        }

        writer.Finish();
        return count;
    }

    private void Make(params string[] arguments)
    {
        using var process = FfmpegProcess.Start(_ffmpeg.Program, "made", ["-v", "error", "-nostdin", "-y", .. arguments]);
        if (process.Failure() is { } reason)
        {
            Assert.Ignore($"this ffmpeg can't make the clip: {reason}");
        }
    }
}
