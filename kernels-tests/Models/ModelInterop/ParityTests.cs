using System.Runtime.InteropServices;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Formats;
using static IlgpuGan.ModelsTests.ModelInterop.SampleNetworks;

namespace IlgpuGan.ModelsTests.ModelInterop;

/// <summary>The same weights and the same picture give the same output here and in PyTorch.</summary>
public sealed class ParityTests
{
    private const float Tolerance = 1e-4f;

    /// <summary>Against outputs that PyTorch left in files; see tools/fixtures/parity.</summary>
    [TestCase("unet", "netG")]
    [TestCase("resnet9", "netG_A")]
    [TestCase("patchgan", "netD")]
    public void RecordedOutputs(string fixture, string name)
    {
        var path = Path.Combine(TestContext.CurrentContext.TestDirectory, "ModelInterop", "fixtures", $"{fixture}.safetensors");
        using var file = TensorFile.Open(path);
        using var networks = NetworkFile.Open(path);
        var network = networks.Find(name).Load(Cpu);
        var input = file.Read("input");
        var shape = Array.ConvertAll(input.Shape, extent => (int)extent);
        Assert.That(
            LargestDifference(network.Eval().Run(input.ToSingle(), shape).Values, file.Read("output.eval").ToSingle()),
            Is.LessThan(Tolerance));
        using var inference = new InferenceScope([network.Train()]);
        Assert.That(
            LargestDifference(network.Run(input.ToSingle(), shape).Values, file.Read("output.train").ToSingle()), Is.LessThan(Tolerance));
    }

    /// <summary>A network here, what it is in the reference program, and a size of its pictures.</summary>
    private sealed record Pair(string Reference, Layer Network, params int[] Shape);

    /// <summary>Against PyTorch itself, through <c>.pth</c> files that it loads strictly.</summary>
    [Test]
    public void PyTorchAgrees() => Compare(
        new("UNet('batch', 8, 8)", new UNet(3, 3, 8, 8, NormKind.Batch, dropout: false), 1, 3, 256, 256),
        new("UNet('instance', 8, 7, 1, 2)", new UNet(1, 2, 7, 8, NormKind.Instance, dropout: false), 1, 1, 128, 256),
        new("UNet('none', 8, 5)", new UNet(3, 3, 5, 8, NormKind.None, dropout: false), 1, 3, 64, 32),
        new("ResNet('instance', 16, 9)", new ResNetGenerator(3, 3, 9, 16), 2, 3, 64, 52),
        new("ResNet('batch', 8, 6)", new ResNetGenerator(3, 3, 6, 8, NormKind.Batch), 1, 3, 48, 64),
        new("UpsampleResNet(8, 3)", new ResNetGenerator(3, 3, 3, 8, scaling: ScalingKind.Upsample), 1, 3, 32, 32),
        new("PatchDiscriminator('batch', 16, 6)", new PatchGan(6, 16), 1, 6, 128, 96),
        new("PatchDiscriminator('instance', 16, 3)", new PatchGan(3, 16, norm: NormKind.Instance), 1, 3, 70, 70),
        new("PixelDiscriminator('batch', 16, 6)", new PixelGan(6, 16), 1, 6, 24, 17),
        new("AsymmetricPatchDiscriminator(8)", new AsymmetricPatchGan(3, 8), 1, 3, 64, 80));

    /// <summary>The papers' own sizes.</summary>
    [Test]
    [Exhaustive]
    public void PyTorchAgreesAtFullSize() => Compare(
        new("UNet('batch', 64, 8)", new UNet(dropout: false), 1, 3, 256, 256),
        new("ResNet('instance', 64, 9)", new ResNetGenerator(), 1, 3, 256, 256),
        new("PatchDiscriminator('batch', 64, 6)", new PatchGan(6), 1, 6, 256, 256));

    /// <summary>Half weights load strictly, and PyTorch computes with them what it would with weights rounded to 11 bits.</summary>
    [TestCase("ResNet('instance', 4, 2)")]
    [TestCase("UNet('batch', 4, 5)", Category = Exhaustive.Category)]
    public void PyTorchLoadsHalves(string reference)
    {
        Layer network = reference.StartsWith("UNet", StringComparison.Ordinal)
            ? new UNet(3, 3, 5, 4, NormKind.Batch, dropout: false)
            : new ResNetGenerator(3, 3, 2, 4);
        var folder = TestFiles.Folder();
        NetworkExporter.ToPth(network.Seasoned(seed: 3, 1, 3, 32, 32), Path.Combine(folder, "whole.pth"));
        NetworkExporter.ToPth(network, Path.Combine(folder, "half.pth"), new ExportSettings { Half = true });
        TestFiles.Torch(
            """
            import sys, torch
            sys.path.insert(0, sys.argv[2])
            from networks import *
            network = eval(sys.argv[3])
            whole, half = (torch.load(sys.argv[1] + name, weights_only=True) for name in ("/whole.pth", "/half.pth"))
            network.load_state_dict(half, strict=True)
            assert list(whole) == list(half)
            halves = [n for n in half if half[n].dtype == torch.float16]
            assert halves == [n for n in whole if whole[n].dim() == 4], halves
            for n in whole:
                assert torch.equal(half[n], whole[n].half() if n in halves else whole[n]), n
            """,
            folder,
            Path.Combine(Path.GetDirectoryName(Script())!, "..", "golden"),
            reference);
        Assert.That(
            new FileInfo(Path.Combine(folder, "half.pth")).Length,
            Is.LessThan(0.8 * new FileInfo(Path.Combine(folder, "whole.pth")).Length));
    }

    /// <summary>A graph that PyTorch wrote, with the generator's weights in it, computes here what it computed there.</summary>
    [Test]
    public void AnOnnxModelOfPyTorchIsRead()
    {
        var folder = TestFiles.Folder();
        var input = Picture(4, 1, 3, 32, 40);
        TestFiles.Write("input.f32", MemoryMarshal.AsBytes(input.AsSpan()));
        TestFiles.Torch(
            """
            import sys, warnings, numpy, torch
            warnings.simplefilter("ignore")
            folder = sys.argv[1]
            sys.path.insert(0, sys.argv[2])
            from networks import ResNet
            torch.manual_seed(1)
            network = ResNet("instance", 4, 2).eval()
            x = torch.from_numpy(numpy.fromfile(folder + "/input.f32", dtype="<f4").reshape(1, 3, 32, 40))
            network(x).detach().numpy().tofile(folder + "/output.f32")
            torch.onnx.export(network, x, folder + "/net.onnx", opset_version=16)
            """,
            folder,
            Path.Combine(Path.GetDirectoryName(Script())!, "..", "golden"));
        using var networks = NetworkFile.Open(Path.Combine(folder, "net.onnx"));
        var expected = MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(Path.Combine(folder, "output.f32"))).ToArray();
        Assert.That(
            LargestDifference(networks.Find("netG_A").Load(Cpu).Run(input, 1, 3, 32, 40).Values, expected), Is.LessThan(Tolerance));
    }

    /// <summary>Python takes longer to start than to compute: one process answers for all networks.</summary>
    private static void Compare(params IReadOnlyList<Pair> pairs)
    {
        var folder = TestFiles.Folder();
        for (var i = 0; i < pairs.Count; i++)
        {
            var (_, network, shape) = pairs[i];
            NetworkExporter.ToPth(network.Seasoned(seed: 3, shape), FileOf(i, "pth"));
            File.WriteAllBytes(FileOf(i, "input.f32"), MemoryMarshal.AsBytes(Picture(4, shape).AsSpan()));
        }

        File.WriteAllLines(Path.Combine(folder, "jobs.txt"), pairs.Select((p, i) => $"{i}\t{p.Reference}\t{string.Join(',', p.Shape)}"));
        TestFiles.Torch("import runpy, sys; sys.argv.pop(0); runpy.run_path(sys.argv[0], run_name='__main__')", Script(), folder);

        for (var i = 0; i < pairs.Count; i++)
        {
            var (reference, network, shape) = pairs[i];
            var input = Picture(4, shape);
            Assert.That(
                LargestDifference(network.Eval().Run(input, shape).Values, Read(i, "eval.f32")), Is.LessThan(Tolerance),
                $"{reference} in evaluation");
            Assert.That(
                LargestDifference(network.Train().Run(input, shape).Values, Read(i, "train.f32")), Is.LessThan(Tolerance),
                $"{reference} in training mode");
        }

        Directory.Delete(folder, recursive: true);

        string FileOf(int i, string extension) => Path.Combine(folder, $"{i}.{extension}");

        float[] Read(int i, string extension) => MemoryMarshal.Cast<byte, float>(File.ReadAllBytes(FileOf(i, extension))).ToArray();
    }

    private static string Script()
    {
        for (var folder = new DirectoryInfo(TestContext.CurrentContext.TestDirectory); folder is not null; folder = folder.Parent)
        {
            var path = Path.Combine(folder.FullName, "tools", "fixtures", "parity", "run_torch.py");
            if (File.Exists(path))
            {
                return path;
            }
        }

        Assert.Ignore("tools/fixtures/parity/run_torch.py is not above the tests' folder");
        return "";
    }
}
