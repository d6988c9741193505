using IlgpuGan.Tensors.Devices;

namespace IlgpuGan.Tensors.Ops;

/// <summary>The windows of a pooling, by axis.</summary>
/// <param name="Kernel">rows and columns of a window</param>
/// <param name="Stride">stride; 0 for the window's side</param>
/// <param name="Padding">rows and columns added on each side, at most half a window</param>
/// <param name="Dilation">distance of the elements of a window; 0 means 1</param>
/// <param name="CeilMode">keep a last window that begins inside the plane or its left padding and reaches beyond the padding</param>
public readonly record struct PoolWindow(
    (int H, int W) Kernel, (int H, int W) Stride = default, (int H, int W) Padding = default, (int H, int W) Dilation = default,
        bool CeilMode = false)
{
    /// <summary>Square windows.</summary>
    public PoolWindow(int kernel, int stride = 0, int padding = 0, int dilation = 1, bool ceilMode = false)
        : this((kernel, kernel), (stride, stride), (padding, padding), (dilation, dilation), ceilMode)
    {
    }

    /// <exception cref="ShapeException">a setting is out of range, or no window fits</exception>
    internal PoolGeometry Over(string op, Shape x)
    {
        var (planes, h, w) = Planes.Of(op, x);
        var rows = Along(op, x, h, Kernel.H, Stride.H, Padding.H, Dilation.H);
        var columns = Along(op, x, w, Kernel.W, Stride.W, Padding.W, Dilation.W);
        return new PoolGeometry(
            planes, h, w, Kernel.H, Kernel.W, rows.Stride, columns.Stride, Padding.H, Padding.W, rows.Windows, columns.Windows,
            rows.Dilation, columns.Dilation);
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
        if (room < 0)
        {
            throw new ShapeException(
                $"{op}: a {Kernel.H}x{Kernel.W} window with padding {padding}{(dilation > 1 ? $" and dilation {dilation}" : "")} does " +
                    $"not fit into input {x}");
        }

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
