using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Onnx;

namespace IlgpuGan.EngineTests.Formats;

public sealed class OnnxTests
{
    [Test]
    public void AModelsConstantsAndFactsAreReadBack()
    {
        var path = Path.Combine(TestFiles.Folder(), "all.onnx");
        var arrays = SafetensorsTests.OneOfEachType();
        var graph = new OnnxGraphBuilder("all") { Metadata = { ["options"] = "{}" } };
        var x = graph.Input("image", ElementType.F32, "batch", 3, "height", 64);
        foreach (var array in arrays)
        {
            graph.Constant(array);
        }
        graph.Output("result", graph.Node("Tanh", [x]), ElementType.F32, "batch", 3, "height", 64);
        graph.Save(path);

        using var file = TensorFile.Open(path);
        Assert.That(file.Format, Is.EqualTo("ONNX"));
        Assert.That(
            file.ReadAll().Select(a => (a.ToString(), Convert.ToHexString(a.Bytes.Span))),
            Is.EqualTo(arrays.Select(a => (a.ToString(), Convert.ToHexString(a.Bytes.Span)))));
        Assert.That(file.Metadata["options"], Is.EqualTo("{}"));
        Assert.That(file.Metadata["onnx.opset"], Is.EqualTo("ai.onnx 17"));
        Assert.That(file.Metadata["onnx.inputs"], Is.EqualTo("image [batch, 3, height, 64]"));
        Assert.That(file.Metadata["onnx.nodes"], Is.EqualTo("1 Identity, 1 Tanh"));
    }

    [Test]
    public void ABuilderRefusesWhatNoRuntimeWouldTake()
    {
        var graph = new OnnxGraphBuilder("wrong");
        graph.Input("x", ElementType.F32, 1);
        Fails.With<ArgumentException>(() => graph.Node("Tanh", ["y"]), "'y', which is not made yet");
        Fails.With<ArgumentException>(() => graph.Input("x", ElementType.F32, 1), "'x' already");
        Assert.That(() => graph.Save(Path.Combine(TestFiles.Folder(), "none.onnx")), Throws.InvalidOperationException);
    }

    /// <summary>A convolution of the networks' kind, at two sizes that the model leaves open, against plain loops.</summary>
    [TestCase(1, 6, 5)]
    [TestCase(2, 9, 12)]
    public void OnnxRuntimeRunsAConvolution(int batch, int height, int width)
    {
        var random = new Random(3);
        var weight = Uniform(random, 4 * 3 * 3 * 3);
        var bias = Uniform(random, 4);
        var path = Path.Combine(TestFiles.Folder(), "conv.onnx");
        SaveConvolution(path, NamedArray.From("weight", [4, 3, 3, 3], weight), NamedArray.From("bias", [4], bias));

        var image = Uniform(random, batch * 3 * height * width);
        var (shape, values) = OnnxRuntime.Run(path, "image", [batch, 3, height, width], image, "result");
        Assert.That(shape, Is.EqualTo(new long[] { batch, 4, height, width }));
        Assert.That(values, Is.EqualTo(Convolve(image, weight, bias, batch, height, width)).Within(1e-5f));
    }

    [Test]
    public void OnnxRuntimeReadsHalves()
    {
        var path = Path.Combine(TestFiles.Folder(), "half.onnx");
        var graph = new OnnxGraphBuilder("half");
        var x = graph.Input("image", ElementType.F32, "n");
        var half = graph.Constant(NamedArray.From("offset", [2], new[] { 0.5f, -1.25f }).ToHalf());
        var single = graph.Node("Cast", [half], OnnxAttribute.Integer("to", 1));
        graph.Output("result", graph.Node("Add", [x, single]), ElementType.F32, "n");
        graph.Save(path);
        Assert.That(OnnxRuntime.Run(path, "image", [2], [1, 2], "result").Values, Is.EqualTo(new[] { 1.5f, 0.75f }));
    }

    internal static void SaveConvolution(string path, NamedArray weight, NamedArray bias)
    {
        var graph = new OnnxGraphBuilder("conv");
        var x = graph.Input("image", ElementType.F32, "batch", 3, "height", "width");
        var pads = graph.Constant(NamedArray.From("pads", [8], new long[] { 0, 0, 1, 1, 0, 0, 1, 1 }));
        var padded = graph.Node("Pad", [x, pads], OnnxAttribute.Text("mode", "reflect"));
        var y = graph.Node("Conv", [padded, graph.Constant(weight), graph.Constant(bias)], OnnxAttribute.Integers("kernel_shape", 3, 3));
        graph.Output(
            "result", graph.Node("LeakyRelu", [y], OnnxAttribute.Float("alpha", 0.2f)), ElementType.F32, "batch", 4, "height", "width");
        graph.Save(path);
    }

    /// <summary>Reflection padding of 1, a 3×3 convolution from 3 to 4 channels, LeakyReLU of slope 0.2.</summary>
    private static float[] Convolve(float[] image, float[] weight, float[] bias, int batch, int height, int width)
    {
        var result = new float[batch * 4 * height * width];
        for (var i = 0; i < result.Length; i++)
        {
            var (column, row, channel, sample) = (i % width, i / width % height, i / (width * height) % 4, i / (width * height * 4));
            double sum = bias[channel];
            for (var tap = 0; tap < 27; tap++)
            {
                var (x, y, from) = (Reflect(column + (tap % 3) - 1, width), Reflect(row + (tap / 3 % 3) - 1, height), tap / 9);
                sum += (double)image[(((((sample * 3) + from) * height) + y) * width) + x] * weight[(channel * 27) + tap];
            }

            result[i] = (float)(sum > 0 ? sum : 0.2 * sum);
        }

        return result;
    }

    private static int Reflect(int index, int size) => index < 0 ? -index : index >= size ? (2 * size) - 2 - index : index;

    private static float[] Uniform(Random random, int count) => [.. Enumerable.Range(0, count).Select(_ => (random.NextSingle() * 2) - 1)];
}
