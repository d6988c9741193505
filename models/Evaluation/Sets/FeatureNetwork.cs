using IlgpuGan.Models.Families;
using IlgpuGan.Models.Interop;
using IlgpuGan.Tensors.Autodiff;
using IlgpuGan.Tensors.Nn.Import;

namespace IlgpuGan.Models.Evaluation.Sets;

/// <summary>Comparison of two sets of pictures in the feature space of the user's network.</summary>
/// <param name="Network">the network's file</param>
/// <param name="Features">number of features per picture</param>
/// <param name="Frechet">the <see cref="FrechetDistance"/></param>
/// <param name="RealToReal">the same between two halves of the real pictures; null with fewer than four</param>
/// <param name="Manifolds">precision, recall, density and coverage; null with too few pictures</param>
/// <param name="Pictures">number of pictures in the smaller set; null in older reports</param>
internal sealed record FeatureComparison(
    string Network, int Features, double Frechet, double? RealToReal, ManifoldScores? Manifolds, int? Pictures = null)
{
    /// <summary>Side in pixels to which pictures were scaled; null for the graph's own, or that of the pictures.</summary>
    public int? Side { get; init; }

    /// <summary>The graph's values of black and white, as typed; null for −1 and 1.</summary>
    public string? Range { get; init; }

    /// <summary>What makes the features: <c>f.onnx</c>, or <c>f.onnx (side 64, range bytes)</c>. Those of another one differ.</summary>
    public string NetworkText()
    {
        string?[] how = [Side is { } side ? $"side {side}" : null, Range is { } range ? $"range {range}" : null];
        var text = string.Join(", ", how.OfType<string>());
        return text.Length > 0 ? $"{Network} ({text})" : Network;
    }
}

/// <summary>A feature extractor from the user's ONNX graph, such as Inception.</summary>
internal sealed class FeatureNetwork
{
    private readonly PictureGraph _graph;
    private readonly Device _device;
    private readonly int? _height;
    private readonly int? _width;
    private readonly int? _side;
    private readonly PixelRange _range;

    private FeatureNetwork(string path, PictureGraph graph, Device device, PixelRange range, int? side)
    {
        (Path, _graph, _device, _range) = (path, graph, device, range);
        (_height, _width) = (graph.Height ?? side, graph.Width ?? side);
        _side = graph is { Height: not null, Width: not null } ? null : side; // Of such a graph it is its own.
    }

    /// <summary>The graph's file.</summary>
    public string Path { get; }

    /// <param name="path">an ONNX graph from [N, C, H, W] to features [N, F], or to [N, F, h, w], which is averaged over h and w</param>
    /// <param name="device">the device to compute on</param>
    /// <param name="range">the graph's values of black and white</param>
    /// <param name="side">side in pixels to which pictures are scaled; null for the graph's own size, or that of the pictures</param>
    /// <exception cref="GraphException">the graph can't be run, or takes several pictures at a time, or only another side</exception>
    /// <exception cref="IOException">the file can't be read or is damaged</exception>
    public static FeatureNetwork Open(string path, Device device, PixelRange range = PixelRange.Signed, int? side = null)
    {
        var graph = PictureGraph.OpenFeatures(path, device, range);
        if (graph.Batch > 1)
        {
            throw new GraphException($"{path}: takes {graph.Batch} pictures at a time; export it for one, or for any number");
        }

        return side is null || ((graph.Height ?? side) == side && (graph.Width ?? side) == side)
            ? new FeatureNetwork(path, graph, device, range, side)
            : throw new GraphException(
                $"{path}: takes pictures of {graph.Width ?? side}x{graph.Height ?? side} alone, not of {side}x{side}");
    }

    /// <summary>The features of a picture.</summary>
    /// <exception cref="PictureException">the picture's channels do not fit</exception>
    /// <exception cref="ShapeException">the graph does not accept pictures of this size</exception>
    public float[] Of(Picture picture)
    {
        using var step = _device.Step();
        using var noGrad = GradMode.NoGrad();
        var scaled = picture.ToChannels(_graph.InputChannels, "picture").Resize(_width ?? picture.Width, _height ?? picture.Height);
        var features = _graph.Forward(scaled.ToTensor(_device));
        return (features.Shape.Rank == 4 ? features.Mean([2, 3]) : features).ToArray();
    }

    /// <summary>Compares generated with real pictures.</summary>
    /// <param name="made">generated pictures, at least two</param>
    /// <param name="real">real pictures, at least two</param>
    /// <param name="cancellation">stops the comparison</param>
    /// <exception cref="PictureException">pictures do not fit the network, or are too few</exception>
    public FeatureComparison Compare(IReadOnlyList<Picture> made, IReadOnlyList<Picture> real, CancellationToken cancellation = default)
    {
        if (Math.Min(made.Count, real.Count) < FrechetDistance.LeastPictures)
        {
            throw new PictureException(
                $"{Path}: features of {made.Count} made and {real.Count} real pictures can't be compared: two of each are needed");
        }

        try
        {
            var (ofMade, ofReal) = (All(made), All(real));
            return new FeatureComparison(
                Path, ofReal[0].Length, FrechetDistance.Between(ofMade, ofReal),
                real.Count < 2 * FrechetDistance.LeastPictures ? null : FrechetDistance.Between(Half(ofReal, 0), Half(ofReal, 1)),
                Math.Min(made.Count, real.Count) < Manifolds.LeastPoints ? null : Manifolds.Between(ofMade, ofReal),
                Math.Min(made.Count, real.Count))
            {
                Side = _side, Range = _range == PixelRange.Signed ? null : OptionsJson.TextOf(_range),
            };
        }
        catch (ArgumentException problem) when (problem is not (ArgumentNullException or ArgumentOutOfRangeException)) // Those are bugs.
        {
            throw new PictureException($"{Path}: its features can't be compared: {problem.Message}", problem);
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
