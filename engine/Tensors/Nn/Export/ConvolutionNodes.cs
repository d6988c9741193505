using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Onnx;

namespace IlgpuGan.Tensors.Nn.Export;

/// <summary>Exports convolutions, with the batch norm after them folded in on request.</summary>
internal static class ConvolutionNodes
{
    /// <param name="graph">the graph</param>
    /// <param name="c">the convolution</param>
    /// <param name="weights">its weights, which are overwritten</param>
    /// <param name="x">name of its input in the graph</param>
    /// <param name="norm">the norm to fold; null for none</param>
    public static string Write(GraphWriter graph, Conv2d c, float[] weights, string x, BatchNorm2d? norm) => Write(
        graph, "Conv", c.Weight, weights, c.Bias, outputAxis: 0, c.Groups, x, norm,
        Geometry(c.Weight, c.Stride, c.Padding, c.Groups, Of("dilations", c.Dilation)));

    /// <inheritdoc cref="Write(GraphWriter, Conv2d, float[], string, BatchNorm2d?)"/>
    public static string Write(GraphWriter graph, ConvTranspose2d t, float[] weights, string x, BatchNorm2d? norm)
    {
        OnnxAttribute[] dilations = t.Dilation == 1 ? [] : [Of("dilations", t.Dilation)];
        return Write(
            graph, "ConvTranspose", t.Weight, weights, t.Bias, outputAxis: 1, t.Groups, x, norm,
            Geometry(t.Weight, t.Stride, t.Padding, t.Groups, [Of("output_padding", t.OutputPadding), .. dilations]));
    }

    public static string Write(GraphWriter graph, Conv1d c, string x) => Write(
        graph, "Conv", c.Weight, graph.ValuesOf(c.Weight), c.Bias, outputAxis: 0, c.Groups, x, norm: null,
        [
            OnnxAttribute.Integers("kernel_shape", c.Weight.Shape[2]),
            OnnxAttribute.Integers("strides", c.Stride),
            OnnxAttribute.Integers("pads", c.Padding, c.Padding),
            OnnxAttribute.Integers("dilations", c.Dilation),
            .. Group(c.Groups),
        ]);

    /// <summary>Exports a layer and the batch norm after it as one node; null if there is nothing to fold.</summary>
    public static string? Fold(GraphWriter graph, Layer layer, Layer? next, string x) => (graph.Settings.Fold, layer, next) switch
    {
        (true, Conv2d convolution, BatchNorm2d { RunningMean: not null } norm) => Write(graph, convolution,
            convolution.Weight.Value.ToArray(), x, norm),
        (true, ConvTranspose2d convolution, BatchNorm2d { RunningMean: not null } norm) => Write(graph, convolution,
            convolution.Weight.Value.ToArray(), x, norm),
        (true, Reparameterized { IsConvolution: true } convolution, BatchNorm2d { RunningMean: not null } norm) => convolution.Export(graph,
            x, norm),
        _ => null,
    };

    private static string Write(
        GraphWriter graph, string operation, ModuleTensor weight, float[] weights, ModuleTensor? bias, int outputAxis, int groups, string x,
        BatchNorm2d? norm,
        OnnxAttribute[] attributes)
    {
        var biases = bias is null ? null : graph.ValuesOf(bias);
        if (norm is not null)
        {
            biases = BatchNormFolding.Fold(weights, biases, weight.Shape, outputAxis, groups, norm);
        }

        var kernel = graph.Kernel(weight, weights);
        return biases is null
            ? graph.Node(operation, [x, kernel], attributes)
            : graph.Node(
                operation,
                [x, kernel, graph.Constant(BiasKey(graph.KernelKeyOf(weight)), name => NamedArray.From(name, [biases.Length], biases))],
                attributes);
    }

    /// <summary>The key of a bias; a convolution without bias gets one when its norm is folded.</summary>
    private static string BiasKey(string weight) => weight[..^"weight".Length] + "bias";

    private static OnnxAttribute[] Geometry(
        ModuleTensor weight, Size2d stride, Margins padding, int groups, params OnnxAttribute[] others) =>
    [
        OnnxAttribute.Integers("kernel_shape", weight.Shape[2], weight.Shape[3]),
        Of("strides", stride),
        OnnxAttribute.Integers("pads", padding.Top, padding.Left, padding.Bottom, padding.Right),
        .. others,
        .. Group(groups),
    ];

    private static OnnxAttribute Of(string name, Size2d size) => OnnxAttribute.Integers(name, size.Height, size.Width);

    /// <summary>The attribute <c>group</c>, left out if it has the default value 1.</summary>
    private static OnnxAttribute[] Group(int groups) => groups == 1 ? [] : [OnnxAttribute.Integer("group", groups)];
}
