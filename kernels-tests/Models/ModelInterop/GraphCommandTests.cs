using Google.Protobuf;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Networks;
using IlgpuGan.Models.Translation;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Onnx.Proto;

namespace IlgpuGan.ModelsTests.ModelInterop;

/// <summary>Graphs of other programs on the command line: <c>translate</c> and <c>inspect</c>.</summary>
public sealed class GraphCommandTests : CommandFixture
{
    private const int Width = 7;
    private const int Height = 5;

    /// <summary>Only the first outputs are looked at, not each tile and frame.</summary>
    [TestCase(1, true)]
    [TestCase(20, false)]
    public void ValuesOfTheFirstOutputsAreLookedAt(int grays, bool isTold)
    {
        var graph = Save("times.onnx", new GraphFile().Input("x", 0, 3, 0, 0)
            .Constant(NamedArray.From("factor", [], new[] { 255f })).Node("Mul", ["x", "factor"], ["y"]).Output("y"));
        using var device = Device.Open("cpu", threads: 1);
        using var translator = Translator.Open(graph, device);
        List<string> remarks = [];
        using var heard = PictureRemarks.Listen((_, remark) => remarks.Add(remark));
        foreach (var level in Enumerable.Repeat((byte)127, grays).Append((byte)0))
        {
            var samples = new byte[Width * Height * 3];
            Array.Fill(samples, level);
            translator.Translate(new Picture(new Image(Width, Height, 3, samples)));
        }

        Assert.That(remarks.Any(remark => remark.Contains("makes values from -", StringComparison.Ordinal)), Is.EqualTo(isTold));
    }

    /// <summary>Later settings leave the range of earlier samples as it was: this graph makes negatives of bytes only.</summary>
    [Test]
    public void EachSampleKeepsItsRange()
    {
        var graph = Save("negative.onnx", new GraphFile().Input("x", 0, 3, 0, 0)
            .Constant(NamedArray.From("white", [], new[] { 255f })).Node("Sub", ["white", "x"], ["y"]).Output("y"));
        using var device = Device.Open("cpu", threads: 1);
        var generator = OnnxGenerator.Open(graph, device);
        var first = generator.SamplesFor(new TranslationSettings { Range = PixelRange.Bytes })[0].Network;
        generator.SamplesFor(new TranslationSettings());
        using var step = device.Step();
        var made = first.Forward(Tensor.From([0.5f, 0.5f, 0.5f], new Shape(1, 3, 1, 1), device));
        Assert.That(made.ToArray(), Is.All.EqualTo(-0.5f).Within(1e-5f));
    }

    /// <summary>The weights of a known network in a graph that does more with them: run as written, and no network to import.</summary>
    [Test]
    public async Task AGraphAroundAKnownNetworkIsRunAsWritten([Values] bool described)
    {
        _runs.Train("run", TinyRun.CycleGan with { Steps = 0, Dropout = false });
        IReadOnlyDictionary<string, string> metadata;
        using (var run = NetworkFile.Open(In("run")))
        {
            metadata = described ? NetworkFile.MetadataOf(run.Find("netG_A")) : new Dictionary<string, string>();
        }

        var (network, plain, negative) = (
            new ResNetGenerator(3, 3, blocks: 1, ngf: 4).Seasoned(1, 1, 3, 16, 16), In("plain.onnx"), In("negative.onnx"));
        NetworkExporter.ToOnnx(network, plain, new ExportSettings { Metadata = metadata });
        var model = ModelProto.Parser.ParseFrom(File.ReadAllBytes(plain));
        model.Graph.Node.Add(new NodeProto { OpType = "Neg", Input = { "output" }, Output = { "negative" } });
        model.Graph.Output[0].Name = "negative";
        File.WriteAllBytes(negative, model.ToByteArray());

        var samples = Enumerable.Range(0, 768).Select(i => (byte)(i * 7)).ToArray();
        PictureFile.Save(new Picture(new Image(16, 16, 3, samples)), In("picture.png"));
        foreach (var graph in new[] { plain, negative })
        {
            await Do("translate", "--model", graph, "--input", In("picture.png"), "--out", graph + ".png", "--device", "cpu");
        }

        Assert.That(
            Samples(negative + ".png"), Is.EqualTo(Samples(plain + ".png").Select(v => (byte)(255 - v)).ToArray()).Within(1));
        AssertExplained(
            await Run("import", "--from", negative, "--out", In("imported")), 1, negative, "netG_A", "other operators",
            "take the weights that it was made from", "translate runs the graph if it knows its operators");
        await Do("import", "--from", plain, "--out", In("imported"));
    }

    /// <summary>Weights don't say how a border is made, but the graph does.</summary>
    [Test]
    public void AGraphWithAnotherBorderIsRunAsWritten()
    {
        int[] shape = [1, 3, 16, 16];
        var network = new ResNetGenerator(3, 3, blocks: 1, ngf: 4, padding: BlockPadding.Replicate).Seasoned(1, shape);
        NetworkExporter.ToOnnx(network, In("g.onnx"));
        using (var file = NetworkFile.Open(In("g.onnx")))
        {
            Fails.With<InteropException>(() => file.Find().Load(SampleNetworks.Cpu), "g.onnx", "other operators");
        }

        var values = SampleNetworks.Picture(2, shape);
        using var input = Tensor.From(values, new Shape(shape), SampleNetworks.Cpu);
        using var translator = Translator.Open(In("g.onnx"), SampleNetworks.Cpu);
        Assert.That(
            SampleNetworks.LargestDifference(translator.Forward(input).ToArray(), network.Eval().Run(values, shape).Values),
            Is.LessThan(1e-4f));
    }

    /// <summary>Channels last, as floats or as bytes in and out, which are from 0 to 255 whatever is asked for.</summary>
    [TestCase(GraphFile.Floats32, "bytes")]
    [TestCase(GraphFile.Bytes, "signed")]
    public async Task AGraphMayHaveItsChannelsLastAndTakeBytes(int type, string range)
    {
        var graph = Save("last.onnx", new GraphFile().InputOf(type, "x", 0, 0, 0, 3)
            .Constant(NamedArray.From("least", [3], new[] { 255f, 255, 0 }))
            .Node("Cast", ["x"], ["floats"], GraphFile.Of("to", GraphFile.Floats32)).Node("Max", ["floats", "least"], ["most"])
            .Node("Cast", ["most"], ["y"], GraphFile.Of("to", type)).Output("y", type));
        var picture = Drawn();
        await Do("translate", "--model", graph, "--input", picture, "--out", In("out.png"), "--device", "cpu", "--range", range);
        Assert.That(Samples(In("out.png")), Is.EqualTo(Samples(picture).Select((v, i) => i % 3 < 2 ? (byte)255 : v)));
    }

    /// <summary>Several at once, of a graph that takes one picture at a time, and of one that lays a second beside each.</summary>
    [TestCase("fixed")]
    [TestCase("style")]
    public void ManyTogetherAreEachTranslated(string kind)
    {
        var file = kind == "fixed"
            ? new GraphFile().Input("x", 1, 3, 8, 8).Node("Neg", ["x"], ["y"]).Output("y")
            : new GraphFile().Input("x", 0, 3, 8, 8).Input("style", 0, 1, 8, 8)
                .Node("Concat", ["x", "style"], ["y"], GraphFile.Of("axis", 1)).Output("y");
        PictureFile.Save(new Picture(new Image(1, 1, 1, [51])), In("style.png"));
        using var device = Device.Open("cpu");
        var settings = new TranslationSettings { Style = kind == "style" ? In("style.png") : null };
        var translator = Translator.Open(Save(kind + ".onnx", file), device, settings);
        var pictures = Enumerable.Range(0, 4)
            .Select(i => new Picture(new Image(8, 8, 3, Enumerable.Repeat((byte)i, 192).ToArray()))).ToList();
        var answers = translator.TranslateBatch(pictures, "pictures", 0);
        for (var i = 0; i < 4; i++)
        {
            Assert.That(answers[i].Layers[0].Bytes.Take(4), Is.EqualTo(
                kind == "fixed" ? new byte[] { (byte)(255 - i), (byte)(255 - i), (byte)(255 - i), (byte)(255 - i) }
                : new byte[] { (byte)i, (byte)i, (byte)i, 51 }));
        }
    }

    private string Save(string name, GraphFile file)
    {
        File.WriteAllBytes(In(name), file.Model.ToByteArray());
        return In(name);
    }

    /// <summary>A picture of any colours.</summary>
    private string Drawn()
    {
        var samples = new byte[Width * Height * 3];
        new Random(1).NextBytes(samples);
        PictureFile.Save(new Picture(new Image(Width, Height, 3, samples)), In("picture.png"));
        return In("picture.png");
    }

    private static byte[] Samples(string path)
    {
        var picture = PictureFile.Load(path);
        var planes = new float[picture.Channels * picture.Width * picture.Height];
        picture.CopyTo(planes);
        var pixels = picture.Width * picture.Height;
        return [.. Enumerable.Range(0, planes.Length).Select(i =>
            (byte)MathF.Round((planes[(i % picture.Channels * pixels) + (i / picture.Channels)] + 1) * 127.5f))];
    }
}
