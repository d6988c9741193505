using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Tensors.Ops;

/// <summary>The filter of a resize.</summary>
public enum ResizeMode
{
    /// <summary>The input ⌊i · inputs / outputs⌋, PyTorch's <c>nearest</c>.</summary>
    Nearest,

    /// <summary>The input whose centre is nearest, PyTorch's <c>nearest-exact</c>.</summary>
    NearestExact,

    /// <summary>A triangle filter over two inputs per axis.</summary>
    Bilinear,

    /// <summary>Keys' cubic filter over four inputs per axis.</summary>
    Bicubic,
}

/// <summary>The values that a filter reads beyond the border of a plane.</summary>
public enum ResizeEdge
{
    /// <summary>The border repeated: a a | a b c | c c.</summary>
    Replicate,

    /// <summary>Mirrored with the border repeated: b a | a b c | c b.</summary>
    Symmetric,

    /// <summary>None: the weights inside are normalised to the sum 1.</summary>
    Exclude,
}

/// <summary>Settings of a resize. The defaults are PyTorch's, with half-pixel centres.</summary>
/// <param name="Mode">the filter</param>
/// <param name="AlignCorners">align the centres of the corner pixels instead of their outer corners; not for nearest</param>
/// <param name="Antialias">in downsampling, stretch the filter by the factor; not for nearest</param>
public sealed record Resizing(ResizeMode Mode = ResizeMode.Bilinear, bool AlignCorners = false, bool Antialias = false)
{
    /// <summary>Keys' parameter a of the cubic filter; null for PyTorch's: −0.75, and −0.5 with antialiasing.</summary>
    public double? Cubic { get; init; }

    /// <summary>Values beyond the border; null for PyTorch's: replicated, and excluded with antialiasing.</summary>
    public ResizeEdge? Edge { get; init; }

    /// <summary>
    /// Outputs per input, used to compute positions; null for the ratio of the sizes. With <see cref="ResizeEdge.Exclude"/> all outputs
    /// must be within reach of the inputs then. As in PyTorch, bilinear resizing without antialiasing
    /// copies an axis whose size does not change.
    /// </summary>
    public double? Scale { get; init; }

    /// <summary>MATLAB's <c>imresize</c> by a factor: cubic with a = −0.5, antialiased, mirrored at the border.</summary>
    public static Resizing Matlab(double scale) =>
        new(ResizeMode.Bicubic, Antialias: true) { Cubic = -0.5, Edge = ResizeEdge.Symmetric, Scale = scale };

    /// <summary>The farthest that a filter reads: all of the longest axis, and as much on either side.</summary>
    private const int FarthestRead = 4 * TensorOps.MaxExactInteger;

    private static readonly TapCache<(Resizing, int, int)> s_taps = new();

    private bool IsNearest => Mode is ResizeMode.Nearest or ResizeMode.NearestExact;

    /// <summary>The taps along one axis, cached.</summary>
    internal ResampleTaps Taps(int inputs, int outputs) =>
        s_taps.Of((this, inputs, outputs), static key => key.Item1.Make(key.Item2, key.Item3));

    /// <exception cref="ShapeException">a size or a setting is invalid</exception>
    internal void Check()
    {
        ShapeException.ThrowIf(IsNearest && (AlignCorners || Antialias), $"resize: {Mode} has neither aligned corners nor antialiasing");

        if (Scale is { } scale && (AlignCorners || !(scale > 0) || !double.IsFinite(scale)))
        {
            throw new ShapeException($"resize: the scale {scale} must be positive, and aligned corners have theirs from the sizes");
        }
    }

    private ResampleTaps Make(int inputs, int outputs)
    {
        var step =
            Scale is { } scale ? 1 / scale : AlignCorners ? (outputs == 1 ? 0 : (inputs - 1.0) / (outputs - 1)) : (double)inputs / outputs;
        var rows = new (int, float[])[outputs];
        for (var i = 0; i < outputs; i++)
        {
            // PyTorch copies an axis of unchanged size whatever the scale, in this mode alone.
            rows[i] = Mode == ResizeMode.Bilinear && !Antialias && inputs == outputs ? (i, [1])
                : IsNearest
                ? (Nearest(i, inputs, outputs, step), [1])
                : Weigh(AlignCorners ? i * step : ((i + 0.5) * step) - 0.5, inputs, step);
        }

        return new ResampleTaps(inputs, rows);
    }

    /// <summary>Without a scale computed in integers: a rounded ratio could select the previous input.</summary>
    private int Nearest(int i, int inputs, int outputs, double step)
    {
        var half = Mode == ResizeMode.NearestExact ? 1 : 0;
        var input = Scale is null ? ((2L * i) + half) * inputs / (2L * outputs) : (long)Math.Floor((i + (half / 2.0)) * step);
        return (int)Math.Min(input, inputs - 1);
    }

    private (int First, float[] Weights) Weigh(double centre, int inputs, double step)
    {
        var stretch = Antialias ? Math.Max(step, 1) : 1;
        var support = (Mode == ResizeMode.Bilinear ? 1 : 2) * stretch;
        ShapeException.ThrowIf(
            centre + support > FarthestRead, $"resize: at a scale of {Scale} the filter reads farther than {FarthestRead} elements");
        var first = (int)Math.Ceiling(centre - support);
        var last = (int)Math.Floor(centre + support);
        var weights = new Dictionary<int, double>();
        double sum = 0;
        for (var index = first; index <= last; index++)
        {
            var weight = Filter(Math.Abs(index - centre) / stretch);
            if (weight != 0 && Fold(index, inputs) is { } input)
            {
                weights[input] = weights.GetValueOrDefault(input) + weight;
                sum += weight;
            }
        }

        ShapeException.ThrowIf(
            weights.Count == 0,
            $"resize: at a scale of {Scale} an output lies beyond all that the filter reads of {inputs} inputs; take fewer outputs, " +
                $"another scale, or {nameof(ResizeEdge)}.{nameof(ResizeEdge.Replicate)}");
        var from = weights.Keys.Min();
        var row = new float[weights.Keys.Max() - from + 1];
        foreach (var (input, weight) in weights)
        {
            row[input - from] = (float)(weight / sum);
        }

        return (from, row);
    }

    /// <summary>The input that an index inside or outside the plane reads; null for none.</summary>
    private int? Fold(int index, int inputs) => (Edge ?? (Antialias ? ResizeEdge.Exclude : ResizeEdge.Replicate)) switch
    {
        ResizeEdge.Replicate => Math.Clamp(index, 0, inputs - 1),
        ResizeEdge.Symmetric => Mirrored(index, inputs),
        _ => index >= 0 && index < inputs ? index : null,
    };

    private static int Mirrored(int index, int inputs)
    {
        var phase = ((index % (2 * inputs)) + (2 * inputs)) % (2 * inputs);
        return phase < inputs ? phase : (2 * inputs) - 1 - phase;
    }

    private double Filter(double distance) => Mode == ResizeMode.Bilinear
        ? Math.Max(1 - distance, 0)
        : Keys(distance, Cubic ?? (Antialias ? -0.5 : -0.75));

    /// <summary>Keys' cubic filter at a distance.</summary>
    internal static double Keys(double distance, double a) => distance switch
    {
        <= 1 => ((((a + 2) * distance) - (a + 3)) * distance * distance) + 1,
        < 2 => a * ((((((distance - 5) * distance) + 8) * distance)) - 4),
        _ => 0,
    };
}

public static partial class TensorOps
{
    /// <summary>Resizes the planes of x [N, C, H, W] to a size, up or down.</summary>
    /// <remarks>
    /// As PyTorch's <c>interpolate</c>, except for antialiasing with aligned corners: here the centres of the corners stay aligned.
    /// Cubic weights: Keys, "Cubic convolution interpolation for digital image processing", 1981.
    /// </remarks>
    /// <param name="x">input</param>
    /// <param name="size">rows and columns of the result</param>
    /// <param name="resizing">the settings; null for bilinear</param>
    /// <exception cref="ShapeException">a size or a setting is invalid, or an output has no input in reach</exception>
    public static Tensor Resize(this Tensor x, Size2d size, Resizing? resizing = null)
    {
        ArgumentNullException.ThrowIfNull(x);
        resizing ??= new Resizing();
        resizing.Check();
        return ResampleOp.Planes("resize", x, size, resizing.Taps);
    }

    /// <summary>MATLAB's <c>imresize</c> of the planes of x [N, C, H, W] by a factor, to sides of ⌈scale · side⌉.</summary>
    public static Tensor ResizeMatlab(this Tensor x, double scale)
    {
        ArgumentNullException.ThrowIfNull(x);
        var (_, h, w) = Planes.Of("resize", x.Shape);

        // Tolerates a rounding error above an integer.
        double Side(int side) => Math.Ceiling((scale * side) - 1e-9);
        return Side(h) is var height && Side(w) is var width && Math.Max(height, width) <= int.MaxValue
            ? x.Resize(((int)height, (int)width), Resizing.Matlab(scale))
            : throw new ShapeException($"resize: {x.Shape} can't be scaled by {scale}: a dimension has at most {int.MaxValue} elements");
    }
}
