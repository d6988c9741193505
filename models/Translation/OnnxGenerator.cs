using IlgpuGan.Models.Families;
using IlgpuGan.Models.Interop;
using IlgpuGan.Models.Runs;
using IlgpuGan.Tensors.Nn.Export;
using IlgpuGan.Tensors.Nn.Import;

namespace IlgpuGan.Models.Translation;

/// <summary>
/// An ONNX graph as a generator: one of another program, or one of this program with weights that only the graph has. Its picture is the
/// input that this program's exports name so, else the first that has a picture's shape; the graph has at most one input more, the second
/// (<see cref="PictureGraph"/>). What the second one is, a graph doesn't say: a generator of this program knows from its description
/// (<see cref="OwnConditions"/>), of others the shape must do (<see cref="ForeignConditions"/>).
/// </summary>
internal sealed class OnnxGenerator
{
    private const string Name = "graph";

    /// <summary>Default side of a style picture in pixels, if the graph accepts any size.</summary>
    private const int StyleSide = 256;

    /// <summary>Side of the noise that shows a graph's values, if the graph accepts any size, and its random stream.</summary>
    private const int TrialSide = 64;
    private const uint TrialStream = 0x7B1A2;

    /// <summary>By how much bounds may miss black and white: a graph's constants are rounded, or it goes beyond.</summary>
    private const double Inexact = 0.01, Beyond = 0.25;

    private readonly string _path;
    private readonly PictureGraph _graph;
    private readonly Device _device;
    private readonly StoredNetwork? _own;

    private OnnxGenerator(string path, PictureGraph graph, Device device, StoredNetwork? own)
    {
        (_path, _graph, _device, _own) = (path, graph.To(device).Eval(), device, own);
        Spec = own?.Generator is { } spec ? spec with { Conditions = OwnConditions(spec.Conditions) } : OfForeign();
    }

    /// <summary>Input and output of the graph.</summary>
    public GeneratorSpec Spec { get; }

    /// <summary>Whether it is a generator of this program, as its file describes it.</summary>
    public bool IsOwn => _own is not null;

    /// <summary>Opens the graph.</summary>
    /// <param name="path">an ONNX model</param>
    /// <param name="device">the device to run on</param>
    /// <param name="described">the generator whose weights the file holds, or that it says it is; null if there is none</param>
    /// <exception cref="RunException">the graph has a fixed batch of several pictures</exception>
    /// <exception cref="GraphException">the graph can't be run</exception>
    /// <exception cref="IOException">the file can't be read or is damaged</exception>
    public static OnnxGenerator Open(string path, Device device, StoredNetwork? described = null)
    {
        // A graph that another program has changed since is that program's, and so is one that only holds a known network's weights.
        if (described is { Description: not null, Generator: { } spec }
            && PictureGraph.Read(path, isOwn: true) is { IsNamedAsOwn: true } own
            && own.InputChannels == spec.InputChannels && own.OutputChannels == spec.OutputChannels)
        {
            return new(path, own, device, described);
        }

        var graph = PictureGraph.Read(path, isOwn: false);
        return graph.Batch > 1
            ? throw new RunException($"{path}: takes {graph.Batch} pictures at a time; export it for one, or for any number")
            : new(path, graph, device, own: null);
    }

    /// <summary>
    /// The graph, once per sample. A second picture input is the style (<c>--style</c>); a vector input is noise (<c>--seed</c> and
    /// <c>--samples</c>), or the label of a generator of this program.
    /// </summary>
    /// <param name="settings">the user's settings</param>
    /// <exception cref="OptionsException">a setting does not fit the graph, or a required setting is missing</exception>
    /// <exception cref="RunException">the graph translates in the other direction</exception>
    public IReadOnlyList<SavedGenerator> SamplesFor(TranslationSettings settings)
    {
        foreach (var (isSet, option) in new[]
        {
            (settings.Direction is not null && _own is not { HasKnownDirection: true }, "--direction"),
            (settings.DropoutSeed is not null, "--dropout-seed"), (settings.Exact, "--exact"),
        })
        {
            if (isSet)
            {
                throw new OptionsException($"{option} can't be combined with {_path}: a graph is computed as written");
            }
        }

        if (_own is not null)
        {
            _ = SavedGenerator.Choose(_path, [_own], settings.Direction);
            SavedGenerator.RequireNoRange(settings, _path);
            if (settings.Eval && _own.Description?.Statistics == NormStatistics.Picture)
            {
                throw new OptionsException($"--eval can't be combined with {_path}, whose graph takes each picture's own statistics");
            }
        }

        var samples = RequestedConditions.Of(
            settings, Spec, Path.GetFileName(_path), _device, () => SideBySide.Of(_own?.Options, Spec, _own?.Description));
        var taken = _graph.ScalesBytes ? TakenUnasked : settings.Range ?? TakenUnasked; // As of a graph whose input has bytes.
        var returned = settings.Range ?? ReturnedUnasked(samples.FirstOrDefault());
        var remark = settings.Range is null ? OnRange(returned) : null;
        return samples.Count == 0
            ? [Saved(Bound(null, taken, returned))]
            : [.. samples.Select(given => Saved(Bound(given, taken, returned)) with { Conditions = given })];

        SavedGenerator Saved(Layer layer) => new(layer, _own?.Options, Spec)
        {
            IsGraph = true, Path = _path, Description = _own?.Description,
            HasUnknownRange = _own is null && settings.Range is null
                && (remark is null || (_graph.ScalesBytes && returned == PixelRange.Signed)),
            Remarks = _own is not null ? [] : remark is null ? [.. _graph.Choices] : [.. _graph.Choices, remark],
        };
    }

    /// <summary>Black and white of a graph's input if nobody says them.</summary>
    private PixelRange TakenUnasked => _own is null && _graph.ScalesBytes ? PixelRange.Bytes : PixelRange.Signed;

    /// <summary>
    /// Black and white of a graph's output if nobody says them: −1 and 1, but of one that takes bytes those that its last operators show;
    /// if they show none, 0 and 255 if it makes floats far beyond 1 of noise.
    /// </summary>
    private PixelRange ReturnedUnasked(ConditionValues? given)
    {
        if (_own is not null || !_graph.MakesFloatsOfBytes)
        {
            return PixelRange.Signed;
        }

        if (_graph.Bounds is var (least, most) && double.IsFinite(least) && double.IsFinite(most))
        {
            // An activation may go beyond black and white, to reach them.
            return most > PictureGraph.LeastOfBytes ? PixelRange.Bytes
                : least > -Beyond && most < 1 + Beyond ? PixelRange.Unit
                : PixelRange.Signed;
        }

        using var inference = new InferenceScope([_graph]);
        using var step = _device.Step();
        var shape = new Shape(1, _graph.InputChannels, _graph.Height ?? TrialSide, _graph.Width ?? TrialSide);
        try
        {
            var made = _graph.Forward(
                Tensor.Uniform(new RandomKey(1, TrialStream, 0, 0), shape, _device), SecondOf(given), TakenUnasked, PixelRange.Signed);
            return Array.Exists(made.ToArray(), value => value > PictureGraph.LeastOfBytes) ? PixelRange.Bytes : PixelRange.Signed;
        }
        catch (ShapeException)
        {
            return PixelRange.Signed; // It does not take this size; what it makes of a picture is told then.
        }
    }

    /// <summary>What the graph shows of its values, if that is not the usual range; null if there is nothing to say.</summary>
    private string? OnRange(PixelRange returned)
    {
        var (black, white) = (returned == PixelRange.Signed ? -1 : 0, returned == PixelRange.Bytes ? 255 : 1);
        if (TakenUnasked == PixelRange.Bytes)
        {
            return $"{_path}: scales its input as bytes are scaled, so 0 is taken for black and 255 for white of it, and {black} and " +
                $"{white} of what it makes; --range says otherwise of that";
        }

        if (returned != PixelRange.Signed)
        {
            return $"{_path}: takes bytes and makes numbers " + (returned == PixelRange.Bytes ? "far beyond 1" : "from 0 to 1") +
                $", so 0 is taken for black and {white} for white; --range says otherwise";
        }

        return _own is null && _graph.Bounds is ( >= -Inexact, > 0 and var most) && double.IsFinite(most)
            ? $"{_path}: its values go from 0 to {most:0.##}, but -1 is taken for black and 1 for white; --range unit or bytes says what " +
                "white is"
            : null;
    }

    private static Tensor? SecondOf(ConditionValues? given) => given?.Style ?? given?.Label ?? given?.Noise;

    /// <summary>What a generator of this program takes of the inputs that its graph has.</summary>
    private GeneratorConditions? OwnConditions(GeneratorConditions? takes)
    {
        if (takes is null || _graph.Numbers is not { } numbers)
        {
            return null;
        }

        // An export has either labels or noise as its second input, whichever the generator takes; the length says which. Of a generator
        // that takes both the graph has three, and is not opened.
        return takes.Labels.Count > 0 && takes.LabelPlaces == numbers
            ? new() { Labels = takes.Labels, Bind = Bind }
            : new() { Noise = numbers, Bind = Bind };
    }

    private GeneratorSpec OfForeign() => new()
    {
        Network = Name, Direction = Direction.AToB, InputChannels = _graph.InputChannels, OutputChannels = _graph.OutputChannels,
        SideMultiple = 1, SmallestSide = 1, Description = Path.GetFileName(_path),
        FixedWidth = _graph.Width,
        FixedHeight = _graph.Height,
        Conditions = ForeignConditions(),
    };

    /// <summary>A graph says the shapes of its inputs but not what they are: a picture is taken for a style, a vector for noise.</summary>
    private GeneratorConditions? ForeignConditions()
    {
        if (_graph.SecondPicture is var (channels, side))
        {
            return new() { Style = new(channels, side ?? StyleSide, IsRequired: true), Bind = Bind };
        }

        return _graph.Numbers is { } numbers ? new() { Noise = numbers, Bind = Bind } : null;
    }

    /// <summary>The graph with its ranges and its second input, the only condition that its spec has; null if it has none.</summary>
    private BoundGenerator Bound(ConditionValues? given, PixelRange taken, PixelRange returned) =>
        new(_graph, x => _graph.Forward(x, SecondOf(given), taken, returned));

    /// <summary>The same as a spec has it: the graph is here, so the stored networks are not needed.</summary>
    private Func<StoredModules, ConditionValues, Layer> Bind => (_, given) => Bound(given, PixelRange.Signed, PixelRange.Signed);
}
