using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Tensors.Ops;

/// <summary>Shape rules of convolutions; errors name op, shapes and cause.</summary>
internal static class ConvShapes
{
    public static ConvGeometry Conv2d(Shape x, Shape w, Shape? bias, int stride, int padding, int dilation)
    {
        const string Op = "conv2d";
        Check(Op, x, w, stride, padding, dilation);
        if (x[1] != w[1])
        {
            throw new ShapeException($"{Op}: input has {x[1]} channels {x} but weight expects {w[1]} {w}");
        }

        CheckBias(Op, bias, w, w[0]);
        int Extent(int extent, int kernel)
        {
            var room = extent + (2 * padding) - (dilation * (kernel - 1)) - 1;
            return room >= 0 ? (room / stride) + 1
                : throw new ShapeException($"{Op}: a {w[2]}x{w[3]} kernel with padding {padding} and dilation {dilation} does not fit into input {x}");
        }

        return new ConvGeometry(
            x[0], x[1], x[2], x[3], w[0], w[2], w[3], stride, stride, padding, padding, dilation, dilation, Extent(x[2], w[2]), Extent(x[3], w[3]));
    }

    /// <summary>The convolution [N, C, OH, OW] -> [N, K, H, W] whose data gradient the transposed convolution is.</summary>
    public static ConvGeometry ConvTranspose2d(Shape x, Shape w, Shape? bias, int stride, int padding, int outputPadding, int dilation)
    {
        const string Op = "conv_transpose2d";
        Check(Op, x, w, stride, padding, dilation);
        if (x[1] != w[0])
        {
            throw new ShapeException($"{Op}: input has {x[1]} channels {x} but weight [in,out,kh,kw] expects {w[0]} {w}");
        }

        if (outputPadding < 0 || (outputPadding >= stride && outputPadding >= dilation))
        {
            throw new ShapeException($"{Op}: outputPadding {outputPadding} must be smaller than stride {stride} or dilation {dilation}");
        }

        CheckBias(Op, bias, w, w[1]);
        int Extent(int extent, int kernel)
        {
            var size = ((extent - 1) * stride) - (2 * padding) + (dilation * (kernel - 1)) + outputPadding + 1;
            return size > 0 ? size : throw new ShapeException($"{Op}: padding {padding} leaves nothing of the output for input {x} and weight {w}");
        }

        return new ConvGeometry(
            x[0], w[1], Extent(x[2], w[2]), Extent(x[3], w[3]), w[0], w[2], w[3], stride, stride, padding, padding, dilation, dilation, x[2], x[3]);
    }

    private static void Check(string op, Shape x, Shape w, int stride, int padding, int dilation)
    {
        if (x.Rank != 4 || w.Rank != 4)
        {
            throw new ShapeException($"{op}: input {x} and weight {w} must have 4 dimensions each");
        }

        if (stride < 1 || padding < 0 || dilation < 1)
        {
            throw new ShapeException($"{op}: stride {stride}, padding {padding}, dilation {dilation}: stride and dilation start at 1, padding at 0");
        }
    }

    private static void CheckBias(string op, Shape? bias, Shape w, int channels)
    {
        if (bias is { } shape && shape != new Shape(channels))
        {
            throw new ShapeException($"{op}: bias {shape} but weight {w} makes {channels} channels");
        }
    }
}
