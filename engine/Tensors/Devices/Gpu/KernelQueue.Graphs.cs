using ILGPU.Runtime.Cuda;
using IlgpuGan.Tensors.Devices.Gpu.Cuda;

namespace IlgpuGan.Tensors.Devices.Gpu;

/// <content>CUDA graphs of launches.</content>
internal sealed partial class KernelQueue
{
    /// <summary>Whether launches can be captured as a graph; false while <see cref="WaitsForEachKernel"/> is set.</summary>
    public bool CanCapture => Stream is CudaStream stream && CudaGraph.CanCapture(stream) && !WaitsForEachKernel;

    /// <summary>Captures launches as a graph without running them.</summary>
    /// <param name="launches">
    /// launches that were made before, so that none loads a kernel or allocates memory; any other effect must be safe to repeat
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

    /// <summary>Launches a graph.</summary>
    public void Launch(CudaGraph graph)
    {
        graph.Launch();
        Launches++;
    }
}
