using IlgpuGan.Models.Families;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Runs;
using IlgpuGan.Tensors.Nn.Import;

namespace IlgpuGan.Models.Translation;

/// <summary>An ONNX graph of another program as a generator: all that is known of it is in the graph.</summary>
internal static class GraphGenerator
{
    private const string Name = "graph";

    /// <param name="path">an ONNX model</param>
    /// <param name="device">where it runs</param>
    /// <param name="settings">the user's settings</param>
    /// <exception cref="OptionsException">a setting does not apply to graphs</exception>
    /// <exception cref="RunException">it takes a fixed batch of several pictures, or pictures that are not square</exception>
    /// <exception cref="GraphException">it can't be run</exception>
    /// <exception cref="IOException">the file can't be read or is damaged</exception>
    public static SavedGenerator Open(string path, Device device, TranslationSettings settings)
    {
        foreach (var (isAsked, option) in new[]
        {
            (settings.Direction is not null, "--direction"), (settings.Label is not null, "--label"),
            (settings.Samples is not null, "--samples"), (settings.Seed is not null, "--seed"), (settings.HasStyle, "--style"),
            (settings.HasStyleLabels, "--style-labels"), (settings.DropoutSeed is not null, "--dropout-seed"), (settings.Exact, "--exact"),
        })
        {
            if (isAsked)
            {
                throw new OptionsException(
                    $"{option} can't be combined with {path}: a graph takes pictures alone, and is computed as written");
            }
        }

        var graph = PictureGraph.Open(path, device, settings.Range ?? PixelRange.Signed);
        if (graph.Batch > 1)
        {
            throw new RunException($"{path}: takes {graph.Batch} pictures at a time; export it for one, or for any number");
        }

        var (height, width) = (graph.Height ?? graph.Width ?? 1, graph.Width ?? graph.Height ?? 1);
        return height == width
            ? new SavedGenerator(graph, null, new GeneratorSpec(
                Name, Direction.AToB, graph.InputChannels, graph.OutputChannels, height, height, Path.GetFileName(path)))
            : throw new RunException(
                $"{path}: takes only pictures of {width}x{height} pixels, which is not square; export it for any size");
    }
}
