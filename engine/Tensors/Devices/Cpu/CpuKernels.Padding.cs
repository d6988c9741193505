namespace IlgpuGan.Tensors.Devices.Cpu;

internal sealed unsafe partial class CpuKernels : IKernel<PadCall>, IKernel<PadGradientCall>
{
    public void Run(PadCall call) => Pad(call.Mode, call.Value, call.X, call.Y, call.G);

    private void Pad(PadMode mode, float value, DeviceSpan x, DeviceSpan y, in PadGeometry g) =>
        For(Blocks.RowTasks((long)g.Planes * g.OutH, g.OutW), new PadTask(new PadRows(mode, value, g), x, y, g));

    public void Run(PadGradientCall call) =>
        For(Blocks.RowTasks((long)call.G.Planes * call.G.H, call.G.W), new PadGradientTask(
            new PadGradientRows(call.Mode, call.G), call.Dy, call.Dx, call.G));

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
