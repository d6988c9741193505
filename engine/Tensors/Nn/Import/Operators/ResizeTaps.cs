using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn.Import.Operators;

/// <summary>
/// Interpolation weights of a resized dimension by the formulas of the ONNX standard. Coordinates are computed in float32, as in other
/// programs: the rounding may decide which of two inputs is nearest.
/// </summary>
/// <param name="Mode"><c>nearest</c>, <c>linear</c> or <c>cubic</c></param>
/// <param name="Coordinates">the standard's <c>coordinate_transformation_mode</c></param>
/// <param name="Rounding">the standard's <c>nearest_mode</c></param>
/// <param name="Cubic">parameter a of the cubic kernel (Keys 1981)</param>
/// <param name="Excludes"><c>exclude_outside</c>: samples beyond the border have weight 0, instead of the border's value</param>
internal sealed record ResizeTaps(string Mode, string Coordinates, string Rounding, float Cubic, bool Excludes)
{
    private static readonly TapCache<(ResizeTaps, int, int, float)> s_taps = new();

    /// <summary>The weights, cached.</summary>
    /// <param name="inputs">extent of the input</param>
    /// <param name="outputs">extent of the output</param>
    /// <param name="scale">outputs per input</param>
    public ResampleTaps Of(int inputs, int outputs, float scale) =>
        s_taps.Of((this, inputs, outputs, scale), static key => key.Item1.Make(key.Item2, key.Item3, key.Item4));

    private ResampleTaps Make(int inputs, int outputs, float scale)
    {
        var rows = new (int First, float[] Weights)[outputs];
        for (var i = 0; i < outputs; i++)
        {
            var coordinate = CoordinateOf(i, inputs, outputs, scale);
            rows[i] = Mode == "nearest" ? (Math.Clamp(Nearest(coordinate), 0, inputs - 1), [1]) : Weighted(coordinate, inputs);
        }

        return new ResampleTaps(inputs, rows);
    }

    /// <summary>The coordinate of an output among the inputs.</summary>
    private float CoordinateOf(int i, int inputs, int outputs, float scale)
    {
        switch (Coordinates)
        {
            case "asymmetric":
                return i / scale;
            case "align_corners":
                return outputs == 1 ? 0 : (float)i * (inputs - 1) / (outputs - 1);
            case "pytorch_half_pixel":
                return outputs == 1 ? 0 : ((i + 0.5f) / scale) - 0.5f;
            case "half_pixel_symmetric":
                var missing = 1 - (outputs / (scale * inputs));
                return (inputs / 2f * missing) + ((i + 0.5f) / scale) - 0.5f;
            default:
                return ((i + 0.5f) / scale) - 0.5f;
        }
    }

    private int Nearest(float coordinate) => (int)(Rounding switch
    {
        "floor" => MathF.Floor(coordinate),
        "ceil" => MathF.Ceiling(coordinate),
        "round_prefer_ceil" => MathF.Floor(coordinate + 0.5f),
        _ => MathF.Ceiling(coordinate - 0.5f),
    });

    private (int First, float[] Weights) Weighted(float coordinate, int inputs)
    {
        var left = (int)MathF.Floor(coordinate);
        double part = coordinate - left;
        var (first, filter) = Mode == "linear"
            ? (left, new[] { 1 - part, part })
            : (left - 1, new[] { Keys(1 + part), Keys(part), Keys(1 - part), Keys(2 - part) });
        var weights = new SortedDictionary<int, double>();
        for (var k = 0; k < filter.Length; k++)
        {
            var input = Math.Clamp(first + k, 0, inputs - 1);
            if (input == first + k || !Excludes)
            {
                weights[input] = weights.GetValueOrDefault(input) + filter[k];
            }
        }

        if (weights.Count == 0)
        {
            return (Math.Clamp(left, 0, inputs - 1), [1]);
        }

        var sum = Excludes ? weights.Values.Sum() : 1;
        var start = weights.Keys.First();
        var row = new float[weights.Keys.Last() - start + 1];
        foreach (var (input, weight) in weights)
        {
            row[input - start] = (float)(weight / sum);
        }

        return (start, row);
    }

    private double Keys(double distance) => Resizing.Keys(distance, Cubic);
}
