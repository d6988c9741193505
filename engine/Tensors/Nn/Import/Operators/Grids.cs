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

    /// <summary>
    /// Grid sampling: Σ weight·element over the taps of each output, one tap of all outputs after the other; indices and weights are
    /// computed on the host.
    /// </summary>
    private static Tensor GridSample(NodeCall call)
    {
        var (x, grid) = (call.Tensor(0), call.Host(1));
        var (s, g) = (x.Shape, grid.Shape);
        if (s.Rank != 4 || g.Rank != 4 || g[0] != s[0] || g[3] != 2 || s.Count == 0)
        {
            throw NodeCall.Refused($"it takes images [N, C, H, W] and a grid [N, H, W, 2], not {s} and {g}");
        }

        var (height, width) = (s[2], s[3]);
        using var planes = x.Reshape(new Shape(s[0], s[1], checked(height * width)));
        var taps = TapsOf(GridSampling.Of(call), grid.Values, checked(g[0] * g[1] * g[2]), height, width);
        var shape = new Shape(s[0], 1, g[1] * g[2]);
        var sum = Weighted(planes, shape, taps[0]);
        foreach (var tap in taps[1..])
        {
            using var before = sum;
            using var part = Weighted(planes, shape, tap);
            sum = before.Add(part);
        }

        using (sum)
        {
            return sum.Reshape(new Shape(s[0], s[1], g[1], g[2]));
        }
    }

    /// <summary>For each tap, row by row, what each output reads there.</summary>
    /// <param name="grid">a column and a row from −1 to 1 for each output</param>
    private static Tap[] TapsOf(GridSampling sampling, double[] grid, int outputs, int height, int width)
    {
        var taps = new Tap[sampling.Taps * sampling.Taps];
        for (var tap = 0; tap < taps.Length; tap++)
        {
            taps[tap] = new Tap(new int[outputs], new float[outputs]);
        }

        for (var i = 0; i < outputs; i++)
        {
            var columns = sampling.Along(grid[2 * i], width);
            var rows = sampling.Along(grid[(2 * i) + 1], height);
            for (var tap = 0; tap < taps.Length; tap++)
            {
                var (row, column) = (rows[tap / sampling.Taps], columns[tap % sampling.Taps]);
                taps[tap].Indices[i] = (row.Index * width) + column.Index;
                taps[tap].Weights[i] = (float)(row.Weight * column.Weight);
            }
        }

        return taps;
    }

    private static Tensor Weighted(Tensor planes, Shape shape, Tap tap)
    {
        using var index = Tensor.From(tap.Indices.AsSpan(), shape, planes.Device);
        using var weight = Tensor.From(tap.Weights.AsSpan(), shape, planes.Device);
        using var elements = planes.Gather(2, index);
        return elements.Multiply(weight);
    }

    /// <summary>
    /// The images of pixel coordinates under affine maps θ [N, 2, 3]: [N, H, W, 2]. Coordinates run from −1 to 1, between the centres of
    /// the corner pixels or between the image's borders.
    /// </summary>
    private static Tensor AffineGrid(NodeCall call)
    {
        const int MaxSide = 1 << 14;
        var theta = call.Tensor(0);
        if (call.Integers(1) is not [var images, _, var height, var width] || height is < 1 or > MaxSide || width is < 1 or > MaxSide
            || theta.Shape != new Shape(theta.Shape[0], 2, 3) || images != theta.Shape[0])
        {
            throw NodeCall.Refused($"it takes maps [N, 2, 3] and the size of images, not {theta.Shape} and {call.ShapeOf(1)} numbers");
        }

        var (h, w, hasCorners) = ((int)height, (int)width, call.Node.Integer("align_corners", 0) != 0);
        var numbers = new float[h * w * 3];
        for (var i = 0; i < h * w; i++)
        {
            (numbers[3 * i], numbers[(3 * i) + 1], numbers[(3 * i) + 2]) = (Coordinate(i % w, w), Coordinate(i / w, h), 1);
        }

        using var points = Tensor.From(numbers.AsSpan(), new Shape(h * w, 3), theta.Device);
        using var mapped = points.MatMul(theta, transposeB: true);
        return mapped.Reshape(new Shape(theta.Shape[0], h, w, 2));

        float Coordinate(int i, int extent) => !hasCorners ? (((2 * i) + 1f) / extent) - 1
            : extent == 1 ? 0
            : (2f * i / (extent - 1)) - 1;
    }

    /// <summary>
    /// Col2im: the sum of patches [N, C·KH·KW, L] at their positions in the image, by a transposed convolution with one-hot filters.
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

    /// <summary>A tap of all outputs: the element of the plane that each reads, and the weight.</summary>
    private sealed record Tap(int[] Indices, float[] Weights);
}
