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
    public static ConvGeometry Conv2d(string op, Shape x, Shape w, Shape? bias, in ConvSettings settings)
    {
        Check(op, x, w, settings);
        var ((stride, padding, dilation, groups), expected) = (settings, (long)w[1] * settings.Groups);
        if (x[1] % groups != 0)
        {
            throw new ShapeException($"{op}: {x[1]} input channels are no multiple of {groups} groups: input {x}, weight {w}");
        }

        ShapeException.ThrowIf(x[1] != expected, $"{op}: input has {x[1]} channels {x} but weight expects {expected} {w}{In(groups)}");
        ShapeException.ThrowIf(w[0] % groups != 0, $"{op}: {w[0]} filters are no multiple of {groups} groups: weight {w}");

        CheckBias(op, bias, w, w[0], groups);
        var dilations = dilation;
        (int Outputs, int Stride) Along(int extent, int kernel, int stride, long margin, int dilation)
        {
            var room = Extents.Of(op, extent + margin, x) - ((long)dilation * (kernel - 1)) - 1;
            return room >= 0 ? ((int)(room / stride) + 1, Extents.Stride(stride, room))
                : throw new ShapeException(
                    $"{op}: a {w[2]}x{w[3]} kernel with padding {padding} and dilation {dilations} does not fit into input {x}");
        }

        var rows = Along(x[2], w[2], stride.Height, (long)padding.Top + padding.Bottom, dilation.Height);
        var columns = Along(x[3], w[3], stride.Width, (long)padding.Left + padding.Right, dilation.Width);
        return new ConvGeometry(
            x[0], x[1], (x[2], x[3]), w[0],
            new((w[2], w[3]), (rows.Stride, columns.Stride), (padding.Top, padding.Left), dilation),
            (rows.Outputs, columns.Outputs), groups);
    }

    /// <summary>The convolution [N, C, OH, OW] -> [N, K, H, W] whose data gradient is the transposed convolution.</summary>
    public static ConvGeometry ConvTranspose2d(string op, Shape x, Shape w, Shape? bias, in ConvSettings settings, Size2d outputPadding)
    {
        Check(op, x, w, settings);
        var (stride, padding, dilation, groups) = settings;
        ShapeException.ThrowIf(x[1] != w[0], $"{op}: input has {x[1]} channels {x} but weight [in,out,kh,kw] expects {w[0]} {w}");

        if (x[1] % groups != 0)
        {
            throw new ShapeException($"{op}: {x[1]} input channels are no multiple of {groups} groups: input {x}, weight {w}");
        }

        if (!IsBelow(outputPadding.Height, stride.Height, dilation.Height) || !IsBelow(outputPadding.Width, stride.Width, dilation.Width))
        {
            throw new ShapeException($"{op}: outputPadding {outputPadding} must be smaller than stride {stride} or dilation {dilation}");
        }

        var channels = Extents.Of(op, (long)w[1] * groups, w);
        CheckBias(op, bias, w, channels, groups);
        int Extent(int extent, int kernel, int stride, long margin, int dilation, int more)
        {
            var whole = ((extent - 1L) * stride) + ((long)dilation * (kernel - 1)) + more + 1;
            return whole - margin > 0
                ? Extents.Of(op, whole, x) - (int)margin
                : throw new ShapeException($"{op}: padding {padding} leaves nothing of the output for input {x} and weight {w}");
        }

        // With one input the stride moves nothing.
        return new ConvGeometry(
            x[0], channels,
            (Extent(x[2], w[2], stride.Height, (long)padding.Top + padding.Bottom, dilation.Height, outputPadding.Height),
                Extent(x[3], w[3], stride.Width, (long)padding.Left + padding.Right, dilation.Width, outputPadding.Width)),
            w[0],
            new(
                (w[2], w[3]),
                (Extents.Stride(stride.Height, x[2] == 1 ? 0 : long.MaxValue), Extents.Stride(stride.Width, x[3] == 1 ? 0 : long.MaxValue)),
                (padding.Top, padding.Left), dilation),
            (x[2], x[3]), groups);
    }

    private static bool IsBelow(int outputPadding, int stride, int dilation) =>
        outputPadding >= 0 && (outputPadding < stride || outputPadding < dilation);

    private static void Check(string op, Shape x, Shape w, in ConvSettings settings)
    {
        ShapeException.ThrowIf(x.Rank != 4 || w.Rank != 4, $"{op}: input {x} and weight {w} must have 4 dimensions each");

        var (stride, padding, dilation, groups) = settings;
        if (Math.Min(stride.Height, stride.Width) < 1 || Math.Min(dilation.Height, dilation.Width) < 1
            || Math.Min(Math.Min(padding.Top, padding.Bottom), Math.Min(padding.Left, padding.Right)) < 0)
        {
            throw new ShapeException(
                $"{op}: stride {stride}, padding {padding}, dilation {dilation}: stride and dilation start at 1, padding at 0");
        }

        ShapeException.ThrowIf(groups < 1, $"{op}: {groups} groups for input {x} and weight {w}: there is at least one");
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
