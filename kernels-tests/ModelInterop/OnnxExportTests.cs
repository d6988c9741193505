using IlgpuGan.KernelsTests.Formats;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Nn;
using NUnit.Framework;
using static IlgpuGan.KernelsTests.ModelInterop.SampleNetworks;

namespace IlgpuGan.KernelsTests.ModelInterop;

/// <summary>Exported graphs as ONNX Runtime computes them, against the networks that they came from.</summary>
public sealed class OnnxExportTests
{
    private const float Tolerance = 1e-4f;

    /// <summary>A network, a size of its pictures, and another size that the same file must take.</summary>
    public sealed record Case(string Name, Func<Module> Create, int[] Shape, int[] Other)
    {
        public override string ToString() => Name;
    }

    private static readonly Case[] s_withBatchNorm =
    [
        new("unet", () => new UNet(3, 2, downs: 5, ngf: 4, NormKind.Batch, dropout: false), [1, 3, 64, 32], [2, 3, 32, 96]),
        new("encoder-decoder", () => new UNet(1, 3, downs: 4, ngf: 4, NormKind.Batch, dropout: false, skips: false), [1, 1, 32, 32], [3, 1, 48, 16]),
        new("resnet", () => new ResNetGenerator(3, 3, 3, ngf: 4, NormKind.Batch, padding: BlockPadding.Zero), [1, 3, 24, 32], [2, 3, 36, 20]),
        new("patch", () => new PatchGan(6, 4, 3, NormKind.Batch), [1, 6, 64, 64], [2, 6, 72, 40]),
        new("pixel", () => new PixelGan(6, 4, NormKind.Batch), [1, 6, 9, 7], [2, 6, 5, 12]),
    ];

    private static readonly Case[] s_withoutBatchNorm =
    [
        new("unet instance", () => new UNet(3, 3, downs: 5, ngf: 4, NormKind.Instance, dropout: false), [1, 3, 64, 64], [2, 3, 32, 64]),
        new("unet none", () => new UNet(3, 3, downs: 3, ngf: 4, NormKind.None, dropout: false), [1, 3, 24, 16], [2, 3, 8, 32]),
        new("resnet9 instance", () => new ResNetGenerator(3, 3, 9, ngf: 4), [1, 3, 32, 40], [2, 3, 20, 16]),
        new("resnet replicate", () => new ResNetGenerator(2, 1, 2, ngf: 4, padding: BlockPadding.Replicate), [1, 2, 16, 20], [2, 2, 12, 24]),
        new("resnet upsample", () => new ResNetGenerator(3, 3, 2, ngf: 4, upsample: true), [1, 3, 24, 16], [2, 3, 16, 20]),
        new("patch instance", () => new PatchGan(3, 4, 2, NormKind.Instance), [1, 3, 32, 40], [2, 3, 48, 32]),
        new("asymmetric", () => new AsymmetricPatchGan(3, 4), [1, 3, 64, 48], [2, 3, 80, 64]),
    ];

    private static IEnumerable<Case> All => [.. s_withBatchNorm, .. s_withoutBatchNorm];

    [TestCaseSource(nameof(All))]
    public void RunningStatistics(Case c)
    {
        var network = Network(c);
        var path = Export(network, new ExportSettings());
        AssertSame(network.Eval(), path, c.Shape);
        AssertSame(network, path, c.Other);
    }

    /// <summary>The picture's own statistics, of each picture apart: what training mode gives for batches of one.</summary>
    [TestCaseSource(nameof(s_withBatchNorm))]
    public void StatisticsOfThePicture(Case c)
    {
        var network = Network(c);
        var path = Export(network, new ExportSettings { Statistics = NormStatistics.Picture });
        AssertSame(network.Train(), path, c.Shape);

        var (first, second) = (Picture(5, c.Shape), Picture(6, c.Shape));
        var expected = network.Run(first, c.Shape).Values.Concat(network.Run(second, c.Shape).Values).ToArray();
        var (_, values) = OnnxRuntime.Run(path, NetworkExporter.InputName, [2, .. Longs(c.Shape)[1..]], [.. first, .. second], NetworkExporter.OutputName);
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
        var (whole, half) = (Export(network, new ExportSettings { Fold = fold }), Export(network, new ExportSettings { Fold = fold, Half = true }));
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

    /// <summary>By the letter of the standard, as its own checker reads it: every graph, plain, with the picture's statistics, folded, in halves.</summary>
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
    [Category("Slow")]
    [TestCase("unet256")]
    [TestCase("resnet9")]
    public void FullSize(string name)
    {
        int[] shape = [1, 3, 256, 256];
        Module network = name == "unet256" ? new UNet(dropout: false) : new ResNetGenerator();
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
        var network = new UNet(3, 3, downs: 3, ngf: 2).Initialize(seed: 1).To(Device);
        Assert.That(
            () => NetworkExporter.ToOnnx(network, path, new ExportSettings { Fold = true, Statistics = NormStatistics.Picture }),
            Throws.TypeOf<InteropException>().With.Message.Contains("can't be folded"));
        Assert.That(
            () => NetworkExporter.ToOnnx(new Sequential(new Conv2d(3, 4, 3), new MaxPool2d(2)).To(Device), path),
            Throws.TypeOf<InteropException>().With.Message.EqualTo("1 is a MaxPool2d, which the ONNX export has no counterpart for"));
        var huge = new Sequential(new Conv2d(1, 1, 1)).To(Device);
        ((Conv2d)huge.Children[0].Module).Weight.Value.CopyFrom([1e6f]);
        Assert.That(
            () => NetworkExporter.ToOnnx(huge, path, new ExportSettings { Half = true }),
            Throws.TypeOf<InteropException>().With.Message.StartsWith("0.weight holds values beyond"));
        Assert.That(File.Exists(path), Is.False);
    }

    private static Module Network(Case c) => c.Create().Seasoned(seed: 7, c.Shape);

    private static string Export(Module network, ExportSettings settings)
    {
        var path = Path.Combine(TestFiles.Folder(), $"{(settings.Half ? "half" : "whole")}.onnx");
        NetworkExporter.ToOnnx(network, path, settings);
        return path;
    }

    private static void AssertSame(Module network, string path, int[] shape, float tolerance = Tolerance)
    {
        var input = Picture(11, shape);
        var expected = network.Run(input, shape);
        var (dimensions, values) = OnnxRuntime.Run(path, NetworkExporter.InputName, Longs(shape), input, NetworkExporter.OutputName);
        Assert.That(dimensions, Is.EqualTo(Longs(expected.Shape)));
        Assert.That(expected.Values.Max() - expected.Values.Min(), Is.GreaterThan(0.1f), "the network says nothing");
        Assert.That(LargestDifference(values, expected.Values), Is.LessThan(tolerance));
    }

    private static long[] Longs(int[] shape) => Array.ConvertAll(shape, extent => (long)extent);
}
