namespace IlgpuGan.Tensors.Devices.Cpu;

internal sealed unsafe partial class CpuKernels
{
    public void Pad(PadMode mode, float value, DeviceSpan x, DeviceSpan y, in PadGeometry g) =>
        For(Blocks.RowTasks((long)g.Planes * g.OutH, g.OutW), new PadTask(mode, value, x, y, g));

    public void PadGradient(PadMode mode, DeviceSpan dy, DeviceSpan dx, in PadGeometry g) =>
        For(Blocks.RowTasks((long)g.Planes * g.H, g.W), new PadGradientTask(mode, dy, dx, g));

    /// <summary>The index in 0 … extent − 1 whose element is seen at <paramref name="index"/>, or −1 for the constant.</summary>
    private static int Padded(PadMode mode, int index, int extent)
    {
        if ((uint)index < (uint)extent)
        {
            return index;
        }

        return mode switch
        {
            PadMode.Reflect => index < 0 ? -index : (2 * (extent - 1)) - index,
            PadMode.Replicate => index < 0 ? 0 : extent - 1,
            _ => -1,
        };
    }

    private readonly struct PadTask(PadMode mode, float value, DeviceSpan x, DeviceSpan y, PadGeometry g) : ITask
    {
        public void Run(int task, int worker)
        {
            var (first, end) = Blocks.Rows(task, (long)g.Planes * g.OutH, g.OutW);

            // Columns of y that are a plain copy of x.
            var copyFirst = Math.Clamp(g.Left, 0, g.OutW);
            var copyEnd = Math.Clamp(g.Left + g.W, copyFirst, g.OutW);
            for (var row = first; row < end; row++)
            {
                var (plane, outRow) = Math.DivRem(row, g.OutH);
                var inRow = Padded(mode, (int)outRow - g.Top, g.H);
                var destination = y.Pointer() + (row * g.OutW);
                if (inRow < 0)
                {
                    Runs.Fill(destination, value, g.OutW);
                    continue;
                }

                var source = x.Pointer() + (((plane * g.H) + inRow) * g.W);
                Border(source, destination, 0, copyFirst);
                Runs.Copy(source + copyFirst - g.Left, destination + copyFirst, copyEnd - copyFirst);
                Border(source, destination, copyEnd, g.OutW);
            }
        }

        private void Border(float* source, float* destination, int first, int end)
        {
            for (var column = first; column < end; column++)
            {
                var from = Padded(mode, column - g.Left, g.W);
                destination[column] = from < 0 ? value : source[from];
            }
        }
    }

    /// <summary>Gathers: each row of dx is the sum of the rows of dy that show it, in the order of dy.</summary>
    private readonly struct PadGradientTask(PadMode mode, DeviceSpan dy, DeviceSpan dx, PadGeometry g) : ITask
    {
        public void Run(int task, int worker)
        {
            var (first, end) = Blocks.Rows(task, (long)g.Planes * g.H, g.W);
            for (var row = first; row < end; row++)
            {
                var (plane, inRow) = Math.DivRem(row, g.H);
                var source = dy.Pointer() + (plane * g.OutH * g.OutW);
                var destination = dx.Pointer() + (row * g.W);
                Runs.Fill(destination, 0, g.W);
                AddBorder(source, destination, (int)inRow, 0, Math.Min(g.Top, g.OutH));
                if ((uint)(inRow + g.Top) < (uint)g.OutH)
                {
                    AddRow(source + ((inRow + g.Top) * g.OutW), destination);
                }

                AddBorder(source, destination, (int)inRow, Math.Max(g.Top + g.H, 0), g.OutH);
            }
        }

        /// <summary>Adds those padding rows of dy that show the row of dx.</summary>
        private void AddBorder(float* source, float* destination, int inRow, int first, int end)
        {
            for (var outRow = first; outRow < end; outRow++)
            {
                if (Padded(mode, outRow - g.Top, g.H) == inRow)
                {
                    AddRow(source + ((long)outRow * g.OutW), destination);
                }
            }
        }

        private void AddRow(float* source, float* destination)
        {
            var copyFirst = Math.Clamp(g.Left, 0, g.OutW);
            var copyEnd = Math.Clamp(g.Left + g.W, copyFirst, g.OutW);
            AddColumns(source, destination, 0, copyFirst);
            Runs.Add(source + copyFirst, destination + copyFirst - g.Left, copyEnd - copyFirst);
            AddColumns(source, destination, copyEnd, g.OutW);
        }

        private void AddColumns(float* source, float* destination, int first, int end)
        {
            for (var column = first; column < end; column++)
            {
                var to = Padded(mode, column - g.Left, g.W);
                if (to >= 0)
                {
                    destination[to] += source[column];
                }
            }
        }
    }
}
