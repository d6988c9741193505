using IlgpuGan.Models.Families;
using IlgpuGan.Models.Networks;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Formats.Pth;
using IlgpuGan.Tensors.Formats.Safetensors;
using IlgpuGan.Tensors.Nn.Export;
using IlgpuGan.Tensors.Nn.Import;

namespace IlgpuGan.Models.Interop;

/// <summary>
/// Exports networks for other programs. Weights-only files have the reference's state-dict keys and layouts; an ONNX model (operator set
/// 17) contains the computation, without dropout.
/// </summary>
public static class NetworkExporter
{
    public const string InputName = "input";
    public const string OutputName = "output";

    /// <summary>Writes the weights and metadata as a safetensors file.</summary>
    /// <exception cref="IOException">the file can't be written; an existing file is unchanged</exception>
    public static void ToSafetensors(Module network, string path, ExportSettings? settings = null)
    {
        var chosen = settings ?? new ExportSettings();
        Explained(() => SafetensorsWriter.Write(path, StateDictOf(network, chosen.Half), chosen.Metadata));
    }

    /// <summary>
    /// Writes several networks to one safetensors file, with the network's name as key prefix: <c>netG_A.model.1.weight</c>.
    /// </summary>
    /// <exception cref="IOException">the file can't be written; an existing file is unchanged</exception>
    public static void ToSafetensors(
        IReadOnlyList<NamedNetwork> networks, string path, ExportSettings? settings = null)
    {
        var chosen = settings ?? new ExportSettings();
        Explained(() => SafetensorsWriter.Write(
            path, [.. networks.SelectMany(n => StateDictOf(n.Network, chosen.Half, n.Name + "."))], chosen.Metadata));
    }

    /// <summary>
    /// Writes a file for PyTorch's <c>torch.load</c> and the <c>load_state_dict(strict=True)</c> of the reference and of the families'
    /// original programs, with CUT's filters. StarGAN's needs <c>strict=False</c>: its norms keep statistics, of which there are none here.
    /// </summary>
    /// <exception cref="IOException">the file can't be written; an existing file is unchanged</exception>
    public static void ToPth(Module network, string path, ExportSettings? settings = null)
    {
        var chosen = settings ?? new ExportSettings();
        Explained(() => PthWriter.Write(path, StateDictOf(network, chosen.Half), chosen.Metadata));
    }

    /// <summary>
    /// Writes the network as a graph from <see cref="InputName"/> [batch, C, height, width] to <see cref="OutputName"/>. Batch, height and
    /// width are dynamic, within the limits of the network: a generator's sides must be the same multiples as here.
    /// </summary>
    /// <exception cref="InteropException">a layer can't be exported, or the settings contradict each other</exception>
    /// <exception cref="IOException">the file can't be written; an existing file is unchanged</exception>
    public static void ToOnnx(Layer network, string path, ExportSettings? settings = null)
    {
        var (inputs, outputs) = ChannelsOf(network);
        var (rows, columns) = network is PatchGan or AsymmetricPatchGan ? ("rows", "columns") : ("height", "width");
        ToOnnx(
            network, path,
            [new GraphValue(InputName, "batch", inputs, "height", "width")],
            [new GraphValue(OutputName, "batch", outputs, rows, columns)],
            settings);
    }

    /// <summary>
    /// Writes a generator with further inputs as a graph: <see cref="InputName"/> [batch, C, height, width], then <c>noise</c> [batch,
    /// numbers] and <c>label</c> [batch, labels] if the generator takes them. A network that is no generator of pictures by itself is
    /// written as one.
    /// </summary>
    /// <inheritdoc cref="ToOnnx(Layer, string, ExportSettings?)"/>
    public static void ToOnnx(Module network, GeneratorSpec spec, string path, ExportSettings? settings = null) =>
        ToOnnx(network is Layer layer ? spec.Shown(layer) : network, path, InputsOf(spec), [PictureOf(spec)], settings);

    /// <summary>
    /// What the graphs of a generator compute: of the planes that it reads and, if those are no picture, of pictures. The generator needs
    /// no weights.
    /// </summary>
    /// <exception cref="ExportException">it has no graph</exception>
    /// <exception cref="InvalidOperationException">there is no graph without its weights</exception>
    internal static IReadOnlyList<string> ComputationsOf(Module network, GeneratorSpec spec, NormStatistics statistics)
    {
        string[] keys = [.. network.NamedTensors().Select(t => t.Name)];
        var settings = new ExportSettings { Statistics = statistics, WithoutValues = true };
        return network is not Layer layer ? [Of(network, InputsOf(spec))]
            : spec.ReadsPictures ? [Of(layer, [InputsOf(spec)[0]])]
            : [Of(layer, [InputsOf(spec)[0]]), Of(spec.Shown(layer), [InputsOf(spec)[0]])];

        string Of(Module written, IReadOnlyList<GraphValue> inputs) =>
            GraphComputation.Of("", Graph(written, inputs, [PictureOf(spec)], settings).Graph, keys);
    }

    /// <summary>The picture that a generator reads, then its noise and its label, if it takes them.</summary>
    private static List<GraphValue> InputsOf(GeneratorSpec spec)
    {
        List<GraphValue> inputs = [new(InputName, "batch", spec.InputChannels, "height", "width")];
        if (spec.Conditions is { Noise: > 0 } noisy)
        {
            inputs.Add(new GraphValue("noise", "batch", noisy.Noise));
        }

        if (spec.Conditions is { Labels.Count: > 0 } labelled)
        {
            inputs.Add(new GraphValue("label", "batch", labelled.LabelPlaces));
        }

        return inputs;
    }

    private static GraphValue PictureOf(GeneratorSpec spec) => new(OutputName, "batch", spec.OutputChannels, "height", "width");

    /// <summary>
    /// Writes a generator whose input is not a single picture as a graph to <see cref="OutputName"/>, [batch, C, H, W] or points [batch,
    /// numbers]; an input vector [batch, numbers] is <see cref="InputName"/>.
    /// </summary>
    /// <inheritdoc cref="ToOnnx(Layer, string, ExportSettings?)"/>
    public static void ToOnnx(Module network, GraphGenerator made, string path, ExportSettings? settings = null) => ToOnnx(
        network, path, [.. made.Inputs.Select(input => OfSamples(input.Name, input.Extents))], [OfSamples(OutputName, made.Output)],
        settings);

    /// <summary>Writes a network with any number of inputs and outputs as a graph.</summary>
    /// <param name="network">the network to write</param>
    /// <param name="path">the file</param>
    /// <param name="inputs">names and shapes of the inputs, in the order of its forward pass</param>
    /// <param name="outputs">names and shapes of the outputs, in the order of its <see cref="Module.Export"/></param>
    /// <param name="settings">settings of the export</param>
    /// <exception cref="InteropException">a layer can't be exported, or the settings contradict each other</exception>
    /// <exception cref="ArgumentException">the network has a different number of outputs</exception>
    /// <exception cref="IOException">the file can't be written; an existing file is unchanged</exception>
    internal static void ToOnnx(
        Module network, string path, IReadOnlyList<GraphValue> inputs, IReadOnlyList<GraphValue> outputs, ExportSettings? settings =
            null) => Explained(() => Graph(network, inputs, outputs, settings ?? new ExportSettings()).Save(path));

    private static OnnxGraphBuilder Graph(
        Module network, IReadOnlyList<GraphValue> inputs, IReadOnlyList<GraphValue> outputs, ExportSettings chosen)
    {
        var graph = new OnnxGraphBuilder(network.GetType().Name);
        foreach (var (key, value) in chosen.Metadata.Concat(WeightsDescription.OfGraph(chosen)))
        {
            graph.Metadata[key] = value; // The graph's own statistics come last.
        }

        var writer = new GraphWriter(graph, network, chosen);
        var made = network.Export(writer, [.. inputs.Select(i => graph.Input(i.Name, ElementType.F32, i.Shape.ToArray()))]);
        if (made.Count != outputs.Count)
        {
            throw new ArgumentException($"{network.GetType().Name} makes {made.Count} outputs, not {outputs.Count}", nameof(outputs));
        }

        foreach (var (output, value) in outputs.Zip(made))
        {
            graph.Output(output.Name, value, ElementType.F32, output.Shape.ToArray());
        }

        return graph;
    }

    private static GraphValue OfSamples(string name, IReadOnlyList<int> extents) =>
        new(name, ["batch", .. extents.Select(extent => (OnnxDimension)extent)]);

    private static NamedArray[] StateDictOf(Module network, bool half, string prefix = "") =>
    [
        .. network.NamedTensors(prefix).Select(t => WeightArrays.Of(t.Name, t.Tensor, half)),
        .. SavedConstants.Of(network, prefix).Select(c => half ? c.ToHalf() : c),
    ];

    /// <summary>Rethrows export errors of the engine with the same message.</summary>
    private static void Explained(Action write)
    {
        try
        {
            write();
        }
        catch (ExportException problem)
        {
            throw new InteropException(problem.Message);
        }
    }

    /// <summary>Input channels of the first convolution and output channels of the last one, in the order of the children.</summary>
    private static (long Inputs, long Outputs) ChannelsOf(Module network)
    {
        var convolutions = network.Descendants().Select(m => m is Reparameterized layer ? layer.Inner : m)
            .Where(m => m is Conv2d or ConvTranspose2d).ToList();
        if (convolutions.Count == 0)
        {
            throw new InteropException(
                $"{network.GetType().Name} takes no pictures, so it can't be written as a graph; its weights can, as safetensors or " +
                    "pth");
        }

        return (
            convolutions[0] is Conv2d first ? first.Weight.Shape[1] * first.Groups : ((ConvTranspose2d)convolutions[0]).Weight.Shape[0],
            convolutions[^1] is ConvTranspose2d last ? last.Weight.Shape[1] * last.Groups : ((Conv2d)convolutions[^1]).Weight.Shape[0]);
    }
}

/// <summary>
/// Settings of an export. Graph settings apply to ONNX only, except for half precision, which also applies to weights-only files.
/// </summary>
public sealed record ExportSettings : GraphSettings
{
    /// <summary>Metadata to store: <see cref="NetworkFile.MetadataOf"/>, or that of the run with its pairs and examples.</summary>
    public IReadOnlyDictionary<string, string> Metadata { get; init; } = new Dictionary<string, string>();
}

/// <summary>An input or output of an exported network: its name, and each extent as a number or as the name of a dynamic one.</summary>
/// <param name="Name">name in the graph</param>
/// <param name="Shape">extents, fixed or dynamic</param>
internal sealed record GraphValue(string Name, params IReadOnlyList<OnnxDimension> Shape);
