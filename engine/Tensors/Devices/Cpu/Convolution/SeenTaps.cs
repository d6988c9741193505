namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>
/// The taps of a convolution to a single pixel that see its image, where others see nothing but the zeros around it: 4 of 16 in a U-Net's
/// innermost layers. Those of a held weight are laid side by side, so that a pass reads nothing else: reading is all that such a layer
/// takes time for, and no cache line is without a tap that is seen.
/// </summary>
internal sealed class SeenTaps
{
    /// <summary>Rows and columns of the taps that are taken for one channel: they fill whole vectors.</summary>
    private const int Side = 4;

    private readonly ConvGeometry _whole;

    private SeenTaps(in ConvGeometry g)
    {
        _whole = g;

        // One pixel sees an image as the list of numbers that it is: how many channels these are said to be is all the same.
        Geometry = new ConvGeometry(g.N, g.C * g.H * g.W / (Side * Side), Side, Side, g.K, Side, Side, 1, 1, 0, 0, 1, 1, 1, 1);
    }

    /// <summary>The same convolution of these taps alone; a bias of its data gradient would belong to other channels.</summary>
    public ConvGeometry Geometry { get; }

    /// <summary>Null where no tap is idle, or what is left does not fill whole vectors.</summary>
    public static SeenTaps? Of(in ConvGeometry g)
    {
        var isWholeSeen = g is { OutH: 1, OutW: 1, DilationH: 1, DilationW: 1 } && g.PadTop + g.H <= g.KernelH
            && g.PadLeft + g.W <= g.KernelW;
        return isWholeSeen && g.H * g.W < g.KernelH * g.KernelW && g.C * g.H * g.W % (Side * Side) == 0 ? new SeenTaps(g) : null;
    }

    /// <summary>These taps of a weight: [K, C, H, W].</summary>
    /// <param name="w">[K, C, KernelH, KernelW]</param>
    /// <param name="held">where they are kept</param>
    /// <param name="spare">where they are put as long as they are not</param>
    public unsafe float* Of(float* w, HeldWeight? held, CpuThreads threads, Scratch spare)
    {
        var g = _whole;
        var key = (nameof(SeenTaps), g.H, g.W, g.KernelH, g.KernelW, g.PadTop, g.PadLeft);
        var taps = HeldWeight.FormOf(held, key, (long)g.K * g.C * g.H * g.W, spare, out var isMade);
        if (!isMade)
        {
            threads.For(g.K, new TakeTask(g, w, taps));
        }

        return taps;
    }

    /// <summary>Takes those of one filter.</summary>
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
