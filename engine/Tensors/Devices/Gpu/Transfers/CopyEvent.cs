#if !USE_ILGPU_PACKAGES
using ILGPU.Runtime;

namespace IlgpuGan.Tensors.Devices.Gpu.Transfers;

/// <summary>The point of a stream behind the copy that used a block of host memory last; from any thread.</summary>
internal sealed class CopyEvent(Accelerator accelerator, HostTransfers transfers)
{
    private readonly StreamEvent _event = accelerator.CreateEvent();

    public bool IsReached
    {
        get
        {
            try
            {
                return _event.IsReached;
            }
            catch (AcceleratorException exception)
            {
                throw transfers.Failed("a copy was under way", exception);
            }
        }
    }

    public void Record(AcceleratorStream stream) => _event.Record(stream);

    public void LetWait(AcceleratorStream stream) => _event.LetWait(stream);

    public void Wait()
    {
        try
        {
            _event.Synchronize();
        }
        catch (AcceleratorException exception)
        {
            throw transfers.Failed("waiting for a copy", exception);
        }
    }
}
#endif
