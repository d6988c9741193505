using IlgpuGan.Models.Data.Clips;
using IlgpuGan.Models.Translation;
using IlgpuGan.ModelsTests.Data.Clips;

namespace IlgpuGan.ModelsTests.Training;

/// <summary>Films through a generator, with a script in ffmpeg's place.</summary>
internal sealed class ClipTranslationTests : SharedRuns
{
    [OneTimeSetUp]
    public void OneTimeSetUp() => _runs.Train("run", TinyRun.Pix2Pix with { Steps = 2 });

    [TestCase(40, 30)]
    [TestCase(200, 160)]
    public void EachFrameIsThePictureThatItWouldBeAlone(int width, int height)
    {
        using var ffmpeg = new FakeFfmpeg();
        var file = ffmpeg.Add("clip.mp4", width, height, 3, sound: "aac");
        var output = ffmpeg.PathOf("out.mp4");
        var told = new List<int>();
        using var clip = ClipReader.Open(ffmpeg.Ffmpeg, file);

        var result = ClipTranslation.Run(Open, clip, output, progress: told.Add);

        Assert.That(result, Is.EqualTo(new TranslatedClip(output, 3, width, height) { HasSound = true }));
        Assert.That(told, Is.EqualTo(new[] { 1, 2, 3 }));
        var translator = Open();
        for (var i = 0; i < 3; i++)
        {
            var expected = translator.Translate(FakeFfmpeg.FrameOf(file, i, width, height));
            Assert.That(
                FakeFfmpeg.BytesOf(FakeFfmpeg.FrameOf(output, i, width, height)), Is.EqualTo(FakeFfmpeg.BytesOf(expected)), $"frame {i}");
        }

        Assert.That(new FileInfo(output).Length, Is.EqualTo(3L * 3 * width * height));
    }

    /// <summary>A film of one picture that stands still: without smoothing every frame is the same, and so it is with it.</summary>
    [Test]
    public void SmoothingLeavesAloneWhatStands()
    {
        using var ffmpeg = new FakeFfmpeg();
        var file = ffmpeg.Add("clip.mp4", 40, 30, 3);
        var frame = File.ReadAllBytes(file)[..(3 * 40 * 30)];
        File.WriteAllBytes(file, [.. frame, .. frame, .. frame]);
        var (plain, smooth) = (ffmpeg.PathOf("plain.mp4"), ffmpeg.PathOf("smooth.mp4"));
        Translate(ffmpeg, file, plain);
        Translate(ffmpeg, file, smooth, temporal: 0.8);
        Assert.That(File.ReadAllBytes(smooth), Is.EqualTo(File.ReadAllBytes(plain)));
    }

    [Test]
    public void AClipThatBreaksOffLeavesWhatIsDone()
    {
        using var ffmpeg = new FakeFfmpeg(read: "head -c 5000 \"$in\"; kill -9 $$");
        var file = ffmpeg.Add("clip.mp4", 40, 30, 3); // 3600 bytes a frame
        Fails.Starting<PictureException>(
            () => Translate(ffmpeg, file, ffmpeg.PathOf("out.mp4")), $"{file}: ffmpeg stopped after 1 frame: ");
        Assert.That(Directory.GetFiles(ffmpeg.Folder, "out*"), Is.Empty);
        Assert.That(new FileInfo(ffmpeg.PathOf("out.mp4.unfinished/1.mp4")).Length, Is.EqualTo(3600));
    }

    [Test]
    public void AWriterThatIsKilledLeavesNothing()
    {
        using var ffmpeg = new FakeFfmpeg(write: ": > \"$out\"; kill -9 $$");
        var file = ffmpeg.Add("clip.mp4", 200, 160, 3);
        Fails.Saying<PictureException>(
            () => Translate(ffmpeg, file, ffmpeg.PathOf("out.mp4")),
            $"{ffmpeg.PathOf("out.mp4")}: ffmpeg can't write it: it exited with code 137 and no error message");
        Assert.That(Directory.GetFileSystemEntries(ffmpeg.Folder, "out*"), Is.Empty);
    }

    /// <summary>Ctrl-C reaches ffmpeg, too. What it ends is no fault of a track, and the film is not given out without it.</summary>
    [TestCase("case \"$*\" in *\"1:1\"*) exit 255 ;; esac", "it exited with code 255", false)]
    [TestCase("case \"$*\" in *\"1:1\"*) echo damaged >&2; exit 1 ;; esac", null, true)]
    public void AnInterruptedEndCostsNoTrack(string join, string? failure, bool isLeftOut)
    {
        using var ffmpeg = new FakeFfmpeg(join: join);
        var file = ffmpeg.Add("clip.mp4", 40, 30, 3, sound: "aac");
        var remarks = new List<string>();
        using var heard = PictureRemarks.Listen((_, remark) => remarks.Add(remark));
        Assert.That(
            () => Translate(ffmpeg, file, ffmpeg.PathOf("out.mp4")),
            failure is null ? Throws.Nothing : Throws.TypeOf<PictureException>().With.Message.Contains(failure));
        Assert.That(
            remarks.Exists(r => r.Contains("track 1 (aac) is left out: ffmpeg can't take it over: damaged", StringComparison.Ordinal)),
            Is.EqualTo(isLeftOut));
        Assert.That(File.Exists(ffmpeg.PathOf("out.mp4")), Is.EqualTo(isLeftOut));
        Assert.That(File.Exists(ffmpeg.PathOf("out.mp4.unfinished/1.mp4")), Is.EqualTo(!isLeftOut));
    }

    /// <summary>Whether ffmpeg works or hangs.</summary>
    [TestCase("exec cat \"$in\"", 1)]
    [TestCase("exec sleep 600", 0)]
    [TestCase("head -c 3600 \"$in\"; exec sleep 600", 1)]
    public void WhatIsCancelledEndsAtOnceAndLeavesWhatIsDone(string read, int after)
    {
        using var ffmpeg = new FakeFfmpeg(read: read);
        var file = ffmpeg.Add("clip.mp4", 40, 30, 3);
        using var clip = ClipReader.Open(ffmpeg.Ffmpeg, file);
        using var cancellation = new CancellationTokenSource();
        if (after == 0)
        {
            cancellation.CancelAfter(TimeSpan.FromSeconds(0.5));
        }

        Assert.That(
            () => ClipTranslation.Run(
                Open, clip, ffmpeg.PathOf("out.mp4"), progress: done =>
                {
                    if (done == after)
                    {
                        cancellation.Cancel();
                    }
                },
                cancellation: cancellation.Token),
            Throws.InstanceOf<OperationCanceledException>());
        Assert.That(Directory.GetFiles(ffmpeg.Folder, "out*"), Is.Empty);
        Assert.That(Directory.Exists(ffmpeg.PathOf("out.mp4.unfinished")), Is.EqualTo(after > 0));
    }

    /// <summary>A film that was stopped goes on by the same call, with its frames where they belong.</summary>
    [TestCase(0)]
    [TestCase(0.5)]
    public void WhatWasStoppedGoesOn(double temporal)
    {
        var ffmpeg = Installed();
        using var folder = new TinyRun();
        var (film, whole, output) = (folder.PathOf("in.mkv"), folder.PathOf("whole.mkv"), folder.PathOf("out.mkv"));
        Make(ffmpeg, "-f", "lavfi", "-i", "testsrc2=size=64x48:rate=10:duration=2", "-f", "lavfi", "-i", "sine=duration=2", "-c:v", "ffv1",
            "-c:a", "aac", film);
        var remarks = new List<string>();
        using var heard = PictureRemarks.Listen((_, remark) => remarks.Add(remark));
        Assert.That(Film(whole).Frames, Is.EqualTo(20));
        using (var cancellation = new CancellationTokenSource())
        {
            Assert.That(() => Film(output, stop: cancellation), Throws.InstanceOf<OperationCanceledException>());
        }

        Assert.That(remarks, Has.One.Contains("are done and can be played in"));
        Assert.That(output, Does.Not.Exist);
        var part = Path.Combine(output + ".unfinished", "1.mp4");
        var done = Frames(ffmpeg, part).Count;
        Assert.That(done, Is.InRange(6, 8));
        Assert.That(Film(output), Is.EqualTo(new TranslatedClip(output, 20, 64, 48) { HasSound = true }));
        Assert.That(remarks, Has.One.EqualTo($"the translation goes on after the {done} frames of an earlier one"));
        Assert.That(Directory.Exists(output + ".unfinished"), Is.False);
        var (expected, found) = (Frames(ffmpeg, whole), Frames(ffmpeg, output));
        Assert.That(found, Has.Count.EqualTo(20));
        for (var i = 0; i < 20; i++)
        {
            Assert.That(found[i].Zip(expected[i], (a, b) => Math.Abs(a - b)).Average(), Is.LessThan(3), $"frame {i}");
        }

        TranslatedClip Film(string to, CancellationTokenSource? stop = null)
        {
            using var clip = ClipReader.Open(ffmpeg, film);
            return ClipTranslation.Run(
                Open, clip, to, temporal, frames => Stopped(frames, stop), stop?.Token ?? CancellationToken.None);
        }

        static void Stopped(int frames, CancellationTokenSource? stop)
        {
            if (frames == 7)
            {
                stop?.Cancel();
            }
        }
    }

    /// <summary>A film that begins black looks alike through two models at first; frames of the other are not gone on with.</summary>
    [Test]
    public void AnotherModelDoesNotGoOn()
    {
        _runs.Train("other", TinyRun.Pix2Pix with { Steps = 2, Seed = 5 });
        using var ffmpeg = new FakeFfmpeg();
        var file = ffmpeg.Add("clip.mp4", 40, 30, 3);
        var output = ffmpeg.PathOf("out.mp4");
        var remarks = new List<string>();
        using var heard = PictureRemarks.Listen((_, remark) => remarks.Add(remark));
        var (own, other) = (Identity("run"), Identity("other"));
        Assert.That(own, Is.EqualTo(Identity("run")).And.Not.EqualTo(other));
        Assert.That(own, Is.Not.EqualTo(Identity("run", new() { Eval = true })));
        foreach (var model in new[] { "run", "other" })
        {
            using var clip = ClipReader.Open(ffmpeg.Ffmpeg, file);
            using var cancellation = new CancellationTokenSource();
            Assert.That(
                () => ClipTranslation.Run(
                    () => Translator.Open(_runs.PathOf(model), _device), clip, output, progress: _ => cancellation.Cancel(),
                    cancellation: cancellation.Token),
                Throws.InstanceOf<OperationCanceledException>());
        }

        Assert.That(remarks, Has.One.Contains($"its frames are in {output}.unfinished-1 now"));
        var aside = Directory.GetFiles($"{output}.unfinished-1").Select(Path.GetFileName);
        Assert.That(aside, Is.EquivalentTo((string[])["1.mp4", "film.txt"]));

        string Identity(string model, TranslationSettings? settings = null) =>
            Translator.Open(_runs.PathOf(model), _device, settings).Identity;
    }

    private static List<byte[]> Frames(Ffmpeg ffmpeg, string file)
    {
        var frames = new List<byte[]>();
        using var clip = ClipReader.Open(ffmpeg, file);
        while (clip.Next() is { } frame)
        {
            frames.Add(FakeFfmpeg.BytesOf(frame));
        }

        return frames;
    }

    private static Ffmpeg Installed()
    {
        try
        {
            return Ffmpeg.Find("clip");
        }
        catch (PictureException)
        {
            Assert.Ignore("ffmpeg is not installed");
            throw;
        }
    }

    private static void Make(Ffmpeg ffmpeg, params string[] arguments)
    {
        using var process = FfmpegProcess.Start(ffmpeg.Program, "made", ["-v", "error", "-nostdin", "-y", .. arguments]);
        Assert.That(process.Failure(), Is.Null);
    }

    [Test]
    public void WhatIsNotForClipsIsRefused()
    {
        using var ffmpeg = new FakeFfmpeg();
        var file = ffmpeg.Add("clip.mp4", 40, 30, 1);
        Fails.With<PictureException>(() => Translate(ffmpeg, file, ffmpeg.PathOf("out.png")), "written as");
        Assert.That(() => new TemporalSmoothing(1), Throws.TypeOf<ArgumentOutOfRangeException>());
    }

    /// <summary>
    /// Noise on a picture that stands still: at strength a, the variance of what is shown sinks towards (1 − a) / (1 + a) of that of each
    /// frame.
    /// </summary>
    [Test]
    public void SmoothingTakesNoiseAway()
    {
        const int side = 64, frames = 60;
        const double strength = 0.8;
        var still = BlockMotionTests.Noise(1, side, side);
        var smoothing = new TemporalSmoothing(strength);
        var random = new Random(2);
        var (before, after) = (0.0, 0.0);
        for (var i = 0; i < frames; i++)
        {
            var noisy = new byte[3 * side * side];
            for (var j = 0; j < noisy.Length; j++)
            {
                noisy[j] = (byte)random.Next(108, 149); // 128 and up to 20 either way.
            }

            var shown = smoothing.Next(still, new Picture(new Image(side, side, 3, noisy)));
            if (i >= frames / 2)
            {
                before += noisy.Average(v => (v - 128.0) * (v - 128.0));
                after += FakeFfmpeg.BytesOf(shown).Average(v => (v - 128.0) * (v - 128.0));
            }
        }

        Assert.That(after / before, Is.EqualTo((1 - strength) / (1 + strength)).Within(0.01));
    }

    /// <summary>After a cut nothing of the scene before is left.</summary>
    [Test]
    public void ACutIsACut()
    {
        var smoothing = new TemporalSmoothing(0.9);
        Picture Plain(byte level) => new(new Image(32, 32, 3, [.. Enumerable.Repeat(level, 3 * 32 * 32)]));
        _ = smoothing.Next(Plain(0), Plain(10));
        var shown = smoothing.Next(Plain(200), Plain(250));
        Assert.That(FakeFfmpeg.BytesOf(shown), Is.All.EqualTo(250));
    }

    /// <summary>What moves in the input takes what was made of it along: no trail is left.</summary>
    [Test]
    public void WhatMovesTakesItsPictureAlong()
    {
        var (input, output) = (BlockMotionTests.Noise(1, 80, 80), BlockMotionTests.Noise(2, 80, 80));
        var smoothing = new TemporalSmoothing(0.9);
        for (var i = 0; i < 4; i++)
        {
            var made = output.Crop(20 + (2 * i), 20 - i, 40, 40);
            var shown = smoothing.Next(input.Crop(20 + (2 * i), 20 - i, 40, 40), made);
            Assert.That(
                FakeFfmpeg.BytesOf(shown.Crop(8, 8, 24, 24)), Is.EqualTo(FakeFfmpeg.BytesOf(made.Crop(8, 8, 24, 24))), $"frame {i}");
        }
    }

    private Translator Open() => Translator.Open(_runs.PathOf("run"), _device);

    private void Translate(FakeFfmpeg ffmpeg, string file, string output, double temporal = 0)
    {
        using var clip = ClipReader.Open(ffmpeg.Ffmpeg, file);
        _ = ClipTranslation.Run(Open, clip, output, temporal);
    }
}
