using IlgpuGan.Models.Families.CycleGan;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Runs;
using IlgpuGan.Models.Training;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Pth;
using IlgpuGan.Tensors.Formats.Safetensors;
using IlgpuGan.Tensors.Nn.Export;
using static IlgpuGan.ModelsTests.ModelInterop.SampleNetworks;

namespace IlgpuGan.ModelsTests.ModelInterop;

/// <summary>Generators of other programs become runs, or are turned away with a reason.</summary>
public sealed class ImportTests : InFolder
{
    private static readonly int[] s_shape = [1, 3, 64, 64];

    private static readonly object[] s_generators =
    [
        new object[] { new UNet(3, 3, downs: 6, ngf: 4), "unet64", "pix2pix", NormKind.Batch, "netG" },
        new object[] { new UNet(3, 1, downs: 5, ngf: 4, NormKind.Instance, dropout: false), "unet32", "pix2pix", NormKind.Instance,
            "netG" },
        new object[] { new ResNetGenerator(3, 3, blocks: 2, ngf: 4, NormKind.Batch, dropout: true), "resnet2", "pix2pix", NormKind.Batch,
            "netG" },
        new object[] { new ResNetGenerator(3, 3, blocks: 9, ngf: 4), "resnet9", "cyclegan", NormKind.Instance, "netG_A" },
        new object[] { new ResNetGenerator(3, 2, blocks: 1, ngf: 4, dropout: true), "resnet1", "cyclegan", NormKind.Instance, "netG_A" },
        new object[] { new ResNetGenerator(3, 3, blocks: 3, ngf: 4, scaling: ScalingKind.Upsample), "resnet3-upsample", "cyclegan",
            NormKind.Instance, "netG_A" },
    ];

    /// <summary>
    /// Recognised as families recognise their own networks, which a graph's constants stand in the way of. With instance norm and without
    /// dropout the keys are those of CUT's generator, which it is then taken for: it computes the same.
    /// </summary>
    private static readonly object[] s_antialiased =
    [
        new object[] { new ResNetGenerator(3, 3, blocks: 2, ngf: 4, NormKind.Batch, dropout: true, scaling: ScalingKind.Antialias),
            "resnet2-antialias", "pix2pix", NormKind.Batch, "netG" },
        new object[] { new ResNetGenerator(3, 2, blocks: 1, ngf: 4, scaling: ScalingKind.Antialias), "resnet1-antialias", "cyclegan",
            NormKind.Instance, "netG_A" },
        new object[] { new ResNetGenerator(3, 3, blocks: 2, ngf: 4, scaling: ScalingKind.Smooth), "resnet2-smooth", "cyclegan",
            NormKind.Instance, "netG_A" },
        new object[] { new ResNetGenerator(3, 3, blocks: 1, ngf: 4, NormKind.None, scaling: ScalingKind.Antialias), "resnet1-antialias",
            "cyclegan", NormKind.None, "netG_A" },
    ];

    /// <summary>Out and in again: the run's options say what the network is, and it computes the same bits.</summary>
    [TestCaseSource(nameof(s_generators))]
    [TestCaseSource(nameof(s_antialiased))]
    public void AGeneratorBecomesARun(Layer network, string generator, string model, NormKind norm, string name)
    {
        network.Seasoned(seed: 1, s_shape);
        var picture = Picture(2, s_shape);
        var expected = network.Eval().Run(picture, s_shape);
        foreach (var (extension, write) in new (string, Action<Layer, string>)[]
        {
            ("pth", (n, path) => NetworkExporter.ToPth(n, path)),
            ("safetensors", (n, path) => NetworkExporter.ToSafetensors(n, path)),
            ("onnx", (n, path) => NetworkExporter.ToOnnx(n, path)),
        })
        {
            if (extension == "onnx" && GeneratorKind.Parse(generator).Scaling is ScalingKind.Antialias or ScalingKind.Smooth)
            {
                continue;
            }

            var file = In($"net.{extension}");
            write(network, file);
            var run = NetworkImporter.Import(file, In(extension));
            Assert.That(run.Networks, Is.EqualTo(new[] { name }), extension);
            var options = (TranslationOptions)run.Options;
            Assert.That((options.Generator.ToString(), options.Model, options.Norm), Is.EqualTo((generator, model, norm)), extension);
            Assert.That(OptionsJson.Parse(File.ReadAllText(run.Directory.Options)), Is.EqualTo(run.Options), extension);

            using var networks = NetworkFile.Open(run.Directory.Path);
            Assert.That(networks.Find().Options, Is.EqualTo(run.Options), extension);
            Assert.That(networks.Find().Load(Cpu).Eval().Run(picture, s_shape).Values, Is.EqualTo(expected.Values), extension);
        }
    }

    [Test]
    public void AnAntialiasedGeneratorOfACycleGanIsReadAsCuts()
    {
        var network = new ResNetGenerator(3, 3, blocks: 2, ngf: 4, scaling: ScalingKind.Antialias).Seasoned(seed: 1, s_shape);
        NetworkExporter.ToPth(network, In("net.pth"));
        var run = NetworkImporter.Import(In("net.pth"), In("run"));
        Assert.That(run.Options.Model, Is.EqualTo("cut"));
        using var networks = NetworkFile.Open(run.Directory.Path);
        var picture = Picture(2, s_shape);
        Assert.That(networks.Find().Load(Cpu).Eval().Run(picture, s_shape).Values, Is.EqualTo(network.Run(picture, s_shape).Values));
    }

    [Test]
    public void BothGeneratorsOfACycleGanShareARun()
    {
        var (forth, back) = (Resnet(seed: 1, 3, 1), Resnet(seed: 2, 1, 3));
        var (a, b) = (In("latest_net_G_A.pth"), In("latest_net_G_B.pth"));
        NetworkExporter.ToPth(forth, a);
        NetworkExporter.ToPth(back, b);
        NetworkImporter.Import(b, In("run"), Direction.BToA);
        var run = NetworkImporter.Import(a, In("run"), Direction.AToB);
        Assert.That(run.Networks, Is.EquivalentTo(new[] { "netG_A", "netG_B" }));
        var options = (CycleGanOptions)run.Options;
        Assert.That((options.InputNc, options.OutputNc, options.LambdaIdentity), Is.EqualTo((3, 1, 0f)));

        using var networks = NetworkFile.Open(In("run"));
        int[] gray = [1, 1, 16, 16], colour = [1, 3, 16, 16];
        Assert.That(
            networks.Find("netG_A").Load(Cpu).Run(Picture(3, colour), colour), Is.EqualTo(forth.Run(Picture(3, colour), colour)));
        Assert.That(networks.Find("netG_B").Load(Cpu).Run(Picture(3, gray), gray), Is.EqualTo(back.Run(Picture(3, gray), gray)));
        Fails.With<InteropException>(() => networks.Find("netD_A"), "it has netG_A, netG_B");
        Fails.With<InteropException>(() => NetworkImporter.Import(a, In("run")), "holds a run already");
    }

    /// <summary>A run was trained in one direction; a generator of another program has the direction that it is said to have.</summary>
    [Test]
    public void AnotherDirectionThanThatOfTheTrainingIsRefused()
    {
        _runs.Train("run", TinyRun.Pix2Pix with { Steps = 0 });
        Fails.With<InteropException>(
            () => NetworkImporter.Import(In("run"), In("back"), Direction.BToA), "netG translates AtoB", "leave out --direction");
        Assert.That(Directory.Exists(In("back")), Is.False);
        NetworkImporter.Import(In("run"), In("forth"), Direction.AToB);
        NetworkExporter.ToPth(new UNet(3, 3, downs: 5, ngf: 4).Seasoned(1, s_shape), In("net.pth"));
        var foreign = (PictureOptions)NetworkImporter.Import(In("net.pth"), In("foreign"), Direction.BToA).Options;
        Assert.That(foreign.Direction, Is.EqualTo(Direction.BToA));
    }

    [Test]
    public void AFileThatNamesItsNetworksGivesAllGenerators()
    {
        var path = In("both.safetensors");
        SafetensorsWriter.Write(
            path, [.. Named(Resnet(1, 3, 3), "netG_A."), .. Named(Resnet(2, 3, 3), "netG_B."), .. Named(Patch(), "netD_A.")]);
        Assert.That(NetworkImporter.Import(path, In("run")).Networks, Is.EqualTo(new[] { "netG_A", "netG_B" }));
        Fails.With<InteropException>(
            () => NetworkImporter.Import(path, In("other"), Direction.BToA), "names the direction of each generator");

        var wrapped = In("wrapped.pth");
        PthWriter.Write(wrapped, Named(Resnet(1, 3, 3), "module."));
        Assert.That(NetworkImporter.Import(wrapped, In("parallel"), Direction.BToA).Networks, Is.EqualTo(new[] { "netG_B" }));
    }

    /// <summary>PyTorch before 0.4 gave instance norms statistics, which nothing uses.</summary>
    [Test]
    public void StatisticsOfInstanceNormsAreLeftOut()
    {
        var network = Resnet(1, 3, 3);
        var old = new[] { "model.2.running_mean", "model.2.running_var", "model.10.conv_block.6.running_mean" };
        var path = In("old.pth");
        PthWriter.Write(path, [.. Named(network, ""), .. old.Select(n => NamedArray.From(n, [4], new float[] { 1, 2, 3, 4 }))]);
        var run = NetworkImporter.Import(path, In("run"));
        Assert.That(run.Dropped, Is.EquivalentTo(old));
        using var networks = NetworkFile.Open(run.Directory.Path);
        Assert.That(
            networks.Find().Load(Cpu).Run(Picture(3, s_shape), s_shape).Values,
            Is.EqualTo(network.Run(Picture(3, s_shape), s_shape).Values));
    }

    [Test]
    public void WhatDoesNotFitIsNamed()
    {
        Assert.That(Refused("judge.pth", Named(Patch(), "")), Does.Contain("netD of pix2pix does not translate"));
        var arrays = Named(Resnet(1, 3, 3), "");
        Assert.That(
            Refused("short.pth", [.. arrays.Where(a => a.Name != "model.4.weight")]),
            Does.Contain("ResNet of 1 blocks").And.Contain("'model.4.weight' is missing"));
        Assert.That(
            Refused("other.pth", [NamedArray.From("inc.weight", [1], new float[] { 1 })]), Does.Contain("no network that is known"));
        var broken = arrays.Select(a => a.Name == "model.1.bias" ? NamedArray.From(a.Name, a.Shape, new[] { 0, float.NaN, 0, 0 }) : a);
        Assert.That(Refused("nan.pth", [.. broken]), Does.Contain("model.1.bias of netG_A holds values that are not finite"));
        Assert.That(
            Refused("two.safetensors", [.. Named(Resnet(1, 3, 3), "first."), .. Named(Resnet(2, 3, 3), "second.")]),
            Does.Contain("holds 2 networks that could be netG_A"));
        Fails.With<RunException>(() => NetworkFile.Open(Folder), "holds no run");
    }

    /// <summary>Integers where weights are wanted have a scale that the file doesn't tell.</summary>
    [Test]
    public void QuantizedWeightsAreRefused()
    {
        var arrays = Named(Resnet(1, 3, 3), "").ConvertAll(a =>
            a.Name == "model.1.weight" ? new NamedArray(a.Name, ElementType.I8, a.Shape, new byte[a.Count]) : a);
        SafetensorsWriter.Write(In("int8.safetensors"), arrays);
        Fails.With<CheckpointFormatException>(
            () => NetworkImporter.Import(In("int8.safetensors"), In("run")), "int8.safetensors", "model.1.weight is I8", "quantized");
        Assert.That(Directory.Exists(In("run")), Is.False);
    }

    /// <summary>A folded ResNet has the keys of one with instance norms; its graph gives it away.</summary>
    [Test]
    public void AFoldedGraphIsNotTakenForAnotherNetwork()
    {
        foreach (Layer network in new Layer[] { new ResNetGenerator(3, 3, 1, 4, NormKind.Batch), new UNet(3, 3, 5, 4) })
        {
            var path = In("folded.onnx");
            NetworkExporter.ToOnnx(network.Seasoned(1, s_shape), path, new ExportSettings { Fold = true });
            Fails.With<InteropException>(() => NetworkImporter.Import(path, In("run")), "looks like", "nothing folded");
            Assert.That(Directory.Exists(In("run")), Is.False);
        }
    }

    [Test]
    public void AnImportedRunIsNoRunToResume()
    {
        NetworkExporter.ToPth(Resnet(1, 3, 3), In("net.pth"));
        var run = NetworkImporter.Import(In("net.pth"), In("run"));
        Fails.With<RunException>(() => TrainingRun.Resume(run.Directory.Path), $"--init-from {run.Directory.Latest}");
    }

    /// <summary>The checkpoints beside the latest, which is lost, are the run's all the same.</summary>
    [Test]
    public void ARunWithoutItsLatestCheckpointIsNotTakenOver()
    {
        var directory = new RunDirectory(In("run"));
        directory.Create();
        NetworkExporter.ToPth(Resnet(1, 3, 3), In("net.pth"));
        NetworkExporter.ToSafetensors(Resnet(2, 3, 3), directory.Numbered(1));
        Fails.With<RunException>(() => NetworkImporter.Import(In("net.pth"), In("run")), "holds a run already", "latest.safetensors");
        Assert.That(directory.Exists, Is.False);
    }

    /// <summary>It has its lock before its first checkpoint. That of an import is no obstacle afterwards.</summary>
    [Test]
    public void ARunThatIsBeingStartedIsNotTakenOver()
    {
        var (a, b, directory) = (In("latest_net_G_A.pth"), In("latest_net_G_B.pth"), new RunDirectory(In("run")));
        NetworkExporter.ToPth(Resnet(seed: 1, 3, 3), a);
        NetworkExporter.ToPth(Resnet(seed: 2, 3, 3), b);
        directory.Create();
        using (RunLock.Take(directory))
        {
            Fails.With<RunException>(() => NetworkImporter.Import(a, directory.Path), "another program is training this run now");
        }

        Assert.That((directory.Exists, File.Exists(directory.Options)), Is.EqualTo((false, false)));
        NetworkImporter.Import(a, directory.Path, Direction.AToB);
        Assert.That(
            NetworkImporter.Import(b, directory.Path, Direction.BToA).Networks, Is.EquivalentTo(new[] { "netG_A", "netG_B" }));
        RunLock.Take(directory).Dispose();
    }

    /// <summary>Fine-tuning: what was imported is where training starts.</summary>
    [Test]
    public void TrainingStartsFromAnImportedRun()
    {
        var network = new UNet(3, 3, downs: 5, ngf: 4).Seasoned(1, s_shape);
        NetworkExporter.ToPth(network, In("net.pth"));
        var imported = NetworkImporter.Import(In("net.pth"), In("run"));
        var options = TinyRun.Pix2Pix with { Steps = 0 };
        using var run = TrainingRun.Create(_runs.PathOf("tuned"), options, TinyRun.Data(options), initFrom: imported.Directory.Latest);
        using var networks = NetworkFile.Open(run.Directory.Path);
        Assert.That(networks.Networks.Select(n => n.Name), Is.EqualTo(new[] { "netG", "netD" }));
        Assert.That(
            networks.Find("netG").Load(Cpu).Eval().Run(Picture(2, s_shape), s_shape).Values,
            Is.EqualTo(network.Eval().Run(Picture(2, s_shape), s_shape).Values));
    }

    /// <summary>
    /// A generator of another program, as it is: wrapped for several GPUs, with the statistics that old instance norms kept, or under a
    /// name of its own.
    /// </summary>
    [TestCase("", "model.2.running_mean")]
    [TestCase("module.", null)]
    [TestCase("model.module.", null)]
    [TestCase("netG_B.", null)]
    public void TrainingStartsFromAForeignFile(string prefix, string? old)
    {
        var network = Resnet(seed: 1, 3, 3);
        List<NamedArray> arrays = Named(network, prefix);
        if (old is not null)
        {
            arrays.Add(NamedArray.From(old, [4], new float[] { 1, 2, 3, 4 }));
        }

        PthWriter.Write(In("net.pth"), arrays);
        var options = TinyRun.CycleGan with { Steps = 0, Dropout = false };
        using var run = TrainingRun.Create(In("tuned"), options, TinyRun.Data(options), initFrom: In("net.pth"));
        using var networks = NetworkFile.Open(run.Directory.Path);
        var (filled, drawn) = prefix == "netG_B." ? ("netG_B", "netG_A") : ("netG_A", "netG_B");
        var expected = network.Run(Picture(2, s_shape), s_shape).Values;
        Assert.That(networks.Find(filled).Load(Cpu).Run(Picture(2, s_shape), s_shape).Values, Is.EqualTo(expected));
        Assert.That(networks.Find(drawn).Load(Cpu).Run(Picture(2, s_shape), s_shape).Values, Is.Not.EqualTo(expected));
    }

    [Test]
    public void AForeignFileOfAnotherNetworkStartsNothing()
    {
        PthWriter.Write(In("net.pth"), Named(Resnet(1, 3, 3), ""));
        PthWriter.Write(In("judge.pth"), Named(Patch(), ""));
        var options = TinyRun.CycleGan with { Steps = 0, Dropout = false, Ngf = 8 };
        Assert.That(
            () => TrainingRun.Create(In("tuned"), options, TinyRun.Data(options), initFrom: In("net.pth")),
            Throws.TypeOf<RunException>().With.Message.Contains("net.pth").And.Message.Contains(
                "netG_A.model.1.weight of shape [4,3,7,7] where the network has [8,3,7,7]").And.Message.EndsWith("; add --ngf 4"));
        Fails.With<RunException>(
            () => TrainingRun.Create(In("tuned"), options, TinyRun.Data(options), initFrom: In("judge.pth")),
            "holds netD, but training begins with netG_A, netG_B, netD_A, netD_B");
        Assert.That(Directory.Exists(In("tuned")), Is.False);
    }

    /// <summary>The reference's <c>--continue_train</c>: generator and discriminator, each in its file, of the latest epoch.</summary>
    [Test]
    public void TrainingStartsFromAFolderOfTheReference()
    {
        var generator = new UNet(3, 3, downs: 5, ngf: 4).Seasoned(1, s_shape);
        var judge = new PatchGan(6, 4, layers: 2).Seasoned(2, 1, 6, 64, 64);
        PthWriter.Write(In("9_net_G.pth"), Named(Resnet(3, 3, 3), ""));
        PthWriter.Write(In("20_net_G.pth"), Named(generator, ""));
        PthWriter.Write(In("20_net_D.pth"), Named(judge, "module."));
        var options = TinyRun.Pix2Pix with { Steps = 0 };
        using (var run = TrainingRun.Create(In("tuned"), options, TinyRun.Data(options), initFrom: Folder))
        {
            using var networks = NetworkFile.Open(run.Directory.Path);
            Assert.That(Weights(networks.Find("netG").Load(Cpu)), Is.EqualTo(Weights(generator)));
            Assert.That(Weights(networks.Find("netD").Load(Cpu)), Is.EqualTo(Weights(judge)));
        }

        var wide = options with { Generator = GeneratorKind.ResNet(2), Ngf = 8, Ndf = 8 };
        Assert.That(
            () => TrainingRun.Create(In("wide"), wide, TinyRun.Data(wide), initFrom: Folder),
            Throws.TypeOf<RunException>().With.Message.Contains("; add --")
                .And.Message.Contains("--generator unet32").And.Message.Contains("--ngf 4").And.Message.Contains("--ndf 4")
                .And.Message.Not.Contains("crop-size"));
        var other = TinyRun.CycleGan with { Steps = 0 };
        Fails.With<RunException>(
            () => TrainingRun.Create(In("other"), other, TinyRun.Data(other), initFrom: Folder), "20_net_D.pth", "netD_A");

        // Other verbs take the only generator; of two one is to be named.
        using (var file = NetworkFile.Open(Folder))
        {
            Assert.That(file.Path, Does.EndWith("20_net_G.pth"));
        }

        Directory.CreateDirectory(In("two"));
        PthWriter.Write(In("two/latest_net_G_A.pth"), Named(Resnet(1, 3, 3), ""));
        PthWriter.Write(In("two/latest_net_G_B.pth"), Named(Resnet(2, 3, 3), ""));
        Fails.With<InteropException>(() => NetworkFile.Open(In("two")), "latest_net_G_A.pth and latest_net_G_B.pth; name one of them");

        static float[][] Weights(Module network) => [.. network.NamedTensors().Select(t => t.Tensor.Value.ToArray())];
    }

    /// <summary>Files of <c>--save_by_iter</c>: the highest iteration, unless there is an epoch.</summary>
    [Test]
    public void AFolderOfIterationsIsAFolderOfTheReference()
    {
        foreach (var (name, taken) in new[]
        {
            ("iter_9000", "iter_9000"), ("iter_10000", "iter_10000"), ("iter_500", "iter_10000"), ("3", "3"), ("latest", "latest"),
        })
        {
            PthWriter.Write(In($"{name}_net_G.pth"), Named(Resnet(1, 3, 3), ""));
            using var file = NetworkFile.Open(Folder);
            Assert.That(Path.GetFileName(file.Path), Is.EqualTo($"{taken}_net_G.pth"));
        }
    }

    /// <summary>A generator that begins as a discriminator does is none.</summary>
    [Test]
    public void AnUnknownNetworkIsNotTakenForADiscriminator()
    {
        foreach (var kernel in new[] { 4, 7 })
        {
            var network = new Sequential(new Conv2d(3, 4, kernel, padding: 1), new Relu(), new Relu(), new Conv2d(4, 3, kernel, padding: 3))
                .Initialize(seed: 1).To(Cpu);
            PthWriter.Write(In("net.pth"), Named(network, "model."));
            Assert.That(
                () => NetworkFile.Open(In("net.pth")),
                Throws.TypeOf<InteropException>().With.Message.Contains("no network that is known")
                    .And.Message.Contains("Your PyTorch checkpoint").And.Message.Not.Contains("looks like"));
        }
    }

    /// <summary>A reference file as people publish them, cut off in a download.</summary>
    [Test]
    public void ACutOffFileSaysSo()
    {
        // Outside the assertion, which would take a skip for a failure.
        var sample = TestFiles.Sample("truncated_junyanz_resnet9_latest_net_G_A.pth");
        Assert.That(() => NetworkImporter.Import(sample, In("run")), Throws.TypeOf<CheckpointFormatException>());
    }

    private static ResNetGenerator Resnet(ulong seed, int input, int output) =>
        new ResNetGenerator(input, output, blocks: 1, ngf: 4).Seasoned(seed, 1, input, 16, 16);

    private static PatchGan Patch() => new PatchGan(3, 4).Seasoned(5, 1, 3, 64, 64);

    private static List<NamedArray> Named(Module network, string prefix) =>
        [.. network.NamedTensors(prefix).Select(t => WeightArrays.Of(t.Name, t.Tensor, half: false))];

    private string Refused(string name, List<NamedArray> arrays)
    {
        var path = In(name);
        Action<string, IReadOnlyList<NamedArray>> write = name.EndsWith("pth", StringComparison.Ordinal) ? PthWriter.Write : (file, a) =>
            SafetensorsWriter.Write(file, a);
        write(path, arrays);
        var refusal = Assert.Throws<InteropException>(() => NetworkImporter.Import(path, In("run")))!;
        Assert.That(Directory.Exists(In("run")), Is.False);
        return refusal.Message;
    }
}
