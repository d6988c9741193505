namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>What a correlation reads around its input: zeros, or for some rows and columns the input again.</summary>
internal sealed unsafe class Border
{
    private readonly PaddedAxis _rows;
    private readonly PaddedAxis _columns;
    private readonly int _top;
    private readonly int _left;
    private readonly int _height;
    private readonly int _width;

    private Border(PadMode mode, in ConvGeometry g)
    {
        (_top, _left) = (g.PadTop, g.PadLeft);

        // Below and right there is as much as the last output reads.
        _height = ((g.OutH - 1) * g.StrideH) + ((g.KernelH - 1) * g.DilationH) + 1;
        _width = ((g.OutW - 1) * g.StrideW) + ((g.KernelW - 1) * g.DilationW) + 1;
        _rows = new PaddedAxis(mode, g.H, g.PadTop, _height);
        _columns = new PaddedAxis(mode, g.W, g.PadLeft, _width);
    }

    /// <summary>The border of a convolution, null for zeros.</summary>
    public static Border? Of(PadMode mode, in ConvGeometry g) => mode == PadMode.Constant ? null : new Border(mode, g);

    /// <summary>The row of the input that shows at a row, −1 for zeros.</summary>
    public int Row(int y) => (uint)(y + _top) < (uint)_height ? _rows.Source(y + _top) : -1;

    /// <summary>The column of the input that shows at a column, −1 for zeros.</summary>
    public int Column(int x) => (uint)(x + _left) < (uint)_width ? _columns.Source(x + _left) : -1;

    /// <summary>Completes to[i] = row[start + i · stride], which is zero outside the row of a given width so far.</summary>
    public void ShowColumns(float* row, int width, int start, int stride, float* to, int count)
    {
        for (var (i, x) = (0, start); i < count && x < 0; i++, x += stride)
        {
            Show(x, row, to + i);
        }

        var first = start >= width ? 0 : CorrelationPlan.DivideUp(width - start, stride);
        for (var (i, x) = (first, start + (first * stride)); i < count && x < _width - _left; i++, x += stride)
        {
            Show(x, row, to + i);
        }
    }

    private void Show(int x, float* row, float* to)
    {
        if (Column(x) is >= 0 and var column)
        {
            *to = row[column];
        }
    }
}
