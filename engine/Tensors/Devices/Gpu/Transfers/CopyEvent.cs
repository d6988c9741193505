using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;
using IlgpuGan.Tensors.Devices.Gpu.Cuda;

namespace IlgpuGan.Tensors.Devices.Gpu.Transfers;

/// <summary>An event recorded after the last copy that used a block of host memory. Thread-safe.</summary>
internal sealed class CopyEvent(CudaAccelerator accelerator, HostTransfers transfers)
{
    private readonly CudaEvent _event = new(accelerator);

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
                throw transfers.CreateException("a copy was under way", exception);
            }
        }
    }

    public void Record(CudaStream stream) => _event.Record(stream);

    public void MakeStreamWait(CudaStream stream) => _event.MakeStreamWait(stream);

    public void Wait()
    {
        try
        {
            _event.Wait();
        }
        catch (AcceleratorException exception)
        {
            throw transfers.CreateException("waiting for a copy", exception);
        }
    }
}
