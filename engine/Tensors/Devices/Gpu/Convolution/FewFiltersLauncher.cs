using ILGPU;
using IlgpuGan.Tensors.Devices.Gpu.MatMul;
using IlgpuGan.Tensors.Devices.Gpu.Registers;

namespace IlgpuGan.Tensors.Devices.Gpu.Convolution;

using OneEight = One<Twice<Float4>>;
using OneFour = One<Float4>;
using SixEights = Pair<Triple<One<Twice<Float4>>, Twice<Float4>>, Twice<Float4>>;
using ThreeEights = Triple<One<Twice<Float4>>, Twice<Float4>>;
using ThreeFours = Triple<One<Float4>, Float4>;

/// <summary>Launches the few-filters kernels; <see cref="ConvolutionTable"/> decides which convolutions use them.</summary>
internal sealed class FewFiltersLauncher(KernelQueue queue, MemoryPool pool, ProductDevice device)
{
    /// <summary>Groups for each multiprocessor that a weight gradient is split into.</summary>
    private const int GroupsPerMultiprocessor = 4;

    /// <summary>The number of patches of pixels, one for each group.</summary>
    public static long Groups(int images, int height, int width) =>
        (long)images * DivideUp(height, FewFiltersKernel.Rows) * DivideUp(width, FewFiltersKernel.Columns);

    /// <summary>The number of patches in <see cref="FewFiltersStridedKernel"/>.</summary>
    public static long StridedGroups(in ConvGeometry g) =>
        (long)g.N * DivideUp(g.OutH, FewFiltersStridedKernel.Rows) * DivideUp(g.OutW, FewFiltersStridedKernel.Columns);

    /// <summary>Computes a pass of 3 or 1 filters of 7 x 7 taps, or of 1 of 4 x 4.</summary>
    public void Run(ArrayView<float> x, ArrayView<float> w, ArrayView<float> bias, ArrayView<float> y, in FewFiltersPass pass)
    {
        var grid =
            new Index3D(DivideUp(pass.OutWidth, FewFiltersKernel.Columns), DivideUp(pass.OutHeight, FewFiltersKernel.Rows), pass.Images);
        var config = new KernelConfig(grid, new Index3D(FewFiltersKernel.Threads, 1, 1));
        if (pass.Filters == Filters3Taps7.Filters)
        {
            queue.Launch(FewFiltersKernel.FewFilters<Filters3Taps7, ThreeFours>, config, x, w, bias, y, pass);
        }
        else if (pass.ChannelTaps == Filters1Taps7.Side * Filters1Taps7.Side)
        {
            queue.Launch(FewFiltersKernel.FewFilters<Filters1Taps7, OneFour>, config, x, w, bias, y, pass);
        }
        else
        {
            queue.Launch(FewFiltersKernel.FewFilters<Filters1Taps4, OneFour>, config, x, w, bias, y, pass);
        }
    }

    /// <summary>Computes the data gradient of 3 or 6 channels with 4 x 4 taps and stride 2.</summary>
    public void RunStrided(ArrayView<float> dy, ArrayView<float> w, ArrayView<float> bias, ArrayView<float> dx, in ConvGeometry g)
    {
        var grid = new Index3D(DivideUp(g.OutW, FewFiltersStridedKernel.Columns), DivideUp(g.OutH, FewFiltersStridedKernel.Rows), g.N);
        var config = new KernelConfig(grid, new Index3D(FewFiltersStridedKernel.Threads, 1, 1));
        if (g.C == Filters3Taps4.Filters)
        {
            queue.Launch(FewFiltersStridedKernel.FewFiltersStrided<Filters3Taps4, ThreeEights>, config, dy, w, bias, dx, g);
        }
        else
        {
            queue.Launch(FewFiltersStridedKernel.FewFiltersStrided<Filters6Taps4, SixEights>, config, dy, w, bias, dx, g);
        }
    }

    public void RunWeightGradient(ArrayView<float> x, ArrayView<float> dy, ArrayView<float> dw, in ConvGeometry g)
    {
        var strips = DivideUp(g.OutW, FewFiltersGradientKernel.Columns);
        var stages = DivideUp(g.OutH, FewFiltersGradientKernel.Rows);
        var wanted = DivideUp(GroupsPerMultiprocessor * device.Multiprocessors, g.N * g.C * strips);
        var stagesEach = Math.Max(stages / wanted, 1);
        var bands = strips * DivideUp(stages, stagesEach);
        var product = ConvolutionProducts.WeightGradient(x, dy, dw, g);
        product.PartialColumns = new Divisor(product.Columns);
        product.Splits = new Divisor(g.N * bands);
        using var partial = new PooledScratch(pool, (long)product.Splits.Value * product.Rows * product.Columns);
        product.Partial = partial.View;
        var grid = new Index3D(bands, g.C, g.N);
        if (g.K == Filters3Taps7.Filters)
        {
            var config = new KernelConfig(grid, new Index3D(FewFiltersGradientKernel.Threads<Filters3Taps7>(), 1, 1));
            queue.Launch(
                FewFiltersGradientKernel.FewFiltersWeightGradient<Filters3Taps7, ThreeEights>, config, x, dy, partial.View, g, stagesEach);
        }
        else
        {
            var config = new KernelConfig(grid, new Index3D(FewFiltersGradientKernel.Threads<Filters1Taps7>(), 1, 1));
            queue.Launch(
                FewFiltersGradientKernel.FewFiltersWeightGradient<Filters1Taps7, OneEight>, config, x, dy, partial.View, g, stagesEach);
        }

        SplitSumKernel.Launch(queue, product);
    }

    private static int DivideUp(int a, int b) => (a + b - 1) / b;
}
