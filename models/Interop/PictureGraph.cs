using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Nn.Import;

namespace IlgpuGan.Models.Interop;

/// <summary>An ONNX graph of any program that takes pictures [N, C, H, W], as a layer that takes them from −1 to 1.</summary>
public sealed class PictureGraph : Layer
{
    private const int Channels = 1;
    private const int Rows = 2;
    private const int Columns = 3;

    private readonly GraphLayer _graph;
    private readonly PixelRange _range;
    private readonly bool _makesPictures;

    private PictureGraph(GraphLayer graph, PixelRange range, bool makesPictures)
    {
        (_range, _makesPictures) = (range, makesPictures);
        _graph = Add("graph", graph);
    }

    /// <summary>Channels that it reads: 3 where the file leaves them open.</summary>
    public int InputChannels => Fixed(_graph.Input, Channels) ?? 3;

    /// <summary>Channels that it makes: as many as it reads where the file does not say.</summary>
    public int OutputChannels => Fixed(_graph.Output, Channels) ?? InputChannels;

    /// <summary>The only height that it takes; null where any will do.</summary>
    public int? Height => Fixed(_graph.Input, Rows);

    /// <summary>The only width that it takes; null where any will do.</summary>
    public int? Width => Fixed(_graph.Input, Columns);

    /// <summary>The only number of pictures that it takes at a time; null where any will do.</summary>
    public int? Batch => Fixed(_graph.Input, 0);

    /// <param name="path">an ONNX model of one input, [N, C, H, W], and one output</param>
    /// <param name="device">where it is to run</param>
    /// <param name="range">what black and white are to it</param>
    /// <param name="makesPictures">what it makes are pictures in the same range, not features</param>
    /// <exception cref="GraphException">it takes no pictures, or has operators that are not known here</exception>
    /// <exception cref="IOException">the file can't be read or is damaged</exception>
    public static PictureGraph Open(string path, Device device, PixelRange range, bool makesPictures = true)
    {
        var graph = new PictureGraph(new GraphLayer(path, GraphNetwork.Read(path)), range, makesPictures);
        var input = graph._graph.Input;
        if (input.Type is { IsFloat: false } type)
        {
            throw new GraphException($"{path}: its input {input} takes numbers of the type {type}; pictures are floats here");
        }

        if (input.Shape is { } shape && (shape.Count != 4 || graph.InputChannels > 64))
        {
            throw new GraphException($"{path}: its input {input} takes no pictures [N, C, H, W]");
        }

        return graph.To(device).Eval();
    }

    /// <summary>Whether a file holds an ONNX model.</summary>
    /// <exception cref="IOException">the file is missing, can't be read or is damaged</exception>
    public static bool IsFor(string path)
    {
        if (!File.Exists(path))
        {
            return false;
        }

        using var file = TensorFile.Open(path);
        return file.Format == "ONNX";
    }

    /// <exception cref="ShapeException">it does not take such pictures, or is to make some and does not</exception>
    public override Tensor Forward(Tensor x)
    {
        var y = Ranged(x);
        return !_makesPictures || y.Shape.Rank == 4
            ? y
            : throw new ShapeException($"{_graph.Output} of the graph became {y.Shape}, which are no pictures [N, C, H, W]");
    }

    private Tensor Ranged(Tensor x)
    {
        var (scale, shift) = _range switch
        {
            PixelRange.Unit => (0.5f, 0.5f),
            PixelRange.Bytes => (127.5f, 127.5f),
            _ => (1f, 0f),
        };
        if (scale == 1)
        {
            return _graph.Forward(x);
        }

        using var given = x.Affine(scale, shift);
        using var made = _graph.Forward(given);
        return _makesPictures ? made.Affine(1 / scale, -1) : made.Share();
    }

    private static int? Fixed(OnnxValue value, int dimension) =>
        value.Shape is { } shape && dimension < shape.Count
        && shape[dimension] is { Name: null, Size: > 0 and <= int.MaxValue and var size }
            ? (int)size
            : null;
}
