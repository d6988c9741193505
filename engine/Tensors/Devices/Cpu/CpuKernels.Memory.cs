namespace IlgpuGan.Tensors.Devices.Cpu;

internal sealed unsafe partial class CpuKernels : IKernel<FillCall>, IKernel<FillFromCall>, IKernel<CopyCall>, IKernel<AddScaledCall>
{
    public void Run(FillCall call) => For(Blocks.Count(call.Y.Length), new FillTask(call.Y, call.Value));

    public void Run(FillFromCall call) => For(Blocks.Count(call.Y.Length), new FillTask(call.Y, numbers.Single(call.Word)));

    public void Run(CopyCall call) => For(Blocks.Count(call.Y.Length), new CopyTask(call.X, call.Y));

    public void Run(AddScaledCall call) => For(Blocks.Count(call.Y.Length), new AddScaledTask(call.Scale, call.X, call.Y));

    private readonly struct FillTask(DeviceSpan y, float value) : ITask
    {
        public void Run(int task, int worker)
        {
            var (start, count) = Blocks.Range(task, y.Length);
            Runs.Fill(y.Pointer() + start, value, count);
        }
    }

    private readonly struct CopyTask(DeviceSpan x, DeviceSpan y) : ITask
    {
        public void Run(int task, int worker)
        {
            var (start, count) = Blocks.Range(task, y.Length);
            Runs.Copy(x.Pointer() + start, y.Pointer() + start, count);
        }
    }

    private readonly struct AddScaledTask(float scale, DeviceSpan x, DeviceSpan y) : ITask
    {
        public void Run(int task, int worker)
        {
            var (start, count) = Blocks.Range(task, y.Length);
            Runs.AddScaled(scale, x.Pointer() + start, y.Pointer() + start, count);
        }
    }
}
