using IlgpuGan.KernelsTests.Formats;
using IlgpuGan.KernelsTests.Models;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Interop;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Nn;
using IlgpuGan.Tensors.Nn.Import;
using NUnit.Framework;

namespace IlgpuGan.KernelsTests.ModelInterop;

/// <summary>Generators of vectors leave as graphs that ONNX Runtime computes as the engine does.</summary>
[TestFixture]
public sealed class VectorGeneratorTests
{
    private const int Count = 3;

    public static IEnumerable<string> Families => FamilyCatalog.All
        .Where(f => f.Generation(CatalogueCase.All[f.Info.Name].Options) is { Networks.Count: > 0 }).Select(f => f.Info.Name);

    [TestCaseSource(nameof(Families))]
    public void GraphsComputeTheSame(string name)
    {
        using var device = Device.Open("cpu", threads: 1);
        var options = CatalogueCase.All[name].Options;
        var family = FamilyCatalog.Of(options);
        foreach (var made in family.Generation(options)!.Networks)
        {
            var network = (Layer)family.Networks(options).Single(n => n.Name == made.Network).Create();
            network.Initialize(3, Initialization.Default).To(device).Eval();
            var shape = new Shape(Count, made.Numbers);
            using var noGrad = GradMode.NoGrad();
            using var vectors = Tensor.Normal(new RandomKey(4, 1, 0, 0), shape, device);
            using var pictures = network.Forward(vectors);
            Assert.That(pictures.Shape, Is.EqualTo(new Shape(Count, made.Channels, made.Height, made.Width)));

            var path = Path.Combine(TestFiles.Folder(), name + ".onnx");
            NetworkExporter.ToOnnx(network, made, path);
            using var read = GraphNetwork.Read(path).To(device).Forward(vectors)[0];
            Assert.That(read.ToArray().Zip(pictures.ToArray(), (a, b) => MathF.Abs(a - b)).Max(), Is.LessThan(1e-5f), "read back");
            var (_, values) = OnnxRuntime.Run(
                path, NetworkExporter.InputName, [Count, made.Numbers], vectors.ToArray(), NetworkExporter.OutputName);
            Assert.That(values.Zip(pictures.ToArray(), (a, b) => MathF.Abs(a - b)).Max(), Is.LessThan(1e-5f));
        }
    }
}
