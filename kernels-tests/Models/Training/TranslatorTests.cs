using System.Collections.Concurrent;
using IlgpuGan.Models.Evaluation;
using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Translation;

namespace IlgpuGan.ModelsTests.Training;

public sealed class TranslatorTests : SharedRuns
{
    [OneTimeSetUp]
    public void OneTimeSetUp()
    {
        _runs.Train("pix2pix", TinyRun.Pix2Pix with { Steps = 6 });
        _runs.Train("cyclegan", TinyRun.CycleGan with { Steps = 2, Norm = NormKind.None, InputNc = 3, OutputNc = 1, LambdaIdentity = 0 });
    }

    [TestCase(32, 32)]
    [TestCase(33, 70)]
    [TestCase(1, 5)]
    public void AnySizeComesBackAsItWent(int width, int height)
    {
        var result = Open("pix2pix").Translate(Noise(width, height, 3));
        Assert.That((result.Width, result.Height, result.Channels), Is.EqualTo((width, height, 3)));
    }

    /// <summary>
    /// A ResNet's blocks mirror one pixel after two halvings: four pixels are too few for that, and are mirrored out further.
    /// </summary>
    [Test]
    public void TheSmallestPicturesAreTranslated(
        [Values("pix2pix", "cyclegan", "resnet1-upsample", "resnet1-antialias", "resnet1-smooth", "resnet1-painting", "resnet1-replicate")]
        string network,
        [Values("whole", "tile", "exact")] string way)
    {
        var settings = new TranslationSettings
        {
            Tile = way == "whole" ? null : network == "pix2pix" ? 32 : 4, Overlap = way != "tile" ? null : network == "pix2pix" ? 4 : 1,
            Exact = way == "exact", Whole = true,
        };
        var translator = network switch
        {
            "resnet1-upsample" => Fresh(new ResNetGenerator(3, 3, 1, 4, scaling: ScalingKind.Upsample), BlockPadding.Reflect),
            "resnet1-antialias" => Fresh(new ResNetGenerator(3, 3, 1, 4, scaling: ScalingKind.Antialias), BlockPadding.Reflect),
            "resnet1-smooth" => Fresh(new ResNetGenerator(3, 3, 1, 4, scaling: ScalingKind.Smooth), BlockPadding.Reflect),
            "resnet1-painting" => new(
                [
                    new(
                        new ResNetGenerator(3, 3, 1, 4, scaling: ScalingKind.Painting).Initialize(seed: 1).To(_device),
                        TinyRun.CycleGan with { Generator = GeneratorKind.ResNet(1, ScalingKind.Painting) }),
                ],
                _device, settings with { Tile = settings.Tile * 16, Overlap = settings.Overlap * 16 }),
            "resnet1-replicate" => Fresh(new ResNetGenerator(3, 3, 1, 4, padding: BlockPadding.Replicate), BlockPadding.Replicate),
            _ => Open(network, settings),
        };
        foreach (var (width, height) in ((int, int)[])[(1, 1), (1, 2), (2, 1), (3, 3), (4, 4), (4, 5), (5, 4), (1, 40), (40, 3), (9, 6)])
        {
            var result = translator.Translate(Noise(width, height, 3));
            Assert.That((result.Width, result.Height), Is.EqualTo((width, height)));
        }

        Translator Fresh(Layer generator, BlockPadding padding) => new(
            [new(generator.Initialize(seed: 1).To(_device), TinyRun.CycleGan with { Padding = padding })], _device, settings);
    }

    /// <summary>A picture that the network refuses is named; whatever ends the translation, the pictures before it are written.</summary>
    [Test]
    public void NothingThatWasDoneIsLost(
        [Values(typeof(ShapeException), typeof(InvalidTimeZoneException))] Type problem, [Values(1, 3)] int jobs)
    {
        var input = Directory.CreateDirectory(_runs.PathOf($"lost/{problem.Name}/{jobs}/in")).FullName;
        foreach (var (name, side) in ((string, int)[])[("a", 1500), ("b", 1400), ("c", 24), ("d", 32)])
        {
            PictureFile.Save(Noise(side, side, 3), Path.Combine(input, $"{name}.png"));
        }

        var plan = FileTranslation.Plan(input, input.Replace("in", "out", StringComparison.Ordinal));
        var translator = new Translator([new SavedGenerator(new Refusing(24, problem), TinyRun.CycleGan)], _device);
        if (problem == typeof(ShapeException))
        {
            var results = FileTranslation.Run(() => translator, plan, jobs: jobs);
            Assert.That(results.Select(r => r.Failure is null), Is.EqualTo(new[] { true, true, false, true }));
            Assert.That(results[2].Failure, Does.StartWith(Path.Combine(input, "c.png")).And.Contain("24x24").And.Contain("not this one"));
        }
        else
        {
            Assert.That(() => FileTranslation.Run(() => translator, plan, jobs: jobs), Throws.TypeOf(problem));
        }

        Assert.That(plan.Select(p => File.Exists(p.Output)), Is.EqualTo(new[] { true, true, false, problem == typeof(ShapeException) }));
    }

    /// <summary>
    /// One translator for all requests of a web server, which come on any threads: each answer has the bits that it has alone, computed
    /// with others or not.
    /// </summary>
    [Test]
    public async Task AnyNumberOfThreadsMayTranslate([Values("pix2pix", "cyclegan")] string run)
    {
        var pictures = Enumerable.Range(0, 4).Select(i => Noise(20 + (i / 3), 24, 3)).ToList();
        var alone = pictures.ConvertAll(p => Open(run).Translate(p).Layers[0].Bytes);
        var translator = Open(run);
        using var begin = new Barrier(12);
        var requests = Enumerable.Range(0, 12).Select(i => Task.Factory.StartNew(
            async () =>
            {
                begin.SignalAndWait();
                translator.ReleaseMemory();
                return i % 3 == 0 ? translator.Translate(pictures[i % 4])
                    : i % 3 == 1 ? await translator.TranslateAsync(pictures[i % 4])
                    : PictureFile.Decode(await translator.TranslateAsync(PictureFile.EncodePng(pictures[i % 4], "sent")), "answer");
            },
            TaskCreationOptions.LongRunning).Unwrap()).ToList();
        var answers = await Task.WhenAll(requests);
        Assert.That(answers.Select(a => a.Layers[0].Bytes), Is.EqualTo(Enumerable.Range(0, 12).Select(i => alone[i % 4])));
    }

    [Test]
    public void PicturesOfDifferentSizesShareNoBatch() => Fails.With<ArgumentException>(
        () => Open("cyclegan").TranslateBatch([Noise(20, 24, 3), Noise(19, 24, 3)], "pictures", sample: 0), "of equal size");

    [Test]
    public async Task FilesAndStreamsAreTranslatedAsSaveWritesThem([Values(ImageFormat.Png, ImageFormat.Jpeg)] ImageFormat format)
    {
        var (picture, translator) = (Noise(20, 24, 3), Open("pix2pix"));
        var (sent, expected) = (PictureFile.EncodePng(picture, "sent"), _runs.PathOf($"expected.{format}".ToLowerInvariant()));
        PictureFile.Save(translator.Translate(picture), expected);
        using var stream = new MemoryStream(sent);
        using var made = new MemoryStream();
        Assert.That(await translator.TranslateAsync(sent, format), Is.EqualTo(File.ReadAllBytes(expected)));
        await translator.TranslateAsync(stream, made, format);
        Assert.That(made.ToArray(), Is.EqualTo(File.ReadAllBytes(expected)));
        Assert.That(
            async () => await translator.TranslateAsync("text"u8.ToArray(), name: "upload"),
            Throws.TypeOf<PictureException>().With.Message.StartsWith("upload: "));
        Assert.That(
            async () => await translator.TranslateAsync(new MemoryStream("text"u8.ToArray()), made, format),
            Throws.TypeOf<PictureException>());
        Assert.That(made.ToArray(), Has.Length.EqualTo(new FileInfo(expected).Length), "nothing is written of what is no picture");
    }

    [Test]
    public async Task WhoIsCancelledLeavesTheLine()
    {
        var (picture, translator) = (Noise(20, 24, 3), Open("pix2pix"));
        using var gone = new CancellationTokenSource();
        using var free = new ManualResetEventSlim();
        var busy = _device.WorkQueue.RunAsync(() => free.Wait(10_000));
        var waits = translator.TranslateAsync(picture, cancellationToken: gone.Token);
        await gone.CancelAsync();
        Assert.That(async () => await waits, Throws.InstanceOf<OperationCanceledException>());
        free.Set();
        Assert.That(await busy);
    }

    [Test]
    public void SameInputGivesTheSameOutput()
    {
        var picture = Noise(32, 32, 3);
        var first = Open("pix2pix").Translate(picture).Layers[0].Bytes;
        var translator = Open("pix2pix");
        translator.Translate(Noise(48, 32, 3));
        Assert.That(translator.Translate(picture).Layers[0].Bytes, Is.EqualTo(first));
        Assert.That(
            Open("pix2pix", new TranslationSettings { Eval = true }).Translate(picture).Layers[0].Bytes, Is.Not.EqualTo(first),
            "running statistics are others");
    }

    [Test]
    public void DropoutVariesWithItsSeedOnly()
    {
        _runs.Train("dropout", TinyRun.CycleGan with { Steps = 1 });
        var picture = Noise(32, 32, 3);
        byte[] With(ulong? seed) => Open("dropout", new TranslationSettings { DropoutSeed = seed }).Translate(picture).Layers[0].Bytes;
        var again = With(1);
        Assert.That(again, Is.EqualTo(With(1)));
        Assert.That(With(1), Is.Not.EqualTo(With(2)));
        Assert.That(With(null), Is.Not.EqualTo(With(1)));
    }

    /// <summary>A U-Net of five downsamplings has no level with dropout, whatever its options say.</summary>
    [Test]
    public void MasksOfNoDropoutAreRefused()
    {
        var settings = new TranslationSettings { DropoutSeed = 1 };
        Fails.With<OptionsException>(() => Open("pix2pix", settings), "--dropout-seed does not fit", "translates without dropout");
        Fails.With<OptionsException>(() => Open("pix2pix", settings with { Eval = true }), "--eval can't be combined with --dropout-seed");
    }

    [Test]
    public void CycleGanGoesBothWays()
    {
        var forth = Open("cyclegan").Translate(Noise(20, 24, 3));
        Assert.That((forth.Channels, forth.Width), Is.EqualTo((1, 20)));
        var back = Open("cyclegan", new TranslationSettings { Direction = Direction.BToA }).Translate(forth);
        Assert.That(back.Channels, Is.EqualTo(3));
        Fails.With<RunException>(() => Open("pix2pix", new TranslationSettings { Direction = Direction.BToA }), "AtoB");
    }

    [Test]
    public void AlphaAndDepthAreKept()
    {
        var picture = Noise(32, 40, 4);
        var result = Open("pix2pix").Translate(picture);
        Assert.That(result.Channels, Is.EqualTo(4));
        Assert.That(result.Layers[0].Bytes.Where((_, i) => i % 4 == 3), Is.EqualTo(picture.Layers[0].Bytes.Where((_, i) => i % 4 == 3)));
        var deep = new Picture(picture.Layers[0].ToSixteenBits());
        Assert.That(Open("pix2pix").Translate(deep).Layers[0].BitsPerChannel, Is.EqualTo(16));
    }

    [Test]
    public void SizeScalesAndKeepSizeScalesBack()
    {
        var picture = Noise(50, 20, 3);
        var scaled = Open("pix2pix", new TranslationSettings { Size = 32 }).Translate(picture);
        Assert.That((scaled.Width, scaled.Height), Is.EqualTo((32, 32)));
        var kept = Open("pix2pix", new TranslationSettings { Size = 32, KeepSize = true }).Translate(picture);
        Assert.That((kept.Width, kept.Height), Is.EqualTo((50, 20)));
    }

    [Test]
    public void LongerPicturesAreTranslatedAtTheLongSide()
    {
        var (settings, longer, shorter) = (new TranslationSettings { LongSide = 48 }, Noise(90, 60, 3), Noise(40, 48, 3));
        var expected = Open("cyclegan").Translate(longer.Resize(48, 32)).Resize(90, 60);
        Assert.That(Open("cyclegan", settings).Translate(longer).Layers[0].Bytes, Is.EqualTo(expected.Layers[0].Bytes));
        Assert.That(
            Open("cyclegan", settings).Translate(shorter).Layers[0].Bytes,
            Is.EqualTo(Open("cyclegan").Translate(shorter).Layers[0].Bytes));
        var tiled = Open("cyclegan", settings with { Tile = 96 }).Translate(longer);
        Assert.That(tiled.Layers[0].Bytes, Is.EqualTo(expected.Layers[0].Bytes), "a tile holds what it is reduced to");
        Fails.With<OptionsException>(() => Open("cyclegan", settings with { Size = 32 }), "--long-side 48");
    }

    /// <summary>Without norms a network is local: away from the borders of tiles it can't tell the tile from the whole.</summary>
    [Test]
    public void TilesOfALocalNetworkAreTheWhole()
    {
        var picture = Noise(200, 150, 3);
        var whole = Open("cyclegan").Translate(picture).Layers[0].Bytes;
        var tiled = Open("cyclegan", new TranslationSettings { Tile = 96, Overlap = 40 }).Translate(picture).Layers[0].Bytes;
        var far = whole.Zip(tiled).Count(p => Math.Abs(p.First - p.Second) > 1);
        Assert.That(far, Is.LessThan(whole.Length / 100));
        Fails.With<OptionsException>(() => Open("cyclegan", new TranslationSettings { Tile = 30 }), "multiple of 4");
    }

    /// <summary>Others wait for one tile of somebody who has left, not for all.</summary>
    [Test]
    public void WhoHasLeftGetsNoMoreTiles() => Assert.That(
        () => Open("cyclegan", new TranslationSettings { Tile = 32, Overlap = 8 })
            .TranslateBatch([Noise(64, 64, 3)], "picture", sample: 0, new CancellationToken(canceled: true)),
        Throws.InstanceOf<OperationCanceledException>());

    [TestCase(64, 32)]
    [TestCase(64, int.MaxValue)]
    public void TilesThatOverlapByHalfAreRefused(int tile, int overlap) => Fails.With<OptionsException>(
        () => Open("cyclegan", new TranslationSettings { Tile = tile, Overlap = overlap }), $"more than twice --overlap {overlap}");

    /// <summary>A server has no --exact, so its answers don't name it.</summary>
    [TestCase(null, false, "--overlap 8 is for tiles: it needs --tile")]
    [TestCase(64, true, "--overlap 8 is for tiles: it can't be combined with --exact")]
    public void AnOverlapWithoutTilesIsRefused(int? tile, bool exact, string sentence) => Fails.Saying<OptionsException>(
        () => Open("cyclegan", new TranslationSettings { Tile = tile, Exact = exact, Overlap = 8 }), sentence);

    [TestCase(0)]
    [TestCase(16385)]
    public void SizesOutOfRangeAreRefused(int size) => Fails.Saying<OptionsException>(
        () => Open("cyclegan", new TranslationSettings { Size = size }), $"--size must be between 1 and 16384, not {size}");

    [Test]
    public void FilesKeepTheirTreeAndNamesNeverMeet()
    {
        var input = Directory.CreateDirectory(_runs.PathOf("in/sub")).Parent!.FullName;
        PictureFile.Save(Noise(8, 8, 3), Path.Combine(input, "a.png"));
        PictureFile.Save(Noise(8, 8, 3), Path.Combine(input, "a.jpg"));
        PictureFile.Save(Noise(8, 8, 1), Path.Combine(input, "sub", "b.png"));
        File.WriteAllText(Path.Combine(input, "broken.png"), "text");
        var plan = FileTranslation.Plan(input, _runs.PathOf("out"));
        var results = FileTranslation.Run(() => Open("pix2pix"), plan);
        Assert.That(
            results.Select(r => Path.GetRelativePath(_runs.PathOf("out"), r.Output).Replace('\\', '/')),
            Is.EqualTo(new[] { "a.jpg.png", "a.png", "broken.png", "sub/b.png" }), "a name is first of all that of its own input");
        Assert.That(results.Select(r => r.Failure is null), Is.EqualTo(new[] { true, true, false, true }));
        Assert.That(results[2].Failure, Does.Contain("broken.png"));
        Assert.That(results.Where(r => r.Failure is null).Select(r => File.Exists(r.Output)), Is.All.True);
        Fails.With<PictureException>(() => FileTranslation.Plan(_runs.PathOf("nowhere"), "x"), "no such file");
    }

    /// <summary>A narrow picture, whose pixels mirrored out to the network's 32 columns are more than an array holds.</summary>
    [Test]
    public void APictureTooLargeForTheMemoryIsNamedAndTheOthersGoOn()
    {
        var input = Directory.CreateDirectory(_runs.PathOf("large/in")).FullName;
        File.WriteAllBytes(Path.Combine(input, "a.pgm"), [.. "P5 1 22500000 255\n"u8, .. new byte[22_500_000]]);
        PictureFile.Save(Noise(8, 8, 3), Path.Combine(input, "b.png"));
        var results = FileTranslation.Run(() => Open("pix2pix"), FileTranslation.Plan(input, _runs.PathOf("large/out")));
        Assert.That(
            results[0].Failure,
            Does.StartWith(Path.Combine(input, "a.pgm")).And.Contain("memory ran out over its 1x22500000 pixels").And.Contain("--tile"));
        Assert.That((results[1].Failure, File.Exists(results[1].Output)), Is.EqualTo(((string?)null, true)));
    }

    /// <summary>What a file says beside its pixels is in the translation, and what is not is told.</summary>
    [Test]
    public void MetadataGoAlong()
    {
        var input = _runs.PathOf("metadata.jpg");
        var profile = new byte[200];
        (profile[3], profile[131]) = (200, 0);
        "RGB "u8.CopyTo(profile.AsSpan(16));
        "acsp"u8.CopyTo(profile.AsSpan(36));
        byte[] exif =
            [.. "II*\0"u8, 8, 0, 0, 0, 1, 0, 0x12, 1, 3, 0, 1, 0, 0, 0, 6, 0, 0, 0, 0, 0, 0, 0];
        PictureFile.Save(Noise(8, 12, 3), input, new(exif, profile, new(300, 300)));
        foreach (var (type, remarks) in new[] { (".png", 1), (".tif", 2) })
        {
            var result = FileTranslation.Run(() => Open("pix2pix"), FileTranslation.Plan(input, _runs.PathOf("metadata-out" + type)))[0];
            var written = ImageMetadata.Read(File.ReadAllBytes(result.Output));
            Assert.That(result.Failure, Is.Null);
            Assert.That(PictureFile.Load(result.Output).Width, Is.EqualTo(12), "turned upright");
            Assert.That(written.ColorProfile, Is.EqualTo(profile));
            Assert.That(written.Exif?[18], Is.EqualTo(type == ".png" ? (byte?)1 : null));
            Assert.That(written.Resolution!.Value.Horizontal, Is.EqualTo(300).Within(1e-3));
            Assert.That(result.Remarks, Has.Count.EqualTo(remarks));
        }
    }

    /// <summary>What is wrong with an input, what of it is not read, and what the output can't hold is told, each file's own.</summary>
    [TestCase("plain.png", "out.png", null)]
    [TestCase("plain.png", "out.jpg", null)]
    [TestCase("alpha.png", "out.png", null)]
    [TestCase("alpha.png", "out.jpg", "transparency")]
    [TestCase("deep.png", "out.png", null)]
    [TestCase("deep.png", "out.jpg", "16 bits a channel become 8")]
    [TestCase("deep.png", "out.webp", "16 bits a channel become 8")]
    [TestCase("short.png", "out.png", "IEND")]
    [TestCase("animated.gif", "out.png", "first of its frames")]
    [TestCase("pages.tif", "out.png", "first of its pages")]
    public void LossesAndTriflesAreTold(string input, string output, string? remark)
    {
        var folder = Directory.CreateDirectory(_runs.PathOf("losses")).FullName;
        PictureFile.Save(Noise(8, 8, 3), Path.Combine(folder, "plain.png"));
        PictureFile.Save(Noise(8, 8, 4), Path.Combine(folder, "alpha.png"));
        PictureFile.Save(new Picture(Noise(8, 8, 3).Layers[0].ToSixteenBits()), Path.Combine(folder, "deep.png"));
        PictureFile.Save(new Picture(Noise(8, 8, 3).Layers[0], Noise(8, 8, 3).Layers[0]), Path.Combine(folder, "pages.tif"));
        File.WriteAllBytes(Path.Combine(folder, "short.png"), File.ReadAllBytes(Path.Combine(folder, "plain.png"))[..^12]);
        File.Copy(Fixtures.PathOf("animated.gif"), Path.Combine(folder, "animated.gif"), overwrite: true);
        var plan = FileTranslation.Plan(Path.Combine(folder, input), _runs.PathOf($"losses-out/{output}"));
        var result = FileTranslation.Run(() => Open("pix2pix"), plan)[0];
        Assert.That(result.Failure, Is.Null);
        Assert.That(string.Join('\n', result.Remarks), remark is null ? Is.Empty : Does.Contain(remark).And.Not.Contain("\n"));
    }

    /// <summary>
    /// Of a TIFF all channels are read where they are as many as the generator's, as in a data set, else the first page: from a file, from
    /// bytes, and by a server alike. Which of them it was is told.
    /// </summary>
    [TestCase(3, "its 3 pages are read as channels of one picture")]
    [TestCase(2, "only the first of its pages is read")]
    public async Task PagesAreReadAlike(int count, string remark)
    {
        var (colours, path) = (Noise(8, 8, 3), _runs.PathOf($"{count}-pages.tif"));
        Image[] pages = [.. Enumerable.Range(0, count).Select(i => colours.Channel(i).Layers[0])];
        PictureFile.Save(new Picture(pages), path);
        var translator = Open("pix2pix");
        var expected = translator.Translate(count == 3 ? colours : pages[0]).Layers[0].Bytes;
        var result = FileTranslation.Run(() => translator, FileTranslation.Plan(path, _runs.PathOf($"{count}-pages.png")))[0];
        Assert.That(result.Remarks, Is.EqualTo(new[] { remark }));
        Assert.That(PictureFile.Load(result.Output).Layers[0].Bytes, Is.EqualTo(expected));

        var bytes = await File.ReadAllBytesAsync(path);
        var remarks = new ConcurrentQueue<string>();
        using var heard = PictureRemarks.Listen((_, said) => remarks.Enqueue(said));
        var made = await translator.TranslateAsync(bytes);
        var served = BoundedPicture.Decode(bytes, "sent", BoundedPicture.DefaultMaxPixels, translator.Generator);
        Assert.That(remarks, Is.EqualTo(new[] { remark, remark }));
        Assert.That(PictureFile.Decode(made, "made").Layers[0].Bytes, Is.EqualTo(expected));
        Assert.That(translator.Translate(served).Layers[0].Bytes, Is.EqualTo(expected));
    }

    [Test]
    public void JobsChangeNeitherPicturesNorOrder()
    {
        var input = Directory.CreateDirectory(_runs.PathOf("jobs/in")).FullName;
        for (var i = 0; i < 7; i++)
        {
            PictureFile.Save(Noise(8 + i, 9, 3), Path.Combine(input, $"{i}.png"));
        }

        File.WriteAllText(Path.Combine(input, "3a.png"), "text");
        byte[][]? first = null;
        foreach (var jobs in new[] { 1, 2, 20 })
        {
            var plan = FileTranslation.Plan(input, _runs.PathOf($"jobs/{jobs}"));
            var told = new List<TranslatedFile>();
            var results = FileTranslation.Run(() => Open("pix2pix"), plan, told.Add, jobs);
            Assert.That(told, Is.EqualTo(results));
            Assert.That(results.Select(r => (r.Input, r.Output)), Is.EqualTo(plan));
            Assert.That(results.Count(r => r.Failure is not null), Is.EqualTo(1));
            var files = results.Where(r => r.Failure is null).Select(r => File.ReadAllBytes(r.Output)).ToArray();
            Assert.That(files, Is.EqualTo(first ??= files), $"{jobs} jobs");
        }
    }

    [Test]
    public void NoOutputMeetsAnotherOrAnInput()
    {
        var input = Directory.CreateDirectory(_runs.PathOf("meet")).FullName;
        foreach (var name in new[] { "a.jpg", "a.png", "a.png.png", "A.JPEG" })
        {
            PictureFile.Save(Noise(8, 8, 3), Path.Combine(input, name));
        }

        var outputs = FileTranslation.Plan(input, Path.Combine(input, "out")).Select(p => p.Output).ToList();
        Assert.That(outputs, Has.Count.EqualTo(4));
        Assert.That(outputs.Select(o => o.ToUpperInvariant()), Is.Unique, "not even where case does not count");

        PictureFile.Save(Noise(8, 8, 3), Path.Combine(Directory.CreateDirectory(Path.Combine(input, "out")).FullName, "old.png"));
        Assert.That(FileTranslation.Plan(input, Path.Combine(input, "out")), Has.Count.EqualTo(4), "earlier results are no inputs");
        Assert.That(FileTranslation.Plan(Path.Combine(input, "out"), _runs.PathOf("elsewhere")), Has.Count.EqualTo(1));
        Fails.With<PictureException>(() => FileTranslation.Plan(input, input), "would be overwritten");
        Fails.With<PictureException>(() => FileTranslation.Plan(Path.Combine(input, "a.png"), input), "would be overwritten");
    }

    /// <summary>As where case counts: a displaced name displaces no other picture's own.</summary>
    [Test]
    [Platform(Exclude = "Win,MacOsX", Reason = "names that differ by case are one file there")]
    public void ADisplacedOutputDisplacesNoOther()
    {
        var input = Directory.CreateDirectory(_runs.PathOf("displaced")).FullName;
        foreach (var name in new[] { "A.png", "a.png", "a.png.png" })
        {
            PictureFile.Save(Noise(8, 8, 3), Path.Combine(input, name));
        }

        var remarks = new List<string>();
        using var heard = PictureRemarks.Listen((_, remark) => remarks.Add(remark));
        Assert.That(
            FileTranslation.Plan(input, _runs.PathOf("out")).Select(p => Path.GetFileName(p.Output)),
            Is.EqualTo(new[] { "A.png", "a.png.png.png", "a.png.png" }));
        Assert.That(remarks, Is.EqualTo(new[] { "its translation is a.png.png.png, since another picture's has the shorter name" }));

        var arrays = Directory.CreateDirectory(_runs.PathOf("displaced-arrays")).FullName;
        PictureFile.Save(Noise(8, 8, 3), Path.Combine(arrays, "b.npy"));
        PictureFile.Save(Noise(8, 8, 3), Path.Combine(arrays, "B.npy"));
        Assert.That(
            FileTranslation.Plan(arrays, _runs.PathOf("out")).Select(p => Path.GetFileName(p.Output)),
            Is.EqualTo(new[] { "B.npy", "b.npy.npy" }));
    }

    [Test]
    public void EvaluationComparesWithAConstantColour()
    {
        var report = Evaluator.Run(Open("pix2pix"), (PairSource)TinyRun.Data(TinyRun.Pix2Pix).HeldOut);
        Assert.That(report.Images, Has.Count.EqualTo(2));
        Assert.That(report.Mean.L1, Is.EqualTo(report.Images.Average(i => i.L1)).Within(1e-12));
        Assert.That(report.Baseline.L1, Is.InRange(0.05, 0.5));
    }

    [Test]
    public void OtherFilesAreNamed()
    {
        Fails.With<RunException>(() => Translator.Open(_runs.PathOf("nothing"), _device), "no such file or run");
        Directory.CreateDirectory(_runs.PathOf("hollow"));
        Fails.With<RunException>(() => Translator.Open(_runs.PathOf("hollow"), _device), "holds no run");
        var text = _runs.PathOf("text.safetensors");
        File.WriteAllText(text, "this is no checkpoint at all");
        Assert.That(() => Translator.Open(text, _device), Throws.InstanceOf<IOException>().With.Message.Contains("text.safetensors"));
        using var trainer = GanModel.Create(TinyRun.CycleGan, _device);
        Assert.That(
            () => Checkpoint.Load(new RunDirectory(_runs.PathOf("pix2pix")).Latest, trainer),
            Throws.InstanceOf<IOException>().With.Message.Contains("another network").And.Message.Contains("lacks netG_A."));
    }

    /// <summary>A generator that takes a picture alone is asked for no more.</summary>
    [TestCase("--label", "takes no label")]
    [TestCase("--samples", "takes no random inputs")]
    [TestCase("--seed", "takes no random inputs")]
    [TestCase("--steps", "translates in one step")]
    [TestCase("--style", "takes no picture for its style")]
    [TestCase("--style-labels", "takes no label map of a picture for its style")]
    public void ConditionsThatDoNotFitAreRefused(string option, string why)
    {
        var settings = new TranslationSettings
        {
            Label = option == "--label" ? "blond" : null,
            Samples = option == "--samples" ? 3 : null,
            Seed = option == "--seed" ? 3 : null,
            Steps = option == "--steps" ? 3 : null,
            Style = option == "--style" ? "a.png" : null,
            StyleLabels = option == "--style-labels" ? "a.png" : null,
        };
        Assert.That(
            () => Open("pix2pix", settings),
            Throws.TypeOf<OptionsException>().With.Message.EqualTo($"{option} does not fit pix2pix: netG {why}")
            .Or.Message.StartsWith($"{option} does not fit pix2pix: netG {why}, so"));
    }

    [Test]
    public void SeveralAnswersHaveNumberedNames()
    {
        Assert.That(FileTranslation.Outputs("out/a.b.png", 2), Is.EqualTo(new[] { "out/a.b-1.png", "out/a.b-2.png" }));
        Assert.That(FileTranslation.Outputs("out/a.png", 1), Is.EqualTo(new[] { "out/a-1.png" }));
        Assert.That(FileTranslation.Outputs("out/a.png", null), Is.EqualTo(new[] { "out/a.png" }));
        var folder = Directory.CreateDirectory(_runs.PathOf("numbered")).FullName;
        foreach (var name in (string[])["a.png", "a-2.png"])
        {
            PictureFile.Save(Noise(4, 4, 3), Path.Combine(folder, name));
        }

        Fails.With<PictureException>(() => FileTranslation.Plan(folder, folder, samples: 2), "a-2.png: would be overwritten");
    }

    private Translator Open(string run, TranslationSettings? settings = null) => Translator.Open(_runs.PathOf(run), _device, settings);

    private static Picture Noise(int width, int height, int channels)
    {
        var random = new RandomSequence(new RandomKey(1, 2, (uint)width, (uint)height));
        return new Picture(
            new Image(width, height, channels, [.. Enumerable.Range(0, width * height * channels).Select(_ => (byte)random.NextInt(256))]));
    }

    /// <summary>Hands pictures on, but for those of one width.</summary>
    private sealed class Refusing(int width, Type problem) : Layer
    {
        public override Tensor Forward(Tensor x) =>
            x.Shape[3] == width ? throw (Exception)Activator.CreateInstance(problem, "not this one")! : x.Tanh();
    }
}
