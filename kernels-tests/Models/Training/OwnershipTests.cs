using IlgpuGan.Models.Families.PlainGan;
using IlgpuGan.Models.Families.SinGan;
using IlgpuGan.Models.Generation;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Training;
using IlgpuGan.Models.Translation;
using IlgpuGan.Tensors.Formats;

namespace IlgpuGan.ModelsTests.Training;

/// <summary>What a user opens gives back its memory when it is disposed, waits for the work under way, and can't be used on.</summary>
public sealed class OwnershipTests() : InFolder(threads: 1)
{
    private static readonly TimeSpan s_patience = TimeSpan.FromSeconds(20);

    [Test]
    public async Task ATranslatorWithoutADeviceOpensAndClosesItsOwn()
    {
        var picture = new Picture(new Imaging.Image(64, 64, 3, new byte[64 * 64 * 3]));
        using var given = Translator.Open("zoo:facades", Device);
        var translator = Translator.Open("zoo:facades");
        using var file = new MemoryStream(PictureFile.EncodePng(picture, "sent"));
        using var made = new MemoryStream();
        await translator.TranslateAsync(file, made, Imaging.ImageFormat.Png, CancellationToken.None);
        Assert.That(made.ToArray(), Is.EqualTo(PictureFile.EncodePng(given.Translate(picture), "made")));
        var own = translator.Device;
        Assert.That(own, Is.Not.SameAs(Device));
        translator.Dispose();
        translator.Dispose();
        Assert.That(() => own.WorkQueue.Run(() => 1), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => translator.Translate(picture), Throws.TypeOf<ObjectDisposedException>());
        Assert.That(() => given.Translate(picture), Throws.Nothing);
        Assert.That(() => Translator.Open("nowhere"), Throws.InstanceOf<Exception>().With.Message.Contains("nowhere"));
    }

    [Test]
    public void ADisposedTranslatorHoldsNothingAndRefuses()
    {
        _runs.Train("pix2pix", TinyRun.Pix2Pix with { Steps = 1 });
        var before = Held();
        var translator = Translator.Open(_runs.PathOf("pix2pix"), Device);
        var picture = new Picture(new Imaging.Image(32, 32, 3, new byte[32 * 32 * 3]));
        translator.Translate(picture);
        Assert.That(Held(), Is.GreaterThan(before));
        translator.Dispose();
        translator.Dispose();
        Assert.Multiple(() =>
        {
            Assert.That(Held(), Is.EqualTo(before));
            Assert.That(() => translator.Translate(picture), Throws.TypeOf<ObjectDisposedException>());
            Assert.That(() => translator.TranslateAsync(picture), Throws.TypeOf<ObjectDisposedException>());
        });
    }

    /// <summary>What was asked for before is done; what is asked for while the disposal waits is refused.</summary>
    [Test]
    public async Task DisposingATranslatorWaitsForTheWorkUnderWay()
    {
        _runs.Train("pix2pix", TinyRun.Pix2Pix with { Steps = 1 });
        var translator = Translator.Open(_runs.PathOf("pix2pix"), Device);
        var picture = new Picture(new Imaging.Image(32, 32, 3, new byte[32 * 32 * 3]));
        using var started = new ManualResetEventSlim();
        using var goes = new ManualResetEventSlim();
        var work = Task.Run(() => Device.WorkQueue.Run(() =>
        {
            started.Set();
            return goes.Wait(s_patience);
        }));
        started.Wait(s_patience);
        var before = translator.TranslateAsync(picture);
        var disposal = Task.Run(translator.Dispose);
        Assert.That(disposal.Wait(TimeSpan.FromSeconds(0.1)), Is.False, "work is under way");
        goes.Set();
        Assert.That(await work, Is.True);
        await disposal;
        await Task.WhenAny(before);
        Assert.That(before.Exception?.InnerException, Is.Null.Or.TypeOf<ObjectDisposedException>(), "who waits is served or refused");
        Assert.That(() => translator.TranslateAsync(picture), Throws.TypeOf<ObjectDisposedException>());
    }

    [Test]
    public void ADisposedRunHoldsNothingAndRefuses()
    {
        var before = Held();
        var options = TinyRun.Pix2Pix with { Steps = 1 };
        var run = TrainingRun.Create(_runs.PathOf("run"), options, TinyRun.Data(options), Device);
        run.Train();
        var (adam, weights) = (run.Model.Optimizers[0].Optimizer, run.Model.Networks[0].Network);
        run.Dispose();
        Assert.Multiple(() =>
        {
            Assert.That(Held(), Is.EqualTo(before));
            Assert.That(() => run.Train(), Throws.TypeOf<ObjectDisposedException>());
            Assert.That(adam.Step, Throws.TypeOf<ObjectDisposedException>());
            Assert.That(() => weights.Parameters.First().Value, Throws.TypeOf<ObjectDisposedException>());
        });
    }

    [Test]
    public void ATranslatorThatIsRefusedHoldsNothing()
    {
        _runs.Train("pix2pix", TinyRun.Pix2Pix with { Steps = 1 });
        var before = Held();
        Assert.That(
            () => Translator.Open(_runs.PathOf("pix2pix"), Device, new TranslationSettings { Tile = 3 }),
            Throws.TypeOf<OptionsException>());
        Assert.That(Held(), Is.EqualTo(before));
    }

    [TestCase("noise")]
    [TestCase("style")]
    public void ATranslatorOfAGraphHoldsNoSecondInputAfterwards(string second)
    {
        var file = new GraphFile().Input("x", 0, 3, 0, 0);
        var graph = (second == "noise"
            ? file.Input("z", 1, 3).IntegerConstant("shape", 1, 3, 1, 1).Node("Reshape", ["z", "shape"], ["mean"])
            : file.Input("z", 1, 3, 64, 64).Node("ReduceMean", ["z"], ["mean"], GraphFile.Integers("axes", 2, 3)))
            .Node("Add", ["x", "mean"], ["y"]).Output("y").Save();
        var picture = new Picture(new Imaging.Image(64, 64, 3, new byte[64 * 64 * 3]));
        var settings = second == "noise" ? new TranslationSettings { Samples = 2 } : new TranslationSettings { StylePicture = picture };
        var before = Held();
        using (Translator.Open(graph, Device, settings))
        {
            Assert.That(Held(), Is.GreaterThan(before));
        }

        Assert.That(Held(), Is.EqualTo(before));
    }

    /// <summary>A graph that no longer fits its description is another program's: read as such, and held once.</summary>
    [Test]
    public void AGraphIsHeldOnceWhateverItIsDescribedAs()
    {
        var graph = new GraphFile().Input("input", 0, 1, 0, 0).Constant(NamedArray.From("w", [64], new float[64]))
            .Node("ReduceMean", ["w"], ["mean"]).Node("Add", ["input", "mean"], ["y"]).Output("y").Save();
        var described = new StoredNetwork(
            graph, "netG", TinyRun.Pix2Pix, () => throw new AssertionException("is not loaded"), (_, _) => { });
        var before = Held();
        var plain = OnnxGenerator.Open(graph, Device);
        var once = Held() - before;
        Assert.That(once, Is.Positive);
        var other = OnnxGenerator.Open(graph, Device, described);
        Assert.That((other.Spec.InputChannels, described.Generator!.InputChannels), Is.EqualTo((1, 3)));
        Assert.That(Held() - before, Is.EqualTo(2 * once));
        GC.KeepAlive(plain);
        GC.KeepAlive(other);
    }

    /// <summary>Whether samples can be split is known when the networks are there.</summary>
    [Test]
    public void ARunThatIsRefusedHoldsNothing()
    {
        PictureFile.Save(new Picture(new Imaging.Image(32, 32, 3, new byte[32 * 32 * 3])), _runs.PathOf("one.png"));
        var options = new SinGanOptions
        {
            Data = _runs.PathOf("one.png"), MinSize = 14, MaxSize = 18, Nfc = 4, MaxNfc = 4, Steps = 1, Reduction = GradientReduction.Tree,
        };
        var before = Held();
        Fails.With<OptionsException>(() => TrainingRun.Create(_runs.PathOf("run"), options, device: Device), "nothing to share");
        Assert.That(Held(), Is.EqualTo(before));
    }

    [Test]
    public void ADisposedGeneratorHoldsNothingAndRefuses()
    {
        new SyntheticFacades(count: 4, size: 32).WriteTo(_runs.PathOf(Path.Combine("pictures", "train")));
        var options = new DcganOptions
        {
            Data = _runs.PathOf("pictures"), ImageSize = 16, Nz = 6, Ngf = 4, Ndf = 4, BatchSize = 4, Steps = 1, Device = "cpu",
        };
        _runs.TrainOnFiles("dcgan", options);
        var before = Held();
        var generator = PictureGenerator.Open(_runs.PathOf("dcgan"), Device);
        var request = new GenerationRequest { Count = 3, Seed = 1 };
        Assert.That(generator.Generate(request).ToList(), Has.Count.EqualTo(3));
        generator.Dispose();
        generator.Dispose();
        Assert.Multiple(() =>
        {
            Assert.That(Held(), Is.EqualTo(before));
            Assert.That(() => generator.Generate(request), Throws.TypeOf<ObjectDisposedException>());
        });
    }

    /// <summary>Memory that somebody uses.</summary>
    private long Held()
    {
        Device.Pool.Trim();
        return Device.Pool.AllocatedBytes;
    }
}
