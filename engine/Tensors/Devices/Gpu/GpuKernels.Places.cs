using IlgpuGan.Tensors.Devices.Gpu.Elementwise;
using IlgpuGan.Tensors.Devices.Gpu.Places;
using ILGPU;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels
{
    /// <summary>The least length of a line that is given a group of its own.</summary>
    private const int LineByGroup = 64;

    public void CopyStrided(DeviceSpan x, DeviceSpan y, in StrideGeometry g) =>
        queue.Launch(
            GatherScatterKernels.CopyStrided, queue.ForElements((long)g.Outer * g.Count * g.Inner, Element.PerThread),
            x.View(), y.View(), g);

    public void Gather(DeviceSpan x, DeviceSpan places, DeviceSpan y, in GatherGeometry g) =>
        queue.Launch(GatherScatterKernels.Gather, queue.ForElements(y.Length, Element.PerThread), x.View(), places.View(), y.View(), g);

    public void ScatterAdd(DeviceSpan x, DeviceSpan places, DeviceSpan y, in GatherGeometry g) =>
        queue.Launch(GatherScatterKernels.ScatterAdd, queue.ForElements(y.Length), x.View(), places.View(), y.View(), g);

    public void TopK(DeviceSpan x, DeviceSpan places, in TopKGeometry g)
    {
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
