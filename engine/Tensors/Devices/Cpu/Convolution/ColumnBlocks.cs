namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>
/// The <see cref="PixelColumns"/> of all channels, in blocks of channels that fit in the L2 cache: [block][pixel][channel of the block,
/// tap].
/// </summary>
internal sealed class ColumnBlocks
{
    /// <summary>Floats of a block: a quarter of a megabyte.</summary>
    private const int BlockFloats = 64 * 1024;

    /// <summary>Padding of a pixel's row: a cache line, since rows a power of two apart would map to few of the cache's sets.</summary>
    private const int Padding = 16;

    /// <param name="g">the convolution</param>
    /// <param name="longest">most floats of a pixel's row</param>
    public ColumnBlocks(in ConvGeometry g, int longest)
    {
        Geometry = g;
        Taps = g.KernelH * g.KernelW;
        Pixels = g.N * g.OutH * g.OutW;
        BlockChannels = Math.Clamp(Math.Min(BlockFloats / Pixels, longest) / Taps, 1, g.C);
    }

    public ConvGeometry Geometry { get; }

    public int Taps { get; }

    /// <summary>Output pixels of all images.</summary>
    public int Pixels { get; }

    /// <summary>Channels per block; the last block may have fewer.</summary>
    public int BlockChannels { get; }

    /// <summary>Floats of all blocks.</summary>
    public long Size
    {
        get
        {
            var (start, pitch) = Block(Geometry.C - 1);
            return start + (long)pitch * Pixels;
        }
    }

    /// <summary>Channels of the block that begins with a channel.</summary>
    public int ChannelsOf(int first) => Math.Min(BlockChannels, Geometry.C - first);

    /// <summary>Offset of a channel's block, and the distance between its pixels.</summary>
    public (nint Start, int Pitch) Block(int channel)
    {
        var block = channel / BlockChannels;
        return ((nint)block * ((BlockChannels * Taps) + Padding) * Pixels, (ChannelsOf(block * BlockChannels) * Taps) + Padding);
    }

    /// <summary>Fills the columns from x [N, C, H, W].</summary>
    public unsafe void Fill(CpuThreads threads, float* x, float* columns, Scratch[] scratch) =>
        threads.For(CorrelationPlan.DivideUp(Geometry.C, FillTask.Channels), new FillTask(this, x, columns, scratch));

    private readonly unsafe struct FillTask(ColumnBlocks blocks, float* x, float* columns, Scratch[] scratch) : ITask
    {
        public const int Channels = 32;

        public void Run(int task, int worker)
        {
            var g = blocks.Geometry;
            var workspace = scratch[worker].Floats(PixelColumns.FillScratchSize(g));
            for (var c = task * Channels; c < Math.Min((task + 1) * Channels, g.C); c++)
            {
                var (start, pitch) = blocks.Block(c);
                PixelColumns.Fill(g, x, c, columns + start + c % blocks.BlockChannels * blocks.Taps, pitch, workspace);
            }
        }
    }
}
