using IlgpuGan.Models.Data.Clips;

namespace IlgpuGan.ModelsTests.Data.Clips;

/// <summary>What ffprobe's answers mean, as it gives them for cameras, phones, screens and music.</summary>
internal sealed class ClipInfoTests
{
    private const string Camera =
        """
        { "index": 0, "codec_type": "video", "codec_name": "h264", "width": 1920, "height": 1080, "sample_aspect_ratio": "1:1",
          "r_frame_rate": "30000/1001", "avg_frame_rate": "30000/1001", "nb_frames": "300", "duration": "10.010000",
          "disposition": { "attached_pic": 0 } }
        """;

    [Test]
    public void AClipOfACamera()
    {
        var info = Parse(Camera, """{ "index": 1, "codec_type": "audio", "codec_name": "aac" }""");
        Assert.That((info.Width, info.Height, info.Frames, info.Stream), Is.EqualTo((1920, 1080, 300, 0)));
        Assert.That(info.Rate, Is.EqualTo(new FrameRate(30000, 1001)));
        Assert.That(info.Rate.PerSecond, Is.EqualTo(29.97).Within(0.001));
        Assert.That($"{info.Rate}", Is.EqualTo("30000/1001"));
        Assert.That(info.Sound, Is.EqualTo(new[] { "aac" }));
        Assert.That(info.IsVariable, Is.False);
        Assert.That(info.PixelAspect, Is.Null);
    }

    [Test]
    public void WithoutSound() => Assert.That(Parse(Camera).Sound, Is.Empty);

    /// <summary>Phones write what their sensor sees, and how to turn it; old files say so in a tag.</summary>
    [TestCase("""  "side_data_list": [ { "side_data_type": "Display Matrix", "rotation": -90 } ]  """, true)]
    [TestCase("""  "side_data_list": [ { "side_data_type": "Stereo 3D" }, { "rotation": 270 } ]  """, true)]
    [TestCase("""  "side_data_list": [ { "rotation": 180 } ]  """, false)]
    [TestCase("""  "side_data_list": [ { "rotation": 45 } ]  """, false)]
    [TestCase("""  "tags": { "rotate": "90" }  """, true)]
    [TestCase("""  "tags": { "language": "und" }  """, false)]
    public void TurnedClipsAreUpright(string said, bool turned)
    {
        var info = Parse($$"""
            { "codec_type": "video", "width": 640, "height": 480, "avg_frame_rate": "25/1", "sample_aspect_ratio": "4:3", {{said}} }
            """);
        Assert.That((info.Width, info.Height), Is.EqualTo(turned ? (480, 640) : (640, 480)));
        Assert.That(info.PixelAspect, Is.EqualTo(turned ? "3:4" : "4:3"));
    }

    /// <summary>A film of a screen: its clock ticks a thousand times a second or more, frames come when something happens.</summary>
    [TestCase("90000/1", "35000/1437", 35000, 1437, true)]
    [TestCase("50/1", "25/1", 25, 1, false)]
    [TestCase("60/1", "35000/1437", 60, 1, true)]
    [TestCase("25/1", "0/0", 25, 1, false)]
    [TestCase("25/1", "N/A", 25, 1, false)]
    public void UnequalTimesGiveTheFinestRateOrTheMean(string finest, string mean, int above, int below, bool isVariable)
    {
        var info = Parse(
            $$"""{ "codec_type": "video", "width": 8, "height": 6, "r_frame_rate": "{{finest}}", "avg_frame_rate": "{{mean}}" }""");
        Assert.That(info.Rate, Is.EqualTo(new FrameRate(above, below)));
        Assert.That(info.IsVariable, Is.EqualTo(isVariable));
        Assert.That(info.Frames, Is.Null, "nothing says how many");
    }

    [Test]
    public void TheCoverOfMusicIsNoClip()
    {
        const string cover =
            """{ "index": 1, "codec_type": "video", "width": 9, "height": 9, "disposition": { "attached_pic": 1 } }""";
        const string music = """{ "index": 0, "codec_type": "audio", "codec_name": "mp3" }""";
        Refused("holds no moving pictures", music, cover);
        Assert.That(Parse(cover, Camera).Width, Is.EqualTo(1920));
    }

    [Test]
    public void WhatIsMissingIsSaid()
    {
        Refused("holds no moving pictures");
        Refused("0x6 pixels", """{ "codec_type": "video", "height": 6, "avg_frame_rate": "25/1" }""");
        Refused(
            "2147483647x2147483647 pixels",
            """{ "codec_type": "video", "width": 2147483647, "height": 2147483647, "avg_frame_rate": "25/1" }""");
        Refused("how many frames a second", """{ "codec_type": "video", "width": 8, "height": 6, "r_frame_rate": "90000/1" }""");
    }

    [TestCase("")]
    [TestCase("[]")]
    [TestCase("{ \"streams\": 3 }")]
    [TestCase("{ \"streams\": [ 3 ] }")]
    [TestCase("{ \"streams\": [ ")]
    public void ADamagedAnswerIsNamed(string json) => Fails.Starting<PictureException>(
        () => ClipInfo.Parse("clip.mp4", json), "clip.mp4: ffprobe's answer can't be read");

    /// <summary>Of an AVI that is cut off, the duration is that of what is there. An MP4 may store frames that it leaves out.</summary>
    [TestCase("avi", 151)]
    [TestCase("mov,mp4,m4a,3gp,3g2,mj2", 65)]
    public void TheHeaderOfAnAviCounts(string format, int frames)
    {
        const string stream =
            """{ "codec_type": "video", "width": 8, "height": 6, "avg_frame_rate": "25/1", "nb_frames": "151", "duration": "2.6" }""";
        var info = ClipInfo.Parse("clip", $$"""{ "streams": [ {{stream}} ], "format": { "format_name": "{{format}}" } }""");
        Assert.That((info.Frames, info.Stored), Is.EqualTo((frames, 151)));
    }

    /// <summary>As ffmpeg writes into a pipe, where it can't go back to the header.</summary>
    [Test]
    public void AnAviThatCountsNothingHasNoLength()
    {
        const string stream = """
            { "codec_type": "video", "width": 8, "height": 6, "avg_frame_rate": "25/1", "nb_frames": "1073741824",
              "duration": "42949672.96" }
            """;
        var info = ClipInfo.Parse("clip", $$"""{ "streams": [ {{stream}} ], "format": { "format_name": "avi", "duration": "146.5" } }""");
        Assert.That((info.Frames, info.Stored), Is.EqualTo(((int?)null, (int?)null)));
    }

    /// <summary>Longer than is usual, up to what is refused; the text is whole.</summary>
    [TestCase(0, true)]
    [TestCase(16_384, true)]
    [TestCase(50_001, true)]
    [TestCase((1 << 24) - 1, true)]
    [TestCase(1 << 24, false)]
    public void AnAnswerIsReadWhole(int length, bool isTaken)
    {
        var text = new string('n', length);
        using var output = new MemoryStream(Encoding.UTF8.GetBytes(text));
        Assert.That(Ffmpeg.ReadAll(output, TimeSpan.FromSeconds(30)), Is.EqualTo(isTaken ? text : null));
    }

    private static ClipInfo Parse(params string[] streams) =>
        ClipInfo.Parse("clip.mp4", $$"""{ "streams": [ {{string.Join(", ", streams)}} ], "format": { "filename": "clip.mp4" } }""");

    private static void Refused(string why, params string[] streams) => Assert.That(
        () => Parse(streams), Throws.TypeOf<PictureException>().With.Message.StartsWith("clip.mp4: ").And.Message.Contains(why));
}
