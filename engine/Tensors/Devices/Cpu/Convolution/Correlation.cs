namespace IlgpuGan.Tensors.Devices.Cpu.Convolution;

/// <summary>One element of a filter.</summary>
/// <param name="Y">input row it reads, relative to output row · stride</param>
/// <param name="X">input column it reads, relative to output column · stride</param>
/// <param name="Weight">its index in a filter's plane of the weight</param>
internal readonly record struct Tap(int Y, int X, int Weight);

/// <summary>The outputs of a <see cref="Correlation"/> that share their taps.</summary>
/// <param name="Top">first output row</param>
/// <param name="Left">first output column</param>
/// <param name="Taps">taps that read at least one input element; may be empty</param>
internal sealed record OutputPhase(int Top, int Left, Tap[] Taps);

/// <summary>
/// The common form of forward convolution (one phase) and data gradient (one phase per residue of the stride):
/// out[n, f, y · OutStepY + Top, x · OutStepX + Left] = Σ over channels c and the phase's taps t of
/// weight[f · FilterStride + c · ChannelStride + t.Weight] · in[n, c, y · StrideY + t.Y, x · StrideX + t.X], zero outside the input.
/// It describes one of several channel groups; the next group follows it in the weight and in each image.
/// </summary>
internal sealed record Correlation
{
    public required int Images { get; init; }

    public int ChannelGroups { get; init; } = 1;

    /// <summary>Per channel group.</summary>
    public required int Channels { get; init; }

    public required int InH { get; init; }

    public required int InW { get; init; }

    public required int StrideY { get; init; }

    public required int StrideX { get; init; }

    /// <summary>Per channel group.</summary>
    public required int Filters { get; init; }

    /// <summary>The output plane.</summary>
    public required int OutH { get; init; }

    public required int OutW { get; init; }

    public required int OutStepY { get; init; }

    public required int OutStepX { get; init; }

    public required int FilterStride { get; init; }

    public required int ChannelStride { get; init; }

    public required OutputPhase[] Phases { get; init; }

    /// <summary>Padding of the input; null for zeros.</summary>
    public Border? Border { get; init; }

    /// <summary>Floats of the weight per filter and channel, over all phases.</summary>
    public int WeightPlane => Math.Min(FilterStride, ChannelStride);

    /// <summary>Input row that the topmost tap reads for the first output; 0 without taps.</summary>
    public int FirstTapY => Phases.SelectMany(p => p.Taps).Select(t => t.Y).DefaultIfEmpty().Min();

    /// <summary>Input column that the leftmost tap reads for the first output; 0 without taps.</summary>
    public int FirstTapX => Phases.SelectMany(p => p.Taps).Select(t => t.X).DefaultIfEmpty().Min();

    /// <summary>Output rows of the largest phase.</summary>
    public int Rows => (OutH + OutStepY - 1) / OutStepY;

    /// <summary>Output columns of the largest phase.</summary>
    public int Columns => (OutW + OutStepX - 1) / OutStepX;

    /// <summary>Input planes of an image, in all channel groups.</summary>
    public int InputPlanes => ChannelGroups * Channels;

    public int OutputPlanes => ChannelGroups * Filters;

    /// <summary>Multiply-adds of the direct algorithm.</summary>
    public double DirectCost => (double)ChannelGroups * Filters * Channels * Phases.Sum(p => p.Taps.Length) * Images * Rows * Columns;

    /// <summary><see cref="Conv2dCall"/> as a correlation.</summary>
    public static Correlation Forward(in ConvGeometry g, PadMode border = PadMode.Constant)
    {
        var taps = new List<Tap>();
        for (var ky = 0; ky < g.KernelH; ky++)
        {
            for (var kx = 0; kx < g.KernelW; kx++)
            {
                var tap = new Tap(ky * g.DilationH - g.PadTop, kx * g.DilationW - g.PadLeft, ky * g.KernelW + kx);
                if (border != PadMode.Constant || (Sees(tap.Y, g.StrideH, g.OutH, g.H) && Sees(tap.X, g.StrideW, g.OutW, g.W)))
                {
                    taps.Add(tap);
                }
            }
        }

        var (plane, channels) = (g.KernelH * g.KernelW, g.C / g.Groups);
        return new Correlation
        {
            Images = g.N, ChannelGroups = g.Groups, Channels = channels, InH = g.H, InW = g.W, StrideY = g.StrideH, StrideX = g.StrideW,
            Filters = g.K / g.Groups, OutH = g.OutH, OutW = g.OutW, OutStepY = 1, OutStepX = 1,
            FilterStride = channels * plane, ChannelStride = plane, Phases = [new OutputPhase(0, 0, [.. taps])],
            Border = Border.Of(border, g),
        };
    }

    /// <summary>
    /// <see cref="Conv2dInputGradientCall"/> as a correlation: dx[i · s + phase] sums dy[i + (phase + pad − k · dilation) / s] over
    /// the taps k for which the division is exact.
    /// </summary>
    public static Correlation InputGradient(in ConvGeometry g)
    {
        var phases = new List<OutputPhase>();
        for (var top = 0; top < Math.Min(g.StrideH, g.H); top++)
        {
            for (var left = 0; left < Math.Min(g.StrideW, g.W); left++)
            {
                phases.Add(new OutputPhase(top, left, InputGradientTaps(g, top, left)));
            }
        }

        var (plane, filters) = (g.KernelH * g.KernelW, g.C / g.Groups);
        return new Correlation
        {
            Images = g.N, ChannelGroups = g.Groups, Channels = g.K / g.Groups, InH = g.OutH, InW = g.OutW, StrideY = 1, StrideX = 1,
            Filters = filters, OutH = g.H, OutW = g.W, OutStepY = g.StrideH, OutStepX = g.StrideW,
            FilterStride = plane, ChannelStride = filters * plane, Phases = [.. phases],
        };
    }

    /// <summary>Taps in the order of the input's memory.</summary>
    private static Tap[] InputGradientTaps(in ConvGeometry g, int top, int left)
    {
        var rows = (g.H - top + g.StrideH - 1) / g.StrideH;
        var columns = (g.W - left + g.StrideW - 1) / g.StrideW;
        var taps = new List<Tap>();
        for (var ky = g.KernelH - 1; ky >= 0; ky--)
        {
            for (var kx = g.KernelW - 1; kx >= 0; kx--)
            {
                var y = top + g.PadTop - ky * g.DilationH;
                var x = left + g.PadLeft - kx * g.DilationW;
                if (y % g.StrideH == 0 && x % g.StrideW == 0
                    && Sees(y / g.StrideH, 1, rows, g.OutH) && Sees(x / g.StrideW, 1, columns, g.OutW))
                {
                    taps.Add(new Tap(y / g.StrideH, x / g.StrideW, ky * g.KernelW + kx));
                }
            }
        }

        return [.. taps];
    }

    /// <summary>True if one of <paramref name="count"/> output positions reads inside [0, extent).</summary>
    private static bool Sees(int shift, int stride, int count, int extent)
    {
        var first = shift >= 0 ? 0 : (-shift + stride - 1) / stride;
        return first < count && first * stride + shift < extent;
    }
}
