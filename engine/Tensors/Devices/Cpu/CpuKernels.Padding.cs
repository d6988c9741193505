namespace IlgpuGan.Tensors.Devices.Cpu;

internal sealed unsafe partial class CpuKernels
{
    public void Pad(PadMode mode, float value, DeviceSpan x, DeviceSpan y, in PadGeometry g) =>
        For(Blocks.RowTasks((long)g.Planes * g.OutH, g.OutW), new PadTask(mode, value, x, y, g));

    public void PadGradient(PadMode mode, DeviceSpan dy, DeviceSpan dx, in PadGeometry g) =>
        For(Blocks.RowTasks((long)g.Planes * g.H, g.W), new PadGradientTask(mode, dy, dx, g));

    private readonly struct PadTask(PadMode mode, float value, DeviceSpan x, DeviceSpan y, PadGeometry g) : ITask
    {
        private readonly PaddedLine _rows = new(mode, g.H, g.Top, g.OutH);
        private readonly PaddedLine _columns = new(mode, g.W, g.Left, g.OutW);

        public void Run(int task, int worker)
        {
            var (first, end) = Blocks.Rows(task, (long)g.Planes * g.OutH, g.OutW);
            var destination = y.Pointer() + (first * g.OutW);
            for (var row = first; row < end; row++, destination += g.OutW)
            {
                var (plane, outRow) = Math.DivRem(row, g.OutH);
                var inRow = _rows.Source((int)outRow);
                if (inRow < 0)
                {
                    Runs.Fill(destination, value, g.OutW);
                    continue;
                }

                var source = x.Pointer() + (((plane * g.H) + inRow) * g.W);
                Border(source, destination, 0, _columns.CopyFirst);
                Runs.Copy(source + _columns.CopyFirst - g.Left, destination + _columns.CopyFirst, _columns.CopyEnd - _columns.CopyFirst);
                Border(source, destination, _columns.CopyEnd, g.OutW);
            }
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

    /// <summary>Gathers: each row of dx is the row of dy that copies it plus those of the padding that show it.</summary>
    private readonly struct PadGradientTask(PadMode mode, DeviceSpan dy, DeviceSpan dx, PadGeometry g) : ITask
    {
        private readonly PaddedLine _rows = new(mode, g.H, g.Top, g.OutH);
        private readonly PaddedLine _columns = new(mode, g.W, g.Left, g.OutW);

        public void Run(int task, int worker)
        {
            var (first, end) = Blocks.Rows(task, (long)g.Planes * g.H, g.W);
            var destination = dx.Pointer() + (first * g.W);
            for (var row = first; row < end; row++, destination += g.W)
            {
                var (plane, inRow) = Math.DivRem(row, g.H);
                var source = dy.Pointer() + (plane * g.OutH * g.OutW);
                var copy = inRow + g.Top;
                if (copy >= _rows.CopyFirst && copy < _rows.CopyEnd)
                {
                    SetRow(source + (copy * g.OutW), destination);
                }
                else
                {
                    Runs.Fill(destination, 0, g.W);
                }

                AddRows(source, destination, _rows.ShownBefore((int)inRow));
                AddRows(source, destination, _rows.ShownAfter((int)inRow));
            }
        }

        private void SetRow(float* source, float* destination)
        {
            var (first, end) = (_columns.CopyFirst, _columns.CopyEnd);
            if (end - first < g.W)
            {
                Runs.Fill(destination, 0, g.W); // Some columns are cropped away and get nothing.
            }

            Runs.Copy(source + first, destination + first - g.Left, end - first);
            AddBorders(source, destination);
        }

        private void AddRows(float* source, float* destination, (int First, int End) rows)
        {
            var (first, end) = (_columns.CopyFirst, _columns.CopyEnd);
            for (var row = rows.First; row < rows.End; row++)
            {
                var line = source + ((long)row * g.OutW);
                Runs.Add(line + first, destination + first - g.Left, end - first);
                AddBorders(line, destination);
            }
        }

        private void AddBorders(float* source, float* destination)
        {
            AddColumns(source, destination, 0, _columns.CopyFirst);
            AddColumns(source, destination, _columns.CopyEnd, g.OutW);
        }

        private void AddColumns(float* source, float* destination, int first, int end)
        {
            for (var column = first; column < end; column++)
            {
                var to = _columns.Source(column);
                if (to >= 0)
                {
                    destination[to] += source[column];
                }
            }
        }
    }
}
