using ILGPU;
using ILGPU.Runtime;
using IlgpuGan.Tensors.Devices.Gpu.Elementwise;
using IlgpuGan.Tensors.Devices.Gpu.Reductions;

namespace IlgpuGan.Tensors.Devices.Gpu;

internal sealed partial class GpuKernels : IKernel<ChainCall>
{
    public bool Chains(KernelCall call) =>
        _device.Kind == AcceleratorType.Cuda && ChainTable.RowsOf(call, LanesOf, static _ => 0) is not null;

    public void Run(ChainCall call)
    {
        if (!Fuses(call))
        {
            call.RunParts(this);
            return;
        }

        var table = TableOf(
            call, c => [.. c.Links.SelectMany(link => ChainTable.RowsOf(link, LanesOf, SlotTable.AddressOf)!).SelectMany(row => row)],
            ChainTable.Columns);
        var config = LengthOfAll(call.Links) is { } length ? queue.ForElements(length) : new KernelConfig(1, queue.GroupSize);
        queue.Launch(ChainKernel.Chain, config, table.View, table.Slots);
    }

    /// <summary>The common length of all arrays, if the links are purely element-wise; null otherwise.</summary>
    private static long? LengthOfAll(ReadOnlySpan<KernelCall> links)
    {
        var spans = new HashSet<DeviceSpan>();
        foreach (var link in links)
        {
            if (link is ReduceCall)
            {
                return null;
            }

            spans.UnionWith(link.Reads);
            spans.UnionWith(link.Writes);
        }

        DeviceSpan[] all = [.. spans];
        for (var i = 0; i < all.Length; i++)
        {
            for (var j = 0; j < i; j++)
            {
                if (all[i].Length != all[j].Length || all[i].Overlaps(all[j]))
                {
                    return null;
                }
            }
        }

        return all[0].Length;
    }

    /// <summary>Threads that sum an array; 0 where the sum takes more than one group.</summary>
    private int LanesOf(Shape x)
    {
        var whole = new ReduceGeometry(x, new Shape([.. Enumerable.Repeat(1, x.Rank)]));
        var byGroup = IsByGroup(whole);
        return InParts(whole, byGroup).Parts > 1 ? 0 : byGroup ? ThreadsOf(whole) : 1;
    }
}
