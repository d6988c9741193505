using ILGPU;
using ILGPU.Runtime;
using IlgpuGan.Tensors.Devices.Gpu.ChannelsLast;
using IlgpuGan.Tensors.Devices.Gpu.Convolution;
using IlgpuGan.Tensors.Devices.Gpu.Images;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.Tensors.Devices.Gpu.Winograd;

namespace IlgpuGan.Tensors.Devices.Gpu;

/// <content>Rung 8: convolutions of images that have their channels last, in bfloat16 or TF32.</content>
internal sealed partial class GpuKernels : IKernel<ToChannelsLastCall>, IKernel<ToFilterBlocksCall>, IKernel<ToFilterBlocksOfAllCall>,
        IKernel<ChannelsLastConv2dCall>, IKernel<ChannelsLastWeightGradientCall>
{
    private const int FormGroup = 128;

    public void Run(ToChannelsLastCall call)
    {
        if (call.To.Type == FactorType.Bfloat16)
        {
            ToChannelsLast<Bf16>(call);
        }
        else
        {
            ToChannelsLast<Tf32>(call);
        }
    }

    private void ToChannelsLast<TPrecision>(ToChannelsLastCall call)
        where TPrecision : struct, ITensorPrecision
    {
        var (x, y, form) = call;
        var g = form.G;
        long pixels = (long)form.Images * g.OutH * g.OutW;
        var grid = new Index3D(
            (int)((pixels + FormGroup - 1) / FormGroup), form.Depth / (ImageFormKernel.Chunks * TPrecision.ChunkDepth), 1);
        queue.Launch(
            ImageFormKernel.ToChannelsLast<TPrecision>, new KernelConfig(grid, new Index3D(FormGroup, 1, 1)), x.View(), y.View(),
            PlanePadding.Of(form.Mode, g), form.Channels, form.Depth * form.Type.Size);
    }

    public void Run(ToFilterBlocksCall call)
    {
        var (w, y, form) = call;
        var chunks = form.FilterRows * TurnsTile.Chunks;
        var config = new KernelConfig(new Index3D((chunks + FormGroup - 1) / FormGroup, form.AllBlocks, 1), new Index3D(FormGroup, 1, 1));
        if (form.Type == FactorType.Bfloat16)
        {
            queue.Launch(FilterFormKernel.ToFilterBlocks<Bf16>, config, w.View(), y.View(), new FilterFormArgs(form));
        }
        else
        {
            queue.Launch(FilterFormKernel.ToFilterBlocks<Tf32>, config, w.View(), y.View(), new FilterFormArgs(form));
        }
    }

    public void Run(ToFilterBlocksOfAllCall call)
    {
        var table = TableOf(call, static c => FilterTable.RowsOf(c.Conversions, FormGroup), FilterTable.Columns);
        var config = new KernelConfig(table.Groups, FormGroup);
        if (call.Conversions[0].To.Type == FactorType.Bfloat16)
        {
            queue.Launch(FilterFormKernel.ToFilterBlocksOfAll<Bf16>, config, table.View, table.Slots);
        }
        else
        {
            queue.Launch(FilterFormKernel.ToFilterBlocksOfAll<Tf32>, config, table.View, table.Slots);
        }
    }

    public void Run(ChannelsLastConv2dCall call)
    {
        var (x, w, bias, y, g) = call;
        var parts = Products.Forced is { Rung: ProductRung.ChannelsLast } forced
            ? Math.Min(forced.Splits, ChannelsLastTable.Turns(g)) : ChannelsLastTable.Parts(g, _device);
        var pass = TurnsPass.Of(g, parts);
        (pass.Image, pass.Filters) = (x.View(), w.View());
        var grid = new Index3D(
            (pass.Pixels + TurnsTile.Rows - 1) / TurnsTile.Rows, pass.FilterRows / TurnsTile.Columns, g.Phases * parts);
        var config = new KernelConfig(grid, new Index3D(TurnsTile.Threads, 1, 1));
        if (parts == 1)
        {
            (pass.Results, pass.Bias, pass.HasBias) = (y.View(), bias.View(), bias is null ? 0 : 1);
            Turns(config, pass, g.Type);
            return;
        }

        var tiles = (long)grid.X * grid.Y * g.Phases;
        if (LastGroup.Suits(TileSize.Of(TileShape.Large), _device, tiles, y.Length, parts))
        {
            using var parted = new PooledScratch(Pool, parts * tiles * PartSums.Length);
            (pass.Results, pass.Bias, pass.HasBias) = (y.View(), bias.View(), bias is null ? 0 : 1);
            (pass.Arrivals, pass.Parted) = (Counters, parted.View);
            Turns(config, pass, g.Type);
            return;
        }

        using var sums = new PooledScratch(Pool, parts * y.Length);
        pass.Results = sums.View;
        Turns(config, pass, g.Type);
        queue.Launch(
            PartsSumKernel.Sum, queue.ForElements(y.Length), sums.View, bias.View(), y.View(), parts,
            new Divisor(g.Rows.Results * g.Columns.Results), new Divisor(g.Filters));
    }

    private void Turns(KernelConfig config, TurnsPass pass, FactorType type)
    {
        if (type == FactorType.Bfloat16)
        {
            queue.Launch(TurnsKernel.Turns<Bf16>, config, pass);
        }
        else
        {
            queue.Launch(TurnsKernel.Turns<Tf32>, config, pass);
        }
    }

    public void Run(ChannelsLastWeightGradientCall call)
    {
        var (x, dy, dw, xForm, _, g, bias) = call;
        var turns = g.N * new PixelTurns(g.OutH, g.OutW, xForm.Type).Count;
        var parts = Products.Forced is { Rung: ProductRung.ChannelsLast } forced
            ? Math.Min(forced.Splits, turns) : ChannelsLastTable.Parts(g, xForm.Type, _device);
        var pass = GradientPass.Of(call, parts);
        var length = pass.Filters * pass.Columns;
        using var sums = new PooledScratch(Pool, (long)parts * length);
        (pass.Dy, pass.Image, pass.Parts) = (dy.View(), x.View(), sums.View);
        var grid = new Index3D(
            (pass.Filters + GradientKernel.Side - 1) / GradientKernel.Side, (pass.Columns + GradientKernel.Side - 1) / GradientKernel.Side,
            parts);
        var config = new KernelConfig(grid, new Index3D(GradientKernel.Threads, 1, 1));
        if (xForm.Type == FactorType.Bfloat16)
        {
            queue.Launch(GradientKernel.Gradient<Bf16, TransposedFragments>, config, pass);
        }
        else
        {
            queue.Launch(GradientKernel.Gradient<Tf32, PermutedFragments>, config, pass);
        }

        var (rows, ofParts) = (bias is { } given ? BiasSums(given, g) : default, queue.ForElements(length));
        rows.FirstSlice = ofParts.GridDim.X;
        queue.Launch(
            GradientSumKernel.Sum, new KernelConfig(ofParts.GridDim.X + rows.Rows, ofParts.GroupDim.X), sums.View, dw.View(), parts,
            new Radix(g.KernelH * g.KernelW, xForm.Depth), g.C, length, rows);
    }

    /// <summary>The form in which an operand of a convolution is read; plain where the table leaves it to other kernels.</summary>
    private Form ChannelsLastForm(int operand, ConvolutionPass pass, in ConvGeometry conv, PadMode mode = PadMode.Constant)
    {
        var type = Precision == ProductPrecision.Bf16 ? FactorType.Bfloat16 : FactorType.Tf32;
        if (operand > 1 || Precision == ProductPrecision.Fp32 || (conv.Groups, conv.DilationH, conv.DilationW) != (1, 1, 1)
            || HasOtherKernel(pass, mode == PadMode.Constant ? conv : conv.OfPadded()))
        {
            return Form.Plain;
        }

        if (pass == ConvolutionPass.WeightGradient)
        {
            return !UsesChannelsLast(conv, type) ? Form.Plain
                : operand == 0 ? ChannelsLastGeometry.Forward(conv, type).Image(mode)
                : ChannelsLastGeometry.InputGradient(mode == PadMode.Constant ? conv : conv.OfPadded(), type).Image(PadMode.Constant);
        }

        var g = pass == ConvolutionPass.Forward
            ? ChannelsLastGeometry.Forward(conv, type) : ChannelsLastGeometry.InputGradient(conv, type);
        return !UsesChannelsLast(g) ? Form.Plain : operand == 0 ? g.Image(mode) : g.Weight;
    }

    private bool UsesChannelsLast(in ChannelsLastGeometry g) =>
        ChannelsLastTable.CanRun(g, _device) && (ForcesChannelsLast ?? ChannelsLastTable.Suits(g));

    /// <summary>Whether a weight gradient is computed with channels last.</summary>
    private bool UsesChannelsLast(in ConvGeometry g, FactorType type) =>
        ChannelsLastTable.CanRun(g, type, _device) && (ForcesChannelsLast ?? ChannelsLastTable.Suits(g, type));

    /// <summary>Whether rung 8, or another, is forced; null where the table decides.</summary>
    private bool? ForcesChannelsLast => (Products.Forced, Products.Highest) switch
    {
        ({ } forced, _) => forced.Rung == ProductRung.ChannelsLast,
        (null, { } highest) => highest == ProductRung.ChannelsLast,
        _ => null,
    };

    /// <summary>
    /// Runs a convolution with its operands in the forms that the device reads, outside of recorded steps, which have them.
    /// </summary>
    /// <returns>false where it reads the plain forms</returns>
    private bool TryInForms(KernelCall call)
    {
        Form image = Reads(call, 0), weight = Reads(call, 1);
        if (image is not ImageForm)
        {
            return false;
        }

        var operands = call.Reads.ToArray();
        using var x = new PooledScratch(Pool, image.Elements(operands[0].Length));
        using var w = new PooledScratch(Pool, weight.Elements(operands[1].Length));
        image.Convert(operands[0], x.Span).RunOn(this);
        weight.Convert(operands[1], w.Span).RunOn(this);
        (operands[0], operands[1]) = (x.Span, w.Span);
        call.Reading([image, weight, .. operands.Skip(2).Select(_ => Form.Plain)], operands).RunOn(this);
        return true;
    }
}
