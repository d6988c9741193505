using IlgpuGan.Tensors.Ops;

namespace IlgpuGan.Tensors.Nn.Import.Operators;

/// <summary>Convolutions of [N, C, H, W] and [N, C, L], grouped and transposed ones included.</summary>
internal static class Convolutions
{
    public static void Add(OperatorList list)
    {
        list.Floats("Conv", Conv);
        list.Floats("ConvTranspose", ConvTranspose);
    }

    private static Tensor Conv(NodeCall call)
    {
        var (x, weight) = (call.Tensor(0), call.Tensor(1));
        var windows = Windows.Of(call, x.Shape, Kernel(x.Shape, weight.Shape));
        return OfImages(x, weight, (image, filters) => image.Conv2d(
            filters, call.OptionalTensor(2), windows.Stride, windows.Margins, windows.Dilation, groups: Groups(call)));
    }

    private static Tensor ConvTranspose(NodeCall call)
    {
        var (x, weight) = (call.Tensor(0), call.Tensor(1));
        var directions = Windows.Directions(x.Shape);
        var kernel = Kernel(x.Shape, weight.Shape);
        var size = directions == 2 ? new Size2d(kernel[0], kernel[1]) : new Size2d(1, kernel[0]);
        var (stride, dilation) = (Windows.Size(call, "strides", directions, 1), Windows.Size(call, "dilations", directions, 1));
        Windows.RequireReach(x.Shape, size, stride, dilation);
        var more = Windows.Size(call, "output_padding", directions, 0);
        var margins = Cut(call, x.Shape, size, stride, dilation, more);
        return OfImages(x, weight, (image, filters) => image.ConvTranspose2d(
            filters, call.OptionalTensor(2), stride, margins, more, dilation, Groups(call)));
    }

    private static int[] Kernel(Shape x, Shape weight)
    {
        _ = Windows.Directions(x);
        return weight.Rank == x.Rank
            ? weight.ToArray()[2..]
            : throw NodeCall.Refused($"its weight {weight} does not have the rank of its input {x}");
    }

    private static int Groups(NodeCall call) => NodeCall.Narrow(call.Node.Integer("group", 1));

    /// <summary>Padding of a transposed convolution: the attribute, or as <c>output_shape</c> and <c>auto_pad</c> require.</summary>
    private static Margins Cut(NodeCall call, Shape x, Size2d kernel, Size2d stride, Size2d dilation, Size2d more)
    {
        var directions = Windows.Directions(x);
        var pad = call.Node.Text("auto_pad", "NOTSET");
        var isSame = pad is "SAME_UPPER" or "SAME_LOWER";
        ShapeException.ThrowIf(!isSame && pad is not ("NOTSET" or "" or "VALID"), $"auto_pad = '{pad}' is not supported");

        var asked = call.Node.Integers("output_shape") is { } shape
            ? shape.Length >= directions ? Array.ConvertAll(shape[^directions..], NodeCall.Narrow)
                : throw NodeCall.Refused($"its output_shape has {shape.Length} extents, not {directions}")
            : null;
        if (asked is null && !isSame)
        {
            return pad == "VALID" ? default : Windows.Pads(call, directions);
        }

        var rows = directions == 1 ? (0, 0) : Along(x[2], asked?[0], kernel.Height, stride.Height, dilation.Height, more.Height);
        var columns = Along(x[-1], asked?[^1], kernel.Width, stride.Width, dilation.Width, more.Width);
        return new Margins(rows.Item1, rows.Item2, columns.Item1, columns.Item2);

        (int Before, int After) Along(int extent, int? output, int kernel, int stride, int dilation, int more)
        {
            var total = ((extent - 1L) * stride) + more + ((kernel - 1L) * dilation) + 1 - (output ?? ((long)extent * stride));
            var (less, rest) = (NodeCall.Narrow(total / 2), NodeCall.Narrow(total - (total / 2)));
            return total < 0 ? throw NodeCall.Refused("its output_shape is larger than its full output")
                : pad == "SAME_UPPER" ? (less, rest)
                : (rest, less);
        }
    }

    /// <summary>Runs a convolution; [N, C, L] becomes an image of one row.</summary>
    private static Tensor OfImages(Tensor x, Tensor weight, Func<Tensor, Tensor, Tensor> convolve)
    {
        if (x.Shape.Rank == 4)
        {
            return convolve(x, weight);
        }

        using var image = x.Unsqueeze(2);
        using var filters = weight.Unsqueeze(2);
        using var y = convolve(image, filters);
        return y.Squeeze(2);
    }
}
