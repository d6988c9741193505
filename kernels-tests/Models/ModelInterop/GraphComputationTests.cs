using System.Runtime.InteropServices;
using Google.Protobuf;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Translation;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Onnx.Proto;
using IlgpuGan.Tensors.Nn.Import;
using static IlgpuGan.ModelsTests.ModelInterop.SampleNetworks;

namespace IlgpuGan.ModelsTests.ModelInterop;

/// <summary>A graph with a known network's weights is taken for that network only if it computes the same of them.</summary>
public sealed class GraphComputationTests : InFolder
{
    private static readonly int[] s_shape = [1, 3, 32, 32];

    /// <summary>Settings of norms, what follows what, which weight is where: a graph that differs in one is run as written.</summary>
    [TestCase("epsilon")]
    [TestCase("a norm behind its activation")]
    [TestCase("concatenation")]
    [TestCase("border")]
    [TestCase("weights")]
    public void AGraphThatComputesSomethingElseIsRunAsWritten(string what)
    {
        Layer network = what == "concatenation"
            ? new UNet(3, 3, downs: 5, ngf: 4, NormKind.Instance, dropout: false)
            : new ResNetGenerator(3, 3, blocks: 1, ngf: 4);
        var path = Written(network.Seasoned(1, s_shape), graph => Change(graph, what));
        using (var file = NetworkFile.Open(path))
        {
            Fails.With<InteropException>(() => file.Find().Load(Cpu), path, "other operators, settings or connections");
        }

        using var noGrad = GradMode.NoGrad();
        var values = Picture(2, s_shape);
        using var input = Tensor.From(values, new Shape(s_shape), Cpu);
        var expected = GraphNetwork.Read(path).To(Cpu).Forward([input])[0].ToArray();
        using var translator = Translator.Open(path, Cpu);
        var made = translator.Forward(input).ToArray();
        Assert.That(LargestDifference(made, expected), Is.LessThan(1e-6f));
        Assert.That(LargestDifference(made, network.Eval().Run(values, s_shape).Values), Is.GreaterThan(1e-3f));
    }

    /// <summary>
    /// PyTorch begins a skip connection behind an activation that works in place, and computes the widths of borders of constants.
    /// </summary>
    [TestCase("unet")]
    [TestCase("resnet")]
    public void AGraphThatIsWrittenOtherwiseIsTheSame(string kind)
    {
        Layer network = kind == "unet"
            ? new UNet(3, 3, downs: 5, ngf: 4, NormKind.Instance, dropout: false)
            : new ResNetGenerator(3, 3, blocks: 1, ngf: 4);
        var path = Written(network.Seasoned(1, s_shape), graph =>
        {
            foreach (var joined in graph.Node.Where(node => node.OpType == "Concat"))
            {
                joined.Input[0] = graph.Node.First(node => node.OpType == "LeakyRelu" && node.Input[0] == joined.Input[0]).Output[0];
                joined.Attribute.Single(attribute => attribute.Name == "axis").I = -3;
            }

            if (graph.Initializer.FirstOrDefault(constant => constant.Name == "pads_3_3_3_3") is { } borders)
            {
                graph.Initializer.Remove(borders);
                var half = GraphFile.Of("value", NamedArray.From("half", [4], new long[] { 0, 0, 3, 3 }));
                graph.Node.Insert(0, new NodeProto { OpType = "Constant", Output = { "half" }, Attribute = { half } });
                graph.Node.Insert(1, new NodeProto
                {
                    OpType = "Concat", Input = { "half", "half" }, Output = { borders.Name }, Attribute = { GraphFile.Of("axis", 0) },
                });
            }
        });
        using var file = NetworkFile.Open(path);
        var values = Picture(2, s_shape);
        Assert.That(file.Find().Load(Cpu).Eval().Run(values, s_shape).Values, Is.EqualTo(network.Eval().Run(values, s_shape).Values));
    }

    /// <summary>Norms that take the statistics of the batch: newer operator sets say so, older ones by a norm's further outputs.</summary>
    [TestCase(true)]
    [TestCase(false)]
    public void AGraphInTrainingModeIsRefused(bool isSaid)
    {
        var path = Written(new ResNetGenerator(3, 3, blocks: 1, ngf: 4, NormKind.Batch).Seasoned(1, s_shape), graph =>
        {
            foreach (var norm in graph.Node.Where(node => node.OpType == "BatchNormalization"))
            {
                norm.Output.Add(norm.Output[0] + "_mean");
                norm.Output.Add(norm.Output[0] + "_variance");
                if (isSaid)
                {
                    norm.Attribute.Add(GraphFile.Of("training_mode", 1));
                }
            }
        });
        Fails.With<InteropException>(() => NetworkImporter.Import(path, In("run")), path, "other operators, settings or connections");
        using var input = Tensor.From(Picture(2, s_shape), new Shape(s_shape), Cpu);
        using var translator = Translator.Open(path, Cpu);
        Fails.With<ShapeException>(() => translator.Forward(input), path, "it is in training mode");
    }

    private string Written(Layer network, Action<GraphProto> change)
    {
        var path = In("g.onnx");
        NetworkExporter.ToOnnx(network, path);
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(path));
        change(model.Graph);
        File.WriteAllBytes(path, model.ToByteArray());
        return path;
    }

    private static void Change(GraphProto graph, string what)
    {
        switch (what)
        {
            case "epsilon":
                foreach (var norm in graph.Node.Where(node => node.OpType == "InstanceNormalization"))
                {
                    norm.Attribute[0].F = 0.8f;
                }

                break;
            case "a norm behind its activation":
                var first = graph.Node.First(node => node.OpType == "InstanceNormalization");
                var second = graph.Node.First(node => node.OpType == "Relu");
                second.Input.Add(first.Input[1]);
                second.Input.Add(first.Input[2]);
                second.Attribute.Add(first.Attribute);
                first.Input.RemoveAt(2);
                first.Input.RemoveAt(1);
                first.Attribute.Clear();
                (first.OpType, second.OpType) = (second.OpType, first.OpType);
                break;
            case "concatenation":
                foreach (var joined in graph.Node.Where(node => node.OpType == "Concat"))
                {
                    (joined.Input[0], joined.Input[1]) = (joined.Input[1], joined.Input[0]);
                }

                break;
            case "border":
                var widths = new long[] { 0, 0, 2, 0, 0, 0, 0, 2 };
                graph.Initializer.Single(constant => constant.Name == "pads_1_1_1_1").RawData =
                    ByteString.CopyFrom(MemoryMarshal.AsBytes(widths.AsSpan()));
                break;
            default:
                var convolutions = graph.Node.Where(node => node.Input.Any(name => name.Contains("conv_block") && name.EndsWith("weight")))
                    .ToList();
                (convolutions[0].Input[1], convolutions[1].Input[1]) = (convolutions[1].Input[1], convolutions[0].Input[1]);
                break;
        }
    }
}
