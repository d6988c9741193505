namespace IlgpuGan.Tensors.Devices.Cpu;

internal sealed unsafe partial class CpuKernels
{
    public void Pad(PadMode mode, float value, DeviceSpan x, DeviceSpan y, in PadGeometry g) =>
        For(Blocks.RowTasks((long)g.Planes * g.OutH, g.OutW), new PadTask(new PadRows(mode, value, g), x, y, g));

    public void PadGradient(PadMode mode, DeviceSpan dy, DeviceSpan dx, in PadGeometry g) =>
        For(Blocks.RowTasks((long)g.Planes * g.H, g.W), new PadGradientTask(new PadGradientRows(mode, g), dy, dx, g));

    private readonly struct PadTask(PadRows rows, DeviceSpan x, DeviceSpan y, PadGeometry g) : ITask
    {
        public void Run(int task, int worker)
        {
            var (first, end) = Blocks.Rows(task, (long)g.Planes * g.OutH, g.OutW);
            for (var row = first; row < end; row++)
            {
                var (plane, outRow) = Math.DivRem(row, g.OutH);
                rows.Write(x.Pointer() + (plane * g.H * g.W), (int)outRow, y.Pointer() + (row * g.OutW));
            }
        }
    }

    private readonly struct PadGradientTask(PadGradientRows rows, DeviceSpan dy, DeviceSpan dx, PadGeometry g) : ITask
    {
        public void Run(int task, int worker)
        {
            var (first, end) = Blocks.Rows(task, (long)g.Planes * g.H, g.W);
            for (var row = first; row < end; row++)
            {
                var (plane, inRow) = Math.DivRem(row, g.H);
                rows.Write(dy.Pointer() + (plane * g.OutH * g.OutW), (int)inRow, dx.Pointer() + (row * g.W));
            }
        }
    }
}
