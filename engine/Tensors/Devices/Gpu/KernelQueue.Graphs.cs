#if !USE_ILGPU_PACKAGES
using ILGPU.Runtime.Cuda;

namespace IlgpuGan.Tensors.Devices.Gpu;

/// <content>Launches as a graph.</content>
internal sealed partial class KernelQueue
{
    /// <summary>Whether launches can become a graph here, and nobody wants to wait for each of them.</summary>
    public bool CanCapture => Stream is CudaStream { CanCapture: true } && !WaitsForEachKernel;

    /// <summary>
    /// Records launches as a graph without running them. They are made twice: a capture must neither load a kernel nor allocate, so
    /// the first time is a rehearsal, in which copies are made, memory is taken and kernels are loaded, but none runs.
    /// </summary>
    /// <param name="launches">makes the same launches each time; what else it does must be right when done twice</param>
    /// <exception cref="ILGPU.Runtime.AcceleratorException">the driver refuses</exception>
    public CudaGraph Capture(Action launches)
    {
        var before = Launches;
        try
        {
            IsRehearsing = true;
            launches();
            IsRehearsing = false;
            Transfers.AreForbidden = true;
            return ((CudaStream)Stream).Capture(launches);
        }
        finally
        {
            (IsRehearsing, Transfers.AreForbidden, Launches) = (false, false, before);
        }
    }

    /// <summary>Runs the launches of a graph.</summary>
    public void Launch(CudaGraph graph)
    {
        graph.Launch((CudaStream)Stream);
        Launches++;
    }
}
#endif
