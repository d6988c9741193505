namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>Rows of a padded plane.</summary>
internal readonly unsafe struct PadRows(PadMode mode, float value, PadGeometry g)
{
    private readonly PaddedAxis _rows = new(mode, g.H, g.Top, g.OutH);
    private readonly PaddedAxis _columns = new(mode, g.W, g.Left, g.OutW);

    /// <summary>Writes row <paramref name="outRow"/> of the padded plane [OutH, OutW] from the plane [H, W].</summary>
    public void Write(float* plane, int outRow, float* destination)
    {
        var inRow = _rows.Source(outRow);
        if (inRow < 0)
        {
            Runs.Fill(destination, value, g.OutW);
            return;
        }

        var source = plane + ((long)inRow * g.W);
        Border(source, destination, 0, _columns.CopyFirst);
        Runs.Copy(source + _columns.CopyFirst - g.Left, destination + _columns.CopyFirst, _columns.CopyEnd - _columns.CopyFirst);
        Border(source, destination, _columns.CopyEnd, g.OutW);
    }

    private void Border(float* source, float* destination, int first, int end)
    {
        for (var column = first; column < end; column++)
        {
            var from = _columns.Source(column);
            destination[column] = from < 0 ? value : source[from];
        }
    }
}

/// <summary>
/// Rows of the gradient of a padded plane: each is the row of dy that copies it plus the rows of the padding that repeat it.
/// </summary>
internal readonly unsafe struct PadGradientRows(PadMode mode, PadGeometry g)
{
    private readonly PaddedAxis _rows = new(mode, g.H, g.Top, g.OutH);
    private readonly PaddedAxis _columns = new(mode, g.W, g.Left, g.OutW);

    /// <summary>Writes row <paramref name="inRow"/> of dx [H, W] from the plane dy [OutH, OutW].</summary>
    public void Write(float* dy, int inRow, float* destination)
    {
        var copy = inRow + g.Top;
        if (copy >= _rows.CopyFirst && copy < _rows.CopyEnd)
        {
            SetRow(dy + ((long)copy * g.OutW), destination);
        }
        else
        {
            Runs.Fill(destination, 0, g.W);
        }

        // Padding repeats only rows near an edge.
        if (inRow <= g.Top || inRow >= g.H - 1 - g.Bottom)
        {
            AddRows(dy, destination, _rows.RepeatsBefore(inRow));
            AddRows(dy, destination, _rows.RepeatsAfter(inRow));
        }
    }

    private void SetRow(float* source, float* destination)
    {
        var (first, end) = (_columns.CopyFirst, _columns.CopyEnd);
        if (end - first < g.W)
        {
            Runs.Fill(destination, 0, g.W); // Cropped columns have gradient 0.
        }

        Runs.Copy(source + first, destination + first - g.Left, end - first);
        AddBorders(source, destination);
    }

    private void AddRows(float* source, float* destination, (int First, int End) rows)
    {
        var (first, end) = (_columns.CopyFirst, _columns.CopyEnd);
        if (rows.End - rows.First > 1)
        {
            AddColumns(source, destination, rows, 0, g.OutW);
        }
        else if (rows.End > rows.First)
        {
            var line = source + ((long)rows.First * g.OutW);
            Runs.Add(line + first, destination + first - g.Left, end - first);
            AddBorders(line, destination);
        }
    }

    private void AddBorders(float* source, float* destination)
    {
        AddColumns(source, destination, (0, 1), 0, _columns.CopyFirst);
        AddColumns(source, destination, (0, 1), _columns.CopyEnd, g.OutW);
    }

    /// <summary>Adds columns [first, end) of some rows; where many repeat one element, their sum in float64.</summary>
    private void AddColumns(float* source, float* destination, (int First, int End) rows, int first, int end)
    {
        double sum = 0;
        for (var column = first; column < end; column++)
        {
            for (var row = rows.First; row < rows.End; row++)
            {
                sum += source[((long)row * g.OutW) + column];
            }

            var to = _columns.Source(column);
            if (column + 1 == end || _columns.Source(column + 1) != to)
            {
                if (to >= 0)
                {
                    destination[to] += (float)sum;
                }

                sum = 0;
            }
        }
    }
}
