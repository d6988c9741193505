using IlgpuGan.KernelsTests.Formats;
using IlgpuGan.KernelsTests.Models;
using IlgpuGan.Models.Families;
using IlgpuGan.Models.Families.DiscoGan;
using IlgpuGan.Models.Families.MadGan;
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

    private static readonly TrainingOptions s_toy = FamilyCatalog.Find("discogan")!.Defaults(DiscoGanOptions.PointsPreset);

    /// <summary>Of pictures from the catalogue's cases, and of points of the line and of the plane.</summary>
    private static IEnumerable<TestCaseData> Generators =>
        CatalogueCase.All.Values.Select(c => c.Options).Append(Line).Append(Plane).Append(s_toy)
            .SelectMany(options => FamilyCatalog.Of(options).VectorGenerators(options), (options, made) =>
                new TestCaseData(options, made).SetArgDisplayNames(
                    options.Model, made.Network, $"{made.Numbers} to {string.Join('x', made.Output)}"));

    private static MadGanOptions Line =>
        new() { Generators = 3, Nz = 6, GWidths = "8,9", DWidths = "8", PointNumbers = 1 };

    private static MadGanOptions Plane => Line with { PointNumbers = 2 };

    [Test]
    public void EachGeneratorOfPointsIsOne()
    {
        Assert.That(Outputs(Line), Is.EqualTo(new[] { ("netG_0", 1), ("netG_1", 1), ("netG_2", 1) }));
        Assert.That(Outputs(Plane), Is.EqualTo(new[] { ("netG_0", 2), ("netG_1", 2), ("netG_2", 2) }));
        Assert.That(Outputs(s_toy), Is.EqualTo(new[] { ("netG_A", 2), ("netG_B", 2) }));

        static IEnumerable<(string, int)> Outputs(TrainingOptions options) =>
            FamilyCatalog.Of(options).VectorGenerators(options).Select(made => (made.Network, made.Output.Single()));
    }

    [TestCaseSource(nameof(Generators))]
    public void GraphsComputeTheSame(TrainingOptions options, VectorGenerator made)
    {
        using var device = Device.Open("cpu", threads: 1);
        var network = (Layer)FamilyCatalog.Of(options).Networks(options).Single(n => n.Name == made.Network).Create();
        network.Initialize(3, Initialization.Default).To(device).Eval();
        var shape = new Shape(Count, made.Numbers);
        using var noGrad = GradMode.NoGrad();
        using var vectors = Tensor.Normal(new RandomKey(4, 1, 0, 0), shape, device);
        using var outputs = network.Forward(vectors);
        Assert.That(outputs.Shape, Is.EqualTo(new Shape([Count, .. made.Output])));
        Assert.That(outputs.ToArray().Distinct().Count(), Is.GreaterThan(2), "a constant would compute the same");

        var path = Path.Combine(TestFiles.Folder(), "generator.onnx");
        NetworkExporter.ToOnnx(network, made, path);
        var graph = GraphNetwork.Read(path).To(device);
        using var read = graph.Forward(vectors)[0];
        Assert.That(read.Shape, Is.EqualTo(outputs.Shape));
        Assert.That(read.ToArray().Zip(outputs.ToArray(), (a, b) => MathF.Abs(a - b)).Max(), Is.LessThan(1e-5f), "read back");
        var (extents, values) = OnnxRuntime.Run(
            path, NetworkExporter.InputName, [Count, made.Numbers], vectors.ToArray(), NetworkExporter.OutputName);
        Assert.That(extents.Select(extent => (int)extent), Is.EqualTo(outputs.Shape.ToArray()));
        Assert.That(values.Zip(outputs.ToArray(), (a, b) => MathF.Abs(a - b)).Max(), Is.LessThan(1e-5f));
    }
}
