using IlgpuGan.Models.Data.Clips;

namespace IlgpuGan.ModelsTests.Data.Clips;

/// <summary>Where the programs are found, and what is said where they are not; names of clips.</summary>
internal sealed class FfmpegTests
{
    [Test]
    public void WithoutThemOneSentenceSaysWhatToDo() => Fails.Starting<PictureException>(
        () => Ffmpeg.Find("clip.mp4", variable => variable == "PATH" ? Path.GetTempPath() : null),
        "clip.mp4: clips are read and written by ffmpeg, which is not installed", "ILGPUGAN_FFMPEG");

    [Test]
    public void TheyAreFoundInThePathOrNamed()
    {
        using var ffmpeg = new FakeFfmpeg();
        var elsewhere = Path.Combine(Path.GetTempPath(), "no such folder");
        var found = Ffmpeg.Find("c", variable => variable == "PATH" ? elsewhere + Path.PathSeparator + ffmpeg.Folder : null);
        Assert.That(found, Is.EqualTo(ffmpeg.Ffmpeg));
        Assert.That(Ffmpeg.Find("c", variable => variable == "PATH" ? null : ffmpeg.PathOf("ffmpeg")), Is.EqualTo(ffmpeg.Ffmpeg));
    }

    [Test]
    public void AWrongNameIsSaid()
    {
        using var ffmpeg = new FakeFfmpeg();
        File.Delete(ffmpeg.PathOf("ffprobe"));
        Assert.That(
            () => Ffmpeg.Find("c.mp4", variable => variable == "PATH" ? null : ffmpeg.PathOf("ffmpeg")),
            Throws.TypeOf<PictureException>().With.Message.StartsWith("c.mp4: ").And.Message.Contains(ffmpeg.PathOf("ffprobe")));
    }

    [TestCase("a/clip.mp4", true)]
    [TestCase("CLIP.MOV", true)]
    [TestCase("clip.avi", true)]
    [TestCase("00001.MTS", true)]
    [TestCase("00001.m2ts", true)]
    [TestCase("clip.png", false)]
    [TestCase("mp4", false)]
    public void ClipsAreKnownByTheirNames(string path, bool isClip) => Assert.That(ClipFile.HasClipName(path), Is.EqualTo(isClip));

    [Test]
    public void OutputsKeepTheNameOrAreRefused()
    {
        using var folder = new PictureFolderFixture();
        Assert.That(ClipFile.OutputFor("in/clip.webm", "out/x.mkv"), Is.EqualTo("out/x.mkv"));
        Assert.That(ClipFile.OutputFor("in/clip.webm", folder.Root), Is.EqualTo(folder.PathOf("clip.webm")));
        Assert.That(ClipFile.OutputFor("in/clip.avi", "out"), Is.EqualTo(Path.Combine("out", "clip.mp4")));
        Fails.Starting<PictureException>(() => ClipFile.OutputFor("in/clip.mp4", "x.png"), "x.png: clips are written as .mp4", "'.png'");
        var clip = folder.PathOf("clip.mp4");
        File.WriteAllBytes(clip, [0]);
        Fails.With<PictureException>(() => ClipFile.OutputFor(clip, Path.Combine(folder.Root, ".", "clip.mp4")), "would be overwritten");
    }
}
