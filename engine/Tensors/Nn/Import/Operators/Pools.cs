using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn.Import.Operators;

/// <summary>Means and maxima of windows of images and lines, and of whole planes.</summary>
internal static class Pools
{
    public static void Add(OperatorList list)
    {
        list.Floats("MaxPool", call => OfImages(call, Maxima));
        list.Floats("AveragePool", call => OfImages(call, Means));
        list.Floats("GlobalAveragePool", call => call.Tensor(0).Mean(Planes(call), keepDims: true));
        list.Floats("GlobalMaxPool", call => call.Tensor(0).Max(Planes(call), keepDims: true));
    }

    /// <summary>All dimensions behind the channels.</summary>
    private static int[] Planes(NodeCall call) => call.ShapeOf(0).Rank > 2
        ? [.. Enumerable.Range(2, call.ShapeOf(0).Rank - 2)]
        : throw NodeCall.Refused($"{call.ShapeOf(0)} has no planes");

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
            return x.MaxPool(window);
        }

        using var padded = Padded(x, windows.Margins, float.NegativeInfinity);
        return padded.MaxPool(Unpadded(call, windows));
    }

    private static Tensor Means(NodeCall call, Tensor x, Windows windows)
    {
        var countsPadding = call.Node.Integer("count_include_pad", 0) != 0;
        if (windows.Dilation != 1)
        {
            throw NodeCall.Refused($"a mean of windows with dilation {windows.Dilation} is not known");
        }

        if (Window(call, windows) is { } window)
        {
            return x.AveragePool(window, countsPadding);
        }

        using var padded = Padded(x, windows.Margins, 0);
        using var means = padded.AveragePool(Unpadded(call, windows));
        if (countsPadding)
        {
            return means.Share();
        }

        // What part of each window is of the image.
        using var ones = Tensor.Ones(new Shape(1, 1, x.Shape[2], x.Shape[3]), x.Device);
        using var inside = Padded(ones, windows.Margins, 0);
        using var parts = inside.AveragePool(Unpadded(call, windows));
        return means.Divide(parts);
    }

    /// <summary>The windows as the engine's pools know them; null where their padding has to be put around the image first.</summary>
    private static PoolWindow? Window(NodeCall call, Windows windows)
    {
        var (m, kernel) = (windows.Margins, windows.Kernel);
        if (m.Top == m.Bottom && m.Left == m.Right && m.Top <= kernel.Height / 2 && m.Left <= kernel.Width / 2)
        {
            return Unpadded(call, windows) with { Padding = (m.Top, m.Left) };
        }

        if (HasCeilMode(call))
        {
            throw NodeCall.Refused($"uneven padding {m} with ceil_mode is not known");
        }

        return null;
    }

    private static bool HasCeilMode(NodeCall call) => call.Node.Integer("ceil_mode", 0) != 0;

    private static PoolWindow Unpadded(NodeCall call, Windows windows)
    {
        var (kernel, stride, dilation) = (windows.Kernel, windows.Stride, windows.Dilation);
        return Math.Min(stride.Height, stride.Width) < 1 || Math.Min(dilation.Height, dilation.Width) < 1
            ? throw NodeCall.Refused($"strides {stride} and dilations {dilation} start at 1")
            : new PoolWindow(
                (kernel.Height, kernel.Width), (stride.Height, stride.Width), default, (dilation.Height, dilation.Width),
                HasCeilMode(call));
    }

    private static Tensor Padded(Tensor x, Margins m, float value) => x.Pad(m.Left, m.Right, m.Top, m.Bottom, value: value);
}
