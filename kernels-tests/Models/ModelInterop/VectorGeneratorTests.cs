using IlgpuGan.Models.Families.DiscoGan;
using IlgpuGan.Models.Families.LapGan;
using IlgpuGan.Models.Families.MadGan;
using IlgpuGan.Models.Families.StackGan;
using IlgpuGan.Models.Families.StackGanV2;
using IlgpuGan.Models.Interop;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Nn.Import;

namespace IlgpuGan.ModelsTests.ModelInterop;

/// <summary>Generators of vectors, or of coarse pictures and labels, become graphs that ONNX Runtime computes as the engine does.</summary>
public sealed class VectorGeneratorTests
{
    private const int Count = 3;
    private const float Tolerance = 1e-5f;

    private static readonly TrainingOptions s_toy = FamilyCatalog.Find("discogan")!.Defaults(DiscoGanOptions.PointsPreset);

    /// <summary>Of pictures from the catalogue's cases, and of points of the line and of the plane.</summary>
    private static IEnumerable<TestCaseData> Generators =>
        CatalogueCase.All.Values.Select(c => c.Options).Append(Line).Append(Plane).Append(s_toy).Append(Unlabelled).Append(UnlabelledTree)
            .SelectMany(options => FamilyCatalog.Of(options).GraphGenerators(options), (options, made) =>
                new TestCaseData(options, made).SetArgDisplayNames(
                    options.Model, made.Network, string.Join(" and ", made.Inputs.Select(input => string.Join('x', input.Extents))),
                    string.Join('x', made.Output)));

    private static MadGanOptions Line => new() { Generators = 3, Nz = 6, GWidths = "8,9", DWidths = "8", PointNumbers = 1 };

    private static MadGanOptions Plane => Line with { PointNumbers = 2 };

    private static StackGanV2Options UnlabelledTree =>
        (StackGanV2Options)CatalogueCase.All["stackgan-v2"].Options with { Conditional = false };

    private static LapGanOptions Unlabelled => (LapGanOptions)CatalogueCase.All["lapgan"].Options with { Conditional = false };

    [Test]
    public void EachGeneratorIsOne()
    {
        Assert.That(Outputs(Line), Is.EqualTo(new[] { "netG_0 1", "netG_1 1", "netG_2 1" }));
        Assert.That(Outputs(Plane), Is.EqualTo(new[] { "netG_0 2", "netG_1 2", "netG_2 2" }));
        Assert.That(Outputs(s_toy), Is.EqualTo(new[] { "netG_A 2", "netG_B 2" }));
        Assert.That(Outputs(Unlabelled), Is.EqualTo(new[] { "netG_0 3x8x8", "netG_1 3x16x16" }));
        Assert.That(Outputs(CatalogueCase.All["stackgan"].Options), Is.EqualTo(new[] { "netG_1 3x8x8", "netG_2 3x16x16" }));

        static IEnumerable<string> Outputs(TrainingOptions options) => FamilyCatalog.Of(options).GraphGenerators(options)
            .Select(made => $"{made.Network} {string.Join('x', made.Output)}");
    }

    [TestCaseSource(nameof(Generators))]
    public void GraphsComputeTheSame(TrainingOptions options, GraphGenerator made)
    {
        using var device = Device.Open("cpu", threads: 1);
        var network = FamilyCatalog.Of(options).Networks(options).Single(n => n.Name == made.Network).Create();
        network.Initialize(3, Initialization.Default).To(device).Eval();
        using var noGrad = GradMode.NoGrad();
        Tensor[] inputs = [.. made.Inputs.Select((input, i) => Tensor.Normal(
            new RandomKey(4, 1, 0, (uint)i), new Shape([Count, .. input.Extents]), device))];
        using var outputs = Forward(network, inputs);
        Assert.That(outputs.Shape, Is.EqualTo(new Shape([Count, .. made.Output])));
        Assert.That(outputs.ToArray().Distinct().Count(), Is.GreaterThan(2), "a constant would compute the same");

        var path = Path.Combine(TestFiles.Folder(), "generator.onnx");
        NetworkExporter.ToOnnx(network, made, path);
        var graph = GraphNetwork.Read(path).To(device);
        using var read = graph.Forward(inputs)[0];
        Assert.That(read.Shape, Is.EqualTo(outputs.Shape));
        Assert.That(read.ToArray().Zip(outputs.ToArray(), (a, b) => MathF.Abs(a - b)).Max(), Is.LessThan(Tolerance), "read back");
        var (extents, values) = OnnxRuntime.Run(
            path,
            [.. made.Inputs.Zip(inputs, (input, x) => (input.Name, x.Shape.ToLongs(), x.ToArray()))],
            NetworkExporter.OutputName)[0];
        Assert.That(extents.Select(extent => (int)extent), Is.EqualTo(outputs.Shape.ToArray()));
        Assert.That(values.Zip(outputs.ToArray(), (a, b) => MathF.Abs(a - b)).Max(), Is.LessThan(Tolerance));
    }

    /// <summary>Conditions are their means: their noise is 0.</summary>
    private static Tensor Forward(Module network, Tensor[] inputs) => network switch
    {
        Layer layer => layer.Forward(inputs[0]),
        ResidualGenerator residual => residual.Forward(inputs[0], inputs[1], inputs.ElementAtOrDefault(2)),
        SecondGenerator second => second.Forward(inputs[0], inputs[1], Tensor.Zeros(new Shape(Count, 3), inputs[0].Device)).Picture,
        _ => throw new AssertionException($"no forward is known of {network.GetType().Name}"),
    };
}
