using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Formats.Pth;
using IlgpuGan.Tensors.Formats.Safetensors;
using IlgpuGan.Tensors.Nn;

namespace IlgpuGan.Models.Interop;

/// <summary>
/// Writes one network for other programs. Weights-only files have the reference's state-dict keys and layouts; an ONNX model
/// (operator set 17) has the whole computation, without dropout.
/// </summary>
public static class NetworkExporter
{
    public const string InputName = "input";
    public const string OutputName = "output";

    /// <summary>For any safetensors reader; metadata travel along.</summary>
    /// <exception cref="IOException">the file can't be written; one that was there is untouched</exception>
    public static void ToSafetensors(Module network, string path, ExportSettings? settings = null)
    {
        var chosen = settings ?? new ExportSettings();
        SafetensorsWriter.Write(path, StateDictOf(network, chosen.Half), chosen.Metadata);
    }

    /// <summary>For <c>torch.load</c> and <c>load_state_dict(strict=True)</c> of the reference.</summary>
    /// <exception cref="IOException">the file can't be written; one that was there is untouched</exception>
    public static void ToPth(Module network, string path, ExportSettings? settings = null) =>
        PthWriter.Write(path, StateDictOf(network, settings is { Half: true }));

    /// <summary>
    /// The network as a graph from <see cref="InputName"/> [batch, C, height, width] to <see cref="OutputName"/>, all three sizes
    /// free as far as the network lets them: a generator's sides must be the multiples that it needs here, too.
    /// </summary>
    /// <exception cref="InteropException">a layer has no counterpart, or the settings contradict each other</exception>
    /// <exception cref="IOException">the file can't be written; one that was there is untouched</exception>
    public static void ToOnnx(Module network, string path, ExportSettings? settings = null)
    {
        var chosen = settings ?? new ExportSettings();
        if (chosen is { Fold: true, Statistics: NormStatistics.Picture })
        {
            throw new InteropException("statistics of the picture itself can't be folded into weights; fold the running ones");
        }

        var graph = new OnnxGraphBuilder(network.GetType().Name);
        foreach (var (key, value) in chosen.Metadata)
        {
            graph.Metadata.Add(key, value);
        }

        var (inputs, outputs) = ChannelsOf(network);
        var x = graph.Input(InputName, ElementType.F32, "batch", inputs, "height", "width");
        var y = new OnnxLowering(graph, chosen).Lower(network, x);
        if (network is PatchGan or AsymmetricPatchGan)
        {
            graph.Output(OutputName, y, ElementType.F32, "batch", outputs, "rows", "columns");
        }
        else
        {
            graph.Output(OutputName, y, ElementType.F32, "batch", outputs, "height", "width");
        }

        graph.Save(path);
    }

    private static NamedArray[] StateDictOf(Module network, bool half) => [.. network.NamedTensors().Select(t => WeightArrays.Of(t.Name, t.Tensor, half))];

    /// <summary>Channels that the first convolution reads and the last one makes. In the order of the children both stand at an end.</summary>
    private static (long Inputs, long Outputs) ChannelsOf(Module network)
    {
        var convolutions = network.Descendants().Where(m => m is Conv2d or ConvTranspose2d).ToList();
        if (convolutions.Count == 0)
        {
            throw new InteropException($"{network.GetType().Name} has no convolution to take pictures");
        }

        return (
            convolutions[0] is Conv2d first ? first.Weight.Shape[1] : ((ConvTranspose2d)convolutions[0]).Weight.Shape[0],
            convolutions[^1] is Conv2d last ? last.Weight.Shape[0] : ((ConvTranspose2d)convolutions[^1]).Weight.Shape[1]);
    }
}
