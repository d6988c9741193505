using ILGPU;
using ILGPU.Runtime;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.Tensors.Devices.Gpu.Registers;
using IlgpuGan.Tensors.Devices.Gpu.Winograd;

namespace IlgpuGan.Tensors.Devices.Gpu.Convolution;

using FourFours = Pair<Pair<One<Float4>, Float4>, Float4>;
using EightFours = Pair<Pair<Pair<One<Float4>, Float4>, Float4>, Float4>;
using OneStep = One<Four<Float4>>;
using SixteenFours = Pair<Pair<Pair<Pair<One<Float4>, Float4>, Float4>, Float4>, Float4>;
using TwoSteps = Pair<One<Four<Float4>>, Four<Float4>>;

/// <summary>Launches the few-pixels kernels; <see cref="ConvolutionTable.UsesFewPixels"/> decides which convolutions use them.</summary>
/// <param name="counters">arrival counters; empty where groups are not counted</param>
internal sealed class FewPixelsLauncher(KernelQueue queue, MemoryPool pool, ProductDevice device, ArrayView<int> counters)
{
    /// <summary>Pixels that kernels are compiled for; no convolution has more than the second.</summary>
    private static readonly int s_few = FourFours.Count, s_most = SixteenFours.Count;

    /// <summary>Groups of threads of a pass.</summary>
    public static long Groups(in ConvGeometry g, ConvolutionPass pass)
    {
        int pixels = Compiled(g), taps = g.C * g.KernelH * g.KernelW;
        return pass switch
        {
            ConvolutionPass.Forward =>
                (long)DivideUp(taps, FewPixelsKernel.Depth(pixels)) * DivideUp(g.K, FewPixelsKernel.Rows(pixels)),
            ConvolutionPass.InputGradient => DivideUp(taps, FewPixelsInputGradientKernel.Columns),
            _ => (long)DivideUp(taps, FewPixelsWeightGradientKernel.Columns(pixels)) * g.K,
        };
    }

    /// <param name="product"><see cref="ConvolutionProducts.Forward"/></param>
    public void Forward(Product product, in ConvGeometry g)
    {
        var pixels = Compiled(g);
        int parts = DivideUp(product.Depth, FewPixelsKernel.Depth(pixels)), blocks = DivideUp(product.Rows, FewPixelsKernel.Rows(pixels));
        product.PartialColumns = new Divisor(product.Columns);
        product.Splits = new Divisor(parts);
        if (parts == 1)
        {
            Launch(product);
            return;
        }

        using var partial = new PooledScratch(pool, (long)parts * product.Rows * product.Columns);
        product.Partial = partial.View;
        if (device.CountsGroups && blocks <= ArrivalCounters.MaxCounters)
        {
            product.Arrivals = counters.SubView(0, blocks);
            Launch(product);
            return;
        }

        Launch(product);
        SplitSumKernel.Launch(queue, product);

        void Launch(Product product)
        {
            var grid = new Index3D(parts, blocks, 1);
            var left = product.Left.Data.Cast<Float4>();
            if (pixels == s_few)
            {
                queue.Launch(FewPixelsKernel.FewPixelsForward<FourFours, TwoSteps>, Config(grid), product, left);
            }
            else
            {
                queue.Launch(FewPixelsKernel.FewPixelsForward<SixteenFours, OneStep>, Config(grid), product, left);
            }
        }
    }

    /// <param name="product"><see cref="ConvolutionProducts.InputGradient"/></param>
    public void InputGradient(Product product, in ConvGeometry g)
    {
        var strip = new FewPixelsStrip
        {
            Pixels = new Radix(g.OutH, g.OutW),
            Channels = FewPixelsInputGradientKernel.Columns / (g.KernelH * g.KernelW),
            Outputs = new Divisor(g.N * g.H * g.W),
        };
        var grid = new Index3D(DivideUp(product.Left.HighStride, FewPixelsInputGradientKernel.Columns), 1, 1);
        if (Compiled(g) == s_few)
        {
            queue.Launch(
                FewPixelsInputGradientKernel.FewPixelsInputGradient<FourFours, EightFours>, Config(grid), product,
                product.Left.Data.Cast<Float4>(), strip);
        }
        else
        {
            queue.Launch(
                FewPixelsInputGradientKernel.FewPixelsInputGradient<SixteenFours, FourFours>, Config(grid), product,
                product.Left.Data.Cast<Float4>(), strip);
        }
    }

    /// <param name="product"><see cref="ConvolutionProducts.WeightGradient"/></param>
    public void WeightGradient(Product product, in ConvGeometry g)
    {
        var pixels = Compiled(g);
        var blocks = DivideUp(product.Columns, FewPixelsWeightGradientKernel.Columns(pixels));

        // As many rows a group as one wave of groups leaves to each, since every group loads its patches again.
        var wanted = DivideUp(product.Rows, Math.Max(device.Multiprocessors / blocks, 1));
        var rows = Math.Min(wanted, FewPixelsWeightGradientKernel.MaxRows(pixels));
        var grid = new Index3D(blocks, DivideUp(product.Rows, rows), 1);
        if (pixels == s_few)
        {
            queue.Launch(
                FewPixelsWeightGradientKernel.FewPixelsWeightGradient<FourFours>, Config(grid), product,
                product.Target.Data.Cast<Float4>(), rows);
        }
        else
        {
            queue.Launch(
                FewPixelsWeightGradientKernel.FewPixelsWeightGradient<SixteenFours>, Config(grid), product,
                product.Target.Data.Cast<Float4>(), rows);
        }
    }

    private static int Compiled(in ConvGeometry g) => g.N * g.OutH * g.OutW <= s_few ? s_few : s_most;

    private static KernelConfig Config(Index3D grid) => new(grid, new Index3D(FewPixels.Threads, 1, 1));

    private static int DivideUp(int a, int b) => (a + b - 1) / b;
}
