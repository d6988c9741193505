namespace IlgpuGan.Tensors.Devices.Recording.Fusion;

/// <summary>
/// Copies of boxes that lie in one piece on both sides, as the parts of a concat of single pictures do, become copies of spans, so that
/// other passes see what exactly is read and written.
/// </summary>
internal static class DenseBlocks
{
    public static void Apply(CallFlow flow)
    {
        for (var i = 0; i < flow.Count; i++)
        {
            if (flow[i] is CopyBlockCall block && StridedRows.Block(block.XShape, block.YShape, block.Extent).IsDense)
            {
                flow.Replace(i, new CopyCall(
                    Part(block.X, block.XShape, block.XStart, block.Extent), Part(block.Y, block.YShape, block.YStart, block.Extent)));
            }
        }
    }

    private static DeviceSpan Part(DeviceSpan whole, Shape shape, int[] start, Shape extent)
    {
        long offset = 0;
        for (var i = 0; i < shape.Rank; i++)
        {
            offset = (offset * shape[i]) + start[i];
        }

        return whole with { Offset = whole.Offset + offset, Length = extent.Count };
    }
}
