using System.Text.Json;
using IlgpuGan.Cli;
using IlgpuGan.Models.Families.PlainGan;
using IlgpuGan.Models.Generation;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Translation;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Pth;
using IlgpuGan.Tensors.Formats.Safetensors;
using IlgpuGan.Tensors.Nn.Export;
using IlgpuGan.Tensors.Nn.Import;
using static IlgpuGan.ModelsTests.ModelInterop.SampleNetworks;

namespace IlgpuGan.ModelsTests.ModelInterop;

/// <summary>The verbs <c>export</c> and <c>import</c>, as a user types them.</summary>
public sealed class InteropCommandTests : CommandFixture
{
    private static readonly int[] s_shape = [1, 3, 32, 32];

    /// <summary>0 and −0 are other bits; a network may be compared alone.</summary>
    [Test]
    public async Task TensorsAreComparedBitByBit()
    {
        Write("one.safetensors", 0, 1);
        Write("two.safetensors", -0f, 1);
        var (code, text, errors) = await Compared();
        Assert.That((code, errors), Is.EqualTo((ExitCode.Failed, "")));
        Assert.That(text, Does.Contain("1 tensor equal, 1 not:").And.Contain("netA.w").And.Contain("1 of 2 values differ, by 0 at most"));
        (code, text, errors) = await Compared("--network", "netB");
        Assert.That((code, errors), Is.EqualTo((ExitCode.Done, "")));
        Assert.That(text, Does.StartWith("All 1 tensor"));
        Assert.That((await Compared("--network", "netC")).Error, Does.Contain("has no tensors under 'netC'; it has netA, netB"));

        Task<Outcome> Compared(params string[] further) => Run(
            ["inspect", "--compare", _runs.PathOf("one.safetensors"), _runs.PathOf("two.safetensors"), .. further]);

        void Write(string name, params float[] values) => SafetensorsWriter.Write(
            _runs.PathOf(name), [NamedArray.From("netA.w", [2], values), NamedArray.From("netB.w", [2], new[] { 2f, 3f })]);
    }

    /// <summary>A trained run leaves in every format, and what it left as comes back as the same network.</summary>
    [Test]
    public async Task ARunGoesOutAndComesBack()
    {
        _runs.Train("run", TinyRun.Pix2Pix with { Steps = 2 });
        using var original = NetworkFile.Open(_runs.PathOf("run"));
        var expected = original.Find("netG").Load(Cpu).Eval().Run(Picture(1, s_shape), s_shape).Values;

        foreach (var format in new[] { "onnx", "safetensors", "pth" })
        {
            var file = _runs.PathOf($"out.{format}");
            string[] words = ["export", "--model", _runs.PathOf("run"), "--to", format, "--out", file, "--json"];
            var said = await DoInSilence([.. words, .. format == "onnx" ? new[] { "--batch-norm", "running" } : []]);
            var result = JsonDocument.Parse(said).RootElement;
            Assert.That(result.GetProperty("network").GetString(), Is.EqualTo("netG"));
            Assert.That(result.GetProperty("bytes").GetInt64(), Is.EqualTo(new FileInfo(file).Length));

            await DoInSilence("import", "--from", file, "--out", _runs.PathOf($"back-{format}"));
            using var back = NetworkFile.Open(_runs.PathOf($"back-{format}"));
            Assert.That(back.Find().Load(Cpu).Eval().Run(Picture(1, s_shape), s_shape).Values, Is.EqualTo(expected), format);
        }
    }

    /// <summary>Alone in a safetensors file, a network keeps what keys can't say: no skips, no dropout, another padding.</summary>
    [Test]
    public async Task SafetensorsCarryTheOptions()
    {
        var options = TinyRun.Pix2Pix with { Steps = 0, Generator = GeneratorKind.Parse("encoder-decoder32"), Dropout = false };
        _runs.Train("run", options);
        var file = _runs.PathOf("out.safetensors");
        Assert.That(
            (await Run("export", "--model", _runs.PathOf("run"), "--to", "safetensors", "--out", file, "--half")).Code,
            Is.EqualTo(ExitCode.Done));
        using var network = NetworkFile.Open(file);
        Assert.That(network.Find("netG").Options, Is.EqualTo(options));
        Assert.That(network.Find().Load(Cpu).Run(Picture(1, s_shape), s_shape).Shape, Is.EqualTo(s_shape));
        using var tensors = TensorFile.Open(file);
        Assert.That(tensors.Entries.Single(e => e.Name == "model.model.0.weight").Type, Is.EqualTo(ElementType.F16));
    }

    [Test]
    public async Task TheSecondGeneratorIsTheOneAskedFor()
    {
        _runs.Train("run", TinyRun.CycleGan with { Steps = 0 });
        var file = _runs.PathOf("back.onnx");
        var (code, said, _) = await Run("export", "--model", _runs.PathOf("run"), "--to", "onnx", "--out", file, "--network", "netG_B");
        Assert.That(code, Is.EqualTo(ExitCode.Done));
        Assert.That(said, Does.StartWith($"{file}: netG_B of {_runs.PathOf("run")}").And.Not.Contains("Batch norms"));
        using var original = NetworkFile.Open(_runs.PathOf("run"));
        var expected = original.Find("netG_B").Load(Cpu).Eval().Run(Picture(1, s_shape), s_shape).Values;
        var (_, values) = OnnxRuntime.Run(file, NetworkExporter.InputName, [1, 3, 32, 32], Picture(1, s_shape), NetworkExporter.OutputName);
        Assert.That(LargestDifference(values, expected), Is.LessThan(1e-4f));
    }

    /// <summary>At the length that a file says, a film goes on.</summary>
    [Test]
    public async Task AFileSaysTheLengthOfLongerPictures()
    {
        _runs.Train("run", TinyRun.CycleGan with { Steps = 1 });
        var file = _runs.PathOf("g.safetensors");
        await DoInSilence("export", "--model", _runs.PathOf("run"), "--to", "safetensors", "--out", file, "--long-side", "48");
        Assert.That(Identity(null), Is.EqualTo(Identity(48)).And.Not.EqualTo(Identity(90)));

        string Identity(int? longSide)
        {
            using var translator = Translator.Open(file, Cpu, new TranslationSettings { LongSide = longSide });
            return translator.Identity;
        }
    }

    /// <summary>Of a generator a file says the same wherever its name stands, and without examples none are left.</summary>
    [Test]
    public async Task TheOrderOfNetworksChangesNoDescription()
    {
        _runs.Train("run", TinyRun.Pix2Pix with { Steps = 1, SampleFreq = 1 });
        var run = _runs.PathOf("run");
        var expected = await Described(run, "both.safetensors", ["netG", "netD"], "--long-side", "48");
        Assert.That(expected.Keys, Is.SupersetOf(new[] { "pairs", "side", "long-side", "examples" }));
        Assert.That(await Described(run, "turned.safetensors", ["netD", "netG"], "--long-side", "48"), Is.EquivalentTo(expected));
        foreach (var names in new string[][] { ["netD"], ["netD", "netG"] })
        {
            var said = await Described(_runs.PathOf("both.safetensors"), "without.safetensors", names, "--no-examples");
            Assert.That(said.Keys, Has.None.EndsWith("examples"));
        }
    }

    /// <summary>Of two generators each keeps its palette, examples and length, in a file of both and in a run of two files.</summary>
    [TestCase("netG_A", "netG_B")]
    [TestCase("netG_B", "netG_A")]
    public async Task EachGeneratorIsDescribedByItself(string first, string second)
    {
        _runs.Train("run", TinyRun.CycleGan with { Steps = 1, SampleFreq = 1 });
        var (run, joined, both) = (_runs.PathOf("run"), _runs.PathOf("joined"), _runs.PathOf("both.safetensors"));
        var ofLabels = await Described(run, "netG_A.safetensors", ["netG_A"], "--long-side", "48");
        var ofPhotos = await Described(run, "netG_B.safetensors", ["netG_B"]);
        Assert.That(ofLabels.Keys, Is.SupersetOf(new[] { "palette", "long-side", "examples" }));
        Assert.That(ofPhotos.Keys, Is.EquivalentTo(ofLabels.Keys.Except(["palette", "long-side"])));
        foreach (var name in new[] { first, second })
        {
            await DoInSilence("import", "--from", _runs.PathOf(name + ".safetensors"), "--out", joined);
        }

        await Described(joined, "both.safetensors", [first, second]);
        foreach (var model in new[] { joined, both })
        {
            Assert.That(await Described(model, "again.safetensors", ["netG_A"]), Is.EquivalentTo(ofLabels), model);
            Assert.That(await Described(model, "again.safetensors", ["netG_B"]), Is.EquivalentTo(ofPhotos), model);
        }

        var photo = new Picture(new SyntheticFacades(1, 32, first: 6).Draw(0).Photo);
        var resident = ResidentModel.Open(both, Cpu);
        foreach (var (way, isStrange) in new[] { (Direction.AToB, true), (Direction.BToA, false) })
        {
            var settings = new TranslationSettings { Direction = way };
            using var translator = Translator.Open(both, Cpu, settings);
            Assert.That(translator.RemarksOn(photo).Any(), Is.EqualTo(isStrange), $"{way}");
            Assert.That(resident.RemarksOn(settings, photo).Any(), Is.EqualTo(isStrange), $"{way} of a resident model");
        }
    }

    /// <summary>Exports networks to one file, and returns what that says besides their names.</summary>
    private async Task<Dictionary<string, string>> Described(string model, string name, string[] networks, params string[] options)
    {
        var file = _runs.PathOf(name);
        string[] words = [.. networks.SelectMany(n => new[] { "--network", n }), .. options];
        await DoInSilence(["export", "--model", model, "--to", "safetensors", "--out", file, .. words]);
        using var written = TensorFile.Open(file);
        return written.Metadata.Where(m => m.Key is not ("network" or "networks")).ToDictionary(StringComparer.Ordinal);
    }

    /// <summary>Of a graph with batch norms ONNX Runtime and translate make the same: what the notice says.</summary>
    [Test]
    public async Task AGraphIsTranslatedAsItComputes([Values] bool running)
    {
        _runs.Train("run", TinyRun.Pix2Pix with { Steps = 3 });
        var file = _runs.PathOf("g.onnx");
        string[] told = running ? ["--batch-norm", "running"] : [];
        var (_, said, _) = await Run(["export", "--model", _runs.PathOf("run"), "--to", "onnx", "--out", file, .. told]);
        Assert.That(
            said,
            Does.Contain(
                running ? "statistics of training, so the pictures are those of translate --eval" : "each picture's own statistics"));
        var (own, trained) = (Forward(_runs.PathOf("run"), eval: false), Forward(_runs.PathOf("run"), eval: true));
        Assert.That(LargestDifference(own, trained), Is.GreaterThan(1e-2f));
        Assert.That(LargestDifference(Forward(file, eval: false), running ? trained : own), Is.LessThan(1e-4f));
        var (_, values) = OnnxRuntime.Run(file, NetworkExporter.InputName, [1, 3, 32, 32], Picture(1, s_shape), NetworkExporter.OutputName);
        Assert.That(LargestDifference(values, running ? trained : own), Is.LessThan(1e-4f));
    }

    /// <summary>The graph of a model that generates makes the pictures of <c>generate</c>, unless it is told to make others.</summary>
    [Test]
    public async Task AGraphOfCodesMakesThePicturesOfGenerate()
    {
        var dcgan = CatalogueCase.All["dcgan"];
        dcgan.WriteData(_runs.PathOf("data"));
        var options = (DcganOptions)dcgan.Options with { Data = _runs.PathOf("data"), Steps = 3 };
        _runs.TrainOnFiles("run", options);
        using var generator = PictureGenerator.Open(_runs.PathOf("run"), Device);
        var expected = generator.Generate(new GenerationRequest()).Single().Layers[0].Bytes;
        var (apart, said) = await Exported();
        Assert.That(apart, Is.LessThanOrEqualTo(1));
        Assert.That(said, Does.Contain("the statistics of training, as generate does with this model").And.Not.Contain("translate"));

        (apart, said) = await Exported("--batch-norm", "picture");
        Assert.That(apart, Is.GreaterThan(1));
        Assert.That(said, Does.Contain("each picture's own statistics").And.Contain("generate").And.Not.Contain("translate"));
        await DoInSilence("export", "--model", _runs.PathOf("g.onnx"), "--to", "onnx", "--out", _runs.PathOf("again.onnx"));

        async Task<(int Levels, string Said)> Exported(params string[] further)
        {
            var file = _runs.PathOf("g.onnx");
            var told = await DoInSilence(["export", "--model", _runs.PathOf("run"), "--to", "onnx", "--out", file, .. further]);
            var made = FirstPicture(GraphNetwork.Read(file).To(Device));
            return (made.Zip(expected, (a, b) => Math.Abs(a - b)).Max(), told);
        }

        byte[] FirstPicture(GraphNetwork graph)
        {
            using var noGrad = GradMode.NoGrad();
            using var step = Device.Step();
            var draw = new GenerationDraw(new GenerationRequest(), generator.Spec, 0, Device);
            var codes = draw.Uniform(0, new Shape(options.Nz)).Affine(2, -1);
            return PictureTensors.ToPicture(graph.Forward([codes])[0]).Layers[0].Bytes;
        }
    }

    /// <summary>
    /// A graph with running statistics, of this program or another, the run that it becomes, and all files made of either: one picture.
    /// </summary>
    [TestCase(true)]
    [TestCase(false)]
    public async Task RunningStatisticsStayWithTheWeights(bool described)
    {
        _runs.Train("run", TinyRun.Pix2Pix with { Steps = 3 });
        var (graph, imported) = (_runs.PathOf("g.onnx"), _runs.PathOf("imported"));
        using (var original = NetworkFile.Open(_runs.PathOf("run")))
        {
            var metadata = described ? NetworkFile.MetadataOf(original.Find("netG")) : new Dictionary<string, string>();
            NetworkExporter.ToOnnx(
                (Layer)original.Find("netG").Load(Cpu), graph,
                new ExportSettings { Statistics = NormStatistics.Running, Metadata = metadata });
        }

        var expected = Forward(graph);
        Assert.That(LargestDifference(Forward(_runs.PathOf("run")), expected), Is.GreaterThan(1e-2f));
        await DoInSilence("import", "--from", graph, "--out", imported);
        Assert.That(LargestDifference(Forward(imported), expected), Is.LessThan(1e-4f));
        foreach (var model in new[] { graph, imported })
        {
            foreach (var format in new[] { "safetensors", "pth", "onnx" })
            {
                var file = _runs.PathOf($"again.{format}");
                var said = await DoInSilence("export", "--model", model, "--to", format, "--out", file);
                Assert.That(LargestDifference(Forward(file), expected), Is.LessThan(1e-4f), $"{model} as {format}");
                Assert.That(said, format == "onnx" ? Does.Contain("as translate does with this model") : Does.Not.Contain("Batch norms"));
            }
        }

        await DoInSilence("import", "--from", _runs.PathOf("again.pth"), "--out", _runs.PathOf("once-more"));
        Assert.That(LargestDifference(Forward(_runs.PathOf("once-more")), expected), Is.LessThan(1e-4f));
        await DoInSilence("export", "--model", imported, "--to", "onnx", "--out", graph, "--batch-norm", "picture");
        Assert.That(LargestDifference(Forward(graph), Forward(_runs.PathOf("run"))), Is.LessThan(1e-4f), "unless told otherwise");
    }

    private static float[] Forward(string model, bool eval = false)
    {
        using var input = Tensor.From(Picture(1, s_shape), new Shape(s_shape), Cpu);
        return Translator.Open(model, Cpu, new TranslationSettings { Eval = eval }).Forward(input).ToArray();
    }

    /// <summary>
    /// A checkpoint of a training holds more than one generator: averages are taken and named, and a name chooses, of the file or of a run.
    /// </summary>
    [Test]
    public async Task ANetworkIsChosenByItsName()
    {
        var (first, second) = (new ResNetGenerator(3, 3, 1, 4).Seasoned(1, s_shape), new ResNetGenerator(3, 3, 1, 4).Seasoned(2, s_shape));
        new SyntheticFacades(1, 48, seed: 1).WriteTo(_runs.PathOf("pictures"));
        Write("two.pth", "generator_AB.", "generator_BA.");
        Write("averages.pth", "params.", "params_ema.");
        Write("model.pth", "model.", "optimizer.");
        var (one, two) = (await Made("first.pth", first), await Made("second.pth", second));

        var (code, _, errors) = await Run(Words("two.pth"));
        Assert.That(code, Is.EqualTo(ExitCode.Failed));
        Assert.That(errors, Does.Contain("holds 2 networks that could be netG_A: generator_AB, generator_BA; --network chooses one"));
        Assert.That(await Made("two.pth", null, "--network", "generator_AB"), Is.EqualTo(one));
        Assert.That(await Made("two.pth", null, "--network", "generator_BA"), Is.EqualTo(two));
        Assert.That((await Run([.. Words("two.pth"), "--network", "other"])).Error, Does.Contain("has no network 'other'"));
        Assert.That(await Made("averages.pth", null), Is.EqualTo(two));
        Assert.That(await Made("averages.pth", null, "--network", "params"), Is.EqualTo(one));
        Assert.That((await Run(Words("averages.pth"))).Output, Does.Contain("the averages in params_ema are used"));
        Assert.That(await Made("model.pth", null, "--network", "model"), Is.EqualTo(one));

        await DoInSilence("import", "--from", _runs.PathOf("two.pth"), "--network", "generator_BA", "--out", _runs.PathOf("imported"));
        Assert.That(await Made("imported", null), Is.EqualTo(two));
        await DoInSilence(
            "export", "--model", _runs.PathOf("two.pth"), "--network", "generator_BA", "--to", "onnx", "--out", _runs.PathOf("two.onnx"));
        Assert.That((await Run("inspect", _runs.PathOf("two.pth"), "--network", "generator_BA")).Output,
            Does.Contain("generator_BA.model.1.weight").And.Not.Contain("generator_AB."));

        void Write(string name, string before, string after) => PthWriter.Write(
            _runs.PathOf(name),
            [.. first.NamedTensors(before).Concat(second.NamedTensors(after)).Select(t => WeightArrays.Of(t.Name, t.Tensor, half: false))]);

        string[] Words(string model) =>
            ["translate", "--model", _runs.PathOf(model), "--input", Directory.GetFiles(_runs.PathOf("pictures")).Single(),
                "--out", _runs.PathOf("result.png"), "--device", "cpu"];

        async Task<byte[]> Made(string model, Layer? network, params string[] options)
        {
            if (network is not null)
            {
                NetworkExporter.ToPth(network, _runs.PathOf(model));
            }

            await DoInSilence([.. Words(model), .. options]);
            return await File.ReadAllBytesAsync(_runs.PathOf("result.png"));
        }
    }
}
