using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Nn.Import;

namespace IlgpuGan.Models.Interop;

/// <summary>
/// An ONNX graph of any program that takes pictures, as a layer that takes them as [N, C, H, W] from −1 to 1. The graph may have its
/// channels last and take or make bytes, and may take another picture or a vector of numbers besides; of several outputs the first counts.
/// </summary>
public sealed class PictureGraph : Layer
{
    /// <summary>Adding it to a float32 number up to 2²², and taking it away again, rounds to a whole number.</summary>
    private const float Rounding = 3 << 22;

    private const int MostChannels = 64;

    private readonly string _path;
    private readonly GraphNetwork _graph;
    private readonly PixelRange _range;
    private readonly bool _makesPictures;
    private readonly OnnxValue _picture;
    private readonly bool _isLastIn;
    private readonly bool _isLastOut;

    private PictureGraph(string path, PixelRange range, bool makesPictures)
    {
        (_path, _range, _makesPictures) = (path, range, makesPictures);
        _graph = Add("graph", GraphNetwork.Read(path));
        _picture = _graph.Inputs.FirstOrDefault(IsPicture) ?? throw new GraphException(_graph.Inputs.Count == 0
            ? $"{path}: it takes nothing"
            : $"{path}: its input {_graph.Inputs[0]} takes no pictures [N, C, H, W]");
        _isLastIn = IsLast(_picture) ?? false;
        _isLastOut = (makesPictures ? IsLast(Output) : null) ?? _isLastIn;
        IReadOnlyList<OnnxValue> others = [.. _graph.Inputs.Where(i => i != _picture)];
        if (others.Count > (makesPictures ? 1 : 0) || (others is [var other] && !IsPicture(other) && Numbers is null))
        {
            throw new GraphException($"{path}: the graph takes {string.Join("; ", _graph.Inputs)}; " + (makesPictures
                ? "beside a picture it may take another one, or numbers [1, n]"
                : "one that makes features may take a picture alone"));
        }

        if (_graph.Inputs.FirstOrDefault(i => i.Type is { IsFloat: false } type && type != ElementType.U8) is { } whole)
        {
            throw new GraphException(
                $"{path}: its input {whole} takes numbers of the type {whole.Type}; pictures are floats or bytes here");
        }
    }

    /// <summary>Channels that it reads: 3 where the file leaves them open.</summary>
    public int InputChannels => Fixed(_picture, ChannelOf(_isLastIn)) ?? 3;

    /// <summary>Channels that it makes: as many as it reads where the file does not say.</summary>
    public int OutputChannels => Fixed(Output, ChannelOf(_isLastOut)) ?? InputChannels;

    /// <summary>The only height that it takes; null where any will do.</summary>
    public int? Height => Fixed(_picture, _isLastIn ? 1 : 2);

    /// <summary>The only width that it takes; null where any will do.</summary>
    public int? Width => Fixed(_picture, _isLastIn ? 2 : 3);

    /// <summary>The only number of pictures that it takes at a time; null where any will do.</summary>
    public int? Batch => Fixed(_picture, 0);

    /// <summary>Channels of the second picture that it takes, and its only side where there is one; null where it takes none.</summary>
    public (int Channels, int? Side)? SecondPicture => Second is { } second && IsPicture(second)
        ? (Fixed(second, ChannelOf(IsLast(second) ?? false)) ?? InputChannels, Fixed(second, 2))
        : null;

    /// <summary>How many numbers it takes beside the picture; null where it takes none.</summary>
    public int? Numbers => Second is { Shape: [_, _] } second && !IsPicture(second) ? Fixed(second, 1) : null;

    private OnnxValue? Second => _graph.Inputs.FirstOrDefault(i => i != _picture);

    private OnnxValue Output => _graph.Outputs[0];

    /// <param name="path">an ONNX model of a picture, [N, C, H, W] or [N, H, W, C]</param>
    /// <param name="device">where it is to run</param>
    /// <param name="range">what black and white are to it; bytes are from 0 to 255 whatever it says</param>
    /// <param name="makesPictures">what it makes are pictures in the same range, not features</param>
    /// <exception cref="GraphException">it takes no pictures, or has operators that are not known here</exception>
    /// <exception cref="IOException">the file can't be read or is damaged</exception>
    public static PictureGraph Open(string path, Device device, PixelRange range, bool makesPictures = true) =>
        new PictureGraph(path, range, makesPictures).To(device).Eval();

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

    /// <inheritdoc cref="Forward(Tensor, Tensor?)"/>
    public override Tensor Forward(Tensor x) => Forward(x, null);

    /// <param name="x">pictures [N, C, H, W] from −1 to 1</param>
    /// <param name="second">what else the graph takes: a picture [1, C, H, W] from −1 to 1, or numbers [1, n]; null where nothing</param>
    /// <exception cref="ShapeException">it does not take such pictures, or is to make some and does not</exception>
    public Tensor Forward(Tensor x, Tensor? second)
    {
        using var given = Given(x, _picture, _isLastIn);
        using var other = second is { Shape.Rank: 4 } ? Given(second, Second!, IsLast(Second!) ?? false) : second?.Share();
        var made = _graph.Forward([.. _graph.Inputs.Select(i => i == _picture ? given : other
            ?? throw new ShapeException($"{_path}: its input {i} is missing"))]);
        foreach (var further in made.Skip(1))
        {
            further.Dispose();
        }

        using var y = made[0];
        if (_makesPictures && y.Shape.Rank != 4)
        {
            throw new ShapeException($"{Output} of the graph became {y.Shape}, which are no pictures [N, C, H, W]");
        }

        using var first = _isLastOut && y.Shape.Rank == 4 ? y.Permute(0, 3, 1, 2) : y.Share();
        if (!_makesPictures)
        {
            return first.Share();
        }

        var (scale, shift) = ScaleOf(Output);
        return scale == 1 ? first.Share() : first.Affine(1 / scale, -shift / scale);
    }

    /// <summary>Pictures as an input takes them.</summary>
    private Tensor Given(Tensor x, OnnxValue input, bool isLast)
    {
        var (scale, shift) = ScaleOf(input);
        using var scaled = scale == 1 ? x.Share() : x.Affine(scale, shift);
        using var up = input.Type == ElementType.U8 ? scaled.Affine(1, Rounding) : null;
        using var exact = up is null ? scaled.Share() : up.Affine(1, -Rounding);
        return isLast ? exact.Permute(0, 2, 3, 1) : exact.Share();
    }

    private (float Scale, float Shift) ScaleOf(OnnxValue value) => (value.Type == ElementType.U8 ? PixelRange.Bytes : _range) switch
    {
        PixelRange.Unit => (0.5f, 0.5f),
        PixelRange.Bytes => (127.5f, 127.5f),
        _ => (1f, 0f),
    };

    private static bool IsPicture(OnnxValue value) =>
        value.Shape is null || (value.Shape.Count == 4 && (Fixed(value, ChannelOf(IsLast(value) ?? false)) ?? 1) <= MostChannels);

    /// <summary>Whether channels are the last dimension; null where the file does not tell.</summary>
    private static bool? IsLast(OnnxValue value)
    {
        if (value.Shape is not [_, _, _, _])
        {
            return null;
        }

        return Fixed(value, 1) is 1 or 3 or 4 ? false : Fixed(value, 3) is 1 or 3 or 4 ? true : null;
    }

    private static int ChannelOf(bool isLast) => isLast ? 3 : 1;

    private static int? Fixed(OnnxValue value, int dimension) =>
        value.Shape is { } shape && dimension < shape.Count
        && shape[dimension] is { Name: null, Size: > 0 and <= int.MaxValue and var size }
            ? (int)size
            : null;
}
