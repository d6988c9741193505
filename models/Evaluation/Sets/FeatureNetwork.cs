using IlgpuGan.Models.Data;
using IlgpuGan.Models.Interop;
using IlgpuGan.Tensors;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Nn.Import;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Models.Evaluation.Sets;

/// <summary>What features of a network that the user brings say of two sets of pictures.</summary>
/// <param name="Network">the network's file</param>
/// <param name="Features">numbers that it makes of a picture</param>
/// <param name="Frechet">see <see cref="FrechetDistance"/></param>
/// <param name="RealToReal">the same between two halves of the real pictures; null of fewer than four</param>
/// <param name="Manifolds">how far both sets cover each other; null of too few pictures</param>
public sealed record FeatureComparison(string Network, int Features, double Frechet, double? RealToReal, ManifoldScores? Manifolds);

/// <summary>A network that the user brings as an ONNX graph, such as Inception: numbers by which pictures are compared.</summary>
public sealed class FeatureNetwork
{
    private readonly PictureGraph _graph;
    private readonly Device _device;
    private readonly int? _height;
    private readonly int? _width;

    private FeatureNetwork(string path, PictureGraph graph, Device device, int? side)
    {
        (Path, _graph, _device) = (path, graph, device);
        (_height, _width) = (graph.Height ?? side, graph.Width ?? side);
    }

    /// <summary>The graph's file.</summary>
    public string Path { get; }

    /// <param name="path">an ONNX graph from a picture [N, C, H, W] to features [N, F], or to planes, whose means are taken</param>
    /// <param name="device">where to compute</param>
    /// <param name="range">what black and white are to it</param>
    /// <param name="side">to which pictures are scaled; null for their own, or for the side that the graph asks for</param>
    /// <exception cref="GraphException">the graph can't be run, or takes several pictures at a time</exception>
    /// <exception cref="IOException">the file can't be read or is damaged</exception>
    public static FeatureNetwork Open(string path, Device device, PixelRange range = PixelRange.Signed, int? side = null)
    {
        var graph = PictureGraph.Open(path, device, range, makesPictures: false);
        return graph.Batch > 1
            ? throw new GraphException($"{path}: takes {graph.Batch} pictures at a time; export it for one, or for any number")
            : new FeatureNetwork(path, graph, device, side);
    }

    /// <summary>The features of a picture.</summary>
    /// <exception cref="DataException">the picture's channels do not fit</exception>
    /// <exception cref="ShapeException">the graph does not take pictures of its size</exception>
    public float[] Of(Picture picture)
    {
        using var step = _device.Step();
        using var noGrad = GradMode.NoGrad();
        var scaled = picture.WithChannels(_graph.InputChannels, "picture").Resized(_width ?? picture.Width, _height ?? picture.Height);
        var features = _graph.Forward(scaled.ToTensor(_device));
        return (features.Shape.Rank == 4 ? features.Mean([2, 3]) : features).ToArray();
    }

    /// <summary>Holds made pictures against real ones.</summary>
    /// <param name="made">two at least</param>
    /// <param name="real">two at least</param>
    /// <param name="cancellation">ends it early</param>
    /// <exception cref="DataException">pictures do not fit the network, or are too few</exception>
    public FeatureComparison Compare(IReadOnlyList<Picture> made, IReadOnlyList<Picture> real, CancellationToken cancellation = default)
    {
        if (Math.Min(made.Count, real.Count) < FrechetDistance.LeastPictures)
        {
            throw new DataException(
                $"{Path}: features of {made.Count} made and {real.Count} real pictures can't be compared: two of each are needed");
        }

        try
        {
            var (ofMade, ofReal) = (All(made), All(real));
            return new FeatureComparison(
                Path, ofReal[0].Length, FrechetDistance.Between(ofMade, ofReal),
                real.Count < 2 * FrechetDistance.LeastPictures ? null : FrechetDistance.Between(Half(ofReal, 0), Half(ofReal, 1)),
                Math.Min(made.Count, real.Count) < Manifolds.LeastPoints ? null : Manifolds.Between(ofMade, ofReal));
        }
        catch (ArgumentException problem)
        {
            throw new DataException($"{Path}: its features can't be compared: {problem.Message}");
        }

        List<float[]> All(IReadOnlyList<Picture> pictures)
        {
            var features = new List<float[]>();
            foreach (var picture in pictures)
            {
                cancellation.ThrowIfCancellationRequested();
                features.Add(Of(picture));
            }

            return features;
        }

        static List<float[]> Half(List<float[]> all, int which) => [.. all.Where((_, i) => i % 2 == which)];
    }
}
