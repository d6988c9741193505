namespace IlgpuGan.Tensors.Devices.Cpu;

internal sealed unsafe partial class CpuKernels : IKernel<ExchangeCall>
{
    public void Run(ExchangeCall call)
    {
        var (image, pool, stride, choice, shown) = call;
        var mode = (ExchangeMode)numbers[choice];
        var slot = pool with { Offset = pool.Offset + ((long)stride * numbers[choice + 1]), Length = stride };
        For(Blocks.Count(Math.Max(image.Length, shown.Length)), new ExchangeTask(image, slot, mode, shown));
    }

    private readonly struct ExchangeTask(DeviceSpan image, DeviceSpan slot, ExchangeMode mode, DeviceSpan shown) : ITask
    {
        public void Run(int task, int worker)
        {
            var (start, length) = Blocks.Range(task, Math.Max(image.Length, shown.Length));
            var (offered, wanted) = (Math.Clamp(image.Length - start, 0, length), Math.Clamp(shown.Length - start, 0, length));
            if (mode == ExchangeMode.Swap)
            {
                Runs.Copy(slot.Pointer() + start, shown.Pointer() + start, wanted);
            }
            else
            {
                Runs.Copy(image.Pointer() + start, shown.Pointer() + start, wanted);
            }

            if (mode != ExchangeMode.PassOn)
            {
                Runs.Copy(image.Pointer() + start, slot.Pointer() + start, offered);
            }
        }
    }
}
