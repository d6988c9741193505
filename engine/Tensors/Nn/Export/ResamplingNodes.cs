using IlgpuGan.Tensors.Devices;
using IlgpuGan.Tensors.Formats;
using IlgpuGan.Tensors.Formats.Onnx;
using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn.Export;

/// <summary>Exports resizes, blurs and pools. The sides of pictures are known only when the graph runs.</summary>
internal static class ResamplingNodes
{
    public static string Averaged(GraphWriter graph, AvgPool2d pool, string x) => graph.Node(
        "AveragePool", [x], [.. Geometry(pool.Window), OnnxAttribute.Integer("count_include_pad", pool.CountIncludePad ? 1 : 0)]);

    public static string Maxima(GraphWriter graph, MaxPool2d pool, string x) => graph.Node(
        "MaxPool", [x], [.. Geometry(pool.Window), OnnxAttribute.Integers(
            "dilations", OneOr(pool.Window.Dilation.Height), OneOr(pool.Window.Dilation.Width))]);

    public static string Adapted(GraphWriter graph, AdaptiveAvgPool2d pool, string x) => pool.Size == 1
        ? graph.Node("GlobalAveragePool", [x])
        : throw graph.HasNoCounterpart(pool, "to more than 1x1");

    private static long OneOr(int dilation) => Math.Max(dilation, 1);

    /// <summary>A constant of integers, named after its values.</summary>
    private static string Integers(GraphWriter graph, params long[] values) =>
        graph.Integers($"integers_{string.Join('_', values)}", values);

    private static OnnxAttribute[] Geometry(PoolWindow window) =>
    [
        OnnxAttribute.Integers("kernel_shape", window.Kernel.Height, window.Kernel.Width),
        OnnxAttribute.Integers(
            "strides", window.Stride.Height == 0 ? window.Kernel.Height : window.Stride.Height,
            window.Stride.Width == 0 ? window.Kernel.Width : window.Stride.Width),
        OnnxAttribute.Integers("pads", window.Padding.Height, window.Padding.Width, window.Padding.Height, window.Padding.Width),
        OnnxAttribute.Integer("ceil_mode", window.CeilMode ? 1 : 0),
    ];

    public static string Resized(GraphWriter graph, Resize resize, string x)
    {
        var how = resize.Resizing;
        if (how.Antialias || how.Scale is not null || how.Edge is ResizeEdge.Symmetric)
        {
            throw graph.HasNoCounterpart(resize, "with antialiasing, a scale of its own or a mirrored border");
        }

        var images = graph.Node("Slice", [graph.Node("Shape", [x]), Integers(graph, 0), Integers(graph, 2)]);
        var (height, width) = resize.Size;
        var sizes = graph.Node("Concat", [images, Integers(graph, height, width)], OnnxAttribute.Integer("axis", 0));
        var attributes = Attributes(how.Mode, how.AlignCorners ? "align_corners" : "half_pixel");
        return graph.Node(
            "Resize", [x, "", "", sizes],
            [
                .. attributes,
                .. how.Mode == ResizeMode.Bicubic ? new[] { OnnxAttribute.Float("cubic_coeff_a", (float)(how.Cubic ?? -0.75)) } : [],
                .. how.Edge is ResizeEdge.Exclude ? new[] { OnnxAttribute.Integer("exclude_outside", 1) } : [],
            ]);
    }

    private static OnnxAttribute[] Attributes(ResizeMode mode, string coordinates) => mode switch
    {
        ResizeMode.Nearest =>
            [Text("mode", "nearest"), Text("coordinate_transformation_mode", "asymmetric"), Text("nearest_mode", "floor")],
        ResizeMode.NearestExact =>
            [Text("mode", "nearest"), Text("coordinate_transformation_mode", "half_pixel"), Text("nearest_mode", "round_prefer_ceil")],
        _ => [Text("mode", mode == ResizeMode.Bilinear ? "linear" : "cubic"), Text("coordinate_transformation_mode", coordinates)],
    };

    private static OnnxAttribute Text(string name, string value) => OnnxAttribute.Text(name, value);

    /// <summary>A convolution over the planes as images of one channel; a transposed convolution for upsampling.</summary>
    public static string Blurred(GraphWriter graph, Blur blur, string x)
    {
        if (blur is { Up: > 1, Down: > 1 })
        {
            throw graph.HasNoCounterpart(blur, "that enlarges and shrinks at once");
        }

        if (ModeOf(blur.Edge) is null)
        {
            throw graph.HasNoCounterpart(blur, "whose border wraps around");
        }

        if ((blur.Padding.Top, blur.Padding.Bottom) != (blur.Padding.Left, blur.Padding.Right))
        {
            throw graph.HasNoCounterpart(blur, "with other borders above and below than beside");
        }

        var shape = graph.Node("Shape", [x]);
        var sides = graph.Node("Slice", [shape, Integers(graph, 2), Integers(graph, 4)]);
        var planes = graph.Node("Reshape", [x, graph.Node("Concat", [Integers(graph, -1, 1), sides], OnnxAttribute.Integer("axis", 0))]);
        var filtered = blur.Up > 1 ? Enlarged(graph, blur, planes) : Filtered(graph, blur, planes);
        var images = graph.Node("Slice", [shape, Integers(graph, 0), Integers(graph, 2)]);
        var after = graph.Node("Slice", [graph.Node("Shape", [filtered]), Integers(graph, 2), Integers(graph, 4)]);
        return graph.Node("Reshape", [filtered, graph.Node("Concat", [images, after], OnnxAttribute.Integer("axis", 0))]);
    }

    private static string Filtered(GraphWriter graph, Blur blur, string planes)
    {
        var (before, after) = (blur.Padding.Top, blur.Padding.Bottom);
        return graph.Node(
            "Conv", [Bordered(graph, planes, blur.Edge, before, after), Kernel(graph, blur, flipped: false)],
            OnnxAttribute.Integers("strides", blur.Down, blur.Down));
    }

    private static string Enlarged(GraphWriter graph, Blur blur, string planes)
    {
        // Reflected or replicated padding must be added before the zeros are inserted; the surplus is cropped afterwards.
        var (before, after) = (blur.Padding.Top, blur.Padding.Bottom);
        var border = blur.Edge == PadMode.Constant ? 0 : (Math.Max(before, after) / blur.Up) + 1;
        var most = blur.Kernel.Count - 1;
        var first = most - before + (blur.Up * border);
        var last = most - after + (blur.Up * border);
        var (cutFirst, cutLast) = (Math.Max(first, 0), Math.Max(last, 0));
        var y = graph.Node(
            "ConvTranspose", [Bordered(graph, planes, blur.Edge, border, border), Kernel(graph, blur, flipped: true)],
            OnnxAttribute.Integers("strides", blur.Up, blur.Up),
            OnnxAttribute.Integers("pads", cutFirst, cutFirst, cutLast, cutLast),
            OnnxAttribute.Integers("output_padding", blur.Up - 1, blur.Up - 1));
        return Bordered(graph, y, PadMode.Constant, cutFirst - first, cutLast - last);
    }

    /// <summary>How the operator Pad is told a border; null for one that wraps around, which it has since operator set 19.</summary>
    public static OnnxAttribute? ModeOf(PadMode mode) => mode switch
    {
        PadMode.Circular => null,
        PadMode.Reflect => Text("mode", "reflect"),
        PadMode.Replicate => Text("mode", "edge"),
        _ => Text("mode", "constant"),
    };

    private static string Bordered(GraphWriter graph, string x, PadMode mode, int before, int after) =>
        (before | after) == 0 ? x : graph.Node(
        "Pad", [x, Integers(graph, 0, 0, before, before, 0, 0, after, after)], ModeOf(mode)!.Value);

    /// <summary>[1, 1, K, K]: the outer product of the kernel with itself, normalised.</summary>
    private static string Kernel(GraphWriter graph, Blur blur, bool flipped)
    {
        var line = flipped ? blur.Kernel.Reverse().ToArray() : [.. blur.Kernel];
        var sum = line.Sum(k => (double)k) / blur.Up;
        var values = line.SelectMany(row => line.Select(column => (float)(row / sum * (column / sum)))).ToArray();
        var name = $"blur_{blur.Up}_{(flipped ? "turned_" : "")}{string.Join('_', line.Select(k => BitConverter.SingleToInt32Bits(k)))}";
        return graph.Constant(name, n => NamedArray.From(n, [1, 1, line.Length, line.Length], values));
    }
}
