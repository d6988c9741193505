using IlgpuGan.Tensors.Devices.Recording;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <summary>
/// A replay on several threads: updates of large weights, which are memory-bound, run in the background of the compute-bound calls that
/// follow. <see cref="BackgroundPlan"/> decides where they begin and end. The bits are those of <see cref="CallByCall"/>.
/// </summary>
/// <param name="device">the recorded device</param>
/// <param name="kernels">its kernels</param>
/// <param name="threads">its threads, more than one</param>
/// <param name="calls">the recorded calls</param>
internal sealed class CpuReplay(Device device, CpuKernels kernels, CpuThreads threads, IReadOnlyList<KernelCall> calls) : IReplay
{
    private readonly BackgroundPlan.ReplayAction[] _actions = [.. new BackgroundPlan(kernels, calls).Actions()];
    private int _done;

    public IEnumerable<KernelCall> Made => _actions.Take(_done).Select(action => action.Call ?? action.Begun?.Call).OfType<KernelCall>();

    public void Run()
    {
        _done = 0;
        var guard = device.OwnKernels.Guard;
        guard?.Enter();
        try
        {
            for (; _done < _actions.Length; _done++)
            {
                var (call, begun, due) = _actions[_done];
                if (call is not null)
                {
                    call.MakeOn(device.OwnKernels);
                }

                begun?.Begin();
                due?.Finish();
            }
        }
        catch
        {
            threads.FinishAll(); // What was begun is whole, and counts.
            throw;
        }
        finally
        {
            guard?.Leave();
        }
    }

    public void Dispose()
    {
    }
}
