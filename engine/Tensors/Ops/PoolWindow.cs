using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Tensors.Ops;

/// <summary>The windows of a pooling, by axis.</summary>
public readonly record struct PoolWindow
{
    /// <param name="kernel">rows and columns of a window</param>
    /// <param name="stride">stride; 0 for the window's side</param>
    /// <param name="padding">rows and columns added on each side, at most half a window</param>
    public PoolWindow(Size2d kernel, Size2d stride = default, Size2d padding = default) =>
        (Kernel, Stride, Padding) = (kernel, stride, padding);

    /// <summary>Rows and columns of a window.</summary>
    public Size2d Kernel { get; init; }

    /// <summary>The distance of windows; 0 for the window's side.</summary>
    public Size2d Stride { get; init; }

    /// <summary>Rows and columns added on each side, at most half a window.</summary>
    public Size2d Padding { get; init; }

    /// <summary>Distance of the elements of a window; 0 means 1.</summary>
    public Size2d Dilation { get; init; }

    /// <summary>Keep a last window that begins inside the plane or its left padding and reaches beyond the padding.</summary>
    public bool CeilMode { get; init; }

    /// <exception cref="ShapeException">a setting is out of range, or no window fits</exception>
    internal PoolGeometry Over(string op, Shape x)
    {
        var (planes, h, w) = Planes.Of(op, x);
        var rows = Along(op, x, h, Kernel.Height, Stride.Height, Padding.Height, Dilation.Height);
        var columns = Along(op, x, w, Kernel.Width, Stride.Width, Padding.Width, Dilation.Width);
        return new PoolGeometry(
            planes, (h, w), new(Kernel, (rows.Stride, columns.Stride), Padding, (rows.Dilation, columns.Dilation)),
            (rows.Windows, columns.Windows));
    }

    private (int Stride, int Dilation, int Windows) Along(string op, Shape x, int extent, int kernel, int stride, int padding, int dilation)
    {
        (stride, dilation) = (stride == 0 ? kernel : stride, dilation == 0 ? 1 : dilation);
        if (kernel < 1 || stride < 1 || dilation < 1 || padding < 0 || padding > kernel / 2)
        {
            throw new ShapeException(
                $"{op}: window {kernel}, stride {stride}, padding {padding}, dilation {dilation}: "
                + "window, stride and dilation start at 1, padding is at most half a window");
        }

        var room = extent + (2L * padding) - ((kernel - 1L) * dilation) - 1;
        ShapeException.ThrowIf(
            room < 0, $"{op}: a {Kernel.Height}x{Kernel.Width} window with padding {padding}" +
                $"{(dilation > 1 ? $" and dilation {dilation}" : "")} does not fit into input {x}");

        var windows = (room / stride) + 1;
        var oneMore = CeilMode && room % stride != 0 && windows * stride < (long)extent + padding;
        windows += oneMore ? 1 : 0;

        // The window's end is counted, too.
        _ = Extents.Of(op, ((windows - 1) * stride) + ((long)kernel * dilation), x);
        _ = Extents.Of(op, extent + (2L * padding), x);
        for (var window = 0; window < windows && (long)window * stride < padding; window++)
        {
            var start = ((long)window * stride) - padding;
            if (start + ((dilation - 1 - start) / dilation * dilation) >= extent)
            {
                throw new ShapeException(
                    $"{op}: with padding {padding} and dilation {dilation} window {window} reads nothing but padding of input {x}");
            }
        }

        return (Extents.Stride(stride, room), dilation, (int)windows);
    }
}
