using Google.Protobuf;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Formats.Onnx.Proto;
using IlgpuGan.Tensors.Nn.Import;

namespace IlgpuGan.EngineTests.Formats;

/// <summary>Graphs as files hold them: what is read of good ones, and the sentence that bad ones get.</summary>
public sealed class OnnxGraphTests
{
    [Test]
    public void NodesAreReadInOrderAndWithoutThoseThatNobodyNeeds()
    {
        var path = Chain().Node("Exp", ["x"], ["unused"]).Save();
        var graph = OnnxGraph.Read(path);
        Assert.That(graph.Nodes.Select(n => n.Operation), Is.EqualTo(new[] { "Mul", "Relu" }));
        Assert.That(graph.Inputs.Select(i => i.ToString()), Is.EqualTo(new[] { "x [free, 3]" }));
        Assert.That(graph.Outputs.Single().Name, Is.EqualTo("y"));
        Assert.That(graph.Constants.Single().ToSingle(), Is.EqualTo(new[] { 2f, 3f, 4f }));
        Assert.That(graph.OperatorSet, Is.EqualTo(17));
    }

    /// <summary>Files of before IR version 4 list constants as inputs too.</summary>
    [Test]
    public void AConstantIsNoInput() =>
        Assert.That(OnnxGraph.Read(Chain().Input("factors", 3).Save()).Inputs.Select(i => i.Name), Is.EqualTo(new[] { "x" }));

    [TestCase("a value that nothing makes", "node 'the Relu' (Relu) uses 'nothing' before anything makes it")]
    [TestCase("a value of a later node", "node 'the Relu' (Relu) uses 'later' before anything makes it")]
    [TestCase("a node that takes its own output", "node 'the Relu' (Relu) uses 'again' before anything makes it")]
    [TestCase("a value made twice", "node 'the Relu' (Relu) makes 'y', which is there already")]
    [TestCase("an output that nothing makes", "no node makes its output 'nothing'")]
    [TestCase("no output", "its graph has no output")]
    [TestCase("no operator set", "it does not say which operator set it is written for")]
    [TestCase("an old operator set", "operator set 6; 7 to 28 are known")]
    [TestCase("a constant twice", "the name 'factors' occurs twice")]
    [TestCase(
        "a constant in another file", "'factors' lies in '', which is not in the model's own folder; only files of that folder are read")]
    [TestCase("a constant that claims more than it has", "has data of another size")]
    [TestCase("a sequence", "its value 'tensors' is no tensor")]
    [TestCase("an attribute twice", "node 'the Relu' (Relu) has two attributes 'a'")]
    public void WhatIsWrongIsSaid(string what, string reason)
    {
        var file = Chain();
        var model = file.Model;
        switch (what)
        {
            case "a value that nothing makes":
                file.Node("Relu", ["nothing"], ["z"]);
                break;
            case "a value of a later node":
                file.Node("Relu", ["later"], ["z"]).Node("Exp", ["x"], ["later"]);
                break;
            case "a node that takes its own output":
                file.Node("Relu", ["again"], ["again"]);
                break;
            case "a value made twice":
                file.Node("Relu", ["x"], ["y"]);
                break;
            case "an output that nothing makes":
                file.Output("nothing");
                break;
            case "no output":
                file.Graph.Output.Clear();
                break;
            case "no operator set":
                model.OpsetImport.Clear();
                break;
            case "an old operator set":
                model.OpsetImport[0].Version = 6;
                break;
            case "a constant twice":
                file.Constant(NamedArray.From("factors", [1], new[] { 1f }));
                break;
            case "a constant in another file":
                file.Graph.Initializer[0].DataLocation = TensorProto.Types.DataLocation.External;
                break;
            case "a constant that claims more than it has":
                file.Graph.Initializer[0].Dims[0] = 1L << 40;
                break;
            case "a sequence":
                file.Graph.Input.Add(new ValueInfoProto { Name = "tensors", Type = new TypeProto() });
                break;
            case "an attribute twice":
                file.Node("Relu", ["x"], ["z"], GraphFile.Of("a", 1), GraphFile.Of("a", 2));
                break;
            default:
                Assert.Fail(what);
                break;
        }

        var path = TestFiles.Write("wrong.onnx", model.ToByteArray());
        Assert.That(() => OnnxGraph.Read(path), Throws.TypeOf<CheckpointFormatException>().With.Message.EndsWith(reason)
            .And.Message.StartsWith(path));
    }

    /// <summary>Weights beside the model, in its folder, in one within it, and behind a link of the user.</summary>
    [TestCase("weights.bin")]
    [TestCase("inner/weights.bin")]
    [TestCase("./weights.bin")]
    [TestCase("link.bin")]
    public void WeightsOfTheModelsFolderAreRead(string location)
    {
        var folder = Directory.CreateDirectory(Path.Combine(TestFiles.Folder(), "model")).FullName;
        Directory.CreateDirectory(Path.Combine(folder, "inner"));
        var bytes = new byte[32];
        System.Buffers.Binary.BinaryPrimitives.WriteSingleLittleEndian(bytes.AsSpan(16), 7);
        File.WriteAllBytes(Path.Combine(folder, "weights.bin"), bytes);
        File.WriteAllBytes(Path.Combine(folder, "inner", "weights.bin"), bytes);
        if (location == "link.bin")
        {
            File.Delete(Path.Combine(folder, location)); // Of an earlier run.
            File.CreateSymbolicLink(Path.Combine(folder, location), Path.Combine(folder, "inner", "weights.bin"));
        }

        var graph = OnnxGraph.Read(Elsewhere(Path.Combine(folder, "model.onnx"), location, 16, 12));
        Assert.That(graph.Constants.Single().ToSingle(), Is.EqualTo(new[] { 7f, 0, 0 }));
    }

    [TestCase("../weights.bin", 0, 12, "'../weights.bin', which is not in the model's own folder")]
    [TestCase("inner/../../weights.bin", 0, 12, "which is not in the model's own folder")]
    [TestCase("..\\weights.bin", 0, 12, "which is not in the model's own folder")]
    [TestCase("/etc/hostname", 0, 12, "'/etc/hostname', which is not in the model's own folder")]
    [TestCase("C:weights.bin", 0, 12, "which is not in the model's own folder")]
    [TestCase("\\\\host\\weights.bin", 0, 12, "which is not in the model's own folder")]
    [TestCase("missing.bin", 0, 12, "which is not there; put the file beside the model")]
    [TestCase("weights.bin", 0, 8, "has 8 bytes in")]
    [TestCase("weights.bin", 24, 12, "which has 32; the file is cut short")]
    [TestCase("weights.bin", -1, 12, "weights.bin, but 'offset' is no number")]
    public void OtherFilesAreRefused(string location, int offset, int length, string reason)
    {
        var folder = Directory.CreateDirectory(Path.Combine(TestFiles.Folder(), "model")).FullName;
        File.WriteAllBytes(Path.Combine(folder, "weights.bin"), new byte[32]);
        File.WriteAllBytes(Path.Combine(TestFiles.Folder(), "weights.bin"), new byte[32]);
        var path = Elsewhere(Path.Combine(folder, "model.onnx"), location, offset, length);
        Assert.That(() => OnnxGraph.Read(path), Throws.TypeOf<CheckpointFormatException>().With.Message.Contains(reason)
            .And.Message.StartsWith(path));
    }

    /// <summary>By one name, or by several that mean the same file.</summary>
    [TestCase("")]
    [TestCase("./")]
    [TestCase("/")]
    public void AFileIsNotClaimedManyTimes(string between)
    {
        var folder = TestFiles.Folder();
        Directory.CreateDirectory(Path.Combine(folder, "inner"));
        File.WriteAllBytes(Path.Combine(folder, "inner", "weights.bin"), new byte[32]);
        var path = Elsewhere(Path.Combine(folder, "model.onnx"), "inner/weights.bin", 0, 12, copies: 3, between);
        Fails.With<CheckpointFormatException>(() => OnnxGraph.Read(path), "claim 36 bytes");
    }

    /// <summary>A chain whose factors lie in another file.</summary>
    /// <param name="between">what is inserted behind the first slash of the location, once more for each copy</param>
    private static string Elsewhere(string path, string location, int offset, int length, int copies = 1, string between = "")
    {
        var model = Chain().Model;
        var factors = model.Graph.Initializer[0];
        factors.ClearRawData();
        factors.DataLocation = TensorProto.Types.DataLocation.External;
        foreach (var (key, value) in new[] { ("location", location), ("offset", $"{offset}"), ("length", $"{length}") })
        {
            factors.ExternalData.Add(new StringStringEntryProto { Key = key, Value = value });
        }

        for (var i = 1; i < copies; i++)
        {
            var copy = factors.Clone();
            copy.Name += $"{i}";
            var inserted = string.Concat(Enumerable.Repeat(between, i));
            copy.ExternalData[0].Value = location.Replace("/", "/" + inserted, StringComparison.Ordinal);
            model.Graph.Initializer.Add(copy);
        }

        File.WriteAllBytes(path, model.ToByteArray());
        return path;
    }

    /// <summary>What a reading that recurses or believes sizes would fall over.</summary>
    [TestCase("Tile", "more than 1073741824 elements")]
    [TestCase("Tile of all", "elements, which no memory holds")]
    [TestCase("ConstantOfShape", "more than 1073741824 elements")]
    [TestCase("Range", "more than 67108864")]
    [TestCase("Resize", "can't be resized to 1000000000")]
    [TestCase("Pad", "can't be padded")]
    [TestCase("Gather", "index 1000000000 is out of range")]
    public void LittleFilesDoNotBecomeMuch(string operation, string reason)
    {
        const long Many = 1_000_000_000;
        var file = new GraphFile().Input("x", 1, 1, 2, 2).IntegerConstant("most", Many).IntegerConstant("four", Many, Many, 1, 1);
        file = operation switch
        {
            "Tile" => file.IntegerConstant("few", Many, 1, 1, 1).Node("Tile", ["x", "few"], ["y"]),
            "Tile of all" => file.Node("Tile", ["x", "four"], ["y"]),
            "ConstantOfShape" => file.Node("ConstantOfShape", ["four"], ["y"]),
            "Range" => file.IntegerConstant("zero", 0).IntegerConstant("one", 1).Node("Range", ["zero", "most", "one"], ["y"]),
            "Resize" => file.IntegerConstant("sides", 1, 1, 2, Many).Node("Resize", ["x", "", "", "sides"], ["y"]),
            "Pad" => file.IntegerConstant("amounts", 0, 0, 0, Many, 0, 0, 0, Many).Node("Pad", ["x", "amounts"], ["y"]),
            _ => file.Node("Gather", ["x", "most"], ["y"]),
        };
        var path = file.Output("y").Save();
        using var device = Device.Open("cpu", threads: 1);
        Assert.That(
            () =>
            {
                using var step = device.Step();
                _ = GraphNetwork.Read(path).To(device).Forward(Tensor.Ones([1, 1, 2, 2], device));
            },
            Throws.Exception.With.Message.Contains(reason).And.Message.StartsWith(path));
    }

    [Test]
    public void OperatorsThatAreNotKnownAreNamed()
    {
        var path = Chain().Node("If", ["y"], ["z"]).Node("TfIdfVectorizer", ["z"], ["w"]).Output("w").Save();
        Fails.Saying<GraphException>(
            () => GraphNetwork.Read(path),
            $"{path}: node 'the If' (If) is an operator that is not known here; the graph has 2 such: If, TfIdfVectorizer");
    }

    /// <summary>Damaged at random, again and again: read, or refused with one sentence that names the file.</summary>
    [Test]
    public void DamagedGraphsAreRefusedInOneSentence()
    {
        var whole = Chain().Model.ToByteArray();
        var random = new Random(17);
        var refused = 0;
        for (var round = 0; round < 3000; round++)
        {
            var bytes = (byte[])whole.Clone();
            for (var i = random.Next(1, 4); i > 0; i--)
            {
                bytes[random.Next(bytes.Length)] = (byte)random.Next(256);
            }

            var path = TestFiles.Write("mutant.onnx", bytes.AsSpan(0, random.Next(4) == 0 ? random.Next(bytes.Length) : bytes.Length));
            try
            {
                _ = GraphNetwork.Read(path);
            }
            catch (IOException problem)
            {
                Assert.That(problem, Is.TypeOf<CheckpointFormatException>().Or.TypeOf<GraphException>(), $"round {round}");
                Assert.That(problem.Message, Does.StartWith(path), $"round {round}");
                refused++;
            }
        }

        Assert.That(refused, Is.GreaterThan(100));
    }

    /// <summary>y = relu(x · factors).</summary>
    private static GraphFile Chain() => new GraphFile().Input("x", 0, 3)
        .Constant(NamedArray.From("factors", [3], new[] { 2f, 3f, 4f }))
        .Node("Mul", ["x", "factors"], ["product"]).Node("Relu", ["product"], ["y"]).Output("y");
}
