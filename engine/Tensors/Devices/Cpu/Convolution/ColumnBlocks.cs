namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>
/// The <see cref="PixelColumns"/> of all channels, cut into blocks of channels that fit the second-level cache: [block][pixel][channel of
/// the block, tap].
/// </summary>
internal sealed class ColumnBlocks
{
    /// <summary>Floats of a block: a quarter of a megabyte.</summary>
    private const int BlockFloats = 64 * 1024;

    /// <summary>Floats between pixels: a cache line, since rows a power of two apart share a few of the cache's sets.</summary>
    private const int Padding = 16;

    /// <param name="g">the convolution</param>
    /// <param name="longest">most floats from one pixel to the next</param>
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

    /// <summary>Channels of a block, the last perhaps fewer.</summary>
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

    /// <summary>Floats before a channel's block, and from one of its pixels to the next.</summary>
    public (nint Start, int Pitch) Block(int channel)
    {
        var block = channel / BlockChannels;
        return ((nint)block * ((BlockChannels * Taps) + Padding) * Pixels, (ChannelsOf(block * BlockChannels) * Taps) + Padding);
    }

    /// <summary>Lays out x [N, C, H, W].</summary>
    public unsafe void Fill(CpuThreads threads, float* x, float* columns, Scratch[] scratch) =>
        threads.For(CorrelationPlan.DivideUp(Geometry.C, FillTask.Channels), new FillTask(this, x, columns, scratch));

    private readonly unsafe struct FillTask(ColumnBlocks blocks, float* x, float* columns, Scratch[] scratch) : ITask
    {
        public const int Channels = 32;

        public void Run(int task, int worker)
        {
            var g = blocks.Geometry;
            var spare = scratch[worker].Floats(PixelColumns.FillSpare(g));
            for (var c = task * Channels; c < Math.Min((task + 1) * Channels, g.C); c++)
            {
                var (start, pitch) = blocks.Block(c);
                PixelColumns.Fill(g, x, c, columns + start + c % blocks.BlockChannels * blocks.Taps, pitch, spare);
            }
        }
    }
}
