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

    /// <summary>A negative comes out right only where black and white are to the graph what it was told.</summary>
    [TestCase("signed", 0)]
    [TestCase("unit", 1)]
    [TestCase("bytes", 255)]
    public async Task AGraphTranslatesInItsOwnRange(string range, int white)
    {
        var graph = Save("negative.onnx", new GraphFile().Input("x", 0, 3, 0, 0)
            .Constant(NamedArray.From("white", [], new[] { (float)white })).Node("Sub", ["white", "x"], ["y"]).Output("y"));
        var picture = Drawn();
        await Do("translate", "--model", graph, "--input", picture, "--out", In("out.png"), "--range", range);
        Assert.That(Samples(In("out.png")), Is.EqualTo(Samples(picture).Select(v => (byte)(255 - v))));
    }

    /// <summary>Bytes in and floats far beyond 1 out: 255 is white unasked.</summary>
    [Test]
    public async Task AGraphFromBytesToLargeFloatsMakesBytes()
    {
        var graph = Save("large.onnx", new GraphFile().InputOf(GraphFile.Bytes, "x", 0, 0, 0, 3)
            .Node("Cast", ["x"], ["y"], GraphFile.Of("to", GraphFile.Floats32)).Output("y"));
        var picture = Drawn();
        var said = await Do("translate", "--model", graph, "--input", picture, "--out", In("out.png"), "--device", "cpu");
        Assert.That(said, Does.Contain($"{graph}: takes bytes").And.Contain("255 for white; --range says otherwise"));
        Assert.That(Samples(In("out.png")), Is.EqualTo(Samples(picture)));
        said = await Do(
            "translate", "--model", graph, "--input", picture, "--out", In("out.png"), "--device", "cpu", "--range", "signed");
        Assert.That(said, Does.Not.Contain("--range"));
        Assert.That(Samples(In("out.png")), Is.Not.EqualTo(Samples(picture)));
    }

    /// <summary>As of a network without a last Tanh, which makes more than 1 of noise.</summary>
    [Test]
    public async Task AGraphFromBytesToNumbersOfAFewMakesNoBytes()
    {
        var graph = Save("few.onnx", new GraphFile().InputOf(GraphFile.Bytes, "x", 0, 0, 0, 3)
            .Constant(NamedArray.From("factor", [], new[] { 0.01f }))
            .Node("Cast", ["x"], ["floats"], GraphFile.Of("to", GraphFile.Floats32)).Node("Mul", ["floats", "factor"], ["y"]).Output("y"));
        var said = await Do("translate", "--model", graph, "--input", Drawn(), "--out", In("out.png"), "--device", "cpu");
        Assert.That(said, Does.Not.Contain("takes bytes"));
    }

    /// <summary>
    /// Values of another range are told once, of the graph's last operator or of what it makes; not if the range was said.
    /// </summary>
    [TestCase("Sigmoid", "its values go from 0 to 1, but -1 is taken for black")]
    [TestCase("Clip", "its values go from 0 to 255, but -1 is taken for black")]
    [TestCase("Mul", "makes values from -")]
    [TestCase("Neg", null)]
    public async Task ValuesOfAnotherRangeAreTold(string operation, string? told)
    {
        var file = new GraphFile().Input("x", 0, 3, 0, 0).Constant(NamedArray.From("least", [], new[] { 0f }))
            .Constant(NamedArray.From("most", [], new[] { 255f }));
        string[] inputs = operation switch { "Clip" => ["x", "least", "most"], "Mul" => ["x", "most"], _ => ["x"] };
        var graph = Save("g.onnx", file.Node(operation, inputs, ["z"]).Node("Identity", ["z"], ["y"]).Output("y"));
        Directory.CreateDirectory(In("in"));
        File.Copy(Drawn(), In("in", "a.png"));
        File.Copy(In("in", "a.png"), In("in", "b.png"));
        string[] words = ["translate", "--model", graph, "--input", In("in"), "--out", In("out"), "--device", "cpu"];
        var said = await Do(words);
        Assert.That(said.Split("--range unit or bytes says what white is"), Has.Length.EqualTo(told is null ? 1 : 2), said);
        Assert.That(said, Does.Contain(told ?? "2 of 2 pictures"));
        Assert.That(await Do([.. words, "--range", "signed"]), Does.Not.Contain("--range"));
    }

    /// <summary>
    /// Bytes, or floats that are scaled as bytes are, by a division or by a multiplication: black and white are the graph's own in what it
    /// takes and in what it makes.
    /// </summary>
    [TestCase(GraphFile.Floats32, "/255 0..1", "255 for white of it, and 0 and 1 of what it makes; --range says otherwise")]
    [TestCase(GraphFile.Floats32, "/255 -0.08..1.08", "255 for white of it, and 0 and 1 of what it makes; --range says otherwise")]
    [TestCase(GraphFile.Floats32, "flip /255 0..1 *255 -22..277 flip", "255 for white of it, and 0 and 255 of what it makes")]
    [TestCase(GraphFile.Floats32, "*0.003921569 0..1", "255 for white of it, and 0 and 1 of what it makes; --range says otherwise")]
    [TestCase(GraphFile.Floats32, "/127.5 -1 -1..1", "255 for white of it, and -1 and 1 of what it makes; --range says otherwise")]
    [TestCase(GraphFile.Floats32, "-127.5 *0.007843138 -1..1", "255 for white of it, and -1 and 1 of what it makes")]
    [TestCase(GraphFile.Floats32, "/255 0..1 *255", "255 for white of it, and 0 and 255 of what it makes; --range says otherwise")]
    [TestCase(GraphFile.Floats32, "/255 0..1 /0.003921569", "255 for white of it, and 0 and 255 of what it makes; --range says otherwise")]
    [TestCase(GraphFile.Bytes, "/255", "numbers from 0 to 1, so 0 is taken for black and 1 for white; --range says otherwise")]
    [TestCase(GraphFile.Bytes, "*0.003921569", "numbers from 0 to 1, so 0 is taken for black and 1 for white; --range says otherwise")]
    [TestCase(GraphFile.Bytes, "/127.5 -1", null)]
    public async Task BytesThatAGraphScalesAreFound(int type, string steps, string? told)
    {
        var file = new GraphFile().InputOf(type, "x", 0, 0, 0, 3)
            .Node("Cast", ["x"], ["v0"], GraphFile.Of("to", GraphFile.Floats32));
        var graph = Save("scaled.onnx", Stepped(file, steps));
        var picture = Drawn();
        string[] words = ["translate", "--model", graph, "--input", picture, "--out", In("out.png"), "--device", "cpu"];
        var said = await Do(words);
        Assert.That(said, told is null ? Does.Not.Contain("--range") : Does.Contain(told));
        Assert.That(Samples(In("out.png")), Is.EqualTo(Samples(picture)));
        Assert.That(await Do([.. words, "--range", "signed"]), Does.Not.Contain("--range"));
    }

    /// <summary>What scales an activation's values counts; a picture that is read unscaled, too, is not one of bytes.</summary>
    [TestCase("Tanh", "/2 +0.5", "its values go from 0 to 1, but -1 is taken for black")]
    [TestCase("Tanh", "+1 *127.5", "its values go from 0 to 255, but -1 is taken for black")]
    [TestCase("Sigmoid", "*2 -1", null)]
    [TestCase("Add", "/1", null)]
    public async Task ScaledValuesAreTold(string operation, string steps, string? told)
    {
        var file = new GraphFile().Input("x", 0, 3, 0, 0).Constant(NamedArray.From("bytes", [], new[] { 255f }));
        _ = operation == "Add"
            ? file.Node("Div", ["x", "bytes"], ["small"]).Node("Add", ["small", "x"], ["v0"])
            : file.Node(operation, ["x"], ["v0"]);
        var graph = Save("g.onnx", Stepped(file, steps));
        var said = await Do("translate", "--model", graph, "--input", Drawn(), "--out", In("out.png"), "--device", "cpu");
        Assert.That(said, told is null ? Does.Not.Contain("--range") : Does.Contain(told));
    }

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

    /// <summary>Two of a network that enlarges twice: as large as it makes them, nothing cut off.</summary>
    [Test]
    public async Task AGraphMayEnlarge()
    {
        var graph = Save("larger.onnx", new GraphFile().Input("x", 0, 3, 0, 0)
            .Constant(NamedArray.From("scales", [4], new[] { 1f, 1, 2, 2 }))
            .Node(
                "Resize", ["x", "", "scales"], ["y"], GraphFile.Of("mode", "nearest"),
                GraphFile.Of("coordinate_transformation_mode", "asymmetric"), GraphFile.Of("nearest_mode", "floor")).Output("y"));
        var picture = Drawn();
        await Do("translate", "--model", graph, "--input", picture, "--out", In("out.png"), "--device", "cpu");
        var (small, large) = (PictureFile.Load(picture), PictureFile.Load(In("out.png")));
        Assert.That((large.Width, large.Height), Is.EqualTo((2 * Width, 2 * Height)));
        Assert.That(Samples(In("out.png")).Take(6), Is.EqualTo(Samples(picture).Take(3).Concat(Samples(picture).Take(3))));
        Assert.That((small.Width, small.Height), Is.EqualTo((Width, Height)));
    }

    /// <summary>Nothing says which data it was trained on, and how.</summary>
    [TestCase("--no-labels")]
    [TestCase("--round-trip")]
    public async Task AGraphOfAnotherProgramIsNotEvaluated(string how)
    {
        var graph = Save("same.onnx", new GraphFile().Input("x", 0, 3, 0, 0).Node("Identity", ["x"], ["y"]).Output("y"));
        AssertExplained(
            await Run("evaluate", "--model", graph, "--data", In("data"), "--device", "cpu", how), 1,
            $"{graph}: an ONNX graph of another program can translate, but it can't be evaluated");
    }

    /// <summary>Sides that are no multiple of the picture's are told: the graph fits other pictures better.</summary>
    [TestCase(3, true)]
    [TestCase(0, false)]
    public async Task AGraphThatMakesOddSidesIsTold(int more, bool isTold)
    {
        var graph = Save("wider.onnx", new GraphFile().Input("x", 0, 3, 0, 0).IntegerConstant("pads", 0, 0, 0, 0, 0, 0, more, more)
            .Node("Pad", ["x", "pads"], ["y"]).Output("y"));
        var said = await Do("translate", "--model", graph, "--input", Drawn(), "--out", In("out.png"), "--device", "cpu");
        Assert.That(
            said, isTold ? Does.Contain("wider.onnx made 10x8 pixels of 7x5, which are no multiple") : Does.Not.Contain("no multiple"));
    }

    /// <summary>A graph of one size takes smaller pictures, mirrored out and cut back.</summary>
    [Test]
    public async Task AGraphOfOneSizeTakesSmallerPictures()
    {
        var graph = Save("fixed.onnx", new GraphFile().Input("x", 1, 3, 8, 8).Node("Identity", ["x"], ["y"]).Output("y"));
        var picture = Drawn();
        await Do("translate", "--model", graph, "--input", picture, "--out", In("out.png"), "--device", "cpu");
        Assert.That(Samples(In("out.png")), Is.EqualTo(Samples(picture)));
    }

    /// <summary>
    /// A graph of one rectangle, or of one width, takes a picture of that size as it is, a smaller one extended, and a larger one by tiles
    /// of that shape, which is said.
    /// </summary>
    [TestCase(6, 4, Width, Height)]
    [TestCase(5, 7, Width, Height)]
    [TestCase(5, 0, Width, Height)]
    [TestCase(0, 4, Width, Height)]
    [TestCase(Height, Width, Width, Height)]
    [TestCase(8, 10, Width, Height)]
    public async Task AGraphOfARectangleTakesAllSizes(int height, int width, int pictureWidth, int pictureHeight)
    {
        var graph = Save(
            "rectangle.onnx", new GraphFile().Input("x", 1, 3, height, width).Node("Neg", ["x"], ["y"]).Output("y"));
        var picture = Drawn();
        var said = await Do("translate", "--model", graph, "--input", picture, "--out", In("out.png"), "--device", "cpu");
        var made = PictureFile.Load(In("out.png"));
        Assert.That((made.Width, made.Height), Is.EqualTo((pictureWidth, pictureHeight)));
        Assert.That(Samples(In("out.png")), Is.EqualTo(Samples(picture).Select(v => (byte)(255 - v))));
        var isLarger = (width > 0 && pictureWidth > width) || (height > 0 && pictureHeight > height);
        Assert.That(said, isLarger ? Does.Contain("was translated in tiles; the option size reduces") : Does.Not.Contain("tiles"));
    }

    [Test]
    public async Task WhatAGraphCanNotUseIsRefused()
    {
        var graph = Save("negative.onnx", new GraphFile().Input("x", 0, 3, 0, 0).Node("Neg", ["x"], ["y"]).Output("y"));
        string[] translate = ["translate", "--model", graph, "--input", Drawn(), "--out", In("out.png"), "--device", "cpu"];
        AssertExplained(await Run([.. translate, "--dropout-seed", "1"]), 2, "--dropout-seed can't be combined with");
        AssertExplained(await Run([.. translate, "--exact"]), 2, "--exact can't be combined with");
    }

    /// <summary>It has tiles without --tile, so an overlap counts.</summary>
    [Test]
    public async Task AGraphOfOneSizeHasAnOverlap()
    {
        var graph = Save("centred.onnx", new GraphFile().Input("x", 1, 3, 8, 8).Node("GlobalAveragePool", ["x"], ["mean"])
            .Node("Sub", ["x", "mean"], ["y"]).Output("y"));
        var samples = new byte[20 * 8 * 3];
        new Random(1).NextBytes(samples);
        PictureFile.Save(new Picture(new Image(20, 8, 3, samples)), In("wide.png"));
        Assert.That(await Made("--overlap", "0"), Is.Not.EqualTo(await Made()));

        async Task<byte[]> Made(params string[] more)
        {
            await Do(["translate", "--model", graph, "--input", In("wide.png"), "--out", In("out.png"), "--device", "cpu", .. more]);
            return Samples(In("out.png"));
        }
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

    /// <summary>Nothing says that the second of two channels is alpha: they are written where channels are channels.</summary>
    [Test]
    public async Task TwoChannelsAreNotGrayWithAlpha()
    {
        var graph = Save("two.onnx", new GraphFile().Input("x", 0, 3, 0, 0).IntegerConstant("which", 0, 2)
            .Node("Gather", ["x", "which"], ["y"], GraphFile.Of("axis", 1)).Output("y"));
        var picture = Drawn();
        var outcome = await Run("translate", "--model", graph, "--input", picture, "--out", In("out.png"), "--device", "cpu");
        Assert.That(outcome.Code, Is.EqualTo(1));
        Assert.That(outcome.Error, Does.Contain("2 channels do not fit an image file").And.Contain(".npy"));
        await Do("translate", "--model", graph, "--input", picture, "--out", In("out.npy"), "--device", "cpu");
        Assert.That(PictureFile.Load(In("out.npy")).Channels, Is.EqualTo(2));
    }

    /// <summary>A graph that joins what it halves and doubles takes even sides alone; one that enlarges is joined in tiles.</summary>
    [Test]
    public async Task SidesArePaddedAndTilesMayGrow()
    {
        var scales = NamedArray.From("scales", [4], new[] { 1f, 1, 2, 2 });
        (string, string)[] nearest = [("mode", "nearest"), ("coordinate_transformation_mode", "asymmetric"), ("nearest_mode", "floor")];
        var attributes = nearest.Select(a => GraphFile.Of(a.Item1, a.Item2)).ToArray();
        var skips = Save("skips.onnx", new GraphFile().Input("x", 0, 3, 0, 0).Constant(scales)
            .Node("MaxPool", ["x"], ["half"], GraphFile.Integers("kernel_shape", 2, 2), GraphFile.Integers("strides", 2, 2))
            .Node("Resize", ["half", "", "scales"], ["again"], attributes).Node("Min", ["x", "again"], ["y"]).Output("y"));
        var grows = Save("grows.onnx", new GraphFile().Input("x", 0, 3, 0, 0).Constant(scales)
            .Node("Resize", ["x", "", "scales"], ["y"], attributes).Output("y"));
        var picture = Drawn();
        var said = await Do("translate", "--model", skips, "--input", picture, "--out", In("same.png"), "--device", "cpu");
        Assert.That(said, Does.Contain("takes multiples of 2 pixels"));
        Assert.That(Samples(In("same.png")), Is.EqualTo(Samples(picture)));
        foreach (var more in (string[][])[[], ["--tile", "4", "--overlap", "1"]])
        {
            await Do(["translate", "--model", grows, "--input", picture, "--out", In("twice.png"), "--device", "cpu", .. more]);
            var twice = PictureFile.Load(In("twice.png"));
            Assert.That((twice.Width, twice.Height), Is.EqualTo((14, 10)));
            Assert.That(twice.Resize(7, 5, ResizeFilter.Nearest).Layers[0].Bytes, Is.EqualTo(Samples(picture)));
        }
    }

    [Test]
    public async Task WhatCanNotBeDoneIsSaid()
    {
        var odd = Save("odd.onnx", new GraphFile().Input("x", 0, 3, 0, 0).Node("Foo", ["x"], ["y"]).Output("y"));
        var picture = Drawn();
        var outcome = await Run("translate", "--model", odd, "--input", picture, "--out", In("out.png"), "--device", "cpu");
        Assert.That((outcome.Code, outcome.Error.Trim()), Is.EqualTo(
            (1, $"{odd}: node 'the Foo' (Foo) is an operator that is not known here")));

        var halves = Save("halves.onnx", new GraphFile().Input("x", 0, 3, 0, 0).IntegerConstant("sides", 1, 3, 4, 2)
            .Node("Reshape", ["x", "sides"], ["y"]).Output("y"));
        outcome = await Run("translate", "--model", halves, "--input", picture, "--out", In("out.png"), "--device", "cpu");
        Assert.That(outcome.Code, Is.EqualTo(1));
        Assert.That(outcome.Error, Does.Contain(picture).And.Contain("7x5 pixels").And.Contain($"{halves}: node 'the Reshape' (Reshape)"));

        var nan = Save("nan.onnx", new GraphFile().Input("x", 0, 3, 0, 0)
            .Constant(NamedArray.From("nan", [], new[] { float.NaN })).Node("Mul", ["x", "nan"], ["y"]).Output("y"));
        foreach (var more in new string[][] { [], ["--tile", "4", "--overlap", "1"] })
        {
            outcome = await Run(["translate", "--model", nan, "--input", picture, "--out", In("out.png"), "--device", "cpu", .. more]);
            AssertExplained(outcome, 1, picture, "nan.onnx makes values of it that are not numbers");
            Assert.That(File.Exists(In("out.png")), Is.False);
        }

        outcome = await Run(
            "translate", "--model", halves, "--input", picture, "--out", In("out.png"), "--device", "cpu", "--label", "blue");
        Assert.That(outcome.Code, Is.EqualTo(2));
        Assert.That(outcome.Error, Does.Contain("--label does not fit halves.onnx: graph takes no label"));
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

    /// <summary>A second picture is the style, and what a graph makes besides is passed over; both are told.</summary>
    [Test]
    public async Task ASecondPictureIsTheStyle()
    {
        var graph = Save("style.onnx", new GraphFile().Input("x", 0, 3, 0, 0).Input("style", 0, 3, 0, 0)
            .Node("ReduceMean", ["style"], ["mean"], GraphFile.Integers("axes", 2, 3))
            .Node("Mul", ["x", "zero"], ["black"]).Constant(NamedArray.From("zero", [], new[] { 0f }))
            .Node("Add", ["black", "mean"], ["y"]).Output("y").Output("mean"));
        var (picture, style) = (Drawn(), In("style.png"));
        PictureFile.Save(new Picture(new Image(2, 1, 3, [255, 0, 100, 255, 0, 100])), style);
        var said = await Do(
            "translate", "--model", graph, "--input", picture, "--out", In("out.png"), "--device", "cpu", "--style", style);
        Assert.That(
            said,
            Does.Contain("of its 2 outputs the first is taken, 'y'").And.Contain("its input 'x' is the picture, and 'style' the style"));
        Assert.That(Samples(In("out.png")), Is.EqualTo(Samples(picture).Select((_, i) => (byte)(i % 3 == 0 ? 255 : i % 3 == 1 ? 0 : 100))));

        var outcome = await Run("translate", "--model", graph, "--input", picture, "--out", In("none.png"), "--device", "cpu");
        Assert.That((outcome.Code, outcome.Error.Trim()), Is.EqualTo((2, "--style is missing: style.onnx takes the style of a picture")));
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

    /// <summary>Numbers beside the picture are drawn by the seed: the same seed gives the same picture.</summary>
    [Test]
    public async Task NumbersAreDrawn()
    {
        var graph = Save("noise.onnx", new GraphFile().Input("x", 0, 3, 0, 0).Input("z", 1, 3)
            .IntegerConstant("shape", 1, 3, 1, 1).Node("Reshape", ["z", "shape"], ["planes"]).Node("Tanh", ["planes"], ["soft"])
            .Node("Add", ["x", "soft"], ["y"]).Output("y"));
        var picture = Drawn();
        var made = new List<byte[]>();
        foreach (var (name, seed) in new[] { ("a", "1"), ("b", "1"), ("c", "2") })
        {
            await Do("translate", "--model", graph, "--input", picture, "--out", In(name + ".png"), "--device", "cpu", "--seed", seed);
            made.Add(Samples(In(name + ".png")));
        }

        Assert.That(made[1], Is.EqualTo(made[0]));
        Assert.That(made[2], Is.Not.EqualTo(made[0]));
    }

    [Test]
    public async Task InspectSaysWhetherAGraphRuns()
    {
        var good = Save("good.onnx", new GraphFile().Input("x", 0, 3, 0, 0).Node("Relu", ["x"], ["y"]).Output("y"));
        Assert.That(await Do("inspect", good), Does.Contain("onnx.graph = runs here, in 1 node: x [free, 3, free, free] to y"));
        var odd = Save("odd.onnx", new GraphFile().Input("x", 0, 3, 0, 0).Node("Foo", ["x"], ["y"]).Output("y"));
        Assert.That(await Do("inspect", odd), Does.Contain("does not run here").And.Contain("(Foo) is an operator that is not known"));
    }

    /// <summary>A file with steps behind its value v0, each one of + - * / and a number, or bounds: the output is y.</summary>
    private static GraphFile Stepped(GraphFile file, string steps)
    {
        var (count, names) = (0, new[] { "Add", "Sub", "Mul", "Div" });
        foreach (var (name, number) in (ReadOnlySpan<(string, long)>)[("from", -1), ("to", long.MinValue), ("axis", 1), ("by", -1)])
        {
            file.Constant(NamedArray.From(name, [1], new[] { number }));
        }

        foreach (var step in steps.Split(' '))
        {
            if (step == "flip")
            {
                file.Node("Slice", [$"v{count}", "from", "to", "axis", "by"], [$"v{count + 1}"]);
                count++;
                continue;
            }

            var bounds = step.Split("..");
            string[] numbers = bounds.Length > 1 ? bounds : [step[1..]];
            foreach (var (i, number) in numbers.Index())
            {
                file.Constant(NamedArray.From($"c{count} {i}", [], new[] { float.Parse(number, CultureInfo.InvariantCulture) }));
            }

            file.Node(
                bounds.Length > 1 ? "Clip" : names["+-*/".IndexOf(step[0], StringComparison.Ordinal)],
                [$"v{count}", .. numbers.Select((_, i) => $"c{count} {i}")], [$"v{count + 1}"]);
            count++;
        }

        return file.Node("Identity", [$"v{count}"], ["y"]).Output("y");
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
