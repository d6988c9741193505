namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>The padding that a correlation reads around its input: reflection or replication.</summary>
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

        // Below and right the padding extends as far as the last output reads.
        _height = ((g.OutH - 1) * g.StrideH) + ((g.KernelH - 1) * g.DilationH) + 1;
        _width = ((g.OutW - 1) * g.StrideW) + ((g.KernelW - 1) * g.DilationW) + 1;
        _rows = new PaddedAxis(mode, g.H, g.PadTop, _height);
        _columns = new PaddedAxis(mode, g.W, g.PadLeft, _width);
    }

    /// <summary>The border of a convolution; null for zero padding.</summary>
    public static Border? Of(PadMode mode, in ConvGeometry g) => mode == PadMode.Constant ? null : new Border(mode, g);

    /// <summary>The input row that a row of the padded input repeats, −1 for zeros.</summary>
    public int SourceRow(int y) => (uint)(y + _top) < (uint)_height ? _rows.Source(y + _top) : -1;

    /// <summary>The input column that a column of the padded input repeats, −1 for zeros.</summary>
    public int SourceColumn(int x) => (uint)(x + _left) < (uint)_width ? _columns.Source(x + _left) : -1;

    /// <summary>Fills in the border of to[i] = row[start + i · stride], where elements outside the row are zeros so far.</summary>
    public void FillColumns(float* row, int width, int start, int stride, float* to, int count)
    {
        for (var (i, x) = (0, start); i < count && x < 0; i++, x += stride)
        {
            FillElement(x, row, to + i);
        }

        var first = start >= width ? 0 : CorrelationPlan.DivideUp(width - start, stride);
        for (var (i, x) = (first, start + (first * stride)); i < count && x < _width - _left; i++, x += stride)
        {
            FillElement(x, row, to + i);
        }
    }

    private void FillElement(int x, float* row, float* to)
    {
        if (SourceColumn(x) is >= 0 and var column)
        {
            *to = row[column];
        }
    }
}
