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
        catch (PictureException)
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
        Make("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=10:duration=0.5", "-c:v", "ffv1", PathOf("source.mkv"));
        using (var writer = new ClipWriter(_ffmpeg, file, 64, 48, ClipInfo.Read(_ffmpeg, PathOf("source.mkv"))))
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

    /// <summary>What a film says of its colours counts; of one that says nothing, the size decides, as in players.</summary>
    [Test]
    public void ColoursOfFilmsAreKept(
        [Values("64x48", "1280x720")] string size, [Values("yuv420p", "yuv420p10le")] string format,
        [Values("bt709", "bt601", "")] string mark, [Values("tv", "pc")] string range)
    {
        (byte R, byte G, byte B) colour = (30, 180, 60);
        var matrix = mark.Length > 0 ? mark : size == "64x48" ? "bt601" : "bt709";
        if (mark.Length == 0 && range == "pc")
        {
            Assert.Ignore("no film of full range is without a mark");
        }

        string[] marks = mark.Length == 0 ? [] : ["-colorspace", mark == "bt601" ? "smpte170m" : mark, "-color_range", range];
        Make(["-f", "lavfi", "-i", $"color=c=0x1EB43C:size={size}:rate=10:duration=0.2", "-vf",
            $"scale=out_color_matrix={matrix}:out_range={range},format={format}", "-c:v", "ffv1", .. marks, PathOf("in.mkv")]);
        Copy(PathOf("in.mkv"), PathOf("out.mkv"));
        foreach (var file in new[] { "in.mkv", "out.mkv" })
        {
            Assert.That(Middle(PathOf(file)), Is.EqualTo(new[] { colour.R, colour.G, colour.B }).Within(5), file);
        }
    }

    /// <summary>White of paper is white, and a red of BT.709 is red, in light of 203 and 100 nits.</summary>
    [TestCase("smpte2084", 573, 512, 512, 225, 225, 225)]
    [TestCase("arib-std-b67", 721, 512, 512, 225, 225, 225)]
    [TestCase("smpte2084", 338, 444, 601, 188, 0, 0)]
    public void HdrIsConverted(string transfer, int luma, int blue, int red, int r, int g, int b)
    {
        if (!_ffmpeg.HasFilters("clip", ["zscale", "tonemap"]))
        {
            Assert.Ignore("this ffmpeg has no zscale");
        }

        Make("-f", "lavfi", "-i", $"color=gray:size=64x48:rate=10:duration=0.2,format=yuv420p10le,geq=lum={luma}:cb={blue}:cr={red}",
            "-c:v", "ffv1", "-color_range", "tv", "-color_primaries", "bt2020", "-color_trc", transfer, "-colorspace", "bt2020nc",
            PathOf("in.mkv"));
        var remarks = new List<string>();
        using var heard = PictureRemarks.Listen((_, remark) => remarks.Add(remark));
        Assert.That(Middle(PathOf("in.mkv")).Select(v => (int)v), Is.EqualTo(new[] { r, g, b }).Within(30));
        Assert.That(string.Join(';', remarks), Does.Contain("HDR").And.Contain("10 bits"));
    }

    /// <summary>What the scaler takes for something else: matrices that it lacks, and marks of which some are missing.</summary>
    [TestCase("format=gbrp,zscale=m=ycgco:r=limited,format=yuv444p", "-colorspace", "ycgco")]
    [TestCase("format=gbrp,zscale=tin=bt709:pin=bt709:min=gbr:t=linear:p=bt709:m=gbr:r=full,format=gbrp16le", "-color_trc", "linear")]
    [TestCase("scale=out_color_matrix=bt601:out_range=tv,format=yuv420p", "-colorspace", "bt470bg", "-color_primaries", "smpte432")]
    [TestCase("scale=out_color_matrix=bt601:out_range=tv,format=yuv420p", "-color_primaries", "smpte432")]
    [TestCase(
        "format=gbrp,zscale=tin=bt709:pin=bt709:min=gbr:t=smpte2084:p=bt2020:m=bt2020nc:r=limited:npl=203,format=yuv420p10le",
        "-color_trc", "smpte2084")]
    [TestCase(
        "format=gbrp,zscale=tin=bt709:pin=bt709:min=gbr:t=smpte2084:p=bt2020:m=bt2020nc:r=full:npl=203,format=yuv420p10le",
        "-color_trc", "smpte2084", "-color_range", "pc", "-colorspace", "bt2020nc")]
    [TestCase(
        "format=gbrp,zscale=tin=bt709:pin=bt709:min=gbr:t=arib-std-b67:p=bt2020:m=bt2020nc:r=limited:npl=203,format=yuv420p",
        "-color_trc", "arib-std-b67", "-colorspace", "bt2020nc", "-color_primaries", "bt2020")]
    public void ColoursThatOnlyZscaleReadsAreConverted(string stored, params string[] marks)
    {
        if (!_ffmpeg.HasFilters("clip", ["zscale", "tonemap"]))
        {
            Assert.Ignore("this ffmpeg has no zscale");
        }

        string[] range = marks.Contains("-color_range") || stored.EndsWith("gbrp16le", StringComparison.Ordinal) ? []
            : ["-color_range", "tv"];
        Make(["-f", "lavfi", "-i", "color=c=0x8C5A46:size=64x48:rate=10:duration=0.2", "-vf", stored, "-c:v", "ffv1", .. marks, .. range,
            PathOf("in.mkv")]);
        var remarks = new List<string>();
        using var heard = PictureRemarks.Listen((_, remark) => remarks.Add(remark));
        var far = marks.Contains("smpte432") || marks.Contains("-color_trc") ? 20 : 4;
        Assert.That(Middle(PathOf("in.mkv")).Select(v => (int)v), Is.EqualTo(new[] { 140, 90, 70 }).Within(far));
        Assert.That(remarks, Is.Not.Empty);
    }

    /// <summary>
    /// A third at 60 frames a second, and the rest at 15: half of 60 on average, which is no constant rate. Where the header hides it, what
    /// is repeated or left out is told at the end.
    /// </summary>
    [TestCase("mp4", "libx264", "frame rate varies", 1801)]
    [TestCase("mkv", "libx264", "had to be repeated", 1801)]
    [TestCase("mp4", "mpeg4", "frames of it had to be left out", 901)]
    public void FramesAreNotLostWithoutAWord(string format, string codec, string remark, int frames)
    {
        var file = PathOf("in." + format);
        Make("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=60:duration=30.1", "-vf", "select='lt(n,600)+not(mod(n,4))'", "-vsync", "vfr",
            "-c:v", codec, file);
        var remarks = new List<string>();
        using var heard = PictureRemarks.Listen((_, told) => remarks.Add(told));
        using var clip = ClipReader.Open(_ffmpeg, file);
        var count = 0;
        while (clip.Next() is not null)
        {
            count++;
        }

        Assert.That(count, Is.EqualTo(frames).Within(8));
        Assert.That(remarks, Has.One.Contains(remark));
    }

    /// <summary>
    /// A white film whose size changes: a wide frame has black above and below, a tall one at its sides, and one that is shown in the same
    /// shape none. Films of one size are not remarked on.
    /// </summary>
    [TestCase("1", "128x32", 16, 0)]
    [TestCase("1", "32x96", 0, 24)]
    [TestCase("1", "128x96", 0, 0)]
    [TestCase("4/3", "256x144", 0, 0)]
    public void FramesOfOtherSizesKeepTheirShape(string pixel, string size, int above, int beside)
    {
        Make("-f", "lavfi", "-i", "color=white:size=64x48:rate=25:duration=0.4", "-vf", $"setsar={pixel}", "-c:v", "mpeg2video",
            PathOf("first.ts"));
        Make("-f", "lavfi", "-i", $"color=white:size={size}:rate=25:duration=0.4", "-vf", "setsar=1", "-c:v", "mpeg2video",
            PathOf("second.ts"));
        File.WriteAllBytes(PathOf("in.ts"), [.. File.ReadAllBytes(PathOf("first.ts")), .. File.ReadAllBytes(PathOf("second.ts"))]);
        Assert.That(Borders("first.ts"), Is.EqualTo((0, 0, 0)));
        Assert.That(Borders("in.ts"), Is.EqualTo((above, beside, 1)));

        // Black rows above and black columns at the left of the last frame, and the number of remarks.
        (int Above, int Beside, int Remarks) Borders(string name)
        {
            var remarks = new List<string>();
            using var heard = PictureRemarks.Listen((_, remark) => remarks.Add(remark));
            using var clip = ClipReader.Open(_ffmpeg, PathOf(name));
            byte[] last = [];
            while (clip.Next() is { } frame)
            {
                last = FakeFfmpeg.BytesOf(frame);
            }

            return (
                Enumerable.Range(0, 48).TakeWhile(y => last[3 * ((y * 64) + 32)] < 40).Count(),
                Enumerable.Range(0, 64).TakeWhile(x => last[3 * ((24 * 64) + x)] < 40).Count(),
                remarks.Count(remark => remark.Contains("size of its frames", StringComparison.Ordinal)));
        }
    }

    /// <summary>Half of a film is told to be half, in each format that says how long it was; a whole one is whole.</summary>
    [TestCase("avi", "mpeg4", "pcm_s16le")]
    [TestCase("flv", "flv1", "adpcm_swf")]
    [TestCase("mkv", "mpeg4", "pcm_s16le")]
    [TestCase("mp4", "mpeg4", "aac")]
    public void AFilmThatIsCutOffIsTold(string format, string codec, string sound)
    {
        var (whole, half) = (PathOf("whole." + format), PathOf("half." + format));
        Make(["-f", "lavfi", "-i", "testsrc2=size=64x48:rate=10:duration=4", "-f", "lavfi", "-i", "sine=duration=4", "-c:v", codec,
            "-c:a", sound, .. format == "mp4" ? (string[])["-movflags", "+faststart"] : [], whole]);
        var film = File.ReadAllBytes(whole);
        File.WriteAllBytes(half, film[..(film.Length / 2)]);
        Assert.That(ShortageOf(whole), Is.Null);
        Assert.That(ShortageOf(half), Does.StartWith("only ").And.Contain(" of about 4"));
    }

    /// <summary>Sound goes on after the pictures, or the file begins at another time.</summary>
    [TestCase("flv", "flv1", "adpcm_swf", "0")]
    [TestCase("wmv", "wmv2", "wmav2", "0")]
    [TestCase("mkv", "mpeg4", "pcm_s16le", "0")]
    [TestCase("mkv", "mpeg4", "pcm_s16le", "60")]
    [TestCase("mp4", "mpeg4", "aac", "0")]
    [TestCase("ts", "mpeg2video", "mp2", "60")]
    public void AFilmWithLongerSoundIsWhole(string format, string codec, string sound, string start)
    {
        Make("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=25:duration=1", "-f", "lavfi", "-i", "sine=duration=6", "-c:v", codec,
            "-c:a", sound, "-output_ts_offset", start, PathOf("in." + format));
        Assert.That(ShortageOf(PathOf("in." + format)), Is.Null);
    }

    /// <summary>Each track for itself: what the format holds is copied, what can be is encoded anew, the rest is named.</summary>
    [Test]
    public void TracksAreKeptOrNamed()
    {
        File.WriteAllText(PathOf("t.srt"), "1\n00:00:00,000 --> 00:00:00,900\nHello\n");
        Make("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=10:duration=1", "-f", "lavfi", "-i", "sine=duration=1", "-i", PathOf("t.srt"),
            "-map", "0", "-map", "1", "-map", "1", "-map", "2", "-c:v", "libx264", "-c:a:0", "aac", "-c:a:1", "flac", "-c:s", "srt",
            "-metadata", "title=A film", PathOf("in.mkv"));
        foreach (var (name, sound, texts, remarks) in new[]
            { ("out.mp4", new[] { "aac", "aac" }, "mov_text", 2), ("out.mkv", new[] { "aac", "flac" }, "subrip", 0) })
        {
            var told = new List<string>();
            using var heard = PictureRemarks.Listen((_, remark) => told.Add(remark));
            Copy(PathOf("in.mkv"), PathOf(name));
            var info = ClipInfo.Read(_ffmpeg, PathOf(name));
            Assert.That(info.Sound, Is.EqualTo(sound), name);
            Assert.That(info.Tracks.Where(t => t.Kind == "subtitle").Select(t => t.Codec), Is.EqualTo(new[] { texts }), name);
            Assert.That(told, Has.Count.EqualTo(remarks), string.Join("; ", told));
            var (title, _) = _ffmpeg.Answer(
                _ffmpeg.Probe, "film", ["-v", "error", "-show_entries", "format_tags=title", "-of", "csv=p=0", PathOf(name)]);
            Assert.That(title!.Trim(), Is.EqualTo("A film"));
        }
    }

    /// <summary>As a phone's spatial sound: the second track has the mark of a codec that ffmpeg does not know.</summary>
    [Test]
    public void ATrackOfAnUnknownCodecIsLeftOut()
    {
        Make("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=10:duration=1", "-f", "lavfi", "-i", "sine=duration=1", "-map", "0",
            "-map", "1", "-map", "1", "-c:a", "aac", PathOf("two.mp4"));
        var file = File.ReadAllBytes(PathOf("two.mp4"));
        var (mark, place) = (file.AsSpan().LastIndexOf("mp4a"u8), file.AsSpan().LastIndexOf("esds"u8));
        "apac"u8.CopyTo(file.AsSpan(mark));
        "dapa"u8.CopyTo(file.AsSpan(place));
        File.WriteAllBytes(PathOf("phone.mp4"), file);
        var remarks = new List<string>();
        using var heard = PictureRemarks.Listen((_, remark) => remarks.Add(remark));
        Assert.That(Copy(PathOf("phone.mp4"), PathOf("out.mp4")), Is.EqualTo(10));
        Assert.That(ClipInfo.Read(_ffmpeg, PathOf("out.mp4")).Sound, Is.EqualTo(new[] { "aac" }));
        Assert.That(remarks, Has.One.Contains("sound track 2 (apac) is left out"));
    }

    /// <summary>Damaged sound, and subtitles in another encoding than UTF-8, fail when they are encoded, after the pictures.</summary>
    [Test]
    public void ATrackThatFailsAtTheEndIsLeftOut()
    {
        File.WriteAllText(PathOf("t.srt"), "1\n00:00:00,000 --> 00:00:00,900\nHallo\n");
        Make("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=10:duration=1", "-f", "lavfi", "-i", "sine=duration=1", "-i", PathOf("t.srt"),
            "-map", "0", "-map", "1", "-map", "1", "-map", "2", "-c:v", "libx264", "-c:a:0", "aac", "-c:a:1", "flac", "-c:s", "srt",
            PathOf("good.mkv"));
        Make("-i", PathOf("good.mkv"), "-map", "0", "-c", "copy", "-bsf:a:1", "noise=amount=1", PathOf("in.mkv"));
        var film = File.ReadAllBytes(PathOf("in.mkv"));
        film[film.AsSpan().LastIndexOf("Hallo"u8) + 1] = 0xE4; // An ä of Latin-1, which is no UTF-8.
        File.WriteAllBytes(PathOf("in.mkv"), film);
        var remarks = new List<string>();
        using var heard = PictureRemarks.Listen((_, remark) => remarks.Add(remark));
        Assert.That(Copy(PathOf("in.mkv"), PathOf("out.mp4")), Is.EqualTo(10));
        var info = ClipInfo.Read(_ffmpeg, PathOf("out.mp4"));
        Assert.That(info.Sound, Is.EqualTo(new[] { "aac" }));
        Assert.That(info.Tracks, Has.Count.EqualTo(1));
        Assert.That(remarks, Has.One.StartsWith("sound track 2 (flac) is left out: ffmpeg can't take it over: "));
        Assert.That(remarks, Has.One.StartsWith("subtitle track 3 (subrip) is left out: ffmpeg can't take it over: "));
    }

    [TestCase("transparency", "-pix_fmt", "yuva420p", "-c:v", "ffv1")]
    [TestCase("interlaced", "-vf", "setfield=tff", "-flags", "+ilme+ildct", "-c:v", "mpeg2video")]
    public void WhatIsLostOfPicturesIsTold(string remark, params string[] codec)
    {
        Make(["-f", "lavfi", "-i", "testsrc2=size=64x48:rate=25:duration=0.4", .. codec, PathOf("in.mkv")]);
        var remarks = new List<string>();
        using var heard = PictureRemarks.Listen((_, told) => remarks.Add(told));
        Assert.That(Copy(PathOf("in.mkv"), PathOf("out.mp4")), Is.EqualTo(10));
        Assert.That(remarks, Has.One.Contains(remark));
    }

    /// <summary>A part over which a program was killed is cut after its last whole fragment, and the film is whole after it.</summary>
    [Test]
    public void APartThatBreaksOffIsGoneOnWith()
    {
        Make("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=30:duration=7", "-c:v", "ffv1", PathOf("in.mkv"));
        var frames = new List<Picture>();
        using (var clip = ClipReader.Open(_ffmpeg, PathOf("in.mkv")))
        {
            while (clip.Next() is { } frame)
            {
                frames.Add(frame);
            }
        }

        var info = ClipInfo.Read(_ffmpeg, PathOf("in.mkv"));
        var (output, folder) = (PathOf("out.mp4"), PathOf("out.mp4.unfinished"));
        using (var writer = new ClipWriter(_ffmpeg, output, 64, 48, info, "a"))
        {
            frames.ForEach(writer.Write);
        }

        var part = File.ReadAllBytes(Path.Combine(folder, "1.mp4"));
        File.Delete(Path.Combine(folder, "1.mp4"));
        File.WriteAllBytes(Path.Combine(folder, "1.open.mp4"), part[..(part.Length * 3 / 4)]);
        using (var writer = new ClipWriter(_ffmpeg, output, 64, 48, info, "a"))
        {
            Assert.That(writer.Done, Is.InRange(60, 180).And.Matches<int>(done => done % 60 == 0));
            frames.Skip(writer.Done).ToList().ForEach(writer.Write);
            writer.Finish();
        }

        Assert.That(folder, Does.Not.Exist);
        using var film = ClipReader.Open(_ffmpeg, output);
        Assert.That(film.Info.IsVariable, Is.False);
        foreach (var (frame, number) in frames.Select((f, i) => (f, i)))
        {
            var far = FakeFfmpeg.BytesOf(film.Next()!).Zip(FakeFfmpeg.BytesOf(frame), (a, b) => Math.Abs(a - b)).Average();
            Assert.That(far, Is.LessThan(12), $"frame {number}");
        }

        Assert.That(film.Next(), Is.Null);
        using (var first = new ClipWriter(_ffmpeg, output, 64, 48, info, "a"))
        {
            first.Write(frames[0]);
        }

        using var other = new ClipWriter(_ffmpeg, output, 64, 48, info, "another model");
        Assert.That(other.Done, Is.Zero);
    }

    /// <summary>A second program would write into the parts of the first.</summary>
    [Test]
    public void OneProgramWritesAFilmAtATime()
    {
        Make("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=30:duration=1", "-c:v", "ffv1", PathOf("in.mkv"));
        var info = ClipInfo.Read(_ffmpeg, PathOf("in.mkv"));
        using (new ClipWriter(_ffmpeg, PathOf("out.mp4"), 64, 48, info))
        {
            Assert.That(
                () => new ClipWriter(_ffmpeg, PathOf("out.mp4"), 64, 48, info),
                Throws.TypeOf<PictureException>()
                    .With.Message.EndsWith("another program is writing it now; wait for it, or stop it first"));
        }

        Assert.That(PathOf("out.mp4.unfinished"), Does.Not.Exist);
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
        Assert.That(frames, Is.GreaterThanOrEqualTo(14), "none is lost");
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
            Throws.TypeOf<PictureException>().With.Message.StartsWith($"{PathOf("half.mp4")}: ffprobe can't read it: ")
                .And.Message.Not.Contain(" @ 0x"));
    }

    /// <summary>Names that look like options or addresses are names.</summary>
    [TestCase("-y.mp4")]
    [TestCase("http:a b'c.mp4")]
    [TestCase("what's? a #1.mp4")]
    public void AnyNameWillDo(string name)
    {
        Make("-f", "lavfi", "-i", "testsrc2=size=64x48:rate=10:duration=0.3", "-c:v", "libx264", PathOf("in.mp4"));
        File.Move(PathOf("in.mp4"), PathOf(name));
        Assert.That(Copy(PathOf(name), PathOf("out " + name)), Is.EqualTo(3));
    }

    private string PathOf(string name) => Path.Combine(_folder, name);

    private string? ShortageOf(string file)
    {
        using var clip = ClipReader.Open(_ffmpeg, file);
        while (clip.Next() is not null)
        {
        }

        return clip.Shortage;
    }

    private byte[] Middle(string file)
    {
        using var clip = ClipReader.Open(_ffmpeg, file);
        return FakeFfmpeg.BytesOf(clip.Next()!)[(((clip.Info.Height / 2 * clip.Info.Width) + (clip.Info.Width / 2)) * 3)..][..3];
    }

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
