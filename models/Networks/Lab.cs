using IlgpuGan.Models.Data;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Networks;

/// <summary>
/// CIELAB of sRGB pictures, under the white of D65 and with scikit-image's constants, which the reference's colorization uses. Pictures [N,
/// 3, H, W] are in [−1, 1] as everywhere; so are the planes: L / 50 − 1, a / 110 and b / 110.
/// </summary>
internal static class Lab
{
    // CIE: the line below these values, the cube root above.
    private const double RootLineEnd = 0.008856;
    private const double RootLineSlope = 7.787;
    private const double RootLineStart = 16.0 / 116;
    private const double CubeLineEnd = 0.2068966;

    private const double WhiteX = 0.95047;
    private const double WhiteZ = 1.08883;

    private const float HalfOfL = 50;
    private const float MostChroma = 110;

    /// <summary>Keeps 0 / 0 from black and from white.</summary>
    private const float Tiny = 1e-6f;

    private static readonly double[] s_x = [0.412453 / WhiteX, 0.357580 / WhiteX, 0.180423 / WhiteX];
    private static readonly double[] s_y = [.. Srgb.Luminance];
    private static readonly double[] s_z = [0.019334 / WhiteZ, 0.119193 / WhiteZ, 0.950227 / WhiteZ];

    /// <summary>Linear red, green and blue by the shares of X, Y and Z in those of white: the inverse of the matrix above.</summary>
    private static readonly double[][] s_rgb =
    [
        [3.240481343 * WhiteX, -1.537151516, -0.498536326 * WhiteZ],
        [-0.969254950 * WhiteX, 1.875990001, 0.041555927 * WhiteZ],
        [0.055646639 * WhiteX, -0.204041338, 1.057311070 * WhiteZ],
    ];

    /// <summary>The plane of L of pictures: [N, 3, H, W] to [N, 1, H, W].</summary>
    public static Tensor Lightness(Tensor rgb)
    {
        using var linear = Linear(rgb);
        using var y = Mixed(linear, s_y);
        using var root = Root(y);
        return root.Affine(116 / HalfOfL, (-16 / HalfOfL) - 1);
    }

    /// <summary>The planes of a and b of pictures: [N, 3, H, W] to [N, 2, H, W].</summary>
    public static Tensor Chroma(Tensor rgb)
    {
        using var linear = Linear(rgb);
        using var x = Mixed(linear, s_x);
        using var y = Mixed(linear, s_y);
        using var z = Mixed(linear, s_z);
        using var rootX = Root(x);
        using var rootY = Root(y);
        using var rootZ = Root(z);
        using var red = rootX - rootY;
        using var yellow = rootY - rootZ;
        using var a = red.Affine(500 / MostChroma, 0);
        using var b = yellow.Affine(200 / MostChroma, 0);
        return TensorOps.Concat(1, a, b);
    }

    /// <summary>Pictures in the colours that a network makes of their lightness, which they keep: [N, 3, H, W] both.</summary>
    /// <param name="rgb">pictures, of which only the lightness is read</param>
    /// <param name="network">from L, [N, 1, H, W], to a and b, [N, 2, H, W]</param>
    public static Tensor Coloured(Tensor rgb, Layer network)
    {
        using var lightness = Lightness(rgb);
        using var chroma = network.Forward(lightness);
        using var lab = TensorOps.Concat(1, lightness, chroma);
        return ToRgb(lab);
    }

    /// <summary>Pictures in the colours of others, with their own lightness: [N, 3, H, W] all.</summary>
    public static Tensor Recoloured(Tensor rgb, Tensor colours)
    {
        using var lightness = Lightness(rgb);
        using var chroma = Chroma(colours);
        using var lab = TensorOps.Concat(1, lightness, chroma);
        return ToRgb(lab);
    }

    /// <summary>
    /// Pictures of the planes L, a and b, [N, 3, H, W] both. Colours that a screen can't show are mixed, as light, with the gray of their
    /// luminance as far as needed, which leaves L as it is; cutting off red, green and blue would not.
    /// </summary>
    public static Tensor ToRgb(Tensor lab)
    {
        using var l = lab.Slice(1, 0, 1);
        using var a = lab.Slice(1, 1, 1);
        using var b = lab.Slice(1, 2, 1);
        using var rootY = l.Affine(HalfOfL / 116, (HalfOfL + 16) / 116);
        using var red = a.Affine(MostChroma / 500, 0);
        using var blue = b.Affine(-MostChroma / 200, 0);
        using var rootX = rootY + red;
        using var rootZ = rootY + blue;
        using var x = Cube(rootX);
        using var y = Cube(rootY);
        using var z = Cube(rootZ);
        using var xyz = TensorOps.Concat(1, x, y, z);
        using var r = Mixed(xyz, s_rgb[0]);
        using var g = Mixed(xyz, s_rgb[1]);
        using var blueLight = Mixed(xyz, s_rgb[2]);
        using var share = ShareOfColour(y, r, g, blueLight);
        using var light = TensorOps.Concat(1, r, g, blueLight);
        using var colour = light - y;
        using var shown = colour * share;
        using var sum = shown + y;
        using var linear = sum.Clamp(0, 1);
        return Encoded(linear);
    }

    /// <summary><see cref="Lightness"/> as nodes of a graph.</summary>
    public static string ExportLightness(GraphWriter graph, string rgb)
    {
        var curve = Power(
            graph,
            Affine(graph, rgb, 0.5 / (1 + Srgb.Offset), (0.5 + Srgb.Offset) / (1 + Srgb.Offset)), Srgb.Exponent);
        var line = Affine(graph, rgb, 0.5 / Srgb.LineSlope, 0.5 / Srgb.LineSlope);
        var linear = Where(graph, rgb, (2 * Srgb.LineEnd) - 1, curve, line);
        var y = Mixed(graph, linear, "luminance_of_rgb", s_y);
        var root = Where(graph, y, RootLineEnd, Power(graph, y, 1.0 / 3), Affine(graph, y, RootLineSlope, RootLineStart));
        return Affine(graph, root, 116 / HalfOfL, (-16 / HalfOfL) - 1);
    }

    /// <summary><see cref="ToRgb"/> as nodes of a graph.</summary>
    public static string ExportToRgb(GraphWriter graph, string lab)
    {
        var rootY = Affine(graph, Plane(0), HalfOfL / 116, (HalfOfL + 16) / 116);
        var rootX = graph.Node("Add", [rootY, Affine(graph, Plane(1), MostChroma / 500, 0)]);
        var rootZ = graph.Node("Add", [rootY, Affine(graph, Plane(2), -MostChroma / 200, 0)]);
        var y = Cube(rootY);
        var xyz = graph.Node("Concat", [Cube(rootX), y, Cube(rootZ)], OnnxAttribute.Integer("axis", 1));
        var light = Mixed(graph, xyz, "rgb_of_xyz", [.. s_rgb.SelectMany(row => row)]);
        var (highest, lowest) = (Extreme("ReduceMax"), Extreme("ReduceMin"));
        var above = Affine(graph, y, -1, 1);
        var share = graph.Node("Min", [Fitting(above, graph.Node("Sub", [highest, y])), Fitting(y, graph.Node("Sub", [y, lowest]))]);
        var shown = graph.Node("Add", [y, graph.Node("Mul", [share, graph.Node("Sub", [light, y])])]);
        var linear = graph.Node("Clip", [shown, graph.Scalar(0), graph.Scalar(1)]);
        var curve = Affine(graph, Power(graph, linear, 1 / Srgb.Exponent), 2 * (1 + Srgb.Offset), (-2 * Srgb.Offset) - 1);
        return Where(graph, linear, Srgb.DarkLight, curve, Affine(graph, linear, 2 * Srgb.LineSlope, -1));

        string Plane(int index) => graph.Node(
            "Slice",
            [
                lab, graph.Integers($"plane_{index}", index), graph.Integers($"plane_{index + 1}", index + 1),
                graph.Integers("axis_of_planes", 1),
            ]);

        string Cube(string root) => Where(
            graph, root, CubeLineEnd, graph.Node("Mul", [root, graph.Node("Mul", [root, root])]),
            Affine(graph, root, 1 / RootLineSlope, -RootLineStart / RootLineSlope));

        string Extreme(string operation) => graph.Node(operation, [light], OnnxAttribute.Integers("axes", 1));

        string Fitting(string room, string taken) => graph.Node(
            "Div", [Affine(graph, room, 1, Tiny), Affine(graph, graph.Node("Max", [taken, room]), 1, Tiny)]);
    }

    private static Tensor Linear(Tensor rgb)
    {
        using var inside = rgb.Affine((float)(0.5 / (1 + Srgb.Offset)), (float)((0.5 + Srgb.Offset) / (1 + Srgb.Offset)));
        using var curve = inside.Power((float)Srgb.Exponent);
        using var line = rgb.Affine((float)(0.5 / Srgb.LineSlope), (float)(0.5 / Srgb.LineSlope));
        using var isBright = rgb.GreaterThan((float)((2 * Srgb.LineEnd) - 1));
        return isBright.Where(curve, line);
    }

    private static Tensor Encoded(Tensor linear)
    {
        using var power = linear.Power((float)(1 / Srgb.Exponent));
        using var curve = power.Affine((float)(2 * (1 + Srgb.Offset)), (float)((-2 * Srgb.Offset) - 1));
        using var line = linear.Affine((float)(2 * Srgb.LineSlope), -1);
        using var isBright = linear.GreaterThan((float)Srgb.DarkLight);
        return isBright.Where(curve, line);
    }

    private static Tensor Root(Tensor x)
    {
        using var curve = x.Power(1f / 3);
        using var line = x.Affine((float)RootLineSlope, (float)RootLineStart);
        using var isBright = x.GreaterThan((float)RootLineEnd);
        return isBright.Where(curve, line);
    }

    private static Tensor Cube(Tensor root)
    {
        using var curve = root.Power(3);
        using var line = root.Affine((float)(1 / RootLineSlope), (float)(-RootLineStart / RootLineSlope));
        using var isBright = root.GreaterThan((float)CubeLineEnd);
        return isBright.Where(curve, line);
    }

    /// <summary>The weighted sum of three planes.</summary>
    private static Tensor Mixed(Tensor planes, double[] weights)
    {
        using var first = planes.Slice(1, 0, 1);
        using var second = planes.Slice(1, 1, 1);
        using var third = planes.Slice(1, 2, 1);
        using var one = first.Affine((float)weights[0], 0);
        using var two = second.Affine((float)weights[1], 0);
        using var three = third.Affine((float)weights[2], 0);
        using var both = one + two;
        return both + three;
    }

    /// <summary>How much of the distance from gray of luminance y to a colour leaves red, green and blue within 0 and 1.</summary>
    private static Tensor ShareOfColour(Tensor y, Tensor r, Tensor g, Tensor b)
    {
        using var higher = r.Maximum(g);
        using var highest = higher.Maximum(b);
        using var lower = r.Minimum(g);
        using var lowest = lower.Minimum(b);
        using var above = y.Affine(-1, 1);
        using var up = highest - y;
        using var down = y - lowest;
        using var ofBright = Fitting(above, up);
        using var ofDark = Fitting(y, down);
        return ofBright.Minimum(ofDark);

        static Tensor Fitting(Tensor room, Tensor taken)
        {
            using var most = taken.Maximum(room);
            using var numerator = room + Tiny;
            using var denominator = most + Tiny;
            return numerator / denominator;
        }
    }

    private static string Affine(GraphWriter graph, string x, double scale, double shift)
    {
        var scaled = graph.Node("Mul", [x, graph.Scalar((float)scale)]);
        return shift == 0 ? scaled : graph.Node("Add", [scaled, graph.Scalar((float)shift)]);
    }

    private static string Power(GraphWriter graph, string x, double exponent) =>
        graph.Node("Pow", [x, graph.Scalar((float)exponent)]);

    private static string Where(GraphWriter graph, string x, double threshold, string above, string otherwise) =>
        graph.Node("Where", [graph.Node("Greater", [x, graph.Scalar((float)threshold)]), above, otherwise]);

    /// <summary>Weighted sums of three planes: a convolution by 1×1.</summary>
    private static string Mixed(GraphWriter graph, string planes, string name, double[] weights) => graph.Node(
        "Conv",
        [
            planes,
            graph.Constant(
                name, n => NamedArray.From(n, [weights.Length / 3, 3, 1, 1], Array.ConvertAll(weights, w => (float)w))),
        ]);
}
