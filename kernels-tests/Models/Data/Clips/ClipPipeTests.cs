using IlgpuGan.Models.Data.Clips;

namespace IlgpuGan.ModelsTests.Data.Clips;

/// <summary>What goes through the pipes, and what happens when the other side stops, with a script in ffmpeg's place.</summary>
internal sealed class ClipPipeTests
{
    [TestCase(5, 3, 4)]
    [TestCase(300, 200, 2)]
    public void FramesComeAsTheyAre(int width, int height, int count)
    {
        using var ffmpeg = new FakeFfmpeg();
        var file = ffmpeg.Add("clip.mp4", width, height, count);
        using var clip = ClipReader.Open(ffmpeg.Ffmpeg, file);

        Assert.That(clip.Count, Is.EqualTo(count));
        for (var i = 0; i < count; i++)
        {
            var frame = clip.Next()!;
            Assert.That((frame.Width, frame.Height, frame.Channels), Is.EqualTo((width, height, 3)));
            Assert.That(FakeFfmpeg.BytesOf(frame), Is.EqualTo(FakeFfmpeg.BytesOf(FakeFfmpeg.FrameOf(file, i, width, height))));
        }

        Assert.That(clip.Next(), Is.Null);
        Assert.That(clip.Next(), Is.Null, "and again");
        Assert.That(clip.Warning, Is.Null);
        Assert.That(ffmpeg.Calls.Single(), Does.Contain($"-i file:{file}").And.Contain("-map 0:0").And.Contain("-r 10/1")
            .And.Contain($"pad={width}:{height}").And.Contain("-pix_fmt rgb24").And.EndWith("-f rawvideo pipe:1"));
    }

    [TestCase("head -c 100 \"$in\"", "stopped after 1 frame: the last frame is incomplete")]
    [TestCase("head -c 90 \"$in\"; kill -9 $$", "stopped after 1 frame: it exited with code 137 and no error message")]
    [TestCase(
        "echo '[mov,mp4 @ 0x55d0c8] moov atom not found' >&2; echo 'Invalid data' >&2; exit 1",
        "stopped after 0 frames: moov atom not found; Invalid data")]
    [TestCase("exit 0", "stopped after 0 frames: there are none")]
    public void AReaderThatStopsSaysWhy(string script, string why)
    {
        using var ffmpeg = new FakeFfmpeg(read: script);
        using var clip = ClipReader.Open(ffmpeg.Ffmpeg, ffmpeg.Add("clip.mp4", 6, 5, 3)); // 90 bytes a frame
        Assert.That(
            () => ReadAll(clip),
            Throws.TypeOf<PictureException>().With.Message.EqualTo($"{ffmpeg.PathOf("clip.mp4")}: ffmpeg {why}"));
    }

    [TestCase(40, 40, null)]
    [TestCase(40, 38, null)]
    [TestCase(4, 2, null)]
    [TestCase(4, 1, "only 1 of about 4 frames could be read: the clip is damaged or cut off, and the result ends where they end")]
    [TestCase(40, 37, "only 37 of about 40 frames could be read: the clip is damaged or cut off, and the result ends where they end")]
    public void AReaderThatEndsEarlyIsNotBelieved(int count, int read, string? shortage)
    {
        using var ffmpeg = new FakeFfmpeg(read: $"head -c {90 * read} \"$in\"");
        using var clip = ClipReader.Open(ffmpeg.Ffmpeg, ffmpeg.Add("clip.mp4", 6, 5, count)); // 90 bytes a frame
        ReadAll(clip);
        Assert.That(clip.Shortage, Is.EqualTo(shortage));
    }

    /// <summary>As of a film whose last picture is shown for long: of twenty frames by time, ten are stored.</summary>
    [Test]
    public void FramesThatAreStoredAreAll()
    {
        using var ffmpeg = new FakeFfmpeg(read: "head -c 900 \"$in\"");
        var file = ffmpeg.Add("clip.mp4", 6, 5, 20);
        var answer = File.ReadAllText(file + ".json").Replace("\"nb_frames\": \"20\"", "\"nb_frames\": \"10\"", StringComparison.Ordinal);
        File.WriteAllText(file + ".json", answer);
        using var clip = ClipReader.Open(ffmpeg.Ffmpeg, file);
        Assert.That(clip.Count, Is.EqualTo(20));
        ReadAll(clip);
        Assert.That(clip.Shortage, Is.Null);
    }

    [Test]
    public void FramesOfOtherSizesAreTold()
    {
        using var ffmpeg = new FakeFfmpeg(read: "echo 8.000000 >&2; echo '[Eval @ 0x5] 8.000000' >&2; exec cat \"$in\"");
        var remarks = new List<string>();
        using var heard = PictureRemarks.Listen((_, remark) => remarks.Add(remark));
        using var clip = ClipReader.Open(ffmpeg.Ffmpeg, ffmpeg.Add("clip.mp4", 6, 5, 3));
        ReadAll(clip);
        Assert.That(remarks.Single(), Does.StartWith("the size of its frames changes: those of other sizes are scaled into 6x5 pixels"));
        Assert.That(clip.Warning, Is.Null);
    }

    [TestCase(2, false)]
    [TestCase(3, true)]
    public void AFewRepeatedFramesAreNoVaryingRate(int repeated, bool varies)
    {
        using var ffmpeg = new FakeFfmpeg(read: $"echo dup_frames={repeated} >&2; exec cat \"$in\"");
        var remarks = new List<string>();
        using var heard = PictureRemarks.Listen((_, remark) => remarks.Add(remark));
        using var clip = ClipReader.Open(ffmpeg.Ffmpeg, ffmpeg.Add("clip.mp4", 6, 5, 20));
        ReadAll(clip);
        Assert.That(remarks.Exists(remark => remark.StartsWith("its frame rate varies", StringComparison.Ordinal)), Is.EqualTo(varies));
    }

    /// <summary>As of a WMV that is cut off.</summary>
    [Test]
    public void AClipOfUnknownLengthIsTold()
    {
        using var ffmpeg = new FakeFfmpeg();
        var file = ffmpeg.Add("clip.wmv", 6, 5, 3);
        var answer = File.ReadAllText(file + ".json")
            .Replace("nb_frames", "other", StringComparison.Ordinal).Replace("duration", "other", StringComparison.Ordinal);
        File.WriteAllText(file + ".json", answer);
        var remarks = new List<string>();
        using var heard = PictureRemarks.Listen((_, remark) => remarks.Add(remark));
        using var clip = ClipReader.Open(ffmpeg.Ffmpeg, file);
        ReadAll(clip);
        Assert.That(remarks, Is.EqualTo(new[] { "how long it is can't be told: if it is cut off, that is not noticed" }));
        Assert.That(clip.Shortage, Is.Null);
    }

    [Test]
    public void WhatItComplainsOfAndGoesOnIsKept()
    {
        using var ffmpeg = new FakeFfmpeg(read: "echo '[h264 @ 0x5] [x @ 0x6] error while decoding MB 3 2' >&2; exec cat \"$in\"");
        using var clip = ClipReader.Open(ffmpeg.Ffmpeg, ffmpeg.Add("clip.mp4", 6, 5, 3));
        var count = 0;
        while (clip.Next() is not null)
        {
            count++;
        }

        Assert.That((count, clip.Warning), Is.EqualTo((3, "error while decoding MB 3 2")));
    }

    [Test]
    public void AFileThatFfprobeRefusesIsNamed()
    {
        using var ffmpeg = new FakeFfmpeg();
        File.WriteAllText(ffmpeg.PathOf("clip.mp4"), "no clip"); // There is no answer beside it.
        Fails.Starting<PictureException>(
            () => ClipReader.Open(ffmpeg.Ffmpeg, ffmpeg.PathOf("clip.mp4")), $"{ffmpeg.PathOf("clip.mp4")}: ffprobe can't read it: ");
    }

    /// <summary>As on a disk that is gone; an answer that has begun is no end, nor is one after which the program stays.</summary>
    [TestCase("exec sleep 600", "does not answer")]
    [TestCase("printf '{'; exec sleep 600", "does not answer")]
    [TestCase("exec sleep 600 > /dev/null", "can't read it")]
    public void AnFfprobeThatHangsIsGivenUp(string script, string why)
    {
        using var ffmpeg = new FakeFfmpeg();
        var file = ffmpeg.Add("clip.mp4", 6, 5, 3);
        File.WriteAllText(ffmpeg.PathOf("ffprobe"), $"#!/bin/sh\n{script}\n");
        var impatient = ffmpeg.Ffmpeg with { Patience = TimeSpan.FromSeconds(0.2) };
        Fails.Starting<PictureException>(() => ClipReader.Open(impatient, file), $"{file}: ", "ffprobe", why);
    }

    /// <summary>What ffmpeg can do, and the frames of a part, which stays and is not held.</summary>
    [Test]
    public void WhatElseIsAskedIsGivenUpToo()
    {
        using var ffmpeg = new FakeFfmpeg();
        var (clip, output) = (ffmpeg.Add("clip.mp4", 6, 5, 3), ffmpeg.PathOf("out.mp4"));
        var impatient = ffmpeg.Ffmpeg with { Patience = TimeSpan.FromSeconds(0.2) };
        var info = ClipInfo.Read(ffmpeg.Ffmpeg, clip);
        Directory.CreateDirectory(output + ".unfinished");
        File.WriteAllText(Path.Combine(output + ".unfinished", "film.txt"), "");
        File.WriteAllBytes(Path.Combine(output + ".unfinished", "1.mp4"), new byte[9]);
        foreach (var program in (string[])["ffprobe", "ffmpeg"])
        {
            File.WriteAllText(ffmpeg.PathOf(program), "#!/bin/sh\nexec sleep 600\n");
        }

        Fails.With<PictureException>(() => impatient.HasFilters("clip", ["zscale"]), "ffmpeg does not answer");
        for (var i = 0; i < 2; i++)
        {
            Fails.With<PictureException>(() => new ClipWriter(impatient, output, 6, 5, info), "ffprobe does not answer");
        }

        Assert.That(Path.Combine(output + ".unfinished", "1.mp4"), Does.Exist);
    }

    [Test]
    public void AProgramThatIsNoneIsNamed()
    {
        using var ffmpeg = new FakeFfmpeg();
        File.WriteAllText(ffmpeg.PathOf("ffprobe"), "");
        if (!OperatingSystem.IsWindows())
        {
            File.SetUnixFileMode(ffmpeg.PathOf("ffprobe"), UnixFileMode.UserRead);
        }

        Fails.With<PictureException>(
            () => ClipReader.Open(ffmpeg.Ffmpeg, ffmpeg.Add("clip.mp4", 6, 5, 3)), $"{ffmpeg.PathOf("ffprobe")} can't be started");
    }

    /// <summary>Codecs want even sides: the last column and the last row come twice.</summary>
    [TestCase(6, 4)]
    [TestCase(5, 4)]
    [TestCase(6, 3)]
    [TestCase(5, 3)]
    [TestCase(1, 1)]
    public void OddSidesAreFilledUp(int width, int height)
    {
        using var ffmpeg = new FakeFfmpeg();
        var clip = ffmpeg.Add("clip.mp4", width, height, 2);
        var (even, rows) = ((width + 1) / 2 * 2, (height + 1) / 2 * 2);
        Write(ffmpeg, ffmpeg.PathOf("out.mp4"), 2, width, height, clip);

        var written = File.ReadAllBytes(ffmpeg.PathOf("out.mp4"));
        Assert.That(written, Has.Length.EqualTo(2 * 3 * even * rows));
        for (var i = 0; i < written.Length; i++)
        {
            var (frame, y, x, c) = (i / (3 * even * rows), i / (3 * even) % rows, i / 3 % even, i % 3);
            var source = FakeFfmpeg.BytesOf(FakeFfmpeg.FrameOf(clip, frame, width, height));
            var (row, column) = (Math.Min(y, height - 1), Math.Min(x, width - 1));
            Assert.That(written[i], Is.EqualTo(source[(((row * width) + column) * 3) + c]), $"frame {frame}, row {y}, column {x}");
        }

        Assert.That(ffmpeg.Calls[0], Does.Contain($"-video_size {even}x{rows} -framerate 10/1 -i pipe:0"));
        Assert.That(Directory.GetFileSystemEntries(ffmpeg.Folder, "out*"), Is.EqualTo(new[] { ffmpeg.PathOf("out.mp4") }));
    }

    /// <summary>What the new file can hold is copied bit for bit.</summary>
    [TestCase("out.mp4", "aac", "-map 1:1 -c:a:0 copy")]
    [TestCase("out.mp4", "vorbis", "-map 1:1 -c:a:0 aac")]
    [TestCase("out.MOV", "pcm_s16le", "-map 1:1 -c:a:0 copy")]
    [TestCase("out.mkv", "vorbis", "-map 1:1 -c:a:0 copy")]
    [TestCase("out.webm", "aac", "-map 1:1 -c:a:0 libopus")]
    [TestCase("out.webm", null, null)]
    public void SoundIsKept(string name, string? codec, string? options)
    {
        using var ffmpeg = new FakeFfmpeg();
        var clip = ffmpeg.Add("clip.mp4", 4, 4, 1, codec);
        Write(ffmpeg, ffmpeg.PathOf(name), 1, 4, 4, clip);
        Assert.That(ffmpeg.Calls[^1], options is null ? Does.Not.Contain("-map 1:") : Does.Contain(options));
        Assert.That(ffmpeg.Calls[^1], Does.Contain($"-i file:{clip}").And.Contain("-map_metadata 1"));
    }

    /// <summary>Small frames fit the pipe, so that only the end tells; large ones break it.</summary>
    [TestCase(6, 4)]
    [TestCase(300, 200)]
    public void AWriterThatStopsSaysWhy(int width, int height)
    {
        using var ffmpeg = new FakeFfmpeg(write: ": > \"$out\"; head -c 10 > /dev/null; echo 'No space left on device' >&2; exit 1");
        var clip = ffmpeg.Add("clip.mp4", width, height, 2);
        File.WriteAllText(ffmpeg.PathOf("out.mp4"), "before");
        Fails.Saying<PictureException>(
            () => Write(ffmpeg, ffmpeg.PathOf("out.mp4"), 2, width, height, clip),
            $"{ffmpeg.PathOf("out.mp4")}: ffmpeg can't write it: No space left on device");
        Assert.That(File.ReadAllText(ffmpeg.PathOf("out.mp4")), Is.EqualTo("before"));
        Assert.That(Directory.GetFileSystemEntries(ffmpeg.Folder, "out*"), Is.EqualTo(new[] { ffmpeg.PathOf("out.mp4") }));
    }

    /// <summary>ffmpeg may be a script that looks for its files in the user's folder; a path with # is only found in full.</summary>
    [TestCase("it's out.mp4", "file '1.mp4'")]
    [TestCase("it's #1.mp4", @"it'\''s #1.mp4.unfinished/1.mp4'")]
    public void PartsAreJoinedInTheUsersFolder(string name, string listed)
    {
        using var ffmpeg = new FakeFfmpeg(
            join: "pwd -P > \"$0.folder\"; for i; do case \"$i\" in *.txt) cat \"${i#file:}\" > \"$0.list\" ;; esac; done");
        var clip = ffmpeg.Add("clip.mp4", 4, 4, 1);
        Write(ffmpeg, ffmpeg.PathOf(name), 1, 4, 4, clip);
        Assert.That(File.ReadAllBytes(ffmpeg.PathOf(name)), Is.EqualTo(File.ReadAllBytes(clip)));
        Assert.That(File.ReadAllText(ffmpeg.PathOf("ffmpeg.folder")).Trim(), Is.EqualTo(Directory.GetCurrentDirectory()));
        Assert.That(File.ReadAllLines(ffmpeg.PathOf("ffmpeg.list"))[0], Does.EndWith(listed));
    }

    /// <summary>What a user has put beside the parts stays, and so does their folder.</summary>
    [Test]
    public void WhatIsNotOfTheFilmStays()
    {
        using var ffmpeg = new FakeFfmpeg();
        var clip = ffmpeg.Add("clip.mp4", 4, 4, 1);
        var folder = ffmpeg.PathOf("out.mp4.unfinished");
        Directory.CreateDirectory(Path.Combine(folder, "mine"));
        File.WriteAllText(Path.Combine(folder, "notes.txt"), "notes");
        File.WriteAllText(Path.Combine(folder, "holiday.mp4"), "a film");
        File.WriteAllText(Path.Combine(folder, "2024.mp4"), "a film");
        var remarks = new List<string>();
        using var heard = PictureRemarks.Listen((_, remark) => remarks.Add(remark));
        Write(ffmpeg, ffmpeg.PathOf("out.mp4"), 1, 4, 4, clip);
        Assert.That(ffmpeg.PathOf("out.mp4"), Does.Exist);
        Assert.That(
            Directory.GetFileSystemEntries(folder).Select(Path.GetFileName),
            Is.EquivalentTo((string[])["mine", "notes.txt", "holiday.mp4", "2024.mp4"]));
        Assert.That(remarks, Has.One.StartsWith($"{folder} holds files that are not of the film"));
    }

    [Test]
    public void FramesOfOtherSizesAreRefused()
    {
        using var ffmpeg = new FakeFfmpeg();
        using var writer = new ClipWriter(ffmpeg.Ffmpeg, ffmpeg.PathOf("out.mp4"), 4, 4, Info(ffmpeg));
        Fails.With<ArgumentException>(() => writer.Write(new Picture(new Image(4, 5, 3, new byte[60]))), "4x5", "4x4");
    }

    /// <summary>What an ffmpeg without the filters can't convert is said.</summary>
    [Test]
    public void HdrThatCannotBeConvertedIsTold()
    {
        using var ffmpeg = new FakeFfmpeg();
        var file = ffmpeg.Add("clip.mp4", 6, 5, 1);
        var answer = File.ReadAllText(file + ".json").Replace(
            "\"width\"", "\"color_transfer\": \"arib-std-b67\", \"pix_fmt\": \"yuv420p10le\", \"width\"", StringComparison.Ordinal);
        File.WriteAllText(file + ".json", answer);
        var remarks = new List<string>();
        using var heard = PictureRemarks.Listen((_, remark) => remarks.Add(remark));
        using var clip = ClipReader.Open(ffmpeg.Ffmpeg, file);
        Assert.That(string.Join(';', remarks), Does.Contain("HDR (HLG), which this ffmpeg can't convert").And.Contain("10 bits"));
    }

    private static void ReadAll(ClipReader clip)
    {
        while (clip.Next() is not null)
        {
        }
    }

    private static ClipInfo Info(FakeFfmpeg ffmpeg) => ClipInfo.Read(ffmpeg.Ffmpeg, ffmpeg.Add("clip.mp4", 4, 4, 1));

    private static void Write(FakeFfmpeg ffmpeg, string output, int frames, int width, int height, string clip)
    {
        using var writer = new ClipWriter(ffmpeg.Ffmpeg, output, width, height, ClipInfo.Read(ffmpeg.Ffmpeg, clip));
        for (var i = 0; i < frames; i++)
        {
            writer.Write(FakeFfmpeg.FrameOf(clip, i, width, height));
        }

        writer.Finish();
    }
}
