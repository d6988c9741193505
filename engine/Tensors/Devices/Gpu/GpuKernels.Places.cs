using IlgpuGan.Tensors.Devices.Gpu.Elementwise;
using IlgpuGan.Tensors.Devices.Gpu.Places;
using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels : IKernel<CopyStridedCall>, IKernel<GatherCall>, IKernel<ScatterAddCall>, IKernel<TopKCall>
{
    /// <summary>The least length of a line that is given a group of its own.</summary>
    private const int LineByGroup = 64;

    public void Run(CopyStridedCall call) =>
        queue.Launch(
            GatherScatterKernels.CopyStrided, queue.ForElements((long)call.G.Outer * call.G.Count * call.G.Inner, Element.PerThread),
            call.X.View(), call.Y.View(), call.G);

    public void Run(GatherCall call) =>
        queue.Launch(
            GatherScatterKernels.Gather, queue.ForElements(call.Y.Length, Element.PerThread), call.X.View(), call.Places.View(),
            call.Y.View(), call.G);

    public void Run(ScatterAddCall call) =>
        queue.Launch(
            GatherScatterKernels.ScatterAdd, queue.ForElements(call.Y.Length), call.X.View(), call.Places.View(), call.Y.View(), call.G);

    public void Run(TopKCall call)
    {
        var (x, places, g) = call;
        if (g.Count == 1 && g.Extent >= LineByGroup)
        {
            queue.Launch(TopKKernels.First, new KernelConfig(g.Outer * g.Inner, queue.GroupFor(g.Extent)), x.View(), places.View(), g);
        }
        else
        {
            queue.Launch(TopKKernels.ByRank, queue.ForElements(x.Length), x.View(), places.View(), g);
        }
    }
}
