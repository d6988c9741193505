using IlgpuGan.Models.Families;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Runs;
using IlgpuGan.Tensors.Nn.Import;

namespace IlgpuGan.Models.Translation;

/// <summary>An ONNX graph of another program as a generator.</summary>
internal static class OnnxGenerator
{
    private const string Name = "graph";

    /// <summary>Default side of a style picture in pixels, if the graph accepts any size.</summary>
    private const int StyleSide = 256;

    /// <summary>
    /// Opens the graph, once per sample. A second picture input is the style (<c>--style</c>); a vector input is noise (<c>--seed</c> and
    /// <c>--samples</c>).
    /// </summary>
    /// <param name="path">an ONNX model</param>
    /// <param name="device">the device to run on</param>
    /// <param name="settings">the user's settings</param>
    /// <exception cref="OptionsException">a setting does not fit the graph, or a required setting is missing</exception>
    /// <exception cref="RunException">the graph has a fixed batch of several pictures, or a fixed size that is not square</exception>
    /// <exception cref="GraphException">the graph can't be run</exception>
    /// <exception cref="IOException">the file can't be read or is damaged</exception>
    public static IReadOnlyList<SavedGenerator> Open(string path, Device device, TranslationSettings settings)
    {
        foreach (var (isSet, option) in new[]
        {
            (settings.Direction is not null, "--direction"), (settings.DropoutSeed is not null, "--dropout-seed"),
            (settings.Exact, "--exact"),
        })
        {
            if (isSet)
            {
                throw new OptionsException($"{option} can't be combined with {path}: a graph is computed as written");
            }
        }

        var graph = PictureGraph.Open(path, device, settings.Range ?? PixelRange.Signed);
        if (graph.Batch > 1)
        {
            throw new RunException($"{path}: takes {graph.Batch} pictures at a time; export it for one, or for any number");
        }

        var (height, width) = (graph.Height ?? graph.Width ?? 1, graph.Width ?? graph.Height ?? 1);
        if (height != width)
        {
            throw new RunException(
                $"{path}: takes only pictures of {width}x{height} pixels, which is not square; export it for any size");
        }

        var spec = new GeneratorSpec(
            Name, Direction.AToB, graph.InputChannels, graph.OutputChannels, height, height, Path.GetFileName(path))
        {
            Conditions = graph.SecondPicture is var (channels, side)
                ? new() { Style = new(channels, side ?? StyleSide, IsRequired: true), Bind = Bind }
                : graph.Numbers is { } numbers ? new() { Noise = numbers, Bind = Bind } : null,
        };
        var samples = RequestedConditions.Of(settings, spec, Path.GetFileName(path), device);
        return samples.Count == 0
            ? [new SavedGenerator(graph, null, spec)]
            : [.. samples.Select(given => new SavedGenerator(Bind(null!, given), null, spec))];

        Layer Bind(StoredModules _, ConditionValues given) => new BoundGenerator(graph, x => graph.Forward(x, given.Style ?? given.Noise));
    }
}
