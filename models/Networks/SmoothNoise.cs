using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Nn.Export;

namespace IlgpuGan.Models.Networks;

/// <summary>
/// Gray white noise where a picture [N, C, H, W] is smooth, a standard deviation of eight of its 256 levels: a generator that turns the
/// faintest texture of a sky into strokes has no texture of its own to start from, and paints one stroke over and over. None where nearly
/// all is smooth. The noise is the same for every picture, and goes on past 256 pixels from its beginning.
/// </summary>
internal sealed class SmoothNoise : Layer
{
    /// <summary>Pixels around one on which its noise depends.</summary>
    public const int Reach = 10;

    private const int Side = 256;
    private const float Level = 1 / 127.5f;
    private const float Amount = 8 * Level;

    /// <summary>Variances of nine by nine pixels below which a place is smooth, and above which it isn't.</summary>
    private const float Smooth = 9 * Level * Level;
    private const float Rough = 81 * Level * Level;

    /// <summary>Share of smooth places above which there is no noise, and the difference to where there is all of it.</summary>
    private const float MostSmooth = 0.95f;
    private const float Fade = 0.1f;

    private static readonly RandomKey s_key = new(seed: 1874, stream: 0, step: 0, op: 0);
    private static readonly AvgPool2d s_local = new(9, stride: 1);
    private static readonly AvgPool2d s_blur = new(7, stride: 1);
    private static readonly ReflectionPad2d s_border = new(Reach);

    /// <summary>Variances to a share: from 1 at <see cref="Smooth"/> to 0 at <see cref="Rough"/>.</summary>
    private static float Slope => 1 / (Smooth - Rough);

    public override Tensor Forward(Tensor x)
    {
        var places = Places(s_border.Forward(x));
        return Add(x, places, places.Mean([2, 3], keepDims: true), top: 0);
    }

    /// <summary>[N, 1, H, W]: 1 where x [N, C, H + 2·Reach, W + 2·Reach] is smooth.</summary>
    internal static Tensor Places(Tensor x)
    {
        var gray = x.Mean([1], keepDims: true);
        var variance = s_local.Forward(gray.Square()) - s_local.Forward(gray).Square();
        var places = ((variance - Rough) * Slope).Clamp(0, 1);
        return s_blur.Forward(s_blur.Forward(places));
    }

    /// <param name="x">rows of a picture from <paramref name="top"/> on</param>
    /// <param name="places">of these rows</param>
    /// <param name="share">[N, 1, 1, 1]: that of smooth places in the whole picture</param>
    internal static Tensor Add(Tensor x, Tensor places, Tensor share, int top)
    {
        var (height, width) = (x.Shape[2], x.Shape[3]);
        var first = top % Side;
        var down = ((first + height - 1) / Side) + 1;
        var across = ((width - 1) / Side) + 1;
        var noise = Tensor.Normal(s_key, new Shape(1, 1, 1, Side, 1, Side), x.Device)
            .Expand(1, 1, down, Side, across, Side)
            .Reshape(1, 1, down * Side, across * Side)
            .Slice(2, first, height)
            .Slice(3, 0, width);
        var amount = ((MostSmooth - share) * (Amount / Fade)).Clamp(0, Amount);
        return x + (noise * places * amount);
    }

    public override string Export(GraphWriter graph, string x)
    {
        var places = ExportedPlaces(graph, s_border.Export(graph, Mean(graph, x, 1)));
        var rest = graph.Node("Sub", [graph.Scalar(MostSmooth), Mean(graph, places, 2, 3)]);
        var amount = Clipped(graph, rest, Amount / Fade, Amount);
        var noise = graph.Constant("noise", name =>
        {
            using var device = Device.Open("cpu");
            var values = Tensor.Normal(s_key, new Shape(1, 1, Side, Side), device);
            return NamedArray.From(name, [1, 1, Side, Side], values.ToArray());
        });
        string Whole(params long[] values) => graph.Integers($"integers_{string.Join('_', values)}", values);
        var sides = graph.Node("Slice", [graph.Node("Shape", [x]), Whole(2), Whole(4)]);
        var times = graph.Node("Add", [graph.Node("Div", [sides, Whole(Side)]), Whole(1)]);
        var tiled = graph.Node("Tile", [noise, graph.Node("Concat", [Whole(1, 1), times], OnnxAttribute.Integer("axis", 0))]);
        var cropped = graph.Node("Slice", [tiled, Whole(0, 0), sides, Whole(2, 3)]);
        var strength = graph.Node("Mul", [places, amount]);
        return graph.Node("Add", [x, graph.Node("Mul", [cropped, strength])]);
    }

    private static string ExportedPlaces(GraphWriter graph, string gray)
    {
        var mean = s_local.Export(graph, gray);
        var squares = s_local.Export(graph, graph.Node("Mul", [gray, gray]));
        var variance = graph.Node("Sub", [squares, graph.Node("Mul", [mean, mean])]);
        var places = Clipped(graph, graph.Node("Sub", [variance, graph.Scalar(Rough)]), Slope, 1);
        return s_blur.Export(graph, s_blur.Export(graph, places));
    }

    private static string Mean(GraphWriter graph, string x, params long[] axes) =>
        graph.Node("ReduceMean", [x], OnnxAttribute.Integers("axes", axes));

    /// <summary>The product with a number, from 0 to a most.</summary>
    private static string Clipped(GraphWriter graph, string x, float factor, float most) =>
        graph.Node("Clip", [graph.Node("Mul", [x, graph.Scalar(factor)]), graph.Scalar(0), graph.Scalar(most)]);
}
