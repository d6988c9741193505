namespace IlgpuGan.Tensors.Nn.Import.Operators;

/// <summary>Kernel, stride, dilation and padding of a convolution or pooling. [N, C, L] counts as an image of one row.</summary>
/// <param name="Kernel">rows and columns of the window</param>
/// <param name="Stride">step between windows, in pixels</param>
/// <param name="Dilation">step between the elements of a window, in pixels</param>
/// <param name="Margins">padding of the image, in pixels</param>
internal sealed record Windows(Size2d Kernel, Size2d Stride, Size2d Dilation, Margins Margins)
{
    private const int MaxAttribute = 1 << 24;
    private const long MaxReach = 1L << 28;

    /// <summary>Reads the attributes that convolution and pooling share.</summary>
    /// <param name="call">the node</param>
    /// <param name="x">[N, C, H, W] or [N, C, L]</param>
    /// <param name="kernel">extents of the window</param>
    /// <exception cref="ShapeException">their ranks differ, or an attribute is invalid</exception>
    public static Windows Of(NodeCall call, Shape x, ReadOnlySpan<int> kernel)
    {
        var directions = Directions(x);
        ShapeException.ThrowIf(kernel.Length != directions, $"a window of {kernel.Length} dimensions does not fit {x}");

        var size = directions == 2 ? new Size2d(kernel[0], kernel[1]) : new Size2d(1, kernel[0]);
        var (stride, dilation) = (Size(call, "strides", directions, 1), Size(call, "dilations", directions, 1));
        RequireReach(x, size, stride, dilation);
        return new Windows(size, stride, dilation, Around(call, x, size, stride, dilation));
    }

    /// <summary>Checks that offsets into the padded image fit in 32 bits, whatever the file says.</summary>
    /// <exception cref="ShapeException">they do not fit</exception>
    public static void RequireReach(Shape x, Size2d kernel, Size2d stride, Size2d dilation)
    {
        var (height, width) = (x.Rank == 4 ? x[2] : 1, x[-1]);
        if (Math.Max((long)kernel.Height * dilation.Height, (long)kernel.Width * dilation.Width) > MaxAttribute
            || Math.Max((long)height * stride.Height, (long)width * stride.Width) > MaxReach)
        {
            throw NodeCall.Refused($"windows of {kernel} with stride {stride} and dilation {dilation} are too large for {x}");
        }
    }

    /// <summary>Number of spatial dimensions: 2 for [N, C, H, W], 1 for [N, C, L].</summary>
    /// <exception cref="ShapeException">the shape has another rank</exception>
    public static int Directions(Shape x) => x.Rank is 3 or 4
        ? x.Rank - 2
        : throw NodeCall.Refused($"its input must be [N, C, H, W] or [N, C, L], not {x}");

    /// <summary>An attribute with a number for each spatial dimension; [N, C, L] has one row.</summary>
    public static Size2d Size(NodeCall call, string attribute, int directions, int otherwise)
    {
        var given = Given(call, attribute, directions);
        return given is null ? directions == 2 ? otherwise : new Size2d(Math.Min(otherwise, 1), otherwise)
            : directions == 2 ? new Size2d(given[0], given[1])
            : new Size2d(Math.Min(otherwise, 1), given[0]);
    }

    /// <summary>The attribute <c>pads</c>: the padding before all dimensions, then the padding after them.</summary>
    public static Margins Pads(NodeCall call, int directions) => Given(call, "pads", 2 * directions) switch
    {
        null => default,
        [var left, var right] => new Margins(0, 0, left, right),
        var all => new Margins(all[0], all[2], all[1], all[3]),
    };

    private static int[]? Given(NodeCall call, string attribute, int count)
    {
        if (call.Node.Integers(attribute) is not { } given)
        {
            return null;
        }

        return given.Length != count
            ? throw NodeCall.Refused($"its attribute '{attribute}' has {given.Length} numbers, not {count}")
            : Array.Find(given, number => Math.Abs(Math.Max(number, -long.MaxValue)) > MaxAttribute) is not 0 and var far
                ? throw NodeCall.Refused($"its attribute '{attribute}' holds {far}, beyond the largest of {MaxAttribute}")
                : Array.ConvertAll(given, NodeCall.Narrow);
    }

    private static Margins Around(NodeCall call, Shape x, Size2d kernel, Size2d stride, Size2d dilation)
    {
        var pad = call.Node.Text("auto_pad", "NOTSET");
        if (pad is "NOTSET" or "")
        {
            return Pads(call, Directions(x));
        }

        if (pad is not ("SAME_UPPER" or "SAME_LOWER"))
        {
            return pad == "VALID" ? default : throw NodeCall.Refused($"auto_pad = '{pad}' is not supported");
        }

        if (Math.Min(Math.Min(stride.Height, stride.Width), Math.Min(dilation.Height, dilation.Width)) < 1)
        {
            throw NodeCall.Refused($"strides {stride} and dilations {dilation} must be at least 1");
        }

        var same = Margins.Same(new Size2d(x.Rank == 4 ? x[2] : 1, x[-1]), kernel, stride, dilation);
        return pad == "SAME_UPPER" ? same : new Margins(same.Bottom, same.Top, same.Right, same.Left);
    }
}
