using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn.Import.Operators;

/// <summary>Grid sampling, affine grids, and images composed of patches (col2im).</summary>
internal static class Grids
{
    public static void Add(OperatorList list)
    {
        list.Floats("GridSample", GridSample);
        list.Floats("AffineGrid", AffineGrid);
        list.Floats("Col2Im", Col2Im);
    }

    private static Tensor GridSample(NodeCall call)
    {
        var (mode, padding) = (call.Node.Text("mode", "linear"), call.Node.Text("padding_mode", "zeros"));
        var sampling = mode switch
        {
            "nearest" => ResizeMode.NearestExact,
            "linear" or "bilinear" => ResizeMode.Bilinear,
            "cubic" or "bicubic" => ResizeMode.Bicubic,
            _ => throw NodeCall.Refused($"its mode '{mode}' is not known"),
        };
        var edge = padding switch
        {
            "zeros" => GridEdge.Zeros,
            "border" => GridEdge.Border,
            "reflection" => GridEdge.Reflection,
            _ => throw NodeCall.Refused($"its padding_mode '{padding}' is not known"),
        };
        return call.Tensor(0).GridSample(call.Tensor(1), sampling, edge, HasCorners(call));
    }

    private static Tensor AffineGrid(NodeCall call)
    {
        const int MaxSide = 1 << 14;
        var theta = call.Tensor(0);
        return call.Integers(1) is [var images, _, var height and >= 1 and <= MaxSide, var width and >= 1 and <= MaxSide]
            && theta.Shape == new Shape((int)images, 2, 3)
            ? theta.AffineGrid(new Size2d((int)height, (int)width), HasCorners(call))
            : throw NodeCall.Refused($"it takes maps [N, 2, 3] and the size of images, not {theta.Shape} and {call.ShapeOf(1)} numbers");
    }

    /// <summary>Whether −1 and 1 are the centres of the corner pixels, not the image's borders.</summary>
    private static bool HasCorners(NodeCall call) => call.Node.Integer("align_corners", 0) != 0;

    /// <summary>
    /// Col2im, which is PyTorch's fold: the sum of patches [N, C·KH·KW, L] at their positions in the image. It is a transposed
    /// convolution, which adds each number times its filter at a position: the filter of a place in a patch is 1 there and 0 elsewhere.
    /// </summary>
    private static Tensor Col2Im(NodeCall call)
    {
        const int MaxSide = 1 << 20, MaxPatchSide = 256;
        var x = call.Tensor(0);
        if (call.Integers(1) is not [var height, var width] || height is < 1 or > MaxSide || width is < 1 or > MaxSide
            || call.Integers(2) is not [var rows, var columns] || rows is < 1 or > MaxPatchSide || columns is < 1 or > MaxPatchSide
            || x.Shape.Rank != 3)
        {
            throw NodeCall.Refused($"it takes patches [N, C·KH·KW, L] of images, not {x.Shape}");
        }

        var (stride, dilation, margins) =
            (Windows.Size(call, "strides", 2, 1), Windows.Size(call, "dilations", 2, 1), Windows.Pads(call, 2));
        var kernel = new Size2d((int)rows, (int)columns);
        var patch = kernel.Height * kernel.Width;
        Windows.RequireReach(new Shape(1, 1, (int)height, (int)width), kernel, stride, dilation);
        var (down, moreDown) = Steps((int)height + margins.Top + margins.Bottom, kernel.Height, stride.Height, dilation.Height);
        var (across, moreAcross) = Steps((int)width + margins.Left + margins.Right, kernel.Width, stride.Width, dilation.Width);
        if (x.Shape[1] % patch != 0 || (long)down * across != x.Shape[2])
        {
            throw NodeCall.Refused($"{x.Shape} are no patches {kernel} of an image {height}x{width}, which has {down}x{across}");
        }

        // Row i of the identity is the filter of a patch's place i, the same in each channel.
        var channels = x.Shape[1] / patch;
        using var one = Shapes.Arange(2, 0, patch, x.Device);
        using var other = Shapes.Arange(2, 1, patch, x.Device);
        using var identity = one.EqualTo(other);
        using var filter = identity.Unsqueeze(0);
        using var filters = filter.Expand(new Shape(channels, patch, patch));
        using var weight = filters.Reshape(new Shape(x.Shape[1], 1, kernel.Height, kernel.Width));
        using var patches = x.Reshape(new Shape(x.Shape[0], x.Shape[1], down, across));
        return patches.ConvTranspose2d(
            weight, null, stride, margins, new Size2d(moreDown, moreAcross), dilation, channels);

        // Positions of a patch along a side, and what is left over after the last.
        static (int Count, int Over) Steps(int extent, int kernel, int stride, int dilation)
        {
            var room = extent - ((kernel - 1) * dilation) - 1;
            return room < 0 || stride < 1 || dilation < 1
                ? throw NodeCall.Refused($"a patch of {kernel} in steps of {stride}, dilated by {dilation}, does not fit into {extent}")
                : ((room / stride) + 1, room % stride);
        }
    }
}
