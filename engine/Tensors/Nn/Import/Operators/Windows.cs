namespace IlgpuGan.Tensors.Nn.Import.Operators;

/// <summary>Where the windows of a convolution or a pool lie on an image, or on a line, which is an image of one row.</summary>
/// <param name="Kernel">rows and columns of a window</param>
/// <param name="Stride">step of windows</param>
/// <param name="Dilation">distance of a window's elements</param>
/// <param name="Margins">what is put around the image</param>
internal sealed record Windows(Size2d Kernel, Size2d Stride, Size2d Dilation, Margins Margins)
{
    private const int Farthest = 1 << 24;
    private const long LargestExtent = 1L << 28;

    /// <summary>Reads the attributes that convolutions and pools share.</summary>
    /// <param name="call">the node</param>
    /// <param name="x">[N, C, H, W] or [N, C, L]</param>
    /// <param name="kernel">extents of the window</param>
    /// <exception cref="ShapeException">they are not of as many directions</exception>
    public static Windows Of(NodeCall call, Shape x, ReadOnlySpan<int> kernel)
    {
        var directions = Directions(x);
        if (kernel.Length != directions)
        {
            throw NodeCall.Refused($"a window of {kernel.Length} directions does not fit {x}");
        }

        var size = directions == 2 ? new Size2d(kernel[0], kernel[1]) : new Size2d(1, kernel[0]);
        var (stride, dilation) = (Size(call, "strides", directions, 1), Size(call, "dilations", directions, 1));
        RequireReach(x, size, stride, dilation);
        return new Windows(size, stride, dilation, Around(call, x, size, stride, dilation));
    }

    /// <summary>Places are counted with 32 bits: a file's numbers must not take them beyond.</summary>
    /// <exception cref="ShapeException">they would</exception>
    public static void RequireReach(Shape x, Size2d kernel, Size2d stride, Size2d dilation)
    {
        var (height, width) = (x.Rank == 4 ? x[2] : 1, x[-1]);
        if (Math.Max((long)kernel.Height * dilation.Height, (long)kernel.Width * dilation.Width) > Farthest
            || Math.Max((long)height * stride.Height, (long)width * stride.Width) > LargestExtent)
        {
            throw NodeCall.Refused($"windows of {kernel} with stride {stride} and dilation {dilation} reach too far over {x}");
        }
    }

    /// <summary>2 of images, 1 of lines.</summary>
    /// <exception cref="ShapeException">it is neither</exception>
    public static int Directions(Shape x) => x.Rank is 3 or 4
        ? x.Rank - 2
        : throw NodeCall.Refused($"it takes images [N, C, H, W] or lines [N, C, L], not {x}");

    /// <summary>A number for each direction; of lines the first is that of their one row.</summary>
    public static Size2d Size(NodeCall call, string attribute, int directions, int otherwise)
    {
        var given = Given(call, attribute, directions);
        return given is null ? directions == 2 ? otherwise : new Size2d(Math.Min(otherwise, 1), otherwise)
            : directions == 2 ? new Size2d(given[0], given[1])
            : new Size2d(Math.Min(otherwise, 1), given[0]);
    }

    /// <summary>The attribute <c>pads</c>: first all at the front, then all at the end.</summary>
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
            : Array.Find(given, number => Math.Abs(Math.Max(number, -long.MaxValue)) > Farthest) is not 0 and var far
                ? throw NodeCall.Refused($"its attribute '{attribute}' holds {far}, which is too far")
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
            return pad == "VALID" ? default : throw NodeCall.Refused($"its padding '{pad}' is not known");
        }

        if (Math.Min(Math.Min(stride.Height, stride.Width), Math.Min(dilation.Height, dilation.Width)) < 1)
        {
            throw NodeCall.Refused($"strides {stride} and dilations {dilation} start at 1");
        }

        var same = Margins.Same(new Size2d(x.Rank == 4 ? x[2] : 1, x[-1]), kernel, stride, dilation);
        return pad == "SAME_UPPER" ? same : new Margins(same.Bottom, same.Top, same.Right, same.Left);
    }
}
