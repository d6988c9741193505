using System.Collections.Concurrent;
using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Tensors.Ops;

/// <summary>How a resize weighs the inputs near an output's place.</summary>
public enum ResizeMode
{
    /// <summary>The input ⌊i · inputs / outputs⌋, PyTorch's <c>nearest</c>.</summary>
    Nearest,

    /// <summary>The input whose centre is nearest, PyTorch's <c>nearest-exact</c>.</summary>
    NearestExact,

    /// <summary>A triangle over two inputs.</summary>
    Bilinear,

    /// <summary>Keys' cubic over four inputs.</summary>
    Bicubic,
}

/// <summary>What stands beyond the border of a plane.</summary>
public enum ResizeEdge
{
    /// <summary>The border repeated: a a | a b c | c c.</summary>
    Replicate,

    /// <summary>Mirrored with the border repeated: b a | a b c | c b.</summary>
    Symmetric,

    /// <summary>Nothing: the weights inside count more instead.</summary>
    Exclude,
}

/// <summary>How planes are resized; of a default, PyTorch's way with half-pixel centres.</summary>
/// <param name="Mode">the filter</param>
/// <param name="AlignCorners">the centres of the corners lie on each other, not the corners of the corner pixels; not for nearest</param>
/// <param name="Antialias">where planes shrink, the filter is stretched by as much; not for nearest</param>
public sealed record Resizing(ResizeMode Mode = ResizeMode.Bilinear, bool AlignCorners = false, bool Antialias = false)
{
    /// <summary>Keys' a for the cubic; null for PyTorch's: −0.75, and −0.5 with antialiasing.</summary>
    public double? Cubic { get; init; }

    /// <summary>What stands beyond the border; null for PyTorch's: repeated, and nothing with antialiasing.</summary>
    public ResizeEdge? Edge { get; init; }

    /// <summary>Outputs for each input, from which places are worked out instead of the sizes; null for the ratio of the sizes.</summary>
    public double? Scale { get; init; }

    /// <summary>MATLAB's <c>imresize</c> by a factor: cubic with a = −0.5, stretched where planes shrink, mirrored at the border.</summary>
    public static Resizing Matlab(double scale) =>
        new(ResizeMode.Bicubic, Antialias: true) { Cubic = -0.5, Edge = ResizeEdge.Symmetric, Scale = scale };

    private static readonly ConcurrentDictionary<(Resizing, int, int), ResampleTaps> s_taps = new();

    private bool IsNearest => Mode is ResizeMode.Nearest or ResizeMode.NearestExact;

    /// <summary>The taps along one axis, made once.</summary>
    internal ResampleTaps Taps(int inputs, int outputs) =>
        s_taps.GetOrAdd((this, inputs, outputs), static key => key.Item1.Make(key.Item2, key.Item3));

    /// <exception cref="ShapeException">a size or a setting that makes no sense</exception>
    internal void Check(Shape x, int height, int width)
    {
        if (height < 1 || width < 1)
        {
            throw new ShapeException($"resize: {x} cannot become {height}x{width}: sides start at 1");
        }

        if (IsNearest && (AlignCorners || Antialias))
        {
            throw new ShapeException($"resize: {Mode} has neither aligned corners nor antialiasing");
        }

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
            rows[i] = IsNearest
                ? (Nearest(i, inputs, outputs, step), [1])
                : Weigh(AlignCorners ? i * step : ((i + 0.5) * step) - 0.5, inputs, step);
        }

        return new ResampleTaps(inputs, rows);
    }

    /// <summary>In whole numbers where the sizes say it all: a rounded ratio may fall short of the next input.</summary>
    private int Nearest(int i, int inputs, int outputs, double step)
    {
        var half = Mode == ResizeMode.NearestExact ? 1 : 0;
        var place = Scale is null ? ((2L * i) + half) * inputs / (2L * outputs) : (long)Math.Floor((i + (half / 2.0)) * step);
        return (int)Math.Min(place, inputs - 1);
    }

    private (int First, float[] Weights) Weigh(double centre, int inputs, double step)
    {
        var stretch = Antialias ? Math.Max(step, 1) : 1;
        var support = (Mode == ResizeMode.Bilinear ? 1 : 2) * stretch;
        var first = (int)Math.Ceiling(centre - support);
        var last = (int)Math.Floor(centre + support);
        var weights = new Dictionary<int, double>();
        double sum = 0;
        for (var place = first; place <= last; place++)
        {
            var weight = Filter(Math.Abs(place - centre) / stretch);
            if (weight != 0 && Fold(place, inputs) is { } input)
            {
                weights[input] = weights.GetValueOrDefault(input) + weight;
                sum += weight;
            }
        }

        var from = weights.Keys.Min();
        var row = new float[weights.Keys.Max() - from + 1];
        foreach (var (input, weight) in weights)
        {
            row[input - from] = (float)(weight / sum);
        }

        return (from, row);
    }

    private int? Fold(int place, int inputs) => (Edge ?? (Antialias ? ResizeEdge.Exclude : ResizeEdge.Replicate)) switch
    {
        ResizeEdge.Replicate => Math.Clamp(place, 0, inputs - 1),
        ResizeEdge.Symmetric => Mirrored(place, inputs),
        _ => place >= 0 && place < inputs ? place : null,
    };

    private static int Mirrored(int place, int inputs)
    {
        var turn = ((place % (2 * inputs)) + (2 * inputs)) % (2 * inputs);
        return turn < inputs ? turn : (2 * inputs) - 1 - turn;
    }

    private double Filter(double distance)
    {
        if (Mode == ResizeMode.Bilinear)
        {
            return Math.Max(1 - distance, 0);
        }

        var a = Cubic ?? (Antialias ? -0.5 : -0.75);
        return distance switch
        {
            <= 1 => ((((a + 2) * distance) - (a + 3)) * distance * distance) + 1,
            < 2 => a * ((((((distance - 5) * distance) + 8) * distance)) - 4),
            _ => 0,
        };
    }
}

public static partial class TensorOps
{
    /// <summary>Resizes the planes of x [N, C, H, W] to [N, C, height, width], up or down.</summary>
    /// <remarks>
    /// As PyTorch's <c>interpolate</c>, but for antialiasing with aligned corners, whose centres keep the corners here.
    /// Cubic weights: Keys, "Cubic convolution interpolation for digital image processing", 1981.
    /// </remarks>
    /// <param name="x">input</param>
    /// <param name="height">rows afterwards</param>
    /// <param name="width">columns afterwards</param>
    /// <param name="resizing">how; null for bilinear</param>
    public static Tensor Resize(this Tensor x, int height, int width, Resizing? resizing = null)
    {
        var (_, h, w) = Planes.Of("resize", x.Shape);
        resizing ??= new Resizing();
        resizing.Check(x.Shape, height, width);
        return ResampleOp.Planes(x, resizing.Taps(h, height), resizing.Taps(w, width));
    }

    /// <summary>MATLAB's <c>imresize</c> of the planes of x [N, C, H, W] by a factor, to sides of ⌈scale · side⌉.</summary>
    public static Tensor ResizeMatlab(this Tensor x, double scale)
    {
        var (_, h, w) = Planes.Of("resize", x.Shape);

        // A product a rounding error above a whole number is that number.
        int Side(int side) => (int)Math.Ceiling((scale * side) - 1e-9);
        return x.Resize(Side(h), Side(w), Resizing.Matlab(scale));
    }
}
