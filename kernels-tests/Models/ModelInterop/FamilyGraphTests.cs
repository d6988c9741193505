using IlgpuGan.Models.Interop;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Nn.Import;

namespace IlgpuGan.ModelsTests.ModelInterop;

/// <summary>The graph of each family's generators of pictures, written and read back, computes what the network does.</summary>
public sealed class FamilyGraphTests
{
    private const float Tolerance = 1e-4f;
    private const int LeastSide = 32;

    public static IEnumerable<string> Families => FamilyCatalog.All
        .Where(f => f.Generators(CatalogueCase.All[f.Info.Name].Options).Count > 0).Select(f => f.Info.Name);

    [TestCaseSource(nameof(Families))]
    public void GraphsReadBackComputeTheSame(string name)
    {
        using var device = Device.Open("cpu", threads: 1);
        var options = CatalogueCase.All[name].Options;
        var networks = new Dictionary<string, Module>(StringComparer.Ordinal);
        var compared = 0;
        foreach (var spec in FamilyCatalog.Of(options).Generators(options))
        {
            var network = Network(spec.Network);
            if (network is INotExportable || (network is not Layer && spec.Conditions is null or { Style.IsRequired: true }))
            {
                continue; // The export refuses it, and says why.
            }

            if (network is SteppedGenerator walk && spec.Conditions!.IsRandom)
            {
                walk.Steps = 1; // More would draw noise, which no graph does.
            }

            using var noGrad = GradMode.NoGrad();
            using var step = device.Step();
            var side = Math.Max(spec.SmallestSide, (LeastSide + spec.SideMultiple - 1) / spec.SideMultiple * spec.SideMultiple);
            var picture = Tensor.Normal(new RandomKey(5, 1, 0, 0), new Shape(1, spec.InputChannels, side, side), device);
            var path = Path.Combine(TestFiles.Folder(), $"{name}.onnx");
            var (inputs, expected) = network is Layer layer ? Alone(layer) : Conditioned(spec.Conditions!);
            var read = GraphNetwork.Read(path).To(device).Forward([.. inputs])[0];
            Assert.That(read.Shape, Is.EqualTo(expected.Shape));
            Assert.That(expected.ToArray().Max() - expected.ToArray().Min(), Is.GreaterThan(1e-3f), "the network says nothing");
            Assert.That(read.ToArray().Zip(expected.ToArray(), (a, b) => MathF.Abs(a - b)).Max(), Is.LessThan(Tolerance), spec.Network);
            compared++;

            (Tensor[], Tensor) Alone(Layer alone)
            {
                NetworkExporter.ToOnnx(alone, spec, path);
                return ([picture], alone.Forward(picture));
            }

            (Tensor[], Tensor) Conditioned(GeneratorConditions takes)
            {
                NetworkExporter.ToOnnx(network, spec, path);
                var noise = takes.Noise > 0 ? Tensor.Normal(new RandomKey(6, 1, 0, 0), new Shape(1, takes.Noise), device) : null;
                var label = takes.Labels.Count > 0
                    ? Tensor.Uniform(new RandomKey(7, 1, 0, 0), new Shape(1, takes.LabelPlaces), device)
                    : null;
                var bound = takes.Bind(Network, new ConditionValues(noise, label, null));
                Tensor?[] all = [picture, noise, label];
                return ([.. all.OfType<Tensor>()], bound.Forward(picture));
            }
        }

        if (compared == 0)
        {
            Assert.Ignore($"{name} has no generator that leaves as a graph");
        }

        Module Network(string wanted)
        {
            if (!networks.TryGetValue(wanted, out var made))
            {
                made = FamilyCatalog.Of(options).Networks(options).Single(n => n.Name == wanted).Create();
                networks[wanted] = made.Initialize(3, Initialization.Kaiming).To(device).Eval();
            }

            return networks[wanted];
        }
    }
}
