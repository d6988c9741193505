using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Nn.Import;

namespace IlgpuGan.Models.Interop;

/// <summary>
/// An ONNX graph of any program that takes pictures, as a layer on [N, C, H, W] in [−1, 1]. The graph may have channels last, take or
/// return bytes, and have a second input, a picture or a vector; only its first output is used.
/// </summary>
internal sealed class PictureGraph : Layer
{
    /// <summary>Values of a picture from −1 to 1 overshoot, but hardly beyond this.</summary>
    public const float MostSigned = 1.5f;

    /// <summary>Above this values can only be bytes: a network without a last Tanh may exceed 1 by some.</summary>
    public const int LeastOfBytes = 16;

    /// <summary>
    /// How far apart black and white are behind the first operators of a network that takes bytes: from 1 to the standard deviations of
    /// photographs.
    /// </summary>
    private const double LeastScaled = 0.9, MostScaled = 6;

    /// <summary>Adding and then subtracting this rounds a float32 up to 2²² to an integer.</summary>
    private const float Rounding = 3 << 22;

    private const int MostChannels = 64;

    private readonly string _path;
    private readonly GraphNetwork _graph;
    private readonly PixelRange _range;
    private readonly bool _makesPictures;
    private readonly OnnxValue _picture;
    private readonly bool _channelsLastIn;
    private readonly bool _channelsLastOut;

    private PictureGraph(string path, PixelRange range, bool makesPictures, string? input = null)
    {
        (_path, _range, _makesPictures) = (path, range, makesPictures);
        _graph = Add("graph", GraphNetwork.Read(path));
        _picture = _graph.Inputs.FirstOrDefault(value => value.Name == input) ?? _graph.Inputs.FirstOrDefault(IsPicture)
            ?? throw new GraphException(_graph.Inputs.Count == 0
                ? $"{path}: it takes nothing"
                : $"{path}: its input {_graph.Inputs[0]} takes no pictures [N, C, H, W]");
        ScalesBytes = _picture.Type != ElementType.U8
            && _graph.ScaledFirst(_picture.Name, (0, 255)) is var (black, white) && white - black is > LeastScaled and < MostScaled;
        _channelsLastIn = HasChannelsLast(_picture) ?? false;
        _channelsLastOut = (makesPictures ? HasChannelsLast(Output) : null) ?? _channelsLastIn;
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

    /// <summary>Whether the picture is the input that this program's exports name so.</summary>
    public bool IsNamedAsOwn => _picture.Name == NetworkExporter.InputName;

    /// <summary>Channels of the input; 3 if they are dynamic.</summary>
    public int InputChannels => Fixed(_picture, ChannelOf(_channelsLastIn)) ?? 3;

    /// <summary>Channels of the output; those of the input if they are dynamic.</summary>
    public int OutputChannels => Fixed(Output, ChannelOf(_channelsLastOut)) ?? InputChannels;

    /// <summary>The fixed height; null if it is dynamic.</summary>
    public int? Height => Fixed(_picture, _channelsLastIn ? 1 : 2);

    /// <summary>The fixed width; null if it is dynamic.</summary>
    public int? Width => Fixed(_picture, _channelsLastIn ? 2 : 3);

    /// <summary>The fixed batch size; null if it is dynamic.</summary>
    public int? Batch => Fixed(_picture, 0);

    /// <summary>Channels of the second picture input, and its side if fixed; null if there is none.</summary>
    public (int Channels, int? Side)? SecondPicture => Second is { } second && IsPicture(second)
        ? (Fixed(second, ChannelOf(HasChannelsLast(second) ?? false)) ?? InputChannels, Fixed(second, 2))
        : null;

    /// <summary>Length of the vector input; null if there is none.</summary>
    public int? Numbers => Second is { Shape: [_, _] } second && !IsPicture(second) ? Fixed(second, 1) : null;

    /// <summary>What is taken of several outputs and inputs, which the graph does not say: a sentence each.</summary>
    public IEnumerable<string> Choices
    {
        get
        {
            if (_graph.Outputs.Count > 1)
            {
                yield return $"{_path}: of its {_graph.Outputs.Count} outputs the first is taken, {Named(Output)}";
            }

            if (Second is { } second)
            {
                yield return $"{_path}: its input {Named(_picture)} is the picture, and {Named(second)} the " +
                    (IsPicture(second) ? "style" : "noise");
            }
        }
    }

    /// <summary>Whether the picture is taken as floats that are scaled first as bytes are: by 1/255 or 1/127.5, say.</summary>
    public bool ScalesBytes { get; }

    /// <summary>Whether the picture is taken as bytes and returned as floats, which may be bytes or not.</summary>
    public bool MakesFloatsOfBytes => (ScalesBytes || _picture.Type == ElementType.U8) && Output.Type != ElementType.U8;

    /// <summary>The bounds of the output's values that the graph shows; null if it shows none.</summary>
    public (double Least, double Most)? Bounds => Output.Type == ElementType.U8 ? null : _graph.Bounds;

    private OnnxValue? Second => _graph.Inputs.FirstOrDefault(i => i != _picture);

    private OnnxValue Output => _graph.Outputs[0];

    /// <summary>A graph from pictures to features.</summary>
    /// <param name="path">an ONNX model of a picture, [N, C, H, W] or [N, H, W, C]</param>
    /// <param name="device">the device to run on</param>
    /// <param name="range">the graph's values of black and white; bytes are always 0 to 255</param>
    /// <exception cref="GraphException">the graph takes no pictures, or has unsupported operators</exception>
    /// <exception cref="IOException">the file can't be read or is damaged</exception>
    public static PictureGraph OpenFeatures(string path, Device device, PixelRange range) =>
        new PictureGraph(path, range, makesPictures: false).To(device).Eval();

    /// <summary>A graph from pictures to pictures, on no device yet.</summary>
    /// <param name="path">an ONNX model as for <see cref="OpenFeatures"/></param>
    /// <param name="isOwn">whether it is of this program: its input may be planes of classes, any number of channels</param>
    /// <inheritdoc cref="OpenFeatures"/>
    internal static PictureGraph Read(string path, bool isOwn) =>
        new(path, PixelRange.Signed, makesPictures: true, isOwn ? NetworkExporter.InputName : null);

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

    /// <inheritdoc cref="Forward(Tensor, Tensor?, PixelRange, PixelRange)"/>
    public override Tensor Forward(Tensor x) => Forward(x, null, _range, _range);

    /// <param name="x">pictures [N, C, H, W] in [−1, 1]</param>
    /// <param name="second">the second input: a picture [1, C, H, W] in [−1, 1], or a vector [1, n]; null if the graph has none</param>
    /// <param name="taken">the inputs' values of black and white; bytes are always 0 to 255</param>
    /// <param name="returned">the output's</param>
    /// <exception cref="ShapeException">the shapes don't fit, or the output should be pictures and is not</exception>
    public Tensor Forward(Tensor x, Tensor? second, PixelRange taken, PixelRange returned)
    {
        using var given = ToInput(x, _picture, _channelsLastIn, taken);
        using var other = second is not { Shape.Rank: 4 } ? second?.Share()
            : ToInput(second, Second!, HasChannelsLast(Second!) ?? false, taken);
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

        using var first = _channelsLastOut && y.Shape.Rank == 4 ? y.Permute(0, 3, 1, 2) : y.Share();
        if (!_makesPictures)
        {
            return first.Share();
        }

        var (scale, shift) = ScaleOf(Output, returned);
        return scale == 1 ? first.Share() : first.Affine(1 / scale, -shift / scale);
    }

    /// <summary>Converts pictures to an input's value range, type and layout.</summary>
    private static Tensor ToInput(Tensor x, OnnxValue input, bool channelsLast, PixelRange range)
    {
        var (scale, shift) = ScaleOf(input, range);
        using var scaled = scale == 1 ? x.Share() : x.Affine(scale, shift);
        using var up = input.Type == ElementType.U8 ? scaled.Affine(1, Rounding) : null;
        using var exact = up is null ? scaled.Share() : up.Affine(1, -Rounding);
        return channelsLast ? exact.Permute(0, 2, 3, 1) : exact.Share();
    }

    private static (float Scale, float Shift) ScaleOf(OnnxValue value, PixelRange range) =>
        (value.Type == ElementType.U8 ? PixelRange.Bytes : range) switch
        {
            PixelRange.Unit => (0.5f, 0.5f),
            PixelRange.Bytes => (127.5f, 127.5f),
            _ => (1f, 0f),
        };

    private static bool IsPicture(OnnxValue value) =>
        value.Shape is null || (value.Shape.Count == 4 && (Fixed(value, ChannelOf(HasChannelsLast(value) ?? false)) ?? 1) <= MostChannels);

    /// <summary>Whether channels are the last dimension; null if unknown.</summary>
    private static bool? HasChannelsLast(OnnxValue value)
    {
        if (value.Shape is not [_, _, _, _])
        {
            return null;
        }

        return Fixed(value, 1) is 1 or 3 or 4 ? false : Fixed(value, 3) is 1 or 3 or 4 ? true : null;
    }

    private static string Named(OnnxValue value) => $"'{PrintableText.Of(OnnxNode.Shortened(value.Name))}'";

    private static int ChannelOf(bool channelsLast) => channelsLast ? 3 : 1;

    private static int? Fixed(OnnxValue value, int dimension) =>
        value.Shape is { } shape && dimension < shape.Count
        && shape[dimension] is { Name: null, Size: > 0 and <= int.MaxValue and var size }
            ? (int)size
            : null;
}
