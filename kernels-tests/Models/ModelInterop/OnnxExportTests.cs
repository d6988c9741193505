using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Nn.Export;
using IlgpuGan.Tensors.Nn.Import;
using static IlgpuGan.ModelsTests.ModelInterop.SampleNetworks;
using PadMode = IlgpuGan.Tensors.Devices.PadMode;
using UpsampleMode = IlgpuGan.Tensors.Devices.UpsampleMode;

namespace IlgpuGan.ModelsTests.ModelInterop;

/// <summary>
/// Exported graphs as the engine computes them once they are read back, and as ONNX Runtime does, against the networks that they came from.
/// </summary>
public sealed class OnnxExportTests
{
    private const float Tolerance = 1e-4f;

    /// <summary>A network, a size of its pictures, and another size that the same file must take.</summary>
    public sealed record Case(string Name, Func<Layer> Create, int[] Shape, int[] Other)
    {
        public override string ToString() => Name;
    }

    private static readonly Case[] s_withBatchNorm =
    [
        new("unet", () => new UNet(3, 2, downs: 5, ngf: 4, NormKind.Batch, dropout: false), [1, 3, 64, 32], [2, 3, 32, 96]),
        new(
            "encoder-decoder", () => new UNet(1, 3, downs: 4, ngf: 4, NormKind.Batch, dropout: false, skips: false), [1, 1, 32, 32],
            [3, 1, 48, 16]),
        new(
            "resnet", () => new ResNetGenerator(3, 3, 3, ngf: 4, NormKind.Batch, padding: BlockPadding.Zero), [1, 3, 24, 32],
            [2, 3, 36, 20]),
        new("patch", () => new PatchGan(6, 4, 3, NormKind.Batch), [1, 6, 64, 64], [2, 6, 72, 40]),
        new("groups", () => new Sequential(
            new Conv2d(4, 6, (3, 2), (2, 1), (1, 0, 0, 1), dilation: (1, 2), groups: 2), new BatchNorm2d(6), new LeakyRelu(),
            new ConvTranspose2d(6, 4, (3, 2), (2, 1), (1, 1, 0, 1), (1, 0), dilation: (1, 2), groups: 2), new BatchNorm2d(4), new Tanh()),
            [1, 4, 9, 12], [2, 4, 14, 7]),
        new("spectral norm", () => new Sequential(
            new SpectralNorm(new Conv2d(3, 6, 3, 2, 1, bias: false)), new BatchNorm2d(6), new LeakyRelu(),
            new SpectralNorm(new ConvTranspose2d(6, 4, 4, 2, 1)), new BatchNorm2d(4), new Tanh(), new SpectralNorm(new Conv2d(4, 2, 1))),
            [1, 3, 8, 12], [2, 3, 14, 6]),
        new("pixel", () => new PixelGan(6, 4, NormKind.Batch), [1, 6, 9, 7], [2, 6, 5, 12]),
    ];

    private static readonly Case[] s_withoutBatchNorm =
    [
        new("unet instance", () => new UNet(3, 3, downs: 5, ngf: 4, NormKind.Instance, dropout: false), [1, 3, 64, 64], [2, 3, 32, 64]),
        new("unet none", () => new UNet(3, 3, downs: 3, ngf: 4, NormKind.None, dropout: false), [1, 3, 24, 16], [2, 3, 8, 32]),
        new("unet upsample", () => new UNet(3, 3, downs: 4, ngf: 4, dropout: false, upsample: true), [1, 3, 32, 16], [2, 3, 16, 48]),
        new("resnet9 instance", () => new ResNetGenerator(3, 3, 9, ngf: 4), [1, 3, 32, 40], [2, 3, 20, 16]),
        new(
            "resnet replicate", () => new ResNetGenerator(2, 1, 2, ngf: 4, padding: BlockPadding.Replicate), [1, 2, 16, 20],
            [2, 2, 12, 24]),
        new("resnet upsample", () => new ResNetGenerator(3, 3, 2, ngf: 4, scaling: ScalingKind.Upsample), [1, 3, 24, 16], [2, 3, 16, 20]),
        new(
            "resnet antialias", () => new ResNetGenerator(3, 3, 2, ngf: 4, scaling: ScalingKind.Antialias), [1, 3, 24, 16],
            [2, 3, 16, 20]),
        new("resnet smooth", () => new ResNetGenerator(3, 3, 2, ngf: 4, scaling: ScalingKind.Smooth), [1, 3, 24, 16], [2, 3, 16, 20]),
        new("resnet painting", () => new ResNetGenerator(3, 3, 2, ngf: 4, scaling: ScalingKind.Painting), [1, 3, 300, 40], [2, 3, 36, 44]),
        new("patch instance", () => new PatchGan(3, 4, 2, NormKind.Instance), [1, 3, 32, 40], [2, 3, 48, 32]),
        new("asymmetric", () => new AsymmetricPatchGan(3, 4), [1, 3, 64, 48], [2, 3, 80, 64]),
    ];

    private static readonly Case[] s_layers =
    [
        new(
            "group norm", () => new Sequential(new Conv2d(3, 6, 3, padding: 1), new GroupNorm(2, 6), new Silu(), new Conv2d(6, 2, 1)),
            [1, 3, 8, 6], [2, 3, 5, 7]),
        new(
            "layer norm",
            () =>
                new Sequential(
                    new Conv2d(3, 4, 3, padding: 1), new LayerNorm(new Shape(6)), new Elu(0.8f), new LayerNorm(new Shape(6), affine: false),
                    new Conv2d(4, 2, 1)),
            [1, 3, 8, 6], [2, 3, 5, 6]),
        new(
            "pixel norm",
            () =>
                new Sequential(
                    new Conv2d(3, 4, 3, padding: 1), new PixelNorm(), new PRelu(4), new Conv2d(4, 4, 1), new PRelu(), new Softplus(),
                    new Conv2d(4, 2, 1)),
            [1, 3, 8, 6], [2, 3, 5, 7]),
        new(
            "bilinear",
            () =>
                new Sequential(
                    new Conv2d(3, 4, 3, padding: 1), new Upsample(2, Tensors.Devices.UpsampleMode.Bilinear), new Conv2d(4, 2, 1)),
            [1, 3, 8, 6], [2, 3, 5, 7]),
        new(
            "reshape",
            () =>
                new Sequential(
                    new Conv2d(3, 4, 3, padding: 1), new GaussianNoise(0.3f), new Dropout2d(), new Flatten(),
                    new SpectralNorm(new Linear(4 * 8 * 6, 12)), new Linear(12, 12),
                    new Reshape(3, 2, 2), new Lambda(x => x * 2, (g, x) => g.Node("Mul", [x, g.Scalar(2)])), new Conv2d(3, 2, 1)),
            [1, 3, 8, 6], [2, 3, 8, 6]),
        new(
            "lines",
            () =>
                new Sequential(
                    new Conv2d(3, 4, 1), new Reshape(4, 20), new Conv1d(4, 6, 3, stride: 2, padding: 2, dilation: 2, groups: 2),
                    new Sigmoid(), new Identity(), new Reshape(6, 2, 5), new Conv2d(6, 2, 1)),
            [1, 3, 4, 5], [3, 3, 4, 5]),
    ];

    private static readonly Case[] s_newer =
    [
        new("weight norm", () => new Sequential(
            new WeightNorm(new Conv2d(3, 6, 3, 2, 1, bias: false)), new BatchNorm2d(6), new LeakyRelu(),
            new WeightNorm(new ConvTranspose2d(6, 4, 4, 2, 1), axis: 1), new Tanh(), new WeightNorm(new Conv2d(4, 2, 1))),
            [1, 3, 8, 12], [2, 3, 14, 6]),
        new("equalized learning rate", () => new Sequential(
            new EqualizedRate(new Conv2d(3, 6, 3, 2, 1)), new LeakyRelu(),
            new EqualizedRate(new ConvTranspose2d(6, 4, 4, 2, 1)), new EqualizedRate(new Conv2d(4, 2, 1))),
            [1, 3, 8, 12], [2, 3, 14, 6]),
        new(
            "pixel shuffle", () => new Sequential(new Conv2d(2, 18, 3, 1, 1), new PixelShuffle(3), new Conv2d(2, 2, 1)), [1, 2, 4, 5],
            [2, 2, 3, 2]),
        new(
            "pixel unshuffle", () => new Sequential(new Conv2d(2, 3, 1), new PixelUnshuffle(2), new Conv2d(12, 2, 1)), [1, 2, 4, 6],
            [2, 2, 2, 10]),
        new(
            "minibatch deviation", () => new Sequential(new Conv2d(2, 3, 1), new MinibatchDeviation(2), new Conv2d(4, 2, 1)), [1, 2, 4, 5],
            [4, 2, 3, 2]),
        new("cumulative sum", () => new Sequential(
            new Conv2d(2, 3, 1), new CumulativeSum(-1, exclusive: true), new CumulativeSum(1, reverse: true), new Conv2d(3, 2, 1)), [1, 2,
            4, 5], [2, 2, 3, 2]),
        new("embedding", () => new Sequential(
            new Conv2d(2, 1, 1), new Lambda(
                x => x > 0, (g, x) => g.Node("Cast", [g.Node("Greater", [x, g.Scalar(0)])], OnnxAttribute.Integer("to", 1))),
            new Flatten(), new Embedding(2, 3), new Reshape(3, 4, 5), new Conv2d(3, 2, 1)), [1, 2, 4, 5], [3, 2, 4, 5]),
    ];

    private static readonly Case[] s_activations =
    [
        Resampled("gelu", () => new Gelu()),
        Resampled("gelu by tanh", () => new Gelu(isApproximate: true)),
        Resampled("sine", () => new Sine()),
    ];

    private static readonly Case[] s_resampling =
    [
        Resampled("upsample bilinear", () => new Upsample(3, UpsampleMode.Bilinear)),
        Resampled("nearest", () => new Resize((19, 7), new Resizing(ResizeMode.Nearest))),
        Resampled("nearest exact", () => new Resize((7, 19), new Resizing(ResizeMode.NearestExact))),
        Resampled("bilinear", () => new Resize((19, 7))),
        Resampled("bilinear, aligned corners", () => new Resize((7, 19), new Resizing(AlignCorners: true))),
        Resampled("bicubic", () => new Resize((19, 7), new Resizing(ResizeMode.Bicubic))),
        Resampled(
            "bicubic -0.5, aligned corners",
            () => new Resize((7, 19), new Resizing(ResizeMode.Bicubic, AlignCorners: true) { Cubic = -0.5 })),
        Resampled(
            "bicubic, nothing beyond the border",
            () => new Resize((7, 19), new Resizing(ResizeMode.Bicubic) { Edge = ResizeEdge.Exclude })),
        Resampled("blur down", () => new Blur([1, 3, 3, 1], down: 2)),
        Resampled("blur up", () => new Blur([1, 3, 3, 1], up: 2, edge: PadMode.Replicate)),
        Resampled("blur up with zeros", () => new Blur([1, 2, 4], up: 3, edge: PadMode.Constant, padding: (0, 4, 0, 4))),
        Resampled("average pool", () => new AvgPool2d(3, 2, 1)),
        Resampled("average pool without padding", () => new AvgPool2d(new PoolWindow((3, 2), (2, 1), (1, 1)), countIncludePad: false)),
        Resampled("max pool", () => new MaxPool2d(new PoolWindow(3, 2, 1) { Dilation = 2 })),
        Resampled("mean of the plane", () => new AdaptiveAvgPool2d(1)),
    ];

    internal static IEnumerable<Case> All =>
        [.. s_withBatchNorm, .. s_withoutBatchNorm, .. s_layers, .. s_newer, .. s_activations, .. s_resampling];

    /// <summary>Behind a convolution, so that there is a weight to write.</summary>
    private static Case Resampled(string name, Func<Layer> layer) =>
        new(name, () => new Sequential(new Conv2d(2, 3, 3, 1, 1), layer()), [1, 2, 12, 10], [2, 2, 9, 14]);

    [TestCaseSource(nameof(All))]
    public void RunningStatistics(Case c)
    {
        var network = Network(c);
        var path = Export(network, new ExportSettings());
        AssertSame(network.Eval(), path, c.Shape);
        AssertSame(network, path, c.Other);
    }

    /// <summary>Read back and run on the device, graphs compute what ONNX Runtime does.</summary>
    [TestCaseSource(typeof(TestDevices.Fast))]
    [Exhaustive]
    public void DevicesComputeWhatOnnxRuntimeDoes(string name)
    {
        var device = TestDevices.Open(name);
        using var noGrad = GradMode.NoGrad();
        foreach (var c in All.Where(c => c.Name is "unet" or "unet upsample" or "resnet9 instance"))
        {
            var (path, input) = (Export(Network(c), new ExportSettings()), Picture(11, c.Other));
            var (shape, expected) =
                OnnxRuntime.Run(path, NetworkExporter.InputName, Longs(c.Other), input, NetworkExporter.OutputName);
            using var step = device.Step();
            var made = GraphNetwork.Read(path).To(device).Forward(Tensor.From(input, new Shape(c.Other), device))[0];
            Assert.That(Longs(made.Shape.ToArray()), Is.EqualTo(shape), c.Name);
            Assert.That(LargestDifference(made.ToArray(), expected), Is.LessThan(Tolerance), c.Name);
        }
    }

    /// <summary>The picture's own statistics, of each picture apart: what training mode gives for batches of one.</summary>
    [TestCaseSource(nameof(s_withBatchNorm))]
    public void StatisticsOfThePicture(Case c)
    {
        var network = Network(c);
        var path = Export(network, new ExportSettings { Statistics = NormStatistics.Picture });
        foreach (var norm in network.Train().Descendants().OfType<SpectralNorm>())
        {
            norm.Eval();
        }

        AssertSame(network, path, c.Shape);

        var (first, second) = (Picture(5, c.Shape), Picture(6, c.Shape));
        var expected = network.Run(first, c.Shape).Values.Concat(network.Run(second, c.Shape).Values).ToArray();
        var (_, values) = OnnxRuntime.Run(
            path, NetworkExporter.InputName, [2, .. Longs(c.Shape)[1..]], [.. first, .. second], NetworkExporter.OutputName);
        Assert.That(LargestDifference(values, expected), Is.LessThan(Tolerance));
    }

    [TestCaseSource(nameof(s_withBatchNorm))]
    public void FoldedNormsLeaveNoTrace(Case c)
    {
        var network = Network(c);
        var path = Export(network, new ExportSettings { Fold = true });
        using (var file = TensorFile.Open(path))
        {
            Assert.That(file.Metadata["onnx.nodes"], Does.Not.Contain("Normalization"));
            Assert.That(file.Entries.Select(e => e.Name), Has.None.Contains("running_mean"));
        }

        AssertSame(network.Eval(), path, c.Shape);
        AssertSame(network, path, c.Other);
    }

    /// <summary>Half weights, folded or not, compute what the same network computes with its convolution weights rounded.</summary>
    [TestCase("unet", true)]
    [TestCase("unet", false)]
    [TestCase("resnet9 instance", false)]
    public void HalfWeightsOnlyRoundTheWeights(string name, bool fold)
    {
        var c = All.Single(c => c.Name == name);
        var network = Network(c);
        var (whole, half) =
            (Export(network, new ExportSettings { Fold = fold }), Export(network, new ExportSettings { Fold = fold, Half = true }));
        using (var file = TensorFile.Open(half))
        {
            Assert.That(file.Entries.Where(e => e.Shape.Length == 4).Select(e => e.Type), Has.All.EqualTo(ElementType.F16));
            Assert.That(file.Entries.Where(e => e.Shape.Length != 4).Select(e => e.Type), Has.None.EqualTo(ElementType.F16));
        }

        Assert.That(new FileInfo(half).Length, Is.LessThan(0.65 * new FileInfo(whole).Length));
        if (!fold)
        {
            foreach (var (_, tensor) in network.NamedTensors().Where(t => t.Tensor.Shape.Rank == 4))
            {
                tensor.Value.CopyFrom(Array.ConvertAll(tensor.Value.ToArray(), v => (float)(Half)v));
            }
        }

        AssertSame(network.Eval(), half, c.Shape, fold ? 0.02f : Tolerance);
    }

    /// <summary>
    /// By the letter of the standard, as its own checker reads it: every graph, plain, with the picture's statistics, folded, in halves.
    /// </summary>
    [Test]
    public void TheStandardsCheckerAccepts()
    {
        var folder = TestFiles.Folder();
        foreach (var c in All)
        {
            var network = Network(c);
            var settings = new List<ExportSettings> { new(), new() { Half = true }, new() { Statistics = NormStatistics.Picture } };
            if (s_withBatchNorm.Contains(c))
            {
                settings.Add(new ExportSettings { Fold = true, Half = true });
            }

            settings.ForEach(s => NetworkExporter.ToOnnx(network, Path.Combine(folder, $"{c.Name} {s.GetHashCode():x}.onnx"), s));
        }

        TestFiles.Python(
            "onnx",
            """
            import glob, sys, onnx
            files = glob.glob(sys.argv[1] + "/*.onnx")
            assert len(files) > 30, files
            for f in files:
                onnx.checker.check_model(f, full_check=True)
                model = onnx.load(f)
                assert [(o.domain, o.version) for o in model.opset_import] == [("", 17)], f
                dimensions = [d.dim_param or d.dim_value for d in model.graph.input[0].type.tensor_type.shape.dim]
                assert [dimensions[i] for i in (0, 2, 3)] == ["batch", "height", "width"], dimensions
            """,
            folder);
    }

    /// <summary>The papers' own generators, at the size that they are made for.</summary>
    [Exhaustive]
    [TestCase("unet256")]
    [TestCase("resnet9")]
    public void FullSize(string name)
    {
        int[] shape = [1, 3, 256, 256];
        Layer network = name == "unet256" ? new UNet(dropout: false) : new ResNetGenerator();
        var path = Export(network.Seasoned(seed: 1, shape), new ExportSettings { Fold = true });
        AssertSame(network.Eval(), path, shape);
        File.Delete(path);
    }

    [Test]
    public void DropoutIsLeftOutAndFreeSizesAreNamed()
    {
        var network = new UNet(3, 3, downs: 7, ngf: 2, NormKind.Batch, dropout: true).Seasoned(seed: 2, 1, 3, 128, 128);
        var path = Export(network, new ExportSettings { Metadata = new Dictionary<string, string> { ["network"] = "netG" } });
        using var file = TensorFile.Open(path);
        Assert.That(file.Metadata["onnx.nodes"], Does.Not.Contain("Dropout"));
        Assert.That(file.Metadata["onnx.opset"], Is.EqualTo("ai.onnx 17"));
        Assert.That(file.Metadata["onnx.inputs"], Is.EqualTo("input [batch, 3, height, width]"));
        Assert.That(file.Metadata["onnx.outputs"], Is.EqualTo("output [batch, 3, height, width]"));
        Assert.That(file.Metadata["network"], Is.EqualTo("netG"));
        AssertSame(network.Eval(), path, [1, 3, 128, 128]);
    }

    [Test]
    public void WhatCanNotBeExportedIsNamed()
    {
        var path = Path.Combine(TestFiles.Folder(), "wrong.onnx");
        var network = new UNet(3, 3, downs: 3, ngf: 2).Initialize(seed: 1).To(Cpu);
        Fails.With<InteropException>(
            () => NetworkExporter.ToOnnx(network, path, new ExportSettings { Fold = true, Statistics = NormStatistics.Picture }),
            "can't be folded");
        Assert.That(
            () => NetworkExporter.ToOnnx(new Sequential(new Conv2d(3, 4, 3), new Unwritten()).To(Cpu), path),
            Throws.TypeOf<InteropException>().With.Message.EqualTo("1 is a Unwritten, which the ONNX export has no counterpart for"));
        Assert.That(
            () => NetworkExporter.ToOnnx(new Sequential(new Conv2d(3, 4, 3), new CircularPad2d(1)).To(Cpu), path),
            Throws.TypeOf<InteropException>().With.Message.EqualTo("1 is a CircularPad2d, which the ONNX export has no counterpart for"));
        Assert.That(
            () => NetworkExporter.ToOnnx(new Sequential(new Conv2d(3, 4, 3), new Blur([1, 2, 1], edge: PadMode.Circular)).To(Cpu), path),
            Throws.TypeOf<InteropException>().With.Message.StartsWith("1 is a Blur whose border wraps around, which"));
        var huge = new Sequential(new Conv2d(1, 1, 1)).To(Cpu);
        ((Conv2d)huge.Children[0].Module).Weight.Value.CopyFrom([1e6f]);
        Fails.Starting<InteropException>(
            () => NetworkExporter.ToOnnx(huge, path, new ExportSettings { Half = true }), "0.weight holds values beyond");
        ((Conv2d)huge.Children[0].Module).Weight.Value.CopyFrom([1e-9f]);
        Fails.Starting<InteropException>(
            () => NetworkExporter.ToOnnx(huge, path, new ExportSettings { Half = true }), "0.weight holds only values that are 0");
        Assert.That(File.Exists(path), Is.False);
    }

    /// <summary>A module says itself how its several inputs and outputs are written.</summary>
    [Test]
    public void ANetworkOfSeveralInputsAndOutputs()
    {
        var network = new Blend().Initialize(seed: 3, Initialization.Kaiming).To(Cpu);
        var path = Path.Combine(TestFiles.Folder(), "blend.onnx");
        NetworkExporter.ToOnnx(
            network, path,
            [new GraphValue("picture", "batch", 3, "height", "width"), new GraphValue("hint", "batch", 2, "height", "width")],
            [new GraphValue("sum", "batch", 4, "height", "width"), new GraphValue("difference", "batch", 4, "height", "width")]);
        using (var file = TensorFile.Open(path))
        {
            Assert.That(
                file.Entries.Select(e => e.Name), Is.EqualTo(new[] { "first.weight", "first.bias", "second.weight", "second.bias" }),
                "the shared layer's once");
        }

        var (picture, hint) = (Picture(1, 2, 3, 5, 7), Picture(2, 2, 2, 5, 7));
        var (sum, difference) =
            network.Forward(Tensor.From(picture, new Shape(2, 3, 5, 7), Cpu), Tensor.From(hint, new Shape(2, 2, 5, 7), Cpu));
        using (Cpu.Step())
        {
            var back = GraphNetwork.Read(path).To(Cpu).Forward(
                Tensor.From(picture, new Shape(2, 3, 5, 7), Cpu), Tensor.From(hint, new Shape(2, 2, 5, 7), Cpu));
            Assert.That(LargestDifference(back[0].ToArray(), sum.ToArray()), Is.LessThan(Tolerance));
            Assert.That(LargestDifference(back[1].ToArray(), difference.ToArray()), Is.LessThan(Tolerance));
        }

        var results = OnnxRuntime.Run(path, [("picture", [2, 3, 5, 7], picture), ("hint", [2, 2, 5, 7], hint)], "sum", "difference");
        Assert.That(results[0].Shape, Is.EqualTo(new long[] { 2, 4, 5, 7 }));
        Assert.That(LargestDifference(results[0].Values, sum.ToArray()), Is.LessThan(Tolerance));
        Assert.That(LargestDifference(results[1].Values, difference.ToArray()), Is.LessThan(Tolerance));
        Assert.That(
            () =>
                NetworkExporter.ToOnnx(
                    network, path, [new GraphValue("picture", "batch", 3, 5, 7), new GraphValue("hint", "batch", 2, 5, 7)],
                    [new GraphValue("sum", "batch", 4, 5, 7)]),
            Throws.ArgumentException.With.Message.Contains("Blend makes 2 outputs, not 1"));
    }

    private sealed class Blend : Module
    {
        private readonly Conv2d _first;
        private readonly Conv2d _second;

        public Blend() => (_first, _second) = (Add("first", new Conv2d(3, 4, 3, padding: 1)), Add("second", new Conv2d(2, 4, 1)));

        public (Tensor Sum, Tensor Difference) Forward(Tensor picture, Tensor hint)
        {
            var (p, h) = (_first.Forward(picture), _second.Forward(hint));
            return (p + h, p - _second.Forward(hint));
        }

        public override IReadOnlyList<string> Export(GraphWriter graph, IReadOnlyList<string> inputs)
        {
            var (p, h) = (_first.Export(graph, inputs[0]), _second.Export(graph, inputs[1]));
            return [graph.Node("Add", [p, h]), graph.Node("Sub", [p, _second.Export(graph, inputs[1])])];
        }
    }

    private sealed class Unwritten : Layer
    {
        public override Tensor Forward(Tensor x) => x * 2;
    }

    private static Layer Network(Case c) => c.Create().Seasoned(seed: 7, c.Shape);

    private static string Export(Layer network, ExportSettings settings)
    {
        var path = Path.Combine(TestFiles.Folder(), $"{(settings.Half ? "half" : "whole")}.onnx");
        NetworkExporter.ToOnnx(network, path, settings);
        return path;
    }

    private static void AssertSame(Layer network, string path, int[] shape, float tolerance = Tolerance)
    {
        var input = Picture(11, shape);
        var expected = network.Run(input, shape);
        using (var step = Cpu.Step())
        {
            var back = GraphNetwork.Read(path).To(Cpu).Forward(Tensor.From(input, new Shape(shape), Cpu))[0];
            Assert.That(back.Shape.ToArray(), Is.EqualTo(expected.Shape), "read back");
            Assert.That(LargestDifference(back.ToArray(), expected.Values), Is.LessThan(tolerance), "read back");
        }

        var (dimensions, values) = OnnxRuntime.Run(path, NetworkExporter.InputName, Longs(shape), input, NetworkExporter.OutputName);
        Assert.That(dimensions, Is.EqualTo(Longs(expected.Shape)));
        Assert.That(expected.Values.Max() - expected.Values.Min(), Is.GreaterThan(0.1f), "the network says nothing");
        Assert.That(LargestDifference(values, expected.Values), Is.LessThan(tolerance));
    }

    private static long[] Longs(int[] shape) => Array.ConvertAll(shape, extent => (long)extent);
}
