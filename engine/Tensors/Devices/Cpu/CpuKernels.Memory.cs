using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace IlgpuGan.Tensors.Devices.Cpu;

internal sealed unsafe partial class CpuKernels
{
    public void Fill(DeviceSpan y, float value) => For(Blocks.Count(y.Length), new FillTask(y, value));

    public void Copy(DeviceSpan x, DeviceSpan y) => For(Blocks.Count(y.Length), new CopyTask(x, y));

    public void AddScaled(float scale, DeviceSpan x, DeviceSpan y) => For(Blocks.Count(y.Length), new AddScaledTask(scale, x, y));

    private readonly struct FillTask(DeviceSpan y, float value) : ITask
    {
        public void Run(int task, int worker)
        {
            var (start, count) = Blocks.Range(task, y.Length);
            new Span<float>(y.Pointer() + start, (int)count).Fill(value);
        }
    }

    private readonly struct CopyTask(DeviceSpan x, DeviceSpan y) : ITask
    {
        public void Run(int task, int worker)
        {
            var (start, count) = Blocks.Range(task, y.Length);
            Buffer.MemoryCopy(x.Pointer() + start, y.Pointer() + start, count * sizeof(float), count * sizeof(float));
        }
    }

    private readonly struct AddScaledTask(float scale, DeviceSpan x, DeviceSpan y) : ITask
    {
        [MethodImpl(MethodImplOptions.AggressiveOptimization)]
        public void Run(int task, int worker)
        {
            var (start, count) = Blocks.Range(task, y.Length);
            var source = x.Pointer() + start;
            var destination = y.Pointer() + start;
            var factor = Vector512.Create(scale);
            long i = 0;
            for (; i <= count - Lanes.Count; i += Lanes.Count)
            {
                Lanes.MultiplyAdd(factor, Vector512.Load(source + i), Vector512.Load(destination + i)).Store(destination + i);
            }

            if (i < count)
            {
                var rest = count - i;
                var tail = Lanes.MultiplyAdd(factor, Lanes.Load(source + i, rest), Lanes.Load(destination + i, rest));
                Lanes.Store(tail, destination + i, rest);
            }
        }
    }
}
