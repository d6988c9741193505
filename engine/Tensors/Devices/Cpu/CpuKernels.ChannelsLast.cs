using System.Runtime.InteropServices;
using IlgpuGan.Tensors.Samples;

namespace IlgpuGan.Tensors.Devices.Cpu;

/// <content>
/// What the forms for tensor cores mean, in plain loops. The processor asks for none of them; tests compare other devices with this.
/// </content>
internal sealed unsafe partial class CpuKernels : IKernel<ToChannelsLastCall>, IKernel<ToFilterBlocksCall>, IKernel<ChannelsLastConv2dCall>,
    IKernel<ChannelsLastWeightGradientCall>
{
    public void Run(ToChannelsLastCall call)
    {
        var (x, y, form) = call;
        var (g, numbers) = (form.G, new float[form.Bytes(0) / form.Type.Size]);
        var from = x.Pointer();
        var rows = new PaddedAxis(form.Mode, g.H, g.Top, g.OutH);
        var columns = new PaddedAxis(form.Mode, g.W, g.Left, g.OutW);
        for (var pixel = 0; pixel < form.Images * g.OutH * g.OutW; pixel++)
        {
            var (row, column) = (rows.Source(pixel / g.OutW % g.OutH), columns.Source(pixel % g.OutW));
            for (var channel = 0; channel < form.Channels && row >= 0 && column >= 0; channel++)
            {
                var plane = (pixel / (g.OutH * g.OutW) * form.Channels) + channel;
                numbers[(pixel * form.Depth) + channel] = from[(((plane * g.H) + row) * g.W) + column];
            }
        }

        Pack(numbers, y, form.Type);
    }

    public void Run(ToFilterBlocksCall call)
    {
        var (w, y, form) = call;
        var (numbers, block) = (new float[form.Bytes(0) / form.Type.Size], 0);
        var from = w.Pointer();
        for (var phase = 0; phase < form.Phases; phase++)
        {
            var (phaseY, phaseX) = (phase / form.Columns.Phases, phase % form.Columns.Phases);
            for (var inPhase = 0; inPhase < form.BlocksOf(phase); inPhase++, block++)
            {
                var (tap, channels) = Math.DivRem(inPhase, form.BlocksOfTap);
                var (tapY, tapX) = Math.DivRem(tap, form.Columns.Taps(phaseX));
                for (var place = 0; place < form.Filters * form.Type.Block; place++)
                {
                    var (filter, inBlock) = Math.DivRem(place, form.Type.Block);
                    var channel = (channels * form.Type.Block) + inBlock;
                    var matrix = form.Rows.Order == TapOrder.Reverse
                        ? (channel * form.Filters) + filter : (filter * form.Channels) + channel;
                    numbers[(block * form.FilterRows * form.Type.Block) + place] = channel >= form.Channels ? 0
                        : from[(((matrix * form.Rows.Kernel) + form.Rows.Tap(phaseY, tapY)) * form.Columns.Kernel)
                            + form.Columns.Tap(phaseX, tapX)];
                }
            }
        }

        Pack(numbers, y, form.Type);
    }

    public void Run(ChannelsLastConv2dCall call)
    {
        var (x, w, bias, y, g) = call;
        var (form, image) = (g.Weight, g.Image(PadMode.Constant));
        var (pixels, filters) = (Unpacked(x, image.Bytes(0), g.Type), Unpacked(w, form.Bytes(0), g.Type));
        var to = y.Pointer();
        for (var i = 0; i < y.Length; i++)
        {
            int column = i % g.Columns.Results, row = i / g.Columns.Results % g.Rows.Results;
            var (n, filter) = Math.DivRem(i / (g.Columns.Results * g.Rows.Results), g.Filters);
            var (inRows, phaseY) = Math.DivRem(row, g.Rows.Taps.Phases);
            var (inColumns, phaseX) = Math.DivRem(column, g.Columns.Taps.Phases);
            var first = form.BlocksBefore((phaseY * g.Columns.Taps.Phases) + phaseX);
            int top = g.Rows.Before + g.Rows.Taps.Origin(phaseY) + (inRows * g.Rows.Stride);
            int left = g.Columns.Before + g.Columns.Taps.Origin(phaseX) + (inColumns * g.Columns.Stride);
            var width = g.Columns.Taps.Taps(phaseX);
            double sum = 0;
            for (var tap = 0; tap < g.Rows.Taps.Taps(phaseY) * width; tap++)
            {
                var pixel = ((((n * g.Rows.Padded) + top + (tap / width)) * g.Columns.Padded) + left + (tap % width)) * image.Depth;
                for (var channel = 0; channel < g.Channels; channel++)
                {
                    var block = first + (tap * form.BlocksOfTap) + (channel / g.Type.Block);
                    sum += (double)pixels[pixel + channel]
                        * filters[(((block * form.FilterRows) + filter) * g.Type.Block) + (channel % g.Type.Block)];
                }
            }

            to[i] = (float)sum + (bias is { } given ? given.Pointer()[filter] : 0);
        }
    }

    public void Run(ChannelsLastWeightGradientCall call)
    {
        var (x, dy, dw, xForm, dyForm, g, bias) = call;
        var (pixels, gradients) = (Unpacked(x, xForm.Bytes(0), xForm.Type), Unpacked(dy, dyForm.Bytes(0), dyForm.Type));
        var to = dw.Pointer();
        for (var i = 0; i < dw.Length; i++)
        {
            int column = i % g.KernelW, row = i / g.KernelW % g.KernelH, channel = i / (g.KernelW * g.KernelH) % g.C;
            var filter = i / (g.KernelW * g.KernelH * g.C);
            double sum = 0;
            for (var result = 0; result < g.N * g.OutH * g.OutW; result++)
            {
                int outX = result % g.OutW, outY = result / g.OutW % g.OutH, n = result / (g.OutW * g.OutH);
                int image = (n * xForm.G.OutH) + (outY * g.StrideH) + row, gradient = (n * dyForm.G.OutH) + dyForm.G.Top + outY;
                sum += (double)pixels[(((image * xForm.G.OutW) + (outX * g.StrideW) + column) * xForm.Depth) + channel]
                    * gradients[(((gradient * dyForm.G.OutW) + dyForm.G.Left + outX) * dyForm.Depth) + filter];
            }

            to[i] = (float)sum;
        }

        if (bias is { } sums)
        {
            Run(new ReduceCall(Reduction.Sum, sums.Dy, new Shape(g.N, g.K, g.OutH, g.OutW), sums.Db, new Shape(1, g.K, 1, 1)));
        }
    }

    private static void Pack(float[] numbers, DeviceSpan y, FactorType type)
    {
        var to = new Span<float>(y.Pointer(), (int)y.Length);
        if (type == FactorType.Bfloat16)
        {
            Bfloat16.Round(numbers);
            Bfloat16.Pack(numbers, MemoryMarshal.AsBytes(to)[..(numbers.Length * type.Size)]);
            return;
        }

        // As tensor cores take them: half of the last place that is read is added, and what is below it is not read.
        const uint Half = 1 << 12, Read = ~((1u << 13) - 1);
        for (var i = 0; i < numbers.Length; i++)
        {
            to[i] = BitConverter.UInt32BitsToSingle((BitConverter.SingleToUInt32Bits(numbers[i]) + Half) & Read);
        }
    }

    private static float[] Unpacked(DeviceSpan packed, long bytes, FactorType type)
    {
        var numbers = new float[bytes / type.Size];
        var from = new ReadOnlySpan<float>(packed.Pointer(), (int)packed.Length);
        if (type == FactorType.Bfloat16)
        {
            Bfloat16.Unpack(MemoryMarshal.AsBytes(from)[..(int)bytes], numbers);
        }
        else
        {
            from[..numbers.Length].CopyTo(numbers);
        }

        return numbers;
    }
}
