#if !USE_ILGPU_PACKAGES
using IlgpuGan.Tensors.Devices.Recording;
using ILGPU.Runtime;
using ILGPU.Runtime.Cuda;

namespace IlgpuGan.Tensors.Devices.Gpu.Graphs;

/// <summary>
/// Recorded calls as one CUDA graph: captured at the first run, launched with one call at each. All that changes from step to step is in
/// <see cref="Device.Numbers"/> and in the inputs, which are copied in the order of the stream before the launch; addresses stay, since the
/// recording keeps its memory and scratch memory is never given back.
/// </summary>
internal sealed class GraphReplay(GpuDevice device, KernelQueue queue, IReadOnlyList<KernelCall> calls) : IReplay
{
    private readonly CallByCall _calls = new(device, calls);
    private CudaGraph? _graph;

    public void Run()
    {
        device.FlushNumbers();
        try
        {
            queue.Launch(_graph ??= queue.Capture(_calls.Run));
        }
        catch (AcceleratorException exception)
        {
            throw device.Lost(_graph is null ? "making a CUDA graph of a step" : "launching the CUDA graph of a step", exception);
        }
    }

    public void Dispose() => _graph?.Dispose();
}
#endif
