using System.Runtime.InteropServices;
using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;

namespace IlgpuGan.Tensors.Devices.Gpu.ChannelsLast;

/// <summary>The arguments of <see cref="GradientKernel"/>.</summary>
[StructLayout(LayoutKind.Sequential)]
internal struct GradientPass
{
    /// <summary>The operands in their forms: their numbers take two bytes or four.</summary>
    public ArrayView<float> Dy, Image;

    /// <summary>[parts, filters, columns]: a column is (tap, channel), with the channels that are filled up.</summary>
    public ArrayView<float> Parts;

    /// <summary>Filters of the weight; channels of dy's form, and of the image's.</summary>
    public int Filters, FilterDepth, ChannelDepth;

    /// <summary>Taps · <see cref="ChannelDepth"/>; taps of a row.</summary>
    public int Columns;

    public Divisor TapsX, OfChannels;

    /// <summary>Parts of the depth, and turns of an image and of one line of turns.</summary>
    public Divisor PartCount, ImageTurns, LineTurns;

    /// <summary>Turns of all images, and pixels of a turn.</summary>
    public int Turns, TurnDepth;

    /// <summary>The logarithm of a line's width, or of a turn's pixels where those are fewer.</summary>
    public int WidthShift;

    /// <summary>Bytes, as all below: from a pixel of dy and the image to that of the next column, row, line of turns, image.</summary>
    public int DyColumn, DyRow, DyLine, DyImage, ImageColumn, ImageRow, ImageLine, ImageNext;

    /// <summary>From behind an image's last line to the next image's first.</summary>
    public int DyJump, ImageJump;

    /// <summary>The first pixel of dy within its border; from a tap to the next and to the next row's.</summary>
    public int DyOrigin, TapColumn, TapRow;

    /// <summary>Two for each multiply-add, with what fills up channels and pixels; and of what a group computes.</summary>
    public readonly double Flops => 2.0 * Filters * Columns * Turns * TurnDepth;

    public readonly double FlopsOfGroup => 2.0 * GradientKernel.Side * GradientKernel.Side * Turns * TurnDepth / PartCount.Value;

    /// <summary>The views are not set.</summary>
    public static GradientPass Of(ChannelsLastWeightGradientCall call, int parts)
    {
        var (xForm, dyForm, g) = (call.XForm, call.DyForm, call.G);
        var turns = new PixelTurns(g.OutH, g.OutW, xForm.Type);
        int dyPixel = dyForm.Depth * dyForm.Type.Size, dyRow = dyForm.G.OutW * dyPixel;
        int pixel = xForm.Depth * xForm.Type.Size, row = xForm.G.OutW * pixel;
        return new GradientPass
        {
            Filters = g.K,
            FilterDepth = dyForm.Depth,
            ChannelDepth = xForm.Depth,
            Columns = g.KernelH * g.KernelW * xForm.Depth,
            TapsX = new Divisor(g.KernelW),
            OfChannels = new Divisor(xForm.Depth),
            PartCount = new Divisor(parts),
            ImageTurns = new Divisor(turns.Count),
            LineTurns = new Divisor(Math.Max(turns.Width / turns.Depth, 1)),
            Turns = g.N * turns.Count,
            TurnDepth = turns.Depth,
            WidthShift = System.Numerics.BitOperations.Log2((uint)Math.Min(turns.Width, turns.Depth)),
            DyColumn = dyPixel,
            DyRow = dyRow,
            DyLine = turns.Rows * dyRow,
            DyImage = dyForm.G.OutH * dyRow,
            DyJump = (dyForm.G.OutH - turns.Height) * dyRow,
            ImageColumn = g.StrideW * pixel,
            ImageRow = g.StrideH * row,
            ImageLine = turns.Rows * g.StrideH * row,
            ImageNext = xForm.G.OutH * row,
            ImageJump = (xForm.G.OutH - (turns.Height * g.StrideH)) * row,
            DyOrigin = (dyForm.G.Top * dyRow) + (dyForm.G.Left * dyPixel),
            TapColumn = pixel,
            TapRow = row,
        };
    }
}
