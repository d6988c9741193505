using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>
/// A replay on several threads: updates of large weights, which wait for memory, go on in the background of the calls after them, which
/// compute. <see cref="BackgroundPlan"/> says from where to where. The bits are those of <see cref="CallByCall"/>.
/// </summary>
/// <param name="device">whose calls they are</param>
/// <param name="kernels">make the calls</param>
/// <param name="threads">more than one</param>
/// <param name="calls">the list</param>
internal sealed class CpuReplay(Device device, CpuKernels kernels, CpuThreads threads, IReadOnlyList<KernelCall> calls) : IReplay
{
    private readonly BackgroundPlan.Move[] _moves = [.. new BackgroundPlan(kernels, calls).Moves()];

    public void Run()
    {
        try
        {
            foreach (var (call, begun, due) in _moves)
            {
                if (call is not null)
                {
                    CallByCall.Run(call, device.OwnKernels);
                }

                begun?.Begin();
                due?.Finish();
            }
        }
        catch
        {
            threads.Drop();
            throw;
        }
    }

    public void Dispose()
    {
    }
}
