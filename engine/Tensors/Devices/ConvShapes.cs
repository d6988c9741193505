namespace IlgpuGan.Tensors.Devices;

/// <summary>Hyper-parameters of a convolution.</summary>
/// <param name="Stride">step of the window</param>
/// <param name="Padding">rows and columns around the input</param>
/// <param name="Dilation">distance between the window's taps</param>
/// <param name="Groups">channel groups, each convolved with its own filters</param>
internal readonly record struct ConvSettings(Size2d Stride, Margins Padding, Size2d Dilation, int Groups);

/// <summary>Shape rules of convolutions; errors name the op, the shapes and the cause.</summary>
internal static class ConvShapes
{
    public static ConvGeometry Conv2d(Shape x, Shape w, Shape? bias, in ConvSettings settings)
    {
        const string Op = "conv2d";
        Check(Op, x, w, settings);
        var ((stride, padding, dilation, groups), expected) = (settings, w[1] * settings.Groups);
        if (x[1] % groups != 0)
        {
            throw new ShapeException($"{Op}: {x[1]} input channels are no multiple of {groups} groups: input {x}, weight {w}");
        }

        if (x[1] != expected)
        {
            throw new ShapeException($"{Op}: input has {x[1]} channels {x} but weight expects {expected} {w}{In(groups)}");
        }

        if (w[0] % groups != 0)
        {
            throw new ShapeException($"{Op}: {w[0]} filters are no multiple of {groups} groups: weight {w}");
        }

        CheckBias(Op, bias, w, w[0], groups);
        var dilations = dilation;
        int Extent(int extent, int kernel, int stride, int margin, int dilation)
        {
            var room = extent + margin - (dilation * (kernel - 1)) - 1;
            return room >= 0 ? (room / stride) + 1
                : throw new ShapeException(
                    $"{Op}: a {w[2]}x{w[3]} kernel with padding {padding} and dilation {dilations} does not fit into input {x}");
        }

        return new ConvGeometry(
            x[0], x[1], x[2], x[3], w[0], w[2], w[3], stride.Height, stride.Width, padding.Top, padding.Left, dilation.Height,
            dilation.Width,
            Extent(x[2], w[2], stride.Height, padding.Top + padding.Bottom, dilation.Height),
            Extent(x[3], w[3], stride.Width, padding.Left + padding.Right, dilation.Width), groups);
    }

    /// <summary>The convolution [N, C, OH, OW] -> [N, K, H, W] whose data gradient is the transposed convolution.</summary>
    public static ConvGeometry ConvTranspose2d(Shape x, Shape w, Shape? bias, in ConvSettings settings, Size2d outputPadding)
    {
        const string Op = "conv_transpose2d";
        Check(Op, x, w, settings);
        var (stride, padding, dilation, groups) = settings;
        if (x[1] != w[0])
        {
            throw new ShapeException($"{Op}: input has {x[1]} channels {x} but weight [in,out,kh,kw] expects {w[0]} {w}");
        }

        if (x[1] % groups != 0)
        {
            throw new ShapeException($"{Op}: {x[1]} input channels are no multiple of {groups} groups: input {x}, weight {w}");
        }

        if (!IsBelow(outputPadding.Height, stride.Height, dilation.Height) || !IsBelow(outputPadding.Width, stride.Width, dilation.Width))
        {
            throw new ShapeException($"{Op}: outputPadding {outputPadding} must be smaller than stride {stride} or dilation {dilation}");
        }

        CheckBias(Op, bias, w, w[1] * groups, groups);
        int Extent(int extent, int kernel, int stride, int margin, int dilation, int more)
        {
            var size = ((extent - 1) * stride) - margin + (dilation * (kernel - 1)) + more + 1;
            return size > 0
                ? size
                : throw new ShapeException($"{Op}: padding {padding} leaves nothing of the output for input {x} and weight {w}");
        }

        return new ConvGeometry(
            x[0], w[1] * groups,
            Extent(x[2], w[2], stride.Height, padding.Top + padding.Bottom, dilation.Height, outputPadding.Height),
            Extent(x[3], w[3], stride.Width, padding.Left + padding.Right, dilation.Width, outputPadding.Width),
            w[0], w[2], w[3], stride.Height, stride.Width, padding.Top, padding.Left, dilation.Height, dilation.Width, x[2], x[3], groups);
    }

    private static bool IsBelow(int outputPadding, int stride, int dilation) =>
        outputPadding >= 0 && (outputPadding < stride || outputPadding < dilation);

    private static void Check(string op, Shape x, Shape w, in ConvSettings settings)
    {
        if (x.Rank != 4 || w.Rank != 4)
        {
            throw new ShapeException($"{op}: input {x} and weight {w} must have 4 dimensions each");
        }

        var (stride, padding, dilation, groups) = settings;
        if (Math.Min(stride.Height, stride.Width) < 1 || Math.Min(dilation.Height, dilation.Width) < 1
            || Math.Min(Math.Min(padding.Top, padding.Bottom), Math.Min(padding.Left, padding.Right)) < 0)
        {
            throw new ShapeException(
                $"{op}: stride {stride}, padding {padding}, dilation {dilation}: stride and dilation start at 1, padding at 0");
        }

        if (groups < 1)
        {
            throw new ShapeException($"{op}: {groups} groups for input {x} and weight {w}: there is at least one");
        }
    }

    private static void CheckBias(string op, Shape? bias, Shape w, int channels, int groups)
    {
        if (bias is { } shape && shape != new Shape(channels))
        {
            throw new ShapeException($"{op}: bias {shape} but weight {w}{In(groups)} makes {channels} channels");
        }
    }

    private static string In(int groups) => groups == 1 ? "" : $" in {groups} groups";
}
