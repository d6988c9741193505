using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.Registers;
using IlgpuGan.Tensors.Devices.Gpu.Convolution;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.Tensors.Devices.Gpu.Winograd;

namespace IlgpuGan.Tensors.Devices.Gpu;

/// <content>3 x 3 convolutions by Winograd's algorithm: a quarter of the multiplications, as 36 matrix products.</content>
internal sealed partial class GpuKernels
{
    /// <summary>Capacity of the cache of choices: more than the convolution passes of any family's step.</summary>
    private const int ChoicesKept = 1024;

    private LruCache<(ConvGeometry, ConvolutionPass), WinogradChoice> _winograd = new(ChoicesKept);

    /// <summary>For measurements and tests: true for Winograd wherever possible, false for never, null for the table's choice.</summary>
    internal bool? ForcedWinograd
    {
        get;
        set
        {
            field = value;
            _winograd = new(ChoicesKept);
        }
    }

    /// <summary>The most floats that a call may hold in the Winograd domain.</summary>
    internal long MaxWinogradScratch
    {
        get;
        set
        {
            field = value;
            _winograd = new(ChoicesKept);
        }
    }
    = WinogradPass.MaxScratch;

    /// <summary>Whether a pass uses Winograd; sets <see cref="AlgorithmNote.Latest"/>. TF32 and bfloat16 stay on tensor cores.</summary>
    private bool UsesWinograd(ConvolutionPass pass, in ConvGeometry g)
    {
        if (Products.IsForced || Precision != ProductPrecision.Fp32)
        {
            AlgorithmNote.Latest = null;
            return false;
        }

        if (!_winograd.TryGetValue((g, pass), out var choice))
        {
            _winograd.Add((g, pass), choice = ConvolutionTable.Winograd(g, pass, _device, ForcedWinograd, MaxWinogradScratch));
        }

        AlgorithmNote.Latest = choice.Note;
        return choice.IsTaken;
    }

    /// <summary>A forward pass or a data gradient: transform weight and image, 36 products, inverse transform.</summary>
    /// <param name="x">the input: y's gradient where the pass is a data gradient</param>
    /// <param name="y">the output: x's gradient where the pass is a data gradient</param>
    private void RunWinograd(ConvolutionPass pass, DeviceSpan x, DeviceSpan w, DeviceSpan? bias, DeviceSpan y, in ConvGeometry g)
    {
        var plan = new WinogradPass(g, pass, MaxWinogradScratch);
        var weight = plan.Weight;
        using var u = new PooledScratch(Pool, (long)SixPointLine.PointsPerTile * weight.Plane);
        queue.Launch(WinogradKernels.Weight, queue.ForElements(weight.Plane), w.View(), u.View, plan.WeightChannels, weight);
        for (var first = 0; first < g.N; first += plan.Images)
        {
            var images = Math.Min(plan.Images, g.N - first);
            WinogradTiles inputs = plan.Inputs(images), outputs = plan.Outputs(images);
            using var v = new PooledScratch(Pool, (long)SixPointLine.PointsPerTile * inputs.Plane);
            using var m = new PooledScratch(Pool, (long)SixPointLine.PointsPerTile * outputs.Plane);
            queue.Launch(WinogradKernels.Input, queue.ForElements(inputs.Plane), Slice(x, inputs, first, images), v.View, inputs);
            Multiply(u.View, v.View, m.View, plan.Products(images), isAligned: true);
            var to = Slice(y, outputs, first, images);
            var fours = outputs.Width % Alignment == 0 && y.Offset % Alignment == 0 ? to.Cast<Float4>() : ArrayView<Float4>.Empty;
            queue.Launch(WinogradKernels.Output, queue.ForElements(outputs.Plane), m.View, bias.View(), to, fours, outputs);
        }
    }

    /// <summary>A weight gradient: transform image and gradient, 36 products over the tiles, inverse transform to taps.</summary>
    /// <param name="sums">row sums to compute in the products' launch, if any</param>
    /// <returns>false, with dw unchanged, where the products' launch can't compute the sums</returns>
    private bool TryWinogradWeightGradient(DeviceSpan x, DeviceSpan dy, DeviceSpan dw, in RowSums sums, in ConvGeometry g)
    {
        var plan = new WinogradPass(g, ConvolutionPass.WeightGradient, MaxWinogradScratch);
        WinogradTiles inputs = plan.Inputs(g.N), gradients = plan.Outputs(g.N);
        using var v = new PooledScratch(Pool, (long)SixPointLine.PointsPerTile * inputs.Plane);
        using var u = new PooledScratch(Pool, (long)SixPointLine.PointsPerTile * gradients.Plane);
        using var m = new PooledScratch(Pool, (long)SixPointLine.PointsPerTile * g.K * g.C);
        queue.Launch(WinogradKernels.Input, queue.ForElements(inputs.Plane), x.View(), v.View, inputs);
        queue.Launch(WinogradKernels.Gradient, queue.ForElements(gradients.Plane), dy.View(), u.View, gradients);
        var products = plan.Products(g.N);
        if (sums.Rows == 0)
        {
            Multiply(u.View, v.View, m.View, products, isAligned: true);
        }
        else
        {
            var product = MatMulProduct.Of(u.View, v.View, m.View, products);
            product.Sums = sums;
            if (!TryProduct(product, isAlongDepth: true, isAligned: true))
            {
                return false;
            }
        }

        queue.Launch(WinogradKernels.Collect, queue.ForElements((long)g.K * g.C), m.View, dw.View(), g.K * g.C);
        return true;
    }

    private static ArrayView<float> Slice(DeviceSpan array, in WinogradTiles tiles, int first, int images)
    {
        var image = (long)tiles.Channels * tiles.Height * tiles.Width;
        return array.View().SubView(first * image, images * image);
    }
}

/// <summary>The choice between Winograd and one product.</summary>
/// <param name="IsTaken">whether Winograd is used</param>
/// <param name="Note">algorithm and reason, for profiles of ops; null where Winograd does not apply</param>
internal sealed record WinogradChoice(bool IsTaken, string? Note)
{
    /// <summary>The choice by both estimates, in cycles.</summary>
    public static WinogradChoice Of(double winograd, double direct, double minGain) => new(
        winograd * minGain < direct,
        string.Create(
            CultureInfo.InvariantCulture,
            $"{(winograd * minGain < direct ? "winograd" : "product")}: estimated cycles {winograd:0} with Winograd, " +
            $"{direct:0} as one product"));
}
