using ILGPU.Runtime.Cuda;
using IlgpuGan.Tensors.Devices.Gpu.Cuda;

namespace IlgpuGan.Tensors.Devices.Gpu;

/// <content>Launches as a graph.</content>
internal sealed partial class KernelQueue
{
    /// <summary>Whether launches can become a graph here, and nobody wants to wait for each of them.</summary>
    public bool CanCapture => Stream is CudaStream stream && CudaGraph.CanCapture(stream) && !WaitsForEachKernel;

    /// <summary>Records launches as a graph without running them.</summary>
    /// <param name="launches">
    /// that were made before, and so neither load a kernel nor take memory; what else they do must be right when done again
    /// </param>
    /// <exception cref="ILGPU.Runtime.AcceleratorException">the driver refuses</exception>
    public CudaGraph Capture(Action launches)
    {
        var before = Launches;
        try
        {
            Transfers.IsCapturing = true;
            return new CudaGraph((CudaStream)Stream, launches);
        }
        finally
        {
            (Transfers.IsCapturing, Launches) = (false, before);
        }
    }

    /// <summary>Runs the launches of a graph.</summary>
    public void Launch(CudaGraph graph)
    {
        graph.Launch();
        Launches++;
    }
}
