using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn.Import.Operators;

/// <summary>Average, max and Lp pooling of [N, C, H, W] and [N, C, L], windowed and global.</summary>
internal static class Pools
{
    public static void Add(OperatorList list)
    {
        list.Floats("MaxPool", call => OfImages(call, Maxima));
        list.Floats("AveragePool", call => OfImages(call, (c, x, windows) => Means(c, x, windows, CountsPadding(c))));
        list.Floats("LpPool", call => OfImages(call, Lengths));
        list.Floats("GlobalAveragePool", call => call.Tensor(0).Mean(Planes(call), keepDims: true));
        list.Floats("GlobalMaxPool", call => call.Tensor(0).Max(Planes(call), keepDims: true));
        list.Floats("GlobalLpPool", GlobalLengths);
    }

    /// <summary>All dimensions after the channels.</summary>
    private static int[] Planes(NodeCall call) => call.ShapeOf(0).Rank > 2
        ? [.. Enumerable.Range(2, call.ShapeOf(0).Rank - 2)]
        : throw NodeCall.Refused($"{call.ShapeOf(0)} has no dimensions after the channels");

    private static Tensor OfImages(NodeCall call, Func<NodeCall, Tensor, Windows, Tensor> pool)
    {
        var x = call.Tensor(0);
        var kernel = call.Node.Integers("kernel_shape") ?? throw NodeCall.Refused("it has no kernel_shape");
        var windows = Windows.Of(call, x.Shape, Array.ConvertAll(kernel, NodeCall.Narrow));
        if (x.Shape.Rank == 4)
        {
            return pool(call, x, windows);
        }

        using var image = x.Unsqueeze(2);
        using var y = pool(call, image, windows);
        return y.Squeeze(2);
    }

    private static Tensor Maxima(NodeCall call, Tensor x, Windows windows)
    {
        if (Window(call, windows) is { } window)
        {
            return x.MaxPool2d(window);
        }

        using var padded = Padded(x, windows.Margins, float.NegativeInfinity);
        return padded.MaxPool2d(Unpadded(call, windows));
    }

    private static bool CountsPadding(NodeCall call) => call.Node.Integer("count_include_pad", 0) != 0;

    private static Tensor Means(NodeCall call, Tensor x, Windows windows, bool countsPadding)
    {
        if (windows.Dilation != 1)
        {
            return DilatedMeans(call, x, windows, countsPadding);
        }

        if (Window(call, windows) is { } window)
        {
            return x.AvgPool2d(window, countsPadding);
        }

        using var padded = Padded(x, windows.Margins, 0);
        using var means = padded.AvgPool2d(Unpadded(call, windows));
        if (countsPadding)
        {
            return means.Share();
        }

        // The fraction of each window that lies inside the image.
        using var ones = Tensor.Ones(new Shape(1, 1, x.Shape[2], x.Shape[3]), x.Device);
        using var inside = Padded(ones, windows.Margins, 0);
        using var parts = inside.AvgPool2d(Unpadded(call, windows));
        return means.Divide(parts);
    }

    /// <summary>Means of dilated windows, by a convolution of each plane.</summary>
    private static Tensor DilatedMeans(NodeCall call, Tensor x, Windows windows, bool countsPadding)
    {
        ShapeException.ThrowIf(HasCeilMode(call), "means of dilated windows with ceil_mode are not known");

        var s = x.Shape;
        var kernel = windows.Kernel;
        using var filter = Tensor.Full(
            new Shape(1, 1, kernel.Height, kernel.Width), 1f / ((float)kernel.Height * kernel.Width), x.Device);
        using var planes = x.Reshape(new Shape(checked(s[0] * s[1]), 1, s[2], s[3]));
        using var means = Convolved(planes);
        using var result = means.Reshape(new Shape(s[0], s[1], means.Shape[2], means.Shape[3]));
        if (countsPadding || windows.Margins.IsZero)
        {
            return result.Share();
        }

        using var ones = Tensor.Ones(new Shape(1, 1, s[2], s[3]), x.Device);
        using var parts = Convolved(ones);
        return result.Divide(parts);

        Tensor Convolved(Tensor image) =>
            image.Conv2d(filter, null, windows.Stride, windows.Margins, windows.Dilation);
    }

    /// <summary>(Σ |x|ᵖ)^(1/p) of each window; padding adds nothing.</summary>
    private static Tensor Lengths(NodeCall call, Tensor x, Windows windows)
    {
        ShapeException.ThrowIf(HasCeilMode(call), "lengths of windows with ceil_mode are not known");

        var power = Exponent(call);
        using var powers = Powers(x, power);
        using var means = Means(call, powers, windows, countsPadding: true);
        using var sums = means.Affine((float)windows.Kernel.Height * windows.Kernel.Width, 0);
        return Root(sums, power);
    }

    private static Tensor GlobalLengths(NodeCall call)
    {
        var power = Exponent(call);
        using var powers = Powers(call.Tensor(0), power);
        using var sums = powers.Sum(Planes(call), keepDims: true);
        return Root(sums, power);
    }

    private static int Exponent(NodeCall call) => call.Node.Integer("p", 2) is >= 1 and <= 64 and var power
        ? (int)power
        : throw NodeCall.Refused($"lengths of the power {call.Node.Integer("p", 2)} are not known");

    private static Tensor Powers(Tensor x, int power)
    {
        if (power == 2)
        {
            return x.Square();
        }

        using var size = x.Abs();
        return power == 1 ? size.Share() : size.Power(power);
    }

    private static Tensor Root(Tensor x, int power) => power switch
    {
        1 => x.Share(),
        2 => x.Sqrt(),
        _ => x.Power(1f / power),
    };

    /// <summary>The windows as the engine's pools take them; null if the image must be padded first.</summary>
    private static PoolWindow? Window(NodeCall call, Windows windows)
    {
        var (m, kernel) = (windows.Margins, windows.Kernel);
        if (m.Top == m.Bottom && m.Left == m.Right && m.Top <= kernel.Height / 2 && m.Left <= kernel.Width / 2)
        {
            return Unpadded(call, windows) with { Padding = (m.Top, m.Left) };
        }

        ShapeException.ThrowIf(HasCeilMode(call), $"uneven padding {m} with ceil_mode is not supported");

        return null;
    }

    private static bool HasCeilMode(NodeCall call) => call.Node.Integer("ceil_mode", 0) != 0;

    private static PoolWindow Unpadded(NodeCall call, Windows windows)
    {
        var (kernel, stride, dilation) = (windows.Kernel, windows.Stride, windows.Dilation);
        return Math.Min(stride.Height, stride.Width) < 1 || Math.Min(dilation.Height, dilation.Width) < 1
            ? throw NodeCall.Refused($"strides {stride} and dilations {dilation} must be at least 1")
            : new PoolWindow(kernel, stride) { Dilation = dilation, CeilMode = HasCeilMode(call) };
    }

    private static Tensor Padded(Tensor x, Margins m, float value) => x.Pad(m, value: value);
}
