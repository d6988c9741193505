namespace IlgpuGan.Tensors.Nn.Import.Operators;

/// <summary>The standard's <c>padding_mode</c>: what is read beyond the ends.</summary>
internal enum GridPadding
{
    Zeros,
    Border,
    Reflection,
}

/// <summary>Interpolation of GridSample along one dimension.</summary>
/// <param name="Taps">1: nearest; 2: linear; 4: cubic</param>
/// <param name="Padding">what is read beyond the ends</param>
/// <param name="HasCorners"><c>align_corners</c>: −1 and 1 are the centres of the first and last element, not their borders</param>
internal sealed record GridSampling(int Taps, GridPadding Padding, bool HasCorners)
{
    /// <summary>The free number of Keys' cubic, as in PyTorch.</summary>
    private const double KeysA = -0.75;
    private const double MaxCoordinate = 1e9;

    /// <exception cref="ShapeException">the node's attributes are not supported</exception>
    public static GridSampling Of(NodeCall call)
    {
        var (mode, padding) = (call.Node.Text("mode", "linear"), call.Node.Text("padding_mode", "zeros"));
        var taps = mode switch
        {
            "nearest" => 1,
            "linear" or "bilinear" => 2,
            "cubic" or "bicubic" => 4,
            _ => throw NodeCall.Refused($"its mode '{mode}' is not known"),
        };
        GridPadding? known = padding switch
        {
            "zeros" => GridPadding.Zeros,
            "border" when taps < 4 => GridPadding.Border,
            "reflection" when taps < 4 => GridPadding.Reflection,
            _ => null,
        };
        return new GridSampling(
            taps, known ?? throw NodeCall.Refused($"its padding_mode '{padding}' with the mode '{mode}' is not known"),
            call.Node.Integer("align_corners", 0) != 0);
    }

    /// <summary>The taps at a coordinate from −1 to 1; by the padding, taps beyond the ends have weight 0 or read the end.</summary>
    public (int Index, double Weight)[] Along(double coordinate, int extent)
    {
        var at = HasCorners ? (coordinate + 1) / 2 * (extent - 1) : (((coordinate + 1) * extent) - 1) / 2;
        at = Bounded(double.IsNaN(at) ? -1 : Math.Clamp(at, -MaxCoordinate, MaxCoordinate), extent);
        var left = (int)Math.Floor(at);
        var part = at - left;
        (int Index, double Weight)[] taps = Taps switch
        {
            1 => [((int)Math.Round(at, MidpointRounding.ToEven), 1)],
            2 => [(left, 1 - part), (left + 1, part)],
            _ => [(left - 1, Outer(1 + part)), (left, Inner(part)), (left + 1, Inner(1 - part)), (left + 2, Outer(2 - part))],
        };
        return Array.ConvertAll(taps, tap => tap.Index >= 0 && tap.Index < extent ? tap
            : Padding == GridPadding.Zeros ? (0, 0)
            : (Math.Clamp(tap.Index, 0, extent - 1), tap.Weight));
    }

    private double Bounded(double at, int extent)
    {
        if (Padding != GridPadding.Reflection)
        {
            return Padding == GridPadding.Border ? Math.Clamp(at, 0, extent - 1) : at;
        }

        var (first, last) = HasCorners ? (0d, extent - 1d) : (-0.5, extent - 0.5);
        var range = last - first;
        if (range == 0)
        {
            return first;
        }

        var rest = Math.Abs(at - first) % (2 * range);
        return first + Math.Min(rest, (2 * range) - rest);
    }

    /// <summary>Keys' cubic for distances up to 1.</summary>
    private static double Inner(double d) => ((((KeysA + 2) * d) - (KeysA + 3)) * d * d) + 1;

    /// <summary>Keys' cubic for distances from 1 to 2.</summary>
    private static double Outer(double d) => KeysA * (((((d - 5) * d) + 8) * d) - 4);
}
