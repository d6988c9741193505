using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Nn.Export;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn;

/// <summary>
/// Convolution of [N, in, H, W] to [N, out, OH, OW]; keys <c>weight</c> [out, in / groups, kh, kw] and <c>bias</c> [out].
/// </summary>
public sealed class Conv2d : Layer, IWeightedLayer
{
    /// <param name="inputChannels">a multiple of <paramref name="groups"/></param>
    /// <param name="outputChannels">a multiple of <paramref name="groups"/></param>
    /// <param name="kernel">kernel size: one number, or (height, width)</param>
    /// <param name="stride">stride, 1 by default</param>
    /// <param name="padding">zero padding: one number, (height, width), or (top, bottom, left, right)</param>
    /// <param name="bias">whether the layer has a bias</param>
    /// <param name="dilation">dilation, 1 by default</param>
    /// <param name="groups">groups of channels, each with its own filters; as many as channels for a depthwise convolution</param>
    /// <exception cref="ShapeException">channels are no multiple of the groups</exception>
    public Conv2d(
        int inputChannels, int outputChannels, Size2d kernel, Size2d? stride = null, Margins padding = default, bool bias = true,
        Size2d? dilation = null, int groups = 1)
    {
        ChannelGroups.Check(nameof(Conv2d), inputChannels, outputChannels, groups);
        WindowSettings.Check(nameof(Conv2d), kernel, stride, padding, dilation);
        (Stride, Padding, Dilation, Groups) = (stride ?? 1, padding, dilation ?? 1, groups);
        Weight = AddParameter("weight", new Shape(outputChannels, inputChannels / groups, kernel.Height, kernel.Width), InitialValue.Drawn);
        Bias = bias ? AddParameter("bias", new Shape(outputChannels), InitialValue.Zero) : null;
    }

    public ModuleTensor Weight { get; }

    public ModuleTensor? Bias { get; }

    public Size2d Stride { get; }

    public Margins Padding { get; }

    public Size2d Dilation { get; }

    public int Groups { get; }

    int IWeightedLayer.OutputAxis => 0;

    public override Tensor Forward(Tensor x) => ((IWeightedLayer)this).ForwardWith(Weight.Value, x);

    public override string Export(GraphWriter graph, string x) =>
        ConvolutionNodes.Write(graph, this, graph.ValuesOf(Weight), x, norm: null);

    Tensor IWeightedLayer.ForwardWith(Tensor weight, Tensor x) => x.Conv2d(weight, Bias?.Value, Stride, Padding, Dilation, groups: Groups);

    string IWeightedLayer.ExportWith(float[] weights, GraphWriter graph, string x, BatchNorm2d? norm) =>
        ConvolutionNodes.Write(graph, this, weights, x, norm);

    /// <summary>The forward of a padding layer and this one, without a padded copy of x.</summary>
    internal Tensor ForwardPadded(Padding2d padding, Tensor x) =>
        x.Conv2d(Weight.Value, Bias?.Value, Stride, padding.Margins, Dilation, padding.Mode, Groups);
}

/// <summary>
/// Transposed convolution of [N, in, H, W] to [N, out, OH, OW]; keys <c>weight</c> [in, out / groups, kh, kw] and <c>bias</c> [out].
/// </summary>
public sealed class ConvTranspose2d : Layer, IWeightedLayer
{
    /// <inheritdoc cref="Conv2d(int, int, Size2d, Size2d?, Margins, bool, Size2d?, int)"/>
    /// <param name="padding">rows and columns cropped from the output: one number, (height, width), or (top, bottom, left, right)</param>
    /// <param name="outputPadding">rows and columns added at the bottom and right of the output</param>
    public ConvTranspose2d(
        int inputChannels, int outputChannels, Size2d kernel, Size2d? stride = null, Margins padding = default,
            Size2d outputPadding = default,
        bool bias = true, Size2d? dilation = null, int groups = 1)
    {
        ChannelGroups.Check(nameof(ConvTranspose2d), inputChannels, outputChannels, groups);
        WindowSettings.Check(nameof(ConvTranspose2d), kernel, stride, padding, dilation);
        (Stride, Padding, OutputPadding, Dilation, Groups) = (stride ?? 1, padding, outputPadding, dilation ?? 1, groups);
        Weight = AddParameter("weight", new Shape(inputChannels, outputChannels / groups, kernel.Height, kernel.Width), InitialValue.Drawn);
        Bias = bias ? AddParameter("bias", new Shape(outputChannels), InitialValue.Zero) : null;
    }

    public ModuleTensor Weight { get; }

    public ModuleTensor? Bias { get; }

    public Size2d Stride { get; }

    public Margins Padding { get; }

    /// <summary>Rows and columns added at the bottom and right of the output.</summary>
    public Size2d OutputPadding { get; }

    public Size2d Dilation { get; }

    public int Groups { get; }

    int IWeightedLayer.OutputAxis => 1;

    public override Tensor Forward(Tensor x) => ((IWeightedLayer)this).ForwardWith(Weight.Value, x);

    public override string Export(GraphWriter graph, string x) =>
        ConvolutionNodes.Write(graph, this, graph.ValuesOf(Weight), x, norm: null);

    Tensor IWeightedLayer.ForwardWith(Tensor weight, Tensor x) =>
        x.ConvTranspose2d(weight, Bias?.Value, Stride, Padding, OutputPadding, Dilation, Groups);

    string IWeightedLayer.ExportWith(float[] weights, GraphWriter graph, string x, BatchNorm2d? norm) =>
        ConvolutionNodes.Write(graph, this, weights, x, norm);
}

/// <summary>1-D convolution of [N, in, L] to [N, out, OL]; keys <c>weight</c> [out, in / groups, k] and <c>bias</c> [out].</summary>
public sealed class Conv1d : Layer
{
    /// <inheritdoc cref="Conv2d(int, int, Size2d, Size2d?, Margins, bool, Size2d?, int)"/>
    /// <param name="padding">zeros at each end</param>
    public Conv1d(
        int inputChannels, int outputChannels, int kernel, int stride = 1, int padding = 0, bool bias = true, int dilation = 1,
            int groups = 1)
    {
        ChannelGroups.Check(nameof(Conv1d), inputChannels, outputChannels, groups);
        WindowSettings.Check(nameof(Conv1d), kernel, stride, padding, dilation);
        (Stride, Padding, Dilation, Groups) = (stride, padding, dilation, groups);
        Weight = AddParameter("weight", new Shape(outputChannels, inputChannels / groups, kernel), InitialValue.Drawn);
        Bias = bias ? AddParameter("bias", new Shape(outputChannels), InitialValue.Zero) : null;
    }

    public ModuleTensor Weight { get; }

    public ModuleTensor? Bias { get; }

    public int Stride { get; }

    public int Padding { get; }

    public int Dilation { get; }

    public int Groups { get; }

    public override Tensor Forward(Tensor x) => x.Conv1d(Weight.Value, Bias?.Value, Stride, Padding, Dilation, Groups);

    public override string Export(GraphWriter graph, string x) => ConvolutionNodes.Write(graph, this, x);
}

internal static class ChannelGroups
{
    /// <exception cref="ShapeException">the channels are no multiples of the groups</exception>
    public static void Check(string layer, int inputChannels, int outputChannels, int groups)
    {
        if (groups < 1 || inputChannels % groups != 0 || outputChannels % groups != 0)
        {
            throw new ShapeException(
                $"{layer}: {inputChannels} input and {outputChannels} output channels must be multiples of {groups} groups, of which " +
                    "there is at least one");
        }
    }
}

internal static class WindowSettings
{
    /// <exception cref="ShapeException">kernel, stride or dilation is below 1, or the padding is negative</exception>
    public static void Check(string layer, Size2d kernel, Size2d? stride, Margins padding, Size2d? dilation)
    {
        var (step, distance) = (stride ?? 1, dilation ?? 1);
        if (Math.Min(Math.Min(kernel.Height, kernel.Width), Math.Min(step.Height, step.Width)) < 1
            || Math.Min(distance.Height, distance.Width) < 1
            || Math.Min(Math.Min(padding.Top, padding.Bottom), Math.Min(padding.Left, padding.Right)) < 0)
        {
            throw new ShapeException(
                $"{layer}: kernel {kernel}, stride {step}, padding {padding}, dilation {distance}: kernel, stride and dilation start at " +
                    "1, padding at 0");
        }
    }
}

/// <summary>x […, in] · weightᵀ + bias: […, out]; an export is for [rows, in]. Keys <c>weight</c> [out, in] and <c>bias</c>
/// [out].</summary>
public sealed class Linear : Layer, IWeightedLayer
{
    public Linear(int inputFeatures, int outputFeatures, bool bias = true)
    {
        Weight = AddParameter("weight", new Shape(outputFeatures, inputFeatures), InitialValue.Drawn);
        Bias = bias ? AddParameter("bias", new Shape(outputFeatures), InitialValue.Zero) : null;
    }

    public ModuleTensor Weight { get; }

    public ModuleTensor? Bias { get; }

    int IWeightedLayer.OutputAxis => 0;

    public override Tensor Forward(Tensor x) => ((IWeightedLayer)this).ForwardWith(Weight.Value, x);

    public override string Export(GraphWriter graph, string x) =>
        ((IWeightedLayer)this).ExportWith(graph.ValuesOf(Weight), graph, x, norm: null);

    Tensor IWeightedLayer.ForwardWith(Tensor weight, Tensor x) => x.Linear(weight, Bias?.Value);

    string IWeightedLayer.ExportWith(float[] weights, GraphWriter graph, string x, BatchNorm2d? norm)
    {
        var weight = graph.Kernel(Weight, weights);
        return graph.Node("Gemm", Bias is null ? [x, weight] : [x, weight, graph.Tensor(Bias)], OnnxAttribute.Integer("transB", 1));
    }
}
