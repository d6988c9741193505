namespace IlgpuGan.Tensors.Devices.Cpu;

internal sealed unsafe partial class CpuKernels
{
    public void Fill(DeviceSpan y, float value) => For(Blocks.Count(y.Length), new FillTask(y, value));

    public void FillFrom(int word, DeviceSpan y) => Fill(y, numbers.Single(word));

    public void Copy(DeviceSpan x, DeviceSpan y) => For(Blocks.Count(y.Length), new CopyTask(x, y));

    public void AddScaled(float scale, DeviceSpan x, DeviceSpan y) => For(Blocks.Count(y.Length), new AddScaledTask(scale, x, y));

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
