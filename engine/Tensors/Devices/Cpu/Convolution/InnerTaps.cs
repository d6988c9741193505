namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>
/// The taps of a convolution to a single pixel that read the image; the others read only zero padding: 4 of 16 are seen in a U-Net's
/// innermost layers. For a held weight they are packed contiguously, so that a pass reads only them: such a layer is bound by reading the
/// weight, and in the original layout every cache line holds some seen tap.
/// </summary>
internal sealed class InnerTaps
{
    /// <summary>Rows and columns of taps that are treated as one channel: they fill whole vectors.</summary>
    private const int Side = 4;

    private readonly ConvGeometry _whole;

    private InnerTaps(in ConvGeometry g)
    {
        _whole = g;

        // To a single pixel the image is a flat list of numbers: how they are divided into channels does not matter.
        Geometry = new ConvGeometry(g.N, g.C * g.H * g.W / (Side * Side), Side, g.K, new(Side, Stride: 1, Padding: 0, Dilation: 1), 1);
    }

    /// <summary>The convolution with these taps alone. Its channels are not the original's: its data gradient takes no bias.</summary>
    public ConvGeometry Geometry { get; }

    /// <summary>Null if all taps are seen, or if the seen ones don't fill whole vectors.</summary>
    public static InnerTaps? Of(in ConvGeometry g)
    {
        var isWholeSeen = g is { OutH: 1, OutW: 1, DilationH: 1, DilationW: 1 } && g.PadTop + g.H <= g.KernelH
            && g.PadLeft + g.W <= g.KernelW;
        return isWholeSeen && g.H * g.W < g.KernelH * g.KernelW && g.C * g.H * g.W % (Side * Side) == 0 ? new InnerTaps(g) : null;
    }

    /// <summary>These taps of a weight: [K, C, H, W].</summary>
    /// <param name="w">[K, C, KernelH, KernelW]</param>
    /// <param name="held">cache of packed taps</param>
    /// <param name="workspace">memory for packed taps that are not cached</param>
    public unsafe float* Of(float* w, HeldWeight? held, CpuThreads threads, Scratch workspace)
    {
        var g = _whole;
        var key = (nameof(InnerTaps), g.H, g.W, g.KernelH, g.KernelW, g.PadTop, g.PadLeft);
        var count = (long)g.K * g.C * g.H * g.W;
        var taps = HeldWeight.FormOf(held, key, count, workspace.Floats(count), out var isMade);
        if (!isMade)
        {
            threads.For(g.K, new TakeTask(g, w, taps));
        }

        return taps;
    }

    /// <summary>Packs the seen taps of one filter.</summary>
    private readonly unsafe struct TakeTask(ConvGeometry g, float* w, float* taps) : ITask
    {
        public void Run(int task, int worker)
        {
            var plane = g.KernelH * g.KernelW;
            var from = w + ((nint)task * g.C * plane) + (g.PadTop * g.KernelW) + g.PadLeft;
            var to = taps + ((nint)task * g.C * g.H * g.W);
            for (var c = 0; c < g.C; c++, from += plane)
            {
                for (var y = 0; y < g.H; y++)
                {
                    for (var x = 0; x < g.W; x++)
                    {
                        *to++ = from[(y * g.KernelW) + x];
                    }
                }
            }
        }
    }
}
